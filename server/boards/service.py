"""Use cases of boards. They read day sums: however long a history is, only the span's days matter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from server.clans import presenting, roster
from server.clans.roster import Member
from server.clans.tables import Clan
from server.progress import reading
from shared.api import progress as wire
from shared.clans.metrics import CLUES, KILLS, LEVELS, XP, is_metric
from shared.clans.timeframes import Timeframe, midnight
from shared.errors import InvalidInput
from shared.resets import utc_date

PANELS = (XP, LEVELS, KILLS, CLUES)


@dataclass(frozen=True, slots=True)
class Span:
    """A timeframe that ends now. first: its first UTC day; start: that day's midnight."""

    timeframe: Timeframe
    first: date
    start: datetime
    until: datetime


def span_of(timeframe: Timeframe, now: datetime) -> Span:
    """The span of a timeframe at an instant."""
    first = timeframe.first_day(utc_date(now))
    return Span(timeframe, first, midnight(first), now.replace(microsecond=0))


async def board(
    session: AsyncSession,
    clan: Clan,
    metric: str,
    timeframe: Timeframe,
    now: datetime,
    *,
    sort: wire.SortBy = "gained",
    descending: bool = True,
    offset: int = 0,
    limit: int = wire.BOARD_LIMIT,
) -> wire.Board:
    """A leaderboard. Places are by what was gained, however the rows are sorted. Raises InvalidInput."""
    if metric != KILLS and not is_metric(metric):
        raise InvalidInput("metric", "There is no such metric.", "Choose one that /metrics lists.")
    span = span_of(timeframe, now)
    members = await roster.live(session, clan.id)
    accounts = [member.account.id for member in members]
    known = await reading.now_of(session, accounts, metric)
    gains = await reading.gains(session, accounts, metric, span.first)
    rows = _placed([_row(member, span, known, gains) for member in members])
    return wire.Board(
        clan=clan.name,
        metric=metric,
        timeframe=timeframe,
        first_day=span.first,
        until=span.until,
        total=len(rows),
        items=_sorted(rows, sort, descending)[offset : offset + limit],
    )


def _row(
    member: Member, span: Span, known: Mapping[str, reading.Known], gains: Mapping[str, int]
) -> wire.BoardRow:
    account = member.account
    found = known.get(account.id)
    return wire.BoardRow(
        place=None,
        member_id=member.id,
        name=account.name,
        gained=None if found is None else gains.get(account.id, 0),
        value=None if found is None else found.value,
        since=found.first_at if found is not None and found.first_at >= span.start else None,
        sampled_at=account.sampled_at,
    )


def _placed(rows: Sequence[wire.BoardRow]) -> list[wire.BoardRow]:
    """Those who gained alike share a place; of whom nothing is known has none."""
    ranked = sorted((row for row in rows if row.gained is not None), key=_gained, reverse=True)
    placed, place = [], 1
    for _, alike in groupby(ranked, key=_gained):
        group = [row.model_copy(update={"place": place}) for row in alike]
        placed += group
        place += len(group)
    return [*placed, *(row for row in rows if row.gained is None)]


def _gained(row: wire.BoardRow) -> int:
    assert row.gained is not None
    return row.gained


_KEYS: Mapping[wire.SortBy, Callable[[wire.BoardRow], Any]] = {
    "gained": lambda row: row.gained,
    "value": lambda row: row.value,
    "name": lambda row: row.name.casefold(),
    "freshness": lambda row: row.sampled_at,
}


def _sorted(rows: Sequence[wire.BoardRow], sort: wire.SortBy, descending: bool) -> list[wire.BoardRow]:
    """Whatever the order, those of whom nothing is known come last, and those alike by name."""
    key = _KEYS[sort]
    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.member_id))
    known = sorted((row for row in by_name if key(row) is not None), key=key, reverse=descending)
    return [*known, *(row for row in by_name if key(row) is None)]


async def metrics(session: AsyncSession, clan: Clan) -> wire.MetricList:
    """The metrics of which anything is known in a clan."""
    members = await roster.live(session, clan.id)
    found = await reading.metrics_of(session, [member.account.id for member in members])
    return wire.MetricList(items=found)


async def panels(session: AsyncSession, clan: Clan, timeframe: Timeframe, now: datetime) -> wire.Panels:
    """Totals of a clan and what was gained of them, day by day."""
    span = span_of(timeframe, now)
    members = await roster.live(session, clan.id)
    accounts = [member.account.id for member in members]
    sums = await reading.sums(session, accounts, PANELS, span.start)
    by_day = await reading.gains_by_day(session, accounts, PANELS, span.first)
    sampled = [member.account.sampled_at for member in members if member.account.sampled_at is not None]
    return wire.Panels(
        timeframe=timeframe,
        first_day=span.first,
        until=span.until,
        members=len(members),
        sampled_at=max(sampled, default=None),
        items=[
            wire.Panel(
                metric=metric,
                value=sums[metric].value,
                known=sums[metric].known,
                gained=sum(by_day.get(metric, {}).values()),
                partial=sums[metric].new,
                days=_every_day(span, by_day.get(metric, {})),
            )
            for metric in PANELS
            if metric in sums
        ],
    )


def _every_day(span: Span, gained: Mapping[date, int]) -> list[wire.DayGain]:
    days = (span.until.astimezone(UTC).date() - span.first).days + 1
    every = (span.first + timedelta(days=number) for number in range(days))
    return [wire.DayGain(day=day, gained=gained.get(day, 0)) for day in every]


async def member(
    session: AsyncSession, clan: Clan, member_id: str, timeframe: Timeframe, metric: str, now: datetime
) -> wire.MemberProgress:
    """All that is known of a member. Raises NotFound."""
    span = span_of(timeframe, now)
    found = await roster.get(session, clan.id, member_id)
    account = found.account.id
    known = await reading.all_of(session, account)
    gains = await reading.gains_by_metric(session, account, span.first)
    days = (await reading.gains_by_day(session, [account], [metric], span.first)).get(metric, {})
    return wire.MemberProgress(
        member=presenting.member(found),
        timeframe=timeframe,
        first_day=span.first,
        until=span.until,
        metric=metric,
        items=[
            wire.MetricProgress(
                metric=name,
                value=each.value,
                gained=gains.get(name, 0),
                since=each.first_at if each.first_at >= span.start else None,
            )
            for name, each in sorted(known.items())
        ],
        days=[wire.DayGain(day=day, gained=amount) for day, amount in sorted(days.items())],
    )
