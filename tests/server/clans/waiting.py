"""Transactions that meet: one is held open until the others wait for what it has locked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import text

from server.clans import log
from server.database import Database

T = TypeVar("T")
_LONG = 4.0
"""Less than a transaction waits for a lock before it gives up."""
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def waiting(database: Database, number: int) -> None:
    """Come back once so many transactions wait for a lock. On SQLite they queue for the one that writes."""
    await asyncio.sleep(0)
    async with asyncio.timeout(_LONG):
        while not database.sqlite:
            async with database.glance() as session:
                if (await session.execute(_WAITING)).scalar_one() >= number:
                    return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def held(database: Database, clan_id: str) -> AsyncIterator[None]:
    """A transaction that holds a clan until the block ends."""
    async with database.writing() as session:
        await log.hold(session, clan_id)
        yield


async def one_by_one(database: Database, *asked: Coroutine[Any, Any, T]) -> list[asyncio.Task[T]]:
    """Begin these, each once those before it wait for a lock."""
    tasks = []
    for number, each in enumerate(asked, start=1):
        tasks.append(asyncio.create_task(each))
        await waiting(database, number)
    return tasks


async def at_once(*asked: Awaitable[T]) -> list[T]:
    """What these come to, all begun together."""
    return list(await asyncio.gather(*asked))
