"""What stands in the grid: cards of the shop or of the inventory, with headings between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from desktop.services.economy.ownership import Source
from desktop.services.economy.shop import Holding, Inventory, Offer, OwnedCosmetic, Returnable, ShopState
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.rarity import rarity_name
from desktop.ui.shop.words import (
    CATEGORIES,
    Materials,
    category_note,
    category_title,
    left_text,
    offer_spoken,
    offer_text,
    price_text,
    until_text,
)
from shared.economy.things import Cosmetic, Material


class Action(StrEnum):
    """What a card's button does."""

    BUY = "buy"
    WEAR = "wear"
    TAKE_OFF = "take_off"
    NONE = ""


class Order(StrEnum):
    """How the shop is sorted."""

    KIND = "kind"
    PRICE = "price"
    RARITY = "rarity"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line between two kinds."""

    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Card:
    """A thing with what can be done about it.

    slug: of the shop's item, or of the thing in the inventory. pieces: shown as ×n when it is not 1. note: a quiet
    line. price: by unit, empty in the inventory. usable: whether pressing the button can succeed. purchase: what
    gives it back, "" when nothing does. spoken: all of it in words.
    """

    slug: str
    thing: Cosmetic | Material
    action: Action
    action_text: str
    note: str
    spoken: str
    price: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[str, int] = field(default_factory=dict)
    pieces: int = 1
    usable: bool = True
    worn: bool = False
    locked: bool = False
    returnable: bool = False
    purchase: str = ""


Row = Heading | Card
_ACTIONS = {Offer.WORN: Action.TAKE_OFF, Offer.OWNED: Action.WEAR}


def shop_rows(
    states: Sequence[ShopState],
    materials: Materials,
    *,
    category: str = "",
    order: Order = Order.KIND,
    hide_owned: bool = False,
    plain: bool = False,
    now: datetime,
) -> list[Row]:
    """The shop, or one category of it; headings only while it is sorted by kind."""
    shown = [
        state
        for state in states
        if category in {"", state.item.category} and not (hide_owned and state.owned)
    ]
    if order is Order.PRICE:
        shown.sort(key=lambda state: (state.item.price.coins, len(state.item.price.materials)))
    elif order is Order.RARITY:
        shown.sort(key=lambda state: (-state.thing.rarity.rank, state.item.price.coins))
    else:
        return _under_headings(
            [(state.item.category, shop_card(state, materials, now)) for state in shown], plain=plain
        )
    return [shop_card(state, materials, now) for state in shown]


def shop_card(state: ShopState, materials: Materials, now: datetime) -> Card:
    """An item of the shop."""
    action = _ACTIONS.get(state.offer, Action.BUY)
    left = left_text(state)
    parts = [_name(state.thing, state.item.pieces), rarity_name(state.thing.rarity), state.thing.description]
    if not state.owned:
        parts.append(price_text(state.price, materials))
    parts.append(offer_spoken(state, materials))
    if left:
        parts.append(left)
    if state.refund_until is not None:
        parts.append(until_text(state.refund_until, now))
    return Card(
        slug=state.item.slug,
        thing=state.thing,
        action=action,
        action_text=offer_text(state),
        note=left,
        spoken=", ".join(part.rstrip(".") for part in parts),
        price={} if state.owned else state.price,
        missing={} if state.owned else state.missing,
        pieces=state.item.pieces,
        usable=state.offer in {Offer.BUY, Offer.OWNED, Offer.WORN},
        worn=state.worn,
        locked=state.offer is Offer.LEVEL,
        purchase=state.purchase,
    )


def inventory_rows(inventory: Inventory, materials: Materials, now: datetime, *, plain: bool) -> list[Row]:
    """Everything owned by kind; every material as soon as there is anything at all. Empty for an empty inventory."""
    back: dict[str, Returnable] = {}
    for purchase in inventory.returnable:
        back.setdefault(purchase.gives, purchase)
    found = [(str(owned.cosmetic.kind), _owned_card(owned, materials, now)) for owned in inventory.cosmetics]
    held = [("material", _material_card(holding, back, now)) for holding in inventory.materials]
    if not found and not any(holding.pieces for holding in inventory.materials):
        return []
    return _under_headings([*found, *held], plain=plain)


def _owned_card(owned: OwnedCosmetic, materials: Materials, now: datetime) -> Card:
    translate = QCoreApplication.translate
    thing = owned.cosmetic
    if owned.source is Source.BOX:
        note = (
            translate("shop", "from the {0}").format(owned.box)
            if owned.box
            else translate("shop", "from a box")
        )
    else:
        note = translate("shop", "bought for {0}").format(price_text(owned.paid, materials))
    parts = [thing.name, rarity_name(thing.rarity), thing.description, note]
    if owned.worn:
        parts.append(translate("shop", "worn"))
    if owned.refund_until is not None:
        parts.append(until_text(owned.refund_until, now))
    return Card(
        slug=thing.slug,
        thing=thing,
        action=Action.TAKE_OFF if owned.worn else Action.WEAR,
        action_text=translate("shop", "Take off") if owned.worn else translate("shop", "Wear"),
        note=note,
        spoken=", ".join(part.rstrip(".") for part in parts),
        worn=owned.worn,
        returnable=bool(owned.purchase),
        purchase=owned.purchase,
    )


def _material_card(holding: Holding, back: Mapping[str, Returnable], now: datetime) -> Card:
    translate = QCoreApplication.translate
    thing = holding.material
    needed = ", ".join(holding.needed_for)
    note = (
        translate("shop", "for {0}").format(needed) if needed else translate("shop", "nothing needs it now")
    )
    purchase = back.get(thing.slug)
    parts = [_name(thing, holding.pieces), rarity_name(thing.rarity), thing.description, note]
    if purchase is not None:
        parts.append(until_text(purchase.until, now))
    return Card(
        slug=thing.slug,
        thing=thing,
        action=Action.NONE,
        action_text="",
        note=note,
        spoken=", ".join(part.rstrip(".") for part in parts),
        pieces=holding.pieces,
        usable=holding.pieces > 0,
        returnable=purchase is not None,
        purchase="" if purchase is None else purchase.purchase,
    )


def _name(thing: Cosmetic | Material, pieces: int) -> str:
    return thing.name if pieces == 1 else f"{grouped(pieces)} × {thing.name}"


def _under_headings(cards: Sequence[tuple[str, Card]], *, plain: bool) -> list[Row]:
    rows: list[Row] = []
    for category in CATEGORIES:
        of_kind = [card for kind, card in cards if kind == category]
        if of_kind:
            rows += [Heading(category_title(category), category_note(category, plain=plain)), *of_kind]
    return rows
