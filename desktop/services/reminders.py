"""Reminders before a reset, for what is undone and still doable. Pure: no clock, no Qt, no SQL.

A coarse tick (30 s) asks `due` again from the wall clock, so there is no timer that sleep or a clock change
could make wrong. Each reminder, named by reset, period and lead time, is *settled* once: at the first audible
tick in its window, which begins the lead time before the reset and ends at the reset. It is settled by being
shown, or silently because nothing was left to do or because a shorter lead time had already come. What is
settled is remembered, so neither a restart nor a clock set back repeats it; what is not settled by the reset
is over.

Everything is UTC but the quiet hours, which are the player's own.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

from shared.resets import Reset, next_reset, period_of

REMINDED = (Reset.DAILY, Reset.WEEKLY, Reset.WEEKLY_MONDAY, Reset.WEEKLY_WEDNESDAY, Reset.MONTHLY)
"""The resets there are reminders for: all that come again."""

LONGEST_SNOOZE = timedelta(hours=24)
"""A snooze further ahead was set while the clock was wrong, and is ignored, or reminders would stay mute."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is undone and still doable before a reset, counted over all characters."""

    bosses: int = 0
    tasks: int = 0
    characters: int = 0

    def __bool__(self) -> bool:
        return self.bosses > 0 or self.tasks > 0


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span of local time without reminders, start included, end not; it may cross midnight."""

    start: time
    end: time

    def hold(self, now: datetime, zone: tzinfo | None = None) -> bool:
        """Whether the instant lies in the span, read in `zone` (the computer's own when None)."""
        local = now.astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """What the player chose. `leads` are minutes before each reset; `snoozed_until` is an aware instant."""

    leads: Mapping[Reset, Collection[int]] = field(default_factory=dict)
    enabled: bool = True
    snoozed_until: datetime | None = None
    quiet: QuietHours | None = None
    zone: tzinfo | None = None

    def silent(self, now: datetime) -> bool:
        """Whether reminders wait: switched off, snoozed, or quiet hours."""
        if not self.enabled:
            return True
        if self.snoozed_until is not None and now < self.snoozed_until <= now + LONGEST_SNOOZE:
            return True
        return self.quiet is not None and self.quiet.hold(now, self.zone)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reset that comes soon: the period about to end, its end (UTC), and the lead time in minutes."""

    reset: Reset
    period: date
    resets_at: datetime
    lead: int
    left: Left

    @property
    def key(self) -> str:
        return reminder_key(self.reset, self.period, self.lead)


@dataclass(frozen=True, slots=True)
class Notification:
    """All reminders that came due at one tick, the soonest reset first: they are shown as one."""

    at: datetime
    reminders: tuple[Reminder, ...]


class ReminderStore(Protocol):
    """Remembers which reminders are settled, across restarts."""

    def fired(self, key: str) -> bool:
        """Whether the reminder with this key is settled."""
        ...

    def mark(self, keys: Collection[str], at: datetime) -> None:
        """Settle all of them or, when it raises, none."""
        ...


def reminder_key(reset: Reset, period: date, lead: int) -> str:
    """The name of one reminder, for example "weekly-thursday/2026-11-19/1440"."""
    return f"{reset.value}/{period.isoformat()}/{lead}"


def due(
    now: datetime, rules: ReminderRules, store: ReminderStore, left: Callable[[Reset, date], Left]
) -> Notification | None:
    """What is to be shown at this tick, already marked in the store; None for nothing.

    `left` is asked only when a reminder comes due, at most once per reset and lead time. Marking comes before
    showing: a crash between the two loses one reminder rather than repeating it at every start. Errors of the
    store and of `left` pass through with nothing marked, so the next tick tries again. ValueError for a naive
    `now`.
    """
    if now.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    if rules.silent(now):
        return None
    settled: list[str] = []
    reminders: list[Reminder] = []
    for reset in REMINDED:
        keys, shown = _settle(reset, now, rules, store, left)
        settled += keys
        if shown is not None:
            reminders.append(shown)
    if settled:
        store.mark(settled, now.astimezone(UTC))
    if not reminders:
        return None
    reminders.sort(key=_soonest_first)
    return Notification(now.astimezone(UTC), tuple(reminders))


def snooze_end(now: datetime, minutes: int | None = None) -> datetime:
    """When a snooze of so many minutes ends, UTC; with None, at the next reset of any kind.

    A snooze never passes LONGEST_SNOOZE.
    """
    if minutes is not None:
        return now.astimezone(UTC) + min(timedelta(minutes=minutes), LONGEST_SNOOZE)
    ends = [at for reset in REMINDED if (at := next_reset(reset, now)) is not None]
    return min(ends)


def _settle(
    reset: Reset,
    now: datetime,
    rules: ReminderRules,
    store: ReminderStore,
    left: Callable[[Reset, date], Left],
) -> tuple[list[str], Reminder | None]:
    """The keys of one reset that are settled at this tick, and the reminder to show, if any."""
    resets_at = next_reset(reset, now)
    if resets_at is None:
        return [], None
    period = period_of(reset, now)
    reached = sorted(
        {lead for lead in rules.leads.get(reset, ()) if resets_at - timedelta(minutes=lead) <= now}
    )
    fresh = [lead for lead in reached if not store.fired(reminder_key(reset, period, lead))]
    if not fresh:
        return [], None
    keys = [reminder_key(reset, period, lead) for lead in fresh]
    nearest = fresh[0]
    if nearest != reached[0]:
        return keys, None  # a shorter lead time has been settled: a longer one has nothing to add
    remaining = left(reset, period)
    if not remaining:
        return keys, None
    return keys, Reminder(reset, period, resets_at, nearest, remaining)


def _soonest_first(reminder: Reminder) -> tuple[datetime, int]:
    return reminder.resets_at, REMINDED.index(reminder.reset)
