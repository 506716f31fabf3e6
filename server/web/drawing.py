"""Numbers of small pictures: where the lines of intervals, of courses and of histories go. Everything they show also
stands beside them in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.api.stats import RatePeriod

RAREST = 1e-4
"""The left end of the axis that all intervals share: 1 in 10,000. Its right end is every time; it is logarithmic."""
WIDTH = 200.0
SPARK_WIDTH, SPARK_HEIGHT = 96.0, 24.0
CHART_WIDTH, CHART_HEIGHT = 640.0, 200.0
_PAD = 2.0
TICKS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)


@dataclass(frozen=True, slots=True)
class Bar:
    """An interval on the shared axis, 0 to WIDTH. middle: where the rate is."""

    left: float
    right: float
    middle: float

    @property
    def width(self) -> float:
        """At least wide enough to be seen."""
        return max(2.0, self.right - self.left)


@dataclass(frozen=True, slots=True)
class Mark:
    """A period in a chart: where it is, its rate, and the ends of its interval, downwards from the top."""

    x: float
    y: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Chart:
    """marks: in order of time. line: an SVG polyline through them. most: the rate at the top edge."""

    marks: tuple[Mark, ...]
    line: str
    most: float


def place(rate: float) -> float:
    """Where a rate is on the shared axis."""
    share = math.log(max(rate, RAREST) / RAREST) / math.log(1 / RAREST)
    return round(min(1.0, share) * WIDTH, 1)


def bar(rate: float, low: float, high: float) -> Bar:
    """An interval on the shared axis."""
    return Bar(place(low), place(high), place(rate))


def spark(course: Sequence[float]) -> str:
    """An SVG polyline of rates, the last at the right edge; "" for fewer than two."""
    if len(course) < 2:
        return ""
    most = max(course) or 1.0
    step = (SPARK_WIDTH - 2 * _PAD) / (len(course) - 1)
    height = SPARK_HEIGHT - 2 * _PAD
    return " ".join(
        f"{_PAD + number * step:.1f},{_PAD + height * (1 - rate / most):.1f}"
        for number, rate in enumerate(course)
    )


def chart(periods: Sequence[RatePeriod]) -> Chart | None:
    """A history. None for fewer than two periods."""
    if len(periods) < 2:
        return None
    # Intervals of few runs reach far up; they are cut so that the rates are seen.
    most = min(1.0, 1.6 * max(min(each.high for each in periods), *(each.rate for each in periods)))
    first, last = periods[0].start, periods[-1].start
    marks = tuple(
        Mark(
            _across(each.start, first, last),
            _down(each.rate, most),
            _down(each.high, most),
            _down(each.low, most),
        )
        for each in periods
    )
    return Chart(marks, " ".join(f"{mark.x},{mark.y}" for mark in marks), most)


def _across(day: date, first: date, last: date) -> float:
    return round(8 + (CHART_WIDTH - 16) * (day - first).days / max(1, (last - first).days), 1)


def _down(rate: float, most: float) -> float:
    return round((CHART_HEIGHT - 2 * _PAD) * (1 - min(rate, most) / most) + _PAD, 1)
