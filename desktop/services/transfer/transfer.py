"""Export and import of runs: preview first, then one change with one undo, with a backup before it."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from desktop.services.characters import Character, read_characters, world_type
from desktop.services.diary import Diary, DiaryFilter, SortKey
from desktop.services.runs import Drop, Run, RunDraft, Runs, drop_fields, read_runs
from desktop.services.transfer.files import TransferError, read_rows, write_rows
from desktop.services.transfer.records import BossNames, ItemNames, Record, from_columns, to_columns
from desktop.storage import backups
from desktop.storage.changes import Changes, Label
from desktop.storage.database import Database, translated_errors
from desktop.storage.tables import boss_run_drops, boss_runs, characters, live
from desktop.storage.transaction import Transaction
from shared.catalog import Catalog
from shared.errors import InvalidInput
from shared.ids import drop_id, new_id
from shared.tracking import MAX_CHARACTERS

_PAGE = 500
_DEFAULT_WORLD = "kronos"


class RowState(StrEnum):
    """What importing a row would do."""

    NEW = "new"
    SAME = "same"
    DIFFERENT = "different"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row of the file. number: its line or place; record None and a problem for a wrong one."""

    number: int
    state: RowState
    record: Record | None
    run_id: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do, before it does anything."""

    path: Path
    rows: tuple[PreviewRow, ...]
    new_characters: tuple[str, ...]

    def count(self, state: RowState) -> int:
        """How many rows are in a state."""
        return sum(row.state is state for row in self.rows)


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
        report: Callable[[float], None] = lambda _share: None,
        cancelled: Callable[[], bool] = lambda: False,
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
            for entry in self._diary.page(numbers[start : start + _PAGE]):
                owner = owners.get(entry.run.draft.character_id, {})
                rows.append(to_columns(entry.run, owner, drops_as_text=as_text))
            report(min(1.0, (start + _PAGE) / len(numbers)))
        write_rows(path, rows, self._now().isoformat(timespec="seconds"))
        return len(rows)

    def preview(
        self,
        path: Path,
        *,
        report: Callable[[float], None] = lambda _share: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Preview:
        """Read a file and say what importing it would do; nothing is changed. Raises TransferError."""
        items, bosses = ItemNames(self._catalog), BossNames(self._catalog)
        with self._database.read() as connection:
            cast = _Cast(read_characters(connection, self._catalog), self._catalog)
            found: list[PreviewRow] = []
            seen: dict[str, int] = {}
            rows = list(read_rows(path))
            for index, (number, row) in enumerate(rows):
                if index % _PAGE == 0:
                    if cancelled():
                        break
                    report(index / max(1, len(rows)))
                found.append(self._preview_row(connection, cast, seen, number, row, items, bosses))
        if not found:
            raise TransferError(f"{path.name} holds no run.")
        return Preview(path, tuple(found), tuple(cast.added))

    def run(self, preview: Preview, backup_folder: Path, *, overwrite: bool = False) -> Changes:
        """Do what was previewed: new runs are added, different ones replaced where `overwrite`, wrong ones left out.

        A backup comes first. One transaction, one undo. Raises StorageError.
        """
        with translated_errors(self._database.path):
            backups.make(self._database.path, backup_folder, "import", self._now())
        with self._database.write() as writing:
            tx = writing.tx
            cast = _Cast(read_characters(tx.connection, self._catalog), self._catalog)
            new: list[dict[str, Any]] = []
            drops: list[dict[str, Any]] = []
            count = 0
            for row in preview.rows:
                if row.record is None or row.state is RowState.WRONG:
                    continue
                owner = cast.of(row.record)
                stored = self._stored(row.record, owner, row.run_id)
                exists = tx.exists(boss_runs, stored["id"])
                if not exists:
                    new.append(stored)
                    drops.extend(_drop_rows(stored["id"], row.record.draft))
                    count += 1
                elif row.state is RowState.DIFFERENT and overwrite:
                    self._replace(tx, stored, row.record.draft)
                    count += 1
            cast.save(tx, self._now())
            tx.insert_many(boss_runs, new)
            tx.insert_many(boss_run_drops, drops)
            writing.label = Label("import.done", {"count": count, "file": preview.path.name})
        return writing.changes

    def _preview_row(
        self,
        connection: Connection,
        cast: "_Cast",
        seen: dict[str, int],
        number: int,
        row: Mapping[str, object],
        items: ItemNames,
        bosses: BossNames,
    ) -> PreviewRow:
        try:
            record = from_columns(row, self._catalog, items, bosses)
            owner = cast.of(record)
            stored = self._stored(record, owner, record.run_id)
        except InvalidInput as error:
            return PreviewRow(number, RowState.WRONG, None, "", str(error))
        run_id = stored["id"]
        if run_id in seen:
            problem = f"The same clear as in row {seen[run_id]}: one per character, boss and reset period."
            return PreviewRow(number, RowState.WRONG, record, run_id, problem)
        seen[run_id] = number
        present = read_runs(
            connection,
            list(connection.execute(select(boss_runs).where(boss_runs.c.id == run_id, live(boss_runs))).mappings()),
        )
        if not present:
            return PreviewRow(number, RowState.NEW, record, run_id)
        same = _matches(present[0], record, owner.id)
        return PreviewRow(number, RowState.SAME if same else RowState.DIFFERENT, record, run_id)

    def _stored(self, record: Record, owner: Character, run_id: str) -> dict[str, Any]:
        draft = replace(record.draft, character_id=owner.id)
        stored = self._runs.row_of(draft, owner, record.entry_method, None if draft.cleared else run_id or None)
        if record.crystal_mesos is not None and draft.cleared:
            stored["crystal_mesos"] = record.crystal_mesos
        elif "crystal_mesos" in record.given and record.run_id:
            stored["crystal_mesos"] = None
        if record.logged_at:
            stored["logged_at"] = record.logged_at
        return stored

    def _replace(self, tx: Transaction, stored: dict[str, Any], draft: RunDraft) -> None:
        run_id = stored.pop("id")
        tx.update(boss_runs, run_id, **stored)
        wanted = {row["id"]: row for row in _drop_rows(run_id, draft)}
        present = tx.connection.execute(
            select(boss_run_drops.c.id).where(boss_run_drops.c.run_id == run_id, live(boss_run_drops))
        ).scalars()
        for row_id in list(present):
            if row_id not in wanted:
                tx.delete(boss_run_drops, row_id)
        for row_id, row in wanted.items():
            fields = {key: value for key, value in row.items() if key != "id"}
            if tx.exists(boss_run_drops, row_id):
                tx.update(boss_run_drops, row_id, **fields)
            else:
                tx.insert(boss_run_drops, row_id, **fields)

    def _owners(self) -> dict[str, dict[str, str]]:
        with self._database.read() as connection:
            return {
                c.id: {
                    "character": c.name,
                    "world": c.world,
                    "job": c.job or "",
                    "level": str(c.level or ""),
                }
                for c in read_characters(connection, self._catalog)
            }


class _Cast:
    """The characters an import speaks of: those there are, and those it would make."""

    def __init__(self, present: list[Character], catalog: Catalog) -> None:
        self._catalog = catalog
        self._present = present
        self._made: dict[tuple[str, str], Character] = {}
        names = Counter(character.name.casefold() for character in present)
        self._by_name = {c.name.casefold(): c for c in present if names[c.name.casefold()] == 1}
        self._by_world = {(c.name.casefold(), c.world): c for c in present}

    @property
    def added(self) -> list[str]:
        """The names of those it would make."""
        return [character.name for character in self._made.values()]

    def of(self, record: Record) -> Character:
        """The character of a run; made up when there is none. Raises InvalidInput."""
        name = record.character.casefold()
        if not record.world:
            known = self._by_name.get(name)
            if known is not None:
                return known
        world = record.world or _DEFAULT_WORLD
        found = self._by_world.get((name, world)) or self._made.get((name, world))
        if found is not None:
            return found
        if len(self._present) + len(self._made) >= MAX_CHARACTERS:
            raise InvalidInput("character", f"MapleHub keeps at most {MAX_CHARACTERS} characters.")
        if len(record.character) > 40:
            raise InvalidInput("character", "A character's name has at most 40 letters.")
        made = Character(
            id=new_id(),
            name=record.character,
            world=world,
            world_type=world_type(self._catalog, world),
            job=record.job if record.job in self._catalog.jobs else None,
            level=record.level if record.level and record.level <= 300 else None,
            is_main=not self._present and not self._made,
            position=len(self._present) + len(self._made),
        )
        self._made[name, world] = made
        return made

    def save(self, tx: Transaction, now: datetime) -> None:
        """Write those that were made up."""
        for character in self._made.values():
            tx.insert(
                characters,
                character.id,
                name=character.name,
                world=character.world,
                job=character.job,
                level=character.level,
                is_main=int(character.is_main),
                position=character.position,
                created_at=now.isoformat(),
            )


def _drop_rows(run_id: str, draft: RunDraft) -> list[dict[str, Any]]:
    return [
        {"id": drop_id(run_id, drop.item), "run_id": run_id, "item": drop.item, **drop_fields(drop)}
        for drop in draft.drops
    ]


def _matches(run: Run, record: Record, owner_id: str) -> bool:
    """Whether the file says the same as what is stored, as far as the file says anything."""
    mine, theirs = run.draft, replace(record.draft, character_id=owner_id)
    fields = {
        "boss": "entry_id",
        "date": "day",
        "cleared": "cleared",
        "party_size": "party_size",
        "drop_note": "drop_note",
        "note": "note",
    }
    if any(getattr(mine, field) != getattr(theirs, field) for name, field in fields.items() if name in record.given):
        return False
    if "drops" in record.given and _by_item(mine.drops) != _by_item(theirs.drops):
        return False
    return record.crystal_mesos is None or record.crystal_mesos == run.crystal_mesos


def _by_item(drops: tuple[Drop, ...]) -> dict[str, Drop]:
    return {drop.item: drop for drop in drops}
