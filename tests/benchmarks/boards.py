"""Leaderboards of a clan of 500 members with two years of daily snapshots, on a real PostgreSQL: the first page.

Beside the same board over 30 days of snapshots, and beside a query that scans the points and must find the same.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import psycopg
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.tables import User
from server.boards import service
from server.clans import service as clans
from server.clans.tables import Clan
from server.database import Database
from shared.api.clans import ClanEntry
from shared.clans.metrics import KILLS, XP, Game
from shared.clans.timeframes import Timeframe, midnight
from shared.ids import new_id
from shared.resets import utc_date
from tests.benchmarks.hosting import Host, hosted
from tests.benchmarks.measure import Options, Result, benchmark

MEMBERS, DAYS, FEW = 500, 730, 30
_MOST_RATIO = 1.5
_FASTER = 20
_BOSSES = 12

_ACCOUNTS = """
INSERT INTO game_accounts (id, source, source_key, name, details, created_at, sampled_at)
SELECT gen_random_uuid(), 'osrs', %(clan)s || '/' || n, 'Member ' || n, '{{}}', %(until)s, %(until)s
FROM generate_series(1, %(members)s) n
"""
_ROSTER = """
INSERT INTO clan_members (id, clan_id, account_id, added_at)
SELECT gen_random_uuid(), %(clan)s::uuid, id, %(until)s FROM game_accounts WHERE source_key LIKE %(clan)s || '/%%'
"""
_POINTS = """
INSERT INTO progress_points (account_id, metric, at, value)
SELECT account.id, metric.name, day.at, 1000 + day.n * (1 + number.n %% 7) + number.n
FROM game_accounts account,
  LATERAL (SELECT split_part(account.source_key, '/', 2)::int AS n) number,
  (SELECT 'xp.total' AS name, 1 AS every UNION ALL
   SELECT 'kc.boss-' || b, b FROM generate_series(1, %(bosses)s) b) metric,
  (SELECT n, %(until)s - (%(days)s - n) * interval '1 day' AS at FROM generate_series(1, %(days)s) n) day
WHERE account.source_key LIKE %(clan)s || '/%%' AND (day.n = 1 OR (day.n + number.n) %% metric.every = 0)
"""
_DAYS = """
INSERT INTO progress_days (account_id, metric, day, gained)
SELECT account_id, metric, day, gained FROM (
  SELECT account_id, metric, (at AT TIME ZONE 'UTC')::date AS day,
    value - lag(value) OVER (PARTITION BY account_id, metric ORDER BY at) AS gained
  FROM progress_points JOIN game_accounts account ON account.id = account_id
  WHERE account.source_key LIKE %(clan)s || '/%%') step
WHERE gained <> 0
"""
_NOW = """
INSERT INTO progress_now (account_id, metric, value, first_at, changed_at)
SELECT account_id, metric, max(value), min(at), max(at) FROM progress_points
JOIN game_accounts account ON account.id = account_id WHERE account.source_key LIKE %(clan)s || '/%%'
GROUP BY account_id, metric
"""
_TOTAL_DAYS = """
INSERT INTO progress_days (account_id, metric, day, gained)
SELECT account_id, 'kc.total', day, sum(gained) FROM progress_days JOIN game_accounts account ON account.id = account_id
WHERE account.source_key LIKE %(clan)s || '/%%' AND metric LIKE 'kc.%%' GROUP BY account_id, day
"""
_TOTAL_NOW = """
INSERT INTO progress_now (account_id, metric, value, first_at, changed_at)
SELECT account_id, 'kc.total', sum(value), min(first_at), max(changed_at) FROM progress_now
JOIN game_accounts account ON account.id = account_id
WHERE account.source_key LIKE %(clan)s || '/%%' AND metric LIKE 'kc.%%' GROUP BY account_id
"""
_SCAN = """
SELECT member_id, sum(last_value - coalesce(base_value, first_value)) FROM (
  SELECT member.id AS member_id, point.metric,
    (array_agg(point.value ORDER BY point.at DESC))[1] AS last_value,
    (array_agg(point.value ORDER BY point.at))[1] AS first_value,
    (array_agg(point.value ORDER BY point.at DESC) FILTER (WHERE point.at < %(start)s))[1] AS base_value
  FROM clan_members member JOIN progress_points point USING (account_id)
  WHERE member.clan_id = %(clan)s::uuid AND member.left_at IS NULL AND point.metric LIKE %(metric)s
  GROUP BY member.id, point.metric) gain
