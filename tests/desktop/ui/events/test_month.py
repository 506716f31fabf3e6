"""Weeks, months and bars: plain arithmetic on days."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.events.month import (
    EARLIEST,
    LATEST,
    bars_of,
    grid_of,
    kept,
    moved_by_months,
    next_month,
    on_day,
)
from shared.catalog import Catalog
from shared.economy.events import Effects, EventRules, OneOffEvent, windows
from shared.resets import starts_at

DAY = timedelta(days=1)
days = st.dates(EARLIEST, LATEST)


@given(days, st.integers(0, 6))
def test_a_grid_holds_its_month_in_whole_weeks(day: date, first_weekday: int) -> None:
    grid = grid_of(day, first_weekday)
    shown = list(grid.days())
    assert len(shown) == 7 * grid.weeks
    assert shown[0].weekday() == first_weekday
    assert shown[-1] == grid.last
    assert shown[0] <= grid.month <= shown[6]
    assert shown[-7] <= next_month(day) - DAY <= shown[-1]
    assert 4 <= grid.weeks <= 6
    row, column = grid.place(day)
    assert shown[row * 7 + column] == day


@given(days, st.integers(-2000, 2000))
def test_turning_months_keeps_the_day_where_it_can(day: date, months: int) -> None:
    moved = moved_by_months(day, months)
    assert EARLIEST <= moved <= LATEST
    assert moved.day <= day.day
    if moved.month not in {EARLIEST.month, LATEST.month}:
        number = day.year * 12 + day.month + months
        assert moved.year * 12 + moved.month == number
        assert moved.day == day.day or (moved + DAY).day == 1


def test_short_months_and_the_ends_of_the_calendar() -> None:
    assert moved_by_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert moved_by_months(date(2027, 1, 31), 1) == date(2027, 2, 28)
    assert moved_by_months(EARLIEST, -1) == EARLIEST
    assert moved_by_months(LATEST, 1) == LATEST
    assert kept(date(1999, 1, 1)) == EARLIEST


@given(days, st.integers(0, 6))
def test_bars_cover_exactly_their_windows(catalog: Catalog, day: date, first_weekday: int) -> None:
    grid = grid_of(day, first_weekday)
    shown = windows(catalog.economy.events, starts_at(grid.first), starts_at(grid.last) + DAY)
    bars = bars_of(shown, grid)
    for window in shown:
        own = [bar for bar in bars if bar.window is window]
        begin = max(window.starts, starts_at(grid.first))
        end = min(window.ends, starts_at(grid.last) + DAY)
        assert sum(bar.right - bar.left for bar in own) == (end - begin) / DAY
        assert sum(bar.begins for bar in own) == (window.starts >= starts_at(grid.first))
        assert sum(bar.ends for bar in own) == (window.ends <= starts_at(grid.last) + DAY)
    for bar in bars:
        for other in bars:
            if other is not bar and (bar.row, bar.lane) == (other.row, other.lane):
                assert bar.right <= other.left or other.right <= bar.left


def test_the_rotation_and_what_pauses_it_share_the_first_lane(catalog: Catalog) -> None:
    for day in (date(2026, 12, 20), date(2026, 10, 28), date(2027, 1, 3)):
        grid = grid_of(day, 6)
        shown = windows(catalog.economy.events, starts_at(grid.first), starts_at(grid.last) + DAY)
        lanes = {bar.window.slug: bar.lane for bar in bars_of(shown, grid)}
        assert {lane for slug, lane in lanes.items() if slug != "harvest-moon"} == {0}
        assert lanes.get("harvest-moon", 1) == 1


def test_an_event_of_some_hours_is_a_part_of_a_day() -> None:
    begin = datetime(2026, 11, 18, 6, tzinfo=UTC)
    own = OneOffEvent("own", "Own", "", begin, begin + timedelta(hours=12), Effects())
    rules = EventRules(date(2026, 1, 1), 28, (), (), (own,))
    shown = windows(rules, begin - DAY, begin + DAY)
    (bar,) = bars_of(shown, grid_of(date(2026, 11, 18), 6))
    assert (bar.left, bar.right) == (3.25, 3.75)
    assert on_day(shown, date(2026, 11, 18)) == shown
    assert on_day(shown, date(2026, 11, 17)) == []
    assert on_day(shown, date(2026, 11, 19)) == []
