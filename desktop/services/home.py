"""What the Home page shows: this week per character, what needs a word, what the week brought so far."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from desktop.services.board import Boards, Crystals, Matrix
from desktop.services.characters import Character
from desktop.services.reminders import Left
from desktop.services.tasks import Tasks, TaskState
from desktop.storage.database import Database
from desktop.storage.tables import boss_run_drops, boss_runs, live
from shared.catalog import Catalog
from shared.resets import Reset, next_reset, period_of_day, utc_date
from shared.summary import DropFact, RunFact, Tally, tally
from shared.tracking import DropNote

_RECENT = 8
_OPEN_SHOWN = 8
_WEEKLY = (Reset.WEEKLY, Reset.WEEKLY_MONDAY, Reset.WEEKLY_WEDNESDAY)
SHOWN_RESETS = (Reset.DAILY, Reset.WEEKLY, Reset.MONTHLY)


@dataclass(frozen=True, slots=True)
class CharacterWeek:
    """One character's week. Amounts in mesos; *_left are tasks and planned bosses still to do.

    bosses_left: weekly and monthly ones. weekly_tasks_left: of any weekday's reset. tasks: how many there are
    that ever come back.
    """

    character: Character
    weekly: Crystals
    bosses_left: int
    mesos_earned: int
    mesos_possible: int
    daily_tasks_left: int
    weekly_tasks_left: int
    monthly_tasks_left: int
    tasks: int


@dataclass(frozen=True, slots=True)
class DropLine:
    """One drop, for the list of recent ones."""

    run_id: str
    day: date
    character: str
    entry_id: str
    item: str
    quantity: int


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One clear whose drops nobody noted."""

    run_id: str
    day: date
    character: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on Home.

    shared_tasks_left: tasks of worlds and the account. open_total counts this week's clears without a drop
    note, opened shows the newest few. last_week_so_far: last week up to the same weekday, to compare with.
    left: what each of the shown resets would take away. has_runs: whether anything was ever logged.
    """

    now: datetime
    characters: tuple[CharacterWeek, ...]
    shared_tasks_left: int
    recent: tuple[DropLine, ...]
    opened: tuple[OpenLine, ...]
    open_total: int
    this_week: Tally
    last_week: Tally
    last_week_so_far: Tally
    has_runs: bool
    left: Mapping[Reset, Left]
    resets: tuple[tuple[Reset, datetime], ...]


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """A span rounded down to what a person wants to know of it: days and hours, or hours and minutes."""

    days: int
    hours: int
    minutes: int


def time_left(now: datetime, at: datetime) -> TimeLeft:
    """How long it is from an instant to a later one; nothing when that has passed."""
    minutes = max(0, int((at - now).total_seconds())) // 60
    return TimeLeft(minutes // 1440, minutes // 60 % 24, minutes % 60)


class Home:
    """Reads only."""

    def __init__(
        self, database: Database, catalog: Catalog, boards: Boards, tasks: Tasks, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._boards = boards
        self._tasks = tasks
        self._now = now

    def overview(self) -> Overview:
        """The state of everything now."""
        now = self._now()
        matrix = self._boards.matrix()
        states = [state for state in self._tasks.states(streaks=False) if state.task.reset is not Reset.ONCE]
        names = {c.id: c.name for c in matrix.characters}
        today = utc_date(now)
        week = period_of_day(Reset.WEEKLY, today)
        with self._database.read() as connection:
            recent = _recent(connection, names)
            opened, open_total = _opened(connection, names, week)
            any_run = connection.execute(select(boss_runs.c.id).where(live(boss_runs)).limit(1)).first()
            this_week = _sums(connection, week, week + timedelta(days=6))
            last_week = _sums(connection, week - timedelta(days=7), week - timedelta(days=1))
            last_week_so_far = _sums(connection, week - timedelta(days=7), today - timedelta(days=7))
        return Overview(
            now=now,
            characters=tuple(self._week(matrix, character, states) for character in matrix.characters),
            shared_tasks_left=sum(state.task.owner not in names and not state.done for state in states),
            recent=recent,
            opened=opened,
            open_total=open_total,
            this_week=this_week,
            last_week=last_week,
            last_week_so_far=last_week_so_far,
            has_runs=any_run is not None,
            left={reset: self._left(matrix, states, reset) for reset in SHOWN_RESETS},
            resets=tuple((reset, at) for reset in SHOWN_RESETS if (at := next_reset(reset, now)) is not None),
        )

    def left(self, reset: Reset) -> Left:
        """Planned bosses and tasks that this reset takes away undone, and how many characters they are of."""
        return self._left(self._boards.matrix(), self._tasks.states(streaks=False), reset)

    def _left(self, matrix: Matrix, states: Sequence[TaskState], reset: Reset) -> Left:
        bosses = [
            character
            for (character, group), cell in matrix.cells.items()
            if cell.plan is not None and cell.run is None and self._catalog.groups[group][0].reset is reset
        ]
        tasks = [state.task.owner for state in states if not state.done and state.task.reset is reset]
        everyone = {c.id for c in matrix.characters}
        return Left(len(bosses), len(tasks), len(everyone & {*bosses, *tasks}))

    def _week(self, matrix: Matrix, character: Character, states: Sequence[TaskState]) -> CharacterWeek:
        earned = left = other = 0
        open_weekly: list[int] = []
        week = period_of_day(Reset.WEEKLY, matrix.today)
        for (owner, group), cell in matrix.cells.items():
            if owner != character.id:
                continue
            reset = self._catalog.groups[group][0].reset
            if cell.run is not None:
                if cell.run.draft.day >= week:
                    earned += cell.run.crystal_mesos or 0
            elif cell.plan is not None:
                left += reset is not Reset.DAILY
                price = self._catalog.crystal_price(
                    cell.plan.entry_id, character.world_type, cell.plan.party_size, matrix.today
                )
                if reset is Reset.WEEKLY:
                    open_weekly.append(price or 0)
                else:
                    other += price or 0
        crystals = matrix.weekly[character.id]
        room = max(0, crystals.limit - crystals.used)
        own = [state for state in states if state.task.owner == character.id]
        todo = Counter(state.task.reset for state in own if not state.done)
        return CharacterWeek(
            character=character,
            weekly=crystals,
            bosses_left=left,
            mesos_earned=earned + matrix.earlier_mesos.get(character.id, 0),
            mesos_possible=other + sum(sorted(open_weekly, reverse=True)[:room]),
            daily_tasks_left=todo[Reset.DAILY],
            weekly_tasks_left=sum(todo[reset] for reset in _WEEKLY),
            monthly_tasks_left=todo[Reset.MONTHLY],
            tasks=len(own),
        )


def _recent(connection: Connection, names: dict[str, str]) -> tuple[DropLine, ...]:
    found = connection.execute(
        select(
            boss_runs.c.id,
            boss_runs.c.occurred_on,
            boss_runs.c.character_id,
            boss_runs.c.entry_id,
            boss_run_drops.c.item,
            boss_run_drops.c.quantity,
        )
        .join(boss_run_drops, boss_run_drops.c.run_id == boss_runs.c.id)
        .where(live(boss_runs), live(boss_run_drops))
        .order_by(boss_runs.c.occurred_on.desc(), boss_runs.c.row.desc(), boss_run_drops.c.row)
        .limit(_RECENT)
    )
    return tuple(
        DropLine(run, date.fromisoformat(day), names.get(owner, ""), entry, item, quantity)
        for run, day, owner, entry, item, quantity in found
    )


def _opened(connection: Connection, names: dict[str, str], week: date) -> tuple[tuple[OpenLine, ...], int]:
    where = (
        boss_runs.c.occurred_on >= week.isoformat(),
        boss_runs.c.cleared == 1,
        boss_runs.c.drop_note == str(DropNote.UNRECORDED),
        live(boss_runs),
    )
    total = connection.execute(select(func.count()).select_from(boss_runs).where(*where)).scalar()
    found = connection.execute(
        select(boss_runs.c.id, boss_runs.c.occurred_on, boss_runs.c.character_id, boss_runs.c.entry_id)
        .where(*where)
        .order_by(boss_runs.c.occurred_on.desc(), boss_runs.c.row.desc())
        .limit(_OPEN_SHOWN)
    )
    lines = tuple(
        OpenLine(run, date.fromisoformat(day), names.get(owner, ""), entry)
        for run, day, owner, entry in found
    )
    return lines, int(total or 0)


def _sums(connection: Connection, first: date, last: date) -> Tally:
    """What these days brought, all bosses together."""
    since, until = first.isoformat(), last.isoformat()
    of_these_days = boss_runs.c.occurred_on.between(since, until)
    runs = connection.execute(
        select(boss_runs.c.entry_id, boss_runs.c.cleared, boss_runs.c.crystal_mesos).where(
            of_these_days, live(boss_runs)
        )
    )
    drops = connection.execute(
        select(
            boss_runs.c.entry_id,
            boss_runs.c.occurred_on,
            boss_run_drops.c.quantity,
            boss_run_drops.c.sold_for,
            boss_run_drops.c.sold_on,
        )
        .join(boss_runs, boss_runs.c.id == boss_run_drops.c.run_id)
        .where(
            or_(of_these_days, boss_run_drops.c.sold_on.between(since, until)),
            live(boss_run_drops),
            live(boss_runs),
        )
    )
    found = tally((RunFact(*row) for row in runs), (DropFact(*row) for row in drops), since, until)
    return sum(found.values(), Tally())
