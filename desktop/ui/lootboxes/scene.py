"""An opening as a picture of every moment: the box shakes and glows, bursts, and gives what it holds.

Everything that does not change is painted once; a moment only moves, turns and fades pictures.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import cos, pi, sin

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPixmap, QRadialGradient

from desktop.ui.kit.rarity import rarity_color, rarity_shape
from desktop.ui.lootboxes.art import MOUTH, SIDE, box_style, draw_body, draw_lid, draw_shadow, white
from desktop.ui.lootboxes.emblems import draw_line_card, draw_prize_card, draw_small_card
from desktop.ui.lootboxes.words import Won
from desktop.ui.theme.apply import current_theme
from shared.economy.things import Rarity

PLAIN_MS = 1500
"""How long a common, uncommon or rare opening plays."""
EXTRA_MS = {Rarity.EPIC: 500, Rarity.LEGENDARY: 1000}
REVEAL_MS = 700
"""The end of every opening: from the burst until the prize lies still."""
CARD = QSizeF(230, 290)
_SMALL = QSizeF(155, 180)
_LINE = QSizeF(260, 64)
_ROOM_FOR_CARDS = QSizeF(560, 300)
_GAP = 10.0
_COLUMNS = 5
_SPARKS = {Rarity.COMMON: 14, Rarity.UNCOMMON: 20, Rarity.RARE: 30, Rarity.EPIC: 42, Rarity.LEGENDARY: 60}
_SPARK = 26
_RAYS = {Rarity.RARE: 10, Rarity.EPIC: 12, Rarity.LEGENDARY: 16}
_BACK = QEasingCurve(QEasingCurve.Type.OutBack)
_OUT = QEasingCurve(QEasingCurve.Type.OutCubic)


@dataclass(frozen=True, slots=True)
class _Spark:
    """A shape that flies out: direction, distance in parts of the reach, size, turns and how much it falls."""

    angle: float
    reach: float
    size: float
    turn: float
    fall: float


def duration_ms(best: Rarity) -> int:
    """How long an opening plays whose best prize has this rarity."""
    return PLAIN_MS + EXTRA_MS.get(best, 0)


def best_of(prizes: Sequence[Won]) -> Rarity:
    """The rarest of some prizes; common for none."""
    return max((each.rarity for each in prizes), key=lambda rarity: rarity.rank, default=Rarity.COMMON)


class Scene:
    """One opening, or a closed box when there are no prizes, for one size of stage and one theme.

    ratio: device pixels per pixel. seed: what makes its sparks fly as they do.
    """

    def __init__(self, size: QSizeF, ratio: float, box: str, prizes: Sequence[Won], seed: str) -> None:
        self.size = size
        self.rarity = best_of(prizes)
        self.duration = duration_ms(self.rarity)
        self._ratio = ratio
        self._prizes = tuple(prizes)
        self._side = max(120.0, min(size.width() * 0.56, size.height() * 0.72, 420.0))
        style, scale = box_style(box), self._side / SIDE
        self._shadow = self._picture(QSizeF(self._side, self._side), scale, draw_shadow)
        self._body = self._picture(QSizeF(self._side, self._side), scale, lambda p: draw_body(p, style))
        self._lid = self._picture(QSizeF(self._side, self._side), scale, lambda p: draw_lid(p, style))
        self._color = rarity_color(self.rarity)
        self._glow = self._light(current_theme().color("accent"))
        self._bright = self._light(self._color)
        self._light_of_burst = self._light(white(1.0))
        self._rays = self._ray_picture() if self._prizes and self.rarity in _RAYS else None
        self._spark_picture = self._picture(QSizeF(_SPARK, _SPARK), 1.0, self._draw_spark)
        self._sparks = self._make_sparks(seed) if self._prizes else []
        self._cards = self._card_pictures()

    @property
    def burst(self) -> int:
        """The millisecond the box opens."""
        return self.duration - REVEAL_MS

    def draw(self, painter: QPainter, at: float | None) -> None:
        """Paint a moment, milliseconds from the beginning; None for the closed box."""
        # The pictures are clear at their edges: smoothing those as well would cost eight times as much when turned.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if at is None or not self._prizes:
            self._draw_closed(painter)
        elif at < self.burst:
            self._draw_building(painter, at / self.burst, at)
        else:
            self._draw_reveal(painter, min(1.0, (at - self.burst) / REVEAL_MS))

    def card_places(self) -> list[QRectF]:
        """Where the prizes lie in the end."""
        if not self._prizes:
            return []
        if len(self._prizes) == 1:
            scale = min(
                1.0, (self.size.height() - 24) / CARD.height(), (self.size.width() - 24) / CARD.width()
            )
            size = CARD * scale
            return [QRectF(self._centre() - QPointF(size.width() / 2, size.height() / 2), size)]
        columns, most = (2, _LINE) if self._narrow else (_COLUMNS, _SMALL)
        rows = -(-len(self._prizes) // columns)
        wide = (self.size.width() - 24 - _GAP * (columns - 1)) / columns
        high = (self.size.height() - 24 - _GAP * (rows - 1)) / rows
        width, height = min(most.width(), wide), min(most.height(), high)
        left = self._centre().x() - (columns * (width + _GAP) - _GAP) / 2
        top = self._centre().y() - (rows * (height + _GAP) - _GAP) / 2
        return [
            QRectF(
                left + (n % columns) * (width + _GAP), top + (n // columns) * (height + _GAP), width, height
            )
            for n in range(len(self._prizes))
        ]

    @property
    def _narrow(self) -> bool:
        """Whether cards that stand beside each other would be too small to read."""
        return self.size.width() < _ROOM_FOR_CARDS.width() or self.size.height() < _ROOM_FOR_CARDS.height()

    # The three parts

    def _draw_closed(self, painter: QPainter) -> None:
        self._put(painter, self._glow, self._centre(), 0.55)
        self._draw_box(painter, self._box_place())

    def _draw_building(self, painter: QPainter, share: float, at: float) -> None:
        """It trembles, more and more; its light takes the colour of what is inside only near the end."""
        strength = share * share
        known = max(0.0, (share - 0.55) / 0.45)
        if self._rays is not None and known > 0:
            self._put(
                painter, self._rays, self._mouth(), 0.75 * known, turn=at / 26, scale=0.55 + 0.35 * known
            )
        self._put(painter, self._glow, self._centre(), (0.55 + 0.45 * strength) * (1 - 0.8 * known))
        self._put(painter, self._bright, self._centre(), known, scale=0.8 + 0.3 * known)
        shake = 7.0 * strength
        place = self._box_place().translated(shake * sin(at / 17), -abs(shake * 0.9 * sin(at / 29)))
        lift = 9.0 * strength * abs(sin(at / 41))
        painter.save()
        painter.translate(place.center())
        painter.rotate(2.4 * strength * sin(at / 23))
        painter.translate(-place.center())
        self._draw_box(painter, place, lift=lift, light=0.25 + 0.75 * strength)
        painter.restore()

    def _draw_reveal(self, painter: QPainter, share: float) -> None:
        calm = _OUT.valueForProgress(share)
        if self._rays is not None:
            self._put(
                painter,
                self._rays,
                self._centre(),
                0.8 - 0.35 * calm,
                turn=18 + 14 * calm,
                scale=0.9 + 0.35 * calm,
            )
        self._put(painter, self._bright, self._centre(), 1 - 0.45 * calm, scale=1.1 + 0.3 * calm)
        fade = max(0.0, 1 - 1.7 * share)
        if fade > 0:
            painter.save()
            painter.setOpacity(fade)
            sunk = self._box_place().translated(0, 46 * calm)
            self._draw_body(painter, sunk, 1.0)
            self._fly_lid(painter, calm, fade)
            painter.restore()
        self._draw_flash(painter, share)
        self._draw_sparks(painter, share)
        for number, (picture, place) in enumerate(zip(self._cards, self.card_places(), strict=True)):
            late = 0.08 + (0.42 * number / len(self._cards) if len(self._cards) > 1 else 0)
            grown = min(1.0, max(0.0, (share - late) / (1 - late) * (1.0 if len(self._cards) == 1 else 1.5)))
            if grown > 0:
                scale = 0.35 + 0.65 * _BACK.valueForProgress(grown)
                rise = (1 - _OUT.valueForProgress(grown)) * 60
                self._put(
                    painter, picture, place.center() + QPointF(0, rise), min(1.0, grown * 2.5), scale=scale
                )

    # Pieces of them

    def _draw_box(self, painter: QPainter, place: QRectF, lift: float = 0.0, light: float = 0.0) -> None:
        self._draw_body(painter, place, light)
        painter.drawPixmap(place.translated(0, -lift).topLeft(), self._lid)

    def _draw_body(self, painter: QPainter, place: QRectF, light: float) -> None:
        painter.drawPixmap(place.topLeft(), self._shadow)
        painter.drawPixmap(place.topLeft(), self._body)
        if light > 0:
            scale = place.width() / SIDE
            slit = QRectF(
                place.left() + MOUTH.left() * scale,
                place.top() + MOUTH.top() * scale,
                MOUTH.width() * scale,
                MOUTH.height() * scale,
            )
            beam = QLinearGradient(slit.topLeft(), slit.topRight())
            for at, opacity in ((0.0, 0.0), (0.5, light), (1.0, 0.0)):
                beam.setColorAt(at, _faded(self._color, opacity))
            painter.fillRect(slit, beam)

    def _fly_lid(self, painter: QPainter, calm: float, fade: float) -> None:
        place = self._box_place().translated(-70 * calm, -150 * calm)
        painter.save()
        painter.setOpacity(fade)
        painter.translate(place.center())
        painter.rotate(-46 * calm)
        painter.translate(-place.center())
        painter.drawPixmap(place.topLeft(), self._lid)
        painter.restore()

    def _draw_flash(self, painter: QPainter, share: float) -> None:
        """A ring of the rarity's own shape that widens, and a short white light."""
        if share < 0.7:
            out = _OUT.valueForProgress(share / 0.7)
            radius = self._side * (0.2 + 0.85 * out)
            box = QRectF(0, 0, 2 * radius, 2 * radius)
            box.moveCenter(self._centre())
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            ring = rarity_shape(self.rarity, box)
            inner = box.adjusted(*(self._ring_width(out) * way for way in (1, 1, -1, -1)))
            painter.fillPath(
                ring.subtracted(rarity_shape(self.rarity, inner)), _faded(self._color, 0.8 * (1 - out))
            )
            painter.restore()
        if share < 0.22:
            self._put(painter, self._light_of_burst, self._mouth(), 1 - share / 0.22, scale=0.6 + 2.4 * share)

    @staticmethod
    def _ring_width(out: float) -> float:
        return 16 * (1 - out) + 3

    def _draw_sparks(self, painter: QPainter, share: float) -> None:
        out, opacity = _OUT.valueForProgress(share), min(1.0, 2.2 * (1 - share))
        if opacity <= 0:
            return
        reach = max(self.size.width(), self.size.height()) * 0.62
        for spark in self._sparks:
            way = QPointF(cos(spark.angle), sin(spark.angle)) * reach * spark.reach * out
            place = self._mouth() + way + QPointF(0, spark.fall * share * share)
            self._put(painter, self._spark_picture, place, opacity, turn=spark.turn * share, scale=spark.size)

    # Pictures made once

    def _centre(self) -> QPointF:
        return QPointF(self.size.width() / 2, self.size.height() / 2)

    def _box_place(self) -> QRectF:
        box = QRectF(0, 0, self._side, self._side)
        box.moveCenter(self._centre() + QPointF(0, -self._side * 0.03))
        return box

    def _mouth(self) -> QPointF:
        place = self._box_place()
        return place.topLeft() + MOUTH.center() * (place.width() / SIDE)

    def _picture(self, size: QSizeF, scale: float, draw: Callable[[QPainter], None]) -> QPixmap:
        made = QPixmap(round(size.width() * self._ratio), round(size.height() * self._ratio))
        made.setDevicePixelRatio(self._ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        draw(painter)
        painter.end()
        return made

    def _light(self, color: QColor) -> QPixmap:
        """A soft disc of light, as wide as the box is twice."""
        side = self._side * 1.9

        def draw(painter: QPainter) -> None:
            light = QRadialGradient(QPointF(side / 2, side / 2), side / 2)
            strength = 0.5 if current_theme().dark else 0.42
            for at, opacity in ((0.0, strength), (0.45, strength * 0.45), (1.0, 0.0)):
                light.setColorAt(at, _faded(color, opacity))
            painter.fillRect(QRectF(0, 0, side, side), light)

        return self._picture(QSizeF(side, side), 1.0, draw)

    def _ray_picture(self) -> QPixmap:
        """Beams from the middle that fade outwards; more of them the rarer the prize."""
        side = self._side * 2.1
        beams = _RAYS[self.rarity]

        def draw(painter: QPainter) -> None:
            light = QRadialGradient(QPointF(side / 2, side / 2), side / 2)
            strength = 0.42 if self.rarity is Rarity.LEGENDARY else 0.3
            for at, opacity in ((0.0, strength), (0.5, strength * 0.5), (1.0, 0.0)):
                light.setColorAt(at, _faded(self._color, opacity))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(light)
            for beam in range(beams):
                middle, half = 2 * pi * beam / beams, pi / beams * (0.5 if beam % 2 else 0.34)
                path = QPainterPath(QPointF(side / 2, side / 2))
                for angle in (middle - half, middle + half):
                    path.lineTo(side / 2 + cos(angle) * side / 2, side / 2 + sin(angle) * side / 2)
                path.closeSubpath()
                painter.drawPath(path)

        return self._picture(QSizeF(side, side), 1.0, draw)

    def _draw_spark(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        painter.drawPath(rarity_shape(self.rarity, QRectF(3, 3, _SPARK - 6, _SPARK - 6)))

    def _make_sparks(self, seed: str) -> list[_Spark]:
        dice = random.Random(seed)  # noqa: S311 - how sparks fly is no secret
        return [
            _Spark(
                angle=dice.uniform(-pi, pi) if number % 3 else dice.uniform(-0.8 * pi, -0.2 * pi),
                reach=dice.uniform(0.25, 1.0),
                size=dice.uniform(0.35, 1.15),
                turn=dice.uniform(-420, 420),
                fall=dice.uniform(20, 150),
            )
            for number in range(_SPARKS[self.rarity])
        ]

    def _card_pictures(self) -> list[QPixmap]:
        """The prizes' cards at the size they have in the end."""
        if len(self._prizes) == 1:
            (prize,) = self._prizes
            scale = self.card_places()[0].width() / CARD.width()
            card = QRectF(QPointF(0, 0), CARD)
            return [self._picture(CARD * scale, scale, lambda p: draw_prize_card(p, card, prize))]
        draw = draw_line_card if self._narrow else draw_small_card
        return [
            self._picture(place.size(), 1.0, partial(_card_of, draw, place.size(), prize))
            for place, prize in zip(self.card_places(), self._prizes, strict=True)
        ]

    def _put(
        self,
        painter: QPainter,
        picture: QPixmap,
        middle: QPointF,
        opacity: float,
        *,
        turn: float = 0.0,
        scale: float = 1.0,
    ) -> None:
        """Paint a picture around a point."""
        if opacity <= 0:
            return
        painter.save()
        painter.setOpacity(min(1.0, opacity))
        painter.translate(middle)
        if turn:
            painter.rotate(turn)
        if scale != 1.0:
            painter.scale(scale, scale)
        painter.drawPixmap(
            QPointF(-picture.width() / self._ratio / 2, -picture.height() / self._ratio / 2), picture
        )
        painter.restore()


def _card_of(
    draw: Callable[[QPainter, QRectF, Won], None], size: QSizeF, prize: Won, painter: QPainter
) -> None:
    draw(painter, QRectF(QPointF(0, 0), size), prize)


def _faded(color: QColor, opacity: float) -> QColor:
    made = QColor(color)
    made.setAlphaF(max(0.0, min(1.0, opacity)))
    return made
