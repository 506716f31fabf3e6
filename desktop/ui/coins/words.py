"""What the books are called in words."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate

from desktop.services.economy.books import Line
from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.translation import QT_TRANSLATE_NOOP
from shared.catalog import Catalog
from shared.economy.ledger import COINS, EXPERIENCE, LOOTBOXER, Kind

_KINDS = {
    Kind.DAILY: QT_TRANSLATE_NOOP("coins", "Daily reward"),
    Kind.TASK_REWARD: QT_TRANSLATE_NOOP("coins", "Tasks"),
    Kind.RUN_REWARD: QT_TRANSLATE_NOOP("coins", "Clears"),
    Kind.EVENT_BONUS: QT_TRANSLATE_NOOP("coins", "Event bonus"),
    Kind.SHOP_PURCHASE: QT_TRANSLATE_NOOP("coins", "Shop"),
    Kind.LOOTBOX: QT_TRANSLATE_NOOP("coins", "Lootboxes"),
    Kind.REFUND: QT_TRANSLATE_NOOP("coins", "Refunds"),
    Kind.TRANSFER_SEND: QT_TRANSLATE_NOOP("coins", "Sent"),
    Kind.TRANSFER_RECEIVE: QT_TRANSLATE_NOOP("coins", "Received"),
    Kind.ADMIN_ADJUST: QT_TRANSLATE_NOOP("coins", "Adjustments"),
}
ICONS = {
    Kind.DAILY: "sun",
    Kind.TASK_REWARD: "tasks",
    Kind.RUN_REWARD: "bosses",
    Kind.EVENT_BONUS: "calendar",
    Kind.SHOP_PURCHASE: "shop",
    Kind.LOOTBOX: "lootbox",
    Kind.REFUND: "undo",
    Kind.TRANSFER_SEND: "upload",
    Kind.TRANSFER_RECEIVE: "download",
    Kind.ADMIN_ADJUST: "edit",
}
LOCAL_KINDS = (
    Kind.RUN_REWARD,
    Kind.TASK_REWARD,
    Kind.DAILY,
    Kind.EVENT_BONUS,
    Kind.SHOP_PURCHASE,
    Kind.LOOTBOX,
    Kind.REFUND,
)
"""What happens on one's own computer; the other kinds need a server."""


def kind_name(kind: Kind) -> str:
    """A kind of transaction, for a filter or a column."""
    return QCoreApplication.translate("coins", _KINDS[kind])


def unit_name(catalog: Catalog, unit: str) -> str:
    """What an account counts."""
    translate = QCoreApplication.translate
    names = {
        COINS: translate("coins", "Coins"),
        EXPERIENCE: translate("coins", "Experience"),
        LOOTBOXER: translate("coins", "Lootboxer experience"),
    }
    return names.get(unit) or catalog.economy.materials[unit].name


def line_name(catalog: Catalog, line: Line) -> str:
    """What an entry is for, such as "Hard Lucid · Aria"."""
    translate = QCoreApplication.translate
    reference = line.reference
    what = _subject(catalog, line)
    if line.kind is Kind.EVENT_BONUS:
        events = {event.slug: event.name for event in catalog.economy.events.rotation}
        events |= {event.slug: event.name for event in catalog.economy.events.seasonal}
        name = ", ".join(events.get(slug, slug) for slug in reference.get("events", ()))
        what = " · ".join(part for part in (name or kind_name(line.kind), what) if part)
    if line.taken_back and line.kind is not Kind.REFUND:
        what = translate("coins", "Taken back: {0}").format(what)
    return what or kind_name(line.kind)


def _subject(catalog: Catalog, line: Line) -> str:
    reference = line.reference
    if "entry" in reference:
        boss = catalog.boss_name(reference["entry"])
        return f"{boss} · {line.who}" if line.who else boss
    if "task" in reference:
        return str(reference["task"])
    if "box" in reference:
        return _opening(catalog, line)
    if line.cause.startswith("daily:"):
        return kind_name(Kind.DAILY)
    return str(reference.get("name", ""))


def _opening(catalog: Catalog, line: Line) -> str:
    """The price of a box, what was won in it, or what came instead of a thing that was owned."""
    translate = QCoreApplication.translate
    box = catalog.economy.lootboxes.get(line.reference["box"])
    name = box.name if box is not None else str(line.reference["box"])
    cosmetic = catalog.economy.cosmetics.get(line.reference.get("thing", ""))
    if line.amount < 0:
        return name
    if cosmetic is not None:
        return translate("coins", "{0} · {1}, yours already").format(name, cosmetic.name)
    return translate("coins", "{0} · won").format(name)


def signed(amount: int) -> str:
    """An amount with its sign, by a real minus."""
    return f"+{grouped(amount)}" if amount > 0 else f"−{grouped(-amount)}" if amount else "0"


def short_time(at: datetime) -> str:
    """Day and time of day where the player is."""
    local = at.astimezone()
    day = number_locale().toString(QDate(local.year, local.month, local.day), "d MMM yy")
    return f"{day}  {local:%H:%M}"
