"""One instance, with real processes: started, started again, killed, hung."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSysInfo
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from desktop.system.single_instance import LOCK_NAME, Role, SingleInstance, instance_name

PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication, QTimer
from desktop.system.single_instance import Role, SingleInstance

app = QCoreApplication([])
instance = SingleInstance(Path(sys.argv[1]))
role = instance.start(sys.argv[2], int(sys.argv[3]))
if role is Role.FIRST:
    instance.listen()
print(role.value, flush=True)
if role is not Role.FIRST:
    sys.exit({Role.SECOND: 0, Role.UNANSWERED: 1}[role])

def heard(message):
    print(message, flush=True)
    if message == "quit":
        instance.close()
        app.quit()

instance.message_received.connect(heard)
app.exec()
"""


def command(data: Path, word: str, timeout_ms: int = 20_000) -> list[str]:
    return [sys.executable, "-c", PROGRAM, str(data), word, str(timeout_ms)]


def second(data: Path, word: str, timeout_ms: int = 20_000) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(data, word, timeout_ms), capture_output=True, text=True, check=False)


class Started:
    """A running first instance."""

    def __init__(self, data: Path) -> None:
        self.process = subprocess.Popen(command(data, "raise"), stdout=subprocess.PIPE, text=True)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Started]:
    started = Started(tmp_path)
    yield started
    started.end()


def test_the_second_start_hands_over_and_ends(first: Started, tmp_path: Path) -> None:
    assert first.line() == "first"
    for word in ("raise", "log-run"):
        done = second(tmp_path, word)
        assert (done.returncode, done.stdout.strip()) == (0, "second"), done.stderr
        assert first.line() == word


def test_another_data_folder_is_another_app(first: Started, tmp_path: Path) -> None:
    assert first.line() == "first"
    other = Started(tmp_path / "other")
    assert other.line() == "first"
    other.end()


def test_after_a_clean_end_the_next_is_first(first: Started, tmp_path: Path) -> None:
    assert first.line() == "first"
    second(tmp_path, "quit")
    assert first.process.wait() == 0
    again = Started(tmp_path)
    assert again.line() == "first"
    again.end()


def test_after_a_crash_the_next_is_first(first: Started, tmp_path: Path) -> None:
    assert first.line() == "first"
    first.process.kill()
    first.process.wait()
    assert (tmp_path / LOCK_NAME).exists()
    again = Started(tmp_path)
    assert again.line() == "first"
    assert second(tmp_path, "raise").stdout.strip() == "second"
    assert again.line() == "raise"
    again.end()


def this_computer() -> str:
    return QSysInfo.machineHostName()


@pytest.mark.skipif(os.name != "posix", reason="stops a process by a signal")
def test_a_hung_first_is_given_up_on_and_hears_it_later(first: Started, tmp_path: Path) -> None:
    assert first.line() == "first"
    assert SingleInstance(tmp_path).holder() == this_computer()
    first.process.send_signal(signal.SIGSTOP)
    done = second(tmp_path, "raise", 300)
    assert (done.returncode, done.stdout.strip()) == (1, "unanswered")
    first.process.send_signal(signal.SIGCONT)
    assert second(tmp_path, "log-run").returncode == 0
    heard = first.line()
    assert "log-run" in {heard, first.line() if heard == "raise" else heard}


def test_of_many_starts_at_once_one_is_first(tmp_path: Path) -> None:
    processes = [Started(tmp_path) for _ in range(4)]
    roles = sorted(started.line() for started in processes)
    for started in processes:
        started.end()
    assert roles == ["first", "second", "second", "second"]


@pytest.fixture
def alone(tmp_path: Path, qtbot: QtBot) -> Iterator[SingleInstance]:
    instance = SingleInstance(tmp_path)
    assert instance.start() is Role.FIRST
    instance.listen()
    yield instance
    instance.close()


@pytest.mark.parametrize("message", [b"Raise\n", b"rm -rf\n", b"x" * 5000, b"\n", b"\xff\n"])
def test_nonsense_is_shown_the_door(
    alone: SingleInstance, tmp_path: Path, qtbot: QtBot, message: bytes
) -> None:
    socket = QLocalSocket()
    socket.connectToServer(instance_name(tmp_path))
    assert socket.waitForConnected(5000)
    with qtbot.assertNotEmitted(alone.message_received), qtbot.waitSignal(socket.disconnected):
        socket.write(message)
    assert alone._received == {}


def test_a_command_in_two_pieces_is_understood(alone: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    socket = QLocalSocket()
    socket.connectToServer(instance_name(tmp_path))
    assert socket.waitForConnected(5000)
    socket.write(b"log-")
    socket.flush()
    qtbot.waitUntil(lambda: b"log-" in alone._received.values())
    with qtbot.waitSignal(alone.message_received) as heard:
        socket.write(b"run\n")
    assert heard.args == ["log-run"]
    socket.abort()


def test_a_silent_caller_is_let_go_at_the_end(alone: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    socket = QLocalSocket()
    socket.connectToServer(instance_name(tmp_path))
    assert socket.waitForConnected(5000)
    qtbot.waitUntil(lambda: len(alone._received) == 1)
    with qtbot.waitSignal(socket.disconnected):
        alone.close()


def test_only_words_are_commands(tmp_path: Path, qtbot: QtBot) -> None:
    instance = SingleInstance(tmp_path)
    for word in ("", "Log", "a b", "a\nb", "x" * 64):
        with pytest.raises(ValueError, match="not a command"):
            instance.start(word)
    assert instance.holder() == ""


def test_names_differ_by_folder_and_are_short(tmp_path: Path) -> None:
    assert instance_name(tmp_path) == instance_name(tmp_path / "x" / "..")
    assert instance_name(tmp_path) != instance_name(tmp_path / "x")
    assert len(instance_name(tmp_path)) < 30
