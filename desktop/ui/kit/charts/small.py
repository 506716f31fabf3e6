"""Charts that fit in a row: an interval, a spark line, a ring, a bar."""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.kit.charts.base import Formatter, Number, draw_focus, plain_number
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import TARGET

Scale = Callable[[Number], float]
"""Where a value is on an axis, 0 at its beginning to 1 at its end."""


def linear(maximum: Number) -> Scale:
    """An axis from 0 to a maximum."""
    return lambda value: max(0.0, min(1.0, value / maximum))


def logarithmic(least: float) -> Scale:
    """An axis of probabilities from `least`, and all that is rarer, to 1."""
    return lambda value: max(0.0, min(1.0, 1 - math.log(value) / math.log(least))) if value > 0 else 0.0


class _Small(QWidget):
    """A named figure that can be read by a screen reader and, where it says more than its text, focused."""

    def __init__(self, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._name = name
        self.setAccessibleName(name)

    def _say(self, text: str) -> None:
        self.setAccessibleDescription(text)
        self.setToolTip(text)


class IntervalBar(_Small):
    """An estimate with its low and high end on a scale from 0; a mark below it shows one's own value."""

    def __init__(self, name: str, formatter: Formatter = plain_number, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._format = formatter
        self._values: tuple[Number, Number, Number] | None = None
        self._maximum: Number = 1
        self._mark: Number | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say(self.tr("No data yet."))

    def set_interval(
        self, low: Number, estimate: Number, high: Number, maximum: Number, mark: Number | None = None
    ) -> None:
        """Show it. ValueError unless low ≤ estimate ≤ high and 0 < maximum."""
        if not low <= estimate <= high or maximum <= 0:
            raise ValueError("an interval runs from low over estimate to high")
        self._values, self._maximum, self._mark = (low, estimate, high), maximum, mark
        text = self.tr("{estimate}, between {low} and {high}").format(
            estimate=self._format(estimate), low=self._format(low), high=self._format(high)
        )
        if mark is not None:
            text += self.tr("; mine {mark}").format(mark=self._format(mark))
        self._say(text)
        self.update()

    def clear(self) -> None:
        """Show that nothing is known."""
        self._values = None
        self._say(self.tr("No data yet."))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, TARGET)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, TARGET)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(6, 0, -6, 0)
        draw_interval(painter, area, self._values, linear(self._maximum), self._mark)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()))


