"""Contests as they are stored, and what follows from that."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from server.accounts.keys import Keys
from server.contests.tables import Contest, ContestEntry
from shared.api.clans import DrawCounts
from shared.api.contests import Phase
from shared.clans.contest import EntryRule, RuleKind
from shared.errors import NotFound
from shared.fairness.beacon import time_of
from shared.fairness.commitment import BeaconKind, Rules


@dataclass(frozen=True, slots=True)
class Draws:
    """What draws need beside the database. origin: the address of the pages, without a slash at the end."""

    keys: Keys
    origin: str

    def link(self, contest_id: str) -> str:
        """A contest's public page."""
        return f"{self.origin}/contests/{contest_id}"


async def get(session: AsyncSession, contest_id: str, *, lock: bool = False) -> Contest:
    """A contest. lock: nobody else changes it until the transaction ends. Raises NotFound."""
    query = select(Contest).where(Contest.id == contest_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound("This contest does not exist.")
    return found


async def of_clan(session: AsyncSession, clan_id: str, contest_id: str, *, lock: bool = False) -> Contest:
    """A contest of this clan. Raises NotFound."""
    found = await get(session, contest_id, lock=lock)
    if found.clan_id != clan_id:
        raise NotFound("This contest does not exist.")
    return found


async def listing(session: AsyncSession, clan_id: str) -> Sequence[Contest]:
    """A clan's contests, the newest first."""
    query = select(Contest).where(Contest.clan_id == clan_id).order_by(Contest.id.desc())
    return (await session.execute(query)).scalars().all()


async def open_count(session: AsyncSession, clan_id: str) -> int:
    """How many contests of a clan are not over."""
    query = select(func.count()).where(
        Contest.clan_id == clan_id, Contest.status.in_(("draft", "active", "ended"))
    )
    return (await session.execute(query)).scalar_one()


async def entry_counts(session: AsyncSession, contest_ids: Sequence[str]) -> dict[str, int]:
    """How many tickets contests have; none for those without."""
    query = select(ContestEntry.contest_id, func.count()).where(ContestEntry.contest_id.in_(contest_ids))
    return dict((await session.execute(query.group_by(ContestEntry.contest_id))).all())


async def boundaries(session: AsyncSession, clan_id: str, after: datetime, until: datetime) -> list[datetime]:
    """When contests of a clan begin and end in (after, until]: their members are to be sampled shortly before."""
    query = select(Contest.start_time, Contest.end_time).where(
        Contest.clan_id == clan_id, Contest.status == "active", Contest.end_time > after
    )
    both = [instant for row in await session.execute(query) for instant in row]
    return sorted(instant for instant in both if after < instant <= until)


async def counts(session: AsyncSession, clan_ids: Sequence[str]) -> dict[str, DrawCounts]:
    """How the contests of clans went."""
    query = (
        select(Contest)
        .where(Contest.clan_id.in_(clan_ids), Contest.status.in_(("ended", "drawn", "void")))
        .options(load_only(Contest.clan_id, Contest.status, *_OF_ROUND))
    )
    found: dict[str, list[Contest]] = {clan_id: [] for clan_id in clan_ids}
    for contest in (await session.execute(query)).scalars():
        found[contest.clan_id].append(contest)
    return {
        clan_id: DrawCounts(
            draws=sum(each.status == "drawn" for each in contests),
            voids=sum(each.status == "void" for each in contests),
            late=sum(is_late(each) for each in contests),
        )
        for clan_id, contests in found.items()
    }


_OF_ROUND = (
    Contest.beacon,
    Contest.end_time,
    Contest.delay_s,
    Contest.winners,
    Contest.alternates,
    Contest.revealed_at,
)
"""What it takes to say whether a step came late."""


def entry_rules(contest: Contest) -> tuple[EntryRule, ...]:
    """What earns an entry, in the contest's order."""
    return tuple(
        EntryRule(RuleKind(rule["kind"]), rule["least"], tuple(rule["metrics"]))
        for rule in json.loads(contest.rules)
    )


def draw_rules(contest: Contest) -> Rules:
    """The draw's rules, as they are hashed."""
    return Rules(
        contest.id,
        contest.end_time,
        contest.winners,
        contest.alternates,
        timedelta(seconds=contest.delay_s),
        BeaconKind(contest.beacon),
    )


def round_at(contest: Contest) -> datetime | None:
    """When the deciding round is told; None where there is none."""
    return None if contest.beacon == BeaconKind.NONE else time_of(draw_rules(contest).round)


def is_late(contest: Contest) -> bool:
    """Whether the secret was told only when the round was known."""
    told = round_at(contest)
    return told is not None and contest.revealed_at is not None and contest.revealed_at >= told


def phase(contest: Contest, now: datetime) -> Phase:
    """Where a contest stands, finer than its status."""
    if contest.status == "active":
        if now < contest.start_time:
            return "upcoming"
        return "running" if now < contest.end_time else "locking"
    if contest.status != "ended":
        said: Mapping[str, Phase] = {"draft": "draft", "drawn": "drawn", "void": "void"}
        return said[contest.status]
    if not contest.entry_count:
        return "no_entries"
    if contest.revealed_at is None:
        return "locking"
    told = round_at(contest)
    if told is not None and now < told:
        return "waiting_for_round"
    return "awaiting_beacon" if contest.asked_at is not None else "ready"
