"""Use cases of snapshots: how a clan stands with them, running one now, cancelling one.

A snapshot is a batch with an item for every member on the roster; `running` works on it.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.clans import log, roster
from server.clans import service as clans
from server.clans.service import Standing
from server.clans.tables import Clan
from server.snapshots import reading
from server.snapshots.schedule import HORIZON, Plan, next_day
from server.snapshots.tables import Snapshot, SnapshotItem
from shared.api.progress import MOST_A_DAY, MemberError, SnapshotInfo, SnapshotStanding
from shared.errors import Conflict
from shared.ids import new_id

Boundaries = Callable[[AsyncSession, str, datetime, datetime], Awaitable[list[datetime]]]
"""When contests of a clan begin and end in (after, until], in their order: (session, clan, after, until)."""
SHOWN = 10


async def no_boundaries(*_asked: object) -> list[datetime]:
    """Of clans without contests."""
    return []


async def standing(
    session: AsyncSession, person: Standing, boundaries: Boundaries, now: datetime
) -> SnapshotStanding:
    """How a clan stands with its snapshots."""
    clan = person.clan
    plan = await plan_of(session, clan, boundaries, now)
    refusal = await _refusal(session, plan, now)
    found = await reading.newest(session, clan.id, SHOWN)
    return SnapshotStanding(
        cadence_hours=clan.cadence_hours,
        next_at=clan.next_snapshot_at,
        used=plan.used,
        most=MOST_A_DAY,
        refusal=None if refusal is None else refusal.message,
        items=await _told(session, found),
    )


async def one(session: AsyncSession, person: Standing, snapshot_id: str) -> SnapshotInfo:
    """One snapshot. Raises NotFound."""
    return (await _told(session, [await reading.get(session, person.clan.id, snapshot_id)]))[0]


async def run_now(
    session: AsyncSession, officer: Standing, boundaries: Boundaries, now: datetime
) -> SnapshotInfo:
    """Begin a snapshot by hand. Raises Conflict with the reason why none can be."""
    clan = await log.hold(session, officer.clan.id)
    plan = await plan_of(session, clan, boundaries, now)
    refusal = await _refusal(session, plan, now)
    if refusal is not None:
        raise refusal
    await log.append(session, clan.id, "snapshot_asked", now, by=officer.user_id)
    begun = await begin(session, clan.id, "manual", now, asked_by=officer.user_id)
    return (await _told(session, [begun]))[0]


async def cancel(session: AsyncSession, officer: Standing, snapshot_id: str, now: datetime) -> SnapshotInfo:
    """Stop a snapshot. What was sampled stays. One that is finished stays as it is. Raises NotFound."""
    found = await reading.get(session, officer.clan.id, snapshot_id)
    waiting = (SnapshotItem.snapshot_id == found.id) & (SnapshotItem.state == reading.WAITING)
    # Items before the clan, as whoever takes a sample in locks them.
    await session.execute(
        select(SnapshotItem.member_id).where(waiting).order_by(SnapshotItem.member_id).with_for_update()
    )
    await log.hold(session, officer.clan.id)
    found = await reading.get(session, officer.clan.id, snapshot_id, lock=True)
    if found.finished_at is None:
        await session.execute(update(SnapshotItem).where(waiting).values(state=reading.DROPPED))
        found.cancelled, found.finished_at = True, now
        await session.flush()
        await write_line(session, found, now, by=officer.user_id)
    return (await _told(session, [found]))[0]


async def replan(session: AsyncSession, clan_id: str, boundaries: Boundaries, now: datetime) -> None:
    """A contest began to count, or does no longer: when the next scheduled snapshot is may be another time now."""
    clan = await log.hold(session, clan_id)
    clan.next_snapshot_at = (await plan_of(session, clan, boundaries, now)).next_at(now)
    await session.flush()


async def begin_due(
    session: AsyncSession, clan_id: str, boundaries: Boundaries, now: datetime
) -> Snapshot | None:
    """Begin a clan's scheduled snapshot if it is due and may be, and plan the next one. One that is under way serves
    as well, and a clan that follows nobody has none."""
    clan = await log.hold(session, clan_id)
    if clan.closed_at is not None or clan.next_snapshot_at > now:
        return None
    plan = await plan_of(session, clan, boundaries, now)
    begun = None
    if plan.members and plan.may_run(now) and await reading.open_one(session, clan_id) is None:
        begun = await begin(session, clan_id, "scheduled", now)
        plan = await plan_of(session, clan, boundaries, now)
    later = plan.next_at(now)
    # What is wanted now and cannot be is not looked for again and again.
    clan.next_snapshot_at = later if later > now else clans.next_due(clan_id, clan.cadence_hours, now)
    await session.flush()
    return begun


async def begin(
    session: AsyncSession, clan_id: str, kind: str, now: datetime, *, asked_by: str | None = None
) -> Snapshot:
    """A new batch over the roster. The clan is held."""
    found = Snapshot(
        id=new_id(),
        clan_id=clan_id,
        kind=kind,
        asked_by=asked_by,
        created_at=now,
        started_at=None,
        finished_at=None,
        cancelled=False,
    )
    session.add(found)
    await session.flush()
    items = [
        {
            "snapshot_id": found.id,
            "member_id": member.id,
            "state": reading.WAITING,
            "tries": 0,
            "next_try_at": now,
        }
        for member in await roster.live(session, clan_id)
    ]
    await session.execute(insert(SnapshotItem), items)
    return found


async def plan_of(session: AsyncSession, clan: Clan, boundaries: Boundaries, now: datetime) -> Plan:
    """What a clan's next snapshot depends on."""
    newest = select(func.max(Snapshot.created_at)).where(Snapshot.clan_id == clan.id)
    return Plan(
        clan_id=clan.id,
        cadence_hours=clan.cadence_hours,
        members=(await clans.counts(session, [clan.id]))[clan.id][1],
        boundaries=await boundaries(session, clan.id, now, now + HORIZON),
        used=await reading.begun_today(session, clan.id, now),
        last=(await session.execute(newest)).scalar_one(),
    )


