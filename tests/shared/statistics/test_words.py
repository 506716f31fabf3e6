"""Rates as people say them."""

import pytest

from shared.statistics.words import between, headline, odds, one_in, percent, span, tier


@pytest.mark.parametrize(
    ("rate", "said"),
    [(1 / 52, "1 in 52"), (0.4, "1 in 2.5"), (1 / 3, "1 in 3"), (0.5, "1 in 2"), (1 / 12345, "1 in 12,345")],
)
def test_odds(rate: float, said: str) -> None:
    assert one_in(rate) == said


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (0.0193, "1.9 %"),
        (0.5, "50 %"),
        (0.92, "92 %"),
        (0.99995, "99.995 %"),
        (1.0, "100 %"),
        (0.0, "0 %"),
    ],
)
def test_percent_never_says_all_or_nothing_of_what_is_not(rate: float, said: str) -> None:
    assert percent(rate) == said


def test_both_ends_are_told_apart() -> None:
    assert between(0.397, 0.401) == "between 1 in 2.49 and 1 in 2.52"
    assert between(0.4, 0.6) == "between 40 % and 60 %"
    assert (span(1 / 67, 1 / 41), span(0.4, 0.6)) == ("1 in 41–67", "40–60 %")


def test_what_happens_more_often_than_not_is_told_in_percent() -> None:
    assert (odds(0.5), odds(0.51)) == ("1 in 2", "51 %")


def test_a_wide_interval_is_told_instead_of_its_rate() -> None:
    assert (tier(0.02, 0.01, 0.03), tier(0.02, 0.0099, 0.03)) == ("C", None)
    assert headline(20, 1000, 0.01, 0.03) == "1 in 50"
    assert headline(20, 1000, 0.0099, 0.03) == "between 1 in 33 and 1 in 101"
    assert tier(0.0, 0.0, 0.01) is None
