"""One run as it stands in a file, and how text becomes one.

Every value is text in both formats, so that one set of rules reads both. Columns: see COLUMNS. Drops in CSV are
`item x2 @12000000000 on 2026-11-20; other item`; in JSON a list of objects with the same four parts.

A clear is known by its character, boss and reset period, so its id in the file is not used. A failed run is known by
its id; without one, by its character, boss and day and how many such rows stand before it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from desktop.services.runs import Run
from shared.catalog import Catalog
from shared.errors import InvalidInput
from shared.mesos import MAX_MESOS, parse_mesos
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote, EntryMethod

COLUMNS = (
    "character",
    "world",
    "job",
    "level",
    "boss",
    "date",
    "cleared",
    "party_size",
    "drop_note",
    "drops",
    "note",
    "crystal_mesos",
    "entry_method",
    "logged_at",
    "id",
    "character_id",
)
"""What a file holds of each run. Only character, boss and date are needed to read one."""

REQUIRED = ("character", "boss", "date")
_QUOTED = 60
_YES = {"1", "true", "yes", "y", "cleared", ""}
_NO = {"0", "false", "no", "n", "failed"}
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_DROP = re.compile(
    r"(?P<item>.+?)(?:\s+x(?P<quantity>\d{1,9}))?(?:\s*@\s*(?P<sold>[^@]+?))?(?:\s+on\s+(?P<on>\d{4}-\d\d-\d\d))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Record:
    """A run read from a file, with its character by name; run_id and character_id are UUIDs or "".

    given: the columns in which the file says something about this run; the others hold defaults. crystal_mesos is
    among them when a MapleHub export left it empty: the price was not known.
    """

    character: str
    world: str
    job: str | None
    level: int | None
    draft: RunDraft
    crystal_mesos: int | None
    entry_method: EntryMethod
    logged_at: str
    run_id: str
    character_id: str
    given: frozenset[str]


def to_columns(run: Run, character: Mapping[str, str], *, drops_as_text: bool) -> dict[str, object]:
    """A run as a file's row. character: its name, world, job and level as text."""
    draft = run.draft
    columns = {
        **character,
        "boss": draft.entry_id,
        "date": draft.day.isoformat(),
        "cleared": "yes" if draft.cleared else "no",
        "party_size": str(draft.party_size),
        "drop_note": str(draft.drop_note),
        "drops": drops_text(draft.drops) if drops_as_text else [_drop_object(drop) for drop in draft.drops],
        "note": draft.note,
        "crystal_mesos": "" if run.crystal_mesos is None else str(run.crystal_mesos),
        "entry_method": str(run.entry_method),
        "logged_at": run.logged_at.isoformat(),
        "id": run.id,
        "character_id": draft.character_id,
    }
    return {name: columns[name] for name in COLUMNS}


def drops_text(drops: Sequence[Drop]) -> str:
    """Drops in one cell."""
    parts = []
    for drop in drops:
        text = drop.item if drop.quantity == 1 else f"{drop.item} x{drop.quantity}"
        if drop.sold_for is not None:
            text += f" @{drop.sold_for}"
            if drop.sold_on is not None:
                text += f" on {drop.sold_on.isoformat()}"
        parts.append(text)
    return "; ".join(parts)


def from_columns(
    row: Mapping[str, object], catalog: Catalog, items: "ItemNames", bosses: "BossNames"
) -> Record:
    """A run from a file's row. Raises InvalidInput, whose field is the column at fault."""
    for name in REQUIRED:
        if not _text(row, name):
            raise InvalidInput(name, f"The column {name} is empty.")
    drops = _read_drops(row.get("drops"), items)
    draft = RunDraft(
        character_id="",
        entry_id=bosses.find(_text(row, "boss")),
        day=_date(_text(row, "date"), "date"),
        party_size=_whole(row, "party_size", 1),
        cleared=_flag(_text(row, "cleared")),
        drop_note=_drop_note(_text(row, "drop_note").lower(), drops),
        drops=drops,
        note=_text(row, "note"),
    )
    run_id = _uuid(_text(row, "id"))
    crystal = _text(row, "crystal_mesos")
    return Record(
        character=" ".join(_text(row, "character").split()),
        world=_world(_text(row, "world"), catalog),
        job=_text(row, "job") or None,
        level=_whole(row, "level", 0) or None,
        draft=draft,
        crystal_mesos=_mesos(crystal, "crystal_mesos") if crystal else None,
        entry_method=_method(_text(row, "entry_method")),
        logged_at=_instant(_text(row, "logged_at")),
        run_id=run_id,
        character_id=_uuid(_text(row, "character_id")),
        given=_given(row, exported=bool(run_id)),
    )


def _given(row: Mapping[str, object], *, exported: bool) -> frozenset[str]:
    given = {name for name in COLUMNS if row.get(name) not in (None, "", [])}
    if "note" in row:
        given.add("note")
    if given & {"drops", "drop_note"}:
        given |= {"drops", "drop_note"}
    if exported and "crystal_mesos" in row:
        given.add("crystal_mesos")
    return frozenset(given)


class BossNames:
    """Boss entries by id or by name as people write it."""

    def __init__(self, catalog: Catalog) -> None:
        self._known = {_plain(entry.display_name): entry.id for entry in catalog.bosses.values()}
        self._known |= {_plain(entry.id): entry.id for entry in catalog.bosses.values()}
        for options in catalog.groups.values():
            if len(options) == 1:
                self._known.setdefault(_plain(options[0].name), options[0].id)

    def find(self, text: str) -> str:
        """The entry's id. Raises InvalidInput."""
        found = self._known.get(_plain(text))
        if found is None:
            raise InvalidInput(
                "boss", f"No boss is called {_shown(text)}.", "Write it like Hard Lucid or hard-lucid."
            )
        return found


