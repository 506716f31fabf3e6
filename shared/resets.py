"""Reset periods: when the game hands out its daily, weekly and monthly chances again.

A period is named by the UTC date it began; it holds every instant from 00:00 UTC of that date up to, not
including, 00:00 UTC of the next one. All instants are aware datetimes. The rules are in `seeds/` and
in the game's notes: everything weekly is Thursday since v.264 (2025-11-12).
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

RULES_VERSION = 1
"""Stored with every run, so that a later change of the game's resets never reinterprets an old period."""

EPOCH = date(2005, 5, 11)
"""The day a thing that never resets belongs to: the game's global launch."""


class Reset(StrEnum):
    """How often a chance comes back. Values are those of the seed files."""

    DAILY = "daily"
    WEEKLY = "weekly-thursday"
    WEEKLY_MONDAY = "weekly-monday"
    WEEKLY_WEDNESDAY = "weekly-wednesday"
    MONTHLY = "monthly"
    ONCE = "once"


_FIRST_WEEKDAY = {Reset.WEEKLY_MONDAY: 0, Reset.WEEKLY_WEDNESDAY: 2, Reset.WEEKLY: 3}


def utc_date(instant: datetime) -> date:
    """The UTC date of an aware instant. ValueError for a naive one: it could mean any day."""
    if instant.utcoffset() is None:  # a zone that does not know its offset is as good as none
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).date()


def period_of_day(reset: Reset, day: date) -> date:
    """The period that holds the UTC day."""
    if reset is Reset.DAILY:
        return day
    if reset is Reset.MONTHLY:
        return day.replace(day=1)
    if reset is Reset.ONCE:
        return EPOCH
    return day - timedelta(days=(day.weekday() - _FIRST_WEEKDAY[reset]) % 7)


def period_of(reset: Reset, instant: datetime) -> date:
    """The period that holds the instant."""
    return period_of_day(reset, utc_date(instant))


def next_period(reset: Reset, period: date) -> date | None:
    """The period after this one; None for what never resets."""
    if reset is Reset.DAILY:
        return period + timedelta(days=1)
    if reset is Reset.MONTHLY:
        return (period.replace(day=1) + timedelta(days=32)).replace(day=1)
    if reset is Reset.ONCE:
        return None
    return period + timedelta(days=7)


def previous_period(reset: Reset, period: date) -> date | None:
    """The period before this one; None for what never resets."""
    if reset is Reset.ONCE:
        return None
    return period_of_day(reset, period - timedelta(days=1))


def starts_at(period: date) -> datetime:
    """The instant a period begins."""
    return datetime.combine(period, time.min, UTC)


def next_reset(reset: Reset, now: datetime) -> datetime | None:
    """The first reset strictly after `now`; None for what never resets."""
    following = next_period(reset, period_of(reset, now))
    return None if following is None else starts_at(following)


def last_day(reset: Reset, period: date) -> date:
    """The last UTC day inside a period; the far future for what never resets."""
    following = next_period(reset, period)
    return date.max if following is None else following - timedelta(days=1)
