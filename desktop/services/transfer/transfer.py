"""Export and import of runs: preview first, then one change with one undo, with a backup before it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select, text

from desktop.services.characters import Character, read_characters
from desktop.services.diary import Diary, DiaryFilter, SortKey
from desktop.services.runs import Run, Runs, read_runs
from desktop.services.transfer.cast import Cast
from desktop.services.transfer.files import FileRow, TransferError, read_rows, write_rows
from desktop.services.transfer.records import BossNames, ItemNames, Record, from_columns, to_columns
from desktop.storage import backups
from desktop.storage.changes import NOTHING, Changes, Label
from desktop.storage.database import Database, translated_errors
from desktop.storage.tables import boss_run_drops, boss_runs, characters, live
from desktop.storage.transaction import Transaction, encode
from shared.catalog import Catalog
from shared.errors import InvalidInput
from shared.ids import clear_id, drop_id, natural_id
from shared.resets import period_of_day
from shared.runs import Drop, RunDraft, drop_fields

_PAGE = 1000
_QUOTED = 60
Report = Callable[[float], None]
Cancelled = Callable[[], bool]


class RowState(StrEnum):
    """What importing a row would do."""

    NEW = "new"
    SAME = "same"
    DIFFERENT = "different"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file. number: its line or place.

    record and owner are None where the row cannot be read; problem is then, and for every wrong row, a sentence.
    differs: for a different one, the columns in which the file says something else than what is stored.
    said: for one that cannot be read, its character, boss and date as they stand in the file.
    """

    number: int
    state: RowState
    record: Record | None = None
    owner: Character | None = None
    run_id: str = ""
    problem: str = ""
    differs: tuple[str, ...] = ()
    said: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, before it does anything. new_characters: those it would make."""

    path: Path
    rows: tuple[PreviewRow, ...]
    new_characters: tuple[Character, ...]

    def count(self, state: RowState) -> int:
        """How many rows are in a state."""
        return sum(row.state is state for row in self.rows)


class _Stopped(Exception):  # noqa: N818 - it leaves a block, it reports nothing
    """The person changed their mind in the middle of a write."""


class Transfer:
    """Exports and imports. report is told the share done, 0–1; cancelled is asked now and then."""

    def __init__(
        self, database: Database, catalog: Catalog, runs: Runs, diary: Diary, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._runs = runs
        self._diary = diary
        self._now = now

    def export(
        self,
        path: Path,
        condition: DiaryFilter | None = None,
        *,
        report: Report = lambda _share: None,
        cancelled: Cancelled = lambda: False,
    ) -> int:
        """Write the runs a filter lets through, oldest first; returns how many. Raises TransferError.

        Cancelled, it writes nothing and returns 0.
        """
        numbers = self._diary.rows(condition or DiaryFilter(), SortKey.DATE, descending=False)
        as_text = path.suffix.lower() == ".csv"
        owners = self._owners()
        rows: list[Mapping[str, object]] = []
        for start in range(0, len(numbers), _PAGE):
            if cancelled():
                return 0
            report(start / len(numbers))
            for entry in self._diary.page(numbers[start : start + _PAGE]):
                owner = owners[entry.run.draft.character_id]
                rows.append(to_columns(entry.run, owner, drops_as_text=as_text))
        if cancelled():
            return 0
        write_rows(path, rows, self._now().isoformat(timespec="seconds"))
        report(1.0)
        return len(rows)

    def preview(
        self,
        path: Path,
        *,
        report: Report = lambda _share: None,
        cancelled: Cancelled = lambda: False,
    ) -> Preview:
        """Read a file and say what importing it would do; nothing is changed.

        Raises TransferError, also when cancelled.
        """
        rows = list(read_rows(path))
        if not rows:
            raise TransferError(
                f"{path.name} holds no run.", "Export your runs again, or choose another file."
            )
        found: list[PreviewRow] = []
        with self._database.read() as connection:
            cast = Cast(read_characters(connection, self._catalog), self._catalog)
            reader = _Reader(self._catalog, self._runs, cast)
            for start in range(0, len(rows), _PAGE):
                if cancelled():
                    raise TransferError("Reading was cancelled; nothing was changed.")
                report(start / len(rows))
                read = [reader.read(row) for row in rows[start : start + _PAGE]]
                stored = _stored_runs(connection, [row.run_id for row in read if row.run_id])
                found.extend(self._compared(row, stored.get(row.run_id)) for row in read)
        report(1.0)
        return Preview(path, tuple(found), cast.made)

    def run(
        self,
        preview: Preview,
        backup_folder: Path,
        *,
        overwrite: bool = False,
        report: Report = lambda _share: None,
        cancelled: Cancelled = lambda: False,
    ) -> Changes:
        """Do what was previewed: new runs are added, different ones replaced where `overwrite`, wrong ones left out.

        A backup comes first. One transaction, one undo; cancelled, it changes nothing and returns empty Changes.
        What came into the database since the preview stays as it is. Raises StorageError or InvalidInput.
        """
        wanted = {RowState.NEW, RowState.DIFFERENT} if overwrite else {RowState.NEW}
        rows = [row for row in preview.rows if row.state in wanted]
        if cancelled() or not rows:
            return NOTHING
        with translated_errors(self._database.path):
            backups.make(self._database.path, backup_folder, "import", self._now())
        try:
            with self._database.write() as writing:
                tx = writing.tx
                present = read_characters(tx.connection, self._catalog)
                cast = Cast(present, self._catalog, preview.new_characters)
                count = 0
                for start in range(0, len(rows), _PAGE):
                    _go_on(cancelled)
                    report(start / len(rows))
                    count += self._import(tx, cast, rows[start : start + _PAGE])
                if count:
                    writing.label = Label("import.done", {"count": count, "file": preview.path.name})
                report(1.0)
        except _Stopped:
            return NOTHING
        return writing.changes

    def _import(self, tx: Transaction, cast: Cast, rows: Sequence[PreviewRow]) -> int:
        new: list[dict[str, Any]] = []
        drops: list[dict[str, Any]] = []
        count = 0
        present = _stored_runs(tx.connection, [row.run_id for row in rows if row.state is RowState.DIFFERENT])
        for row in rows:
            assert row.record is not None
            owner = cast.find(row.record)
            cast.add(owner)
            if row.state is RowState.NEW:
                stored = _new_row(self._runs, row.record, owner, row.run_id)
                new.append(stored)
                drops.extend(_drop_rows(stored["id"], row.record.draft))
            elif row.run_id in present:
                self._replace(tx, present[row.run_id], row.record, owner)
                count += 1
        cast.save(tx, self._now())
        fresh = _not_live(tx.connection, boss_runs, [row["id"] for row in new])
        tx.insert_many(boss_runs, [row for row in new if row["id"] in fresh])
        tx.insert_many(boss_run_drops, [drop for drop in drops if drop["run_id"] in fresh])
        return count + len(fresh)

    def _compared(self, row: PreviewRow, run: Run | None) -> PreviewRow:
        if run is None or row.state is not RowState.NEW or row.record is None or row.owner is None:
            return row
        if run.draft.cleared != row.record.draft.cleared:
            problem = (
                "The id of this failed run belongs to a clear. Remove the id, or say that it was cleared."
            )
            return replace(row, state=RowState.WRONG, problem=problem)
        differs = _differences(run, row.record, row.owner.id)
        if not differs:
            return replace(row, state=RowState.SAME)
        try:
            self._runs.row_of(_merged(run, row.record, row.owner.id), row.owner, run.entry_method, run.id)
        except InvalidInput as error:
            return replace(row, state=RowState.WRONG, problem=str(error))
        return replace(row, state=RowState.DIFFERENT, differs=differs)

    def _replace(self, tx: Transaction, run: Run, record: Record, owner: Character) -> None:
        """Take over what the file says. When the run was first entered, and how, stays true."""
        draft = _merged(run, record, owner.id)
        fields = self._runs.row_of(draft, owner, run.entry_method, run.id)
        for kept in ("id", "logged_at", "entry_method"):
            fields.pop(kept)
        before = (run.draft.entry_id, run.draft.day, run.draft.party_size)
        if "crystal_mesos" in record.given:
            fields["crystal_mesos"] = record.crystal_mesos if draft.cleared else None
        elif before == (draft.entry_id, draft.day, draft.party_size):
            fields["crystal_mesos"] = run.crystal_mesos
        tx.update(boss_runs, run.id, **fields)
        wanted = _by_item(draft.drops)
        for item, drop in _by_item(run.draft.drops).items():
            if item not in wanted:
                tx.delete(boss_run_drops, drop_id(run.id, item))
            elif drop != wanted[item]:
                tx.update(boss_run_drops, drop_id(run.id, item), **drop_fields(wanted[item]))
            wanted.pop(item, None)
        tx.insert_many(boss_run_drops, list(_drop_rows(run.id, replace(draft, drops=tuple(wanted.values())))))

    def _owners(self) -> dict[str, dict[str, str]]:
        """Deleted ones too: should a run have outlived its character, it still has a name."""
        with self._database.read() as connection:
            return {
                row["id"]: {
                    "character": row["name"],
                    "world": row["world"],
                    "job": row["job"] or "",
                    "level": str(row["level"] or ""),
                }
                for row in connection.execute(select(characters)).mappings()
            }


class _Reader:
    """Reads the rows of one file, in order; it knows what stood before."""

    def __init__(self, catalog: Catalog, runs: Runs, cast: Cast) -> None:
        self._catalog = catalog
        self._runs = runs
        self._cast = cast
        self._items, self._bosses = ItemNames(catalog), BossNames(catalog)
        self._seen: dict[str, int] = {}
        self._failures: Counter[tuple[str, ...]] = Counter()

    def read(self, row: FileRow) -> PreviewRow:
        """The row as new, or as wrong."""
        if row.problem:
            return PreviewRow(row.number, RowState.WRONG, problem=row.problem)
        try:
            record = from_columns(row.cells, self._catalog, self._items, self._bosses)
            owner = self._cast.find(record)
            run_id = str(_new_row(self._runs, record, owner, record.run_id)["id"])
        except InvalidInput as error:
            said = (_as_said(row, "character"), _as_said(row, "boss"), _as_said(row, "date"))
            return PreviewRow(row.number, RowState.WRONG, problem=str(error), said=said)
        if not record.draft.cleared:
            run_id = self._failed_id(record, owner)
        if run_id in self._seen:
            same = "clear" if record.draft.cleared else "failed run"
            problem = f"This is the same {same} as in row {self._seen[run_id]}."
            if record.draft.cleared:
                problem += " There is one per character, boss and reset period."
            return PreviewRow(row.number, RowState.WRONG, record, owner, run_id, problem)
        self._cast.add(owner)
        self._seen[run_id] = row.number
        return PreviewRow(row.number, RowState.NEW, record, owner, run_id)

    def _failed_id(self, record: Record, owner: Character) -> str:
        """The file's id unless a clear would bear it; else one that comes out the same the next time."""
        draft = record.draft
        entry = self._catalog.bosses[draft.entry_id]
        clear = clear_id(owner.id, entry.clear_group, period_of_day(entry.reset, draft.day))
        if record.run_id and record.run_id != clear:
            return record.run_id
        key = (owner.id, draft.entry_id, draft.day.isoformat())
        self._failures[key] += 1
        return natural_id("failed", *key, str(self._failures[key]))


