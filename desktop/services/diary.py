"""The diary: every run ever, filtered and sorted by SQL, read a page at a time."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
)

from desktop.services.runs import Run, read_runs
from desktop.storage.database import Database
from desktop.storage.tables import boss_run_drops, boss_runs, characters, live
from desktop.storage.transaction import Row
from shared.catalog import Catalog
from shared.tracking import DropNote

_AT_ONCE = 10_000
"""Row numbers in one query; SQLite takes 32,766 values."""


_BITE = 50_000
"""Characters; about a millisecond's work."""


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
    DROPS = "drops"
    CRYSTAL = "crystal"
    SOLD = "sold"
    NOTE = "note"


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
        """The local row numbers of the runs that match, in order. Eight bytes each: a million is 8 MB.

        Runs that are equal by the key stand newest first, whichever way the key runs.
        """
        query = self.rows_query(condition, sort, descending=descending)
        with self._database.read() as connection:
            sql, values = compiled(query, connection)
            # One long text: the driver takes a lock of Python's for every row it hands over, and with a busy
            # window beside it a hundred thousand of them take four times as long. The order stays, because
            # SQLite keeps a subquery's ORDER BY for an aggregate that depends on it.
            joined = f"SELECT group_concat(row) FROM ({sql})"  # noqa: S608 - made by SQLAlchemy, values bound
            text = connection.exec_driver_sql(joined, tuple(values)).scalar()
        return _numbers(text or "")

    def rows_query(self, condition: DiaryFilter, sort: SortKey, *, descending: bool) -> Select[Any]:
        """The query behind `rows`."""
        query = select(boss_runs.c.row).where(*self._conditions(condition))
        newest = [boss_runs.c.occurred_on.desc(), boss_runs.c.row.desc()]
        if sort is SortKey.DATE:
            day, row = boss_runs.c.occurred_on, boss_runs.c.row
            return query.order_by(*(newest if descending else [day.asc(), row.asc()]))
        keys = []
        if sort is SortKey.CHARACTER:
            query = query.join(characters, characters.c.id == boss_runs.c.character_id)
            keys = [func.lower(characters.c.name), characters.c.id]
        elif sort is SortKey.SOLD:
            sold = _sold_by_run()
            query = query.outerjoin(sold, sold.c.run_id == boss_runs.c.id)
            keys = [func.coalesce(sold.c.mesos, 0)]
        else:
            keys = _sort_columns(sort)
        return query.order_by(*(key.desc() if descending else key.asc() for key in keys), *newest)

    def page(self, rows: Sequence[int]) -> list[DiaryEntry]:
        """The lines of these row numbers, in this order; rows that are gone are left out."""
        with self._database.read() as connection:
            found = connection.execute(select(boss_runs).where(boss_runs.c.row.in_(rows), live(boss_runs)))
            stored: list[Row] = [dict(row) for row in found.mappings()]
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

    def ids(self, rows: Sequence[int], *, open_only: bool = False) -> list[str]:
        """The ids of the live runs with these numbers; open_only: just clears whose drops nobody noted."""
        conditions = [live(boss_runs)]
        if open_only:
            conditions += _shown(Show.UNRESOLVED)
        found: list[str] = []
        with self._database.read() as connection:
            for start in range(0, len(rows), _AT_ONCE):
                chunk = boss_runs.c.row.in_(rows[start : start + _AT_ONCE])
                found += connection.execute(select(boss_runs.c.id).where(chunk, *conditions)).scalars()
        return found

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
        runs, cleared_runs, with_drops, unresolved, crystals = (int(value or 0) for value in counted)
        return Totals(runs, cleared_runs, with_drops, unresolved, crystals, int(sold or 0))

    def income_by_week(self, condition: DiaryFilter) -> list[tuple[date, int, int]]:
        """Per boss week (its Thursday, UTC) with any run: crystal mesos and mesos of sales, oldest first.

        A sale counts in the week of the run it came from.
        """
        week = func.date(boss_runs.c.occurred_on, "-6 days", "weekday 4")
        where = self._conditions(condition)
        sold = _sold_by_run()
        with self._database.read() as connection:
            found = connection.execute(
                select(week, func.sum(boss_runs.c.crystal_mesos), func.sum(sold.c.mesos))
                .outerjoin(sold, sold.c.run_id == boss_runs.c.id)
                .where(*where)
                .group_by(week)
                .order_by(week)
            ).all()
        return [
            (date.fromisoformat(day), int(crystals or 0), int(drops or 0)) for day, crystals, drops in found
        ]

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
        """Per boss entry, most clears first: clears whose drops are known, and how many of those had any."""
        note = boss_runs.c.drop_note
        with self._database.read() as connection:
            found = connection.execute(
                select(
                    boss_runs.c.entry_id,
                    func.count(),
                    func.sum(case((note == str(DropNote.LIST), 1), else_=0)),
                )
                .where(
                    boss_runs.c.cleared == 1, note != str(DropNote.UNRECORDED), *self._conditions(condition)
                )
                .group_by(boss_runs.c.entry_id)
                .order_by(func.count().desc(), boss_runs.c.entry_id)
            ).all()
        return [(entry, int(runs), int(with_drop)) for entry, runs, with_drop in found]

    def item_counts(self, entry_id: str) -> dict[str, int]:
        """How often the player noted each item from this boss entry: the order of the quick-add chips."""
        with self._database.read() as connection:
            found = connection.execute(
                select(boss_run_drops.c.item, func.count())
                .join(boss_runs, boss_runs.c.id == boss_run_drops.c.run_id)
                .where(boss_runs.c.entry_id == entry_id, live(boss_run_drops), live(boss_runs))
                .group_by(boss_run_drops.c.item)
            ).all()
        return {item: int(count) for item, count in found}

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
        return and_(*(self._word_matches(word) for word in text.split()))

    def _word_matches(self, word: str) -> ColumnElement[bool]:
        plain = word.casefold()
        entries = [e.id for e in self._catalog.bosses.values() if plain in e.display_name.casefold()]
        items = [slug for slug, item in self._catalog.items.items() if plain in item.name.casefold()]
        owners = select(characters.c.id).where(_contains(characters.c.name, word))
        found: list[ColumnElement[bool]] = [
            _contains(boss_runs.c.note, word),
            boss_runs.c.character_id.in_(owners),
        ]
        if entries:
            found.append(boss_runs.c.entry_id.in_(entries))
        if items:
            found.append(_has_item(items))
        return or_(*found)


