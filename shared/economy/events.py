"""Events: a 28-day rotation, seasonal ones and one-off ones, computed for any instant, and what they change.

Nothing is stored day by day: every question is answered from the rules. A window is half-open, [starts, ends), in
UTC; those of the rotation and the seasons begin and end at 00:00 UTC.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from shared.resets import starts_at

_DAY = timedelta(days=1)
_AHEAD = timedelta(days=800)
_CALENDAR = (MINYEAR + 10, MAXYEAR - 10)
"""So far ahead every seasonal event begins at least once, and the rotation often, unless it is paused all along."""


@dataclass(frozen=True, slots=True)
class Effects:
    """What an event changes, in per cent of what holds without it.

    coins and experience: 150 is half as much again. rare_bonus: 50 adds 0.5 to the multiplier of rare and better.
    materials: the weight of these materials among the prizes of their rarity.
    """

    coins: int = 100
    experience: int = 100
    rare_bonus: int = 0
    materials: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RotationEvent:
    """A part of the rotation: from day `first_day` for `days` days, days counted from 0."""

    slug: str
    name: str
    description: str
    first_day: int
    days: int
    effects: Effects
    icon: str = "star"


@dataclass(frozen=True, slots=True)
class SeasonalEvent:
    """An event of every year, from a UTC date for `days` days. overrides: the rotation pauses meanwhile."""

    slug: str
    name: str
    description: str
    month: int
    day: int
    days: int
    effects: Effects
    overrides: bool = False
    icon: str = "star"


@dataclass(frozen=True, slots=True)
class OneOffEvent:
    """An event that comes once, [starts, ends), aware instants. overrides: the rotation pauses meanwhile.

    ValueError for instants without a zone and for an end that does not follow the start.
    """

    slug: str
    name: str
    description: str
    starts: datetime
    ends: datetime
    effects: Effects
    overrides: bool = False
    icon: str = "star"

    def __post_init__(self) -> None:
        if _utc(self.ends) <= _utc(self.starts):
            raise ValueError("an event ends after it starts")


@dataclass(frozen=True, slots=True)
class EventRules:
    """The whole schedule. anchor: the UTC date a rotation begins on; it repeats every `length` days, both ways."""

    anchor: date
    length: int
    rotation: tuple[RotationEvent, ...]
    seasonal: tuple[SeasonalEvent, ...] = ()
    one_off: tuple[OneOffEvent, ...] = ()


class Source(StrEnum):
    """Where an event comes from."""

    ROTATION = "rotation"
    SEASONAL = "seasonal"
    ONE_OFF = "one-off"


class EventState(StrEnum):
    """An event as seen from an instant."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class EventWindow:
    """One event's time: [starts, ends), UTC.

    planned_starts, planned_ends: without the pauses that cut it; a window of the rotation cut in the middle is two.
    """

    slug: str
    name: str
    description: str
    icon: str
    effects: Effects
    source: Source
    starts: datetime
    ends: datetime
    planned_starts: datetime
    planned_ends: datetime
    overrides: bool = False

    @property
    def key(self) -> str:
        """Its name among all windows, such as "legendary-hunt/2026-11-26T00:00:00+00:00"."""
        return f"{self.slug}/{self.starts.isoformat()}"

    @property
    def cut(self) -> bool:
        """Whether a pause took a part of it."""
        return (self.starts, self.ends) != (self.planned_starts, self.planned_ends)

    @property
    def resumes(self) -> bool:
        """Whether it begins late, when a pause is over."""
        return self.starts > self.planned_starts

    @property
    def pauses(self) -> bool:
        """Whether it ends early, or until later, because a pause begins."""
        return self.ends < self.planned_ends

    def state(self, at: datetime) -> EventState:
        """How it stands at an instant; the second it ends it is completed."""
        if at < self.starts:
            return EventState.UPCOMING
        return EventState.ACTIVE if at < self.ends else EventState.COMPLETED


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What all active events together change: factors multiply, bonuses add. Exact."""

    coins: Fraction = Fraction(1)
    experience: Fraction = Fraction(1)
    rare_bonus: Fraction = Fraction(0)
    materials: Mapping[str, Fraction] = field(default_factory=dict)


NO_MODIFIERS = Modifiers()


def windows(rules: EventRules, start: datetime, end: datetime) -> list[EventWindow]:
    """Every window that meets [start, end), whole, the earliest first. ValueError for instants without a zone.

    An event of 29 February begins on 1 March in the years that have none. At both ends of the calendar, where a
    broken date may lie but nobody plays, there are none.
    """
    start, end = _utc(start), _utc(end)
    if end <= start or start.year <= _CALENDAR[0] or end.year >= _CALENDAR[1]:
        return []
    found = [window for window in _fixed(rules, start, end) if _meets(window, start, end)]
    for whole in _rotation(rules, start, end):
        found += [piece for piece in _pieces(rules, whole) if _meets(piece, start, end)]
    return sorted(found, key=_order)


def active(rules: EventRules, at: datetime) -> list[EventWindow]:
    """The windows of an instant, the earliest first."""
    return windows(rules, at, at + datetime.resolution)


def next_windows(rules: EventRules, at: datetime, count: int = 4) -> list[EventWindow]:
    """The next windows to begin after an instant, the soonest first."""
    at = _utc(at)
    if at.year >= _CALENDAR[1]:
        return []
    near = windows(rules, at, at + _AHEAD)
    far = [window for window in _one_off(rules) if window.starts >= at + _AHEAD]
    return [window for window in (*near, *sorted(far, key=_order)) if window.starts > at][:count]


def modifiers(running: Iterable[EventWindow]) -> Modifiers:
    """What windows that run together change; their order does not matter."""
    coins = experience = Fraction(1)
    rare_bonus = Fraction(0)
    materials: dict[str, Fraction] = {}
    for window in running:
        effects = window.effects
        coins *= Fraction(effects.coins, 100)
        experience *= Fraction(effects.experience, 100)
        rare_bonus += Fraction(effects.rare_bonus, 100)
        for slug, percent in effects.materials.items():
            materials[slug] = materials.get(slug, Fraction(1)) * Fraction(percent, 100)
    return Modifiers(coins, experience, rare_bonus, materials)


def modifiers_at(rules: EventRules, at: datetime) -> Modifiers:
    """What the events of an instant change together."""
    return modifiers(active(rules, at))


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def _meets(window: EventWindow, start: datetime, end: datetime) -> bool:
    return window.starts < end and start < window.ends


def _order(window: EventWindow) -> tuple[datetime, int, str]:
    return window.starts, tuple(Source).index(window.source), window.slug


def _rotation(rules: EventRules, start: datetime, end: datetime) -> Iterator[EventWindow]:
    """The rotation's windows that meet [start, end), as if nothing paused it."""
    first = (start.date() - rules.anchor).days // rules.length
    last = (end.date() - rules.anchor).days // rules.length
    for turn in range(first, last + 1):
        begun = starts_at(rules.anchor) + turn * rules.length * _DAY
        for part in rules.rotation:
            starts = begun + part.first_day * _DAY
            window = _window(part, Source.ROTATION, starts, starts + part.days * _DAY)
            if _meets(window, start, end):
                yield window


