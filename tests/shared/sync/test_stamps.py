"""Stamps: their order, and what happens to those from the future."""

from hypothesis import given
from hypothesis import strategies as st

from shared.sync.clock import HybridClock
from shared.sync.stamps import AHEAD_MS, clamp, is_stamp, milliseconds

NOW = 1_700_000_000_000
moments = st.integers(NOW - 10 * AHEAD_MS, NOW + 10 * AHEAD_MS)


def stamp(ms: int, random: int = 0) -> str:
    return HybridClock().tick(ms, random)


made = st.builds(stamp, moments, st.integers(0, 2**62 - 1))


def test_a_stamp_has_one_spelling() -> None:
    good = stamp(NOW, 5)
    assert is_stamp(good)
    assert milliseconds(good) == NOW
    for bad in (good.upper(), good.replace("-", ""), "", good + "\n", "7a3de3cc-5a52-5f0c-9d5f-6d61706c6568"):
        assert not is_stamp(bad)


@given(st.lists(made, max_size=12), st.just("") | made)
def test_only_what_is_far_ahead_is_clamped_and_never_raised(stamps: list[str], greatest: str) -> None:
    effective = clamp(stamps, now_ms=NOW, greatest=greatest, remembered={})
    assert set(effective) == {each for each in stamps if milliseconds(each) > NOW + AHEAD_MS}
    assert all(effective[each] <= each for each in effective)


@given(st.lists(made, max_size=12, unique=True), st.integers(-10 * AHEAD_MS, AHEAD_MS))
def test_clamped_stamps_come_after_all_that_is_known_in_their_authors_order(
    stamps: list[str], known: int
) -> None:
    greatest = stamp(NOW + known)
    effective = clamp(stamps, now_ms=NOW, greatest=greatest, remembered={})
    fair = [each for each in stamps if each not in effective]
    in_order = [effective[each] for each in sorted(effective)]
    assert in_order == sorted(set(in_order))
    assert all(each > max([greatest, *fair]) for each in in_order)
    assert all(milliseconds(each) <= NOW + AHEAD_MS for each in in_order)


@given(st.lists(made, min_size=1, max_size=8, unique=True), st.integers(0, 20 * AHEAD_MS))
def test_a_clamp_is_remembered_even_when_its_time_has_come(stamps: list[str], later: int) -> None:
    first = clamp(stamps, now_ms=NOW, greatest="", remembered={})
    again = clamp(stamps, now_ms=NOW + later, greatest=stamp(NOW + later), remembered=first)
    assert {each: again[each] for each in first} == first
