"""The draw: from a locked contest and its beacon to a proof, once. And what comes instead or after: void, passing on.

The beacon is asked for outside of any transaction. What it says is settled in one, under the contest's lock: a second
draw finds the first one's proof.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from server.accounts.keys import LostSecretError
from server.beacon.relays import NoBeacon
from server.clans import log, roster
from server.clans import service as clans
from server.clans.service import Standing
from server.contests import reading, tickets
from server.contests.reading import Draws
from server.contests.tables import Contest, ContestEntry, ContestPrize
from server.snapshots import reading as snapshots
from server.snapshots import service as planning
from server.webhooks import messages
from server.webhooks import service as webhooks
from shared.api.contests import PassEntry
from shared.api.webhooks import HookEvent
from shared.errors import Conflict, NotFound
from shared.fairness.beacon import Beacon
from shared.fairness.commitment import BeaconKind
from shared.fairness.draw import Entry
from shared.fairness.proof import Proof, ProofLog, make_proof, read_proof
from shared.fairness.verify import Outcome, verify

FRESH = timedelta(hours=24)
"""A draw needs a clan snapshot no older than this."""
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
WINNER, ALTERNATE, SKIPPED = "winner", "alternate", "skipped"
_MANY = 5_000
"""Tickets above which a proof is made on a thread, so that others are answered meanwhile."""


async def ask(session: AsyncSession, leader: Standing, contest_id: str, now: datetime) -> Contest:
    """The leader presses Draw. Raises NotFound, and Conflict while it cannot be, with what it waits for."""
    contest = await reading.of_clan(session, leader.clan.id, contest_id, lock=True)
    if contest.status == "drawn":
        return contest
    stands = reading.phase(contest, now)
    if stands == "waiting_for_round":
        told = reading.round_at(contest)
        raise Conflict(
            f"The beacon's round {reading.draw_rules(contest).round} is told at {told:%Y-%m-%d %H:%M:%S} UTC.",
            "Draw then.",
        )
    if stands == "locking" and contest.locked_at is not None:
        lost = LostSecretError()
        raise Conflict(lost.message, lost.action)
    if stands not in {"ready", "awaiting_beacon"}:
        raise Conflict(*_WHY_NOT[stands])
    last = await snapshots.last_finished(session, leader.clan.id)
    if contest.asked_at is None and (last is None or last < now - FRESH):
        raise Conflict(
            "A draw needs a clan snapshot from the last 24 hours.", "Run a clan snapshot, then draw."
        )
    if contest.asked_at is None:
        contest.asked_at = contest.retry_at = now
        await log.append(session, leader.clan.id, "draw_asked", now, by=leader.user_id, contest_id=contest.id)
    return contest


_WHY_NOT = {
    "draft": ("This contest has not started.", "Start it first."),
    "upcoming": ("This contest has not begun.", "Draw after its end."),
    "running": ("This contest is still running.", "Draw after its end."),
    "locking": ("This contest's entries are being locked.", "Try again in a few seconds."),
    "no_entries": ("Nobody entered, so there is nothing to draw.", "Void the contest."),
    "void": ("This contest was voided.", "Make another one."),
}


async def settle(
    session: AsyncSession, contest_id: str, beacon: Beacon | None, draws: Draws, now: datetime
) -> Contest:
    """Draw, and keep the proof with everything that follows from it. beacon: the rules' round, None where they name
    none. What is drawn stays as it is. Of a voided contest only the proof is kept."""
    contest = await reading.get(session, contest_id, lock=True)
    if contest.proof_hash is not None or contest.asked_at is None or not contest.entry_count:
        return contest
    if contest.revealed_at is None:
        return contest
    found = await session.execute(
        select(ContestEntry).where(ContestEntry.contest_id == contest.id).options(defer(ContestEntry.proving))
    )
    rows = {row.leaf: row for row in found.scalars()}
    proof_log = await _log_of(session, contest)
    secret = bytes.fromhex(proof_log.reveal.event.server_secret)

    def make() -> tuple[Proof, bytes]:
        leaves = sorted(rows)

        def entry_of(index: int) -> Entry:
            return tickets.entry_of(rows[leaves[index]])

        made = make_proof(reading.draw_rules(contest), secret, leaves, entry_of, beacon, proof_log)
        content = made.text()
        # Nothing is published that its readers would not find valid.
        verdict = verify(read_proof(content))
        if verdict.outcome is Outcome.INVALID:
            raise RuntimeError(f"the proof of contest {contest.id} is not valid: {verdict.line}")
        return made, content

    proof, content = await asyncio.to_thread(make) if len(rows) > _MANY else make()
    contest.proof, contest.proof_hash = content.decode(), sha256(content).digest()
    for drawn in proof.draws:
        row = rows[bytes.fromhex(drawn.leaf)]
        row.leaf_index, row.drawn_order = drawn.index, drawn.i
        row.drawn_as = _drawn_as(proof, drawn.index)
    contest.retry_at = contest.beacon_note = None
    if contest.status == "void":
        await log.append(
            session, contest.clan_id, "would_have_drawn", now,
            contest_id=contest.id, proof_hash=contest.proof_hash.hex(),
        )  # fmt: skip
        return contest
    contest.status, contest.drawn_at = "drawn", now
    for place, leaf in enumerate(proof.winners, start=1):
        session.add(ContestPrize(contest_id=contest.id, place=place, leaf=leaf, passed="[]"))
    await log.append(
        session, contest.clan_id, "drawn", now,
        contest_id=contest.id, proof_hash=contest.proof_hash.hex(), seed=proof.seed,
        winners=proof.winners, alternates=proof.alternates,
    )  # fmt: skip
    await session.flush()
    await _tell_drawn(session, contest, draws, now)
    return contest


def _drawn_as(proof: Proof, index: int) -> str:
    if index in proof.winners:
        return WINNER
    return ALTERNATE if index in proof.alternates else SKIPPED


async def wait(session: AsyncSession, contest_id: str, said: NoBeacon, now: datetime) -> Contest:
    """No relay told the round: the same one is asked for again later."""
    contest = await reading.get(session, contest_id, lock=True)
    if contest.proof_hash is None:
        contest.beacon_tries += 1
        contest.retry_at = now + min(FIRST_WAIT * 2 ** min(contest.beacon_tries - 1, 10), LONGEST_WAIT)
        contest.beacon_note = str(said)[:500]
    return contest


async def awaiting(session: AsyncSession, now: datetime) -> list[tuple[str, int | None]]:
    """Contests whose beacon is to be asked for now, with its round; None where the rules name none."""
    query = select(Contest).where(
        Contest.retry_at <= now,
        Contest.proof_hash.is_(None),
        Contest.revealed_at.is_not(None),
        Contest.status.in_(("ended", "void")),
    )
    return [(contest.id, round_of(contest)) for contest in (await session.execute(query)).scalars()]


def round_of(contest: Contest) -> int | None:
    """The beacon's round that decides; None where the rules name no beacon."""
    return None if contest.beacon == BeaconKind.NONE else reading.draw_rules(contest).round


