"""The spans that panels and leaderboards show. They begin at a UTC midnight, for gains are kept by the day."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum


class Timeframe(StrEnum):
    """WEEK: seven UTC days, today the last; MONTH: thirty; MONTH_TO_DATE: from the first of this month."""

    WEEK = "7d"
    MONTH = "30d"
    MONTH_TO_DATE = "mtd"

    def first_day(self, today: date) -> date:
        """The first UTC day whose gains count."""
        if self is Timeframe.MONTH_TO_DATE:
            return today.replace(day=1)
        return today - timedelta(days=6 if self is Timeframe.WEEK else 29)


def midnight(day: date) -> datetime:
    """The instant a UTC day begins."""
    return datetime.combine(day, time(), UTC)
