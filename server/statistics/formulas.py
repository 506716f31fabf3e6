"""What counts say of a drop's true rate, and how sure that is.

Interval: Jeffreys 95 %, as Brown, Cai & DasGupta 2001 recommend for a proportion (Statistical Science 16(2), 101-133);
where an item never dropped, the exact one-sided 95 % bound, 1 − 0.05^(1/n). Runs of one player are not independent
of each other, so both hits and runs are first divided by the design effect: how many times the variance between
players is what independent runs would give (Kish 1965, Survey Sampling, chapter 8).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.statistics.counts import Cluster
from shared.statistics import words

CONTRIBUTORS = 5
"""Fewer players than this and nothing of their runs is told: figures would be somebody's diary."""
_MISS = 0.05
"""The share of intervals that may miss the truth."""
_UNUSUAL = 3.0
"""Times its standard deviation that makes something worth a look."""


class Confidence(StrEnum):
    """How many runs a rate rests on: more than 1,000, at least 100, or fewer."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a rate lies with 95 % confidence, as probabilities."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A drop's rate from n runs, x of them with it, by so many players. Rates are probabilities per run.

    deff: the design effect, at least 1. variance: of the rate, that effect included.
    """

    n: int
    x: int
    users: int
    rate: float
    interval: Interval
    deff: float

    @property
    def variance(self) -> float:
        """Of the rate, the design effect included."""
        return self.deff * self.rate * (1 - self.rate) / self.n

    @property
    def tier(self) -> str | None:
        """A, B or C by half the interval's width over the rate: at most 10, 25 or 50 %. None for anything wider."""
        return words.tier(self.rate, self.interval.low, self.interval.high)


def confidence(n: int) -> Confidence:
    """The label of a rate from n runs."""
    if n > 1000:
        return Confidence.HIGH
    return Confidence.MEDIUM if n >= 100 else Confidence.LOW


def intervals(counts: Sequence[tuple[float, float]]) -> list[Interval]:
    """The intervals of (hits, runs), all at once: neither needs to be whole, runs are more than 0."""
    # Half a second and more, which only a process that is asked for statistics needs to spend.
    import numpy as np  # noqa: PLC0415
    from scipy.special import betaincinv  # type: ignore[import-untyped]  # noqa: PLC0415

    if not counts:
        return []
    x, n = np.array(counts, dtype=float).T
    low = np.where(x > 0, betaincinv(x + 0.5, n - x + 0.5, _MISS / 2), 0.0)
    high = betaincinv(x + 0.5, n - x + 0.5, 1 - _MISS / 2)
    high = np.where(x > 0, high, -np.expm1(math.log(_MISS) / n))
    high = np.where(x < n, high, 1.0)
    return [Interval(*pair) for pair in zip(low.tolist(), high.tolist(), strict=True)]


def design_effect(of: Cluster) -> float:
    """max(1, V / (p(1 − p)/n)) with V = U/(U − 1) · Σ(x_u − p·n_u)²/n² over U players; 1 where nothing can be told."""
    if of.users < 2 or of.x in {0, of.n}:
        return 1.0
    # n²·Σ(x_u − p·n_u)² in whole numbers: nothing is lost, however close the two sides are.
    spread = of.xx * of.n**2 - 2 * of.x * of.n * of.nx + of.x**2 * of.nn
    return max(1.0, of.users / (of.users - 1) * (spread / (of.n * of.x * (of.n - of.x))))


def estimates(clusters: Iterable[Cluster]) -> list[Estimate | None]:
    """An estimate for each, in their order; None where there is no run."""
    given = list(clusters)
    effects = [design_effect(each) for each in given]
    told = iter(
        intervals(
            [
                (each.x / effect, each.n / effect)
                for each, effect in zip(given, effects, strict=True)
                if each.n
            ]
        )
    )
    return [
        Estimate(each.n, each.x, each.users, each.x / each.n, next(told), effect) if each.n else None
        for each, effect in zip(given, effects, strict=True)
    ]


def is_biased(everything: Estimate, cohort: Estimate | None) -> bool:
    """Whether players seem to log selectively: the rate and that of complete weeks differ by more than 2√(V₁ + V₂)."""
    if cohort is None:
        return False
    return abs(everything.rate - cohort.rate) > 2 * math.sqrt(everything.variance + cohort.variance)


def unusual_players(of: Cluster, shares: Iterable[tuple[str, int, int]]) -> list[str]:
    """Players to look at, of shares (player, n_u, x_u): those without whom the rate would move by more than three
    standard deviations of it, and those whose hits per run are more than three from the mean of the players'."""
    told = [share for share in shares if share[1]]
    if len(told) < 2 or of.x in {0, of.n}:
        return []
    rate = of.x / of.n
    error = math.sqrt(design_effect(of) * rate * (1 - rate) / of.n)
    own = [x / n for _, n, x in told]
    mean = sum(own) / len(own)
    spread = math.sqrt(sum((each - mean) ** 2 for each in own) / (len(own) - 1))
    found = []
    for (player, n, x), mine in zip(told, own, strict=True):
        without = abs(rate - (of.x - x) / (of.n - n)) if n < of.n else math.inf
        if without > _UNUSUAL * error or abs(mine - mean) > _UNUSUAL * spread:
            found.append(player)
    return found
