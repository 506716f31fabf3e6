"""The end of a contest: the entries are locked, the standings frozen, the secret told. Once, whenever the server is up.

All of it is one transaction under the contest's lock: whoever comes second finds it done.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.keys import LostSecretError
from server.clans import log
from server.clans import service as clans
from server.contests import reading, tickets
from server.contests.reading import Draws
from server.contests.tables import Contest, ContestEntry
from server.webhooks import messages
from server.webhooks import service as webhooks
from shared.api.webhooks import HookEvent
from shared.clans.standings import standings_hash, standings_text
from shared.fairness.merkle import MerkleTree

SOON = timedelta(hours=24)
SOON_IF_SHORT = timedelta(hours=1)


async def due(session: AsyncSession, now: datetime) -> list[str]:
    """Contests whose end has come and is not told, or whose secret could not be read then."""
    unlocked = (Contest.status == "active") & (Contest.end_time <= now)
    query = select(Contest.id).where(
        unlocked | (Contest.locked_at.is_not(None) & Contest.revealed_at.is_(None))
    )
    return list((await session.execute(query.order_by(Contest.end_time))).scalars())


async def end(session: AsyncSession, contest_id: str, draws: Draws, now: datetime) -> bool:
    """Lock, freeze and reveal. Returns whether it was done: not before the end, nor twice. Where the secret cannot be
    read it is told later, once the server has its key again; everything else is done in time."""
    contest = await reading.get(session, contest_id, lock=True)
    locks = contest.status == "active" and now >= contest.end_time
    if locks:
        await _lock(session, contest, now)
    return await _reveal(session, contest, draws, now) or locks


async def _lock(session: AsyncSession, contest: Contest, now: datetime) -> None:
    leaves = await sorted_leaves(session, contest.id)
    root = MerkleTree(leaves).root
    found = await tickets.standings(session, contest, contest.end_time)
    text = standings_text(contest.id, reading.entry_rules(contest), found)
    hashed = standings_hash(text)
    clan_id = contest.clan_id
    locked = await log.append(
        session, clan_id, "lock", now, contest_id=contest.id, n=len(leaves), root=root.hex()
    )
    await log.append(session, clan_id, "standings", now, contest_id=contest.id, standings_hash=hashed.hex())
    contest.status = "ended"
    contest.entry_count, contest.root, contest.lock_line = len(leaves), root, locked.i
    contest.standings, contest.standings_hash, contest.locked_at = text.decode(), hashed, locked.at
    await session.flush()


async def _reveal(session: AsyncSession, contest: Contest, draws: Draws, now: datetime) -> bool:
    if contest.locked_at is None or contest.revealed_at is not None or contest.sealed_secret is None:
        return False
    try:
        secret = draws.keys.stored_secret(contest.sealed_secret)
    except LostSecretError:
        return False
    line = await log.append(
        session, contest.clan_id, "reveal", now, contest_id=contest.id, server_secret=secret.hex()
    )
    contest.revealed_at, contest.reveal_line = line.at, line.i
    await session.flush()
    return True


async def sorted_leaves(session: AsyncSession, contest_id: str) -> list[bytes]:
    """The leaves of a contest's tickets, sorted bytewise."""
    query = select(ContestEntry.leaf).where(ContestEntry.contest_id == contest_id)
    return sorted((await session.execute(query)).scalars())


async def ending_soon(session: AsyncSession, now: datetime) -> list[str]:
    """Contests that end soon and whose clans were not told."""
    query = select(Contest).where(
        Contest.status == "active",
        Contest.ending_told_at.is_(None),
        Contest.end_time > now,
        Contest.end_time <= now + SOON,
    )
    return [contest.id for contest in (await session.execute(query)).scalars() if now >= _told_from(contest)]


def _told_from(contest: Contest) -> datetime:
    short = contest.end_time - contest.start_time <= 2 * SOON
    return contest.end_time - (SOON_IF_SHORT if short else SOON)


async def tell_ending(session: AsyncSession, contest_id: str, draws: Draws, now: datetime) -> None:
    """Tell a clan's channels that a contest ends soon."""
    contest = await reading.get(session, contest_id, lock=True)
    if contest.status != "active" or contest.ending_told_at is not None:
        return
    clan = await clans.by_id(session, contest.clan_id)
    news = messages.EndingNews(
        clan=clan.name,
        title=contest.title,
        prize=contest.prize,
        end=contest.end_time,
        entries=(await reading.entry_counts(session, [contest.id])).get(contest.id, 0),
        link=draws.link(contest.id),
    )
    await webhooks.tell(
        session,
        contest.clan_id,
        HookEvent.CONTEST_ENDING,
        f"contest/{contest.id}/ending",
        messages.ending_soon(news),
        now,
    )
    contest.ending_told_at = now
