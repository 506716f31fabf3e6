"""What the Lootboxes page says: prizes, shares, luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from desktop.services.economy.loot_book import Roll
from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.kit.rarity import rarity_name
from shared.catalog.economy import Economy
from shared.economy.loot_luck import LootLuck
from shared.economy.lootbox import LootKind
from shared.economy.things import Cosmetic, CosmeticKind, Material, Rarity

DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Won:
    """A prize as it is shown. thing: None for coins. duplicate: coins paid instead of it, None when it is new."""

    name: str
    rarity: Rarity
    kind: LootKind
    thing: Cosmetic | Material | None
    amount: int
    duplicate: int | None = None


def won(roll: Roll, economy: Economy) -> Won:
    """What came out of an opening, named by the catalogue of today."""
    return Won(
        name=prize_name(roll.kind, roll.thing, roll.amount, economy),
        rarity=roll.rarity,
        kind=roll.kind,
        thing=thing_of(roll.thing, economy),
        amount=roll.amount,
        duplicate=roll.duplicate_coins,
    )


def thing_of(slug: str, economy: Economy) -> Cosmetic | Material | None:
    """The cosmetic or material of a slug."""
    return economy.cosmetics.get(slug) or economy.materials.get(slug)


def prize_name(kind: LootKind, thing: str, amount: int, economy: Economy) -> str:
    """What a prize is called: "40 coins", "Phoenix Feather ×2", "Rime"."""
    if kind is LootKind.COINS:
        return coins_text(amount)
    found = thing_of(thing, economy)
    name = thing if found is None else found.name
    return f"{name} ×{grouped(amount)}" if amount > 1 else name


def kind_name(made: Won) -> str:
    """What sort of thing a prize is."""
    translate = QCoreApplication.translate
    if isinstance(made.thing, Cosmetic):
        return {
            CosmeticKind.ACCENT: translate("lootboxes", "Accent"),
            CosmeticKind.FRAME: translate("lootboxes", "Card frame"),
            CosmeticKind.TITLE: translate("lootboxes", "Title"),
            CosmeticKind.TRAY: translate("lootboxes", "Icon"),
        }[made.thing.kind]
    if made.kind is LootKind.COINS:
        return translate("lootboxes", "Coins")
    return translate("lootboxes", "Material")


def spoken(made: Won) -> str:
    """A prize in one sentence, for a screen reader."""
    text = f"{rarity_name(made.rarity)}: {made.name}"
    if made.duplicate is not None:
        text += f". {duplicate_text(made.duplicate)}"
    return text


def duplicate_text(coins: int) -> str:
    """What became of something that was owned already."""
    return QCoreApplication.translate("lootboxes", "Yours already: {0} instead").format(coins_text(coins))


def owned_text(coins: int) -> str:
    """The same in a narrow place."""
    return QCoreApplication.translate("lootboxes", "owned: {0}").format(coins_text(coins))


def coins_text(coins: int) -> str:
    """ "1 coin", "2,500 coins"."""
    translate = QCoreApplication.translate
    template = translate("lootboxes", "{0} coin") if coins == 1 else translate("lootboxes", "{0} coins")
    return template.format(grouped(coins))


def openings_text(count: int) -> str:
    """ "1 opening", "120 openings"."""
    translate = QCoreApplication.translate
    template = translate("lootboxes", "{0} opening") if count == 1 else translate("lootboxes", "{0} openings")
    return template.format(grouped(count))


def percentages(shares: Sequence[Fraction], decimals: int = DECIMALS) -> list[str]:
    """Shares that sum to 1 as percentages that sum to exactly 100, whatever is rounded (largest remainders)."""
    unit = 100 * 10**decimals
    exact = [share * unit for share in shares]
    whole = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda at: (whole[at] - exact[at], at))
    for at in order[: round(sum(exact)) - sum(whole)]:
        whole[at] += 1
    return [f"{number_locale().toString(each / 10**decimals, 'f', decimals)} %" for each in whole]


def percentage(share: Fraction | float, decimals: int = 2) -> str:
    """One share as a percentage; what is not certain is never shown as 0 or 100."""
    value = float(share) * 100
    step = 10.0**-decimals
    text = number_locale().toString
    if 0 < value < step:
        return f"< {text(step, 'f', decimals)} %"
    if 100 - step < value < 100:
        return f"> {text(100 - step, 'f', decimals)} %"
    return f"{text(value, 'f', decimals)} %"


def decimal(value: Fraction | float, decimals: int = 2) -> str:
    """A number with at most so many decimals."""
    text: str = number_locale().toString(float(value), "f", decimals)
    point = number_locale().decimalPoint()
    return text.rstrip("0").removesuffix(point) if point in text else text


def instant(at: datetime) -> str:
    """A moment on the player's clock: "21 Nov 2026, 18:30"."""
    here, locale = at.astimezone(), number_locale()
    clock = locale.toString(QTime(here.hour, here.minute), QLocale.FormatType.ShortFormat)
    return f"{locale.toString(QDate(here.year, here.month, here.day), 'd MMM yyyy')}, {clock}"


def luck_text(luck: LootLuck) -> str:
    """Own luck in words: nothing is claimed before there is something to go by."""
    translate = QCoreApplication.translate
    counted = translate("lootboxes", "{0} Rare or better in {1}, {2} expected.").format(
        grouped(luck.hits), openings_text(luck.openings), decimal(luck.expected, 1)
    )
    if luck.percentile is None:
        return counted
    share = percentage(luck.percentile / 100, 0 if 1 <= luck.percentile <= 99 else 1)
    template = translate("lootboxes", "{0} Luckier than {1} of players who open as often at the same odds.")
    if not luck.exact:
        template = translate(
            "lootboxes", "{0} Luckier than about {1} of players who open as often at the same odds."
        )
    return template.format(counted, share)
