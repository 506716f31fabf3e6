"""Reminders: every due one once, nothing when nothing is left, through sleep, clock changes and DST."""

import random
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.services.reminders import (
    LONGEST_SNOOZE,
    REMINDED,
    Left,
    Notification,
    QuietHours,
    ReminderRules,
    due,
    reminder_key,
    snooze_end,
)
from shared.resets import Reset, next_reset, period_of

HOUR, DAY = 60, 24 * 60
LEADS = {
    Reset.DAILY: (15, 60),
    Reset.WEEKLY: (120, DAY),
    Reset.WEEKLY_MONDAY: (90,),
    Reset.WEEKLY_WEDNESDAY: (90, 300),
    Reset.MONTHLY: (DAY, 3 * DAY),
}
SOMETHING = Left(bosses=3, tasks=1, characters=2)
TICK = timedelta(seconds=30)


class Memory:
    """A store that forgets nothing, as the table does."""

    def __init__(self) -> None:
        self.marked: dict[str, datetime] = {}
        self.fails = False

    def fired(self, key: str) -> bool:
        return key in self.marked

    def mark(self, keys: Collection[str], at: datetime) -> None:
        if self.fails:
            raise OSError("disk full")
        assert not set(keys) & set(self.marked), "marked twice"
        self.marked.update(dict.fromkeys(keys, at))


def always(reset: Reset, period: date) -> Left:
    return SOMETHING


def never(reset: Reset, period: date) -> Left:
    return Left()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def keys(notification: Notification | None) -> list[str]:
    return [] if notification is None else [reminder.key for reminder in notification.reminders]


DAILY = ReminderRules(leads={Reset.DAILY: (15, 60)})


def test_it_comes_at_its_lead_time_and_not_again() -> None:
    store = Memory()
    assert due(at("2026-11-21T22:59:59"), DAILY, store, always) is None
    shown = due(at("2026-11-21T23:00:00"), DAILY, store, always)
    assert keys(shown) == ["daily/2026-11-21/60"]
    assert shown is not None
    assert shown.reminders[0].resets_at == at("2026-11-22T00:00")
    assert shown.reminders[0].left == SOMETHING
    assert due(at("2026-11-21T23:00:30"), DAILY, store, always) is None
    assert keys(due(at("2026-11-21T23:45:00"), DAILY, store, always)) == ["daily/2026-11-21/15"]
    assert due(at("2026-11-22T00:00:00"), DAILY, store, always) is None


def test_after_sleep_it_comes_late_but_not_after_the_reset() -> None:
    store = Memory()
    assert keys(due(at("2026-11-21T23:30"), DAILY, store, always)) == ["daily/2026-11-21/60"]
    # The next night is slept through entirely: nothing of it is shown in the morning.
    assert due(at("2026-11-23T07:00"), DAILY, store, always) is None
    assert keys(due(at("2026-11-23T23:00"), DAILY, store, always)) == ["daily/2026-11-23/60"]


def test_of_several_slept_through_only_the_nearest_comes() -> None:
    store = Memory()
    assert keys(due(at("2026-11-21T23:50"), DAILY, store, always)) == ["daily/2026-11-21/15"]
    assert set(store.marked) == {"daily/2026-11-21/15", "daily/2026-11-21/60"}
    assert due(at("2026-11-21T23:50:30"), DAILY, store, always) is None


def test_a_lead_time_added_late_does_not_go_off_at_once() -> None:
    store = Memory()
    due(at("2026-11-21T23:00"), ReminderRules(leads={Reset.DAILY: (60,)}), store, always)
    assert due(at("2026-11-21T23:10"), ReminderRules(leads={Reset.DAILY: (60, 300)}), store, always) is None


def test_several_resets_make_one_notification_soonest_first() -> None:
    # 2026-12-31 is a Thursday: the month ends a day after the week does.
    rules = ReminderRules(leads={Reset.MONTHLY: (DAY + 30,), Reset.WEEKLY: (30,), Reset.DAILY: (30,)})
    shown = due(at("2026-12-30T23:30"), rules, Memory(), always)
    assert keys(shown) == ["daily/2026-12-30/30", "weekly-thursday/2026-12-24/30", "monthly/2026-12-01/1470"]


def test_nothing_left_is_settled_silently_and_asked_once() -> None:
    store, asked = Memory(), []

    def nothing(reset: Reset, period: date) -> Left:
        asked.append((reset, period))
        return Left(characters=5)

    for minute in range(60):
        assert due(at("2026-11-21T23:00") + timedelta(minutes=minute), DAILY, store, nothing) is None
    assert asked == [(Reset.DAILY, date(2026, 11, 21))] * 2


def test_only_what_has_something_left_is_in_the_batch() -> None:
    def bosses_only(reset: Reset, period: date) -> Left:
        return Left(bosses=1) if reset is Reset.WEEKLY else Left()

    rules = ReminderRules(leads={Reset.WEEKLY: (30,), Reset.DAILY: (30,)})
    assert keys(due(at("2026-11-25T23:45"), rules, Memory(), bosses_only)) == [
        "weekly-thursday/2026-11-19/30"
    ]


