"""Charts: the weeks without a run, honest sentences, and the filters."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from desktop.services.diary import DiaryFilter
from desktop.ui.context import Context
from desktop.ui.diary.charts import ITEMS_SHOWN, WEEKS_SHOWN, every_week, luck_sentence, percent
from desktop.ui.diary.page import DiaryPage


def test_weeks_without_a_run_are_there_too() -> None:
    first, third = date(2026, 11, 5), date(2026, 11, 19)
    assert every_week([(first, 1, 2), (third, 3, 4)]) == [
        (first, 1, 2),
        (date(2026, 11, 12), 0, 0),
        (third, 3, 4),
    ]
    assert every_week([]) == []
    long_ago = third - timedelta(weeks=600)
    assert len(every_week([(long_ago, 1, 1), (third, 3, 4)])) == WEEKS_SHOWN


@pytest.mark.parametrize(
    ("with_drop", "clears", "low", "high"),
    [(6, 41, "6.3", "28"), (0, 10, "0", "22"), (10, 10, "78", "100")],
)
def test_the_interval_is_jeffreys_and_said_in_words(with_drop: int, clears: int, low: str, high: str) -> None:
    said = luck_sentence(with_drop, clears)
    assert said.startswith(f"{with_drop} of {clears} noted clears dropped something")
    assert said.endswith(f"95 % interval {low}–{high} %")


def test_percentages_are_as_fine_as_they_deserve() -> None:
    assert [percent(share) for share in (0, 0.0049, 0.0994, 0.0996, 0.5, 1)] == [
        *("0", "0.5", "9.9", "10", "50", "100")
    ]


def test_charts_follow_the_filters(
    fill: Callable[[int], None],
    context: Context,
    open_page: Callable[[], DiaryPage],
    settle: Callable[[], None],
) -> None:
    fill(500)
    page = open_page()
    page.open_with(view="charts")
    settle()
    assert page.charts is not None
    assert page.stack.currentWidget() is page.charts
    assert not page.charts.income.is_empty()
    assert len(page.charts.luck_texts()) > 10
    page.open_with(boss="lucid")
    settle()
    expected = context.services.diary.resolved_by_boss(DiaryFilter(boss_slug="lucid"))
    assert page.charts.luck_texts() == [luck_sentence(hits, clears) for _, clears, hits in expected]
    page.open_with(text="nothing like it")
    settle()
    assert page.stack.currentWidget() is page.no_match
    page.open_with(show="failed")
    settle()
    assert page.stack.currentWidget() is page.charts
    assert page.charts.income.is_empty()
    assert page.charts.luck_texts() == []
    assert ITEMS_SHOWN >= 10
