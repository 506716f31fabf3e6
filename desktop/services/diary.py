"""The diary: every run ever, filtered and sorted by SQL, read a page at a time."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select

from desktop.services.runs import Run, read_runs
from desktop.storage.database import Database
from desktop.storage.tables import boss_run_drops, boss_runs, characters, live
from shared.catalog import Catalog
from shared.tracking import DropNote


class Show(StrEnum):
    """Which runs, by what is known of them."""

    ALL = "all"
    WITH_DROPS = "with-drops"
    UNRESOLVED = "unresolved"
    NOTHING = "nothing"
    FAILED = "failed"


class SortKey(StrEnum):
    """A column the diary can be sorted by."""

    DATE = "date"
    CHARACTER = "character"
    BOSS = "boss"
    PARTY = "party"
    CRYSTAL = "crystal"
    SOLD = "sold"


@dataclass(frozen=True, slots=True)
class DiaryFilter:
    """All conditions hold at once; None or "" is no condition. Days are UTC dates, both ends included."""

    character_id: str | None = None
    boss_slug: str | None = None
    item: str | None = None
    since: date | None = None
    until: date | None = None
    show: Show = Show.ALL
    text: str = ""


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """One line of the diary. sold_mesos: what its drops sold for so far."""

    row: int
    run: Run
    character: str
    sold_mesos: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the runs a filter lets through; amounts in mesos."""

    runs: int
    cleared: int
    with_drops: int
    unresolved: int
    crystal_mesos: int
    sold_mesos: int


