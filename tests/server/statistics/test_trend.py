"""Trends: what is compared, what is significant, and how many of a great many are by chance."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, false_discovery_control, fisher_exact

from server.statistics.counts import DayCount
from server.statistics.trend import (
    HALF_LIFE,
    Trend,
    Window,
    course,
    discoveries,
    fisher,
    p_value,
    recent,
    together,
    trends,
    windows,
)

TODAY = date(2026, 3, 5)
_WINDOW = st.integers(0, 400).flatmap(lambda n: st.builds(Window, st.just(n), st.integers(0, n)))


def _day(age: int, n: int = 1, x: int = 0) -> DayCount:
    return DayCount(TODAY - timedelta(days=age), n, x, x)


@given(st.sets(st.integers(-3, 60)))
def test_no_day_is_in_both_windows(ages: set[int]) -> None:
    late, early = windows([_day(age) for age in ages], TODAY)
    assert late.n == len(ages & set(range(7)))
    assert early.n == len(ages & set(range(7, 30)))
    assert together(late, early).n == len(ages & set(range(30)))


@given(_WINDOW, _WINDOW)
def test_fisher_is_scipys(late: Window, early: Window) -> None:
    table = [[late.x, late.n - late.x], [early.x, early.n - early.x]]
    assert fisher(late, early) == pytest.approx(fisher_exact(table).pvalue, rel=1e-6, abs=1e-12)


@given(_WINDOW, _WINDOW)
def test_the_test_is_exact_where_few_are_expected(late: Window, early: Window) -> None:
    both = together(late, early)
    found = p_value(late, early)
    if not (late.n and early.n and 0 < both.x < both.n):
        assert found == 1
        return
    table = np.array([[late.x, late.n - late.x], [early.x, early.n - early.x]])
    told = chi2_contingency(table, correction=False, lambda_="log-likelihood")
    exact = told.expected_freq.min() < 5
    assert found == pytest.approx(fisher(late, early) if exact else told.pvalue, rel=1e-6, abs=1e-12)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_discoveries_are_benjamini_and_hochbergs(p_values: list[float]) -> None:
    adjusted = false_discovery_control(p_values)
    for holds, each in zip(discoveries(p_values), adjusted, strict=True):
        if abs(each - 0.05) > 1e-9:
            assert holds == (each <= 0.05)


def test_an_arrow_needs_a_small_p_and_company_takes_it_away() -> None:
    clear, faint, same = (
        (Window(1000, 60), Window(3000, 60)),
        (Window(300, 17), Window(900, 20)),
        (Window(300, 6), Window(900, 18)),
    )
    assert 0.001 < p_value(*faint) < 0.01
    assert trends([clear, tuple(reversed(clear)), faint, same]) == [
        Trend.UP,
        Trend.DOWN,
        Trend.UP,
        Trend.STABLE,
    ]
    assert trends([faint] + [same] * 200)[0] is Trend.STABLE
    assert trends([(Window(300, 15), Window(900, 20))]) == [Trend.STABLE], "2 % is not enough"
    assert trends([]) == []


def test_arrows_where_nothing_changes_are_rare() -> None:
    random = np.random.default_rng(3)
    arrows = 0
    for _ in range(200):
        rates = random.uniform(0.005, 0.2, 60)
        pairs = [
            (Window(400, int(random.binomial(400, rate))), Window(1300, int(random.binomial(1300, rate))))
            for rate in rates
        ]
        arrows += any(each is not Trend.STABLE for each in trends(pairs))
    assert arrows / 200 <= 0.09, "a twentieth of the boards, and what chance adds to that"


def test_the_recent_rate_weighs_runs_by_age() -> None:
    days = [_day(29, 10, 1), _day(7, 8, 4), _day(0, 4, 1)]
    told = course(days, TODAY)
    assert len(told) == 30
    weights = {29: 2 ** (-29 / HALF_LIFE), 7: 0.5, 0: 1.0}
    total = 10 * weights[29] + 8 * weights[7] + 4
    squares = 10 * weights[29] ** 2 + 8 * weights[7] ** 2 + 4
    (found,) = recent([told[-1]])
    assert found is not None
    assert found.runs == pytest.approx(total**2 / squares)
    assert found.rate == pytest.approx((weights[29] + 4 * weights[7] + 1) / total)
    assert found.interval.low < found.rate < found.interval.high
    assert recent([None, told[0]])[0] is None
    assert course([_day(40)], TODAY) == []
    assert len(course([_day(3)], TODAY)) == 4


def test_runs_of_the_same_day_are_worth_themselves() -> None:
    (found,) = recent([course([_day(0, 50, 5)], TODAY)[-1]])
    assert found is not None
    assert (found.runs, found.rate) == (50, 0.1)
