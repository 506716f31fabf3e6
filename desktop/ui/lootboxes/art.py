"""Boxes, drawn: no picture files, only shapes in the theme's colours."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen, QRadialGradient

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import over

SIDE = 200.0
"""Boxes are drawn in a square of this size; scale the painter for another."""
MOUTH = QRectF(28, 84, 144, 12)
"""Where the light comes out."""


@dataclass(frozen=True, slots=True)
class BoxStyle:
    """wood, metal: roles. emblem: an icon on the lock. arched: the lid is round, not flat."""

    wood: str
    metal: str
    emblem: str
    arched: bool


_STYLES = {
    "maple-box": BoxStyle("chart-1", "rarity-legendary", "maple", arched=False),
    "moonlit-chest": BoxStyle("chart-3", "chart-2", "moon", arched=True),
}
_OTHER = BoxStyle("chart-4", "rarity-legendary", "star-filled", arched=False)


def box_style(slug: str) -> BoxStyle:
    """How a box looks; one that nobody drew has a plain look."""
    return _STYLES.get(slug, _OTHER)


def draw_box(painter: QPainter, rect: QRectF, slug: str) -> None:
    """Draw a closed box into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(rect.topLeft())
    painter.scale(rect.width() / SIDE, rect.height() / SIDE)
    style = box_style(slug)
    draw_shadow(painter)
    draw_body(painter, style)
    draw_lid(painter, style)
    painter.restore()


def draw_shadow(painter: QPainter) -> None:
    """What the box stands on."""
    shade = QRadialGradient(QPointF(0, 0), 92)
    dark = QColor(Qt.GlobalColor.black)
    for at, opacity in ((0.0, 0.42), (0.7, 0.2), (1.0, 0.0)):
        dark.setAlphaF(opacity)
        shade.setColorAt(at, dark)
    painter.save()
    painter.translate(100, 180)
    painter.scale(1, 0.17)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shade)
    painter.drawEllipse(QPointF(0, 0), 92, 92)
    painter.restore()


def draw_body(painter: QPainter, style: BoxStyle) -> None:
    """The chest without its lid, open at the top."""
    inside = QRectF(24, 82, 152, 26)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_shade(style.wood, 0.28))
    painter.drawRoundedRect(inside, 6, 6)
    body = QPainterPath()
    body.addRoundedRect(QRectF(22, 92, 156, 88), 9, 9)
    body.addRect(QRectF(22, 92, 156, 12))
    fill = QLinearGradient(0, 92, 0, 180)
    fill.setColorAt(0, _shade(style.wood, 0.92))
    fill.setColorAt(1, _shade(style.wood, 0.56))
    painter.fillPath(body.simplified(), fill)
    painter.setPen(QPen(_shade(style.wood, 0.42), 1.4))
    for y in (121, 150):
        painter.drawLine(QPointF(24, y), QPointF(176, y))
    for x, top, bottom in (
        (70, 93, 121),
        (128, 93, 121),
        (50, 121, 150),
        (104, 121, 150),
        (86, 150, 179),
        (146, 150, 179),
    ):
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    _straps(painter, style, 92, 180)
    painter.setPen(QPen(_shade(style.wood, 0.34), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(body.simplified())


def draw_lid(painter: QPainter, style: BoxStyle) -> None:
    """The lid with the lock that hangs from it."""
    lid = QPainterPath()
    if style.arched:
        lid.moveTo(18, 94)
        lid.lineTo(18, 76)
        lid.cubicTo(24, 28, 176, 28, 182, 76)
        lid.lineTo(182, 94)
        lid.closeSubpath()
    else:
        lid.moveTo(36, 46)
        lid.lineTo(164, 46)
        lid.lineTo(182, 72)
        lid.lineTo(182, 94)
        lid.lineTo(18, 94)
        lid.lineTo(18, 72)
        lid.closeSubpath()
    fill = QLinearGradient(0, 40, 0, 94)
    fill.setColorAt(0, _shade(style.wood, 1.14))
    fill.setColorAt(0.55, _shade(style.wood, 0.94))
    fill.setColorAt(1, _shade(style.wood, 0.74))
    painter.fillPath(lid, fill)
    painter.save()
    painter.setClipPath(lid)
    painter.setPen(QPen(_shade(style.wood, 0.5), 1.4))
    if style.arched:
        for drop in (14, 28):
            painter.drawArc(QRectF(10, 40 + drop, 180, 90), 0, 180 * 16)
    else:
        for x, foot in ((68, 58), (100, 100), (132, 142)):
            painter.drawLine(QPointF(x, 46), QPointF(foot, 72))
    _straps(painter, style, 28, 94)
    light = QLinearGradient(0, 40, 0, 72)
    light.setColorAt(0, white(0.26))
    light.setColorAt(1, white(0.0))
    painter.fillRect(QRectF(18, 40, 164, 32), light)
    painter.restore()
    rim = QRectF(16, 80, 168, 15)
    painter.setPen(QPen(shaded(gold(style.metal), 0.45), 1.6))
    painter.setBrush(_metal(style, rim))
    painter.drawRoundedRect(rim, 4, 4)
    painter.setPen(QPen(_shade(style.wood, 0.34), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(lid)
    _lock(painter, style)


def _lock(painter: QPainter, style: BoxStyle) -> None:
    plate = QRectF(76, 72, 48, 48)
    painter.setPen(QPen(shaded(gold(style.metal), 0.4), 2))
    painter.setBrush(_metal(style, plate))
    painter.drawRoundedRect(plate, 13, 13)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(white(0.34), 1.2))
    painter.drawRoundedRect(plate.adjusted(3, 3, -3, -3), 10.5, 10.5)
    draw_icon(painter, plate.adjusted(11, 11, -11, -11), style.emblem, _shade(style.wood, 0.3))


def _straps(painter: QPainter, style: BoxStyle, top: float, bottom: float) -> None:
    for x in (34.0, 148.0):
        strap = QRectF(x, top, 18, bottom - top)
        painter.setPen(QPen(shaded(gold(style.metal), 0.42), 1.4))
        painter.setBrush(_metal(style, strap, across=True))
        painter.drawRect(strap)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shaded(gold(style.metal), 0.5))
        for y in (top + 22, bottom - 10):
            painter.drawEllipse(QPointF(x + 9, y), 2.6, 2.6)


def _metal(style: BoxStyle, rect: QRectF, *, across: bool = False) -> QLinearGradient:
    fill = QLinearGradient(rect.topLeft(), rect.topRight() if across else rect.bottomLeft())
    for at, light in ((0.0, 1.12), (0.35, 1.0), (1.0, 0.66)):
        fill.setColorAt(at, shaded(gold(style.metal), light))
    return fill


def gold(role: str = "rarity-legendary") -> QColor:
    """The role's colour as metal: brighter in a light theme, whose roles are dark enough to be read."""
    color = current_theme().color(role)
    return QColor.fromHslF(color.hslHueF(), 0.88 * color.hslSaturationF(), max(0.54, color.lightnessF()))


def _shade(role: str, light: float) -> QColor:
    """The role's colour made darker (below 1) or lighter; opaque."""
    return shaded(current_theme().color(role), light)


def shaded(color: QColor, light: float) -> QColor:
    """A colour made darker (below 1) or lighter; opaque."""
    tint = QColor(Qt.GlobalColor.black if light < 1 else Qt.GlobalColor.white)
    tint.setAlphaF(min(1.0, abs(1 - light)))
    return over(tint, color)


def white(opacity: float) -> QColor:
    """Light."""
    color = QColor(Qt.GlobalColor.white)
    color.setAlphaF(opacity)
    return color
