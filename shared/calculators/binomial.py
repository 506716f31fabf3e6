"""Binomial and beta distributions in plain Python, with a relative error near 1e-12 at
a thousand trials and 1e-9 at a million (the logarithm of the gamma function limits it).

The regularised incomplete beta function is evaluated by its continued fraction (Abramowitz & Stegun 26.5.8)
with Lentz's method as modified by Thompson & Barnett (1986); quantiles by bisection, which cannot miss.
"""

import math

_TINY = 1e-300
_EPSILON = 1e-15
_MOST_TERMS = 100_000


def binomial_pmf(successes: int, trials: int, p: float) -> float:
    """P(X = successes) for 0 ≤ successes ≤ trials and 0 < p < 1."""
    log_ways = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
    return math.exp(log_ways + successes * math.log(p) + (trials - successes) * math.log1p(-p))


def binomial_cdf(successes: int, trials: int, p: float) -> float:
    """P(X ≤ successes) = I(1 − p; trials − successes, successes + 1) for 0 < p < 1."""
    if successes < 0:
        return 0.0
    if successes >= trials:
        return 1.0
    return incomplete_beta(trials - successes, successes + 1, 1 - p)


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised I(x; a, b) for a, b > 0 and 0 ≤ x ≤ 1: the beta distribution's probability below x."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    front = math.exp(log_front)
    # The fraction converges fast on one side of the mean; the other side is the mirror image.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, 1 - x) / b


def beta_quantile(probability: float, a: float, b: float) -> float:
    """The x with I(x; a, b) = probability, to the last bit that bisection can tell."""
    low, high = 0.0, 1.0
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if incomplete_beta(a, b, middle) < probability:
            low = middle
        else:
            high = middle


def _fraction(a: float, b: float, x: float) -> float:
    c = 1.0
    d = 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / _away_from_zero(1.0 + even * d)
        c = _away_from_zero(1.0 + even / c)
        result *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1.0 / _away_from_zero(1.0 + odd * d)
        c = _away_from_zero(1.0 + odd / c)
        step = d * c
        result *= step
        if abs(step - 1.0) <= _EPSILON:
            break
    return result


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
