"""Jobs: when due, once, by one process, and a failing one is tried again."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Database
from server.jobs.service import Job, do_if_due, run_jobs
from tests.server.conftest import Clock


class Work:
    """A job that counts."""

    def __init__(self) -> None:
        self.done: list[datetime] = []
        self.fails = False
        self.failures = 0
        self.failed_twice = asyncio.Event()
        self.job = Job("work", timedelta(hours=1), self.run)

    async def run(self, _: AsyncSession, now: datetime) -> None:
        """Once."""
        if self.fails:
            self.failures += 1
            if self.failures == 2:
                self.failed_twice.set()
            raise RuntimeError("not today")
        self.done.append(now)


async def test_a_job_is_done_when_due_and_not_again_until_then(address: str, clock: Clock) -> None:
    database, work = Database(address), Work()
    for minutes, done in ((0, True), (59, False), (1, True), (0, False)):
        clock.forward(minutes=minutes)
        assert await do_if_due(database, work.job, clock()) is done
    assert len(work.done) == 2
    await database.close()


async def test_of_several_processes_one_does_it(address: str, clock: Clock) -> None:
    work = Work()
    databases = [Database(address) for _ in range(4)]
    done = await asyncio.gather(*(do_if_due(database, work.job, clock()) for database in databases))
    assert sum(done) == len(work.done) == 1
    for database in databases:
        await database.close()


async def test_a_job_that_fails_is_not_done_and_stops_no_other(
    address: str, clock: Clock, logged: list[Any]
) -> None:
    database, bad, good = Database(address), Work(), Work()
    bad.fails = True
    jobs = [bad.job, Job("good", timedelta(hours=1), good.run)]
    stop = asyncio.Event()
    running = asyncio.create_task(
        run_jobs(database, jobs, clock, stop, look_every=timedelta(milliseconds=20))
    )
    async with asyncio.timeout(10):
        await bad.failed_twice.wait()
        stop.set()
        await running
    assert len(good.done) == 1
    assert {line["job"] for line in logged if line["event"] == "job_failed"} == {"work"}
    with pytest.raises(RuntimeError):
        await do_if_due(database, bad.job, clock())
    bad.fails = False
    assert await do_if_due(database, bad.job, clock())
    await database.close()
