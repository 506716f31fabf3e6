"""Luck: known values, closed forms and exact sums."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom

from shared.calculators.binomial import beta_quantile, binomial_cdf, binomial_pmf, incomplete_beta
from shared.calculators.luck import (
    MAX_RUNS,
    beta_binomial_pmf,
    drop_luck,
    dry_streak,
    jeffreys_interval,
    one_in,
    percentile,
    percentile_of_estimate,
    runs_needed,
    zero_hits_bound,
)
from shared.errors import InvalidInput


def exact_cdf(successes: int, trials: int, p: Fraction) -> Fraction:
    """P(X ≤ successes), by adding up fractions."""
    return sum(
        (math.comb(trials, k) * p**k * (1 - p) ** (trials - k) for k in range(successes + 1)),
        Fraction(0),
    )


def half_integer_beta(halves_a: int, halves_b: int, x: float) -> float:
    """I(x; a + ½, b + ½) for whole a, b: the arcsine law climbed by the recurrences of A & S 26.5.16."""
    a, b = 0.5, 0.5
    value = 2 / math.pi * math.asin(math.sqrt(x))
    term = 1 / math.pi  # 1 / B(½, ½)
    for _ in range(halves_a):
        value -= term * x**a * (1 - x) ** b / a
        term *= (a + b) / a
        a += 1
    for _ in range(halves_b):
        value += term * x**a * (1 - x) ** b / b
        term *= (a + b) / b
        b += 1
    return value


@pytest.mark.parametrize(
    ("hits", "low", "high"),
    [(0, 0, 0.217), (1, 0.011, 0.381), (2, 0.044, 0.503), (3, 0.093, 0.606), (5, 0.224, 0.776)],
)
def test_the_published_jeffreys_intervals_for_ten(hits: int, low: float, high: float) -> None:
    """Brown, Cai & DasGupta 2001, table of the interval for n = 10."""
    assert jeffreys_interval(hits, 10) == pytest.approx((low, high), abs=5e-4)


def test_two_in_a_hundred() -> None:
    """Checked against the arcsine law: the ends have 2.5 % below and above."""
    low, high = jeffreys_interval(2, 100)
    assert (low, high) == pytest.approx((0.0041788, 0.0626058), abs=1e-7)
    assert half_integer_beta(2, 98, low) == pytest.approx(0.025, abs=1e-9)
    assert half_integer_beta(2, 98, high) == pytest.approx(0.975, abs=1e-9)


def test_no_hit_in_412_is_one_in_138() -> None:
    luck = drop_luck(412, 0)
    assert luck.upper_bound is not None
    assert round(1 / luck.upper_bound) == 138
    assert (1 - zero_hits_bound(412)) ** 412 == pytest.approx(0.05)
    assert luck.low == 0
    assert drop_luck(412, 1).upper_bound is None


def test_the_ends_are_closed() -> None:
    assert jeffreys_interval(0, 0) == (0, 1)
    assert jeffreys_interval(7, 7)[1] == 1
    assert jeffreys_interval(0, 7)[0] == 0


def test_luck_against_two_percent() -> None:
    """One hundred runs at 2 %: P(none) = 0.98^100 = 0.132620, P(1) = 0.270652, P(2) = 0.273414."""
    luck = drop_luck(100, 2, 0.02)
    assert luck.own_rate == 0.02
    assert luck.assumed is not None
    assert luck.assumed.expected == pytest.approx(2)
    assert luck.assumed.at_least_one == pytest.approx(0.867380, abs=1e-6)
    assert luck.assumed.percentile == pytest.approx(100 * (0.132620 + 0.270652 + 0.273414 / 2), abs=2e-4)
    assert [needed.runs for needed in luck.assumed.runs_needed] == [35, 114, 149, 228]


@pytest.mark.parametrize(
    ("rate", "percent", "runs"),
    [
        (0.5, 50, 1),
        (0.1, 90, 22),
        (0.01, 99, 459),
        (1.0, 99, 1),
        (0.9, 90, 1),
        (0.9, 99, 2),
        (0.001, 50, 693),
    ],
)
def test_runs_needed(rate: float, percent: int, runs: int) -> None:
    assert runs_needed(rate, percent) == runs


def test_a_sure_drop() -> None:
    assumed = drop_luck(3, 3, 1).assumed
    assert assumed is not None
    assert (assumed.percentile, assumed.at_least_one) == (50, 1)
    unlucky = drop_luck(3, 2, 1).assumed
    assert unlucky is not None
    assert unlucky.percentile == 0


def test_before_the_first_run() -> None:
    luck = drop_luck(0, 0, one_in(50))
    assert (luck.own_rate, luck.low, luck.high, luck.upper_bound) == (None, 0, 1, None)
    assert luck.assumed is not None
    assert (luck.assumed.at_least_one, luck.assumed.percentile) == (0, 50)
    assert str(luck.assumed.at_least_one) == "0.0"


@pytest.mark.parametrize(
    ("runs", "hits", "rate", "field"),
    [
        (-1, 0, None, "runs"),
        (MAX_RUNS + 1, 0, None, "runs"),
        (5, 6, None, "hits"),
        (5, -1, None, "hits"),
        (5, 1, 0.0, "rate"),
        (5, 1, 1.01, "rate"),
        (5, 1, math.nan, "rate"),
    ],
)
def test_bad_input_names_its_field(runs: int, hits: int, rate: float | None, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        drop_luck(runs, hits, rate)
    assert raised.value.field == field


@pytest.mark.parametrize("n", [0.5, 0, -3, math.nan, math.inf])
def test_one_in_less_than_one_is_refused(n: float) -> None:
    with pytest.raises(InvalidInput):
        one_in(n)
    assert one_in(1) == 1


def test_large_numbers_stay_sound() -> None:
    """A million runs: near the normal law, whose median is the mean."""
    assert binomial_cdf(500_000, 1_000_000, 0.5) == pytest.approx(0.5 + 0.0003989, abs=1e-6)
    low, high = jeffreys_interval(20_000, 1_000_000)
    assert (low, high) == pytest.approx((0.0197268, 0.0202756), abs=2e-6)


@settings(deadline=None)
@given(st.integers(1, 120), st.data())
def test_the_cdf_is_the_exact_sum(trials: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, trials))
    p = Fraction(data.draw(st.integers(1, 999)), 1000)
    exact = exact_cdf(successes, trials, p)
    assert binomial_cdf(successes, trials, float(p)) == pytest.approx(float(exact), rel=1e-9, abs=1e-13)
    step = exact - exact_cdf(successes - 1, trials, p)
    assert binomial_pmf(successes, trials, float(p)) == pytest.approx(float(step), rel=1e-10)


@settings(deadline=None)
@given(st.integers(0, 25), st.integers(0, 25), st.floats(0.01, 0.99))
def test_the_incomplete_beta_is_the_climbed_arcsine(a: int, b: int, x: float) -> None:
    assert incomplete_beta(a + 0.5, b + 0.5, x) == pytest.approx(half_integer_beta(a, b, x), abs=1e-9)


@settings(deadline=None)
@given(st.integers(1, 5000), st.data())
def test_the_interval_holds_the_rate_and_mirrors(runs: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, runs))
    low, high = jeffreys_interval(hits, runs)
    assert 0 <= low <= hits / runs <= high <= 1
    other = jeffreys_interval(runs - hits, runs)
    assert (1 - other[1], 1 - other[0]) == pytest.approx((low, high), abs=1e-11)


@settings(deadline=None)
@given(st.floats(0.001, 0.999), st.floats(0.5, 300), st.floats(0.5, 300))
def test_a_quantile_gives_its_probability_back(probability: float, a: float, b: float) -> None:
    x = beta_quantile(probability, a, b)
    assert incomplete_beta(a, b, x) == pytest.approx(probability, abs=1e-6)


@settings(deadline=None)
@given(st.integers(1, 500), st.floats(0.001, 0.5), st.data())
def test_one_more_drop_is_more_luck(runs: int, rate: float, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, runs - 1))
    less, more = drop_luck(runs, hits, rate).assumed, drop_luck(runs, hits + 1, rate).assumed
    assert less is not None
    assert more is not None
    assert 0 <= less.percentile <= more.percentile + 1e-9 <= 100 + 2e-9


@settings(deadline=None)
@given(st.floats(0.0001, 0.99), st.sampled_from([50, 90, 95, 99]))
def test_runs_needed_are_enough_and_one_fewer_are_not(rate: float, percent: int) -> None:
    runs = runs_needed(rate, percent)
    chance = percent / 100
    assert 1 - (1 - rate) ** runs >= chance - 1e-9
    assert runs == 1 or 1 - (1 - rate) ** (runs - 1) < chance + 1e-9


@given(
    st.integers(0, 400).flatmap(lambda runs: st.tuples(st.just(runs), st.integers(0, runs))),
    st.floats(0.5, 1e5),
    st.floats(0.5, 1e5),
)
def test_an_estimated_rate_makes_luck_beta_binomial(both: tuple[int, int], a: float, b: float) -> None:
    runs, hits = both
    of = betabinom(runs, a, b)
    expected = of.cdf(hits - 1) + of.pmf(hits) / 2
    assert beta_binomial_pmf(hits, runs, a, b) == pytest.approx(of.pmf(hits), rel=1e-6, abs=1e-12)
    assert percentile_of_estimate(runs, hits, a, b) == pytest.approx(100 * expected, abs=1e-4)
    assert dry_streak(runs, a, b) == pytest.approx(of.pmf(0), rel=1e-6, abs=1e-12)


def test_a_rate_that_is_well_known_is_as_good_as_a_rate() -> None:
    for hits in (0, 3, 9, 30):
        assert percentile_of_estimate(500, hits, 2e6, 98e6) == pytest.approx(
            percentile(500, hits, 0.02), abs=0.01
        )
    assert dry_streak(100, 2e6, 98e6) == pytest.approx(0.98**100, rel=1e-4)


def test_a_million_runs_are_no_trouble() -> None:
    assert percentile_of_estimate(1_000_000, 20_000, 2e7, 98e7) == pytest.approx(50, abs=0.5)
    assert percentile_of_estimate(1_000_000, 0, 2e7, 98e7) == pytest.approx(0, abs=1e-9)
    assert percentile_of_estimate(1_000_000, 1_000_000, 2e7, 98e7) == pytest.approx(100)
