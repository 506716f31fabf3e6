"""The shop: what is for sale, who may buy how much of it, and what comes back with a refund."""

from collections.abc import Mapping
from dataclasses import dataclass, field

UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Price:
    """What one piece costs: coins, and pieces of materials by slug."""

    coins: int = 0
    materials: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShopItem:
    """Something for sale.

    gives: the slug of a cosmetic or material; pieces: how many materials one purchase gives. stock and limit (per
    player): -1 for no limit. refund_hours: how long it can be given back. min_level: the player level it asks for.
    """

    slug: str
    gives: str
    category: str
    price: Price
    pieces: int = 1
    stock: int = UNLIMITED
    limit: int = 1
    min_level: int = 1
    refund_hours: int = 72
    active: bool = True
