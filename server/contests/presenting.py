"""Contests as they are told: to their clan, and to everybody. Of those who did not win nothing is told in public."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.accounts.keys import LostSecretError
from server.clans import log, roster
from server.clans.tables import Clan
from server.contests import drawing, reading, tickets
from server.contests.drawing import Drawn
from server.contests.tables import Contest, ContestAmendment, ContestEntry, ContestPrize
from shared.api import contests as wire
from shared.errors import NotFound
from shared.fairness.encoding import instant_text

_NOTES = {
    "locking": "The entries are being locked.",
    "ready": "The leader can draw.",
    "no_entries": "Nobody entered, so there is nothing to draw.",
}


async def told(
    session: AsyncSession, clan: Clan, contests: Sequence[Contest], now: datetime
) -> list[wire.ContestInfo]:
    """Contests of one clan."""
    ids = [contest.id for contest in contests]
    counts = await reading.entry_counts(session, [each.id for each in contests if each.entry_count is None])
    drawn = await drawing.drawn_of(session, [each.id for each in contests if each.status == "drawn"])
    prizes = defaultdict(list)
    query = select(ContestPrize).where(ContestPrize.contest_id.in_(ids)).order_by(ContestPrize.place)
    for prize in (await session.execute(query)).scalars():
        prizes[prize.contest_id].append(prize)
    amendments = defaultdict(list)
    said = select(ContestAmendment).where(ContestAmendment.contest_id.in_(ids)).order_by(ContestAmendment.id)
    for each in (await session.execute(said)).scalars():
        amendments[each.contest_id].append(
            {"at": instant_text(each.at.replace(microsecond=0)), "note": each.note}
        )
    secrets = await _secrets(session, clan.id, contests)
    return [
        _info(
            clan,
            contest,
            now,
            entries=counts.get(contest.id, 0) if contest.entry_count is None else contest.entry_count,
            secret=secrets.get(contest.id),
            places=[_place(prize, drawn[contest.id]) for prize in prizes[contest.id]],
            amendments=amendments[contest.id],
        )
        for contest in contests
    ]


def _info(
    clan: Clan,
    contest: Contest,
    now: datetime,
    *,
    entries: int,
    secret: str | None,
    places: list[wire.Place],
    amendments: list[dict[str, str]],
) -> wire.ContestInfo:
    stands = reading.phase(contest, now)
    return wire.ContestInfo.model_validate(
        {
            "id": contest.id,
            "clan_id": clan.id,
            "clan_name": clan.name,
            "title": contest.title,
            "prize": contest.prize,
            "rules": json.loads(contest.rules),
            "start_time": contest.start_time,
            "end_time": contest.end_time,
            "winners": contest.winners,
            "alternates": contest.alternates,
            "beacon": contest.beacon,
            "delay_s": contest.delay_s,
            "status": contest.status,
            "phase": stands,
            "note": _note(contest, stands),
            "created_at": contest.created_at,
            "entries": entries,
            "round": drawing.round_of(contest) or 0,
            "round_at": reading.round_at(contest),
            "commitment": _hex(contest.commitment),
            "rules_hash": _hex(contest.rules_hash),
            "committed_at": contest.committed_at,
            "locked_at": contest.locked_at,
            "root": _hex(contest.root),
            "standings_hash": _hex(contest.standings_hash),
            "revealed_at": contest.revealed_at,
            "server_secret": secret,
            "drawn_at": contest.drawn_at,
            "proof_hash": _hex(contest.proof_hash),
            "places": places,
            "void_reason": contest.void_reason,
            "amendments": amendments,
        }
    )


async def _secrets(session: AsyncSession, clan_id: str, contests: Sequence[Contest]) -> dict[str, str]:
    """Those that were told, by contest. The log has them, whatever becomes of the server's key."""
    numbers = [contest.reveal_line for contest in contests if contest.reveal_line is not None]
    lines = await log.lines_at(session, clan_id, numbers)
    return {line.event["contest_id"]: line.event["server_secret"] for line in lines.values()}