async def void(
    session: AsyncSession, leader: Standing, contest_id: str, reason: str, now: datetime
) -> Contest:
    """Call a contest off, for everybody to read why. After the round the result it would have had is published too.
    Raises NotFound, Conflict."""
    contest = await reading.of_clan(session, leader.clan.id, contest_id, lock=True)
    if contest.status == "draft":
        raise Conflict("This contest has not started.", "Remove the draft.")
    if contest.status in {"drawn", "void"}:
        raise Conflict("This contest is over.", "Its result stands.")
    if reading.phase(contest, now) == "locking" and contest.locked_at is None:
        # First the secret is told, so that a result nobody has seen yet is not done away with.
        raise Conflict(*_WHY_NOT["locking"])
    await _void(session, contest, reason, now, by=leader.user_id)
    return contest


async def _void(session: AsyncSession, contest: Contest, reason: str, now: datetime, **by: str) -> None:
    told = reading.round_at(contest)
    if contest.entry_count and (told is None or now >= told):
        # Anybody can compute the result by now, so it is told, whatever it is.
        contest.asked_at = contest.asked_at or now
        contest.retry_at = now
    contest.status, contest.void_reason, contest.voided_at = "void", reason, now
    await session.flush()
    await planning.replan(session, contest.clan_id, reading.boundaries, now)
    await log.append(session, contest.clan_id, "void", now, contest_id=contest.id, reason=reason, **by)


async def orphans(session: AsyncSession) -> list[str]:
    """Contests that are not over though their clan was closed."""
    query = select(Contest.id).where(
        Contest.status.in_(("active", "ended")), Contest.clan_id.in_(clans.closed())
    )
    return list((await session.execute(query.order_by(Contest.id))).scalars())


async def void_orphan(session: AsyncSession, contest_id: str, now: datetime) -> None:
    """Nobody is left to draw it or to give the prize."""
    contest = await reading.get(session, contest_id, lock=True)
    locked = contest.locked_at is not None or now < contest.end_time
    if contest.status in {"active", "ended"} and locked:
        await _void(session, contest, "The clan was closed.", now)


