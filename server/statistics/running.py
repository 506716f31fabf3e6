"""When the statistics are kept: what players synced within a second or so, what is checked by night."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.catalog import service as catalog
from server.database import Clock, Database
from server.jobs.service import Job
from server.statistics import check, follow
from server.statistics.compaction import compact

LOOK_EVERY = 1.0
_log = structlog.get_logger("maplehub.statistics")


async def keep_following(database: Database, now: Clock, stop: asyncio.Event) -> None:
    """Take up what players sync until told to stop. Of several processes one does it, and none minds which."""
    while not stop.is_set():
        try:
            await follow_all(database, now)
        except Exception:  # noqa: BLE001 - whatever it was, it is tried again
            _log.exception("follow_failed")
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await stop.wait()


async def follow_all(database: Database, now: Clock) -> None:
    """Take up everything that waits, some users in a transaction. What comes meanwhile may be left for the next time:
    without a rest between, somebody's push would always be waiting for it."""
    game = catalog.read()
    async with database.reading() as session:
        more = await follow.is_anything_due(session, game, now())
    while more:
        async with database.writing() as session:
            more = await follow.follow(session, game, now())


async def check_next(session: AsyncSession, now: datetime) -> None:
    """Check one week that changed on an earlier day, and mend what is wrong."""
    _tell(await check.check_next(session, catalog.read(), now))


async def night(session: AsyncSession, now: datetime) -> None:
    """Put the items of old days together by month; check the totals, and mend what is wrong."""
    await compact(session, now)
    _tell(await check.check_totals(session, now))


def _tell(found: list[check.Difference]) -> None:
    for each in found:
        _log.error("statistics_differed", where=each.where, stored=each.stored, right=each.right)


CHECK = Job("statistics.check", timedelta(minutes=5), check_next)
NIGHT = Job("statistics.night", timedelta(days=1), night)
