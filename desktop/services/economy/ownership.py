"""Which cosmetics the player has, and how they came by them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from desktop.storage.tables import live, lootbox_rolls, purchases
from shared.economy.ledger import COINS
from shared.economy.lootbox import LootKind


class Source(StrEnum):
    """Where a thing came from."""

    SHOP = "shop"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Ownership:
    """How a cosmetic came to be owned.

    reference: the purchase's id or the box's slug. paid: by unit, what it cost then (for a box, the opening).
    """

    source: Source
    reference: str
    at: datetime
    paid: Mapping[str, int]


def owned_cosmetics(connection: Connection) -> dict[str, Ownership]:
    """Every owned cosmetic by slug, as it was first come by. One that was won cannot be given back, so it counts."""
    rolls = lootbox_rolls.c
    won = connection.execute(
        select(rolls.thing, rolls.box, rolls.at, rolls.cost)
        .where(rolls.kind == LootKind.COSMETIC, rolls.duplicate_coins.is_(None), live(lootbox_rolls))
        .order_by(rolls.row)
    )
    found: dict[str, Ownership] = {}
    for row in won:
        at = datetime.fromisoformat(row.at)
        found.setdefault(row.thing, Ownership(Source.BOX, row.box, at, {COINS: row.cost}))
    bought = connection.execute(
        select(purchases.c.id, purchases.c.gives, purchases.c.price, purchases.c.bought_at)
        .where(live(purchases))
        .order_by(purchases.c.row)
    )
    for row in bought:
        at = datetime.fromisoformat(row.bought_at)
        found.setdefault(row.gives, Ownership(Source.SHOP, row.id, at, json.loads(row.price)))
    return found
