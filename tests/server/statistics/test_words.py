"""Rates as people say them."""

from datetime import date

import pytest

from server.statistics.counts import Cluster
from server.statistics.formulas import Interval, estimates
from server.statistics.words import between, headline, one_in, percent, sentence


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


@pytest.mark.parametrize(
    ("n", "x", "users", "first", "whole"),
    [
        (
            3104,
            60,
            212,
            "1 in 52",
            "1 in 52 (between 1 in 41 and 1 in 67), 60 in 3,104 runs by 212 players since 2026-06-18",
        ),
        (
            412,
            0,
            30,
            "less than 1 in 138",
            "Not once, so less often than 1 in 138, 0 in 412 runs by 30 players since 2026-06-18",
        ),
        (
            100,
            2,
            5,
            "between 1 in 16 and 1 in 239",
            "1 in 50 (between 1 in 16 and 1 in 239), 2 in 100 runs by 5 players since 2026-06-18",
        ),
        (
            50,
            50,
            9,
            "100 %",
            "Every time (at least 95.1 %), 50 in 50 runs by 9 players since 2026-06-18",
        ),
        (
            1000,
            920,
            9,
            "92 %",
            "92 % (between 90.2 % and 93.6 %), 920 in 1,000 runs by 9 players since 2026-06-18",
        ),
    ],
)
def test_a_rate_is_said_with_what_it_rests_on(n: int, x: int, users: int, first: str, whole: str) -> None:
    # As many runs each as fit; sums of squares at their least, so that runs are not alike.
    (found,) = estimates([Cluster(users, n, x, 0, 0, 0)])
    assert found is not None
    assert found.deff == 1
    assert headline(found) == first
    assert sentence(found, date(2026, 6, 18)) == whole


def test_both_ends_are_told_apart() -> None:
    assert between(Interval(0.397, 0.401)) == "between 1 in 2.49 and 1 in 2.52"
    assert between(Interval(0.4, 0.6)) == "between 40 % and 60 %"
    (one,) = estimates([Cluster(1, 1, 0, 1, 0, 0)])
    assert one is not None
    assert sentence(one, None) == "Not once, so less often than 1 in 1.1, 0 in 1 run by 1 player"
