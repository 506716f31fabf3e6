"""Lootboxes: what is inside, and the exact odds at every level, pity state and event.

Everything is a fraction, so odds sum to exactly 1. Of the rarities, rare, epic and legendary weights are multiplied by
1 + 0.06 × (level − 1) + the events' rare bonus, then all weights are divided by their sum. Once the pity count has
reached the box's pity, common and uncommon weights are 0. Within a rarity prizes share by their weights, a material's
times its event factor.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from shared.economy.events import NO_MODIFIERS, Modifiers
from shared.economy.things import RARITIES, Rarity

LEVEL_BONUS = Fraction(6, 100)
"""What each lootboxer level after the first adds to the multiplier of rare, epic and legendary."""

TOTAL_WEIGHT = 1_000_000
"""The weights of a box's rarities sum to this: integers per million."""


class LootKind(StrEnum):
    """What a prize is."""

    COSMETIC = "cosmetic"
    MATERIAL = "material"
    COINS = "coins"


@dataclass(frozen=True, slots=True)
class Prize:
    """One thing a box may hold.

    thing: the slug of a cosmetic or material, "" for coins. amount: coins or pieces. weight: its share among the
    prizes of the same rarity.
    """

    slug: str
    rarity: Rarity
    kind: LootKind
    thing: str = ""
    amount: int = 1
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Lootbox:
    """A box to open.

    price: coins. weights: per million by rarity. pity: after so many openings in a row without Rare or better the
    next one is. experience: what one opening teaches a lootboxer. duplicate_coins: paid by rarity for a cosmetic
    that is owned already.
    """

    slug: str
    name: str
    description: str
    price: int
    weights: Mapping[Rarity, int]
    pity: int
    experience: int
    duplicate_coins: Mapping[Rarity, int]
    prizes: tuple[Prize, ...]


def multiplier(level: int, modifiers: Modifiers = NO_MODIFIERS) -> Fraction:
    """What rare, epic and legendary weights are multiplied by. ValueError below level 1."""
    if level < 1:
        raise ValueError("a lootboxer's level is 1 or more")
    return 1 + LEVEL_BONUS * (level - 1) + modifiers.rare_bonus


def is_forced(box: Lootbox, pity: int) -> bool:
    """Whether the next opening is Rare or better whatever happens."""
    return pity >= box.pity


def next_pity(pity: int, rarity: Rarity) -> int:
    """The pity count after an opening that gave this rarity."""
    return 0 if rarity.is_rare else pity + 1


def rarity_odds(
    box: Lootbox, level: int, pity: int, modifiers: Modifiers = NO_MODIFIERS
) -> dict[Rarity, Fraction]:
    """The chance of each rarity at the next opening; the five sum to exactly 1.

    level: the lootboxer's, from 1. pity: openings of this box in a row without Rare or better. ValueError for a
    level or pity out of range and for a box that has nothing Rare or better to force.
    """
    if pity < 0:
        raise ValueError("a pity count is not negative")
    better = multiplier(level, modifiers)
    weights = {
        rarity: box.weights[rarity] * (better if rarity.is_rare else Fraction(not is_forced(box, pity)))
        for rarity in RARITIES
    }
    total = sum(weights.values())
    if not total:
        raise ValueError(f"{box.slug} has nothing Rare or better to give")
    return {rarity: weight / total for rarity, weight in weights.items()}


def prize_odds(
    box: Lootbox, level: int, pity: int, modifiers: Modifiers = NO_MODIFIERS
) -> tuple[Fraction, ...]:
    """The chance of each prize at the next opening, in the box's order; they sum to exactly 1."""
    rarities = rarity_odds(box, level, pity, modifiers)
    shares = _shares(box, modifiers)
    return tuple(rarities[prize.rarity] * share for prize, share in zip(box.prizes, shares, strict=True))


def rare_chance(box: Lootbox, level: int, pity: int, modifiers: Modifiers = NO_MODIFIERS) -> Fraction:
    """The chance that the next opening is Rare or better."""
    odds = rarity_odds(box, level, pity, modifiers)
    return sum((chance for rarity, chance in odds.items() if rarity.is_rare), Fraction(0))


def rare_within(
    box: Lootbox, level: int, pity: int, openings: int, modifiers: Modifiers = NO_MODIFIERS
) -> Fraction:
    """The chance of at least one Rare or better in the next openings, at an unchanged level and events."""
    if openings < 1:
        return Fraction(0)
    if pity + openings > box.pity:
        return Fraction(1)
    return 1 - (1 - rare_chance(box, level, pity, modifiers)) ** openings


def expected_openings(box: Lootbox, level: int, pity: int, modifiers: Modifiers = NO_MODIFIERS) -> Fraction:
    """How many openings the next Rare or better takes on average, itself counted: Σ (1 − p)^k while not forced."""
    if is_forced(box, pity):
        return Fraction(1)
    miss = 1 - rare_chance(box, level, pity, modifiers)
    return sum((miss**k for k in range(box.pity - pity + 1)), Fraction(0))


def long_run_odds(box: Lootbox, level: int, modifiers: Modifiers = NO_MODIFIERS) -> dict[Rarity, Fraction]:
    """The consolidated rate: each rarity's share of endless openings, the forced ones included.

    The pity count is a Markov chain: from k to k + 1 with 1 − p, to 0 with p, and from the box's pity always to 0. Its
    stationary share of k is (1 − p)^k over the mean cycle Σ (1 − p)^k, so that of forced openings is exact too.
    """
    free = rarity_odds(box, level, 0, modifiers)
    forced = rarity_odds(box, level, box.pity, modifiers)
    miss = 1 - rare_chance(box, level, 0, modifiers)
    share = miss**box.pity / expected_openings(box, level, 0, modifiers)
    return {rarity: (1 - share) * free[rarity] + share * forced[rarity] for rarity in RARITIES}


def expected_coins(
    box: Lootbox, level: int, pity: int, owned: AbstractSet[str], modifiers: Modifiers = NO_MODIFIERS
) -> Fraction:
    """The coins an opening gives back on average: coin prizes, and those for cosmetics that are owned already."""
    odds = prize_odds(box, level, pity, modifiers)
    return sum(
        (chance * coins_of(box, prize, owned) for prize, chance in zip(box.prizes, odds, strict=True)),
        Fraction(0),
    )


def coins_of(box: Lootbox, prize: Prize, owned: AbstractSet[str]) -> int:
    """The coins a prize pays to somebody who owns these cosmetics."""
    if prize.kind is LootKind.COINS:
        return prize.amount
    if prize.kind is LootKind.COSMETIC and prize.thing in owned:
        return box.duplicate_coins[prize.rarity]
    return 0


def _shares(box: Lootbox, modifiers: Modifiers) -> list[Fraction]:
    """Each prize's share among those of its rarity. An event that would leave a rarity empty changes nothing in it."""
    weights = [Fraction(prize.weight) * _factor(prize, modifiers) for prize in box.prizes]
    for rarity in RARITIES:
        places = [at for at, prize in enumerate(box.prizes) if prize.rarity is rarity]
        if not any(weights[at] for at in places):
            for at in places:
                weights[at] = Fraction(box.prizes[at].weight)
        total = sum(weights[at] for at in places)
        for at in places:
            weights[at] /= total
    return weights


def _factor(prize: Prize, modifiers: Modifiers) -> Fraction:
    if prize.kind is not LootKind.MATERIAL:
        return Fraction(1)
    return modifiers.materials.get(prize.thing, Fraction(1))
