"""The loop that does jobs when they are due."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import Clock, Database
from server.jobs.tables import JobRun

_log = structlog.get_logger("maplehub.jobs")
LOOK_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often, in one transaction. run gets the session and the instant it is done at."""

    name: str
    every: timedelta
    run: Callable[[AsyncSession, datetime], Awaitable[None]]


async def run_jobs(
    database: Database,
    jobs: Sequence[Job],
    now: Clock,
    stop: asyncio.Event,
    *,
    look_every: timedelta = LOOK_EVERY,
) -> None:
    """Look for due jobs until told to stop; a job under way is finished. A job that fails is tried at the next look."""
    while not stop.is_set():
        for job in jobs:
            try:
                await do_if_due(database, job, now())
            except Exception:  # noqa: BLE001 - one job's bug stops no other job
                _log.exception("job_failed", job=job.name)
            if stop.is_set():
                return
        try:
            async with asyncio.timeout(look_every.total_seconds()):
                await stop.wait()
        except TimeoutError:
            continue


async def do_if_due(database: Database, job: Job, now: datetime) -> bool:
    """Do a job if it is due and nobody else is at it. Returns whether it was done."""
    async with database.writing() as session:
        made = (sqlite if database.sqlite else postgresql).insert(JobRun).values(name=job.name)
        await session.execute(made.on_conflict_do_nothing())
        # The row's lock is the job's: a second process passes over it.
        found = select(JobRun).where(JobRun.name == job.name).with_for_update(skip_locked=True)
        row = (await session.execute(found)).scalar_one_or_none()
        if row is None or (row.done_at is not None and now < row.done_at + job.every):
            return False
        await job.run(session, now)
        row.done_at = now
    _log.info("job_done", job=job.name)
    return True