async def pass_on(
    session: AsyncSession, leader: Standing, contest_id: str, place: int, entry: PassEntry, now: datetime
) -> Contest:
    """A prize nobody takes goes to the next alternate, or to nobody when none is left. Raises NotFound, Conflict."""
    reason = entry.reason
    contest = await reading.of_clan(session, leader.clan.id, contest_id, lock=True)
    if contest.status != "drawn":
        raise Conflict("This contest is not drawn.", "Draw it first.")
    query = select(ContestPrize).where(ContestPrize.contest_id == contest.id)
    prizes = {prize.place: prize for prize in (await session.execute(query)).scalars()}
    prize = prizes.get(place)
    if prize is None:
        raise NotFound("There is no such prize.")
    if entry.leaf is not None and entry.leaf != prize.leaf:
        raise Conflict("Somebody else has passed this prize on just now.", "Look at who holds it.")
    if prize.leaf is None:
        raise Conflict("Nobody is left to pass this prize to.", "It stays with the clan.")
    used = {each.leaf for each in prizes.values()}
    used |= {gone["leaf"] for each in prizes.values() for gone in json.loads(each.passed)}
    drawn = await drawn_of(session, [contest.id])
    heirs = [each.leaf for each in drawn[contest.id] if each.drawn_as == ALTERNATE and each.leaf not in used]
    line = await log.append(
        session, leader.clan.id, "passed", now,
        by=leader.user_id, contest_id=contest.id, place=place, reason=reason,
        **{"from": prize.leaf, "to": heirs[0] if heirs else None},
    )  # fmt: skip
    gone = {"leaf": prize.leaf, "at": line.event["at"], "reason": reason}
    prize.passed = json.dumps([*json.loads(prize.passed), gone])
    prize.leaf = heirs[0] if heirs else None
    await session.flush()
    return contest


@dataclass(frozen=True, slots=True)
class Drawn:
    """A ticket that was drawn. leaf: its place in the tree; name: of the account it was earned with."""

    leaf: int
    drawn_as: str
    subject: str
    name: str


async def drawn_of(session: AsyncSession, contest_ids: Sequence[str]) -> dict[str, list[Drawn]]:
    """The tickets that were drawn, by contest, in the order of drawing."""
    query = (
        select(ContestEntry)
        .where(ContestEntry.contest_id.in_(contest_ids), ContestEntry.drawn_order.is_not(None))
        .order_by(ContestEntry.drawn_order)
        .options(defer(ContestEntry.proving))
    )
    rows = (await session.execute(query)).scalars().all()
    members = await roster.some(session, [row.member_id for row in rows if row.member_id])
    found: dict[str, list[Drawn]] = {contest_id: [] for contest_id in contest_ids}
    for row in rows:
        member = members.get(row.member_id or "")
        name = row.subject if member is None else member.account.name
        assert row.leaf_index is not None
        assert row.drawn_as is not None
        found[row.contest_id].append(Drawn(row.leaf_index, row.drawn_as, row.subject, name))
    return found


async def _log_of(session: AsyncSession, contest: Contest) -> ProofLog:
    numbers = (contest.commit_line, contest.lock_line, contest.reveal_line)
    assert None not in numbers
    lines = await log.lines_at(session, contest.clan_id, [number for number in numbers if number is not None])
    told: dict[str, Any] = {str(line.event["kind"]): line.plain() for line in lines.values()}
    return ProofLog.model_validate(told)


async def _tell_drawn(session: AsyncSession, contest: Contest, draws: Draws, now: datetime) -> None:
    clan = await clans.by_id(session, contest.clan_id)
    drawn = (await drawn_of(session, [contest.id]))[contest.id]
    assert contest.proof_hash is not None
    news = messages.DrawnNews(
        clan=clan.name,
        title=contest.title,
        prize=contest.prize,
        winners=tuple(each.name for each in drawn if each.drawn_as == WINNER),
        alternates=tuple(each.name for each in drawn if each.drawn_as == ALTERNATE),
        entries=contest.entry_count or 0,
        proof_hash=contest.proof_hash.hex(),
        at=now,
        link=draws.link(contest.id),
    )
    await webhooks.tell(
        session,
        clan.id,
        HookEvent.CONTEST_DRAWN,
        f"contest/{contest.id}/drawn",
        messages.contest_drawn(news),
        now,
    )
