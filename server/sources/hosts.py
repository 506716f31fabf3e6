"""How often a host may be asked, and when not at all: kept in the database, so that it holds over all processes and
over one that was killed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.lines import is_sqlite
from server.sources.tables import source_hosts

SPACING = timedelta(seconds=1)
"""From one request to the next."""
PATIENCE = timedelta(seconds=60)
"""How far ahead a turn may lie."""
FAILURES = 5
"""In a row, until nobody asks for a while."""
OPEN, LONGEST = timedelta(minutes=1), timedelta(minutes=30)
"""For how long then: doubled with each further failure, up to the longest."""
_TRIAL = timedelta(minutes=1)
"""How long all others wait for the one who tries whether the host is back."""
_HOST = source_hosts.c


@dataclass(frozen=True, slots=True)
class NotNow:
    """The host is not to be asked before this instant. broken: because it failed too often."""

    until: datetime
    broken: bool


async def take_turn(database: Database, host: str, now: datetime) -> datetime | NotNow:
    """When to ask a host: every turn is given to one who asks, a second from the last. Where a host is not to be asked
    no turn is taken."""
    async with database.writing() as session:
        row = await _hold(session, host, now)
        if row.open_until is not None and now < row.open_until:
            return NotNow(row.open_until, broken=True)
        at: datetime = max(now, row.next_at)
        if at - now > PATIENCE:
            return NotNow(at, broken=False)
        trial = None if row.open_until is None else at + _TRIAL
        await _change(session, host, next_at=at + SPACING, open_until=trial)
    return at


async def answered(database: Database, host: str) -> None:
    """The host works."""
    async with database.writing() as session:
        troubled = (_HOST.failures > 0) | _HOST.open_until.is_not(None)
        await session.execute(
            update(source_hosts).where(_HOST.host == host, troubled).values(failures=0, open_until=None)
        )


async def failed(database: Database, host: str, now: datetime) -> None:
    """The host did not answer as it should. After some in a row it is left alone for a while."""
    async with database.writing() as session:
        row = await _hold(session, host, now)
        failures = row.failures + 1
        open_until = row.open_until
        if failures >= FAILURES:
            open_until = now + min(OPEN * 2 ** min(failures - FAILURES, 10), LONGEST)
        await _change(session, host, failures=failures, open_until=open_until)


async def hold_off(database: Database, host: str, now: datetime, until: datetime) -> None:
    """The host asked for rest until then."""
    async with database.writing() as session:
        row = await _hold(session, host, now)
        await _change(session, host, next_at=max(row.next_at, until))


async def shut(database: Database, host: str, now: datetime) -> None:
    """The host turned us away: it is left alone for as long as one that is broken for good."""
    async with database.writing() as session:
        row = await _hold(session, host, now)
        await _change(session, host, failures=max(row.failures, FAILURES) + 1, open_until=now + LONGEST)


async def _hold(session: AsyncSession, host: str, now: datetime) -> Row[*tuple[Any, ...]]:
    """The host's row, nobody else's until the transaction ends."""
    insert: Any = (sqlite if is_sqlite(session) else postgresql).insert(source_hosts)
    new = insert.values(host=host, next_at=now, failures=0, open_until=None)
    await session.execute(new.on_conflict_do_nothing())
    return (await session.execute(select(source_hosts).where(_HOST.host == host).with_for_update())).one()


async def _change(session: AsyncSession, host: str, **values: object) -> None:
    await session.execute(update(source_hosts).where(_HOST.host == host).values(**values))
