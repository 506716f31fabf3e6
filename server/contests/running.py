"""What happens to contests by itself: their ends, and asking for the beacon again until a relay tells it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog

from server.beacon.relays import NoBeacon, Relays
from server.contests import drawing, ending
from server.contests.reading import Draws
from server.contests.tables import Contest
from server.database import Clock, Database

LOOK_EVERY = 1.0
_FAILED = "The draw failed on this server. Whoever runs it finds out why in its log."
_log = structlog.get_logger("maplehub.contests")


async def keep_contests(
    database: Database, relays: Relays, draws: Draws, now: Clock, stop: asyncio.Event
) -> None:
    """End contests that are due, tell of those that end soon, and ask for the beacon, until told to stop. Several
    processes may: each step is done once, under the contest's lock."""
    while not stop.is_set():
        try:
            await look(database, relays, draws, now)
        except Exception:  # noqa: BLE001 - whatever it was, it is tried again
            _log.exception("contests_failed")
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await stop.wait()


async def look(database: Database, relays: Relays, draws: Draws, now: Clock) -> None:
    """Do once what is due."""
    async with database.reading() as session:
        at = now()
        ends, soon = await ending.due(session, at), await ending.ending_soon(session, at)
        awaiting = await drawing.awaiting(session, at)
        orphans = await drawing.orphans(session)
    for contest_id in ends:
        async with _alone(contest_id), database.writing() as session:
            if await ending.end(session, contest_id, draws, now()):
                _log.info("contest_ended", contest=contest_id)
    for contest_id in soon:
        async with _alone(contest_id), database.writing() as session:
            await ending.tell_ending(session, contest_id, draws, now())
    for contest_id in orphans:
        async with _alone(contest_id), database.writing() as session:
            await drawing.void_orphan(session, contest_id, now())
    for contest_id, number in awaiting:
        async with _alone(contest_id):
            await _draw_later(database, relays, draws, contest_id, number, now)


@asynccontextmanager
async def _alone(contest_id: str) -> AsyncIterator[None]:
    """One contest's trouble is not the others'; what failed is tried again."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it was
        _log.exception("contest_failed", contest=contest_id)


async def _draw_later(
    database: Database, relays: Relays, draws: Draws, contest_id: str, number: int | None, now: Clock
) -> None:
    """Draw; what goes wrong is not tried again every second."""
    try:
        await draw(database, relays, draws, contest_id, number, now)
    except Exception:
        async with database.writing() as session:
            await drawing.wait(session, contest_id, NoBeacon((_FAILED,)), now())
        raise


async def draw(
    database: Database, relays: Relays, draws: Draws, contest_id: str, number: int | None, now: Clock
) -> Contest:
    """Ask for the beacon's round, and settle with it; without one the contest waits. number: None where the rules name
    none. No transaction is open while the relays are asked."""
    beacon = None if number is None else await relays.ask(number)
    at: datetime = now()
    async with database.writing() as session:
        if isinstance(beacon, NoBeacon):
            return await drawing.wait(session, contest_id, beacon, at)
        return await drawing.settle(session, contest_id, beacon, draws, at)
