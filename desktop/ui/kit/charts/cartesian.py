"""Line and bar charts over the same axes."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.kit.charts.axis import Placed, place_labels
from desktop.ui.kit.charts.base import (
    Formatter,
    Number,
    Series,
    draw_empty,
    draw_focus,
    nice_ticks,
    plain_number,
    summary_of,
)
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import RADIUS_S, SPACE_M, SPACE_S, TYPE_CAPTION

_LEGEND = 24
_X_LABELS = 22
_LINE = 18


class CartesianChart(QWidget):
    """Labels along x, values along y from zero (or below). Left and Right read the points, the pointer too.

    `formatter` writes values on the axis and in readings, for example short mesos.
    """

    point_changed = Signal(object)
    """The index of the point being read, or None."""

    def __init__(
        self,
        name: str,
        formatter: Formatter = plain_number,
        empty_text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._format = formatter
        self._empty_text = empty_text or self.tr("Nothing to draw yet")
        self._labels: list[str] = []
        self._series: list[Series] = []
        self._ticks: list[Number] = [0, 1]
        self._point: int | None = None
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_data((), ())

    def set_data(self, labels: Sequence[str], series: Sequence[Series]) -> None:
        """Draw these series, each with one value (or None) per label. ValueError when the lengths differ."""
        if any(len(one.values) != len(labels) for one in series):
            raise ValueError("a series has not one value per label")
        self._labels, self._series = list(labels), list(series)
        low, high = self._extent()
        self._ticks = nice_ticks(min(0, low), high)
        self._point = None
        self.setAccessibleDescription(self.summary())
        self.update()

    def summary(self) -> str:
        """The chart in words."""
        return summary_of(self._name, self._labels, self._series, self._format)

    def is_empty(self) -> bool:
        """Whether no series has a value."""
        return not any(value is not None for one in self._series for value in one.values)

    def point(self) -> int | None:
        """The index of the point being read."""
        return self._point

    def reading(self, index: int) -> list[tuple[str, str]]:
        """What a point says: (series name, formatted value) for every value there."""
        return [
            (one.name, self._format(value))
            for one in self._series
            if (value := one.values[index]) is not None
        ]

    def x_labels(self) -> list[Placed]:
        """The labels drawn along x, newest first; where there is no room for all, every second, third …"""
        plot, metrics = self._plot(), QFontMetricsF(_axis_font())
        centres = [self._x(plot, index) for index in range(len(self._labels))]
        widths = [metrics.horizontalAdvance(text) + 2 for text in self._labels]
        return place_labels(centres, widths, 4.0, self.width() - 2.0)

    def sizeHint(self) -> QSize:
        return QSize(360, 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._labels) - 1
        here = self._point
        moves = {
            Qt.Key.Key_Right: 0 if here is None else here + 1,
            Qt.Key.Key_Left: last if here is None else here - 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        target = moves.get(Qt.Key(event.key()))
        if target is None or last < 0:
            super().keyPressEvent(event)
            return
        self._read(max(0, min(last, target)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plot = self._plot()
        if self.is_empty() or not plot.adjusted(-8, -8, 8, 8).contains(event.position()):
            self._read(None)
            return
        slot = plot.width() / len(self._labels)
        self._read(max(0, min(len(self._labels) - 1, int((event.position().x() - plot.left()) // slot))))

    def leaveEvent(self, event: QEvent) -> None:
        if not self.hasFocus():
            self._read(None)
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_empty():
            draw_empty(painter, QRectF(self.rect()).adjusted(8, 8, -8, -8), self._empty_text)
        else:
            plot = self._plot()
            self._draw_axes(painter, plot)
            if len(self._series) > 1:
                self._draw_legend(painter, plot)
            self._draw_series(painter, plot)
            if self._point is not None:
                self._draw_reading(painter, plot, self._point)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()))

    # For the two kinds of chart.

    def _extent(self) -> tuple[Number, Number]:
        values = [value for one in self._series for value in one.values if value is not None]
        return (min(values), max(values)) if values else (0, 1)

    def _draw_series(self, painter: QPainter, plot: QRectF) -> None:
        raise NotImplementedError

    def _color(self, index: int) -> QColor:
        role = self._series[index].role
        return current_theme().color(role) if role else current_theme().chart(index)

    def _x(self, plot: QRectF, index: int) -> float:
        return plot.left() + plot.width() * (index + 0.5) / len(self._labels)

    def _y(self, plot: QRectF, value: Number) -> float:
        low, high = self._ticks[0], self._ticks[-1]
        return plot.bottom() - plot.height() * (value - low) / (high - low)

    def _plot(self) -> QRectF:
        metrics = QFontMetricsF(_axis_font())
        left = max(metrics.horizontalAdvance(self._format(tick)) for tick in self._ticks) + SPACE_M
        top = (_LEGEND if len(self._series) > 1 else 0) + SPACE_S
        return QRectF(self.rect()).adjusted(left + 4, top + 2, -SPACE_S, -_X_LABELS)

    def _draw_axes(self, painter: QPainter, plot: QRectF) -> None:
        theme = current_theme()
        painter.setFont(_axis_font())
        for tick in self._ticks:
            y = round(self._y(plot, tick)) + 0.5
            painter.setPen(QPen(theme.color("border-strong" if tick == 0 else "border"), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(theme.color("text-muted"))
            area = QRectF(0, y - 9, plot.left() - SPACE_S, 18)
            painter.drawText(
                area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._format(tick)
            )
        for placed in self.x_labels():
            area = QRectF(placed.left, plot.bottom() + 4, placed.right - placed.left, _X_LABELS - 4)
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._labels[placed.index])

    def _draw_legend(self, painter: QPainter, plot: QRectF) -> None:
        theme = current_theme()
        painter.setFont(_axis_font())
        metrics = QFontMetricsF(_axis_font())
        x = plot.left()
        for index, one in enumerate(self._series):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._color(index))
            painter.drawRoundedRect(QRectF(x, 9, 10, 10), 3, 3)
            painter.setPen(theme.color("text-muted"))
            width = metrics.horizontalAdvance(one.name)
            painter.drawText(QRectF(x + 16, 4, width + 2, 20), Qt.AlignmentFlag.AlignVCenter, one.name)
            x += width + 16 + SPACE_M + 4

    def _draw_reading(self, painter: QPainter, plot: QRectF, index: int) -> None:
        theme = current_theme()
        rows = self.reading(index)
        title, text = text_font(TYPE_CAPTION, QFont.Weight.DemiBold), _axis_font()
        metrics = QFontMetricsF(title)
        several = len(self._series) > 1
        names = (
            max((metrics.horizontalAdvance(name) for name, _ in rows), default=0.0) + 30 if several else 0.0
        )
        width = max(
            metrics.horizontalAdvance(self._labels[index]),
            names + max((metrics.horizontalAdvance(value) for _, value in rows), default=0.0),
        )
        box = QRectF(0, 0, width + 2 * SPACE_M, _LINE * (len(rows) + 1) + SPACE_M)
        x = self._x(plot, index)
        box.moveLeft(x + 12 if x + 12 + box.width() < self.width() else x - 12 - box.width())
        box.moveTop(plot.top())
        painter.setPen(QPen(theme.color("border-strong"), 1))
        painter.setBrush(theme.color("raised"))
        painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        line = QRectF(box.left() + SPACE_M, box.top() + 6, width, _LINE)
        painter.setFont(title)
        painter.setPen(theme.color("text-muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._labels[index])
        colors = {one.name: self._color(number) for number, one in enumerate(self._series)}
        for name, value in rows:
            line.translate(0, _LINE)
            if several:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colors[name])
                painter.drawEllipse(QPointF(line.left() + 4, line.center().y()), 4, 4)
                painter.setPen(theme.color("text-muted"))
                painter.setFont(text)
                painter.drawText(line.adjusted(14, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(theme.color("text"))
            painter.setFont(title)
            side = Qt.AlignmentFlag.AlignRight if several else Qt.AlignmentFlag.AlignLeft
            painter.drawText(line, side | Qt.AlignmentFlag.AlignVCenter, value)

    def _read(self, index: int | None) -> None:
        if index == self._point:
            return
        self._point = index
        if index is not None:
            said = ", ".join(f"{name} {value}".strip() for name, value in self.reading(index))
            self.setAccessibleDescription(f"{self._labels[index]}: {said}. {self.summary()}")
        self.point_changed.emit(index)
        self.update()


class LineChart(CartesianChart):
    """Values over time. A single series gets a soft fill below it; gaps stay gaps."""

    def _draw_series(self, painter: QPainter, plot: QRectF) -> None:
        for number, one in enumerate(self._series):
            color = self._color(number)
            for run in _runs(one.values):
                points = [QPointF(self._x(plot, at), self._y(plot, value)) for at, value in run]
                if len(self._series) == 1:
                    self._fill_below(painter, plot, points, color)
                painter.setPen(
                    QPen(color, 2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
                )
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolyline(points)
                dots = points if len(self._labels) <= 20 else points if len(points) == 1 else points[-1:]
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(color)
                for point in dots:
                    painter.drawEllipse(point, 2.5, 2.5)
            if self._point is not None and (value := one.values[self._point]) is not None:
                painter.setPen(QPen(current_theme().color("surface"), 2))
                painter.setBrush(color)
                painter.drawEllipse(QPointF(self._x(plot, self._point), self._y(plot, value)), 5, 5)

    def _draw_axes(self, painter: QPainter, plot: QRectF) -> None:
        super()._draw_axes(painter, plot)
        if self._point is not None:
            x = round(self._x(plot, self._point)) + 0.5
            painter.setPen(QPen(current_theme().color("border-strong"), 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _fill_below(self, painter: QPainter, plot: QRectF, points: list[QPointF], color: QColor) -> None:
        base = self._y(plot, 0)
        path = QPainterPath(QPointF(points[0].x(), base))
        for point in points:
            path.lineTo(point)
        path.lineTo(QPointF(points[-1].x(), base))
        fade = QLinearGradient(plot.topLeft(), plot.bottomLeft())
        strong, none = QColor(color), QColor(color)
        strong.setAlphaF(0.26)
        none.setAlphaF(0.02)
        fade.setColorAt(0, strong)
        fade.setColorAt(1, none)
        painter.fillPath(path, fade)


class BarChart(CartesianChart):
    """Amounts. Several series stand side by side, or with `stacked` on each other from zero up."""

    def __init__(
        self,
        name: str,
        formatter: Formatter = plain_number,
        empty_text: str = "",
        parent: QWidget | None = None,
        *,
        stacked: bool = False,
    ) -> None:
        self._stacked = stacked
        super().__init__(name, formatter, empty_text, parent)

    def _extent(self) -> tuple[Number, Number]:
        if not self._stacked or not self._series:
            return super()._extent()
        totals = [sum(one.values[at] or 0 for one in self._series) for at in range(len(self._labels))]
        return (0, max(totals, default=1))

    def _draw_series(self, painter: QPainter, plot: QRectF) -> None:
        slot = plot.width() / len(self._labels)
        room = min(slot * 0.72, 72.0)
        bars = 1 if self._stacked else len(self._series)
        width = max(1.5, room / bars - (2 if bars > 1 else 0))
        for at in range(len(self._labels)):
            if at == self._point:
                column = QRectF(plot.left() + slot * at, plot.top(), slot, plot.height())
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(current_theme().color("hover", 0.6))
                painter.drawRoundedRect(column, 4, 4)
            base: Number = 0
            for number, one in enumerate(self._series):
                value = one.values[at]
                if value is None or value == 0:
                    continue
                start = base if self._stacked else 0
                top, bottom = self._y(plot, start + value), self._y(plot, start)
                offset = 0.0 if self._stacked else number * room / bars
                left = self._x(plot, at) - room / 2 + offset + (0 if bars == 1 else 1)
                bar = QRectF(left, min(top, bottom), width, max(1.5, abs(bottom - top)))
                is_top = not self._stacked or not any(
                    later.values[at] for later in self._series[number + 1 :]
                )
                _bar(painter, bar, self._color(number), rounded=is_top, upward=value > 0)
                base = base + value if self._stacked else 0


def _bar(painter: QPainter, bar: QRectF, color: QColor, *, rounded: bool, upward: bool) -> None:
    """A bar whose far end is rounded and whose foot is square."""
    radius = min(4.0, bar.width() / 2, bar.height()) if rounded else 0.0
    path = QPainterPath()
    path.addRoundedRect(bar, radius, radius)
    if radius:
        foot = QRectF(bar.left(), bar.bottom() - radius if upward else bar.top(), bar.width(), radius)
        path.addRect(foot)
        path.setFillRule(Qt.FillRule.WindingFill)
    painter.fillPath(path, color)
    if not rounded:
        # A seam of the card's colour keeps stacked parts apart without relying on hue.
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width(), 1), current_theme().color("surface"))


def _runs(values: Sequence[Number | None]) -> list[list[tuple[int, Number]]]:
    """The stretches of known values, as (index, value)."""
    runs: list[list[tuple[int, Number]]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((at, value))
    return [run for run in runs if run]


def _axis_font() -> QFont:
    return text_font(TYPE_CAPTION)
