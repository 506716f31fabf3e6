"""Telling that an event comes and that it has begun: each window once, through sleep, restarts and clock changes. Pure.

As with the resets, a coarse tick asks again from the wall clock. An event is told at the first audible tick at which
it runs, so a machine that slept through the start tells it late, and one that slept through all of it not at all.
What is told is remembered. A player's very first start does not tell of what began more than a day before.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from desktop.services.reminders import ReminderRules, ReminderStore
from shared.economy.events import EventState, EventWindow

PREFIX = "event/"
AHEAD_PREFIX = "event-ahead/"
AHEAD = timedelta(days=1)
"""How long before it begins an event is announced."""
_FRESH = timedelta(days=1)


class EventStore(ReminderStore, Protocol):
    """Remembers which events are told."""

    def knows(self, prefix: str) -> bool:
        """Whether any key that begins so is settled."""
        ...


@dataclass(frozen=True, slots=True)
class EventNotification:
    """The events to tell of at one tick, the first to begin first: they are shown as one."""

    at: datetime
    windows: tuple[EventWindow, ...]

    @property
    def begun(self) -> bool:
        """Whether all of them began lately, so that it is news and not a word in passing."""
        return all(self.at - window.starts < _FRESH for window in self.windows)


def event_key(window: EventWindow) -> str:
    """The name under which a window is remembered."""
    return f"{PREFIX}{window.key}"


def due_events(
    now: datetime, rules: ReminderRules, store: EventStore, windows: Iterable[EventWindow]
) -> EventNotification | None:
    """What is to be told at this tick, already marked in the store; None for nothing.

    windows: at least those that run now. Marking comes before showing, and errors of the store pass through with
    nothing marked, as with the resets. ValueError for a naive `now`.
    """
    if now.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    if rules.silent(now):
        return None
    fresh = [
        window
        for window in windows
        if window.state(now) is EventState.ACTIVE and not store.fired(event_key(window))
    ]
    if not fresh:
        return None
    told = tuple(window for window in fresh if now - window.starts < _FRESH or store.knows(PREFIX))
    store.mark([event_key(window) for window in fresh], now.astimezone(UTC))
    return EventNotification(now.astimezone(UTC), told) if told else None


def coming_events(
    now: datetime, rules: ReminderRules, store: ReminderStore, windows: Iterable[EventWindow]
) -> EventNotification | None:
    """Which events to announce at this tick, because they begin within a day; already marked. None for nothing.

    windows: at least the next to begin. Whoever was asleep for the whole day before is told only that it has begun.
    """
    if rules.silent(now):
        return None
    told = tuple(
        window
        for window in windows
        if now < window.starts <= now + AHEAD and not store.fired(f"{AHEAD_PREFIX}{window.key}")
    )
    if not told:
        return None
    store.mark([f"{AHEAD_PREFIX}{window.key}" for window in told], now.astimezone(UTC))
    return EventNotification(now.astimezone(UTC), told)
