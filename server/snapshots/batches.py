"""Working on snapshots, a transaction at a time: which members to ask for next, what a source said of one, the end.

All of these are for whoever holds the lease, and make sure of that in their transaction.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.clans import log, roster
from server.lines import put
from server.progress import accounts
from server.progress import reading as progress
from server.progress.recording import FRESH, record
from server.snapshots import lease
from server.snapshots.reading import DONE, DROPPED, FAILED, WAITING, get
from server.snapshots.service import write_line
from server.snapshots.tables import Snapshot, SnapshotItem, clan_totals
from server.sources.source import Known, NotFoundThere, Sample, Trouble
from shared.clans.metrics import TOTALS, SourceKind

AfterSample = Callable[[AsyncSession, str, datetime], Awaitable[None]]
"""In the transaction of an account's points: (session, account, now)."""
AfterSnapshot = Callable[[AsyncSession, Snapshot, datetime], Awaitable[None]]
"""In the transaction of a snapshot's end: (session, snapshot, now). Not of one that was cancelled."""
Key = tuple[str, str]
"""An item's: snapshot and member."""
MOST_TRIES = 4
LONGEST_WAIT = timedelta(minutes=30)
"""A source that wants to be left alone for longer is given up until the next snapshot."""
_BACKOFF = timedelta(seconds=30)
_LOOKED_AT = 100
_ITEM = SnapshotItem


@dataclass(frozen=True, slots=True)
class Picked:
    """An account to ask for. items: those that wait for it. tries: how often it was asked for before. fresh: sampled so
    lately that it is not asked again."""

    account: Known
    items: tuple[Key, ...]
    tries: int
    fresh: bool


async def pick(
    session: AsyncSession, holder: str, busy: Sequence[Known], limit: int, now: datetime
) -> list[Picked]:
    """The accounts to ask for next. busy: those that are being asked for. Snapshots take turns, and so do sources."""
    await lease.keep(session, holder, now)
    turn = func.row_number().over(
        partition_by=_ITEM.snapshot_id, order_by=(_ITEM.next_try_at, _ITEM.member_id)
    )
    waiting = (
        select(_ITEM.snapshot_id, _ITEM.member_id, _ITEM.tries, turn.label("turn"))
        .where(_ITEM.state == WAITING, _ITEM.next_try_at <= now)
        .subquery()
    )
    query = select(waiting.c.snapshot_id, waiting.c.member_id, waiting.c.tries)
    rows = (
        await session.execute(query.order_by(waiting.c.turn, waiting.c.snapshot_id).limit(_LOOKED_AT))
    ).all()
    members = await roster.some(session, sorted({member_id for _, member_id, _ in rows}))
    found: dict[str, Picked] = {}
    for snapshot_id, member_id, tries in rows:
        account = members[member_id].account
        known = Known(
            account.id, SourceKind(account.source), account.source_key, account.name, account.user_id
        )
        fresh = account.sampled_at is not None and now - account.sampled_at < FRESH
        before = found.get(account.id, Picked(known, (), 0, fresh))
        found[account.id] = Picked(
            known, (*before.items, (snapshot_id, member_id)), max(tries, before.tries), fresh
        )
    picked = _by_turns(found.values(), busy, limit)
    begun = sorted({snapshot_id for each in picked for snapshot_id, _ in each.items})
    await session.execute(
        update(Snapshot).where(Snapshot.id.in_(begun), Snapshot.started_at.is_(None)).values(started_at=now)
    )
    return picked


def _by_turns(found: Collection[Picked], busy: Sequence[Known], limit: int) -> list[Picked]:
    """As many as may be, those first whose source has least to do: one ranking's queue holds up no other source."""
    load = dict.fromkeys(SourceKind, 0)
    for account in busy:
        load[account.kind] += 1
    asked = {account.id for account in busy}
    left = [each for each in found if each.account.id not in asked]
    picked: list[Picked] = []
    while left and len(picked) < limit:
        best = min(left, key=lambda each: load[each.account.kind])
        left.remove(best)
        load[best.account.kind] += 1
        picked.append(best)
    return picked


async def sampled(
    session: AsyncSession,
    holder: str,
    picked: Picked,
    sample: Sample | None,
    hooks: Sequence[AfterSample],
    now: datetime,
) -> None:
    """An account's source told its metrics; None where what is known is fresh. Nothing is kept for items that wait no
    longer. Raises LeaseLost, and ValueError for metrics that are none."""
    await lease.keep(session, holder, now)
    if not await _still_waiting(session, picked.items):
        return
    account_id = picked.account.id
    if sample is not None:
        account_id = await roster.recognised(session, account_id, sample.key)
        taken = await record(
            session, account_id, sample.metrics, now, name=sample.name, details=sample.details
        )
        for hook in hooks if taken else ():
            await hook(session, account_id, now)
    # Whoever else waits for this account in another snapshot is served as well.
    followers = sorted({member_id for _, member_id, _ in await roster.of_account(session, account_id)})
    served = update(_ITEM).where(_ITEM.member_id.in_(followers), _ITEM.state == WAITING)
    tries = _ITEM.tries + int(sample is not None)
    await session.execute(served.values(state=DONE, sampled_at=now, error=None, tries=tries))
    await _settle(session, picked.items, state=DROPPED)


