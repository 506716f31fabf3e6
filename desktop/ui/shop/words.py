"""What the Shop page says."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication

from desktop.services.economy.shop import Offer, ShopState
from desktop.ui.kit.numbers import grouped
from desktop.ui.translation import QT_TRANSLATE_NOOP
from shared.economy.ledger import COINS
from shared.economy.things import Material

_TITLES = {
    "accent": QT_TRANSLATE_NOOP("shop", "Accents"),
    "frame": QT_TRANSLATE_NOOP("shop", "Card frames"),
    "title": QT_TRANSLATE_NOOP("shop", "Titles"),
    "tray": QT_TRANSLATE_NOOP("shop", "Icons"),
    "material": QT_TRANSLATE_NOOP("shop", "Materials"),
}
_NOTES = {
    "accent": QT_TRANSLATE_NOOP("shop", "the colour of buttons and marks, in the dark and the light theme"),
    "frame": QT_TRANSLATE_NOOP("shop", "around the cards on Home and Bosses"),
    "title": QT_TRANSLATE_NOOP("shop", "beside your main character’s name"),
    "tray": QT_TRANSLATE_NOOP("shop", "in the tray and on the window"),
    "material": QT_TRANSLATE_NOOP("shop", "what the rarest things are made of"),
}
CATEGORIES = tuple(_TITLES)

Materials = Mapping[str, Material]


def category_title(category: str) -> str:
    """What a kind of thing is called."""
    return QCoreApplication.translate("shop", _TITLES[category])


def category_note(category: str, *, plain: bool) -> str:
    """Where things of a kind show. plain: the high-contrast theme is on, which no accent changes."""
    if plain and category == "accent":
        return QCoreApplication.translate(
            "shop", "high contrast keeps its own colours; other themes show them"
        )
    return QCoreApplication.translate("shop", _NOTES[category])


def unit_name(unit: str, amount: int, materials: Materials) -> str:
    """What an amount of a unit is called: “1 coin”, “3 Phoenix Feather”."""
    translate = QCoreApplication.translate
    if unit == COINS:
        return (translate("shop", "{0} coin") if amount == 1 else translate("shop", "{0} coins")).format(
            grouped(amount)
        )
    material = materials.get(unit)
    return f"{grouped(amount)} {material.name if material is not None else unit}"


def price_text(price: Mapping[str, int], materials: Materials) -> str:
    """A price in words."""
    return " + ".join(unit_name(unit, amount, materials) for unit, amount in price.items())


def offer_text(state: ShopState) -> str:
    """What the card's button says."""
    translate = QCoreApplication.translate
    if state.offer is Offer.LEVEL:
        return translate("shop", "Level {0}").format(state.item.min_level)
    if state.offer is Offer.SHORT:
        unit, amount = next(iter(state.missing.items()))
        if unit == COINS:
            words = translate("shop", "1 coin short") if amount == 1 else translate("shop", "{0} coins short")
            return words.format(grouped(amount))
        return translate("shop", "{0} short").format(grouped(amount))
    return {
        Offer.WORN: translate("shop", "Take off"),
        Offer.OWNED: translate("shop", "Wear"),
        Offer.LIMIT: translate("shop", "All bought"),
        Offer.SOLD_OUT: translate("shop", "Sold out"),
        Offer.BUY: translate("shop", "Buy"),
    }[state.offer]


def offer_spoken(state: ShopState, materials: Materials) -> str:
    """The same in a whole phrase, for screen readers and tooltips."""
    translate = QCoreApplication.translate
    if state.offer is Offer.LEVEL:
        return translate("shop", "needs level {0}").format(state.item.min_level)
    if state.offer is Offer.SHORT:
        short = price_text(state.missing, materials)
        return translate("shop", "{0} short").format(short)
    return {
        Offer.WORN: translate("shop", "worn"),
        Offer.OWNED: translate("shop", "owned"),
        Offer.LIMIT: translate("shop", "you have bought as many as you may"),
        Offer.SOLD_OUT: translate("shop", "sold out"),
        Offer.BUY: translate("shop", "can be bought"),
    }[state.offer]


def give_back_text() -> str:
    """What the button says that gives a purchase back."""
    return QCoreApplication.translate("shop", "Give back")


def left_text(state: ShopState) -> str:
    """How many there are and may be had, where that is limited and still worth saying; else ""."""
    translate = QCoreApplication.translate
    if state.owned or (state.stock_left is None and state.limit_left in {None, 0, 1}):
        return ""
    fewest = min(amount for amount in (state.stock_left, state.limit_left) if amount is not None)
    return translate("shop", "{0} left").format(grouped(fewest)) if fewest else ""


def until_text(until: datetime, now: datetime) -> str:
    """How long something can still be given back."""
    translate = QCoreApplication.translate
    rest = max(until - now, timedelta())
    hours = rest // timedelta(hours=1)
    if hours >= 1:
        return translate("shop", "can be given back for {0} h").format(hours)
    return translate("shop", "can be given back for {0} min").format(max(1, rest // timedelta(minutes=1)))
