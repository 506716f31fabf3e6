"""A month as weeks of days, and where the bars of events lie in it. No Qt: days and shares of a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.economy.events import EventWindow, Source
from shared.resets import starts_at

EARLIEST, LATEST = date(2005, 5, 1), date(2099, 12, 31)
"""The days the calendar goes to: from the game's first month to the end of the century."""

_DAY = timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Grid:
    """The weeks that show a month. first: the day at the top left; weeks: how many rows, 4 to 6."""

    month: date
    first: date
    weeks: int

    @property
    def last(self) -> date:
        """The day at the bottom right."""
        return self.first + (self.weeks * _WEEK - 1) * _DAY

    def days(self) -> Iterable[date]:
        """Every day shown, row by row."""
        return (self.first + number * _DAY for number in range(self.weeks * _WEEK))

    def place(self, day: date) -> tuple[int, int]:
        """The row and column of a day. ValueError when it is not shown."""
        number = (day - self.first).days
        if not 0 <= number < self.weeks * _WEEK:
            raise ValueError("this day is not shown")
        return divmod(number, _WEEK)


@dataclass(frozen=True, slots=True)
class Bar:
    """A window's part in one week. left and right: days from the row's begin, 0 to 7, in fractions.

    lane: 0 for the line below the day's number. begins, ends: whether the window does, in this row.
    """

    window: EventWindow
    row: int
    lane: int
    left: float
    right: float
    begins: bool
    ends: bool


def grid_of(day: date, first_weekday: int) -> Grid:
    """The weeks of the month that holds a day. first_weekday: 0 for Monday to 6 for Sunday."""
    month = day.replace(day=1)
    first = month - ((month.weekday() - first_weekday) % _WEEK) * _DAY
    weeks = -(-((next_month(month) - first).days) // _WEEK)
    return Grid(month, first, weeks)


def next_month(day: date) -> date:
    """The first day of the month after a day's."""
    return (day.replace(day=1) + 32 * _DAY).replace(day=1)


def moved_by_months(day: date, months: int) -> date:
    """The same day so many months on, or the last one of a shorter month; kept within the calendar."""
    number = day.year * 12 + day.month - 1 + months
    month = kept(date(number // 12, number % 12 + 1, 1))
    last = next_month(month) - _DAY
    return month.replace(day=min(day.day, last.day))


def kept(day: date) -> date:
    """The nearest day the calendar goes to."""
    return max(EARLIEST, min(day, LATEST))


def bars_of(windows: Sequence[EventWindow], grid: Grid) -> list[Bar]:
    """The bars of every row. The rotation lies in the first lane, as does what pauses it; others below."""
    found: list[Bar] = []
    for row in range(grid.weeks):
        begin = starts_at(grid.first + row * _WEEK * _DAY)
        end = begin + _WEEK * _DAY
        lanes: list[datetime] = []
        for window in sorted(windows, key=_lane_order):
            if not (window.starts < end and begin < window.ends):
                continue
            lane = next((n for n, free in enumerate(lanes) if free <= window.starts), len(lanes))
            lanes[lane : lane + 1] = [window.ends]
            left = max(0.0, (window.starts - begin) / _DAY)
            right = min(float(_WEEK), (window.ends - begin) / _DAY)
            begins, ends = window.starts >= begin, window.ends <= end
            found.append(Bar(window, row, lane, left, right, begins, ends))
    return found


def on_day(windows: Iterable[EventWindow], day: date) -> list[EventWindow]:
    """The windows that run at some time of a UTC day."""
    begin = starts_at(day)
    return [window for window in windows if window.starts < begin + _DAY and begin < window.ends]


def _lane_order(window: EventWindow) -> tuple[int, datetime, str]:
    rank = 0 if window.source is Source.ROTATION else 1 if window.overrides else 2
    return rank, window.starts, window.slug
