"""Level curves: where levels begin, and that they never go back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.economy.levels import LevelCurve

CURVE = LevelCurve(100, 50)


def test_levels_begin_where_the_formula_says() -> None:
    assert [CURVE.needed(level) for level in (1, 2, 3, 10, 50)] == [0, 100, 300, 4500, 122_500]
    assert [CURVE.level(points) for points in (0, 99, 100, 299, 300, 122_499, 122_500, 10**9)] == [
        1, 1, 2, 2, 3, 49, 50, 50,
    ]  # fmt: skip


@pytest.mark.parametrize("level", [0, -1, 51])
def test_there_is_no_level_beyond_the_ends(level: int) -> None:
    with pytest.raises(ValueError, match="1 to 50"):
        CURVE.needed(level)


@given(st.integers(0, 130_000))
def test_progress_is_within_the_level(points: int) -> None:
    level = CURVE.level(points)
    gained, needed = CURVE.progress(points)
    if level == CURVE.max_level:
        assert (gained, needed) == (0, 0)
    else:
        assert 0 <= gained < needed
        assert CURVE.needed(level) + gained == points
    assert CURVE.level(points + 1) >= level
