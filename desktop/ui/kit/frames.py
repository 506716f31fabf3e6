"""Card frames: the ornament a player wears around cards, drawn by look, within ten pixels of the card's edge."""

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.tokens import RADIUS_M

_Corner = tuple[QPointF, int, int]
_REACH: Final = 26.0


def frame_looks() -> frozenset[str]:
    """Every look that can be drawn."""
    return frozenset(_DRAW)


def draw_frame(painter: QPainter, box: QRectF, look: str, radius: float = RADIUS_M) -> None:
    """Draw a frame over a card's border; nothing for "" and for a look nobody knows.

    box: the line of the card's border. Draw it before the focus ring, so that the ring stays in sight.
    """
    draw = _DRAW.get(look)
    if draw is None:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    draw(painter, box, radius)
    painter.restore()


def _twine(painter: QPainter, box: QRectF, radius: float) -> None:
    """A seam of stitches inside the edge, crossed at the corners."""
    thread = _ink("rarity-common", 0.9)
    _line(painter, box, radius, _ink("rarity-common", 0.35), 1)
    pen = QPen(thread, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
    seam = box.adjusted(4.5, 4.5, -4.5, -4.5)
    painter.setPen(pen)
    for start, end in _sides(seam, 10):
        _stitch(painter, start, end)
    for corner, across, down in _corners(seam):
        middle = corner + QPointF(2.5 * across, 2.5 * down)
        painter.drawLine(middle + QPointF(-2.4, -2.4), middle + QPointF(2.4, 2.4))
        painter.drawLine(middle + QPointF(-2.4, 2.4), middle + QPointF(2.4, -2.4))


def _stitch(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """Stitches of one length that fill a side evenly."""
    way = end - start
    length = abs(way.x()) + abs(way.y())
    count = max(1, round(length / 9))
    step = way / count
    for number in range(count):
        begun = start + step * number
        painter.drawLine(begun + step * 0.2, begun + step * 0.8)


def _vine(painter: QPainter, box: QRectF, radius: float) -> None:
    """A tendril that thins out from two corners, with leaves on it."""
    _line(painter, box, radius, _faded(box, "rarity-uncommon", (1.0, 0.18, 1.0)), 1.6)
    leaf = _ink("rarity-uncommon")
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(leaf)
    for corner, across, down in _corners(box):
        if across != down:
            continue
        for along, size, angle in ((9.0, 8.0, 34.0), (19.0, 6.5, 26.0), (28.0, 5.0, 20.0)):
            _leaf(painter, corner, (across, down), along, size, angle, upright=False)
            _leaf(painter, corner, (across, down), along, size, angle, upright=True)


def _leaf(
    painter: QPainter,
    corner: QPointF,
    way: tuple[int, int],
    along: float,
    size: float,
    angle: float,
    *,
    upright: bool,
) -> None:
    """A leaf that grows inwards from an edge, `along` pixels from the corner."""
    painter.save()
    painter.translate(corner)
    painter.scale(*way)
    if upright:
        painter.scale(-1, 1)
        painter.rotate(90)
    painter.translate(along, 0.5)
    painter.rotate(angle)
    path = QPainterPath()
    path.quadTo(size * 0.45, -size * 0.5, size, 0)
    path.quadTo(size * 0.45, size * 0.5, 0, 0)
    painter.drawPath(path)
    painter.restore()


def _brass(painter: QPainter, box: QRectF, radius: float) -> None:
    """Metal plates on the corners, each held by rivets, and a thin double line between them."""
    _line(painter, box, radius, _ink("rarity-legendary", 0.55), 1)
    _line(painter, box.adjusted(3, 3, -3, -3), max(1.0, radius - 3), _ink("rarity-legendary", 0.25), 1)
    plate = QPainterPath()
    plate.moveTo(0, 22)
    plate.lineTo(0, radius)
    plate.quadTo(0, 0, radius, 0)
    plate.lineTo(22, 0)
    plate.lineTo(19, 5)
    plate.lineTo(9, 5)
    plate.quadTo(5, 5, 5, 9)
    plate.lineTo(5, 19)
    plate.closeSubpath()
    fill = QLinearGradient(0, 0, 20, 20)
    fill.setColorAt(0, _ink("rarity-legendary"))
    fill.setColorAt(0.5, _ink("warning"))
    fill.setColorAt(1, _ink("rarity-legendary"))
    hole = current_theme().color("surface")
    for corner, across, down in _corners(box):
        painter.save()
        painter.translate(corner)
        painter.scale(across, down)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPath(plate)
        painter.setBrush(hole)
        for rivet in (QPointF(16.5, 2.6), QPointF(2.6, 16.5)):
            painter.drawEllipse(rivet, 1.2, 1.2)
        painter.restore()


def _rime(painter: QPainter, box: QRectF, radius: float) -> None:
    """Frost: needles of ice that hang from the upper edge and die away from the corners."""
    _line(painter, box, radius, _faded(box, "rarity-rare", (0.95, 0.45, 0.95)), 1.4)
    painter.setPen(Qt.PenStyle.NoPen)
    lengths = (8.5, 5.0, 7.0, 3.5, 5.5, 2.5, 4.0, 1.8, 2.8)
    for corner, across, down in _corners(box):
        shrink = 1.0 if down > 0 else 0.62
        for number, length in enumerate(lengths):
            x = radius * 0.6 + number * 4.6
            if x > box.width() / 2 - 4:
                break
            painter.setBrush(_ink("rarity-rare", 0.95 - 0.07 * number))
            needle = QPainterPath(corner + QPointF(across * x, 0))
            needle.lineTo(corner + QPointF(across * (x + 4.0), 0))
            needle.lineTo(corner + QPointF(across * (x + 1.2), down * length * shrink))
            needle.closeSubpath()
            painter.drawPath(needle)


def _starlit(painter: QPainter, box: QRectF, radius: float) -> None:
    """A line of night from violet to blue, with stars in it."""
    night = QLinearGradient(box.topLeft(), box.bottomRight())
    for at, role in ((0.0, "rarity-epic"), (0.5, "rarity-rare"), (1.0, "rarity-epic")):
        night.setColorAt(at, _ink(role))
    _line(painter, box, radius, _ink("rarity-epic", 0.16), 5)
    _line(painter, box, radius, night, 1.4)
    painter.setPen(Qt.PenStyle.NoPen)
    for share, role, size in ((0.22, "rarity-rare", 1.5), (0.47, "text", 1.1), (0.71, "rarity-epic", 1.7)):
        painter.setBrush(_ink(role))
        painter.drawEllipse(QPointF(box.left() + box.width() * share, box.top()), size, size)
        painter.drawEllipse(QPointF(box.right() - box.width() * share, box.bottom()), size, size)
    for corner, across, down in _corners(box):
        painter.setBrush(_ink("rarity-epic"))
        painter.drawPath(_star(corner + QPointF(5.0 * across, 5.0 * down), 6.5 if across == down else 4.5))
        painter.setBrush(_ink("rarity-rare"))
        painter.drawPath(_star(corner + QPointF(13.5 * across, 3.5 * down), 2.6))


def _star(middle: QPointF, size: float) -> QPainterPath:
    """Four points, drawn in at the waist."""
    path = QPainterPath(middle + QPointF(0, -size))
    for x, y in ((size, 0.0), (0.0, size), (-size, 0.0), (0.0, -size)):
        path.quadTo(middle, middle + QPointF(x, y))
    return path


def _phoenix(painter: QPainter, box: QRectF, radius: float) -> None:
    """Burning feathers that fold around the corners, over a glowing line."""
    _line(painter, box, radius, _ink("rarity-legendary", 0.16), 6)
    fire = QLinearGradient(box.topLeft(), box.bottomLeft())
    for at, role in ((0.0, "rarity-legendary"), (0.5, "error"), (1.0, "rarity-legendary")):
        fire.setColorAt(at, _ink(role))
    _line(painter, box, radius, fire, 1.8)
    painter.setPen(Qt.PenStyle.NoPen)
    plumes = (
        (_REACH + 8, 6.0, "error", 0.75),
        (_REACH - 4, 9.0, "rarity-legendary", 1.0),
        (11.0, 8.5, "error", 1.0),
    )
    for corner, across, down in _corners(box):
        painter.save()
        painter.translate(corner)
        painter.scale(across, down)
        for turned in (False, True):
            if turned:
                painter.scale(-1, 1)
                painter.rotate(90)
            for length, depth, role, opacity in plumes:
                painter.setBrush(_ink(role, opacity))
                painter.drawPath(_plume(radius * 0.5, length, depth))
        painter.restore()


def _plume(start: float, length: float, depth: float) -> QPainterPath:
    """A feather lying along an edge with its tip curling inwards."""
    path = QPainterPath(QPointF(start, 0))
    path.lineTo(start + length * 0.55, 0)
    path.quadTo(start + length * 0.85, depth * 0.12, start + length, depth * 0.8)
    path.quadTo(start + length * 0.55, depth * 0.45, start + length * 0.3, depth * 0.62)
    path.quadTo(start + length * 0.1, depth * 0.6, start, 0)
    return path


def _line(painter: QPainter, box: QRectF, radius: float, ink: QColor | QLinearGradient, width: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, width))
    painter.drawRoundedRect(box, radius, radius)


def _ink(role: str, opacity: float = 1.0) -> QColor:
    return current_theme().color(role, opacity)


def _faded(box: QRectF, role: str, shares: tuple[float, float, float]) -> QLinearGradient:
    """From one corner over the middle to the other, at these opacities."""
    fill = QLinearGradient(box.topLeft(), box.bottomRight())
    for at, opacity in zip((0.0, 0.5, 1.0), shares, strict=True):
        fill.setColorAt(at, _ink(role, opacity))
    return fill


def _corners(box: QRectF) -> Iterable[_Corner]:
    """Each corner, and which way is inwards from it."""
    return (
        (box.topLeft(), 1, 1),
        (box.topRight(), -1, 1),
        (box.bottomRight(), -1, -1),
        (box.bottomLeft(), 1, -1),
    )


def _sides(box: QRectF, cut: float) -> Iterable[tuple[QPointF, QPointF]]:
    """The four sides without their corners."""
    across, down = QPointF(cut, 0), QPointF(0, cut)
    return (
        (box.topLeft() + across, box.topRight() - across),
        (box.topRight() + down, box.bottomRight() - down),
        (box.bottomLeft() + across, box.bottomRight() - across),
        (box.topLeft() + down, box.bottomLeft() - down),
    )


_DRAW: Final[dict[str, Callable[[QPainter, QRectF, float], None]]] = {
    "twine": _twine,
    "vine": _vine,
    "brass": _brass,
    "rime": _rime,
    "starlit": _starlit,
    "phoenix": _phoenix,
}