class ItemNames:
    """Items by slug or by name."""

    def __init__(self, catalog: Catalog) -> None:
        self._known = {_plain(item.name): slug for slug, item in catalog.items.items()}
        self._known |= {_plain(slug): slug for slug in catalog.items}

    def find(self, text: str) -> str:
        """The item's slug. Raises InvalidInput."""
        found = self._known.get(_plain(text))
        if found is None:
            raise InvalidInput(
                "drops", f"No item is called {_shown(text)}.", "Write its name as the game does."
            )
        return found


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.casefold())


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, str | int):
        raise InvalidInput(name, f"The column {name} holds something that is no text.")
    text = str(value).strip()
    if not _storable(text):
        raise InvalidInput(name, f"The column {name} holds half a character that no file can keep.")
    return text


def _storable(text: str) -> bool:
    """JSON can spell a lone half of a UTF-16 pair, which is no text anywhere else."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(text: str) -> str:
    """A value as a sentence quotes it."""
    return f"“{text}”" if len(text) <= _QUOTED else f"“{text[:_QUOTED]}…”"


def _uuid(text: str) -> str:
    """The canonical form; "" for what another program uses as an id, which means nothing here."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def _mesos(text: str, name: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text) or int(text) > MAX_MESOS:
        raise InvalidInput(name, f"{_shown(text)} is no whole number of mesos up to {MAX_MESOS}.")
    return int(text)


def _drop_note(text: str, drops: Sequence[Drop]) -> DropNote:
    if not text:
        return DropNote.LIST if drops else DropNote.UNRECORDED
    if text not in set(DropNote):
        raise InvalidInput("drop_note", f"{_shown(text)} is none of unrecorded, nothing and list.")
    return DropNote(text)


def _whole(row: Mapping[str, object], name: str, default: int) -> int:
    text = _text(row, name)
    if not text:
        return default
    if not re.fullmatch(r"\d{1,15}", text):
        raise InvalidInput(name, f"{_shown(text)} is no whole number.")
    return int(text)


def _date(text: str, name: str) -> date:
    """Year, month, day in this order only: 3/4/2026 is two different days on two sides of an ocean."""
    match = _DAY.fullmatch(text)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise InvalidInput(name, f"{_shown(text)} is no date.", "Write it like 2026-11-21.")


def _instant(text: str) -> str:
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            return found.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise InvalidInput("logged_at", f"{_shown(text)} is no point in time.") from None
    raise InvalidInput(
        "logged_at", f"{_shown(text)} has no time zone.", "Write it like 2026-11-21T18:30:00+00:00."
    )


def _flag(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise InvalidInput("cleared", f"{_shown(text)} is neither yes nor no.")


def _method(text: str) -> EntryMethod:
    return EntryMethod(text) if text in set(EntryMethod) else EntryMethod.IMPORT


def _world(text: str, catalog: Catalog) -> str:
    if not text:
        return ""
    for world in catalog.worlds.values():
        if _plain(text) in {_plain(world.slug), _plain(world.name)}:
            return world.slug
    raise InvalidInput("world", f"No world is called {_shown(text)}.")


def _read_drops(value: object, items: ItemNames) -> tuple[Drop, ...]:
    if value is None or value == "":
        return ()
    if isinstance(value, str):
        return tuple(_drop_from_text(part, items) for part in value.split(";") if part.strip())
    if isinstance(value, list):
        return tuple(_drop_from_object(part, items) for part in value)
    raise InvalidInput("drops", "The drops are neither text nor a list.")


def _drop_from_text(part: str, items: ItemNames) -> Drop:
    match = _DROP.fullmatch(part.strip())
    if match is None:
        raise InvalidInput(
            "drops", f"{_shown(part.strip())} is no drop.", "Write it like Dreamy Belt x1 @12b."
        )
    sold = parse_mesos(match["sold"], "drops") if match["sold"] else None
    return _drop(items, match["item"], int(match["quantity"] or 1), sold, match["on"] or "")


def _drop_from_object(part: object, items: ItemNames) -> Drop:
    if not isinstance(part, dict):
        raise InvalidInput("drops", "A drop is no object.", 'Write it like {"item": "Dreamy Belt"}.')
    sold = _text(part, "sold_for")
    return _drop(
        items,
        _text(part, "item"),
        _whole(part, "quantity", 1),
        _mesos(sold, "drops") if sold else None,
        _text(part, "sold_on"),
    )


def _drop(items: ItemNames, item: str, quantity: int, sold_for: int | None, sold_on: str) -> Drop:
    if sold_on and sold_for is None:
        raise InvalidInput(
            "drops", "A drop has the day of a sale, but no price.", "Add the price after an @."
        )
    return Drop(items.find(item), quantity, sold_for, _date(sold_on, "drops") if sold_on else None)


def _drop_object(drop: Drop) -> dict[str, object]:
    found: dict[str, object] = {"item": drop.item, "quantity": drop.quantity}
    if drop.sold_for is not None:
        found["sold_for"] = drop.sold_for
        if drop.sold_on is not None:
            found["sold_on"] = drop.sold_on.isoformat()
    return found
