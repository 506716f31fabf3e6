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
from shared.catalog import Catalog
from shared.errors import NotFound
from shared.ids import drop_id, new_id
from shared.resets import Reset, period_of_day, utc_date
from shared.runs import (
    FIRST_SAID,
    Drop,
    RunDraft,
    check_sale,
    clear_of,
    drop_fields,
    entry_of,
    run_fields,
)
from shared.tracking import DropNote, EntryMethod


@cache
def client_version() -> str:
    """This program's version, as every run remembers it. Looked up at the first write, not at start."""
    from importlib.metadata import version

    return version("maplehub")


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
        row_id = clear_of(self._catalog, character_id, entry_id, day)
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
            entry = entry_of(self._catalog, entry_id)
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
        return self.remove([clear_of(self._catalog, character_id, entry_id, day or self.today())])

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
        check_sale(sold_for)
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
        fields = run_fields(
            self._catalog,
            draft,
            character.world_type,
            method,
            now=self._now(),
            today=self.today(),
            client_version=client_version(),
        )
        if row_id is None:
            row_id = self._clear_id(draft) if draft.cleared else new_id()
        return {"id": row_id, **fields}

    def _put(
        self, tx: Transaction, draft: RunDraft, method: EntryMethod, row_id: str | None = None
    ) -> tuple[Character, str]:
        character = find_character(tx.connection, self._catalog, draft.character_id)
        row = self.row_of(draft, character, method, row_id)
        run_id = row.pop("id")
        if tx.exists(boss_runs, run_id):
            # When it was first entered, and how, stays true.
            tx.update(
                boss_runs, run_id, **{key: value for key, value in row.items() if key not in FIRST_SAID}
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

    def _clear_id(self, draft: RunDraft) -> str:
        return clear_of(self._catalog, draft.character_id, draft.entry_id, draft.day)

    def _label(self, key: str, draft: RunDraft, character: Character) -> Label:
        return Label(
            key,
            {
                "boss": self._catalog.boss_name(draft.entry_id),
                "character": character.name,
                "drops": len(draft.drops),
            },
        )


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
