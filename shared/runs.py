"""A boss run as a person enters it: what may be said, which row it is, what is kept of it. The same on both sides."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shared.catalog import BossEntry, Catalog
from shared.errors import InvalidInput
from shared.ids import clear_id
from shared.mesos import MAX_MESOS
from shared.resets import RULES_VERSION, period_of_day
from shared.tracking import (
    EARLIEST_RUN,
    MAX_NOTE_LENGTH,
    MAX_QUANTITY,
    DropNote,
    EntryMethod,
    WorldType,
)

FIRST_SAID = frozenset({"logged_at", "entry_method"})
"""Fields of a run that stay as they were first said, however often it is edited."""


@dataclass(frozen=True, slots=True)
class Drop:
    """An item that dropped. sold_for: mesos for the whole stack, None while unsold; sold_on: UTC date."""

    item: str
    quantity: int = 1
    sold_for: int | None = None
    sold_on: date | None = None


@dataclass(frozen=True, slots=True)
class RunDraft:
    """A run as a person enters it; `day` is the UTC date it happened on."""

    character_id: str
    entry_id: str
    day: date
    party_size: int = 1
    cleared: bool = True
    drop_note: DropNote = DropNote.UNRECORDED
    drops: tuple[Drop, ...] = ()
    note: str = ""


def entry_of(catalog: Catalog, entry_id: str) -> BossEntry:
    """A boss entry. Raises InvalidInput for one nobody knows."""
    entry = catalog.bosses.get(entry_id)
    if entry is None:
        raise InvalidInput("entry_id", "This boss is not known.", "Choose one from the list.")
    return entry


def clear_of(catalog: Catalog, character_id: str, entry_id: str, day: date) -> str:
    """The id of the clear that a day's chance at a boss can be, whatever its difficulty. Raises InvalidInput."""
    entry = entry_of(catalog, entry_id)
    return clear_id(character_id, entry.clear_group, period_of_day(entry.reset, day))


def check_run(catalog: Catalog, draft: RunDraft, today: date) -> BossEntry:
    """The entry of a draft that can be kept. Raises InvalidInput with the field."""
    entry = entry_of(catalog, draft.entry_id)
    if draft.day > today:
        raise InvalidInput(
            "day", "This day is still to come (in UTC, the game's time).", "Choose a past day."
        )
    if draft.day < date.fromisoformat(EARLIEST_RUN):
        raise InvalidInput("day", "The game did not exist on this day.", "Check the year.")
    if not 1 <= draft.party_size <= entry.max_party_size:
        raise InvalidInput("party_size", f"A party for {entry.name} has 1 to {entry.max_party_size} members.")
    if len(draft.note) > MAX_NOTE_LENGTH:
        raise InvalidInput("note", f"A note has at most {MAX_NOTE_LENGTH} letters.")
    if not draft.cleared and (draft.drops or draft.drop_note is not DropNote.UNRECORDED):
        raise InvalidInput("cleared", "A run that was not cleared has no drops.", "Mark it cleared.")
    if bool(draft.drops) != (draft.drop_note is DropNote.LIST):
        raise InvalidInput(
            "drops", "The drop note and the drops disagree.", "Add a drop, or choose “Nothing special”."
        )
    seen: set[str] = set()
    for drop in draft.drops:
        if drop.item in seen:
            raise InvalidInput("drops", "An item is listed twice.", "Raise its quantity instead.")
        seen.add(drop.item)
        check_drop(catalog, drop)
    return entry


def check_drop(catalog: Catalog, drop: Drop) -> None:
    """Raises InvalidInput for a drop that cannot be kept."""
    if drop.item not in catalog.items:
        raise InvalidInput("drops", f"“{drop.item}” is no known item.", "Choose one from the list.")
    if not 1 <= drop.quantity <= MAX_QUANTITY:
        raise InvalidInput("drops", f"A quantity is between 1 and {MAX_QUANTITY}.")
    check_sale(drop.sold_for)


def check_sale(sold_for: int | None) -> None:
    """Raises InvalidInput for an amount nothing sells for."""
    if sold_for is not None and sold_for < 0:
        raise InvalidInput("sold_for", "A sale cannot be negative.")
    if sold_for is not None and sold_for > MAX_MESOS:
        raise InvalidInput("sold_for", "That is more mesos than the game can hold.")


def run_fields(
    catalog: Catalog,
    draft: RunDraft,
    world_type: WorldType,
    method: EntryMethod,
    *,
    now: datetime,
    today: date,
    client_version: str,
) -> dict[str, Any]:
    """The stored form of a draft without its id. now: when it is entered. Raises InvalidInput.

    The crystal is kept at its price on the day of the run, so that later prices never change the past.
    """
    entry = check_run(catalog, draft, today)
    price = catalog.crystal_price(draft.entry_id, world_type, draft.party_size, draft.day)
    return {
        "character_id": draft.character_id,
        "entry_id": draft.entry_id,
        "boss_slug": entry.boss_slug,
        "clear_group": entry.clear_group,
        "reset_period": period_of_day(entry.reset, draft.day).isoformat(),
        "occurred_on": draft.day.isoformat(),
        "logged_at": now.isoformat(timespec="seconds"),
        "cleared": int(draft.cleared),
        "party_size": draft.party_size,
        "drop_note": str(draft.drop_note),
        "crystal_mesos": price if draft.cleared else None,
        "world_type": str(world_type),
        "note": draft.note.strip(),
        "entry_method": str(method),
        "client_version": client_version,
        "catalog_version": catalog.version,
        "rules_version": RULES_VERSION,
    }


def drop_fields(drop: Drop) -> dict[str, Any]:
    """The stored form of a drop, without its identity. A sale without a day was noted together with the run."""
    return {
        "quantity": drop.quantity,
        "sold_for": drop.sold_for,
        "sold_on": None if drop.sold_on is None or drop.sold_for is None else drop.sold_on.isoformat(),
    }
