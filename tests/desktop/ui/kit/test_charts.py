import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.ui.kit.charts import BarChart, IntervalBar, LineChart, MiniBar, ProgressRing, Series, SparkLine
from desktop.ui.kit.charts.axis import LEAST_GAP, place_labels
from desktop.ui.kit.charts.base import nice_ticks
from desktop.ui.kit.charts.small import linear, logarithmic
from desktop.ui.theme.apply import apply_theme

# Said by the offscreen platform for every window that is shown.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

BIG = 9_000_000_000


@given(low=st.integers(-(10**13), 0), span=st.integers(1, 10**13))
def test_ticks_embrace_the_values_and_are_few(low: int, span: int) -> None:
    ticks = nice_ticks(low, low + span)
    assert ticks[0] <= low
    assert ticks[-1] >= low + span
    assert 2 <= len(ticks) <= 8
    assert ticks == sorted(set(ticks))


def test_ticks_of_nothing() -> None:
    assert nice_ticks(0, 0)[0] == 0


@given(widths=st.lists(st.floats(1, 120), min_size=1, max_size=120), room=st.floats(130, 2000))
def test_labels_along_x_keep_apart(widths: list[float], room: float) -> None:
    slot = room / len(widths)
    centres = [slot * (index + 0.5) for index in range(len(widths))]
    placed = place_labels(centres, widths, 0, room)
    assert placed[0].index == len(widths) - 1
    assert all(one.left >= 0 and one.right <= room + 1e-6 for one in placed)
    for newer, older in itertools.pairwise(placed):
        assert newer.left - older.right >= LEAST_GAP
    steps = {newer.index - older.index for newer, older in itertools.pairwise(placed)}
    assert len(steps) <= 1


def test_labels_with_room_are_all_drawn() -> None:
    assert [one.index for one in place_labels([20, 60, 100], [30, 30, 30], 0, 120)] == [2, 1, 0]
    # The last one is pushed inwards, onto the one before it: every second is left.
    assert [one.index for one in place_labels([20, 60, 100], [30, 30, 30], 0, 110)] == [2, 0]
    assert place_labels([], [], 0, 100) == []


@pytest.mark.parametrize("count", [1, 2, 7, 8, 13, 26, 53])
@pytest.mark.parametrize("label", ["W{0}", "Nov {0}", "2026-11-{0:02}", "the week of {0}"])
def test_no_label_of_a_chart_touches_the_next(
    themed: QApplication, qtbot: QtBot, count: int, label: str
) -> None:
    chart = BarChart("Mesos by week")
    qtbot.addWidget(chart)
    chart.set_data([label.format(at) for at in range(count)], [Series("Mesos", [BIG] * count)])
    for width in range(160, 1300, 37):
        chart.resize(width, 160)
        placed = chart.x_labels()
        assert placed[0].index == count - 1
        assert placed[0].right <= chart.width()
        for newer, older in itertools.pairwise(placed):
            assert newer.left - older.right >= LEAST_GAP


@pytest.mark.parametrize("kind", [LineChart, BarChart])
def test_points_are_read_by_key(themed: QApplication, qtbot: QtBot, kind: type[LineChart]) -> None:
    chart = kind("Mesos by week")
    qtbot.addWidget(chart)
    chart.set_data(["W1", "W2", "W3"], [Series("Mesos", [BIG, None, 2 * BIG])])
    chart.resize(400, 200)
    assert "9,000,000,000 (W1)" in chart.accessibleDescription()
    seen: list[object] = []
    chart.point_changed.connect(seen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(chart, key)
    assert seen == [0, 2, 1]
    assert chart.reading(1) == []
    assert chart.reading(2) == [("Mesos", "18,000,000,000")]
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.accessibleDescription().startswith("W3: Mesos 18,000,000,000.")
    assert not chart.grab().isNull()


def test_pointer_reads_the_nearest_point(themed: QApplication, qtbot: QtBot) -> None:
    chart = LineChart("Mesos")
    qtbot.addWidget(chart)
    chart.resize(400, 200)
    chart.set_data(["a", "b"], [Series("x", [1, 2])])
    chart.show()
    plot = chart._plot()
    qtbot.mouseMove(chart, QPointF(plot.right() - 5, plot.center().y()).toPoint())
    assert chart.point() == 1


def test_stacks_reach_their_sum(themed: QApplication, qtbot: QtBot) -> None:
    chart = BarChart("Mesos", stacked=True)
    qtbot.addWidget(chart)
    chart.set_data(["a"], [Series("x", [70]), Series("y", [60]), Series("z", [None])])
    assert chart._ticks[-1] >= 130
    assert not chart.grab().isNull()


def test_lengths_must_agree(themed: QApplication, qtbot: QtBot) -> None:
    chart = LineChart("Mesos")
    qtbot.addWidget(chart)
    with pytest.raises(ValueError, match="one value per label"):
        chart.set_data(["a"], [Series("x", [1, 2])])


def test_an_empty_chart_says_so_and_keys_do_nothing(themed: QApplication, qtbot: QtBot) -> None:
    chart = LineChart("Mesos", empty_text="No runs yet")
    qtbot.addWidget(chart)
    qtbot.keyClick(chart, Qt.Key.Key_Right)
    assert chart.point() is None
    assert chart.accessibleDescription() == "No data yet."
    assert not chart.grab().isNull()


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast"])
def test_small_charts_take_large_numbers_and_speak(themed: QApplication, qtbot: QtBot, theme: str) -> None:
    apply_theme(themed, theme)
    bar, ring, spark, interval = (
        MiniBar("Mesos"),
        ProgressRing("Bosses"),
        SparkLine("Mesos"),
        IntervalBar("Rate"),
    )
    for widget in (bar, ring, spark, interval):
        qtbot.addWidget(widget)
        assert widget.accessibleName()
        assert not widget.grab().isNull()
    bar.set_progress(BIG, 2 * BIG)
    assert bar.share() == 0.5
    assert bar.accessibleDescription() == "9,000,000,000 of 18,000,000,000"
    bar.set_progress(5, 0)
    assert bar.share() == 0
    ring.set_progress(14, 14)
    spark.set_values([BIG, BIG, BIG])
    interval.set_interval(1, 2, 3, 4, mark=5)
    assert interval.accessibleDescription() == "2, between 1 and 3; mine 5"
    with pytest.raises(ValueError, match="low"):
        interval.set_interval(3, 2, 1, 4)
    for widget in (bar, ring, spark, interval):
        assert not widget.grab().isNull()
    interval.clear()
    assert interval.accessibleDescription() == "No data yet."


def test_axes_keep_everything_in_sight() -> None:
    plain, powers = linear(4), logarithmic(1e-4)
    assert [plain(value) for value in (-1, 0, 1, 4, 9)] == [0, 0, 0.25, 1, 1]
    assert [round(powers(value), 9) for value in (0, 1e-9, 1e-4, 1e-2, 1, 2)] == [0, 0, 0, 0.5, 1, 1]
