"""Every thing drawn in its own look, so that one sees before buying."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QRadialGradient

from desktop.ui.kit.charts.small import draw_bar
from desktop.ui.kit.frames import draw_frame
from desktop.ui.kit.rarity import draw_title, rarity_color, title_width
from desktop.ui.theme.apply import current_theme, theme_named
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import PLAIN, RADIUS_M, RADIUS_S, TYPE_BODY, TYPE_CAPTION, TYPE_HEADING
from shared.economy.things import Cosmetic, CosmeticKind, Material

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def draw_preview(painter: QPainter, box: QRectF, thing: Cosmetic | Material, name: str) -> None:
    """Draw a thing as it will look into a box of at least 180 × 80 pixels. name: whom a title is shown on."""
    theme = current_theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("border"), 1))
    painter.setBrush(theme.color("sunken"))
    ground = box.adjusted(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(ground, RADIUS_S, RADIUS_S)
    _glow(painter, ground, thing)
    if not isinstance(thing, Material):
        # Below the badges.
        ground.setTop(ground.top() + 24)
    if isinstance(thing, Material):
        _material(painter, ground, thing)
    elif thing.kind is CosmeticKind.ACCENT:
        _accent(painter, ground, thing.look)
    elif thing.kind is CosmeticKind.FRAME:
        _frame(painter, ground, thing.look)
    elif thing.kind is CosmeticKind.TITLE:
        _title(painter, ground, thing, name)
    else:
        _tray(painter, ground, thing.look)
    painter.restore()


def _glow(painter: QPainter, box: QRectF, thing: Cosmetic | Material) -> None:
    """A light from below in the colour of the rarity, stronger the rarer it is."""
    strength = 0.03 + 0.045 * thing.rarity.rank
    light = QRadialGradient(QPointF(box.center().x(), box.bottom()), box.width() * 0.62)
    light.setColorAt(0, rarity_color(thing.rarity, strength))
    light.setColorAt(1, rarity_color(thing.rarity, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(light)
    painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)


def _accent(painter: QPainter, box: QRectF, look: str) -> None:
    """A button, a bar and a chosen line in the accent, on the surface they will stand on."""
    name = current_theme().name
    theme = theme_named("dark" if name == PLAIN else name, look)
    middle = box.center()
    panel = QRectF(round(middle.x() - 84), round(middle.y() - 28), 168, 56)
    painter.setPen(QPen(theme.color("border"), 1))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(panel, RADIUS_S, RADIUS_S)
    sample = QRectF(panel.left() + 10, panel.top() + 10, 62, 24)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawRoundedRect(sample, RADIUS_S, RADIUS_S)
    painter.setPen(theme.color("accent-text"))
    painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
    painter.drawText(sample, Qt.AlignmentFlag.AlignCenter, QCoreApplication.translate("shop", "Log run"))
    chosen = QRectF(sample.right() + 8, sample.top(), panel.right() - sample.right() - 18, 24)
    painter.setPen(QPen(theme.color("accent"), 1))
    painter.setBrush(theme.color("selected"))
    painter.drawRoundedRect(chosen.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
    draw_icon(
        painter, QRectF(chosen.left() + 7, chosen.top() + 5, 14, 14), "star-filled", theme.color("accent")
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("text", 0.7))
    painter.drawRoundedRect(QRectF(chosen.left() + 28, chosen.center().y() - 2.5, 34, 5), 2.5, 2.5)
    draw_bar(
        painter,
        QRectF(panel.left() + 10, panel.bottom() - 14, panel.width() - 20, 6),
        0.68,
        theme.color("accent"),
    )


def _frame(painter: QPainter, box: QRectF, look: str) -> None:
    """A small card in the frame."""
    theme = current_theme()
    middle = box.center()
    card = QRectF(round(middle.x() - 80) + 0.5, round(middle.y() - 31) + 0.5, 160, 62)
    painter.setPen(QPen(theme.color("border"), 1))
    painter.setBrush(theme.color("surface"))
    painter.drawRoundedRect(card, RADIUS_M, RADIUS_M)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent", 0.3))
    painter.drawRoundedRect(QRectF(card.left() + 14, card.top() + 15, 32, 32), RADIUS_S, RADIUS_S)
    painter.setBrush(theme.color("text", 0.55))
    painter.drawRoundedRect(QRectF(card.left() + 56, card.top() + 19, 66, 7), 3.5, 3.5)
    painter.setBrush(theme.color("text-muted", 0.45))
    painter.drawRoundedRect(QRectF(card.left() + 56, card.top() + 35, 44, 6), 3, 3)
    draw_frame(painter, card, look)


def _title(painter: QPainter, box: QRectF, title: Cosmetic, name: str) -> None:
    """The title below the name of whoever will go by it."""
    theme = current_theme()
    middle = box.center()
    painter.setPen(theme.color("text"))
    painter.setFont(text_font(TYPE_HEADING, QFont.Weight.DemiBold))
    words = QRectF(box.left() + 8, middle.y() - 17, box.width() - 16, 22)
    shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(words.width()))
    painter.drawText(words, Qt.AlignmentFlag.AlignCenter, shown)
    width = min(title_width(title, TYPE_BODY), box.width() - 16)
    draw_title(painter, QRectF(middle.x() - width / 2, middle.y() + 7, width, 20), title, TYPE_BODY)


def _tray(painter: QPainter, box: QRectF, look: str) -> None:
    """The icon large, and small in a corner of a screen as it will mostly be seen."""
    theme = current_theme()
    middle = box.center()
    draw_icon(painter, QRectF(middle.x() - 58, middle.y() - 17, 40, 40), look, theme.color("accent"))
    bar = QRectF(middle.x() + 4, middle.y() - 9, 74, 24)
    painter.setPen(QPen(theme.color("border"), 1))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(bar, 5, 5)
    draw_icon(painter, QRectF(bar.left() + 8, bar.top() + 4, 16, 16), look, theme.color("accent"))
    painter.setPen(theme.color("text-muted"))
    painter.setFont(text_font(TYPE_CAPTION))
    painter.drawText(bar.adjusted(32, 0, 0, 0), _LEFT, "20:15")


def _material(painter: QPainter, box: QRectF, material: Material) -> None:
    """Its icon in a disc of light."""
    middle = QPointF(box.center().x(), box.center().y() + 8)
    light = QRadialGradient(middle, 44)
    light.setColorAt(0, rarity_color(material.rarity, 0.3))
    light.setColorAt(1, rarity_color(material.rarity, 0))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(light)
    painter.drawEllipse(middle, 44, 38)
    draw_icon(
        painter,
        QRectF(middle.x() - 20, middle.y() - 20, 40, 40),
        material.icon,
        rarity_color(material.rarity),
    )