def test_it_is_marked_before_it_is_shown() -> None:
    store = Memory()
    # The answer is thrown away, as by a crash before the notification was drawn; a new start must stay calm.
    due(at("2026-11-21T23:00"), DAILY, store, always)
    assert store.marked == {"daily/2026-11-21/60": at("2026-11-21T23:00")}
    assert due(at("2026-11-21T23:00:30"), DAILY, store, always) is None


def test_a_store_that_fails_shows_nothing_and_loses_nothing() -> None:
    store = Memory()
    store.fails = True
    with pytest.raises(OSError, match="disk full"):
        due(at("2026-11-21T23:00"), DAILY, store, always)
    store.fails = False
    assert keys(due(at("2026-11-21T23:00:30"), DAILY, store, always)) == ["daily/2026-11-21/60"]


def test_an_unanswered_question_settles_nothing() -> None:
    store = Memory()

    def broken(reset: Reset, period: date) -> Left:
        raise RuntimeError("database is locked")

    with pytest.raises(RuntimeError):
        due(at("2026-11-21T23:00"), DAILY, store, broken)
    assert store.marked == {}


def test_a_clock_set_back_repeats_nothing() -> None:
    store = Memory()
    assert due(at("2026-11-21T23:00"), DAILY, store, always) is not None
    assert due(at("2026-11-21T22:00"), DAILY, store, always) is None
    assert due(at("2026-11-21T23:00"), DAILY, store, always) is None


def test_switched_off_and_snoozed_are_silent_and_lose_nothing() -> None:
    store, now = Memory(), at("2026-11-21T23:00")
    off = ReminderRules(leads=DAILY.leads, enabled=False)
    snoozed = ReminderRules(leads=DAILY.leads, snoozed_until=at("2026-11-21T23:30"))
    assert due(now, off, store, always) is None
    assert due(now, snoozed, store, always) is None
    assert store.marked == {}
    assert keys(due(at("2026-11-21T23:30"), snoozed, store, always)) == ["daily/2026-11-21/60"]


def test_a_snooze_from_a_wrong_clock_does_not_mute_for_a_year() -> None:
    rules = ReminderRules(leads=DAILY.leads, snoozed_until=at("2027-11-21T23:30"))
    assert due(at("2026-11-21T23:00"), rules, Memory(), always) is not None


def test_snoozes_end_after_an_hour_or_at_the_next_reset() -> None:
    now = datetime(2026, 11, 21, 15, tzinfo=ZoneInfo("America/New_York"))
    assert snooze_end(now, 60) == at("2026-11-21T21:00")
    assert snooze_end(now) == at("2026-11-22T00:00")
    assert snooze_end(now, 10**6) - now == LONGEST_SNOOZE


@pytest.mark.parametrize(
    ("zone", "now", "quiet"),
    [
        ("Europe/Berlin", "2026-03-28T22:30", True),  # 23:30 local
        ("Europe/Berlin", "2026-03-29T05:59", True),  # 07:59 local, after the clocks went forward
        ("Europe/Berlin", "2026-03-29T06:00", False),  # 08:00 local
        ("Europe/Berlin", "2026-03-27T06:00", True),  # 07:00 local, two days before
        ("America/New_York", "2026-11-02T02:59", False),  # 21:59 local
        ("America/New_York", "2026-11-02T03:00", True),  # 22:00 local, after the clocks went back
        ("Australia/Lord_Howe", "2026-04-04T21:29", True),  # 07:59 local, half an hour's change
        ("Australia/Lord_Howe", "2026-04-04T21:30", False),
    ],
)
def test_quiet_hours_are_local(zone: str, now: str, quiet: bool) -> None:
    assert QuietHours(time(22), time(8)).hold(at(now), ZoneInfo(zone)) is quiet


def test_quiet_hours_may_lie_within_a_day_or_be_empty() -> None:
    noon = QuietHours(time(12), time(13))
    assert noon.hold(at("2026-11-21T12:30"), UTC)
    assert not noon.hold(at("2026-11-21T13:00"), UTC)
    assert not QuietHours(time(9), time(9)).hold(at("2026-11-21T09:00"), UTC)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(at("2026-11-21T23:00").replace(tzinfo=None), DAILY, Memory(), always)


# A year of the computer's life: the wall-clock instants at which the app ticks, in the order it ticks them.