def compiled(query: Select[Any], connection: Connection) -> tuple[str, list[Any]]:
    """A query as the driver takes it: SQL with question marks, and their values."""
    made = query.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    return str(made), [made.params[name] for name in made.positiontup or ()]


def _numbers(text: str) -> "array[int]":
    """Numbers from "1,2,3". In small bites, so that a window drawing beside this thread gets its turn."""
    found, start = array("q"), 0
    while start < len(text):
        end = text.find(",", start + _BITE)
        end = len(text) if end < 0 else end
        found.extend(map(int, text[start:end].split(",")))
        start = end + 1
    return found


def _contains(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    """Whether a text holds a word, in any case. SQLite's LIKE knows the case of ASCII letters only."""
    spellings = dict.fromkeys((word, word.lower(), word.upper(), word.title()))
    if word.isascii():
        spellings = dict.fromkeys((word,))
    patterns = [
        "%" + spelling.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        for spelling in spellings
    ]
    return or_(*(column.like(pattern, escape="\\") for pattern in patterns))


def _sold_by_run() -> Subquery:
    """Run id and the mesos its drops sold for, for runs with a sale."""
    return (
        select(boss_run_drops.c.run_id, func.sum(boss_run_drops.c.sold_for).label("mesos"))
        .where(live(boss_run_drops), boss_run_drops.c.sold_for.is_not(None))
        .group_by(boss_run_drops.c.run_id)
        .subquery()
    )


def _shown(show: Show) -> list[ColumnElement[bool]]:
    note = boss_runs.c.drop_note
    match show:
        case Show.ALL:
            return []
        case Show.WITH_DROPS:
            return [note == str(DropNote.LIST)]
        case Show.UNRESOLVED:
            # Literals, because SQLite matches partial indexes only to literals.
            unrecorded = note == literal_column(f"'{DropNote.UNRECORDED}'")
            return [boss_runs.c.cleared == literal_column("1"), unrecorded]
        case Show.NOTHING:
            return [note == str(DropNote.NOTHING)]
        case Show.FAILED:
            return [boss_runs.c.cleared == 0]


def _has_item(items: Sequence[str]) -> ColumnElement[bool]:
    return boss_runs.c.id.in_(
        select(boss_run_drops.c.run_id).where(boss_run_drops.c.item.in_(items), live(boss_run_drops))
    )


def _sort_columns(sort: SortKey) -> list[Any]:
    match sort:
        case SortKey.BOSS:
            return [boss_runs.c.boss_slug, boss_runs.c.entry_id]
        case SortKey.PARTY:
            return [boss_runs.c.party_size]
        case SortKey.DROPS:
            note = boss_runs.c.drop_note
            return [
                case(
                    (boss_runs.c.cleared == 0, 0),
                    (note == str(DropNote.UNRECORDED), 1),
                    (note == str(DropNote.NOTHING), 2),
                    else_=3,
                )
            ]
        case SortKey.CRYSTAL:
            return [func.coalesce(boss_runs.c.crystal_mesos, 0)]
        case SortKey.NOTE:
            return [func.lower(boss_runs.c.note)]
        case _:
            raise ValueError(f"{sort} is sorted by a join")


def _names(connection: Connection) -> Mapping[str, str]:
    return {row.id: row.name for row in connection.execute(select(characters.c.id, characters.c.name))}
