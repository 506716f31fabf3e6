"""Reset periods: every instant lies in exactly one, and the calendar's oddities do not matter."""

import calendar
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.resets import (
    EPOCH,
    Reset,
    last_day,
    next_period,
    next_reset,
    period_of,
    period_of_day,
    previous_period,
    starts_at,
    utc_date,
)

RETURNING = [reset for reset in Reset if reset is not Reset.ONCE]
WEEKDAYS = {Reset.WEEKLY_MONDAY: "Monday", Reset.WEEKLY_WEDNESDAY: "Wednesday", Reset.WEEKLY: "Thursday"}
ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]

resets = st.sampled_from(RETURNING)
FIRST, LAST = (datetime.fromisoformat(day) for day in ("2005-05-11", "2099-12-31"))
instants = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
days = st.dates(date(2005, 5, 11), date(2099, 12, 31))


@given(resets, instants)
def test_an_instant_lies_inside_its_period_and_in_no_neighbour(reset: Reset, instant: datetime) -> None:
    period = period_of(reset, instant)
    following = next_period(reset, period)
    before = previous_period(reset, period)
    assert following is not None
    assert before is not None
    assert starts_at(before) < starts_at(period) <= instant < starts_at(following)


@given(resets, days)
def test_a_period_begins_in_itself_and_its_neighbours_touch_it(reset: Reset, day: date) -> None:
    period = period_of_day(reset, day)
    following = next_period(reset, period)
    assert period_of_day(reset, period) == period
    assert following is not None
    assert previous_period(reset, following) == period
    assert last_day(reset, period) + timedelta(days=1) == following
    assert period_of_day(reset, last_day(reset, period)) == period


@given(resets, instants)
def test_the_next_reset_is_later_and_begins_the_next_period(reset: Reset, now: datetime) -> None:
    at = next_reset(reset, now)
    assert at is not None
    assert at > now
    assert period_of(reset, at) == at.date() == next_period(reset, period_of(reset, now))
    assert period_of(reset, at - timedelta(microseconds=1)) == period_of(reset, now)


@given(resets, days)
def test_at_the_very_reset_the_next_one_is_a_whole_period_away(reset: Reset, day: date) -> None:
    period = period_of_day(reset, day)
    following = next_period(reset, period)
    assert following is not None
    assert next_reset(reset, starts_at(period)) == starts_at(following)


@pytest.mark.parametrize("reset", RETURNING)
@pytest.mark.parametrize("year", [2024, 2025, 2026, 2100])
def test_periods_partition_the_year(reset: Reset, year: int) -> None:
    day, end = date(year, 1, 1), date(year, 12, 31)
    members: dict[date, list[date]] = {}
    while day <= end:
        members.setdefault(period_of_day(reset, day), []).append(day)
        day += timedelta(days=1)
    periods = sorted(members)
    assert sum(map(len, members.values())) == (366 if calendar.isleap(year) else 365)
    for period, following in pairwise(periods):
        assert next_period(reset, period) == following
        assert members[period][-1] == last_day(reset, period)
    whole = {Reset.DAILY: {1}, Reset.MONTHLY: {28, 29, 30, 31}}.get(reset, {7})
    assert {len(members[period]) for period in periods[1:-1]} <= whole


@given(st.sampled_from(list(WEEKDAYS)), instants)
def test_weeks_begin_on_their_weekday_at_midnight(reset: Reset, now: datetime) -> None:
    at = next_reset(reset, now)
    assert at is not None
    assert at.strftime("%A") == WEEKDAYS[reset]
    assert at.timetz() == time(0, 0, tzinfo=UTC)
    assert at - now <= timedelta(days=7)


