"""The clock that stamps every change."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sync.clock import HybridClock, skew_after

times = st.integers(min_value=0, max_value=2**48 - 5000)
bits = st.integers(min_value=0, max_value=2**62 - 1)


@given(st.lists(st.tuples(times, bits), min_size=2, max_size=60))
def test_stamps_grow_whatever_the_wall_clock_does(readings: list[tuple[int, int]]) -> None:
    clock = HybridClock()
    stamps = [clock.tick(now, random) for now, random in readings]
    assert stamps == sorted(set(stamps))


@given(times, bits)
def test_a_stamp_is_a_version_7_uuid_of_its_millisecond(now: int, random: int) -> None:
    stamp = UUID(HybridClock().tick(now + 1, random))
    assert stamp.version == 7
    assert stamp.variant == "specified in RFC 4122"
    assert stamp.int >> 80 == now + 1
    assert stamp.int & (2**62 - 1) == random


def test_a_full_counter_takes_the_next_millisecond() -> None:
    clock = HybridClock()
    stamps = [clock.tick(1000, 0) for _ in range(4097)]
    assert stamps == sorted(set(stamps))
    assert UUID(stamps[-1]).int >> 80 == 1001


@given(times, times, bits, bits)
def test_what_was_seen_is_passed(mine: int, theirs: int, one: int, other: int) -> None:
    seen = HybridClock().tick(theirs + 1, other)
    clock = HybridClock()
    clock.observe(seen)
    assert clock.tick(mine, one) > seen or UUID(seen).int >> 64 < UUID(clock.tick(mine, one)).int >> 64


def test_a_restart_goes_on_after_the_last_stamp() -> None:
    last = HybridClock().tick(5_000, 0)
    assert HybridClock(last).tick(1, 0) > last


def test_another_kind_of_id_is_refused() -> None:
    with pytest.raises(ValueError, match="version 7"):
        HybridClock().observe("7a3de3cc-5a52-5f0c-9d5f-6d61706c6568")


def test_a_clock_that_ran_ahead_comes_back_and_one_that_did_not_stays() -> None:
    seen = HybridClock().tick(5_000, 7)
    ahead = HybridClock(HybridClock().tick(9_000_000, 0))
    ahead.settle(seen)
    assert ahead.tick(1, 0) > seen
    assert UUID(ahead.tick(1, 0)).int >> 80 == 5_000
    behind = HybridClock(HybridClock().tick(4_000, 0))
    behind.settle(seen)
    assert behind.last() == HybridClock(HybridClock().tick(4_000, 0)).last()


@given(times, bits)
def test_a_clock_begins_again_where_it_stood(now: int, random: int) -> None:
    clock = HybridClock()
    made = clock.tick(now + 1, random)
    again = HybridClock(clock.last())
    assert again.last() == clock.last()
    assert again.tick(0, 0) > made


@given(
    st.integers(-(10**9), 10**9), st.integers(0, 60_000), st.integers(0, 60_000), st.integers(-(10**9), 10**9)
)
def test_the_skew_is_never_further_off_than_the_request_took(
    off: int, there: int, back: int, believed: int
) -> None:
    sent = 10**12
    server = sent + there + off
    skew = skew_after(believed, sent_ms=sent, received_ms=sent + there + back, server_ms=server)
    if skew == believed:
        assert abs(skew - off) <= there + back
    else:
        assert abs(skew - off) <= (there + back + 1) // 2


def test_a_slow_answer_does_not_move_a_clock_that_is_right() -> None:
    assert skew_after(0, sent_ms=1_000, received_ms=9_000, server_ms=1_100) == 0
    assert skew_after(0, sent_ms=1_000, received_ms=3_000, server_ms=62_000) == 60_000
