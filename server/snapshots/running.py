"""Doing the snapshots: whoever holds the lease begins those that are due and asks sources, five accounts at a time.

Between processes nothing is remembered but what the database holds: a process that dies leaves items that wait, and
whoever takes the lease over goes on with them.
"""

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from server.clans import service as clans
from server.database import Clock, Database
from server.snapshots import batches, lease, service
from server.snapshots.batches import AfterSample, AfterSnapshot, Picked
from server.snapshots.lease import LeaseLost
from server.snapshots.service import Boundaries, no_boundaries
from server.sources.polite import Draw, Sleep
from server.sources.source import Known, NotFoundThere, Sample, Sources, Trouble
from shared.ids import new_id

MOST_AT_ONCE = 5
"""Accounts being asked for, in all processes together."""
LOOK_EVERY = 2.0
_RENEW_EVERY = lease.SPAN.total_seconds() / 3
_OURS = Trouble("Something went wrong on this server.")
_log = structlog.get_logger("maplehub.snapshots")


@dataclass(slots=True)
class Runner:
    """One process's work on snapshots. after_sample, after_snapshot: what else happens in the transactions of an
    account's points and of a snapshot's end. holder: what this process is called."""

    database: Database
    sources: Sources
    now: Clock
    boundaries: Boundaries = no_boundaries
    after_sample: Sequence[AfterSample] = ()
    after_snapshot: Sequence[AfterSnapshot] = ()
    sleep: Sleep = asyncio.sleep
    draw: Draw = random.random
    holder: str = field(default_factory=new_id)
    _busy: dict[asyncio.Task[None], Known] = field(default_factory=dict)

    async def is_anything_due(self) -> bool:
        """Whether `look` would find something to do. Takes no lease: an idle server writes nothing."""
        async with self.database.glance() as session:
            return await batches.is_any_open(session) or bool(await clans.snapshots_due(session, self.now()))

    async def look(self, stop: asyncio.Event) -> bool:
        """Do all that is due, unless another process does. Returns whether this one did. Told to stop, it leaves what
        is not finished; LeaseLost where another process took over meanwhile."""
        if not await self._anything_due():
            return False
        async with self.database.writing() as session:
            if not await lease.take(session, self.holder, self.now()):
                return False
        renewing = asyncio.create_task(self._renew())
        stopping = asyncio.create_task(stop.wait())
        try:
            await self._work(renewing, stopping)
        finally:
            await _end(renewing, stopping, *self._busy)
            self._busy.clear()
        return True

    async def leave(self) -> None:
        """Let another process take over at once."""
        async with self.database.writing() as session:
            await lease.release(session, self.holder)

    async def _work(self, renewing: asyncio.Task[None], stopping: asyncio.Task[bool]) -> None:
        while not stopping.done():
            await self._begin()
            await self._finish()
            for each in await self._pick():
                self._busy[asyncio.create_task(self._ask(each))] = each.account
            if not self._busy:
                return
            # While some are waited for, others may become due.
            done, _ = await asyncio.wait(
                [renewing, stopping, *self._busy], timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done - {stopping}:
                self._busy.pop(task, None)  # type: ignore[arg-type]
                task.result()

    async def _anything_due(self) -> bool:
        async with self.database.reading() as session:
            due = await clans.snapshots_due(session, self.now())
            return bool(due) or await batches.anything_due(session, self.now())

    async def _begin(self) -> None:
        async with self.database.glance() as session:
            due = await clans.snapshots_due(session, self.now())
        for clan_id in due:
            try:
                async with self.database.writing() as session:
                    await lease.keep(session, self.holder, self.now())
                    begun = await service.begin_due(session, clan_id, self.boundaries, self.now())
            except LeaseLost:
                raise
            except Exception:  # noqa: BLE001 - one clan's trouble is not the others'; it is tried again
                _log.exception("snapshot_not_begun", clan=clan_id)
            else:
                if begun is not None:
                    _log.info("snapshot_begun", clan=clan_id, snapshot=begun.id)

    async def _finish(self) -> None:
        async with self.database.glance() as session:
            found = await batches.finishable(session)
        for snapshot_id, clan_id in found:
            try:
                async with self.database.writing() as session:
                    done = await batches.finish(
                        session, self.holder, snapshot_id, clan_id, self.after_snapshot, self.now()
                    )
            except LeaseLost:
                raise
            except Exception:  # noqa: BLE001 - one clan's trouble is not the others'; it is tried again
                _log.exception("snapshot_not_finished", clan=clan_id, snapshot=snapshot_id)
            else:
                if done:
                    _log.info("snapshot_finished", clan=clan_id, snapshot=snapshot_id)

    async def _pick(self) -> list[Picked]:
        free = MOST_AT_ONCE - len(self._busy)
        if not free:
            return []
        async with self.database.writing() as session:
            return await batches.pick(session, self.holder, list(self._busy.values()), free, self.now())

    async def _ask(self, picked: Picked) -> None:
        """Ask for an account and keep what was said. Whatever goes wrong is said of this account alone."""
        said = None if picked.fresh else await self._fetch(picked.account)
        try:
            await self._keep(picked, said)
        except LeaseLost:
            raise
        except Exception:  # noqa: BLE001 - a sample that cannot be kept is a trouble like any other
            _log.exception("sample_not_kept", account=picked.account.id)
            await self._keep(picked, _OURS)

    async def _fetch(self, account: Known) -> Sample | NotFoundThere | Trouble:
        source = self.sources.get(account.kind)
        if source is None:
            return Trouble("This server does not ask this source.", again=False)
        try:
            return await source.fetch(account)
        except (NotFoundThere, Trouble) as said:
            return said
        except Exception:  # noqa: BLE001 - a bug in one source stops no other
            _log.exception("source_broke", account=account.id, source=account.kind)
            return _OURS

    async def _keep(self, picked: Picked, said: Sample | NotFoundThere | Trouble | None) -> None:
        async with self.database.writing() as session:
            now = self.now()
            if isinstance(said, NotFoundThere):
                await batches.not_found(session, self.holder, picked, said, now)
            elif isinstance(said, Trouble):
                await batches.in_trouble(session, self.holder, picked, said, self.draw(), now)
            else:
                await batches.sampled(session, self.holder, picked, said, self.after_sample, now)

    async def _renew(self) -> None:
        """Keep the lease while sources take their time. Ends only by LeaseLost."""
        while True:
            await self.sleep(_RENEW_EVERY)
            async with self.database.writing() as session:
                await lease.keep(session, self.holder, self.now())


async def keep_snapshotting(runner: Runner, stop: asyncio.Event) -> None:
    """Do the snapshots until told to stop. Of several processes one does it, and another when that one is gone."""
    while not stop.is_set():
        try:
            if await runner.is_anything_due():
                await runner.look(stop)
        except LeaseLost:
            _log.warning("snapshots_taken_over")
        except Exception:  # noqa: BLE001 - whatever it was, it is tried again
            _log.exception("snapshots_failed")
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY):
                await stop.wait()
    with suppress(Exception):
        await runner.leave()


async def _end(*tasks: asyncio.Task[None] | asyncio.Task[bool]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
