"""Lootboxes: what is inside, and the exact odds at every level, pity state and event."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.economy.things import Rarity

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