def _note(contest: Contest, stands: wire.Phase) -> str:
    if stands == "waiting_for_round":
        told_at = reading.round_at(contest)
        return f"Round {drawing.round_of(contest)} of the beacon is told at {told_at:%Y-%m-%d %H:%M:%S} UTC."
    if stands == "awaiting_beacon":
        return contest.beacon_note or "The beacon is being asked for."
    if stands == "locking" and contest.locked_at is not None:
        lost = LostSecretError()
        return f"{lost.message} {lost.action}"
    return _NOTES.get(stands, "")


def _place(prize: ContestPrize, drawn: Sequence[Drawn]) -> wire.Place:
    by_leaf = {each.leaf: each for each in drawn}
    holder = by_leaf.get(prize.leaf) if prize.leaf is not None else None
    passed = [
        {
            "name": by_leaf[gone["leaf"]].name,
            "subject": by_leaf[gone["leaf"]].subject,
            "leaf": gone["leaf"],
            "at": gone["at"],
            "reason": gone["reason"],
        }
        for gone in json.loads(prize.passed)
    ]
    return wire.Place(
        place=prize.place,
        subject=holder.subject if holder else None,
        name=holder.name if holder else None,
        leaf=prize.leaf,
        passed=passed,
    )


def _hex(content: bytes | None) -> str | None:
    return None if content is None else content.hex()


async def standings(session: AsyncSession, contest: Contest, now: datetime) -> wire.Standings:
    """Everybody's results: as they were frozen, before that so far."""
    if contest.standings_hash is None:
        found = await tickets.standings(session, contest, now)
        rules = reading.entry_rules(contest)
        rows = [
            (
                each.member_id,
                [result.amount for result in each.results],
                [place for place, rule in enumerate(rules) if each.results[place].satisfies(rule)],
            )
            for each in found
        ]
        text = None
    else:
        text = await _large(session, contest, "standings")
        frozen = json.loads(text)["members"]
        rows = [(each["member_id"], each["amounts"], each["satisfied"]) for each in frozen]
    members = await roster.some(session, [member_id for member_id, _, _ in rows])
    items = [
        wire.StandingRow(
            member_id=member_id,
            name=members[member_id].account.name if member_id in members else "",
            amounts=amounts,
            entries=entries,
        )
        for member_id, amounts, entries in rows
    ]
    return wire.Standings(
        frozen=text is not None,
        standings_hash=_hex(contest.standings_hash),
        text=text,
        items=sorted(items, key=lambda row: (-len(row.entries), row.name.casefold(), row.member_id)),
    )


async def receipts(session: AsyncSession, contest: Contest, user_id: str) -> wire.ReceiptList:
    """A player's own tickets, by rule."""
    query = await _own(session, user_id)
    rows = (await session.execute(query.where(ContestEntry.contest_id == contest.id))).scalars()
    return wire.ReceiptList(items=[_receipt(row) for row in rows])


async def export(session: AsyncSession, user_id: str, now: datetime) -> AsyncIterator[str]:  # noqa: ARG001
    """A player's share of the full export that lies in contests: their tickets, each as its receipt tells it."""
    rows = (await session.execute(await _own(session, user_id))).scalars()
    yield json.dumps([_receipt(row).model_dump(mode="json") for row in rows], ensure_ascii=False)


async def _own(session: AsyncSession, user_id: str) -> Select[ContestEntry]:
    number = (await accounts.discord_ids(session, [user_id])).get(user_id)
    query = select(ContestEntry).where(ContestEntry.subject == f"discord:{number}")
    return query.order_by(ContestEntry.contest_id, ContestEntry.ticket)


def _receipt(row: ContestEntry) -> wire.Receipt:
    return wire.Receipt(
        rule=row.ticket,
        entered_at=row.entered_at,
        entry=tickets.entry_of(row).plain(),
        leaf=row.leaf.hex(),
        proving=json.loads(row.proving),
    )


async def proof(session: AsyncSession, contest_id: str) -> tuple[str, bytes]:
    """A draw's proof file, and its SHA-256. Raises NotFound while there is none."""
    contest = await reading.get(session, contest_id)
    if contest.proof_hash is None:
        raise NotFound("This contest is not drawn yet.", "Come back after the draw.")
    return await _large(session, contest, "proof"), contest.proof_hash


async def _large(session: AsyncSession, contest: Contest, name: str) -> str:
    column = Contest.standings if name == "standings" else Contest.proof
    found = (await session.execute(select(column).where(Contest.id == contest.id))).scalar_one()
    assert found is not None
    return found
