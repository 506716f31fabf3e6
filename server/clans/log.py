"""A clan's log: append-only, each line chained to the one before (maplehub-log/v1 in `shared.fairness.audit`).

Every line is written under the lock of its clan's row, so that row is the last but one of all to be locked. Whoever
locks several locks in this order, and nobody can wait for somebody who waits for them: the lease of the snapshots and
their items, accounts of a game, contests (by id), clans (by id), and then what hangs on one clan: its players,
invitations, snapshots and webhooks.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clans.tables import Clan, ClanLogLine
from shared.errors import NotFound
from shared.fairness.audit import genesis, head_of
from shared.fairness.encoding import canonical, instant_text


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands. prev, head: 32 bytes."""

    i: int
    at: datetime
    event: Mapping[str, Any]
    prev: bytes
    head: bytes

    def plain(self) -> dict[str, Any]:
        """As a proof shows it."""
        return {"i": self.i, "prev": self.prev.hex(), "event": dict(self.event), "head": self.head.hex()}


async def append(session: AsyncSession, clan_id: str, kind: str, now: datetime, /, **event: Any) -> Line:
    """Write a line, with the caller's transaction. event: what RFC 8785 can write; `kind` and `at` (a whole second) are
    added. Raises NotFound."""
    clan = await hold(session, clan_id)
    at = now.replace(microsecond=0)
    told = {**event, "kind": kind, "at": instant_text(at)}
    line = Line(clan.log_length, at, told, clan.log_head, head_of(clan.log_head, clan.log_length, told))
    session.add(ClanLogLine(clan_id=clan_id, i=line.i, at=at, event=canonical(told).decode(), head=line.head))
    clan.log_length, clan.log_head = line.i + 1, line.head
    await session.flush()
    return line


async def hold(session: AsyncSession, clan_id: str) -> Clan:
    """The clan, nobody else's to change until the transaction ends. Raises NotFound."""
    query = select(Clan).where(Clan.id == clan_id).with_for_update(key_share=True)
    found = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    if found is None:
        raise NotFound("This clan does not exist.")
    return found


async def newest(session: AsyncSession, clan_id: str, offset: int, limit: int) -> Sequence[Line]:
    """Lines, the newest first."""
    # One more, for the line before the last one shown has the hash that it is chained to.
    query = (
        select(ClanLogLine)
        .where(ClanLogLine.clan_id == clan_id)
        .order_by(ClanLogLine.i.desc())
        .offset(offset)
        .limit(limit + 1)
    )
    return _chained(clan_id, (await session.execute(query)).scalars().all())[:limit]


async def lines_at(session: AsyncSession, clan_id: str, numbers: Sequence[int]) -> dict[int, Line]:
    """Lines by number."""
    wanted = {number - behind for number in numbers for behind in (0, 1)}
    query = select(ClanLogLine).where(ClanLogLine.clan_id == clan_id, ClanLogLine.i.in_(wanted))
    found = sorted((await session.execute(query)).scalars(), key=lambda row: -row.i)
    return {line.i: line for line in _chained(clan_id, found) if line.i in set(numbers)}


async def about(session: AsyncSession, clan_id: str, contest_id: str, first: int) -> list[Line]:
    """The lines about a contest from this one on, in their order."""
    query = select(ClanLogLine.i).where(
        ClanLogLine.clan_id == clan_id,
        ClanLogLine.i >= first,
        # Within what somebody wrote the quotes have backslashes.
        ClanLogLine.event.contains(f'"contest_id":"{contest_id}"'),
    )
    found = await lines_at(session, clan_id, (await session.execute(query)).scalars().all())
    return [found[number] for number in sorted(found)]


def _chained(clan_id: str, rows: Sequence[ClanLogLine]) -> list[Line]:
    """rows: the highest number first."""
    heads = {row.i: row.head for row in rows} | {-1: genesis(clan_id)}
    return [
        Line(row.i, row.at, json.loads(row.event), heads[row.i - 1], row.head)
        for row in rows
        if row.i - 1 in heads
    ]
