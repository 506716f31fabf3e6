"""A drop's rate over time: each period's own rate, with the interval its runs allow."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QDate, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from desktop.ui.kit.charts import Series
from desktop.ui.kit.charts.base import Number
from desktop.ui.kit.charts.cartesian import CartesianChart
from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.theme.apply import current_theme
from shared.api.stats import RatePeriod
from shared.statistics import words


class HistoryChart(CartesianChart):
    """Months, then weeks after them. Few runs have long intervals; they are cut so that the rates are seen."""

    def __init__(self) -> None:
        self._periods: Sequence[RatePeriod] = ()
        translate = QCoreApplication.translate
        super().__init__(
            translate("community", "History"), _percent, translate("community", "No history to draw yet")
        )

    def set_periods(self, periods: Sequence[RatePeriod], months: int) -> None:
        """Draw these, oldest first. months: how many of them, from the first, are whole months."""
        drawn = periods if len(periods) > 1 else ()
        self._periods = drawn
        labels = [
            _label(period, "MMM yyyy" if place < months else "d MMM") for place, period in enumerate(drawn)
        ]
        self.set_data(labels, [Series("", [period.rate for period in drawn])])

    def reading(self, index: int) -> list[tuple[str, str]]:
        period = self._periods[index]
        translate = QCoreApplication.translate
        told = translate("community", "{0} ({1} in {2})").format(
            words.percent(period.rate), grouped(period.drops), grouped(period.runs)
        )
        return [("", told)]

    def _extent(self) -> tuple[Number, Number]:
        if not self._periods:
            return (0, 1)
        most = max(min(each.high for each in self._periods), *(each.rate for each in self._periods))
        return (0, min(1.0, 1.3 * most) or 0.01)

    def _draw_series(self, painter: QPainter, plot: QRectF) -> None:
        theme, top = current_theme(), self._ticks[-1]
        points = []
        for at, period in enumerate(self._periods):
            x = self._x(plot, at)
            painter.setPen(
                QPen(theme.color("accent", 0.45), 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            )
            painter.drawLine(
                QPointF(x, self._y(plot, min(period.high, top))),
                QPointF(x, self._y(plot, min(period.low, top))),
            )
            points.append(QPointF(x, self._y(plot, period.rate)))
        painter.setPen(QPen(theme.color("accent", 0.6), 1.25))
        painter.drawPolyline(points)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent"))
        for at, point in enumerate(points):
            size = 4.5 if at == self._point else 2.5
            painter.drawEllipse(point, size, size)


def _percent(rate: Number) -> str:
    return words.percent(rate) if rate else "0"


def _label(period: RatePeriod, form: str) -> str:
    start = period.start
    return number_locale().toString(QDate(start.year, start.month, start.day), form)
