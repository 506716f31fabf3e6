"""Use cases of contests before their end: drafting, starting, and who came how far.

Starting publishes the rules and commits to the draw's secret; from then on nothing of a contest can be changed. Every
step is a line of the clan's log, in the transaction of the step.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from server.clans import log, roster
from server.clans import service as clans
from server.clans.service import Standing
from server.contests import reading, tickets
from server.contests.reading import Draws
from server.contests.tables import Contest, ContestAmendment
from server.snapshots import service as snapshots
from server.webhooks import messages
from server.webhooks import service as webhooks
from shared.api.contests import ContestForm
from shared.api.webhooks import HookEvent
from shared.clans.contest import EntryRule
from shared.clans.metrics import Family, Game, SourceKind, family
from shared.clans.words import rule_words
from shared.errors import Conflict, InvalidInput
from shared.fairness.commitment import SECRET_BYTES, commit
from shared.fairness.encoding import instant_text
from shared.ids import new_id

MOST_OPEN = 20
LONGEST = timedelta(days=366)
LATE_START = timedelta(minutes=10)
"""A contest may be started this long after its start: its leader takes a moment to press the button."""
_FIXED = Conflict(
    "This contest has started, so nothing of it can be changed.",
    "Void it with a reason, and make another one.",
)


async def draft(session: AsyncSession, leader: Standing, form: ContestForm, now: datetime) -> Contest:
    """A new contest that nobody can enter yet. Raises InvalidInput, Conflict."""
    await clans.hold(session, leader.clan.id)
    if await reading.open_count(session, leader.clan.id) >= MOST_OPEN:
        raise Conflict(f"The clan has {MOST_OPEN} contests that are not over.", "Finish or remove one first.")
    contest = Contest(
        id=new_id(),
        clan_id=leader.clan.id,
        status="draft",
        created_by=leader.user_id,
        created_at=now,
        beacon_tries=0,
    )
    await _fill(session, contest, form, leader, now)
    session.add(contest)
    await session.flush()
    return contest


async def change(
    session: AsyncSession, leader: Standing, contest_id: str, form: ContestForm, now: datetime
) -> Contest:
    """Change a draft. Raises NotFound, InvalidInput, Conflict."""
    contest = await _draft(session, leader, contest_id)
    await _fill(session, contest, form, leader, now)
    await session.flush()
    return contest


async def remove(session: AsyncSession, leader: Standing, contest_id: str) -> None:
    """Remove a draft. Raises NotFound, Conflict."""
    contest = await _draft(session, leader, contest_id)
    await session.execute(delete(Contest).where(Contest.id == contest.id))


async def start(
    session: AsyncSession, leader: Standing, contest_id: str, draws: Draws, now: datetime
) -> Contest:
    """Publish the rules and commit to a secret. Raises NotFound, Conflict."""
    contest = await _draft(session, leader, contest_id)
    if contest.start_time < now - LATE_START:
        raise Conflict("The contest's start has passed.", "Choose a later one.")
    if contest.end_time <= now:
        raise Conflict("The contest's end has passed.", "Choose a later one.")
    rules = reading.draw_rules(contest)
    secret = secrets.token_bytes(SECRET_BYTES)
    contest.sealed_secret = draws.keys.store_secret(secret)
    contest.commitment = commit(secret, contest.id, contest.end_time)
    contest.rules_hash = rules.hash()
    contest.status, contest.committed_at = "active", now
    clan_id = leader.clan.id
    await log.append(
        session,
        clan_id,
        "contest_started",
        now,
        by=leader.user_id,
        contest_id=contest.id,
        title=contest.title,
        prize=contest.prize,
        start_time=instant_text(contest.start_time),
        conditions=json.loads(contest.rules),
        rules=rules.plain(),
    )
    line = await log.append(
        session,
        clan_id,
        "commit",
        now,
        contest_id=contest.id,
        commitment=contest.commitment.hex(),
        end_time=instant_text(contest.end_time),
        rules_hash=contest.rules_hash.hex(),
    )
    contest.commit_line = line.i
    news = messages.ContestNews(
        clan=leader.clan.name,
        title=contest.title,
        prize=contest.prize,
        rules=tuple(rule_words(rule) for rule in reading.entry_rules(contest)),
        start=contest.start_time,
        end=contest.end_time,
        winners=contest.winners,
        alternates=contest.alternates,
        commitment=contest.commitment.hex(),
        link=draws.link(contest.id),
    )
    embed = messages.contest_created(news)
    await webhooks.tell(
        session, clan_id, HookEvent.CONTEST_CREATED, f"contest/{contest.id}/created", embed, now
    )
    if contest.start_time <= now:
        # Somebody who was sampled since the start may have satisfied a rule by now.
        await tickets.enter_all(session, contest, await roster.live(session, clan_id), now)
    # Members are to be sampled shortly before it begins to count, and before its end.
    await snapshots.replan(session, clan_id, reading.boundaries, now)
    return contest


async def amend(
    session: AsyncSession, leader: Standing, contest_id: str, note: str, now: datetime
) -> Contest:
    """Tell a correction beside the frozen standings, which stay as they are. Raises NotFound, Conflict."""
    contest = await reading.of_clan(session, leader.clan.id, contest_id, lock=True)
    if contest.locked_at is None:
        raise Conflict("The standings are not frozen yet.", "Wait for the contest's end.")
    session.add(ContestAmendment(id=new_id(), contest_id=contest.id, at=now, note=note))
    await log.append(
        session, leader.clan.id, "amended", now, by=leader.user_id, contest_id=contest.id, note=note
    )
    return contest


async def _draft(session: AsyncSession, leader: Standing, contest_id: str) -> Contest:
    contest = await reading.of_clan(session, leader.clan.id, contest_id, lock=True)
    if contest.status != "draft":
        raise Conflict(_FIXED.message, _FIXED.action)
    return contest


async def _fill(
    session: AsyncSession, contest: Contest, form: ContestForm, leader: Standing, now: datetime
) -> None:
    if not form.start_time < form.end_time <= now + LONGEST:
        raise InvalidInput(
            "end_time", "A contest ends after it starts, and within a year.", "Choose another."
        )
    contest.title, contest.prize = form.title.strip() or form.title, form.prize.strip()
    contest.rules = _rules(form)
    if any(_old_school(metric) for rule in reading.entry_rules(contest) for metric in rule.counted):
        members = await roster.live(session, leader.clan.id)
        if leader.clan.game != Game.OSRS and all(each.account.source != SourceKind.OSRS for each in members):
            raise InvalidInput("rules", "MapleStory has no skills and no clues.", "Choose levels or bosses.")
    contest.start_time, contest.end_time = form.start_time, form.end_time
    contest.winners, contest.alternates = form.winners, form.alternates
    contest.beacon, contest.delay_s = form.beacon, form.delay_s


def _rules(form: ContestForm) -> str:
    found: list[EntryRule] = []
    for place, each in enumerate(form.rules):
        try:
            rule = EntryRule(each.kind, each.least, each.metrics)
        except ValueError as error:
            raise InvalidInput(f"rules.{place}", f"Rule {place + 1}: {error}.", "Change it.") from None
        if rule in found:
            raise InvalidInput(f"rules.{place}", f"Rule {place + 1} is there twice.", "Remove one.")
        found.append(rule)
    return json.dumps([_plain(rule) for rule in found])


def _old_school(metric: str) -> bool:
    kind = family(metric)
    return kind is Family.CLUES or (kind is Family.XP and metric != "xp.total")


def _plain(rule: EntryRule) -> dict[str, str | int | Sequence[str]]:
    return {"kind": str(rule.kind), "least": rule.least, "metrics": list(rule.metrics)}