GROUP BY member_id
"""


@benchmark("boards")
def boards(options: Options) -> Iterator[Result]:
    """XP and all kills of a week and a month."""
    until = datetime.now(UTC).replace(hour=1)
    with hosted(options.folder) as host:
        found = asyncio.run(_measured(host, until, options))
    for name, two_years, few, scan in found:
        yield Result(f"{name}: 2 years beside 30 days", two_years, "ms", few, most_ratio=_MOST_RATIO)
        yield Result(f"{name}: beside scanning", two_years, "ms", scan, most_ratio=1 / _FASTER)


async def _measured(host: Host, until: datetime, options: Options) -> list[tuple[str, float, float, float]]:
    database = Database(host.address, pool_size=2, statement_timeout=600)
    try:
        long, short = [await _filled(host, database, until, days) for days in (DAYS, FEW)]
        found = []
        for name, metric, scanned in (("XP", XP, "xp.total"), ("kills", KILLS, "kc.boss-%")):
            for timeframe in (Timeframe.WEEK, Timeframe.MONTH):
                start = midnight(timeframe.first_day(utc_date(until)))

                def ask(clan: Clan, metric: str = metric, timeframe: Timeframe = timeframe) -> Any:
                    async def asked(session: AsyncSession) -> Any:
                        return await service.board(session, clan, metric, timeframe, until)

                    return _timed(database, asked, options.repeats)

                two_years = await ask(long)
                few = await ask(short)
                async with database.reading() as session:
                    board = await service.board(session, long, metric, timeframe, until, limit=MEMBERS)
                scan, rows = _scanned(host, long.id, scanned, start, options.repeats)
                gained = {row.member_id: row.gained for row in board.items}
                assert gained == rows, "the scan finds something else"
                found.append((f"{name}, {timeframe}", two_years, few, scan))
        return found
    finally:
        await database.close()


async def _filled(host: Host, database: Database, until: datetime, days: int) -> Clan:
    async with database.writing() as session:
        user = new_id()
        number = str(int(time.time() * 1000) + days)
        session.add(
            User(id=user, discord_id=number, discord_username="aria", created_at=until, signed_in_at=until)
        )
        await session.flush()
        entry = ClanEntry(name=f"{days} days", game=Game.OSRS)
        clan = (await clans.found(session, user, entry, until - timedelta(days=DAYS))).clan
    given = {"clan": clan.id, "members": MEMBERS, "days": days, "until": until, "bosses": _BOSSES}
    with psycopg.connect(host.plain) as connection:
        for statement in (_ACCOUNTS, _ROSTER, _POINTS, _DAYS, _NOW, _TOTAL_DAYS, _TOTAL_NOW):
            connection.execute(statement.replace("{{}}", "{}"), given)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return clan


async def _timed(database: Database, work: Callable[[AsyncSession], Awaitable[Any]], repeats: int) -> float:
    took = []
    for number in range(4 * repeats + 2):
        async with database.reading() as session:
            start = time.perf_counter()
            await work(session)
            if number > 1:
                took.append((time.perf_counter() - start) * 1000)
    return median(took)


def _scanned(
    host: Host, clan_id: str, metric: str, start: datetime, repeats: int
) -> tuple[float, dict[str, int]]:
    took, found = [], {}
    with psycopg.connect(host.plain) as connection:
        for number in range(repeats + 1):
            begun = time.perf_counter()
            rows = connection.execute(_SCAN, {"clan": clan_id, "metric": metric, "start": start}).fetchall()
            if number:
                took.append((time.perf_counter() - begun) * 1000)
            found = {str(member): int(gained) for member, gained in rows}
    return median(took), found