def _as_said(row: FileRow, column: str) -> str:
    value = row.cells.get(column)
    return value[:_QUOTED] if isinstance(value, str) else ""


def _go_on(cancelled: Cancelled) -> None:
    if cancelled():
        raise _Stopped


def _new_row(runs: Runs, record: Record, owner: Character, run_id: str) -> dict[str, Any]:
    """The stored form of a run that is new. Raises InvalidInput."""
    draft = replace(record.draft, character_id=owner.id)
    stored = runs.row_of(draft, owner, record.entry_method, None if draft.cleared else run_id or None)
    if "crystal_mesos" in record.given and draft.cleared:
        stored["crystal_mesos"] = record.crystal_mesos
    if record.logged_at:
        stored["logged_at"] = record.logged_at
    return stored


def _merged(run: Run, record: Record, owner_id: str) -> RunDraft:
    """What is stored, with everything the file says about it in its place."""
    theirs, given = record.draft, record.given
    return replace(
        run.draft,
        character_id=owner_id,
        entry_id=theirs.entry_id,
        day=theirs.day,
        party_size=theirs.party_size if "party_size" in given else run.draft.party_size,
        drop_note=theirs.drop_note if "drop_note" in given else run.draft.drop_note,
        drops=theirs.drops if "drops" in given else run.draft.drops,
        note=theirs.note if "note" in given else run.draft.note,
    )


