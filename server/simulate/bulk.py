"""The same players stored beside the services, for millions of runs in minutes.

What the services would have stored is made here directly: by COPY on PostgreSQL, by many rows a statement on SQLite,
and the sums follow a million runs at once. That both ways end in the same database is tested. For a database that
nobody uses meanwhile.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from operator import itemgetter
from typing import Any

from psycopg import sql
from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.tables import User
from server.database import Clock, Database
from server.lines import is_sqlite
from server.simulate.population import Player
from server.simulate.progress import Progress
from server.simulate.rows import rows
from server.statistics import rollups
from server.statistics.follow import judgement_of, know_worlds
from server.statistics.judging import EMPTY, JudgedWeek, Judgement, Unit, Worlds, judged_week
from server.statistics.sums import Delta
from server.sync.tables import SYNCED, sync_users
from shared.catalog import Catalog
from shared.ids import new_id
from shared.sync.records import TABLES

_PORTION = 50
_COMMIT = 1_000_000
"""Runs in a transaction. Its sums cost about the same for ten thousand of them."""
_USERS = User.__table__
_FIELDS = {name: itemgetter(*table.fields) for name, table in TABLES.items()}


@dataclass(slots=True)
class _Portion:
    """Some players as what is stored of them: rows by table, in the order of its columns; what is judged of them."""

    players: int = 0
    runs: int = 0
    rows: dict[Any, list[Sequence[object]]] = field(default_factory=lambda: defaultdict(list))
    weeks: dict[Unit, JudgedWeek] = field(default_factory=dict)
    worlds: dict[str, Worlds] = field(default_factory=dict)


async def fill(
    database: Database, catalog: Catalog, players: Iterator[Player], now: Clock, progress: Progress
) -> None:
    """Store players until there are no more or it is told to stop: then as many as are under way, whole."""
    async with database.reading() as session:
        judgement = await judgement_of(session, catalog, now())

    def make() -> _Portion:
        made = _Portion()
        for player in islice(players, _PORTION):
            _add(made, player, judgement, now)
        return made

    ahead = await asyncio.to_thread(make)
    while ahead.players and not progress.stopped:
        async with database.writing() as session:
            held = await rollups.hold(session)
            delta, weeks, until = Delta(), set[date](), progress.runs + _COMMIT
            while ahead.players and progress.runs < until and not progress.stopped:
                portion = ahead
                # The database stores these while the next ones are made.
                _, ahead = await asyncio.gather(_store(session, portion), asyncio.to_thread(make))
                for (user_id, week), judged in portion.weeks.items():
                    delta.add(user_id, judged.counted, 1)
                    weeks.add(week)
                progress.add(portion.players, portion.runs)
            if delta.cells:
                await rollups.let_follow(session, held, delta, weeks, now())
    async with database.writing() as session:
        if not is_sqlite(session):
            await session.execute(text("ANALYZE"))


def _add(to: _Portion, player: Player, judgement: Judgement, now: Clock) -> None:
    user_id, at = new_id(), now()
    to.players += 1
    to.runs += player.runs
    to.rows[_USERS].append((user_id, player.discord_id, player.username, None, at, at))
    head, stamp = 0, ""
    for head, (name, row_id, stamp, values) in enumerate(rows(player), start=1):
        fields = _FIELDS[name](values)
        to.rows[SYNCED[name]].append((user_id, row_id, *fields, head, f'{{"":"{stamp}"}}', None))
    to.rows[sync_users].append((user_id, new_id(), head, stamp, 0, 0, head))
    to.worlds[user_id] = {character.id: character.world for character in player.characters}
    if player.shares:
        for runs in player.weeks:
            judged = judged_week(judgement, runs)
            if judged != EMPTY:
                to.weeks[user_id, date.fromisoformat(runs[0].reset_period)] = judged


async def _store(session: AsyncSession, portion: _Portion) -> None:
    for table, stored in portion.rows.items():
        await (_execute if is_sqlite(session) else _copy)(session, table, stored)
    await rollups.keep_weeks(session, portion.weeks)
    await know_worlds(session, {}, portion.worlds)


async def _execute(session: AsyncSession, table: Table, stored: Sequence[Sequence[object]]) -> None:
    """Straight to the driver: making a statement's parameters of a row costs more than to store it."""
    connection = await session.connection()
    dialect = connection.dialect
    made = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    rows = [
        tuple([make(value) if make else value for make, value in zip(made, row, strict=True)])
        for row in stored
    ]
    await connection.exec_driver_sql(str(insert(table).compile(dialect=dialect)), rows)


async def _copy(session: AsyncSession, table: Table, stored: Sequence[Sequence[object]]) -> None:
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
    raw = await (await session.connection()).get_raw_connection()
    assert raw.driver_connection is not None
    async with raw.driver_connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in stored:
            await copy.write_row(row)
