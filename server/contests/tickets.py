"""Entries: a ticket for every rule somebody satisfies, made in the transaction of the points that prove it."""

import json
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.clans import roster
from server.clans.roster import Member
from server.contests.reading import entry_rules
from server.contests.tables import Contest, ContestEntry
from server.progress import reading
from server.progress.tables import GameAccount
from shared.clans.contest import EntryRule, Reached, reached
from shared.clans.progress import Point
from shared.clans.standings import Standing
from shared.fairness.draw import SALT_BYTES, Entry
from shared.fairness.encoding import instant_text
from shared.ids import new_id

_INSTANT = timedelta(microseconds=1)


async def enter(session: AsyncSession, account_id: str, now: datetime) -> None:
    """After a sample of an account: give its player a ticket for every rule it newly satisfies, in every contest that
    runs. At the end or later nobody enters."""
    members = {member.clan_id: member for member in await roster.followers(session, account_id)}
    query = (
        select(Contest)
        .where(
            Contest.clan_id.in_(list(members)),
            Contest.status == "active",
            Contest.start_time <= now,
            Contest.end_time > now,
        )
        .order_by(Contest.id)
        # The end takes this lock too: a ticket is either in the tree or was never given.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    for contest in (await session.execute(query)).scalars().all():
        await enter_all(session, contest, [members[contest.clan_id]], now)


async def enter_all(
    session: AsyncSession, contest: Contest, members: Sequence[Member], now: datetime
) -> None:
    """The same of several members for one contest that runs. The contest is held."""
    rules, competing = entry_rules(contest), [each for each in members if competes(contest, each)]
    ids = [each.account.id for each in competing]
    results = await results_of(session, contest, ids, now)
    earned = [
        (
            member,
            [place for place, rule in enumerate(rules) if results[member.account.id][place].satisfies(rule)],
        )
        for member in competing
    ]
    earned = [(member, places) for member, places in earned if places]
    if not earned:
        return
    subjects = await _subjects(session, contest, [member for member, _ in earned])
    query = select(ContestEntry.subject, ContestEntry.ticket).where(
        ContestEntry.contest_id == contest.id, ContestEntry.subject.in_(list(subjects.values()))
    )
    there = {(subject, place) for subject, place in await session.execute(query)}
    for member, places in earned:
        subject = subjects[member.id]
        for place in places:
            if (subject, place) not in there:
                there.add((subject, place))
                session.add(
                    _ticket(contest, place, subject, member.id, results[member.account.id][place], now)
                )
    await session.flush()


def competes(contest: Contest, member: Member) -> bool:
    """Whether a member was on the roster when the contest began. Accounts other clans follow have a history: added
    later, they could be chosen by what they gained."""
    return member.added_at <= contest.start_time


async def _subjects(session: AsyncSession, contest: Contest, members: Sequence[Member]) -> dict[str, str]:
    """As whom members enter, by member. With the first ticket that is fixed for a contest: neither a rename nor another
    owner makes two entrants of one account."""
    siblings = await roster.ever(session, contest.clan_id, [member.account.id for member in members])
    query = select(ContestEntry.member_id, ContestEntry.subject).where(
        ContestEntry.contest_id == contest.id, ContestEntry.member_id.in_(list(siblings))
    )
    by_member = {member_id or "": subject for member_id, subject in await session.execute(query)}
    by_account = {siblings[member_id]: subject for member_id, subject in by_member.items()}
    numbers = await accounts.discord_ids(session, [member.user_id for member in members if member.user_id])
    return {
        member.id: by_member.get(member.id)
        or by_account.get(member.account.id)
        or subject_of(member.account, numbers.get(member.user_id or ""))
        for member in members
    }


def _ticket(
    contest: Contest, place: int, subject: str, member_id: str, result: Reached, now: datetime
) -> ContestEntry:
    entry = Entry(contest.id, new_id(), secrets.token_hex(SALT_BYTES), subject, place)
    return ContestEntry(
        id=entry.entry_id,
        contest_id=contest.id,
        member_id=member_id,
        subject=subject,
        ticket=place,
        salt=entry.salt,
        leaf=entry.leaf(),
        proving=json.dumps([_plain(each) for each in result.proving]),
        entered_at=now,
    )


def entry_of(row: ContestEntry) -> Entry:
    """A ticket as it was hashed."""
    return Entry(row.contest_id, row.id, row.salt, row.subject, row.ticket)


def subject_of(account: GameAccount, number: str | None) -> str:
    """Who enters: the player where one is known, so that two characters of theirs are one; else the account.

    number: the player's on Discord.
    """
    return f"{account.source}:{account.source_key}" if number is None else f"discord:{number}"


async def results_of(
    session: AsyncSession, contest: Contest, account_ids: Sequence[str], until: datetime
) -> dict[str, tuple[Reached, ...]]:
    """How far accounts came by an instant, by rule. What is sampled at the end counts no more."""
    rules = entry_rules(contest)
    metrics = sorted({metric for rule in rules for metric in rule.counted})
    start = await reading.points_at(session, account_ids, metrics, contest.start_time)
    end = await reading.points_at(session, account_ids, metrics, min(until, contest.end_time - _INSTANT))
    return {each: _results(rules, start.get(each, {}), end.get(each, {})) for each in account_ids}


def _results(
    rules: Sequence[EntryRule], start: Mapping[str, Point], end: Mapping[str, Point]
) -> tuple[Reached, ...]:
    return tuple(reached(rule, start, end) for rule in rules)


async def standings(session: AsyncSession, contest: Contest, until: datetime) -> list[Standing]:
    """How far everybody on the roster came by an instant. Who has a ticket stands with what earned it, also if the
    account has lost some of that since, or is no longer followed: whatever counts in the draw is here."""
    members = {member.id: member for member in await roster.live(session, contest.clan_id)}
    held = await _held(session, contest)
    if gone := held.keys() - members.keys():
        members |= await roster.some(session, sorted(gone))
    competing = [each for each in members.values() if each.id not in gone and competes(contest, each)]
    results = await results_of(session, contest, [member.account.id for member in competing], until)
    subjects = await _subjects(session, contest, list(members.values()))
    rules = entry_rules(contest)
    found = {member_id: [Reached(None)] * len(rules) for member_id in members}
    found |= {member.id: list(results[member.account.id]) for member in competing}
    lost = [
        entry_id
        for member_id, tickets in held.items()
        for place, entry_id in tickets.items()
        if not found[member_id][place].satisfies(rules[place])
    ]
    if lost:
        query = select(ContestEntry).where(ContestEntry.id.in_(lost))
        for entry in (await session.execute(query)).scalars():
            found[entry.member_id or ""][entry.ticket] = _reached(entry.proving)
    return [Standing(member_id, subjects[member_id], tuple(each)) for member_id, each in found.items()]


async def _held(session: AsyncSession, contest: Contest) -> dict[str, dict[int, str]]:
    """The tickets of members, by member and rule."""
    query = select(ContestEntry.member_id, ContestEntry.ticket, ContestEntry.id).where(
        ContestEntry.contest_id == contest.id, ContestEntry.member_id.is_not(None)
    )
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for member_id, place, entry_id in await session.execute(query):
        assert member_id is not None
        found[member_id][place] = entry_id
    return found


async def withdraw(session: AsyncSession, user_id: str, now: datetime) -> None:  # noqa: ARG001
    """Before an account is deleted: its tickets go. Those stay that a tree counts which is still to be drawn, and those
    that were drawn, which a published proof names."""
    number = (await accounts.discord_ids(session, [user_id]))[user_id]
    of_it = ContestEntry.subject == f"discord:{number}"
    # Also those they drafted, whose rows will lose their name: nobody ends them meanwhile.
    entered = select(ContestEntry.contest_id).where(of_it)
    query = (
        select(Contest)
        .where(Contest.id.in_(entered) | (Contest.created_by == user_id))
        .order_by(Contest.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    held = (await session.execute(query)).scalars().all()
    counted = [each.id for each in held if each.entry_count and each.proof_hash is None]
    await session.execute(
        delete(ContestEntry).where(
            of_it,
            ContestEntry.contest_id.in_([each.id for each in held if each.id not in counted]),
            ContestEntry.drawn_order.is_(None),
        )
    )


def _plain(each: Any) -> dict[str, Any]:
    return {"metric": each.metric, "start": _point(each.start), "end": _point(each.end)}


def _point(point: Point) -> dict[str, Any]:
    return {"at": instant_text(point.at.replace(microsecond=0)), "value": point.value}


def _reached(proving: str) -> Reached:
    """What the points behind a ticket add up to."""
    return Reached(sum(each["end"]["value"] - each["start"]["value"] for each in json.loads(proving)))
