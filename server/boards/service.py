"""Use cases of boards. They read day sums: however long a history is, only the span's days matter."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.clans import presenting, roster
from server.clans.tables import Clan
from server.progress import reading
from shared.api import progress as wire
from shared.clans.metrics import CLUES, KILLS, LEVELS, XP, Game, is_metric
from shared.clans.timeframes import Timeframe, midnight
from shared.errors import InvalidInput
from shared.resets import utc_date

Followed = Select[str, str, str, datetime | None]
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
    game: Game | None = None,
    sort: wire.SortBy = "gained",
    descending: bool = True,
    offset: int = 0,
    limit: int = wire.BOARD_LIMIT,
) -> wire.Board:
    """A leaderboard of the members of one game, the clan's own where none is named. Places are by what was gained,
    however the rows are sorted. Raises InvalidInput."""
    if metric != KILLS and not is_metric(metric):
        raise InvalidInput("metric", "There is no such metric.", "Choose one that /metrics lists.")
    span = span_of(timeframe, now)
    lines = [_Line._make(row) for row in await session.execute(_lines(_followed(clan, game), metric, span))]
    places = _places(lines)
    shown = _sorted(lines, sort, descending)[offset : offset + limit]
    return wire.Board(
        clan=clan.name,
        metric=metric,
        timeframe=timeframe,
        first_day=span.first,
        until=span.until,
        total=len(lines),
        items=[_row(line, places, span) for line in shown],
    )


class _Line(NamedTuple):
    """A member. value, gained, first_at: None where nothing is known."""

    member_id: str
    name: str
    sampled_at: datetime | None
    value: int | None
    first_at: datetime | None
    gained: int | None


def _lines(followed: Followed, metric: str, span: Span) -> Select[Any]:
    """One question for everything: what is known and what was gained, of every member."""
    members = followed.subquery("members")
    now = reading.now_of(metric).subquery("now")
    gains = reading.gains_of(_accounts(followed), metric, span.first).subquery("gains")
    gained = case((now.c.value.is_not(None), func.coalesce(gains.c.gained, 0)))
    return (
        select(members.c.member_id, members.c.name, members.c.sampled_at, now.c.value, now.c.first_at, gained)
        .outerjoin(now, now.c.account_id == members.c.account_id)
        .outerjoin(gains, gains.c.account_id == members.c.account_id)
    )


def _followed(clan: Clan, game: Game | None) -> Followed:
    return roster.listed(clan.id, game or Game(clan.game))


def _accounts(followed: Followed) -> Select[str]:
    return select(followed.subquery("followed").c.account_id)


def _places(lines: Sequence[_Line]) -> dict[int, int]:
    """The place of each gain: those who gained alike share one."""
    found: dict[int, int] = {}
    ranked = sorted((line.gained for line in lines if line.gained is not None), reverse=True)
    for number, gained in enumerate(ranked, start=1):
        found.setdefault(gained, number)
    return found


def _row(line: _Line, places: Mapping[int, int], span: Span) -> wire.BoardRow:
    return wire.BoardRow(
        place=None if line.gained is None else places[line.gained],
        member_id=line.member_id,
        name=line.name,
        gained=line.gained,
        value=line.value,
        since=line.first_at if line.first_at is not None and line.first_at >= span.start else None,
        sampled_at=line.sampled_at,
    )


_KEYS: Mapping[wire.SortBy, Callable[[_Line], Any]] = {
    "gained": lambda line: line.gained,
    "value": lambda line: line.value,
    "name": lambda line: line.name.casefold(),
    "freshness": lambda line: line.sampled_at,
}


def _sorted(lines: Sequence[_Line], sort: wire.SortBy, descending: bool) -> list[_Line]:
    """Whatever the order, those of whom nothing is known come last, and those alike by name."""
    key = _KEYS[sort]
    by_name = sorted(lines, key=lambda line: (line.name.casefold(), line.member_id))
    known = sorted((line for line in by_name if key(line) is not None), key=key, reverse=descending)
    return [*known, *(line for line in by_name if key(line) is None)]


async def metrics(session: AsyncSession, clan: Clan, game: Game | None = None) -> wire.MetricList:
    """The metrics of which anything is known of a clan's members of one game."""
    return wire.MetricList(items=await reading.metrics_of(session, _accounts(_followed(clan, game))))


async def panels(
    session: AsyncSession, clan: Clan, timeframe: Timeframe, now: datetime, game: Game | None = None
) -> wire.Panels:
    """Totals of a clan's members of one game and what was gained of them, day by day."""
    span = span_of(timeframe, now)
    followed = _followed(clan, game)
    sampled = [row.sampled_at for row in await session.execute(followed)]
    accounts = _accounts(followed)
    sums = await reading.sums(session, accounts, PANELS, span.start)
    by_day = await reading.gains_by_day(session, accounts, PANELS, span.first)
    return wire.Panels(
        timeframe=timeframe,
        first_day=span.first,
        until=span.until,
        members=len(sampled),
        sampled_at=max((at for at in sampled if at is not None), default=None),
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
    days = await reading.days_of(session, account, metric, span.first)
    return wire.MemberProgress(
        member=presenting.member(found, now),
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
