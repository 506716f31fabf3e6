"""How rare a thing is: a shape, a word and a colour, so that no one of them is needed alone."""

from math import cos, pi, sin

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import SPACE_S, TYPE_CAPTION
from desktop.ui.translation import QT_TRANSLATE_NOOP
from shared.economy.things import Cosmetic, Rarity

_NAMES = {
    Rarity.COMMON: QT_TRANSLATE_NOOP("rarities", "Common"),
    Rarity.UNCOMMON: QT_TRANSLATE_NOOP("rarities", "Uncommon"),
    Rarity.RARE: QT_TRANSLATE_NOOP("rarities", "Rare"),
    Rarity.EPIC: QT_TRANSLATE_NOOP("rarities", "Epic"),
    Rarity.LEGENDARY: QT_TRANSLATE_NOOP("rarities", "Legendary"),
}
_CORNERS = {Rarity.UNCOMMON: 3, Rarity.RARE: 4, Rarity.EPIC: 6}
_MARK = 10.0
_HEIGHT = 20


def rarity_name(rarity: Rarity) -> str:
    """The word for it."""
    return QCoreApplication.translate("rarities", _NAMES[rarity])


def rarity_color(rarity: Rarity, opacity: float = 1.0) -> QColor:
    """Its colour in the theme in force."""
    return current_theme().color(f"rarity-{rarity}", opacity)


def rarity_shape(rarity: Rarity, box: QRectF) -> QPainterPath:
    """A circle, a triangle, a diamond, a hexagon or a star that fills a square box."""
    path = QPainterPath()
    if rarity is Rarity.COMMON:
        path.addEllipse(box.adjusted(1, 1, -1, -1))
        return path
    star = rarity is Rarity.LEGENDARY
    points = 10 if star else _CORNERS[rarity]
    middle, radius = box.center(), box.width() / 2
    for point in range(points):
        reach = radius * (0.46 if star and point % 2 else 1.06 if star else 1.0)
        angle = 2 * pi * point / points - pi / 2
        place = middle + QPointF(cos(angle) * reach, sin(angle) * reach)
        if point:
            path.lineTo(place)
        else:
            path.moveTo(place)
    path.closeSubpath()
    return path


def draw_rarity_mark(painter: QPainter, box: QRectF, rarity: Rarity) -> None:
    """Paint the shape in its colour into a square box."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(rarity_color(rarity))
    painter.drawPath(rarity_shape(rarity, box))
    painter.restore()


def draw_title(painter: QPainter, box: QRectF, title: Cosmetic, size: int = TYPE_CAPTION) -> float:
    """Paint a player's title, its rarity's shape before it, shortened to the box; returns its width in pixels."""
    painter.save()
    mark = QRectF(box.left(), box.center().y() - _MARK / 2, _MARK, _MARK)
    draw_rarity_mark(painter, mark, title.rarity)
    painter.setPen(rarity_color(title.rarity))
    painter.setFont(text_font(size, QFont.Weight.DemiBold))
    words = box.adjusted(_MARK + 5, 0, 0, 0)
    shown = painter.fontMetrics().elidedText(title.name, Qt.TextElideMode.ElideRight, int(words.width()))
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    width = _MARK + 5 + painter.fontMetrics().horizontalAdvance(shown)
    painter.restore()
    return width


def title_width(title: Cosmetic, size: int = TYPE_CAPTION) -> float:
    """The width a title needs to be painted whole, pixels."""
    metrics = QFontMetricsF(text_font(size, QFont.Weight.DemiBold))
    return _MARK + 5 + metrics.horizontalAdvance(title.name) + 1


def rarity_badge_size(rarity: Rarity) -> QSize:
    """The size a rarity's badge needs, pixels."""
    metrics = QFontMetricsF(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
    width = metrics.horizontalAdvance(rarity_name(rarity)) + 2 * SPACE_S + _MARK + 5
    return QSize(round(width + 0.5), _HEIGHT)


def draw_rarity_badge(painter: QPainter, rect: QRectF, rarity: Rarity) -> None:
    """Paint shape and word as a pill; for delegates too."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(rarity_color(rarity, 0.45), 1))
    painter.setBrush(rarity_color(rarity, 0.08))
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
    mark = QRectF(rect.left() + SPACE_S, rect.center().y() - _MARK / 2, _MARK, _MARK)
    draw_rarity_mark(painter, mark, rarity)
    painter.setPen(rarity_color(rarity))
    painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
    words = QRectF(mark.right() + 5, rect.top(), rect.right() - mark.right() - 5, rect.height())
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(words, left, rarity_name(rarity))
    painter.restore()
