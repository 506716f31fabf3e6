"""Entries: a ticket for every rule somebody satisfies, made in the transaction of the points that prove it."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.clans import roster
from server.contests.reading import entry_rules
from server.contests.tables import Contest, ContestEntry
from server.progress import accounts as game_accounts
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
    for clan_id, member_id, user_id in await roster.of_account(session, account_id):
        query = (
            select(Contest)
            .where(
                Contest.clan_id == clan_id,
                Contest.status == "active",
                Contest.start_time <= now,
                Contest.end_time > now,
            )
            # The end takes this lock too: a ticket is either in the tree or was never given.
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        for contest in (await session.execute(query)).scalars().all():
            if contest.status == "active":
                await _enter(session, contest, account_id, member_id, user_id, now)


async def _enter(
    session: AsyncSession,
    contest: Contest,
    account_id: str,
    member_id: str,
    user_id: str | None,
    now: datetime,
) -> None:
    rules = entry_rules(contest)
    results = (await results_of(session, contest, [account_id], now))[account_id]
    earned = [place for place, rule in enumerate(rules) if results[place].satisfies(rule)]
    if not earned:
        return
    subject = await _subject(session, account_id, user_id)
    query = select(ContestEntry.ticket).where(
        ContestEntry.contest_id == contest.id, ContestEntry.subject == subject
    )
    there = set((await session.execute(query)).scalars())
    for place in earned:
        if place not in there:
            session.add(_ticket(contest, place, subject, member_id, results[place], now))
    await session.flush()


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


async def _subject(session: AsyncSession, account_id: str, user_id: str | None) -> str:
    account = await game_accounts.get(session, account_id)
    assert account is not None
    numbers = await accounts.discord_ids(session, [user_id] if user_id else [])
    return subject_of(account, numbers.get(user_id or ""))


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
    """Everybody on the roster, as far as they came by an instant."""
    members = await roster.live(session, contest.clan_id)
    results = await results_of(session, contest, [member.account.id for member in members], until)
    numbers = await accounts.discord_ids(session, [member.user_id for member in members if member.user_id])
    return [
        Standing(
            member.id,
            subject_of(member.account, numbers.get(member.user_id or "")),
            results[member.account.id],
        )
        for member in members
    ]


async def withdraw(session: AsyncSession, user_id: str, now: datetime) -> None:  # noqa: ARG001
    """Before an account is deleted: its tickets go, but for those in a tree that is not drawn yet, whose root counts
    them."""
    number = (await accounts.discord_ids(session, [user_id]))[user_id]
    of_it = ContestEntry.subject == f"discord:{number}"
    counted = select(Contest.id).where(Contest.status == "ended")
    await session.execute(delete(ContestEntry).where(of_it, ContestEntry.contest_id.not_in(counted)))


def _plain(each: Any) -> dict[str, Any]:
    return {"metric": each.metric, "start": _point(each.start), "end": _point(each.end)}


def _point(point: Point) -> dict[str, Any]:
    return {"at": instant_text(point.at.replace(microsecond=0)), "value": point.value}
