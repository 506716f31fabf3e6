"""Who listens, and telling them.

What this process commits is told at once. What other processes commit is found by one question a second, asked only
while anybody listens, about those who do.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sse_starlette import ServerSentEvent

from server.database import Database
from server.errors import Unavailable
from server.http.metrics import Metrics
from server.sync import service as sync
from shared.api.live import Poke

MOST_OF_A_USER = 8
LOOK_EVERY = 1.0
_RETRY_MS = (1_000, 5_000)
_TURNED_AWAY_MS = 120_000
_log = structlog.get_logger("maplehub.live")


class _Listener:
    """An open stream, and what it was last told."""

    def __init__(self, head: Poke | None) -> None:
        self._head = head
        self._wake = asyncio.Event()
        self.over = False
        if head is not None:
            self._wake.set()

    def tell(self, head: Poke) -> None:
        """Wake it if this is news."""
        known = self._head
        if known is None or head.epoch != known.epoch or head.head > known.head:
            self._head = head
            self._wake.set()

    def end(self) -> None:
        """Wake it to stop."""
        self.over = True
        self._wake.set()

    async def next(self, until: float) -> Poke | None:
        """The newest head there is, once it is news; None when the stream is over. until: by the loop's clock."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._wake.wait()
                self._wake.clear()
                return None if self.over else self._head
        return None


class Live:
    """The streams of one process. Belongs to one event loop.

    most: streams at once. lifetime: seconds a stream lasts at most; it is cut short by chance, so that those who came
    together after a restart do not come together again.
    """

    def __init__(self, database: Database, metrics: Metrics, *, most: int, lifetime: float) -> None:
        self._database = database
        self._metrics = metrics
        self._most = most
        self._lifetime = lifetime
        self._listeners: dict[str, list[_Listener]] = {}
        self._count = 0
        self._watched = asyncio.Event()
        database.on_commit(lambda info: self._tell(sync.moved(info)))

    async def open(self, user_id: str) -> AsyncIterator[ServerSentEvent]:
        """The events of a new stream, the present head first. Raises Unavailable when there are too many."""
        if self._count >= self._most:
            raise Unavailable("Too many machines are listening.", retry_after=random.randint(30, 90))  # noqa: S311
        async with self._database.glance() as session:
            heads = await sync.heads(session, [user_id])
        return self._events(user_id, heads.get(user_id))

    async def watch(self) -> None:
        """Look for what other processes commit, until cancelled."""
        while True:
            await self._watched.wait()
            try:
                async with self._database.glance() as session:
                    self._tell(await sync.heads(session, list(self._listeners)))
            except (SQLAlchemyError, OSError) as error:
                _log.warning("heads_unknown", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)

    async def _events(self, user_id: str, head: Poke | None) -> AsyncIterator[ServerSentEvent]:
        # Joining here and not before: an answer that is never begun has nobody to leave again.
        listener = self._join(user_id, head)
        lifetime = self._lifetime * random.uniform(0.8, 1.0)  # noqa: S311 - to spread them, not to hide anything
        until = asyncio.get_running_loop().time() + lifetime
        try:
            yield ServerSentEvent(retry=random.randint(*_RETRY_MS))  # noqa: S311
            while (found := await listener.next(until)) is not None:
                yield ServerSentEvent(event="head", data=found.model_dump_json())
            if listener.over:
                yield ServerSentEvent(retry=_TURNED_AWAY_MS)
        finally:
            self._leave(user_id, listener)

    def _join(self, user_id: str, head: Poke | None) -> _Listener:
        theirs = self._listeners.setdefault(user_id, [])
        theirs.append(listener := _Listener(head))
        self._counted(1)
        for surplus in theirs[:-MOST_OF_A_USER]:
            surplus.end()
        return listener

    def _leave(self, user_id: str, listener: _Listener) -> None:
        theirs = self._listeners[user_id]
        theirs.remove(listener)
        if not theirs:
            del self._listeners[user_id]
        self._counted(-1)

    def _counted(self, more: int) -> None:
        self._count += more
        self._metrics.streams.set(self._count)
        if self._count:
            self._watched.set()
        else:
            self._watched.clear()

    def _tell(self, heads: Mapping[str, Poke]) -> None:
        for user_id, head in heads.items():
            for listener in self._listeners.get(user_id, ()):
                listener.tell(head)
