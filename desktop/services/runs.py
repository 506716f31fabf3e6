"""Boss runs: the one place that ticks, logs, edits and removes them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, select

from desktop.services.characters import Character, find_character
from desktop.services.plans import read_plans
from desktop.storage.changes import Changes, Label
from desktop.storage.database import Database
from desktop.storage.tables import boss_run_drops, boss_runs, live
from desktop.storage.transaction import Row, Transaction
from shared.catalog import BossEntry, Catalog
from shared.errors import InvalidInput, NotFound
from shared.ids import clear_id, drop_id, new_id
from shared.resets import RULES_VERSION, Reset, period_of_day, utc_date
from shared.tracking import EARLIEST_RUN, MAX_NOTE_LENGTH, MAX_QUANTITY, DropNote, EntryMethod


@cache
def client_version() -> str:
    """This program's version, as every run remembers it. Looked up at the first write, not at start."""
    from importlib.metadata import version

    return version("maplehub")


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


@dataclass(frozen=True, slots=True)
class Run:
    """A stored run. crystal_mesos: this member's share on that day, None where the crystal has no known price."""

    id: str
    draft: RunDraft
    reset_period: date
    crystal_mesos: int | None
    entry_method: EntryMethod
    logged_at: datetime


class Runs:
    """Everything that changes runs. Days are UTC dates; `today` comes from the clock given at the start."""

    def __init__(self, database: Database, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._catalog = catalog
        self._now = now

    def today(self) -> date:
        """The UTC date by the app's clock."""
        return utc_date(self._now())

    def get(self, run_id: str) -> Run:
        """One live run with its drops. Raises NotFound."""
        with self._database.read() as connection:
            found = connection.execute(select(boss_runs).where(boss_runs.c.id == run_id, live(boss_runs)))
            runs = read_runs(connection, list(found.mappings()))
        if not runs:
            raise NotFound("This run no longer exists.", "It may have been removed or undone meanwhile.")
        return runs[0]

    def find_clear(self, character_id: str, entry_id: str, day: date) -> Run | None:
        """The clear that already uses up this chance, whatever its difficulty."""
        entry = self._entry(entry_id)
        row_id = clear_id(character_id, entry.clear_group, period_of_day(entry.reset, day))
        with self._database.read() as connection:
            found = connection.execute(
                select(boss_runs).where(boss_runs.c.id == row_id, live(boss_runs))
            ).mappings()
            runs = read_runs(connection, list(found))
        return runs[0] if runs else None

    def tick(
        self,
        character_id: str,
        entry_id: str,
        *,
        note: DropNote = DropNote.UNRECORDED,
        day: date | None = None,
    ) -> Changes:
        """A clear in the usual party, without asking what dropped (or with `note=NOTHING`: nothing did)."""
        with self._database.write() as writing:
            tx = writing.tx
            entry = self._entry(entry_id)
            plan = read_plans(tx.connection, [character_id]).get(character_id, {}).get(entry.clear_group)
            draft = RunDraft(
                character_id,
                entry_id,
                day or self.today(),
                party_size=min(plan.party_size, entry.max_party_size) if plan else 1,
                drop_note=note,
            )
            character, _ = self._put(tx, draft, EntryMethod.TICK)
            key = "run.cleared" if note is DropNote.UNRECORDED else "run.cleared_nothing"
            writing.label = Label(key, {"boss": entry.display_name, "character": character.name})
        return writing.changes

    def untick(self, character_id: str, entry_id: str, day: date | None = None) -> Changes:
        """Take the clear of this boss's group back, with its drops. Raises NotFound when there is none."""
        entry = self._entry(entry_id)
        row_id = clear_id(character_id, entry.clear_group, period_of_day(entry.reset, day or self.today()))
        return self.remove([row_id])

    def log(self, draft: RunDraft, *, method: EntryMethod = EntryMethod.DIALOG) -> tuple[Changes, str]:
        """Store a run; a clear of a group that was cleared in that period becomes this one. Returns its id too.

        Raises InvalidInput (with the field) or NotFound.
        """
        with self._database.write() as writing:
            character, run_id = self._put(writing.tx, draft, method)
            writing.label = self._label("run.logged" if draft.cleared else "run.failed", draft, character)
        return writing.changes, run_id

    def edit(self, run_id: str, draft: RunDraft) -> Changes:
        """Make a stored run say this. What identifies a clear cannot change, so moving it makes another run."""
        with self._database.write() as writing:
            tx = writing.tx
            row = tx.get(boss_runs, run_id)
            method = EntryMethod(row["entry_method"])
            if draft.cleared and self._clear_id(draft) == run_id:
                character, _ = self._put(tx, draft, method)
            elif not draft.cleared and not row["cleared"]:
                character, _ = self._put(tx, draft, method, row_id=run_id)
            else:
                self._bury(tx, run_id)
                character, _ = self._put(tx, draft, method)
            writing.label = self._label("run.edited", draft, character)
        return writing.changes

    def remove(self, run_ids: Sequence[str]) -> Changes:
        """Remove runs with their drops. Raises NotFound."""
        with self._database.write() as writing:
            tx = writing.tx
            rows = [tx.get(boss_runs, run_id) for run_id in run_ids]
            for row in rows:
                self._bury(tx, row["id"])
            if len(rows) == 1:
                character = find_character(tx.connection, self._catalog, rows[0]["character_id"])
                boss = self._catalog.boss_name(rows[0]["entry_id"])
                writing.label = Label("run.removed", {"boss": boss, "character": character.name})
            else:
                writing.label = Label("run.removed_many", {"count": len(rows)})
        return writing.changes

    def set_nothing(self, run_ids: Sequence[str]) -> Changes:
        """Say that nothing dropped in these clears; runs with a drop list are left alone."""
        with self._database.write() as writing:
            count = self._resolve(writing.tx, run_ids)
            writing.label = Label("run.nothing", {"count": count})
        return writing.changes

    def open_ids(self, since: date, character_id: str | None = None) -> list[str]:
        """Cleared runs since that day whose drops nobody noted."""
        with self._database.read() as connection:
            return _open_ids(connection, since, character_id)

    def nothing_this_week(self, character_id: str | None = None) -> Changes:
        """Nothing dropped in the rest of this week's clears (of one character or of all): one change, one undo."""
        since = period_of_day(Reset.WEEKLY, self.today())
        with self._database.write() as writing:
            count = self._resolve(writing.tx, _open_ids(writing.tx.connection, since, character_id))
            writing.label = Label("run.nothing_week", {"count": count})
        return writing.changes

    def sell(self, drop: str, sold_for: int | None, sold_on: date | None) -> Changes:
        """Note what a drop sold for (mesos) and when; None takes the sale back."""
        _check_sale(sold_for)
        with self._database.write() as writing:
            row = writing.tx.get(boss_run_drops, drop)
            writing.tx.update(
                boss_run_drops,
                drop,
                sold_for=sold_for,
                sold_on=None if sold_for is None else (sold_on or self.today()).isoformat(),
            )
            writing.label = Label("drop.sold", {"item": self._catalog.item_name(row["item"])})
        return writing.changes

    def row_of(
        self, draft: RunDraft, character: Character, method: EntryMethod, row_id: str | None = None
    ) -> dict[str, Any]:
        """The stored form of a checked draft. Raises InvalidInput."""
        entry = self._check(draft)
        period = period_of_day(entry.reset, draft.day)
        if row_id is None:
            row_id = clear_id(character.id, entry.clear_group, period) if draft.cleared else new_id()
        price = self._catalog.crystal_price(draft.entry_id, character.world_type, draft.party_size, draft.day)
        return {
            "id": row_id,
            "character_id": character.id,
            "entry_id": draft.entry_id,
            "boss_slug": entry.boss_slug,
            "clear_group": entry.clear_group,
            "reset_period": period.isoformat(),
            "occurred_on": draft.day.isoformat(),
            "logged_at": self._now().isoformat(timespec="seconds"),
            "cleared": int(draft.cleared),
            "party_size": draft.party_size,
            "drop_note": str(draft.drop_note),
            "crystal_mesos": price if draft.cleared else None,
            "world_type": str(character.world_type),
            "note": draft.note.strip(),
            "entry_method": str(method),
            "client_version": client_version(),
            "catalog_version": self._catalog.version,
            "rules_version": RULES_VERSION,
        }

    def _put(
        self, tx: Transaction, draft: RunDraft, method: EntryMethod, row_id: str | None = None
    ) -> tuple[Character, str]:
        character = find_character(tx.connection, self._catalog, draft.character_id)
        row = self.row_of(draft, character, method, row_id)
        run_id = row.pop("id")
        if tx.exists(boss_runs, run_id):
            # When it was first entered, and how, stays true.
            tx.update(
                boss_runs, run_id, **{k: v for k, v in row.items() if k not in {"logged_at", "entry_method"}}
            )
        else:
            tx.insert(boss_runs, run_id, **row)
        self._put_drops(tx, run_id, draft.drops)
        return character, run_id

    def _put_drops(self, tx: Transaction, run_id: str, drops: Iterable[Drop]) -> None:
        wanted = {drop_id(run_id, drop.item): drop for drop in drops}
        for row_id in _drop_ids(tx.connection, run_id):
            if row_id not in wanted:
                tx.delete(boss_run_drops, row_id)
        for row_id, drop in wanted.items():
            fields = drop_fields(drop)
            if tx.exists(boss_run_drops, row_id):
                tx.update(boss_run_drops, row_id, **fields)
            else:
                tx.insert(boss_run_drops, row_id, run_id=run_id, item=drop.item, **fields)

    def _bury(self, tx: Transaction, run_id: str) -> None:
        for row_id in _drop_ids(tx.connection, run_id):
            tx.delete(boss_run_drops, row_id)
        tx.delete(boss_runs, run_id)

    def _resolve(self, tx: Transaction, run_ids: Iterable[str]) -> int:
        count = 0
        for run_id in run_ids:
            row = tx.get(boss_runs, run_id)
            if row["cleared"] and row["drop_note"] == DropNote.UNRECORDED:
                tx.update(boss_runs, run_id, drop_note=str(DropNote.NOTHING))
                count += 1
        return count

    def _check(self, draft: RunDraft) -> BossEntry:
        entry = self._entry(draft.entry_id)
        if draft.day > self.today():
            raise InvalidInput(
                "day", "This day is still to come (in UTC, the game's time).", "Choose a past day."
            )
        if draft.day < date.fromisoformat(EARLIEST_RUN):
            raise InvalidInput("day", "The game did not exist on this day.", "Check the year.")
        if not 1 <= draft.party_size <= entry.max_party_size:
            raise InvalidInput(
                "party_size", f"A party for {entry.name} has 1 to {entry.max_party_size} members."
            )
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
            if drop.item not in self._catalog.items:
                raise InvalidInput("drops", f"“{drop.item}” is no known item.", "Choose one from the list.")
            if drop.item in seen:
                raise InvalidInput("drops", "An item is listed twice.", "Raise its quantity instead.")
            seen.add(drop.item)
            if not 1 <= drop.quantity <= MAX_QUANTITY:
                raise InvalidInput("drops", f"A quantity is between 1 and {MAX_QUANTITY}.")
            _check_sale(drop.sold_for)
        return entry

    def _entry(self, entry_id: str) -> BossEntry:
        entry = self._catalog.bosses.get(entry_id)
        if entry is None:
            raise InvalidInput("entry_id", "This boss is not known.", "Choose one from the list.")
        return entry

    def _clear_id(self, draft: RunDraft) -> str:
        entry = self._entry(draft.entry_id)
        return clear_id(draft.character_id, entry.clear_group, period_of_day(entry.reset, draft.day))

    def _label(self, key: str, draft: RunDraft, character: Character) -> Label:
        return Label(
            key,
            {
                "boss": self._catalog.boss_name(draft.entry_id),
                "character": character.name,
                "drops": len(draft.drops),
            },
        )


def drop_fields(drop: Drop) -> dict[str, Any]:
    """The stored form of a drop, without its identity."""
    return {
        "quantity": drop.quantity,
        "sold_for": drop.sold_for,
        "sold_on": None if drop.sold_on is None or drop.sold_for is None else drop.sold_on.isoformat(),
    }


def read_runs(connection: Connection, rows: Sequence[Row]) -> list[Run]:
    """Runs from their rows, each with its drops in the order they were added."""
    drops: dict[str, list[Drop]] = {}
    if rows:
        for row in connection.execute(
            select(boss_run_drops)
            .where(boss_run_drops.c.run_id.in_([row["id"] for row in rows]), live(boss_run_drops))
            .order_by(boss_run_drops.c.row)
        ).mappings():
            sold_on = row["sold_on"] and date.fromisoformat(row["sold_on"])
            drop = Drop(row["item"], row["quantity"], row["sold_for"], sold_on)
            drops.setdefault(row["run_id"], []).append(drop)
    return [
        Run(
            id=row["id"],
            draft=RunDraft(
                character_id=row["character_id"],
                entry_id=row["entry_id"],
                day=date.fromisoformat(row["occurred_on"]),
                party_size=row["party_size"],
                cleared=bool(row["cleared"]),
                drop_note=DropNote(row["drop_note"]),
                drops=tuple(drops.get(row["id"], ())),
                note=row["note"],
            ),
            reset_period=date.fromisoformat(row["reset_period"]),
            crystal_mesos=row["crystal_mesos"],
            entry_method=EntryMethod(row["entry_method"]),
            logged_at=datetime.fromisoformat(row["logged_at"]),
        )
        for row in rows
    ]


def _drop_ids(connection: Connection, run_id: str) -> list[str]:
    found = connection.execute(
        select(boss_run_drops.c.id).where(boss_run_drops.c.run_id == run_id, live(boss_run_drops))
    )
    return list(found.scalars())


def _open_ids(connection: Connection, since: date, character_id: str | None) -> list[str]:
    query = select(boss_runs.c.id).where(
        boss_runs.c.occurred_on >= since.isoformat(),
        boss_runs.c.cleared == 1,
        boss_runs.c.drop_note == str(DropNote.UNRECORDED),
        live(boss_runs),
    )
    if character_id is not None:
        query = query.where(boss_runs.c.character_id == character_id)
    return list(connection.execute(query).scalars())


def _check_sale(sold_for: int | None) -> None:
    if sold_for is not None and sold_for < 0:
        raise InvalidInput("sold_for", "A sale cannot be negative.")
