"""How long a symbol takes and what it costs. Figures: seeds/symbols.json (GMS v.271 rates, checked in
game)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.catalog.progress import SymbolArea, SymbolRules
from shared.errors import InvalidInput
from shared.resets import Reset, next_period, period_of_day

MAX_HELD = 99_999
"""More symbols than any level asks for; a larger number is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class SymbolInput:
    """One symbol of one character on the first day counted.

    held: symbols toward the next level. target_level None: the highest. does_daily, does_weekly: whether they
    are done from here on. extra_quest: the area's extra quest line is finished, so the daily brings its full
    amount. daily_done: today's daily is already counted in held; weekly_clears_done: so are this many of this
    week's.
    """

    level: int
    held: int = 0
    target_level: int | None = None
    does_daily: bool = True
    does_weekly: bool = True
    extra_quest: bool = True
    daily_done: bool = False
    weekly_clears_done: int = 0


@dataclass(frozen=True, slots=True)
class SymbolPoint:
    """The day a level is reached."""

    day: date
    level: int


@dataclass(frozen=True, slots=True)
class SymbolResult:
    """What the way to the target asks for.

    symbols_needed: still to collect, after those held. mesos_needed: the cost of every level left. days: from
    the first day to finished_on, 0 when it can be done that day; both None when nothing is coming in.
    timeline: the first day with the level held, then every level with its day. The gains are target minus
    current; main_stat is what most jobs get (Demon Avenger and Xenon differ).
    """

    area: str
    level: int
    target_level: int
    symbols_needed: int
    mesos_needed: int
    daily_income: int
    weekly_income: int
    days: int | None
    finished_on: date | None
    timeline: tuple[SymbolPoint, ...]
    force_gained: int
    main_stat_gained: int


@dataclass(frozen=True, slots=True)
class SymbolTotals:
    """Several areas at once; finished_on is the last of them, None as soon as one never finishes."""

    symbols_needed: int
    mesos_needed: int
    days: int | None
    finished_on: date | None
    force_gained: int
    main_stat_gained: int


def plan_symbol(rules: SymbolRules, area: SymbolArea, given: SymbolInput, today: date) -> SymbolResult:
    """The way from the given level to the target, beginning on a UTC day.

    A daily counts on the day itself, also today unless it is done. Weekly clears left this week count today,
    the next ones on each Thursday: the earliest date possible. Levels are raised as soon as the symbols are
    there; what is left over counts toward the next. Raises InvalidInput for level, held, target_level and
    weekly_clears_done.
    """
    target = rules.max_level if given.target_level is None else given.target_level
    _check(rules, given, target)
    steps = rules.symbols_required[given.level - 1 : target - 1]
    needed = max(0, sum(steps) - given.held)
    daily = _daily_income(area, given)
    weekly = rules.weekly_symbols_per_clear * rules.weekly_clears if given.does_weekly else 0
    timeline = _timeline(rules, given, target, daily, today)
    finished = timeline[-1].day if timeline[-1].level == target else None
    return SymbolResult(
        area=area.slug,
        level=given.level,
        target_level=target,
        symbols_needed=needed,
        mesos_needed=sum(area.meso_cost[given.level - 1 : target - 1]),
        daily_income=daily,
        weekly_income=weekly,
        days=None if finished is None else (finished - today).days,
        finished_on=finished,
        timeline=timeline,
        force_gained=rules.force.at(target) - rules.force.at(given.level),
        main_stat_gained=rules.main_stat.at(target) - rules.main_stat.at(given.level),
    )


def total_of(results: Sequence[SymbolResult]) -> SymbolTotals:
    """All areas together. Nothing to do, for an empty sequence, takes 0 days and has no date."""
    ends = [result.finished_on for result in results]
    days = [result.days for result in results]
    known_ends = [end for end in ends if end is not None]
    known_days = [count for count in days if count is not None]
    complete = len(known_ends) == len(ends)
    return SymbolTotals(
        symbols_needed=sum(result.symbols_needed for result in results),
        mesos_needed=sum(result.mesos_needed for result in results),
        days=max(known_days, default=0) if complete else None,
        finished_on=max(known_ends, default=None) if complete else None,
        force_gained=sum(result.force_gained for result in results),
        main_stat_gained=sum(result.main_stat_gained for result in results),
    )


def _check(rules: SymbolRules, given: SymbolInput, target: int) -> None:
    if not 1 <= given.level <= rules.max_level:
        raise InvalidInput("level", f"A symbol's level is between 1 and {rules.max_level}.")
    if not given.level <= target <= rules.max_level:
        raise InvalidInput(
            "target_level", f"The target is between level {given.level} and {rules.max_level}."
        )
    if not 0 <= given.held <= MAX_HELD:
        raise InvalidInput("held", f"Symbols held are between 0 and {MAX_HELD:,}.")
    if not 0 <= given.weekly_clears_done <= rules.weekly_clears:
        raise InvalidInput(
            "weekly_clears_done", f"Weekly clears done are between 0 and {rules.weekly_clears}."
        )


def _daily_income(area: SymbolArea, given: SymbolInput) -> int:
    if not given.does_daily:
        return 0
    return area.daily_symbols_max if given.extra_quest else area.daily_symbols_base


def _timeline(
    rules: SymbolRules, given: SymbolInput, target: int, daily: int, today: date
) -> tuple[SymbolPoint, ...]:
    level, held, day = given.level, given.held, today
    points = [SymbolPoint(today, level)]
    per_clear = rules.weekly_symbols_per_clear if given.does_weekly else 0
    weekly = per_clear * rules.weekly_clears
    reset = next_period(Reset.WEEKLY, period_of_day(Reset.WEEKLY, today))
    held += 0 if given.daily_done else daily
    held += per_clear * (rules.weekly_clears - given.weekly_clears_done)
    while True:
        while level < target and held >= rules.symbols_required[level - 1]:
            held -= rules.symbols_required[level - 1]
            level += 1
            points.append(SymbolPoint(day, level))
        if level == target or not (daily or weekly):
            return tuple(points)
        day += timedelta(days=1)
        held += daily
        if day == reset:
            held += weekly
            reset = next_period(Reset.WEEKLY, day)