def _fixed(rules: EventRules, start: datetime, end: datetime) -> Iterator[EventWindow]:
    """Seasonal and one-off windows, those that meet [start, end) among them."""
    for event in rules.seasonal:
        # A window that crosses New Year belongs to the year it began in.
        for year in range(start.year - 1, end.year + 1):
            starts = starts_at(_beginning(event, year))
            yield _window(event, Source.SEASONAL, starts, starts + event.days * _DAY, event.overrides)
    yield from _one_off(rules)


def _one_off(rules: EventRules) -> Iterator[EventWindow]:
    for event in rules.one_off:
        yield _window(event, Source.ONE_OFF, _utc(event.starts), _utc(event.ends), event.overrides)


def _beginning(event: SeasonalEvent, year: int) -> date:
    try:
        return date(year, event.month, event.day)
    except ValueError:
        return date(year, event.month + 1, 1)


def _pieces(rules: EventRules, whole: EventWindow) -> Iterator[EventWindow]:
    """What the pauses leave of a rotation's window."""
    at = whole.starts
    fixed = _fixed(rules, whole.starts, whole.ends)
    pauses = [window for window in fixed if window.overrides and _meets(window, whole.starts, whole.ends)]
    for pause in sorted(pauses, key=_order):
        if pause.starts > at:
            yield replace(whole, starts=at, ends=pause.starts)
        at = max(at, pause.ends)
    if at < whole.ends:
        yield replace(whole, starts=at)


def _window(
    event: RotationEvent | SeasonalEvent | OneOffEvent,
    source: Source,
    starts: datetime,
    ends: datetime,
    overrides: bool = False,
) -> EventWindow:
    return EventWindow(
        slug=event.slug,
        name=event.name,
        description=event.description,
        icon=event.icon,
        effects=event.effects,
        source=source,
        starts=starts,
        ends=ends,
        planned_starts=starts,
        planned_ends=ends,
        overrides=overrides,
    )
