"""Throwing old tombstones away.

A tombstone tells machines that a row is gone. After 180 days every machine that is used has heard it; one that has
slept longer is told to fetch everything anew (410). How old a tombstone is says its place in the history: every night
it is noted how long each history is.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import UtcInstant
from server.jobs.service import Job
from server.sync import store
from server.sync.tables import SYNCED, sync_marks, sync_users
from shared.sync.records import TABLES

KEPT = timedelta(days=180)
_USERS = 50
"""Users looked after in one transaction: each is locked until it ends."""
_CHILDREN = {
    parent: [
        (child, field)
        for child, table in TABLES.items()
        for field, named in table.parents.items()
        if named == parent
    ]
    for parent in TABLES
}
"""Table to the tables, and their fields, that name its rows."""


async def mark(session: AsyncSession, now: datetime) -> None:
    """Note how long each history is that has become longer."""
    noted = (
        select(func.coalesce(func.max(sync_marks.c.head), 0))
        .where(sync_marks.c.user_id == sync_users.c.user_id)
        .scalar_subquery()
    )
    longer = select(sync_users.c.user_id, literal(now, UtcInstant), sync_users.c.head).where(
        sync_users.c.head > noted, sync_users.c.head > sync_users.c.swept_seq
    )
    await session.execute(insert(sync_marks).from_select(["user_id", "at", "head"], longer))


async def purge(session: AsyncSession, now: datetime) -> None:
    """Remove the tombstones of some users that are old enough; the next run goes on with others."""
    old = sync_marks.c.at <= now - KEPT
    due = (
        select(sync_marks.c.user_id, func.max(sync_marks.c.head).label("head"))
        .where(old)
        .group_by(sync_marks.c.user_id)
        .limit(_USERS)
    )
    for user_id, head in (await session.execute(due)).all():
        await _purge_user(session, user_id, head)
        await session.execute(delete(sync_marks).where(old, sync_marks.c.user_id == user_id))


async def _purge_user(session: AsyncSession, user_id: str, head: int) -> None:
    """Remove a user's tombstones up to a place in their history."""
    account = await store.lock(session, user_id)
    mine = sync_users.c.user_id == user_id
    swept = (await session.execute(select(sync_users.c.swept_seq).where(mine))).scalar_one()
    newest = account.purge_seq
    for name, table in SYNCED.items():
        buried = select(table.c.id, table.c.seq).where(
            table.c.user_id == user_id, table.c.seq > swept, table.c.seq <= head, table.c.deleted == 1
        )
        gone = {row.id: row.seq for row in await session.execute(buried)}
        for row_id in await _named(session, user_id, name, list(gone)):
            del gone[row_id]
        if gone:
            await session.execute(
                delete(table).where(
                    table.c.user_id == user_id,
                    store.among_ids(store.dialect_of(session), table.c.id, list(gone)),
                )
            )
            newest = max(newest, *gone.values())
    await session.execute(update(sync_users).where(mine).values(purge_seq=newest, swept_seq=head))


async def _named(session: AsyncSession, user_id: str, name: str, ids: list[str]) -> set[str]:
    """Those of the ids that something living still names as its parent: were they removed, it would be an orphan.

    A run logged offline for a character that was deleted meanwhile is one. Such a tombstone stays.
    """
    found: set[str] = set()
    if not ids:
        return found
    for child, field in _CHILDREN[name]:
        table = SYNCED[child]
        living = select(table.c[field]).where(
            table.c.user_id == user_id,
            table.c.deleted == 0,
            store.among(store.dialect_of(session), table.c[field], ids),
        )
        found.update((await session.execute(living)).scalars())
    return found


MARK = Job("sync.mark", timedelta(days=1), mark)
PURGE = Job("sync.purge", timedelta(minutes=10), purge)
