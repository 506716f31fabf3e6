"""Time that passes only when everybody waits, so that hours of waiting are tested in seconds and to the second."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database

_Result = TypeVar("_Result")


class Watched(Database):
    """A database that knows whether it is being used."""

    in_use = 0

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """As ever."""
        async with self._counted(super().writing()) as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """As ever."""
        async with self._counted(super().reading()) as session:
            yield session

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncSession]:
        """As ever."""
        async with self._counted(super().glance()) as session:
            yield session

    @asynccontextmanager
    async def _counted(self, used: Any) -> AsyncIterator[AsyncSession]:
        self.in_use += 1
        try:
            async with used as session:
                yield session
        finally:
            self.in_use -= 1


class Virtual:
    """A clock, and waits that cost nothing: when nobody has anything to do, it is the time of whoever waits least."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._numbers = count()

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass while nothing runs."""
        self.now += timedelta(**span)

    async def sleep(self, seconds: float) -> None:
        """Wait without waiting."""
        until = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.now + timedelta(seconds=seconds), next(self._numbers), until))
        await until

    async def pass_while(self, work: Awaitable[_Result], databases: Sequence[Watched]) -> _Result:
        """Let time pass until the work is done."""
        task = asyncio.ensure_future(work)
        loop: Any = asyncio.get_running_loop()
        while not task.done():
            await asyncio.sleep(0)
            if loop._ready:
                continue
            if any(each.in_use for each in databases) or not self._waiting:
                await asyncio.sleep(0.0005)
                continue
            at, _, until = heapq.heappop(self._waiting)
            if not until.done():
                self.now = max(self.now, at)
                until.set_result(None)
        return await task
