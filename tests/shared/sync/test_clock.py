"""The clock that stamps every change."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sync.clock import HybridClock

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
