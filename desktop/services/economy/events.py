"""Which events there are now and next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.catalog import Catalog
from shared.economy.events import EventWindow, Modifiers, active, modifiers, next_windows, windows
from shared.resets import starts_at

_SOON = 4


@dataclass(frozen=True, slots=True)
class EventsOverview:
    """What runs at an instant, what it changes together, and the next to begin, the soonest first."""

    now: datetime
    active: tuple[EventWindow, ...]
    modifiers: Modifiers
    upcoming: tuple[EventWindow, ...]


class Events:
    """The schedule at the app's clock. Computed, so it needs no database."""

    def __init__(self, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._rules = catalog.economy.events
        self._now = now

    def active(self, at: datetime | None = None) -> list[EventWindow]:
        """The events of an instant, of now by default; the earliest first."""
        return active(self._rules, at or self._now())

    def modifiers(self, at: datetime | None = None) -> Modifiers:
        """What they change together."""
        return modifiers(self.active(at))

    def upcoming(self, at: datetime | None = None, count: int = _SOON) -> list[EventWindow]:
        """The next events to begin after an instant, the soonest first."""
        return next_windows(self._rules, at or self._now(), count)

    def overview(self, at: datetime | None = None) -> EventsOverview:
        """All of that at once."""
        now = at or self._now()
        running = self.active(now)
        return EventsOverview(now, tuple(running), modifiers(running), tuple(self.upcoming(now)))

    def on_days(self, first: date, last: date) -> list[EventWindow]:
        """Every event that runs at some time from one UTC day to another, both included."""
        return windows(self._rules, starts_at(first), starts_at(last) + timedelta(days=1))