def draw_interval(
    painter: QPainter,
    area: QRectF,
    values: tuple[Number, Number | None, Number] | None,
    scale: Scale,
    mark: Number | None = None,
) -> None:
    """Paint an interval into area; for delegates too. values: (low, estimate or None, high), None for nothing."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = area.center().y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("hover"))
    painter.drawRoundedRect(QRectF(area.left(), middle - 2, area.width(), 4), 2, 2)
    if values is None:
        return

    def at(value: Number) -> float:
        return area.left() + area.width() * scale(value)

    low, estimate, high = values
    painter.setBrush(theme.color("accent", 0.42))
    painter.drawRoundedRect(QRectF(at(low), middle - 4, max(4.0, at(high) - at(low)), 8), 4, 4)
    if estimate is not None:
        painter.setBrush(theme.color("accent"))
        painter.drawRoundedRect(QRectF(at(estimate) - 2, middle - 7, 4, 14), 2, 2)
    if mark is not None:
        x = at(mark)
        path = QPainterPath(QPointF(x, middle + 4))
        path.lineTo(QPointF(x - 4, middle + 11))
        path.lineTo(QPointF(x + 4, middle + 11))
        path.closeSubpath()
        painter.fillPath(path, theme.color("text"))


class SparkLine(_Small):
    """The shape of a few values, without axes; its last point is marked."""

    def __init__(self, name: str, formatter: Formatter = plain_number, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._format = formatter
        self._values: list[Number] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_values(self, values: Sequence[Number]) -> None:
        """Draw these, oldest first."""
        self._values = list(values)
        if self._values:
            self._say(
                self.tr("Last {last}, lowest {low}, highest {high}").format(
                    last=self._format(self._values[-1]),
                    low=self._format(min(self._values)),
                    high=self._format(max(self._values)),
                )
            )
        else:
            self._say(self.tr("No data yet."))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(96, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, TARGET)

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_spark(QPainter(self), QRectF(self.rect()).adjusted(4, 5, -5, -5), self._values)


def draw_spark(
    painter: QPainter, area: QRectF, values: Sequence[Number], least: Number | None = None
) -> None:
    """Paint the shape of values into area, oldest first; for delegates too. least: what the bottom is, None for the
    lowest of them."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if len(values) < 2:
        painter.setPen(QPen(theme.color("border-strong"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()))
        return
    low, high = min(values) if least is None else least, max(values)
    span = (high - low) or 1
    points = [
        QPointF(
            area.left() + area.width() * index / (len(values) - 1),
            area.bottom() - area.height() * ((value - low) / span if high > low else 0.5),
        )
        for index, value in enumerate(values)
    ]
    color = theme.color("accent")
    painter.setPen(
        QPen(color, 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawPolyline(points)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(points[-1], 3, 3)


class ProgressRing(_Small):
    """How much of a whole is done, with the count in the middle; a full ring is in the success colour."""

    def __init__(self, name: str, size: int = 64, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._value, self._maximum, self._text = 0, 0, ""
        self.setFixedSize(size, size)
        self.set_progress(0, 0)

    def set_progress(self, value: int, maximum: int, text: str = "") -> None:
        """Whole numbers of any size. text: what stands in the middle, "value/maximum" when empty."""
        self._value, self._maximum = value, maximum
        self._text = text or f"{plain_number(value)}/{plain_number(maximum)}"
        self._say(
            self.tr("{value} of {maximum}").format(value=plain_number(value), maximum=plain_number(maximum))
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        thick = max(4.0, self.width() * 0.09)
        box = QRectF(self.rect()).adjusted(thick / 2 + 1, thick / 2 + 1, -thick / 2 - 1, -thick / 2 - 1)
        painter.setPen(QPen(theme.color("hover"), thick))
        painter.drawEllipse(box)
        share = max(0.0, min(1.0, self._value / self._maximum)) if self._maximum > 0 else 0.0
        if share > 0:
            color = theme.color("success" if share >= 1 else "accent")
            painter.setPen(QPen(color, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawArc(box, 90 * 16, -round(360 * 16 * share))
        painter.setPen(theme.color("text"))
        size = max(11, round(self.width() * (0.24 if len(self._text) <= 5 else 0.18)))
        painter.setFont(text_font(size, QFont.Weight.DemiBold))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


class MiniBar(_Small):
    """Progress as a bar; whole numbers of any size, unlike QProgressBar."""

    def __init__(
        self, name: str, height: int = 6, role: str = "accent", parent: QWidget | None = None
    ) -> None:
        super().__init__(name, parent)
        self._value, self._maximum, self._possible = 0, 0, 0
        self._role = role
        self.setFixedHeight(height)
        self.setMinimumWidth(40)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_progress(0, 0)

    def set_progress(self, value: int, maximum: int, possible: int = 0) -> None:
        """value of maximum is done; `possible`, when larger than value, is drawn paler up to there."""
        self._value, self._maximum, self._possible = value, maximum, possible
        self._say(
            self.tr("{value} of {maximum}").format(value=plain_number(value), maximum=plain_number(maximum))
        )
        self.update()

    def share(self) -> float:
        """The part done, 0 to 1."""
        return max(0.0, min(1.0, self._value / self._maximum)) if self._maximum > 0 else 0.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        possible = self._possible / self._maximum if self._maximum > 0 else 0.0
        color = current_theme().color(
            "success" if self.share() >= 1 and self._role == "accent" else self._role
        )
        draw_bar(painter, QRectF(self.rect()), self.share(), color, min(1.0, possible))


def draw_bar(painter: QPainter, area: QRectF, share: float, color: QColor, possible: float = 0.0) -> None:
    """Paint a progress bar filled to a share from 0 to 1; for delegates too."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    radius = area.height() / 2
    painter.setBrush(current_theme().color("hover"))
    painter.drawRoundedRect(area, radius, radius)
    for part, opacity in ((possible, 0.35), (share, 1.0)):
        if part > 0:
            fill = QColor(color)
            fill.setAlphaF(color.alphaF() * opacity)
            painter.setBrush(fill)
            painter.drawRoundedRect(
                QRectF(area.left(), area.top(), max(area.height(), area.width() * part), area.height()),
                radius,
                radius,
            )
