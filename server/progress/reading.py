"""What is known of accounts' metrics: now, at an instant, and what was gained by the day."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import identity
from server.lines import lines
from server.progress.tables import progress_days, progress_now, progress_points
from shared.clans.progress import Point

_NOW, _DAYS, _POINTS = progress_now.c, progress_days.c, progress_points.c


@dataclass(frozen=True, slots=True)
class Known:
    """A metric of an account: its newest value, and its first and last points' instants."""

    value: int
    first_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Sum:
    """A metric over many accounts. known: of how many a value is; new: first seen at an instant or later."""

    value: int
    known: int
    new: int


Accounts = Select[str] | Collection[str]
"""Which accounts: their ids, or a query for them, so that they need not travel to the database."""


def now_of(metric: str) -> Select[str, int, datetime]:
    """The newest value of a metric of everybody, for a larger query: account_id, value, first_at."""
    return select(_NOW.account_id, _NOW.value, _NOW.first_at).where(_NOW.metric == metric)


def gains_of(accounts: Accounts, metric: str, first: date) -> Select[str, int]:
    """What was gained from this UTC day on, for a larger query: account_id, gained. Who gained nothing is left out."""
    return (
        select(_DAYS.account_id, _sum(_DAYS.gained).label("gained"))
        .where(_DAYS.account_id.in_(accounts), _DAYS.metric == metric, _DAYS.day >= first)
        .group_by(_DAYS.account_id)
    )


async def all_of(session: AsyncSession, account_id: str) -> dict[str, Known]:
    """Everything known of an account, by metric."""
    query = select(_NOW.metric, _NOW.value, _NOW.first_at, _NOW.changed_at).where(
        _NOW.account_id == account_id
    )
    return {metric: Known(*rest) for metric, *rest in await session.execute(query)}


async def metrics_of(session: AsyncSession, accounts: Accounts) -> list[str]:
    """The metrics of which anything is known of any of these accounts, by name."""
    query = select(_NOW.metric).where(_NOW.account_id.in_(accounts)).distinct()
    return sorted((await session.execute(query)).scalars())


async def gains_by_day(
    session: AsyncSession, accounts: Accounts, metrics: Collection[str], first: date
) -> dict[str, dict[date, int]]:
    """What all of these accounts gained together, by metric and UTC day."""
    query = (
        select(_DAYS.metric, _DAYS.day, _sum(_DAYS.gained))
        .where(_DAYS.account_id.in_(accounts), _DAYS.metric.in_(metrics), _DAYS.day >= first)
        .group_by(_DAYS.metric, _DAYS.day)
    )
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for metric, day, gained in await session.execute(query):
        found[metric][day] = gained
    return found


async def days_of(session: AsyncSession, account_id: str, metric: str, first: date) -> dict[date, int]:
    """What one account gained of a metric, by UTC day from this one on."""
    query = select(_DAYS.day, _DAYS.gained).where(
        _DAYS.account_id == account_id, _DAYS.metric == metric, _DAYS.day >= first
    )
    return dict((await session.execute(query)).all())


async def gains_by_metric(session: AsyncSession, account_id: str, first: date) -> dict[str, int]:
    """What one account gained from this UTC day on, by metric."""
    query = (
        select(_DAYS.metric, _sum(_DAYS.gained))
        .where(_DAYS.account_id == account_id, _DAYS.day >= first)
        .group_by(_DAYS.metric)
    )
    return dict((await session.execute(query)).all())


async def sums(
    session: AsyncSession, accounts: Accounts, metrics: Collection[str], since: datetime
) -> dict[str, Sum]:
    """Metrics added up over accounts, by metric. since: those first seen then or later are counted as new."""
    new = func.sum(case((_NOW.first_at >= since, 1), else_=0))
    query = (
        select(_NOW.metric, _sum(_NOW.value), func.count(), cast(new, BigInteger))
        .where(_NOW.account_id.in_(accounts), _NOW.metric.in_(metrics))
        .group_by(_NOW.metric)
    )
    return {metric: Sum(*rest) for metric, *rest in await session.execute(query)}


async def points_at(
    session: AsyncSession, accounts: Collection[str], metrics: Collection[str], instant: datetime
) -> dict[str, dict[str, Point]]:
    """V(instant) as points, by account and metric; what is not known then is left out."""
    newest = (
        select(_POINTS.at)
        .where(_POINTS.account_id == _NOW.account_id, _POINTS.metric == _NOW.metric, _POINTS.at <= instant)
        .order_by(_POINTS.at.desc())
        .limit(1)
        .correlate(progress_now)
        .scalar_subquery()
    )
    asked = _asked(session, accounts)
    # One short look into the index for each of these, however long their histories.
    last = (
        select(_NOW.account_id, _NOW.metric, newest.label("at"))
        .join(asked, asked.c.account_id == _NOW.account_id)
        .where(_NOW.metric.in_(metrics))
        .subquery("last")
    )
    query = select(_POINTS.account_id, _POINTS.metric, _POINTS.at, _POINTS.value).join(
        last,
        (last.c.account_id == _POINTS.account_id)
        & (last.c.metric == _POINTS.metric)
        & (last.c.at == _POINTS.at),
    )
    return _by_account(await session.execute(query))


async def history(session: AsyncSession, account_id: str, metric: str, after: datetime) -> list[Point]:
    """A metric's points later than an instant, in their order."""
    query: Select[datetime, int] = (
        select(_POINTS.at, _POINTS.value)
        .where(_POINTS.account_id == account_id, _POINTS.metric == metric, _POINTS.at > after)
        .order_by(_POINTS.at)
    )
    return [Point(row.at, row.value) for row in await session.execute(query)]


def _by_account(rows: Iterable[tuple[str, str, datetime, int]]) -> dict[str, dict[str, Point]]:
    found: dict[str, dict[str, Point]] = defaultdict(dict)
    for account_id, metric, at, value in rows:
        found[account_id][metric] = Point(at, value)
    return dict(found)


def _asked(session: AsyncSession, accounts: Collection[str]) -> FromClause:
    return lines(session, [{"account_id": each} for each in accounts], account_id=identity())


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)
