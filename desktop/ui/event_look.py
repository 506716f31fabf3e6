"""How an event looks wherever it is shown: its icon, and the colour that goes with the icon."""

from hashlib import blake2b

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import CHART_SERIES, over

_SERIES = {
    "enhancement": 3,
    "material": 1,
    "coin": 0,
    "trophy": 2,
    "star": 4,
    "maple": 4,
    "sun": 5,
    "moon": 5,
    "flame": 4,
    "crystal": 1,
}
"""By icon: what an event is about decides its colour. Others get one by their name."""


def event_color(icon: str, opacity: float = 1.0) -> QColor:
    """The colour that goes with an event's icon."""
    known = _SERIES.get(icon)
    series = blake2b(icon.encode(), digest_size=1).digest()[0] % CHART_SERIES if known is None else known
    color = current_theme().chart(series)
    color.setAlphaF(color.alphaF() * opacity)
    return color


def event_ground(icon: str, share: float) -> QColor:
    """The card's surface tinted by so much of the event's colour; opaque."""
    return over(event_color(icon, share), current_theme().color("surface"))


def draw_event_tile(painter: QPainter, box: QRectF, icon: str) -> None:
    """Paint an event's icon on a tile of its colour; decoration, the name stands beside it."""
    theme = current_theme()
    radius = max(4.0, min(box.width() * 0.22, 14.0))
    shape = QPainterPath()
    shape.addRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    fill = QLinearGradient(box.topLeft(), box.bottomRight())
    fill.setColorAt(0, event_ground(icon, 0.42 if theme.dark else 0.24))
    fill.setColorAt(1, event_ground(icon, 0.16 if theme.dark else 0.10))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(shape, fill)
    painter.setPen(QPen(event_color(icon, 0.55), 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
    side = box.width() * 0.56
    place = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
    ink = theme.color("text", 0.35)
    draw_icon(painter, place, icon, over(ink, event_color(icon)))
    painter.restore()
