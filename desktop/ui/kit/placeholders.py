"""Drawn tiles that stand in for pictures: a hue for every name, a glyph for every kind."""

from hashlib import blake2b

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import CHART_SERIES, over

ITEM_KINDS = ("equipment", "box", "material", "symbol", "enhancement", "currency")
_GLYPHS = {
    **{kind: kind for kind in ITEM_KINDS if kind != "currency"},
    "currency": "coin",
    "boss": "boss",
    "character": "person",
    "clan": "clans",
}
_MONOGRAM_KINDS = {"boss", "character", "clan"}
_SMALL_WORDS = {"of", "the", "and", "from", "a", "an", "in", "to"}


def monogram(name: str) -> str:
    """Two letters for a name: of its first two weighty words, or its first two letters."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    weighty = [word for word in words if word.lower() not in _SMALL_WORDS] or words
    if not weighty:
        return "?"
    if len(weighty) == 1:
        return weighty[0][:1].upper() + weighty[0][1:2].lower()
    return (weighty[0][0] + weighty[1][0]).upper()


def _digest(seed: str) -> bytes:
    return blake2b(seed.encode(), digest_size=4).digest()


def placeholder_color(seed: str) -> QColor:
    """The hue a seed always gets, between two neighbouring chart colours of the theme."""
    theme = current_theme()
    first, second, share = _digest(seed)[:3]
    one = theme.chart(first % CHART_SERIES)
    mixed = theme.chart(second % CHART_SERIES)
    mixed.setAlphaF(0.35 * share / 255)
    return over(mixed, one)


def draw_placeholder(painter: QPainter, rect: QRectF, name: str, kind: str, seed: str = "") -> None:
    """Draw a tile into rect. kind: an item category, "boss", "character", "clan"; seed: sets the hue."""
    side = min(rect.width(), rect.height())
    box = QRectF(rect.center().x() - side / 2, rect.center().y() - side / 2, side, side)
    theme = current_theme()
    hue = placeholder_color(seed or name)
    radius = max(4.0, min(side * 0.22, 14.0))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    ground = theme.color("sunken") if theme.dark else theme.color("surface")
    fill = QLinearGradient(box.topLeft(), box.bottomRight())
    top, bottom = QColor(hue), QColor(hue)
    top.setAlphaF(0.46 if theme.dark else 0.24)
    bottom.setAlphaF(0.16 if theme.dark else 0.10)
    fill.setColorAt(0, over(top, ground))
    fill.setColorAt(1, over(bottom, ground))
    painter.fillPath(shape, fill)
    painter.setClipPath(shape)
    glyph = _GLYPHS.get(kind, "drop")
    if kind in _MONOGRAM_KINDS:
        _monogram_tile(painter, box, name, glyph, hue)
    else:
        _glyph_tile(painter, box, seed or name, glyph, hue)
    painter.setClipping(False)
    edge = QColor(hue)
    edge.setAlphaF(0.5)
    painter.setPen(QPen(edge, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
    painter.restore()


def _monogram_tile(painter: QPainter, box: QRectF, name: str, glyph: str, hue: QColor) -> None:
    """Two letters; behind them, when there is room, the glyph very large and faint."""
    side = box.width()
    if side >= 40:
        faint = QColor(hue)
        faint.setAlphaF(0.16)
        draw_icon(
            painter,
            QRectF(box.right() - side * 0.72, box.bottom() - side * 0.7, side * 0.86, side * 0.86),
            glyph,
            faint,
        )
    painter.setPen(current_theme().color("text"))
    painter.setFont(text_font(max(9, round(side * 0.38)), QFont.Weight.DemiBold))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, monogram(name))


def _glyph_tile(painter: QPainter, box: QRectF, seed: str, glyph: str, hue: QColor) -> None:
    """The glyph of the category, over a soft light whose place the seed chooses."""
    side = box.width()
    across = 0.2 + 0.6 * _digest(seed)[3] / 255
    glow = QColor(hue)
    glow.setAlphaF(0.16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(glow)
    painter.drawEllipse(
        QPointF(box.left() + side * across, box.top() + side * 0.15), side * 0.42, side * 0.42
    )
    ink = over(_with_alpha(current_theme().color("text"), 0.35), hue)
    room = side * (0.6 if side < 32 else 0.54)
    draw_icon(
        painter, QRectF(box.center().x() - room / 2, box.center().y() - room / 2, room, room), glyph, ink
    )


def _with_alpha(color: QColor, alpha: float) -> QColor:
    color.setAlphaF(alpha)
    return color


class Placeholder(QWidget):
    """A placeholder tile as a widget; decoration, so a screen reader hears the name beside it instead."""

    def __init__(
        self, name: str, kind: str, size: int = 40, seed: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._kind, self._seed = name, kind, seed
        self.setFixedSize(QSize(size, size))
        self.setAccessibleName(name)

    def set_name(self, name: str) -> None:
        """Stand for another name."""
        if name != self._name:
            self._name = name
            self.setAccessibleName(name)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_placeholder(QPainter(self), QRectF(self.rect()), self._name, self._kind, self._seed)