def _differences(run: Run, record: Record, owner_id: str) -> tuple[str, ...]:
    """The columns in which the file says something else than what is stored."""
    mine, merged = run.draft, _merged(run, record, owner_id)
    columns = {
        "character": (mine.character_id, merged.character_id),
        "boss": (mine.entry_id, merged.entry_id),
        "date": (mine.day, merged.day),
        "party_size": (mine.party_size, merged.party_size),
        "drop_note": (mine.drop_note, merged.drop_note),
        "drops": (_by_item(mine.drops), _by_item(merged.drops)),
        "note": (mine.note, merged.note),
    }
    if "crystal_mesos" in record.given:
        columns["crystal_mesos"] = (run.crystal_mesos, record.crystal_mesos)
    return tuple(name for name, (stored, said) in columns.items() if stored != said)


def _by_item(drops: Sequence[Drop]) -> dict[str, Drop]:
    return {drop.item: drop for drop in drops}


def _drop_rows(run_id: str, draft: RunDraft) -> Iterator[dict[str, Any]]:
    for drop in draft.drops:
        yield {"id": drop_id(run_id, drop.item), "run_id": run_id, "item": drop.item, **drop_fields(drop)}


def _among(table: Table, ids: Sequence[str]) -> ColumnElement[bool]:
    return table.c.id.in_(text("SELECT value FROM json_each(:ids)").bindparams(ids=encode(list(ids))))


def _stored_runs(connection: Connection, ids: Sequence[str]) -> dict[str, Run]:
    """The live ones among these runs."""
    if not ids:
        return {}
    found = connection.execute(select(boss_runs).where(_among(boss_runs, ids), live(boss_runs))).mappings()
    return {run.id: run for run in read_runs(connection, list(found))}


def _not_live(connection: Connection, table: Table, ids: Sequence[str]) -> set[str]:
    """Those of these ids that no live row has."""
    found = connection.execute(select(table.c.id).where(_among(table, ids), live(table))).scalars()
    return set(ids) - set(found)
