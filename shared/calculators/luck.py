"""How lucky somebody was with a drop, and how long the next may take.

Interval: Jeffreys, as recommended for a binomial proportion by Brown, Cai & DasGupta 2001, Statistical
Science 16(2), 101–133. Percentile: mid-p, P(X < x) + ½ P(X = x), so that usual luck reads near 50 %.
"""

import math
from dataclasses import dataclass

from shared.calculators.binomial import beta_quantile, binomial_cdf, binomial_pmf
from shared.errors import InvalidInput

MAX_RUNS = 1_000_000
MIN_RATE = 1e-9
_NEGLIGIBLE = 1e-12
CONFIDENCES = (50, 90, 95, 99)
"""Percent: the chances for which the runs needed are told."""


@dataclass(frozen=True, slots=True)
class RunsNeeded:
    """The fewest runs with at least this chance, in percent, of one drop or more."""

    percent: int
    runs: int


@dataclass(frozen=True, slots=True)
class AssumedLuck:
    """Own luck against an assumed rate, which is a probability per run.

    at_least_one: probability of one drop or more in these runs. percentile: 0 to 100, the mid-p share of
    players with these runs who had less luck. expected: drops expected. The next run has the same rate
    whatever went before.
    """

    rate: float
    expected: float
    at_least_one: float
    percentile: float
    runs_needed: tuple[RunsNeeded, ...]


@dataclass(frozen=True, slots=True)
class Luck:
    """What own runs say. Rates are probabilities per run.

    own_rate: None before the first run. low, high: the Jeffreys 95 % interval, 0 at no hit and 1 at nothing
    but hits. upper_bound: at no hit the exact one-sided 95 % bound, 1 − 0.05^(1/runs); None otherwise.
    """

    runs: int
    hits: int
    own_rate: float | None
    low: float
    high: float
    upper_bound: float | None
    assumed: AssumedLuck | None


def one_in(n: float, field: str = "rate") -> float:
    """The rate of "1 in n". InvalidInput for anything under 1 or above a billion."""
    if not 1 <= n <= 1 / MIN_RATE:
        raise InvalidInput(field, "One in how many runs: a number from 1 to a billion.")
    return 1 / n


def drop_luck(runs: int, hits: int, rate: float | None = None) -> Luck:
    """Luck in `runs` runs of which `hits` had the drop, against a rate if one is assumed.

    rate: probability per run, from MIN_RATE to 1. Raises InvalidInput for runs, hits and rate.
    """
    if not 0 <= runs <= MAX_RUNS:
        raise InvalidInput("runs", f"Runs are between 0 and {MAX_RUNS:,}.")
    if not 0 <= hits <= runs:
        raise InvalidInput("hits", "Runs with the drop are between 0 and all runs.")
    if rate is not None and not MIN_RATE <= rate <= 1:
        raise InvalidInput(
            "rate",
            "A rate is above 0 and at most 100 %, and no rarer than 1 in a billion.",
            "Write it like 1 in 50 or 2 %.",
        )
    low, high = jeffreys_interval(hits, runs)
    return Luck(
        runs=runs,
        hits=hits,
        own_rate=hits / runs if runs else None,
        low=low,
        high=high,
        upper_bound=zero_hits_bound(runs) if runs and not hits else None,
        assumed=None if rate is None else _against(runs, hits, rate),
    )


def jeffreys_interval(hits: int, runs: int, confidence: float = 0.95) -> tuple[float, float]:
    """Equal-tailed Jeffreys interval: quantiles of Beta(hits + ½, runs − hits + ½), 0 at no hit, 1 at all
    hits."""
    tail = (1 - confidence) / 2
    a, b = hits + 0.5, runs - hits + 0.5
    low = 0.0 if hits == 0 else beta_quantile(tail, a, b)
    high = 1.0 if hits == runs else beta_quantile(1 - tail, a, b)
    return low, high


def zero_hits_bound(runs: int, confidence: float = 0.95) -> float:
    """The highest rate still compatible with no hit in so many runs: 1 − (1 − confidence)^(1/runs)."""
    return -math.expm1(math.log(1 - confidence) / runs)


def percentile(runs: int, hits: int, rate: float) -> float:
    """The mid-p share of players, 0 to 100, who had less luck in as many runs at this rate, 0 < rate ≤ 1."""
    if rate >= 1:
        return 50.0 if hits == runs else 0.0
    exactly = binomial_pmf(hits, runs, rate)
    return 100 * min(1.0, binomial_cdf(hits - 1, runs, rate) + exactly / 2)


def percentile_of_estimate(runs: int, hits: int, a: float, b: float) -> float:
    """`percentile` where the rate itself is only known to be Beta(a, b): X is then beta-binomial."""
    mean = runs * a / (a + b)
    here = beta_binomial_pmf(hits, runs, a, b)
    # Summed away from the mean, where terms only fall.
    beyond, term, k = 0.0, here, hits
    if hits <= mean:
        while k > 0 and term > here * _NEGLIGIBLE:
            term *= k * (runs - k + b) / ((runs - k + 1) * (a + k - 1))
            k -= 1
            beyond += term
        return 100 * min(1.0, beyond + here / 2)
    while k < runs and term > here * _NEGLIGIBLE:
        term *= (runs - k) * (a + k) / ((k + 1) * (runs - k - 1 + b))
        k += 1
        beyond += term
    return 100 * max(0.0, 1 - beyond - here / 2)


def beta_binomial_pmf(hits: int, runs: int, a: float, b: float) -> float:
    """The probability of exactly so many hits in so many runs at a rate that is Beta(a, b), which has a, b > 0."""
    ways = math.lgamma(runs + 1) - math.lgamma(hits + 1) - math.lgamma(runs - hits + 1)
    return math.exp(ways + _log_beta(a + hits, b + runs - hits) - _log_beta(a, b))


def dry_streak(runs: int, a: float, b: float) -> float:
    """The probability of no hit in so many runs in a row at a rate that is Beta(a, b): B(a, b + runs) / B(a, b)."""
    return math.exp(_log_beta(a, b + runs) - _log_beta(a, b))


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def runs_needed(rate: float, percent: int) -> int:
    """The fewest runs with at least `percent` % chance of one drop or more: (1 − rate)^n ≤ 1 −
    percent/100."""
    if rate >= 1:
        return 1
    miss = math.log1p(-rate)
    allowed = math.log1p(-percent / 100)
    guess = max(1, math.ceil(allowed / miss))
    # The quotient of two logarithms can land a hair beside a whole number; a hair is forgiven both ways.
    if guess > 1 and (guess - 1) * miss <= allowed + 1e-12:
        return guess - 1
    return guess


def _against(runs: int, hits: int, rate: float) -> AssumedLuck:
    needed = tuple(RunsNeeded(percent, runs_needed(rate, percent)) for percent in CONFIDENCES)
    at_least_one = -math.expm1(runs * math.log1p(-rate)) if rate < 1 else float(runs > 0)
    return AssumedLuck(rate, runs * rate, at_least_one, percentile(runs, hits, rate), needed)