async def write_line(session: AsyncSession, snapshot: Snapshot, now: datetime, **more: Any) -> None:
    """The clan's log tells how a snapshot ended."""
    counts = (await reading.counts(session, [snapshot.id]))[snapshot.id]
    await log.append(
        session,
        snapshot.clan_id,
        "snapshot",
        now,
        snapshot=snapshot.id,
        how=snapshot.kind,
        cancelled=snapshot.cancelled,
        done=counts.done,
        failed=counts.failed,
        dropped=counts.dropped,
        **more,
    )


async def _refusal(session: AsyncSession, plan: Plan, now: datetime) -> Conflict | None:
    """Why no snapshot can be run now."""
    tomorrow = f"The next is possible at {next_day(now):%Y-%m-%d %H:%M} UTC."
    if await reading.open_one(session, plan.clan_id) is not None:
        return Conflict("A snapshot of this clan is under way.", "Wait for its end, or cancel it.")
    if not plan.members:
        return Conflict("The clan follows nobody yet.", "Add members first.")
    if plan.used >= MOST_A_DAY:
        return Conflict(f"A clan has at most {MOST_A_DAY} snapshots a UTC day. {tomorrow}")
    if plan.used + plan.kept(now) >= MOST_A_DAY:
        return Conflict(
            f"What is left of this UTC day's snapshots is kept for a contest that begins or ends. {tomorrow}"
        )
    return None


async def _told(session: AsyncSession, found: Sequence[Snapshot]) -> list[SnapshotInfo]:
    ids = [snapshot.id for snapshot in found]
    counts, errors = await reading.counts(session, ids), await reading.errors(session, ids)
    failed = {member_id for each in errors.values() for member_id, _ in each}
    members = await roster.some(session, sorted(failed))
    names = await accounts.names(session, [each.asked_by for each in found if each.asked_by is not None])
    told = []
    for snapshot in found:
        count = counts[snapshot.id]
        lines = [
            MemberError(member_id=member_id, name=members[member_id].account.name, error=error)
            for member_id, error in errors[snapshot.id]
        ]
        told.append(
            SnapshotInfo(
                id=snapshot.id,
                kind="manual" if snapshot.kind == "manual" else "scheduled",
                asked_by=names.get(snapshot.asked_by or ""),
                state=_state(snapshot),
                created_at=snapshot.created_at,
                started_at=snapshot.started_at,
                finished_at=snapshot.finished_at,
                total=count.waiting + count.done + count.failed + count.dropped * snapshot.cancelled,
                done=count.done,
                failed=count.failed,
                errors=sorted(lines, key=lambda line: (line.name.casefold(), line.member_id)),
            )
        )
    return told


def _state(snapshot: Snapshot) -> Any:
    if snapshot.finished_at is not None:
        return "cancelled" if snapshot.cancelled else "done"
    return "waiting" if snapshot.started_at is None else "running"
