"""Whether a drop comes more or less often than before, without crying wolf.

The last seven days are compared with the twenty-three before them, never with a time that holds them too. An arrow is
shown only where a likelihood ratio (Fisher's exact test where few hits are expected) is significant at 1 % and stays
among the discoveries of all pairs of boss and item at a rate of 5 % (Benjamini & Hochberg 1995, Journal of the Royal
Statistical Society B 57(1), 289-300). The recent rate weighs runs by age, 2^(−days/7), and counts them as Kish's
effective number, (Σw)²/Σw².
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from server.statistics.counts import DayCount
from server.statistics.formulas import Interval, intervals

RECENT, BEFORE = 7, 23
WINDOW = RECENT + BEFORE
HALF_LIFE = 7
_SIGNIFICANT = 0.01
_FALSE_DISCOVERIES = 0.05
_FEW = 5.0
"""Hits or misses expected in a window under which a likelihood ratio is no χ² any more."""
_FADE = 2.0 ** (-1 / HALF_LIFE)


class Trend(StrEnum):
    """Where a rate is going."""

    UP = "up"
    DOWN = "down"
    STABLE = "stable"


@dataclass(frozen=True, slots=True)
class Window:
    """n runs in some days, x of them with the item."""

    n: int = 0
    x: int = 0

    @property
    def rate(self) -> float | None:
        """Hits per run; None without a run."""
        return self.x / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Recent:
    """The rate of late, newer runs weighing more. runs: Kish's effective number of them."""

    rate: float
    interval: Interval
    runs: float


@dataclass(frozen=True, slots=True)
class Weighted:
    """Sums over runs with weights w: Σw, Σw over runs with the item, Σw²."""

    total: float
    hits: float
    squares: float

    @property
    def runs(self) -> float:
        """Kish's effective number of runs."""
        return self.total**2 / self.squares


def windows(days: Iterable[DayCount], today: date) -> tuple[Window, Window]:
    """The last seven days up to today, and the twenty-three before them."""
    counts = {True: [0, 0], False: [0, 0]}
    for each in days:
        age = (today - each.day).days
        if 0 <= age < WINDOW:
            counts[age < RECENT][0] += each.n
            counts[age < RECENT][1] += each.x
    return Window(*counts[True]), Window(*counts[False])


def together(first: Window, second: Window) -> Window:
    """Both windows as one."""
    return Window(first.n + second.n, first.x + second.x)


def p_value(late: Window, early: Window) -> float:
    """How likely two windows of the same rate differ at least so much; 1 where one of them is empty."""
    n, x = late.n + early.n, late.x + early.x
    if not (late.n and early.n and 0 < x < n):
        return 1.0
    if min(late.n, early.n) * min(x, n - x) / n < _FEW:
        return fisher(late, early)
    g = 2 * (_likelihood(late.x, late.n) + _likelihood(early.x, early.n) - _likelihood(x, n))
    return math.erfc(math.sqrt(max(0.0, g) / 2))  # χ² with one degree of freedom


def fisher(late: Window, early: Window) -> float:
    """Fisher's exact test, two-sided: the chance of every table with these sums that is no likelier than this one."""
    import numpy as np  # noqa: PLC0415
    from scipy.special import betaln  # type: ignore[import-untyped]  # noqa: PLC0415

    chosen = late.x + early.x
    least, most = max(0, chosen - early.n), min(chosen, late.n)
    hits = np.arange(least, most + 1)

    def choose(of: int, some: "np.typing.NDArray[np.int64]") -> "np.typing.NDArray[np.float64]":
        found: np.typing.NDArray[np.float64] = -betaln(of - some + 1, some + 1) - math.log(of + 1)
        return found

    logs = choose(late.n, hits) + choose(early.n, chosen - hits)
    shares = np.exp(logs - logs.max())
    # Tables that are exactly as likely come out a rounding apart.
    asked = shares <= shares[late.x - least] * (1 + 1e-7)
    return float(min(1.0, shares[asked].sum() / shares.sum()))


def discoveries(p_values: Sequence[float], rate: float = _FALSE_DISCOVERIES) -> list[bool]:
    """Benjamini and Hochberg: which of these hold when at most this share of those that do may be by chance."""
    least = 0.0
    for rank, p in enumerate(sorted(p_values), 1):
        if p <= rank * rate / len(p_values):
            least = p
    return [p <= least for p in p_values]


def trends(pairs: Sequence[tuple[Window, Window]]) -> list[Trend]:
    """Where each of these (late, early) is going, judged all together."""
    found = [p_value(late, early) for late, early in pairs]
    return [
        _direction(*pair) if holds and p <= _SIGNIFICANT else Trend.STABLE
        for pair, p, holds in zip(pairs, found, discoveries(found), strict=True)
    ]


def course(days: Sequence[DayCount], today: date) -> list[Weighted]:
    """The weighted sums at the end of each of the last thirty days, the days before each in them; those before the
    first run are left out."""
    counts = {each.day: each for each in days}
    total = hits = squares = 0.0
    found = []
    for age in reversed(range(WINDOW)):
        of_day = counts.get(today - timedelta(days=age))
        n, x = (of_day.n, of_day.x) if of_day else (0, 0)
        total, hits, squares = total * _FADE + n, hits * _FADE + x, squares * _FADE**2 + n
        if total:
            found.append(Weighted(total, hits, squares))
    return found


def recent(sums: Sequence[Weighted | None]) -> list[Recent | None]:
    """The rates of late of weighted sums."""
    given = [each for each in sums if each is not None]
    told = iter(intervals([(each.hits / each.total * each.runs, each.runs) for each in given]))
    return [None if each is None else Recent(each.hits / each.total, next(told), each.runs) for each in sums]


def _likelihood(x: int, n: int) -> float:
    """The greatest logarithm of the likelihood of x hits in n runs."""
    return (x * math.log(x / n) if x else 0.0) + ((n - x) * math.log1p(-x / n) if x < n else 0.0)


def _direction(late: Window, early: Window) -> Trend:
    return Trend.UP if late.x * early.n > early.x * late.n else Trend.DOWN
