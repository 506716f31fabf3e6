"""Real processes over a data folder of the test, and a screen nobody sees."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE = 30.0
ROOT = Path(__file__).resolve().parents[2]


class Program:
    """A MapleHub in a process of its own and what it says."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            arguments,
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.errors: list[str] = []
        self._readers = [threading.Thread(target=self._read), threading.Thread(target=self._read_errors)]
        for reader in self._readers:
            reader.start()

    def expect(self, what: str) -> list[object]:
        """The details of the next line of this kind; other lines are passed over."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                line = self._lines.get(timeout=max(0.01, until - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"“{what}” was not said; stderr: {''.join(self.errors)}") from None
            assert line is not None, f"ended before “{what}”; stderr: {''.join(self.errors)}"
            said = json.loads(line)
            if said[0] == what:
                return list(said[1:])

    def rest(self, what: str) -> list[list[object]]:
        """The details of every further line of this kind, up to the end of the process."""
        self.wait()
        found = []
        while (line := self._lines.get(timeout=PATIENCE)) is not None:
            said = json.loads(line) if line.endswith("\n") else [None]
            if said[0] == what:
                found.append(said[1:])
        return found

    def wait(self) -> int:
        """The exit status, once it has ended."""
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End it without warning, as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.wait()

    def close(self) -> None:
        """End it if it still runs, and let go of its pipes."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        for reader in self._readers:
            reader.join(PATIENCE)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors.extend(self.process.stderr)


Start = Callable[..., Program]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose program fetches nothing."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "preferences.json").write_text(
        json.dumps({"pictures": {"enabled": False}, "appearance": {"reduced_motion": "on"}})
    )
    return folder


@contextmanager
def programs() -> Iterator[Start]:
    """Start `python -m <module> …`; whatever still runs is ended at the end."""
    started: list[Program] = []

    def begin(module: str, *arguments: object, **environment: str) -> Program:
        made = Program([sys.executable, "-m", module, *map(str, arguments)], environment)
        started.append(made)
        return made

    try:
        yield begin
    finally:
        for program in started:
            program.close()


@pytest.fixture
def start() -> Iterator[Start]:
    """Programs of one test."""
    with programs() as begin:
        yield begin


@pytest.fixture
def screen() -> Iterator[str]:
    """An X server of the test's own; the value for DISPLAY."""
    for tool in ("Xvfb", "xdotool"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(PATIENCE)
