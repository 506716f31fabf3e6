"""Luck with boxes: the Poisson-binomial distribution, summed."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.calculators.luck import drop_luck
from shared.economy import loot_luck as module
from shared.economy.loot_luck import loot_luck

chances = st.sampled_from([0.1, 0.123, 0.25, 0.31, 0.9, 1.0])
openings = st.dictionaries(chances, st.integers(1, 4), min_size=1, max_size=3)


def enumerated(counts: dict[float, int], hits: int) -> float:
    """The mid-p share over every sequence of hits and misses."""
    each = [chance for chance, number in counts.items() for _ in range(number)]
    share = 0.0
    for outcome in itertools.product([0, 1], repeat=len(each)):
        chance = math.prod(p if hit else 1 - p for p, hit in zip(each, outcome, strict=True))
        share += chance * (1.0 if sum(outcome) < hits else 0.5 if sum(outcome) == hits else 0.0)
    return 100 * share


@given(openings, st.data())
def test_the_percentile_is_that_of_every_sequence(counts: dict[float, int], data: st.DataObject) -> None:
    certain = counts.get(1.0, 0)
    total = sum(counts.values())
    hits = data.draw(st.integers(certain, total))
    luck = loot_luck(counts, hits)
    assert luck.openings == total
    assert luck.expected == pytest.approx(sum(p * n for p, n in counts.items()))
    if total == certain:
        assert luck.percentile is None
    else:
        assert luck.exact
        assert luck.percentile == pytest.approx(enumerated(counts, hits), abs=1e-9)


def test_one_chance_is_the_binomial_one() -> None:
    for hits in (0, 3, 30, 45, 300):
        ours = loot_luck({0.1: 300}, hits).percentile
        theirs = drop_luck(300, hits, 0.1).assumed
        assert theirs is not None
        assert ours == pytest.approx(theirs.percentile, abs=1e-7)


def test_forced_openings_are_neither_luck_nor_the_lack_of_it() -> None:
    plain, forced = loot_luck({0.1: 80}, 5), loot_luck({0.1: 80, 1.0: 2}, 7)
    assert plain.percentile == forced.percentile
    assert forced.expected == plain.expected + 2
    assert loot_luck({}, 0).percentile is None
    assert loot_luck({1.0: 3}, 3).percentile is None


def test_the_approximation_is_near_where_it_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {0.1 + level / 500: 400 for level in range(10)}
    for hits in (380, 430, 436, 470, 520):
        exact = loot_luck(counts, hits)
        monkeypatch.setattr(module, "EXACT_WORK", 0)
        near = loot_luck(counts, hits)
        monkeypatch.undo()
        assert exact.exact
        assert not near.exact
        assert near.percentile == pytest.approx(exact.percentile, abs=1.0)


def test_hits_that_cannot_be_are_refused() -> None:
    for counts, hits in (({0.1: 3}, 4), ({0.1: 3}, -1), ({0.1: 3, 1.0: 2}, 1)):
        with pytest.raises(ValueError, match="cannot"):
            loot_luck(counts, hits)
