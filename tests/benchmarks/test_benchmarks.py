"""The benchmarks run and judge; how fast anything is, is not asserted."""

import pytest
from PySide6.QtWidgets import QApplication

from tests.benchmarks import diary, economy, lootbox_frames, tick
from tests.benchmarks.__main__ import main
from tests.benchmarks.measure import BENCHMARKS, Options, Result, side_by_side, table


def test_a_goal_is_met_or_missed() -> None:
    assert Result("a", 30, "ms", 10, most_ratio=2).verdict == "missed"
    assert Result("a", 20, "ms", 10, most_ratio=2).verdict == "ok"
    assert Result("a", 3, "ms", 1.2, most_ratio=2).verdict == "ok", "less than anybody feels"
    assert Result("a", 3, "ms", 4, most_ratio=0.5).verdict == "missed"
    assert Result("a", 3, "MB", 1.2, most_ratio=2).verdict == "missed"
    assert Result("a", 51, "ms", most_value=50).verdict == "missed"
    assert Result("a", 51).verdict == ""


def test_the_table_has_a_line_for_every_result() -> None:
    text = table([Result("one", 1.234, "ms", 1.0, most_ratio=2), Result("two", 1234.5)])
    assert len(text.splitlines()) == 3
    assert "1.23×" in text
    assert "1,234 ms" in text or "1,235 ms" in text


def test_both_sides_are_measured() -> None:
    calls: list[str] = []
    ours, theirs = side_by_side(lambda: calls.append("a"), lambda: calls.append("b"), 3)
    assert calls == ["a", "b"] * 4
    assert ours >= 0 <= theirs


def test_an_unknown_name_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nonsense"])
    assert "nonsense" in capsys.readouterr().err
    assert {"diary", "economy", "lootbox frames", "startup", "tick"} <= set(BENCHMARKS)


@pytest.mark.parametrize("run", [diary.diary, economy.economy, lootbox_frames.frames, tick.tick])
def test_a_small_run_gives_figures(run: object, qapp: QApplication, tmp_path: object) -> None:
    results = list(run(Options(300, 1, tmp_path)))  # type: ignore[operator, arg-type]
    assert results
    assert all(result.value > 0 for result in results)
