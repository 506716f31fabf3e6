"""Buying and giving back."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from desktop.services.economy.ownership import Ownership, Source, owned_cosmetics
from desktop.services.economy.wearing import take_off_unowned, worn_slugs
from desktop.storage.changes import Changes, Label
from desktop.storage.database import Database
from desktop.storage.ledger import balances
from desktop.storage.tables import live, purchases
from desktop.storage.transaction import Row, encode
from shared.catalog import Catalog
from shared.economy.ledger import COINS, EXPERIENCE, AccountKind, account
from shared.economy.shop import (
    Buyer,
    ShopItem,
    check_purchase,
    check_refund,
    limit_left,
    missing,
    refundable_until,
    stock_left,
    total,
)
from shared.economy.things import Cosmetic, Material
from shared.errors import Conflict, NotFound
from shared.ids import natural_id, new_id


class Offer(StrEnum):
    """What can be done about an item now; the first that holds."""

    WORN = "worn"
    OWNED = "owned"
    LIMIT = "limit"
    SOLD_OUT = "sold_out"
    LEVEL = "level"
    SHORT = "short"
    BUY = "buy"


@dataclass(frozen=True, slots=True)
class ShopState:
    """An item as it stands for this player.

    price and missing: by unit (`coins` or a material's slug). stock_left and limit_left: None for no limit.
    purchase, refund_until: the newest purchase that can still be given back, and until when.
    """

    item: ShopItem
    thing: Cosmetic | Material
    price: Mapping[str, int]
    missing: Mapping[str, int]
    owned: bool
    worn: bool
    stock_left: int | None
    limit_left: int | None
    level_reached: bool
    purchase: str = ""
    refund_until: datetime | None = None

    @property
    def affordable(self) -> bool:
        """Whether the price can be paid now."""
        return not self.missing

    @property
    def offer(self) -> Offer:
        """What can be done about it."""
        if self.owned:
            return Offer.WORN if self.worn else Offer.OWNED
        if self.limit_left == 0:
            return Offer.LIMIT
        if self.stock_left == 0:
            return Offer.SOLD_OUT
        if not self.level_reached:
            return Offer.LEVEL
        return Offer.BUY if self.affordable else Offer.SHORT


@dataclass(frozen=True, slots=True)
class OwnedCosmetic:
    """A cosmetic in the inventory.

    box: the name of the box it came from, "" from the shop or a box that is no more. paid: by unit, what it cost
    then. purchase, refund_until: what gives it back, and until when; "" and None when nothing does any more.
    """

    cosmetic: Cosmetic
    worn: bool
    source: Source
    box: str
    at: datetime
    paid: Mapping[str, int]
    purchase: str = ""
    refund_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """A material, how many there are, and the names of what it is needed for."""

    material: Material
    pieces: int
    needed_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Returnable:
    """A purchase that can be given back. price: by unit, what comes back."""

    purchase: str
    name: str
    gives: str
    pieces: int
    price: Mapping[str, int]
    until: datetime


@dataclass(frozen=True, slots=True)
class Inventory:
    """What the player has: cosmetics in the catalogue's order, every material, purchases newest first."""

    cosmetics: tuple[OwnedCosmetic, ...]
    materials: tuple[Holding, ...]
    returnable: tuple[Returnable, ...]


@dataclass(frozen=True, slots=True)
class _Bought:
    """A live purchase."""

    id: str
    item: str
    name: str
    gives: str
    pieces: int
    price: Mapping[str, int]
    at: datetime


class Shop:
    """What is for sale, what is owned."""

    def __init__(self, database: Database, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._catalog = catalog
        self._now = now

    def items(self) -> list[ShopState]:
        """Everything for sale, in the seeds' order."""
        with self._database.read() as connection:
            held, bought = balances(connection), _bought(connection)
            owned, worn = owned_cosmetics(connection), worn_slugs(connection)
        returnable = {row.item: row for row in self._returnable(bought, held)}
        counts = Counter(row.item for row in bought)
        level = self._level(held)
        economy = self._catalog.economy
        states = []
        for item in economy.shop.values():
            if not item.active:
                continue
            price = total(item.price)
            back = returnable.get(item.slug)
            states.append(
                ShopState(
                    item=item,
                    thing=economy.cosmetics.get(item.gives) or economy.materials[item.gives],
                    price=price,
                    missing=missing(price, _purse(held)),
                    owned=item.gives in economy.cosmetics and item.gives in owned,
                    worn=item.gives in owned and item.gives in worn.values(),
                    stock_left=stock_left(item, counts[item.slug]),
                    limit_left=limit_left(item, counts[item.slug]),
                    level_reached=level >= item.min_level,
                    purchase="" if back is None else back.id,
                    refund_until=None if back is None else refundable_until(item, back.at),
                )
            )
        return states

    def inventory(self) -> Inventory:
        """What the player has, and what can be given back now."""
        economy = self._catalog.economy
        with self._database.read() as connection:
            held, bought = balances(connection), _bought(connection)
            owned, worn = owned_cosmetics(connection), worn_slugs(connection)
        returnable = self._returnable(bought, held)
        back = {row.id: row for row in returnable}
        cosmetics = [
            self._owned(cosmetic, owned[slug], worn.get(cosmetic.kind) == slug, back)
            for slug, cosmetic in economy.cosmetics.items()
            if slug in owned
        ]
        needed: dict[str, list[str]] = {}
        for item in economy.shop.values():
            if item.active and item.gives in economy.cosmetics and item.gives not in owned:
                for slug in item.price.materials:
                    needed.setdefault(slug, []).append(economy.cosmetics[item.gives].name)
        purse = _purse(held)
        return Inventory(
            cosmetics=tuple(cosmetics),
            materials=tuple(
                Holding(material, purse.get(slug, 0), tuple(needed.get(slug, ())))
                for slug, material in economy.materials.items()
            ),
            returnable=tuple(
                Returnable(row.id, row.name, row.gives, row.pieces, row.price, self._until(row))
                for row in reversed(returnable)
            ),
        )

    def buy(self, slug: str, pieces: int = 1) -> Changes:
        """Buy an item so many times. The price is booked, and the materials given, by what follows every write.

        Raises NotFound for an unknown item, else what `check_purchase` raises; nothing is bought then.
        """
        economy = self._catalog.economy
        item = economy.shop.get(slug)
        if item is None:
            raise NotFound("The shop does not have this.")
        cosmetic = economy.cosmetics.get(item.gives)
        name = (cosmetic or economy.materials[item.gives]).name
        units = {COINS: "coins", **{unit: material.name for unit, material in economy.materials.items()}}
        count = pieces * item.pieces
        label = Label("shop.bought", {"item": name, "count": count})
        with self._database.write(label) as writing:
            connection = writing.tx.connection
            held = balances(connection)
            sold = sum(row.item == slug for row in _bought(connection))
            owned = cosmetic is not None and item.gives in owned_cosmetics(connection)
            buyer = Buyer(self._level(held), _purse(held), owned, sold)
            check_purchase(item, pieces, buyer, sold, units)
            fields = {
                "item": slug,
                "name": name,
                "gives": item.gives,
                "pieces": item.pieces,
                "price": encode(total(item.price)),
                "bought_at": self._now().isoformat(),
            }
            for _ in range(pieces):
                # Two machines that buy the same cosmetic offline make one row of it.
                row_id = natural_id("purchase", slug) if cosmetic is not None else new_id()
                writing.tx.insert(purchases, row_id, **fields)
        return writing.changes

    def refund(self, purchase_id: str) -> Changes:
        """Give a purchase back: its price returns, what it gave goes, and is taken off if it was worn.

        Raises NotFound, or Conflict when it is too late or what it gave is used up.
        """
        with self._database.write() as writing:
            tx = writing.tx
            row = _read(tx.get(purchases, purchase_id))
            item = self._catalog.economy.shop.get(row.item)
            check_refund(item, row.at, self._now(), spent=self._spent(row, balances(tx.connection)))
            tx.delete(purchases, purchase_id)
            take_off_unowned(tx, self._catalog)
            writing.label = Label("shop.refunded", {"item": row.name, "count": row.pieces})
        return writing.changes

    def _owned(
        self, cosmetic: Cosmetic, how: Ownership, worn: bool, back: Mapping[str, _Bought]
    ) -> OwnedCosmetic:
        box = self._catalog.economy.lootboxes.get(how.reference)
        purchase = back.get(how.reference)
        return OwnedCosmetic(
            cosmetic=cosmetic,
            worn=worn,
            source=how.source,
            box=box.name if box is not None else "",
            at=how.at,
            paid=how.paid,
            purchase="" if purchase is None else purchase.id,
            refund_until=None if purchase is None else self._until(purchase),
        )

    def _returnable(self, bought: list[_Bought], held: Mapping[str, int]) -> list[_Bought]:
        """Live purchases that could be given back now, oldest first."""
        found = []
        for row in bought:
            try:
                check_refund(
                    self._catalog.economy.shop.get(row.item),
                    row.at,
                    self._now(),
                    spent=self._spent(row, held),
                )
            except Conflict:
                continue
            found.append(row)
        return found

    def _until(self, row: _Bought) -> datetime:
        until = refundable_until(self._catalog.economy.shop[row.item], row.at)
        assert until is not None, "only what can be given back is asked for"
        return until

    def _spent(self, row: _Bought, held: Mapping[str, int]) -> bool:
        return row.gives in self._catalog.economy.materials and _purse(held).get(row.gives, 0) < row.pieces

    def _level(self, held: Mapping[str, int]) -> int:
        return self._catalog.economy.player_levels.level(_purse(held).get(EXPERIENCE, 0))


_USER = account(AccountKind.USER, "")


def _purse(held: Mapping[str, int]) -> dict[str, int]:
    """The player's own balances by unit."""
    return {key.removeprefix(_USER): amount for key, amount in held.items() if key.startswith(_USER)}


def _bought(connection: Connection) -> list[_Bought]:
    """Live purchases, oldest first."""
    query = select(purchases).where(live(purchases)).order_by(purchases.c.bought_at, purchases.c.row)
    return [_read(row) for row in connection.execute(query).mappings()]


def _read(row: Row) -> _Bought:
    return _Bought(
        id=row["id"],
        item=row["item"],
        name=row["name"],
        gives=row["gives"],
        pieces=row["pieces"],
        price=json.loads(row["price"]),
        at=datetime.fromisoformat(row["bought_at"]),
    )
