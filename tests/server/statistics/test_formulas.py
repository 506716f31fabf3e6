"""Intervals against exact coverage, design effects against their definition, and a population whose truth is known."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from server.statistics.counts import Cluster
from server.statistics.formulas import (
    Confidence,
    Estimate,
    confidence,
    design_effect,
    estimates,
    intervals,
    is_biased,
    unusual_players,
)
from shared.statistics.weeks import COMPLETE_FROM

Shares = list[tuple[int, int]]
_SHARES = st.lists(
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=40
)


def _cluster(shares: Shares) -> Cluster:
    return Cluster(
        len(shares),
        sum(n for n, _ in shares),
        sum(x for _, x in shares),
        sum(n * n for n, _ in shares),
        sum(x * x for _, x in shares),
        sum(n * x for n, x in shares),
    )


def _of(n: Any, x: Any) -> Cluster:
    """From arrays by player; players without a run are none."""
    n, x = n[n > 0], x[n > 0]
    sums = (n.size, n.sum(), x.sum(), (n * n).sum(), (x * x).sum(), (n * x).sum())
    return Cluster(*(int(each) for each in sums))


def _estimate(of: Cluster) -> Estimate:
    (found,) = estimates([of])
    assert found is not None
    return found


def _alone(n: int, x: int) -> Estimate:
    """From runs of as many players, so that none are alike."""
    return _estimate(Cluster(n, n, x, n, x, x))


def test_an_item_that_never_dropped_has_an_exact_bound() -> None:
    found = _alone(412, 0)
    assert (found.rate, found.interval.low) == (0, 0)
    assert found.interval.high == pytest.approx(1 - 0.05 ** (1 / 412), rel=1e-12)
    assert round(1 / found.interval.high) == 138
    assert found.tier is None


def test_known_intervals() -> None:
    middle, every, one = intervals([(60, 3104), (7, 7), (0, 1)])
    assert (round(1 / middle.high), round(1 / middle.low)) == (41, 67)
    assert middle.low == pytest.approx(beta.ppf(0.025, 60.5, 3044.5), rel=1e-9)
    assert middle.high == pytest.approx(beta.ppf(0.975, 60.5, 3044.5), rel=1e-9)
    assert (every.high, one.low, one.high) == (1, 0, 0.95)
    assert every.low == pytest.approx(beta.ppf(0.025, 7.5, 0.5), rel=1e-9)
    assert intervals([]) == []
    assert estimates([Cluster(0, 0, 0, 0, 0, 0)]) == [None]


def test_the_interval_covers_what_it_says() -> None:
    """Exactly, by summing over every outcome: 400 rates from 0.05 to 20 %, 50 to 3,000 runs."""
    rates = np.geomspace(0.0005, 0.2, 400)[:, None]
    covered = []
    for n in (50, 100, 200, 412, 1000, 3000):
        x = np.arange(n + 1)
        found = intervals([(int(each), n) for each in x])
        low, high = np.array([[each.low, each.high] for each in found]).T
        covered.append((binom.pmf(x, n, rates) * ((low <= rates) & (rates <= high))).sum(axis=1))
    for each in covered:
        assert 0.94 <= each.mean() <= 0.97
    assert 0.94 <= np.mean(covered) <= 0.97
    assert np.min(covered) >= 0.87


@pytest.mark.parametrize(("correlation", "naive_at_most"), [(0.01, 0.90), (0.03, 0.80), (0.1, 0.65)])
def test_runs_of_one_player_that_are_alike_widen_the_interval(
    correlation: float, naive_at_most: float
) -> None:
    """200 players of 50 runs each at 5 %: a beta-binomial with this correlation within players."""
    rate, users, runs, seeds = 0.05, 200, 50, 2000
    random = np.random.default_rng(7)
    both = 1 / correlation - 1
    hits = random.binomial(runs, random.beta(rate * both, (1 - rate) * both, (seeds, users)))
    n = np.full(users, runs)
    found = [each for each in estimates(_of(n, x) for x in hits) if each is not None]
    naive = intervals([(each.x, each.n) for each in found])
    assert np.mean([each.interval.low <= rate <= each.interval.high for each in found]) >= 0.92
    assert np.mean([each.low <= rate <= each.high for each in naive]) <= naive_at_most


@given(_SHARES)
def test_the_design_effect_is_what_its_definition_says(shares: Shares) -> None:
    users, n, x = len(shares), sum(n for n, _ in shares), sum(x for _, x in shares)
    found = design_effect(_cluster(shares))
    if users < 2 or x in {0, n}:
        assert found == 1
        return
    rate = x / n
    variance = users / (users - 1) * sum((mine - rate * own) ** 2 for own, mine in shares) / n**2
    assert found == pytest.approx(max(1.0, variance / (rate * (1 - rate) / n)), rel=1e-9)


@given(_SHARES)
def test_an_estimate_lies_in_its_interval(shares: Shares) -> None:
    found = _estimate(_cluster(shares))
    assert 0 <= found.interval.low <= found.rate <= found.interval.high <= 1
    plain = intervals([(found.x, found.n)])[0]
    if found.x not in {0, found.n}:
        assert found.interval.low <= plain.low + 1e-12 or found.deff == 1
        assert found.variance == pytest.approx(found.deff * found.rate * (1 - found.rate) / found.n)


def test_labels_and_tiers_have_sharp_edges() -> None:
    assert [confidence(n) for n in (99, 100, 1000, 1001)] == [
        Confidence.LOW,
        Confidence.MEDIUM,
        Confidence.MEDIUM,
        Confidence.HIGH,
    ]
    tiers = {_alone(n, x).tier for n, x in ((40_000, 2_000), (4_000, 200), (400, 20), (100, 1))}
    assert tiers == {"A", "B", "C", None}
    for n, x in ((40_000, 2_000), (4_000, 200), (400, 20)):
        found = _alone(n, x)
        half = (found.interval.high - found.interval.low) / (2 * found.rate)
        assert half <= {"A": 0.10, "B": 0.25, "C": 0.50}[found.tier or ""]


def test_bias_is_marked_beyond_two_standard_errors() -> None:
    fair = _alone(10_000, 200)
    assert not is_biased(fair, None)
    assert not is_biased(fair, fair)
    error = math.sqrt(2 * fair.variance)
    assert not is_biased(fair, _alone(10_000, 200 - math.floor(1.9 * error * 10_000)))
    assert is_biased(fair, _alone(10_000, 200 - math.ceil(2.1 * error * 10_000)))


def test_a_player_on_whom_the_rate_hangs_is_found() -> None:
    shares = [(f"p{number}", 100, 2) for number in range(30)] + [("liar", 100, 90)]
    cluster = _cluster([share[1:] for share in shares])
    assert unusual_players(cluster, shares) == ["liar"]
    assert unusual_players(_cluster([(100, 2)] * 30), shares[:30]) == []
    assert unusual_players(_cluster([(10, 0)] * 9), [(str(each), 10, 0) for each in range(9)]) == []


@pytest.mark.parametrize(
    ("selective", "late", "naive", "cohort", "kept"),
    [
        pytest.param(0.3, 0.3, (1.44, 0.03), (1.03, 0.03), (0.87, 0.02), id="both"),
        pytest.param(0.3, 0.0, (1.26, 0.03), (1.01, 0.03), None, id="only selective"),
        pytest.param(0.0, 0.3, (1.15, 0.03), (1.03, 0.03), None, id="only late"),
    ],
)
def test_complete_weeks_see_through_selective_logging(
    selective: float,
    late: float,
    naive: tuple[float, float],
    cohort: tuple[float, float],
    kept: tuple[float, float] | None,
) -> None:
    """600 players of 4 to 26 weeks of 6 clears at 2 %. Selective ones note a dry run with probability 0.3 and a hit
    always; late ones note nothing before their first hit, and are not there at all before its week. Means of 40 seeds.
    """
    told = np.mean([_population(seed, selective, late) for seed in range(40)], axis=0)
    assert told[0] == pytest.approx(naive[0], abs=naive[1])
    assert told[1] == pytest.approx(cohort[0], abs=cohort[1])
    if kept is not None:
        assert told[2] == pytest.approx(kept[0], abs=kept[1])
        assert told[3] == pytest.approx(1.15, abs=0.03), "the floor"


def _population(seed: int, selective: float, late: float) -> tuple[float, float, float, float]:
    """Naive rate and cohort's over the truth, the share of noted runs the cohort keeps, and the floor's rate."""
    users, weeks, clears, rate = 600, 26, 6, 0.02
    random = np.random.default_rng(seed)
    played = np.arange(weeks) < random.integers(4, weeks + 1, users)[:, None]
    hit = random.random((users, weeks, clears)) < rate
    choosy = (random.random(users) < selective)[:, None, None]
    noted = ~choosy | hit | (random.random(hit.shape) < 0.3)
    since = np.maximum.accumulate(hit.reshape(users, -1), axis=1).reshape(hit.shape)
    tardy = (random.random(users) < late)[:, None, None]
    cleared = (~tardy | since.any(axis=2, keepdims=True)) & played[:, :, None]
    noted &= (~tardy | since) & cleared
    complete = (noted.sum(axis=2) >= COMPLETE_FROM) & (noted == cleared).all(axis=2)
    noted_in = noted & complete[:, :, None]
    of_all, of_cohort = (
        _estimate(_of(runs.sum(axis=(1, 2)), (runs & hit).sum(axis=(1, 2)))) for runs in (noted, noted_in)
    )
    floor = of_all.x / int(cleared.sum() * clears)
    return of_all.rate / rate, of_cohort.rate / rate, of_cohort.n / of_all.n, floor / rate
