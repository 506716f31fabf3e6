"""How lucky a history of openings was: how many were Rare or better, against the chance each of them had.

The chances differ with level, pity and events, so the number of hits is Poisson-binomial. An opening that was forced
had the chance 1 and says nothing about luck either way.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shared.calculators.binomial import binomial_pmf

EXACT_WORK = 3_000_000
"""Up to so many multiplications the distribution is summed; beyond them it is the normal one, whose error is then far
below what is shown."""


@dataclass(frozen=True, slots=True)
class LootLuck:
    """hits of openings were Rare or better, expected on average.

    percentile: 0 to 100, the mid-p share of players with these very chances who had less luck; None before the
    first opening whose result was open. exact: whether it is summed, not approximated.
    """

    openings: int
    hits: int
    expected: float
    percentile: float | None
    exact: bool


def loot_luck(openings: Mapping[float, int], hits: int) -> LootLuck:
    """The luck of so many openings by their chance of Rare or better, of which `hits` were.

    ValueError for more hits than openings, or fewer than were certain.
    """
    count = sum(openings.values())
    certain = sum(number for chance, number in openings.items() if chance >= 1)
    groups = Counter({chance: number for chance, number in openings.items() if 0 < chance < 1 and number})
    free = sum(groups.values())
    luck = hits - certain
    if not 0 <= luck <= free:
        raise ValueError("so many hits cannot be")
    expected = certain + sum(chance * number for chance, number in groups.items())
    if not free:
        return LootLuck(count, hits, expected, None, exact=True)
    # Hits or misses, whichever are fewer, are counted: the sum is as long as the count.
    mirrored = luck > free - luck
    few = free - luck if mirrored else luck
    if sum(min(number, few) + 1 for number in groups.values()) * (few + 1) > EXACT_WORK:
        return LootLuck(count, hits, expected, 100 * _normal(groups, luck), exact=False)
    if mirrored:
        groups = Counter({1 - chance: number for chance, number in groups.items()})
    below, at = _distribution(groups, few)
    share = 1 - below - at / 2 if mirrored else below + at / 2
    return LootLuck(count, hits, expected, 100 * min(1.0, max(0.0, share)), exact=True)


def _distribution(groups: Mapping[float, int], hits: int) -> tuple[float, float]:
    """P(X < hits) and P(X = hits) of a sum of binomials, convolved up to `hits`."""
    known = [1.0]
    for chance, number in groups.items():
        group = [binomial_pmf(k, number, chance) for k in range(min(number, hits) + 1)]
        size = min(len(known) + len(group) - 1, hits + 1)
        merged = [0.0] * size
        for k, one in enumerate(known):
            for j, other in enumerate(group[: size - k], k):
                merged[j] += one * other
        known = merged
    return math.fsum(known[:hits]), known[hits] if hits < len(known) else 0.0


def _normal(groups: Mapping[float, int], hits: int) -> float:
    """P(X < hits) + ½ P(X = hits), nearly: the normal distribution of the same mean and variance at `hits`."""
    mean = sum(chance * number for chance, number in groups.items())
    variance = sum(chance * (1 - chance) * number for chance, number in groups.items())
    return 0.5 * (1 + math.erf((hits - mean) / math.sqrt(2 * variance)))
