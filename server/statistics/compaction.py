"""Putting the items of old days together by month, so that the history of a year is not 365 rows an item."""

from datetime import date, datetime, timedelta

from sqlalchemy import Date, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.statistics import rollups
from server.statistics.tables import (
    stat_day_items,
    stat_days,
    stat_month_items,
    stat_state,
    stat_total_items,
    stat_totals,
)
from shared.resets import Reset, next_period, period_of_day, utc_date

KEPT_DAYS = 60


async def compact(session: AsyncSession, now: datetime) -> None:
    """Put whole months together that ended sixty days ago, and remove sums that became nothing."""
    held = await rollups.hold(session)
    until = period_of_day(Reset.MONTHLY, utc_date(now) - timedelta(days=KEPT_DAYS))
    if until > held.compacted_to:
        days = await session.execute(
            select(stat_day_items.c.day).where(stat_day_items.c.day < until).distinct()
        )
        for month in sorted({period_of_day(Reset.MONTHLY, day) for day in days.scalars()}):
            await _put_together(session, month)
        await session.execute(update(stat_state).values(compacted_to=until))
        await rollups.grow_version(session, now)
    for table in (stat_days, stat_day_items, stat_month_items, stat_totals, stat_total_items):
        counts = [column for column in table.columns if not column.primary_key]
        await session.execute(delete(table).where(*(column == 0 for column in counts)))


async def _put_together(session: AsyncSession, month: date) -> None:
    following = next_period(Reset.MONTHLY, month)
    days = stat_day_items.c
    within = (days.day >= month) & (days.day < following)
    summed = (
        select(days.key_id, literal(month, Date()), days.item, func.sum(days.x), func.sum(days.q))
        .where(within)
        .group_by(days.key_id, days.item)
        .having((func.sum(days.x) != 0) | (func.sum(days.q) != 0))
    )
    await session.execute(insert(stat_month_items).from_select(["key_id", "month", "item", "x", "q"], summed))
    await session.execute(delete(stat_day_items).where(within))
