"""What was gained of a metric. A point is kept only where a value changed: V(t) is the last one at or before t.

A gain over (a, b] is the sum of the steps to every point in it, so that gains add up: G(a, c) = G(a, b) + G(b, c).
Where V(a) is known this is V(b) − V(a). The first point of all is no step: what came before it is unknown, adds
nothing, and is said.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import NamedTuple

from shared.resets import utc_date


class Point(NamedTuple):
    """A value from this instant on, until the next point."""

    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class Gain:
    """amount: None where nothing is known at all. since: the first point, where it lies in the span; else None."""

    amount: int | None
    since: datetime | None = None


def value_at(points: Sequence[Point], instant: datetime) -> int | None:
    """V(instant). points: of one metric, by instant."""
    place = bisect_right(points, instant, key=lambda point: point.at)
    return points[place - 1].value if place else None


def gain(points: Sequence[Point], after: datetime, until: datetime) -> Gain:
    """What was gained in (after, until]. points: of one metric, by instant."""
    last, before = value_at(points, until), value_at(points, after)
    if last is None:
        return Gain(None)
    return Gain(last - points[0].value, points[0].at) if before is None else Gain(last - before)


def steps(points: Sequence[Point]) -> dict[date, int]:
    """What was gained on every UTC day on which something was. points: of one metric, by instant."""
    found: dict[date, int] = {}
    for before, point in pairwise(points):
        day = utc_date(point.at)
        found[day] = found.get(day, 0) + point.value - before.value
    return {day: amount for day, amount in found.items() if amount}


def changed(known: Mapping[str, int], sampled: Mapping[str, int]) -> dict[str, int]:
    """The values of a sample that deserve a point. A metric the sample does not name stays as it was."""
    return {metric: value for metric, value in sampled.items() if known.get(metric) != value}