def year(seed: int, *, sleeps: bool, steps: bool) -> Iterator[datetime]:
    """A year's ticks from 2026-03-01: 30 s apart near resets, else coarser; sleeps; clock steps both ways."""
    rng = random.Random(seed)
    true_time, end = at("2026-03-01T00:00:07"), at("2027-03-01T00:00")
    offset = timedelta()
    zones = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")] + [UTC]
    zone = zones[0]
    while true_time < end:
        yield (true_time + offset).astimezone(zone)
        to_midnight = timedelta(days=1) - (true_time + offset - at("2020-01-01T00:00")) % timedelta(days=1)
        true_time += TICK if to_midnight < timedelta(minutes=2) else TICK * rng.randint(1, 20)
        if sleeps and rng.random() < 0.004:
            true_time += timedelta(minutes=rng.choice([5, 40, 70, 600, 1500, 6000]) * rng.random())
        if steps and rng.random() < 0.002:
            offset = timedelta(minutes=rng.choice([0, -5, 5, -90, 90, -1500, 1500, -9000, 9000]))
        if rng.random() < 0.001:
            zone = rng.choice(zones)


def expected(ticks: list[datetime], left: Callable[[Reset, date], Left]) -> dict[str, int]:
    """Which reminder is shown at which tick, worked out reminder by reminder instead of tick by tick.

    A lead time is reached at the first tick in its window; it is shown if something is left and no shorter
    one of the same reset was reached by then.
    """
    reached: dict[tuple[Reset, date, int], int] = {}
    for number, now in enumerate(ticks):
        for reset in REMINDED:
            end = next_reset(reset, now)
            assert end is not None
            minutes = (end - now) / timedelta(minutes=1)
            for lead in LEADS[reset]:
                if minutes <= lead:
                    reached.setdefault((reset, period_of(reset, now), lead), number)
    return {
        reminder_key(reset, period, lead): number
        for (reset, period, lead), number in reached.items()
        if left(reset, period)
        and not any(
            reached.get((reset, period, shorter), number + 1) <= number
            for shorter in LEADS[reset]
            if shorter < lead
        )
    }


def live(
    ticks: list[datetime], rules: ReminderRules, left: Callable[[Reset, date], Left]
) -> list[tuple[str, int]]:
    """What the app shows over these ticks, in order."""
    store = Memory()
    return [(key, number) for number, now in enumerate(ticks) for key in keys(due(now, rules, store, left))]


def some_weeks(reset: Reset, period: date) -> Left:
    """Nothing left in every third period, as for a diligent player."""
    return Left() if period.toordinal() % 3 == 0 else SOMETHING


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(("sleeps", "steps"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_year_shows_each_due_reminder_exactly_once(seed: int, sleeps: bool, steps: bool) -> None:
    ticks = list(year(seed, sleeps=sleeps, steps=steps))
    shown = live(ticks, ReminderRules(leads=LEADS), some_weeks)
    assert len({key for key, _ in shown}) == len(shown), "something was shown twice"
    assert dict(shown) == expected(ticks, some_weeks)
    assert len(shown) > 200


def test_an_undisturbed_year_has_them_all() -> None:
    ticks = list(year(3, sleeps=False, steps=False))
    shown = [key for key, _ in live(ticks, ReminderRules(leads=LEADS), always)]
    # 365 days; 52 Thursdays, Mondays and Wednesdays each within the year; 12 months.
    counts = {reset: sum(key.startswith(f"{reset.value}/") for key in shown) for reset in REMINDED}
    assert counts[Reset.DAILY] == 365 * 2
    assert counts[Reset.MONTHLY] == 12 * 2
    assert counts[Reset.WEEKLY] in {104, 105}
    assert counts[Reset.WEEKLY_MONDAY] in {52, 53}
    assert counts[Reset.WEEKLY_WEDNESDAY] in {104, 105}


@pytest.mark.parametrize("seed", [4, 5])
def test_a_year_with_nothing_left_is_silent(seed: int) -> None:
    ticks = list(year(seed, sleeps=True, steps=True))
    assert live(ticks, ReminderRules(leads=LEADS), never) == []


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_a_year_with_quiet_hours_is_that_of_the_loud_ticks(zone: str) -> None:
    local, quiet = ZoneInfo(zone), QuietHours(time(22), time(8))
    ticks = list(year(6, sleeps=True, steps=True))
    rules = ReminderRules(leads=LEADS, quiet=quiet, zone=local)
    shown = live(ticks, rules, always)
    loud = [now for now in ticks if 8 <= now.astimezone(local).hour < 22]
    assert [key for key, _ in shown] == [key for key, _ in live(loud, ReminderRules(leads=LEADS), always)]
    assert dict(shown).keys() == expected(loud, always).keys()
    assert all(8 <= ticks[number].astimezone(local).hour < 22 for _, number in shown)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-3 * DAY, 3 * DAY), min_size=1, max_size=60), st.integers(0, 365))
def test_any_walk_of_the_clock_agrees(walk: list[int], day: int) -> None:
    now = at("2026-01-01T12:00") + timedelta(days=day)
    ticks = []
    for minutes in walk:
        now += timedelta(minutes=minutes)
        ticks.append(now)
    shown = live(ticks, ReminderRules(leads=LEADS), some_weeks)
    assert len(dict(shown)) == len(shown)
    assert dict(shown) == expected(ticks, some_weeks)
