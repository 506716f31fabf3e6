"""Snapshots as they are stored."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.snapshots.tables import Snapshot, SnapshotItem
from shared.clans.timeframes import midnight
from shared.errors import NotFound
from shared.resets import utc_date

WAITING, DONE, FAILED, DROPPED = "waiting", "done", "failed", "dropped"
"""States of an item. Dropped: of a cancelled snapshot, or of a member who left meanwhile."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items of a snapshot are in which state."""

    waiting: int = 0
    done: int = 0
    failed: int = 0
    dropped: int = 0


async def get(session: AsyncSession, clan_id: str, snapshot_id: str, *, lock: bool = False) -> Snapshot:
    """A clan's snapshot. lock: nobody else changes it until the transaction ends. Raises NotFound."""
    query = select(Snapshot).where(Snapshot.id == snapshot_id, Snapshot.clan_id == clan_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("This snapshot does not exist.")
    return found


async def newest(session: AsyncSession, clan_id: str, limit: int) -> Sequence[Snapshot]:
    """A clan's snapshots, the newest first."""
    query = select(Snapshot).where(Snapshot.clan_id == clan_id)
    return (await session.execute(query.order_by(Snapshot.created_at.desc()).limit(limit))).scalars().all()


async def last_finished(session: AsyncSession, clan_id: str) -> datetime | None:
    """When a clan's newest snapshot that was not cancelled came to its end."""
    query = select(func.max(Snapshot.finished_at)).where(
        Snapshot.clan_id == clan_id, Snapshot.cancelled.is_(False)
    )
    return (await session.execute(query)).scalar_one()


async def begun_today(session: AsyncSession, clan_id: str, now: datetime) -> int:
    """How many snapshots a clan has begun this UTC day."""
    day = midnight(utc_date(now))
    query = select(func.count()).where(
        Snapshot.clan_id == clan_id, Snapshot.created_at >= day, Snapshot.created_at < day + timedelta(days=1)
    )
    return (await session.execute(query)).scalar_one()


async def open_one(session: AsyncSession, clan_id: str) -> Snapshot | None:
    """A clan's snapshot that is not finished."""
    query = select(Snapshot).where(Snapshot.clan_id == clan_id, Snapshot.finished_at.is_(None))
    return (await session.execute(query)).scalar_one_or_none()


async def counts(session: AsyncSession, snapshot_ids: Sequence[str]) -> dict[str, Counts]:
    """How far snapshots are, by id."""
    query = (
        select(SnapshotItem.snapshot_id, SnapshotItem.state, func.count())
        .where(SnapshotItem.snapshot_id.in_(snapshot_ids))
        .group_by(SnapshotItem.snapshot_id, SnapshotItem.state)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for snapshot_id, state, number in await session.execute(query):
        found[snapshot_id][state] = number
    return {snapshot_id: Counts(**found[snapshot_id]) for snapshot_id in snapshot_ids}


async def errors(session: AsyncSession, snapshot_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Members that failed and why, by snapshot."""
    query = select(SnapshotItem.snapshot_id, SnapshotItem.member_id, SnapshotItem.error).where(
        SnapshotItem.snapshot_id.in_(snapshot_ids), SnapshotItem.state == FAILED
    )
    found: dict[str, list[tuple[str, str]]] = {snapshot_id: [] for snapshot_id in snapshot_ids}
    for snapshot_id, member_id, error in await session.execute(query):
        found[snapshot_id].append((member_id, error or ""))
    return found