class Diary:
    """Reads only; changes go through Runs."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    def rows(
        self, condition: DiaryFilter, sort: SortKey = SortKey.DATE, *, descending: bool = True
    ) -> "array[int]":
        """The local row numbers of the runs that match, in order. Eight bytes each: a million is 8 MB."""
        query = select(boss_runs.c.row).where(*self._conditions(condition))
        if sort is SortKey.CHARACTER:
            query = query.join(characters, characters.c.id == boss_runs.c.character_id)
        keys: list[Any] = [*_sort_columns(sort), boss_runs.c.occurred_on, boss_runs.c.row]
        keys = list(dict.fromkeys(keys))
        return self._numbers(query.order_by(*(key.desc() if descending else key.asc() for key in keys)))

    def page(self, rows: Sequence[int]) -> list[DiaryEntry]:
        """The lines of these row numbers, in this order; rows that are gone are left out."""
        with self._database.read() as connection:
            found = connection.execute(select(boss_runs).where(boss_runs.c.row.in_(rows), live(boss_runs)))
            stored = list(found.mappings())
            runs = read_runs(connection, stored)
            names = _names(connection)
        entries = {
            row["row"]: DiaryEntry(
                row["row"],
                run,
                names.get(run.draft.character_id, ""),
                sum(drop.sold_for or 0 for drop in run.draft.drops),
            )
            for row, run in zip(stored, runs, strict=True)
        }
        return [entries[row] for row in rows if row in entries]

    def totals(self, condition: DiaryFilter) -> Totals:
        """Sums over everything the filter lets through."""
        where = self._conditions(condition)
        note = boss_runs.c.drop_note
        cleared = boss_runs.c.cleared == 1
        with self._database.read() as connection:
            counted = connection.execute(
                select(
                    func.count(),
                    func.sum(boss_runs.c.cleared),
                    func.sum(case((note == str(DropNote.LIST), 1), else_=0)),
                    func.sum(case((and_(cleared, note == str(DropNote.UNRECORDED)), 1), else_=0)),
                    func.sum(boss_runs.c.crystal_mesos),
                ).where(*where)
            ).one()
            sold = connection.execute(
                select(func.sum(boss_run_drops.c.sold_for))
                .join(boss_runs, boss_runs.c.id == boss_run_drops.c.run_id)
                .where(live(boss_run_drops), boss_run_drops.c.sold_for.is_not(None), *where)
            ).scalar()
        return Totals(*(int(value or 0) for value in counted), int(sold or 0))

    def income_by_week(self, condition: DiaryFilter) -> list[tuple[date, int, int]]:
        """Per boss week (its Thursday, UTC) with any run: crystal mesos and mesos from sold drops, oldest first."""
        week = func.date(boss_runs.c.occurred_on, "-6 days", "weekday 4")
        where = self._conditions(condition)
        sold = (
            select(boss_run_drops.c.run_id, func.sum(boss_run_drops.c.sold_for).label("mesos"))
            .where(live(boss_run_drops), boss_run_drops.c.sold_for.is_not(None))
            .group_by(boss_run_drops.c.run_id)
            .subquery()
        )
        with self._database.read() as connection:
            found = connection.execute(
                select(week, func.sum(boss_runs.c.crystal_mesos), func.sum(sold.c.mesos))
                .outerjoin(sold, sold.c.run_id == boss_runs.c.id)
                .where(*where)
                .group_by(week)
                .order_by(week)
            ).all()
        return [(date.fromisoformat(day), int(crystals or 0), int(drops or 0)) for day, crystals, drops in found]

    def drops_by_item(self, condition: DiaryFilter) -> list[tuple[str, int, int]]:
        """Per item: total quantity and mesos sold for, most first."""
        where = self._conditions(condition)
        quantity = func.sum(boss_run_drops.c.quantity)
        with self._database.read() as connection:
            found = connection.execute(
                select(boss_run_drops.c.item, quantity, func.sum(boss_run_drops.c.sold_for))
                .join(boss_runs, boss_runs.c.id == boss_run_drops.c.run_id)
                .where(live(boss_run_drops), *where)
                .group_by(boss_run_drops.c.item)
                .order_by(quantity.desc(), boss_run_drops.c.item)
            ).all()
        return [(item, int(count), int(sold or 0)) for item, count, sold in found]

    def resolved_by_boss(self, condition: DiaryFilter) -> list[tuple[str, int, int]]:
        """Per boss entry: clears whose drops are known (nothing or a list), and how many of them dropped something."""
        note = boss_runs.c.drop_note
        with self._database.read() as connection:
            found = connection.execute(
                select(
                    boss_runs.c.entry_id, func.count(), func.sum(case((note == str(DropNote.LIST), 1), else_=0))
                )
                .where(boss_runs.c.cleared == 1, note != str(DropNote.UNRECORDED), *self._conditions(condition))
                .group_by(boss_runs.c.entry_id)
                .order_by(func.count().desc())
            ).all()
        return [(entry, int(runs), int(with_drop)) for entry, runs, with_drop in found]

    def item_counts(self, entry_id: str) -> dict[str, int]:
        """How often the player noted each item from this boss entry: what the quick-add chips are ordered by."""
        with self._database.read() as connection:
            found = connection.execute(
                select(boss_run_drops.c.item, func.count())
                .join(boss_runs, boss_runs.c.id == boss_run_drops.c.run_id)
                .where(boss_runs.c.entry_id == entry_id, live(boss_run_drops), live(boss_runs))
                .group_by(boss_run_drops.c.item)
            ).all()
        return {item: int(count) for item, count in found}

    def _numbers(self, query: Select[Any]) -> "array[int]":
        with self._database.read() as connection:
            # Straight from the driver: SQLAlchemy's row objects double the time of a hundred thousand numbers.
            compiled = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
            cursor = connection.connection.cursor()
            try:
                cursor.execute(str(compiled), [compiled.params[name] for name in compiled.positiontup or ()])
                return array("q", [number for (number,) in cursor])
            finally:
                cursor.close()

    def _conditions(self, condition: DiaryFilter) -> list[ColumnElement[bool]]:
        found = [live(boss_runs)]
        if condition.character_id is not None:
            found.append(boss_runs.c.character_id == condition.character_id)
        if condition.boss_slug is not None:
            found.append(boss_runs.c.boss_slug == condition.boss_slug)
        if condition.since is not None:
            found.append(boss_runs.c.occurred_on >= condition.since.isoformat())
        if condition.until is not None:
            found.append(boss_runs.c.occurred_on <= condition.until.isoformat())
        if condition.item is not None:
            found.append(_has_item([condition.item]))
        found.extend(_shown(condition.show))
        if condition.text.strip():
            found.append(self._matches(condition.text.strip()))
        return found

    def _matches(self, text: str) -> ColumnElement[bool]:
        """Every word must be found in the note, the boss, the character or a dropped item."""
        return and_(*(self._word_matches(word.casefold()) for word in text.split()))

    def _word_matches(self, word: str) -> ColumnElement[bool]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        entries = [e.id for e in self._catalog.bosses.values() if word in e.display_name.casefold()]
        items = [slug for slug, item in self._catalog.items.items() if word in item.name.casefold()]
        owners = select(characters.c.id).where(characters.c.name.ilike(pattern, escape="\\"))
        found: list[ColumnElement[bool]] = [
            boss_runs.c.note.ilike(pattern, escape="\\"),
            boss_runs.c.character_id.in_(owners),
        ]
        if entries:
            found.append(boss_runs.c.entry_id.in_(entries))
        if items:
            found.append(_has_item(items))
        return or_(*found)


def _shown(show: Show) -> list[ColumnElement[bool]]:
    note = boss_runs.c.drop_note
    cleared = boss_runs.c.cleared == 1
    match show:
        case Show.ALL:
            return []
        case Show.WITH_DROPS:
            return [note == str(DropNote.LIST)]
        case Show.UNRESOLVED:
            return [cleared, note == str(DropNote.UNRECORDED)]
        case Show.NOTHING:
            return [note == str(DropNote.NOTHING)]
        case Show.FAILED:
            return [boss_runs.c.cleared == 0]


def _has_item(items: Sequence[str]) -> ColumnElement[bool]:
    if len(items) > 1:
        return boss_runs.c.id.in_(
            select(boss_run_drops.c.run_id).where(boss_run_drops.c.item.in_(items), live(boss_run_drops))
        )
    return exists(
        select(boss_run_drops.c.row).where(
            boss_run_drops.c.run_id == boss_runs.c.id, boss_run_drops.c.item == items[0], live(boss_run_drops)
        )
    )


def _sort_columns(sort: SortKey) -> list[Any]:
    match sort:
        case SortKey.DATE:
            return [boss_runs.c.occurred_on]
        case SortKey.CHARACTER:
            return [characters.c.name]
        case SortKey.BOSS:
            return [boss_runs.c.boss_slug, boss_runs.c.entry_id]
        case SortKey.PARTY:
            return [boss_runs.c.party_size]
        case SortKey.CRYSTAL:
            return [func.coalesce(boss_runs.c.crystal_mesos, 0)]
        case SortKey.SOLD:
            sold = (
                select(func.coalesce(func.sum(boss_run_drops.c.sold_for), 0))
                .where(boss_run_drops.c.run_id == boss_runs.c.id, live(boss_run_drops))
                .scalar_subquery()
            )
            return [sold]


def _names(connection: Connection) -> Mapping[str, str]:
    return {row.id: row.name for row in connection.execute(select(characters.c.id, characters.c.name))}
