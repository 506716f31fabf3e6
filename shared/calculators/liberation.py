"""When a weapon is liberated. Figures: seeds/liberation.json (Genesis 6,500 traces, Destiny 45,000)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.catalog.bosses import BossEntry
from shared.catalog.progress import LiberationPath, LiberationStage
from shared.errors import InvalidInput
from shared.resets import Reset, next_period, period_of_day

HORIZON_DAYS = 50 * 366
"""A plan that takes more than fifty years is reported as never finishing."""


@dataclass(frozen=True, slots=True)
class ChosenBoss:
    """A boss cleared every reset in a party of this size. done: already cleared in the period that holds
    today."""

    entry_id: str
    party_size: int = 1
    done: bool = False


@dataclass(frozen=True, slots=True)
class LiberationInput:
    """Where a character stands: the stage it works on (from 1; one past the last when liberated), what it
    holds toward it, whether it owns the pass, and the bosses it clears."""

    stage: int = 1
    held: int = 0
    has_pass: bool = False
    bosses: tuple[ChosenBoss, ...] = ()


@dataclass(frozen=True, slots=True)
class StageDate:
    """A stage and the day enough is held for it; None when that never comes."""

    stage: LiberationStage
    day: date | None


@dataclass(frozen=True, slots=True)
class LiberationPoint:
    """Handed over plus held at the end of a day."""

    day: date
    progress: int


@dataclass(frozen=True, slots=True)
class LiberationResult:
    """What the plan brings.

    weekly_income and monthly_income: per full week and month, before the cap on what can be held. remaining:
    still to collect. liberated_on, days and weeks (7 days each, begun ones counted) are None when it never
    finishes. lost: what the cap cost on the way. stages: those still ahead. income: what one clear brings, by
    entry id.
    """

    weekly_income: int
    monthly_income: int
    remaining: int
    days: int | None
    weeks: int | None
    liberated_on: date | None
    lost: int
    stages: tuple[StageDate, ...]
    timeline: tuple[LiberationPoint, ...]
    income: Mapping[str, int]


def clear_income(path: LiberationPath, entry_id: str, party_size: int, *, has_pass: bool) -> int:
    """What one clear brings one member: floor(amount / party size), then times the pass.

    The share is rounded down as the sources say; that the pass multiplies the rounded share follows a public
    liberation calculator (see the notes in seeds/liberation.json). 0 for an entry that gives nothing.
    """
    share = path.amounts.get(entry_id, 0) // party_size
    return share * path.liberation_pass.multiplier if has_pass and path.liberation_pass else share


def plan_liberation(
    path: LiberationPath, bosses: Mapping[str, BossEntry], given: LiberationInput, today: date
) -> LiberationResult:
    """The plan from a UTC day on.

    Bosses not done yet are cleared today, then on the first day of each of their periods: the earliest date
    possible. After every clear what is held is cut to the path's cap and finished stages are handed over at
    once; their quest battles are taken as won, and what is left counts toward the next stage. Raises
    InvalidInput for stage, held, has_pass and bosses.
    """
    _check(path, bosses, given)
    income = {
        boss.entry_id: clear_income(path, boss.entry_id, boss.party_size, has_pass=given.has_pass)
        for boss in given.bosses
    }
    walk = _Walk(path, given, today)
    walk.hand_over(today)
    if any(income.values()):
        _clear_until_done(walk, bosses, given.bosses, income, today)
    ends = walk.reached
    # Liberated before the first day: no stage was reached on the walk.
    liberated = ends.get(len(path.stages), today) if walk.finished else None
    days = None if liberated is None else (liberated - today).days
    return LiberationResult(
        weekly_income=sum(income[entry] for entry in income if bosses[entry].reset is Reset.WEEKLY),
        monthly_income=sum(income[entry] for entry in income if bosses[entry].reset is Reset.MONTHLY),
        remaining=max(0, path.total - _progress(path, given.stage, given.held)),
        days=days,
        weeks=None if days is None else -(-days // 7),
        liberated_on=liberated,
        lost=walk.lost,
        stages=tuple(StageDate(stage, ends.get(stage.order)) for stage in path.stages[given.stage - 1 :]),
        timeline=tuple(walk.points),
        income=income,
    )


class _Walk:
    """The state while walking through the days: the stage worked on, what is held, and what has been
    noted."""

    def __init__(self, path: LiberationPath, given: LiberationInput, today: date) -> None:
        self._path = path
        self._stage = given.stage
        self._held = given.held
        self.lost = 0
        self.reached: dict[int, date] = {}
        self.points = [LiberationPoint(today, _progress(path, given.stage, given.held))]

    @property
    def finished(self) -> bool:
        return self._stage > len(self._path.stages)

    def gain(self, amount: int, day: date) -> None:
        if self.finished:
            return
        held = self._held + amount
        # Nothing is lost that the end of the way would not have used.
        left = self._path.total - self._path.stages[self._stage - 1].cumulative_before
        kept = min(held, self._path.bank_cap)
        self.lost += max(0, min(held, left) - kept)
        self._held = kept
        self.hand_over(day)

    def hand_over(self, day: date) -> None:
        while not self.finished and self._held >= self._path.stages[self._stage - 1].required:
            self._held -= self._path.stages[self._stage - 1].required
            self.reached[self._stage] = day
            self._stage += 1

    def note(self, day: date) -> None:
        progress = _progress(self._path, self._stage, self._held)
        if self.points[-1].day == day:
            self.points[-1] = LiberationPoint(day, progress)
        else:
            self.points.append(LiberationPoint(day, progress))


def _clear_until_done(
    walk: _Walk,
    bosses: Mapping[str, BossEntry],
    chosen: Sequence[ChosenBoss],
    income: Mapping[str, int],
    today: date,
) -> None:
    due: dict[str, date] = {}
    for boss in chosen:
        reset = bosses[boss.entry_id].reset
        following = next_period(reset, period_of_day(reset, today))
        if income[boss.entry_id] and following is not None:
            due[boss.entry_id] = following if boss.done else today
    last = today + timedelta(days=min(HORIZON_DAYS, (date.max - today).days - 40))
    while due and not walk.finished:
        day = min(due.values())
        if day > last:
            return
        for entry_id in [entry for entry, when in due.items() if when == day]:
            walk.gain(income[entry_id], day)
            reset = bosses[entry_id].reset
            due[entry_id] = next_period(reset, period_of_day(reset, day)) or date.max
        walk.note(day)


def _progress(path: LiberationPath, stage: int, held: int) -> int:
    """Handed over plus held; the total once every stage is done."""
    if stage > len(path.stages):
        return path.total
    return min(path.total, path.stages[stage - 1].cumulative_before + held)


def _check(path: LiberationPath, bosses: Mapping[str, BossEntry], given: LiberationInput) -> None:
    if not 1 <= given.stage <= len(path.stages) + 1:
        raise InvalidInput("stage", f"The stage is between 1 and {len(path.stages) + 1}.")
    if not 0 <= given.held <= path.bank_cap:
        raise InvalidInput("held", f"{path.currency} held are between 0 and {path.bank_cap:,}.")
    if given.has_pass and path.liberation_pass is None:
        raise InvalidInput("has_pass", f"There is no pass for the {path.name}.")
    groups: set[str] = set()
    for boss in given.bosses:
        entry = bosses.get(boss.entry_id)
        if entry is None or boss.entry_id not in path.amounts:
            raise InvalidInput("bosses", f"“{boss.entry_id}” gives no {path.currency}.")
        if entry.clear_group in groups:
            raise InvalidInput("bosses", f"{entry.name} is chosen twice.", "Keep one difficulty.")
        groups.add(entry.clear_group)
        if not 1 <= boss.party_size <= entry.max_party_size:
            raise InvalidInput(
                "party_size", f"A party for {entry.display_name} has 1 to {entry.max_party_size} members."
            )
