"""When sync happens: soon after an edit, at once when poked, and patiently while the server is away."""

from hypothesis import given
from hypothesis import strategies as st

from desktop.sync.schedule import INTERVAL, LONGEST_DELAY, PATIENCE, SETTLE, Schedule


def made(chance: float = 1.0) -> Schedule:
    schedule = Schedule(lambda: chance)
    schedule.began()
    schedule.succeeded(100.0)
    return schedule


def test_the_first_round_is_at_once() -> None:
    assert Schedule(lambda: 1.0).due() == 0.0


def test_what_others_did_is_looked_for_now_and_then() -> None:
    assert made().due() == 100.0 + INTERVAL


def test_an_edit_is_sent_when_the_player_pauses() -> None:
    schedule = made()
    schedule.edited(110.0)
    assert schedule.due() == 110.0 + SETTLE
    schedule.edited(111.0)
    assert schedule.due() == 111.0 + SETTLE


def test_who_never_pauses_is_sent_after_a_while() -> None:
    schedule = made()
    for second in range(110, 200):
        schedule.edited(float(second))
        assert schedule.due() <= 110.0 + PATIENCE
    assert schedule.due() == 110.0 + PATIENCE


def test_a_round_carries_the_edits_before_it_but_not_those_after() -> None:
    schedule = made()
    schedule.edited(110.0)
    schedule.began()
    schedule.edited(113.0)
    schedule.succeeded(114.0)
    assert schedule.due() == 113.0 + SETTLE


def test_a_poke_is_followed_at_once() -> None:
    schedule = made()
    schedule.poked(130.0)
    assert schedule.due() == 130.0


def test_a_poke_during_a_round_is_not_lost() -> None:
    """The round may have looked just before what the poke tells of."""
    schedule = made()
    schedule.began()
    schedule.poked(119.0)
    schedule.succeeded(120.0)
    assert schedule.due() == 120.0


def test_asking_during_a_round_makes_another() -> None:
    schedule = made()
    schedule.began()
    schedule.asked(119.0)
    schedule.succeeded(120.0)
    assert schedule.due() == 120.0


def test_failures_wait_longer_and_edits_do_not_hurry_them() -> None:
    schedule = made()
    waits = []
    for _ in range(14):
        schedule.failed(0.0)
        waits.append(schedule.due())
        schedule.edited(0.0)
        schedule.poked(0.0)
        assert schedule.due() == waits[-1]
        schedule.began()
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_DELAY


def test_a_server_that_asks_to_wait_is_left_alone() -> None:
    schedule = made(0.5)
    schedule.failed(0.0, retry_after=90.0)
    assert schedule.due() == 91.0


def test_asking_by_hand_does_not_wait() -> None:
    schedule = made()
    for _ in range(5):
        schedule.failed(200.0)
    schedule.asked(201.0)
    assert schedule.due() == 201.0
    schedule.failed(201.0)
    assert schedule.due() == 203.0


@given(st.lists(st.tuples(st.sampled_from(["edited", "poked", "failed", "round"]), st.floats(0, 30))))
def test_nothing_ever_waits_for_good(steps: list[tuple[str, float]]) -> None:
    schedule, at = made(), 100.0
    for what, later in steps:
        at += later
        if what == "round":
            schedule.began()
            schedule.succeeded(at)
        else:
            getattr(schedule, what)(at)
        assert schedule.due() <= at + max(INTERVAL, LONGEST_DELAY)
