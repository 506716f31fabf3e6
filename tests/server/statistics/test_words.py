"""Estimates as people say them."""

from datetime import date

import pytest

from server.statistics.counts import Cluster
from server.statistics.formulas import estimates
from server.statistics.words import headline, sentence


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


def test_one_run_is_no_runs() -> None:
    (one,) = estimates([Cluster(1, 1, 0, 1, 0, 0)])
    assert one is not None
    assert sentence(one, None) == "Not once, so less often than 1 in 1.1, 0 in 1 run by 1 player"
