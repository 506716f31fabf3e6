"""Every event is told once while it runs, through sleep, quiet hours, restarts and clock changes."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from desktop.services.event_reminders import EventNotification, coming_events, due_events, event_key
from desktop.services.reminder_store import StoredReminders
from desktop.services.reminders import QuietHours, ReminderRules
from desktop.storage.database import Database
from shared.catalog import Catalog
from shared.economy.events import EventRules, active, next_windows, windows
from tests.desktop.conftest import Clock
from tests.desktop.services.test_reminders import Memory, at, year

LOUD = ReminderRules()


class EventMemory(Memory):
    """A store that forgets nothing."""

    def knows(self, prefix: str) -> bool:
        return any(key.startswith(prefix) for key in self.marked)


@pytest.fixture
def rules(catalog: Catalog) -> EventRules:
    return catalog.economy.events


def tell(now: datetime, rules: EventRules, store: EventMemory, how: ReminderRules = LOUD) -> list[str]:
    """What is told at an instant."""
    found = due_events(now, how, store, active(rules, now))
    return [] if found is None else [window.slug for window in found.windows]


def started(rules: EventRules) -> EventMemory:
    """A store that knows the event before the Legendary Hunt of 26 November."""
    store = EventMemory()
    assert tell(at("2026-11-19T00:00:10"), rules, store) == ["merchants-fortune"]
    return store


def test_it_is_told_when_it_begins_and_not_again(rules: EventRules) -> None:
    store = started(rules)
    assert tell(at("2026-11-25T23:59:59"), rules, store) == []
    assert tell(at("2026-11-26T00:00:00"), rules, store) == ["legendary-hunt"]
    assert tell(at("2026-11-26T00:00:30"), rules, store) == []
    assert tell(at("2026-12-02T23:00:00"), rules, store) == []


def test_a_machine_that_slept_through_the_start_is_told_late(rules: EventRules) -> None:
    store = started(rules)
    found = due_events(at("2026-12-02T20:00"), LOUD, store, active(rules, at("2026-12-02T20:00")))
    assert isinstance(found, EventNotification)
    assert [window.slug for window in found.windows] == ["legendary-hunt"]
    assert not found.begun


def test_what_was_slept_through_entirely_is_not_told(rules: EventRules) -> None:
    store = started(rules)
    assert tell(at("2026-12-03T08:00"), rules, store) == ["festival-of-experience"]
    assert all("legendary-hunt" not in key for key in store.marked)


def test_a_clock_set_back_repeats_nothing(rules: EventRules) -> None:
    store = started(rules)
    assert tell(at("2026-11-26T00:10"), rules, store) == ["legendary-hunt"]
    assert tell(at("2026-11-25T22:00"), rules, store) == []
    assert tell(at("2026-11-26T00:10"), rules, store) == []


def test_the_very_first_start_tells_only_what_is_new(rules: EventRules) -> None:
    store = EventMemory()
    assert tell(at("2026-11-21T18:30"), rules, store) == []
    assert store.marked
    assert tell(at("2026-11-26T00:00"), rules, store) == ["legendary-hunt"]
    fresh = due_events(at("2026-11-26T12:00"), LOUD, EventMemory(), active(rules, at("2026-11-26T12:00")))
    assert fresh is not None
    assert fresh.begun


def test_switched_off_snoozed_and_quiet_hours_wait_and_lose_nothing(rules: EventRules) -> None:
    store, begin = started(rules), at("2026-11-26T00:00")
    silent = (
        ReminderRules(enabled=False),
        ReminderRules(snoozed_until=begin + timedelta(hours=2)),
        ReminderRules(quiet=QuietHours(time(22), time(8)), zone=UTC),
    )
    for how in silent:
        assert tell(begin, rules, store, how) == []
    assert tell(at("2026-11-26T08:00"), rules, store, silent[2]) == ["legendary-hunt"]


def test_both_parts_of_a_window_cut_by_a_pause_are_told(rules: EventRules) -> None:
    store = started(rules)
    told = [
        slug for day in range(40) for slug in tell(at("2026-12-17T12:00") + timedelta(days=day), rules, store)
    ]
    assert told == [
        "merchants-fortune",
        "winter-lights",
        "festival-of-experience",
        "rare-materials-week",
        "merchants-fortune",
        "legendary-hunt",
    ]


def test_events_that_begin_together_are_told_together(rules: EventRules) -> None:
    store = started(rules)
    # On 15 July 2027 the Long Summer begins beside a rotation event that nobody was told of.
    now = at("2027-07-15T09:00")
    assert len(tell(now, rules, store)) == 2
    assert tell(now, rules, store) == []


def test_a_store_that_fails_tells_nothing_and_loses_nothing(rules: EventRules) -> None:
    store, now = started(rules), at("2026-11-26T00:00")
    store.fails = True
    with pytest.raises(OSError, match="disk full"):
        tell(now, rules, store)
    store.fails = False
    assert tell(now, rules, store) == ["legendary-hunt"]


def test_a_naive_now_is_refused(rules: EventRules) -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_events(at("2026-11-26T00:00").replace(tzinfo=None), LOUD, EventMemory(), [])


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("sleeps", "steps"), [(False, False), (True, True)])
def test_a_year_tells_each_event_once_at_the_first_tick_in_it(
    rules: EventRules, seed: int, sleeps: bool, steps: bool
) -> None:
    ticks = list(year(seed, sleeps=sleeps, steps=steps))[::5]
    span = windows(rules, min(ticks) - timedelta(days=1), max(ticks) + timedelta(days=1))
    expected: dict[str, datetime] = {}
    for now in ticks:
        for window in span:
            if window.starts <= now < window.ends:
                expected.setdefault(window.key, now)
    store = EventMemory()
    store.mark([event_key(span[0]) + "/before"], ticks[0])
    told: list[tuple[str, datetime]] = []
    for now in ticks:
        found = due_events(now, LOUD, store, span)
        told += [(window.key, now) for window in found.windows] if found else []
    assert len(dict(told)) == len(told), "something was told twice"
    assert dict(told) == expected
    assert len(told) > 50


def test_what_was_told_is_known_after_a_restart(tmp_path: Path, clock: Clock, rules: EventRules) -> None:
    now, told = at("2026-11-26T01:00"), []
    for _ in range(2):
        database = Database.open(tmp_path / "own.sqlite3", tmp_path / "backups", now=clock)
        store = StoredReminders(database)
        assert store.knows("event/") is bool(told)
        assert not store.knows("daily/")
        told.append(due_events(now, LOUD, store, active(rules, now)))
        database.close()
    assert told[0] is not None
    assert told[1] is None


def announce(now: datetime, rules: EventRules, store: EventMemory, how: ReminderRules = LOUD) -> list[str]:
    """What is announced at an instant."""
    found = coming_events(now, how, store, next_windows(rules, now))
    return [] if found is None else [window.slug for window in found.windows]


def test_it_is_announced_the_day_before_and_not_again(rules: EventRules) -> None:
    store = EventMemory()
    assert announce(at("2026-11-24T23:59:59"), rules, store) == []
    assert announce(at("2026-11-25T00:00:00"), rules, store) == ["legendary-hunt"]
    assert announce(at("2026-11-25T00:00:30"), rules, store) == []
    assert announce(at("2026-11-25T23:59:59"), rules, store) == []
    assert tell(at("2026-11-26T00:00:00"), rules, store) == ["legendary-hunt"]


def test_what_has_begun_is_announced_no_more(rules: EventRules) -> None:
    store = EventMemory()
    assert announce(at("2026-11-26T00:00:00"), rules, store) == []
    assert announce(at("2026-11-30T00:00:00"), rules, store) == []


def test_an_announcement_waits_for_the_end_of_the_quiet_hours(rules: EventRules) -> None:
    store = EventMemory()
    snoozed = ReminderRules(snoozed_until=at("2026-11-25T12:00"))
    assert announce(at("2026-11-25T06:00"), rules, store, snoozed) == []
    assert announce(at("2026-11-25T12:00"), rules, store, snoozed) == ["legendary-hunt"]
