"""The shop: what is for sale, who may buy how much of it, and what comes back with a refund."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.economy.ledger import COINS, NotEnough
from shared.errors import Conflict, InvalidInput, MapleHubError

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


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who asks to buy an item.

    level: the player level. balances: what there is of each unit. owned: has it already, and it cannot be had
    twice. bought: how often this buyer has bought the item without giving it back.
    """

    level: int
    balances: Mapping[str, int]
    owned: bool = False
    bought: int = 0


class CannotPay(NotEnough):
    """The buyer has too little of a unit. name: what the unit is called in a sentence, such as “Celestial Dust”."""

    def __init__(self, unit: str, have: int, need: int, name: str) -> None:
        super().__init__(unit, have, need)
        action = (
            "Log runs, finish tasks or claim the daily reward." if unit == COINS else "Boxes may hold some."
        )
        MapleHubError.__init__(self, f"This takes {need:,} {name}, and you have {max(have, 0):,}.", action)


def total(price: Price, pieces: int = 1) -> dict[str, int]:
    """What a number of pieces costs, by unit; no unit that costs nothing. InvalidInput below one piece."""
    if pieces < 1:
        raise InvalidInput("pieces", "Buy at least one piece.")
    units = {COINS: price.coins, **price.materials}
    return {unit: amount * pieces for unit, amount in units.items() if amount}


def missing(price: Mapping[str, int], balances: Mapping[str, int]) -> dict[str, int]:
    """How much of each unit a buyer lacks; empty when the price can be paid. A debt counts as having nothing."""
    short = {unit: amount - max(balances.get(unit, 0), 0) for unit, amount in price.items()}
    return {unit: amount for unit, amount in short.items() if amount > 0}


def stock_left(item: ShopItem, sold: int) -> int | None:
    """How often the item can still be sold after `sold` live purchases of anybody; None: as often as you like."""
    return None if item.stock == UNLIMITED else max(item.stock - sold, 0)


def limit_left(item: ShopItem, bought: int) -> int | None:
    """How often one player may still buy the item after `bought` live purchases; None: as often as they like."""
    return None if item.limit == UNLIMITED else max(item.limit - bought, 0)


def check_purchase(
    item: ShopItem, pieces: int, buyer: Buyer, sold: int, names: Mapping[str, str] | None = None
) -> dict[str, int]:
    """The price by unit, or why it cannot be bought.

    sold: live purchases of the item by anybody. names: what units are called, their slug without. Raises
    InvalidInput for less than one piece; Conflict when it is not for sale, owned already, sold out, over the
    player's limit or above their level; CannotPay. The first of these that holds is told.
    """
    price = total(item.price, pieces)
    if not item.active:
        raise Conflict("This is not for sale at the moment.")
    if buyer.owned:
        raise Conflict("You have this already.", "It is in your inventory.")
    _check_left(
        limit_left(item, buyer.bought),
        pieces,
        Conflict("You have bought as many of these as one player may."),
        "You may buy {} more.",
    )
    _check_left(
        stock_left(item, sold),
        pieces,
        Conflict("This is sold out.", "There may be more another time."),
        "Only {} left.",
    )
    if buyer.level < item.min_level:
        raise Conflict(
            f"This needs level {item.min_level}, and you are level {buyer.level}.",
            "Every run and task brings experience.",
        )
    for unit, short in missing(price, buyer.balances).items():
        have = price[unit] - short
        raise CannotPay(unit, have, price[unit], (names or {}).get(unit, unit))
    return price


def _check_left(left: int | None, pieces: int, none: Conflict, some: str) -> None:
    if left is None or pieces <= left:
        return
    raise Conflict(some.format(left), "Buy fewer.") if left else none


def refundable_until(item: ShopItem, bought_at: datetime) -> datetime | None:
    """The instant from which it can no longer be given back; None when it never can."""
    return bought_at + timedelta(hours=item.refund_hours) if item.refund_hours > 0 else None


def check_refund(item: ShopItem | None, bought_at: datetime, now: datetime, *, spent: bool = False) -> None:
    """Conflict with the reason when a purchase cannot be given back now.

    item: None when the shop no longer knows it. spent: what it gave was used up since. A clock set back to before
    the purchase refuses nothing.
    """
    until = None if item is None else refundable_until(item, bought_at)
    if item is None or until is None:
        raise Conflict("This cannot be given back.")
    if now >= until:
        raise Conflict(f"This could be given back for {item.refund_hours} hours only.", "It stays yours.")
    if spent:
        raise Conflict("What this purchase gave is used up.", "Only what is still there can be given back.")
