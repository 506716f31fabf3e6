"""One run in a real window on a real (if unseen) screen: keys from outside, effects read from the file."""

import os
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop.services.places import places
from tests.end_to_end.conftest import PATIENCE, Program, Start

POLL = 0.05
TRY_AGAIN = 6.0
"""Seconds without an effect after which a key is pressed again: the page may not have been there yet."""


class Hands:
    """A keyboard on an X server."""

    def __init__(self, display: str) -> None:
        self._environment = os.environ | {"DISPLAY": display}

    def do(self, *arguments: str) -> str:
        """One call of xdotool; what it says."""
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        return done.stdout.strip()

    def key(self, *keys: str) -> None:
        self.do("key", "--clearmodifiers", *keys)

    def window(self, title: str) -> str:
        """The id of the visible window with this title; "" without one."""
        found = self.do("search", "--onlyvisible", "--name", f"^{re.escape(title)}$").splitlines()
        return found[-1] if found else ""

    def focus(self, title: str) -> None:
        """Wait for a window; there is nobody else on this screen to give it the keyboard."""
        wait(lambda: bool(self.window(title)), f"no window “{title}”")
        self.do("windowfocus", "--sync", self.window(title))


def wait(condition: Callable[[], bool], failure: str, seconds: float = PATIENCE) -> None:
    """Look again and again until it is so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, failure
        time.sleep(POLL)


def press_until(press: Callable[[], None], condition: Callable[[], bool], failure: str) -> None:
    """Press, wait for the effect, and press again when none came."""
    for _ in range(5):
        press()
        until = time.monotonic() + TRY_AGAIN
        while time.monotonic() < until:
            if condition():
                return
            time.sleep(POLL)
    raise AssertionError(failure)


def ask(data: Path, sql: str) -> list[tuple[object, ...]]:
    """Read the running program's database without touching it; nothing while there is none."""
    path = places(data).database
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute(sql).fetchall()
    except sqlite3.OperationalError:
        return []


def quit_by_key(hands: Hands, program: Program) -> None:
    """Ctrl+Q, which works once the data is open."""
    press_until(
        lambda: hands.key("ctrl+q"), lambda: program.process.poll() is not None, "Ctrl+Q did not end it"
    )


@pytest.mark.timeout(120)
def test_a_week_begins_in_a_real_window(start: Start, data: Path, screen: str) -> None:
    hands = Hands(screen)
    program = start("desktop", "--data-dir", data, DISPLAY=screen, QT_QPA_PLATFORM="xcb")
    hands.focus("MapleHub")
    wait(lambda: bool(ask(data, "SELECT * FROM alembic_version")), "the database was not made")

    def introduce() -> None:
        hands.key("ctrl+a")
        hands.do("type", "--delay", "5", "Aria")
        hands.key("Return")

    names = "SELECT name FROM characters WHERE deleted = 0"
    press_until(introduce, lambda: ask(data, names) == [("Aria",)], "no character was made")
    wait(lambda: bool(ask(data, "SELECT * FROM boss_plans WHERE deleted = 0")), "no boss was planned")

    cleared = "SELECT entry_id FROM boss_runs WHERE deleted = 0 AND cleared = 1"
    press_until(lambda: hands.key("space"), lambda: len(ask(data, cleared)) == 1, "Space cleared nothing")

    hands.key("ctrl+k")
    hands.focus("Search and commands")
    hands.do("type", "--delay", "5", "log hard lucid")
    hands.key("Return")
    hands.focus("Log run")
    hands.key("1", "Return")
    wait(lambda: ("hard-lucid",) in ask(data, cleared), "the run was not saved")
    drops = "SELECT quantity FROM boss_run_drops WHERE deleted = 0"
    assert ask(data, drops) == [(1,)]
    wait(lambda: not hands.window("Log run"), "the dialog stayed")

    hands.focus("MapleHub")
    hands.key("ctrl+l")
    hands.focus("Log run")
    hands.key("Escape")
    wait(lambda: not hands.window("Log run"), "the dialog stayed")

    hands.focus("MapleHub")
    hands.key("ctrl+z")
    wait(lambda: ask(data, drops) == [], "Ctrl+Z did not take the run back")
    hands.key("ctrl+y")
    wait(lambda: ask(data, drops) == [(1,)], "Ctrl+Y did not bring it back")

    hands.key("ctrl+q")
    assert program.wait() == 0
    assert program.errors == []
    assert len(ask(data, cleared)) == 2
    assert ask(data, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.timeout(120)
def test_the_size_of_the_window_is_kept(start: Start, data: Path, screen: str) -> None:
    hands = Hands(screen)
    before = ""
    for _ in range(2):
        program = start("desktop", "--data-dir", data, DISPLAY=screen, QT_QPA_PLATFORM="xcb")
        hands.focus("MapleHub")
        wait(lambda: bool(ask(data, "SELECT * FROM alembic_version")), "the database was not made")
        window = hands.window("MapleHub")
        before = hands.do("getwindowgeometry", "--shell", window)
        hands.do("windowsize", "--sync", window, "1100", "700")
        quit_by_key(hands, program)
        assert program.wait() == 0
        assert program.errors == []
    assert "WIDTH=1100" in before
    assert "HEIGHT=700" in before
