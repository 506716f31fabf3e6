"""Real desktop processes, a real server process and a real browser; any of them may be killed."""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import PATIENCE, Program, Start
from tests.end_to_end.hub import Hub, hub

DESK = "tests.end_to_end.syncing.desk"
BROWSER = f"{sys.executable} -m tests.end_to_end.syncing.browser %s"
ATTEMPTS = 150


class Computer:
    """A computer with the program on it, which can be started, told, and killed."""

    def __init__(self, start: Start, folder: Path) -> None:
        folder.mkdir()
        (folder / "preferences.json").write_text(json.dumps({"pictures": {"enabled": False}}))
        self._start = start
        self._folder = folder
        self.on()

    def on(self) -> None:
        self.program: Program = self._start(
            DESK, "--data-dir", self._folder,
            BROWSER=BROWSER,
            QT_QPA_PLATFORM="offscreen",
            PYTHON_KEYRING_BACKEND="tests.stand_ins.keyrings.FileKeyring",
            MAPLEHUB_TEST_KEYRING=str(self._folder / "keyring.json"),
        )  # fmt: skip
        self.program.expect("ready")

    def tell(self, *words: object) -> None:
        assert self.program.process.stdin is not None
        self.program.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.program.process.stdin.flush()

    def do(self, *words: object) -> list[object]:
        """Tell, and wait for the answer."""
        self.tell(*words)
        return self.program.expect(str(words[0]))

    def sign_in(self, url: str) -> None:
        self.tell("account", url)
        self.until(lambda state: state[2] is True)
        self.until(lambda state: state[0] == "idle" and state[1] == 0)

    def until(self, wanted: Callable[[list[object]], bool]) -> None:
        """Wait for a state of its sync: kind, waiting, signed in."""
        until = time.monotonic() + PATIENCE
        while True:
            state = self.program.expect("state")
            if wanted(state):
                return
            assert time.monotonic() < until, state

    def sync(self) -> None:
        """A round from here on that ends well with nothing left."""
        self.do("sync")
        self.until(lambda state: state[0] == "syncing")
        self.until(lambda state: state[0] == "idle" and state[1] == 0)

    def runs(self) -> list[str]:
        (found,) = self.do("runs")
        assert isinstance(found, list)
        return found


@pytest.fixture
def site(start: Start, address: str, tmp_path: Path) -> Iterator[Hub]:
    with hub(start, address, tmp_path / "server") as made:
        yield made


@pytest.mark.timeout(180)
def test_two_computers_offline_then_together_and_nothing_is_lost_when_anything_is_killed(
    start: Start, site: Hub, tmp_path: Path
) -> None:
    one, two = (Computer(start, tmp_path / name) for name in ("one", "two"))
    one.do("character", "Aria")
    one.sign_in(site.url)
    two.sign_in(site.url)
    # Offline, each goes its own way.
    site.kill()
    one.do("clear", "hard-lucid")
    two.do("clear", "hard-damien")
    for each in (one, two):
        each.tell("sync")
        each.until(lambda state: state[0] == "offline")
    site.on()
    one.sync()
    two.sync()
    one.sync()
    assert len(one.runs()) == 2
    assert one.runs() == two.runs()
    # The server is killed in the middle of a push, then a desktop is.
    one.do("attempts", ATTEMPTS)
    one.tell("sync")
    time.sleep(random.uniform(0.02, 0.3))
    site.kill()
    two.do("attempts", ATTEMPTS)
    site.on()
    two.tell("sync")
    time.sleep(random.uniform(0.02, 0.3))
    two.program.kill()
    two.on()
    one.sync()
    two.sync()
    one.sync()
    assert len(one.runs()) == 2 + 2 * ATTEMPTS
    assert one.runs() == two.runs()
