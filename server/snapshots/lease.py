"""Who of several processes works on the snapshots: whoever holds the lease. When it runs out another takes over."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.lines import is_sqlite
from server.snapshots.tables import leases

SPAN = timedelta(seconds=60)
_NAME = "snapshots"
_LEASE = leases.c


class LeaseLost(Exception):  # noqa: N818
    """Another process took over: nothing more may be written."""


async def take(session: AsyncSession, holder: str, now: datetime) -> bool:
    """Take the lease, or take it for longer. Returns whether it is the holder's."""
    insert: Any = (sqlite if is_sqlite(session) else postgresql).insert(leases)
    new = insert.values(name=_NAME, holder=holder, until=now)
    await session.execute(new.on_conflict_do_nothing())
    free = (_LEASE.holder == holder) | (_LEASE.until <= now)
    taken = update(leases).where(_LEASE.name == _NAME, free).values(holder=holder, until=now + SPAN)
    return (await session.execute(taken.returning(_LEASE.name))).first() is not None


async def keep(session: AsyncSession, holder: str, now: datetime) -> None:
    """For whoever writes: nobody takes over until the transaction ends. Raises LeaseLost."""
    kept = update(leases).where(_LEASE.name == _NAME, _LEASE.holder == holder).values(until=now + SPAN)
    if (await session.execute(kept.returning(_LEASE.name))).first() is None:
        raise LeaseLost


async def release(session: AsyncSession, holder: str) -> None:
    """Let another have it at once."""
    await session.execute(delete(leases).where(_LEASE.name == _NAME, _LEASE.holder == holder))
