"""Numbers as typed, figures as told, and the merging of remembered inputs."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.ui.calculators.memory import Values, difference, merged, picked
from desktop.ui.calculators.reading import (
    held_at,
    one_in_text,
    percent,
    read_rate,
    read_whole,
    sampled_days,
    whole,
)
from shared.errors import InvalidInput


@pytest.mark.parametrize(
    ("text", "unit", "rate"),
    [
        ("2 %", "one-in", 0.02),
        ("2,5", "percent", 0.025),
        ("1 in 50", "percent", 0.02),
        ("1/1,000", "percent", 0.001),
        ("50", "one-in", 0.02),
        (".5%", "percent", 0.005),
        ("1:2.5", "percent", 0.4),
        ("  ", "percent", None),
    ],
)
def test_rates_as_typed(text: str, unit: str, rate: float | None) -> None:
    assert read_rate(text, unit) == pytest.approx(rate)


@pytest.mark.parametrize("text", ["often", "1 in", "1 in 0", "-2", "2 %%", "nan", "1e-3"])
def test_no_rate(text: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        read_rate(text, "percent")
    assert raised.value.field == "rate"


@pytest.mark.parametrize(
    ("text", "number"), [("1,200", 1200), (" 7 ", 7), ("", None), ("0", 0), ("1 000 000", 10**6)]
)
def test_whole_numbers(text: str, number: int | None) -> None:
    assert read_whole(text, "runs") == number


@pytest.mark.parametrize("text", ["-1", "1.5", "many", "1,20", "٣", "9" * 13])
def test_no_whole_number(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_whole(text, "runs")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.02, "2 %"),
        (0.86738, "86.7 %"),
        (0.0041788, "0.418 %"),
        (0.99999, "over 99.9 %"),
    ],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


def test_one_in() -> None:
    assert [one_in_text(rate) for rate in (0.02, 0.4, 0.5, 1.0)] == [
        "1 in 50",
        "1 in 2.5",
        "1 in 2",
        "1 in 1",
    ]


@given(start=st.dates(date(2026, 1, 1), date(2027, 1, 1)), length=st.integers(0, 20_000))
def test_sampled_days_keep_both_ends(start: date, length: int) -> None:
    end = date.fromordinal(start.toordinal() + length)
    days = sampled_days(start, end)
    assert (days[0], days[-1]) == (start, end)
    assert len(days) <= 49
    assert days == sorted(set(days))


def test_the_last_point_up_to_a_day() -> None:
    points = [(date(2026, 1, 1), 1), (date(2026, 1, 5), 2), (date(2026, 1, 5), 3)]
    assert [held_at(points, date(2026, 1, day)) for day in (1, 4, 5, 9)] == [1, 1, 3, 3]


@pytest.mark.parametrize(
    ("stored", "read"), [(7, 7), (99, 20), (-3, 1), ("7", 5), (None, 5), (True, 5), (2.5, 5)]
)
def test_unusable_stored_numbers(stored: object, read: int) -> None:
    assert whole({"level": stored}, "level", 5, 1, 20) == read


LEAVES = st.one_of(st.integers(0, 3), st.booleans(), st.sampled_from(["", "a"]))


@st.composite
def two_forms(draw: st.DrawFn) -> tuple[Values, Values]:
    """Two states of one form: the same keys, nested once."""
    keys = draw(st.lists(st.sampled_from("abcd"), min_size=1, unique=True))
    groups = draw(st.lists(st.sampled_from("wxyz"), unique=True))

    def state() -> Values:
        flat: Values = {key: draw(LEAVES) for key in keys}
        return flat | {group: {key: draw(LEAVES) for key in keys} for group in groups}

    return state(), state()


@given(forms=two_forms())
def test_what_changed_makes_the_one_into_the_other(forms: tuple[Values, Values]) -> None:
    before, now = forms
    edits = difference(before, now)
    assert merged(before, edits) == now
    assert difference(now, now) == {}
    assert merged(now, picked(before, edits)) == before


def test_what_a_newer_version_stored_stays() -> None:
    stored = {"level": 3, "later": {"x": 1}}
    assert merged(stored, {"level": 4}) == {"level": 4, "later": {"x": 1}}