async def not_found(
    session: AsyncSession, holder: str, picked: Picked, said: NotFoundThere, now: datetime
) -> None:
    """The source knows no such account. What is known of it stays. Raises LeaseLost."""
    await lease.keep(session, holder, now)
    if await _still_waiting(session, picked.items):
        await accounts.note_missing(session, picked.account.id, now)
        await _settle(session, picked.items, state=FAILED, error=str(said), tries=picked.tries + 1)


async def in_trouble(
    session: AsyncSession, holder: str, picked: Picked, trouble: Trouble, jitter: float, now: datetime
) -> None:
    """The source did not answer as it should: later, or not any more. jitter: from 0 to 1. Raises LeaseLost."""
    await lease.keep(session, holder, now)
    tries = picked.tries + 1
    wait = max(_BACKOFF * 4**picked.tries * (0.5 + jitter / 2), timedelta(seconds=trouble.after or 0))
    if not trouble.again or tries >= MOST_TRIES or wait > LONGEST_WAIT:
        await _settle(session, picked.items, state=FAILED, error=trouble.message, tries=tries)
        return
    await _settle(session, picked.items, error=trouble.message, tries=tries, next_try_at=now + wait)


async def anything_due(session: AsyncSession, now: datetime) -> bool:
    """Whether a member is to be asked for, or a snapshot has nothing left to do. Takes no lock."""
    waiting = exists().where(_ITEM.snapshot_id == Snapshot.id, _ITEM.state == WAITING)
    due = exists().where(_ITEM.snapshot_id == Snapshot.id, _ITEM.state == WAITING, _ITEM.next_try_at <= now)
    query = select(Snapshot.id).where(Snapshot.finished_at.is_(None), due | ~waiting).limit(1)
    return (await session.execute(query)).first() is not None


async def is_any_open(session: AsyncSession) -> bool:
    """Whether a snapshot is under way."""
    found = await session.execute(select(Snapshot.id).where(Snapshot.finished_at.is_(None)).limit(1))
    return found.first() is not None


async def finishable(session: AsyncSession) -> list[tuple[str, str]]:
    """Snapshots with nothing left to do, each with its clan."""
    left = exists().where(_ITEM.snapshot_id == Snapshot.id, _ITEM.state == WAITING)
    query = select(Snapshot.id, Snapshot.clan_id).where(Snapshot.finished_at.is_(None), ~left)
    return [(snapshot_id, clan_id) for snapshot_id, clan_id in await session.execute(query)]


async def finish(
    session: AsyncSession,
    holder: str,
    snapshot_id: str,
    clan_id: str,
    hooks: Sequence[AfterSnapshot],
    now: datetime,
) -> bool:
    """The clan's totals, the line in its log, and the end. Returns whether it was done: once. Raises LeaseLost."""
    await lease.keep(session, holder, now)
    await log.hold(session, clan_id)
    found = await get(session, clan_id, snapshot_id, lock=True)
    if found.finished_at is not None:
        return False
    followed = [member.account.id for member in await roster.live(session, clan_id)]
    sums = await progress.sums(session, followed, TOTALS, now)
    totals = [
        {"snapshot_id": snapshot_id, "metric": metric, "value": found.value, "members": found.known}
        for metric, found in sums.items()
    ]
    await put(session, clan_totals, totals)
    found.started_at = found.started_at or now
    found.finished_at = now
    await session.flush()
    await write_line(session, found, now)
    for hook in hooks:
        await hook(session, found, now)
    return True


async def _still_waiting(session: AsyncSession, items: Sequence[Key]) -> bool:
    """Whether any of these items waits; none of them is cancelled until the transaction ends."""
    query = select(_ITEM.member_id).where(_these(items)).with_for_update()
    return (await session.execute(query)).first() is not None


async def _settle(session: AsyncSession, items: Sequence[Key], **values: object) -> None:
    await session.execute(update(_ITEM).where(_these(items)).values(**values))


def _these(items: Sequence[Key]) -> ColumnElement[bool]:
    """Of these items those that wait."""
    return tuple_(_ITEM.snapshot_id, _ITEM.member_id).in_(list(items)) & (_ITEM.state == WAITING)
