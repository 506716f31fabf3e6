"""The command line: what it prints, draws and refuses."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.end_to_end.conftest import ROOT

VIEWS = ("home", "bosses", "diary", "tasks", "calculators", "community", "settings", "log-run", "palette")


def maplehub(*arguments: object, seconds: float = 55) -> "subprocess.CompletedProcess[str]":
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "desktop", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )


def test_the_self_test_passes_and_says_its_steps() -> None:
    done = maplehub("--self-test")
    assert done.returncode == 0, done.stdout + done.stderr
    steps = re.findall(r"^(ok|FAIL)\s+(\w+):", done.stdout, re.MULTILINE)
    assert steps == [("ok", "make"), ("ok", "find"), ("ok", "undo"), ("ok", "coins"), ("ok", "pages")]
    assert done.stdout.endswith("Self-test passed.\n")


def test_the_self_test_fails_when_a_step_does(tmp_path: Path) -> None:
    done = maplehub("--self-test", "find", "--data-dir", tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.timeout(120)
def test_screenshots_show_every_view(tmp_path: Path) -> None:
    done = maplehub("--screenshots", tmp_path, "--theme", "dark", "--size", "1280x800", seconds=110)
    assert done.returncode == 0, done.stderr
    names = {path.name for path in tmp_path.iterdir()}
    assert "first-start-new-dark-1280x800.png" in names
    for view in VIEWS:
        for who in ("one", "24"):
            assert f"{view}-{who}-dark-1280x800.png" in names
    assert all(name.endswith("-dark-1280x800.png") for name in names)
    for path in tmp_path.iterdir():
        picture = QImage(str(path))
        assert (picture.width(), picture.height()) == (1280, 800), path.name
        assert len(colours(picture)) > 20, f"{path.name} is blank"


def colours(picture: QImage) -> set[int]:
    """The colours of a grid of points."""
    width, height = picture.width(), picture.height()
    return {picture.pixel(x, y) for x in range(0, width, 5) for y in range(0, height, 5)}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "big"], "--size: write it like 1280x800"),
        (["--size", "100x100"], "--size: write it like 1280x800"),
        (["--demo", "--characters", "99"], "--characters: between 1 and 24"),
        (["--characters", "two"], "--characters: between 1 and 24"),
        (["--theme", "pink"], "--theme"),
        (["--colour"], "--colour"),
    ],
)
def test_a_wrong_argument_is_explained(arguments: Sequence[str], words: str) -> None:
    done = maplehub(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_cannot_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = maplehub("--data-dir", tmp_path / "file" / "data")
    assert done.returncode == 2
    assert "cannot use the data folder" in done.stderr
    assert "--data-dir" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_as_data_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = maplehub("--data-dir", tmp_path / "file")
    assert done.returncode == 2
    assert "cannot use the data folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_is_that_of_the_project() -> None:
    done = maplehub("--version")
    assert done.returncode == 0
    project = (ROOT / "pyproject.toml").read_text()
    found = re.search(r'^version = "([^"]+)"', project, re.MULTILINE)
    assert found is not None
    assert done.stdout == f"MapleHub {found[1]}\n"