@pytest.mark.parametrize(
    ("reset", "now", "period", "following"),
    [
        # 2025-11-13 was the first Thursday after v.264 moved every weekly to it.
        (Reset.WEEKLY, "2025-11-12T23:59:59.999999+00:00", "2025-11-06", "2025-11-13"),
        (Reset.WEEKLY, "2025-11-13T00:00:00+00:00", "2025-11-13", "2025-11-20"),
        (Reset.WEEKLY_MONDAY, "2026-11-22T12:00:00+00:00", "2026-11-16", "2026-11-23"),
        (Reset.WEEKLY_WEDNESDAY, "2026-11-24T12:00:00+00:00", "2026-11-18", "2026-11-25"),
        (Reset.WEEKLY, "2027-01-01T00:00:00+00:00", "2026-12-31", "2027-01-07"),
        (Reset.MONTHLY, "2024-02-29T23:00:00+00:00", "2024-02-01", "2024-03-01"),
        (Reset.MONTHLY, "2026-12-31T23:59:59+00:00", "2026-12-01", "2027-01-01"),
        (Reset.DAILY, "2026-02-28T23:59:59+00:00", "2026-02-28", "2026-03-01"),
        (Reset.DAILY, "2024-02-28T23:59:59+00:00", "2024-02-28", "2024-02-29"),
        # Five hours west it is still Wednesday evening; the game has reset all the same.
        (Reset.WEEKLY, "2026-11-18T19:00:00-05:00", "2026-11-19", "2026-11-26"),
    ],
)
def test_known_dates(reset: Reset, now: str, period: str, following: str) -> None:
    instant = datetime.fromisoformat(now)
    assert period_of(reset, instant) == date.fromisoformat(period)
    assert next_reset(reset, instant) == starts_at(date.fromisoformat(following))


@pytest.mark.parametrize("year", [2023, 2024, 2100])
def test_months_last_as_long_as_the_calendar_says(year: int) -> None:
    for month in range(1, 13):
        first = date(year, month, 1)
        length = calendar.monthrange(year, month)[1]
        assert (last_day(Reset.MONTHLY, first) - first).days + 1 == length


@given(resets, instants, st.sampled_from(ZONES))
def test_a_zone_changes_nothing(reset: Reset, instant: datetime, zone: str) -> None:
    local = instant.astimezone(ZoneInfo(zone))
    assert period_of(reset, local) == period_of(reset, instant)
    assert next_reset(reset, local) == next_reset(reset, instant)


def test_both_halves_of_the_repeated_hour_are_different_instants() -> None:
    # 2026-11-01 01:30 happens twice in New York; a reset at 06:00 UTC would part them, 00:00 UTC does not.
    zone = ZoneInfo("America/New_York")
    first, second = (datetime(2026, 11, 1, 1, 30, tzinfo=zone, fold=fold) for fold in (0, 1))
    gap = second.astimezone(UTC) - first.astimezone(UTC)
    assert gap == timedelta(hours=1)
    assert period_of(Reset.DAILY, first) == period_of(Reset.DAILY, second) == date(2026, 11, 1)
    # Lord Howe's clocks fall back by half an hour while it is still the day before in UTC.
    howe = ZoneInfo("Australia/Lord_Howe")
    assert {utc_date(datetime(2026, 4, 5, 1, 45, tzinfo=howe, fold=fold)) for fold in (0, 1)} == {
        date(2026, 4, 4)
    }


class _Clueless(tzinfo):
    """A zone that does not know its offset: Python calls such a datetime naive."""

    def utcoffset(self, moment: datetime | None) -> None:
        return None

    def dst(self, moment: datetime | None) -> None:
        return None

    def tzname(self, moment: datetime | None) -> str:
        return "?"


@pytest.mark.parametrize("moment", [FIRST, datetime(2026, 11, 21, tzinfo=_Clueless())])
@pytest.mark.parametrize("reset", list(Reset))
def test_naive_moments_are_refused(reset: Reset, moment: datetime) -> None:
    for ask in (
        lambda: utc_date(moment),
        lambda: period_of(reset, moment),
        lambda: next_reset(reset, moment),
    ):
        with pytest.raises(ValueError, match="time zone"):
            ask()


@given(instants, st.integers(-23, 23))
def test_what_never_resets_has_one_period(instant: datetime, hours: int) -> None:
    local = instant.astimezone(timezone(timedelta(hours=hours)))
    assert period_of(Reset.ONCE, local) == EPOCH
    assert next_reset(Reset.ONCE, local) is None
    assert next_period(Reset.ONCE, EPOCH) is previous_period(Reset.ONCE, EPOCH) is None
    assert last_day(Reset.ONCE, EPOCH) == date.max


def test_values_are_those_of_the_seed_files() -> None:
    assert [reset.value for reset in Reset] == [
        "daily",
        "weekly-thursday",
        "weekly-monday",
        "weekly-wednesday",
        "monthly",
        "once",
    ]
