"""Faults, in real processes that really die."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.services.reports import Report
from desktop.system.crash import REPORT_NAME, CrashWatch

PRELUDE = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.system.crash import CrashWatch
app = QCoreApplication([])
watch = CrashWatch(Path(sys.argv[1]))
watch.install()
assert "structlog" not in sys.modules and "desktop.services.reports" not in sys.modules
"""


def run(logs: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PRELUDE + code, str(logs)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CrashWatch]:
    """A watch on this process's hooks, without faulthandler, which pytest uses itself."""
    quiet: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda *arguments: quiet.append(arguments))
    monkeypatch.setattr(threading, "excepthook", quiet.append)
    monkeypatch.setattr("desktop.system.crash.faulthandler", _NoFaulthandler)
    watching = CrashWatch(tmp_path)
    watching.install()
    yield watching
    watching.uninstall()


class _NoFaulthandler:
    @staticmethod
    def enable(_file: object) -> None: ...

    @staticmethod
    def disable() -> None: ...


def fail(message: str) -> None:
    """An exception as the interpreter would hand it over."""
    try:
        int(message)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)


def test_a_hard_fault_is_offered_at_the_next_start(tmp_path: Path) -> None:
    died = run(tmp_path, "import faulthandler; faulthandler._sigabrt()")
    assert died.returncode != 0
    shown = run(tmp_path, "r = watch.pending_report(); print(r.title); print(r.text); watch.uninstall()")
    assert shown.stdout.startswith("Fatal Python error")
    assert "Current thread" in shown.stdout
    assert "pyside6-essentials" in shown.stdout
    # Until it is acknowledged it is offered again, then never more.
    again = run(tmp_path, "assert watch.pending_report(); watch.acknowledge(); watch.uninstall()")
    assert again.returncode == 0, again.stderr
    assert run(tmp_path, "sys.exit(watch.pending_report() is not None)").returncode == 0


def test_an_uncaught_exception_ends_with_a_report(tmp_path: Path) -> None:
    died = run(tmp_path, "raise ValueError('token=hunter22')")
    assert died.returncode == 1
    assert "ValueError" in died.stderr
    report = (tmp_path / REPORT_NAME).read_text("utf-8")
    assert "ValueError" in report
    assert "hunter22" not in report
    shown = run(tmp_path, "print(watch.pending_report().title)")
    assert shown.stdout.startswith("ValueError")


def test_a_clean_session_leaves_nothing_to_report(tmp_path: Path) -> None:
    assert run(tmp_path, "watch.uninstall()").returncode == 0
    assert run(tmp_path, "sys.exit(watch.pending_report() is not None)").returncode == 0


def test_interrupts_are_no_faults(tmp_path: Path) -> None:
    run(tmp_path, "raise KeyboardInterrupt")
    assert not (tmp_path / REPORT_NAME).exists()


def test_a_folder_that_cannot_be_made_does_not_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert run(tmp_path / "file" / "logs", "watch.uninstall()").returncode == 0


def test_a_report_is_emitted_once_for_each_place(watch: CrashWatch) -> None:
    reports: list[Report] = []
    watch.failed.connect(reports.append)
    for _ in range(5):
        fail("in a paint event")
    assert len(reports) == 1
    assert "in a paint event" in reports[0].title
    try:
        float("elsewhere")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert len(reports) == 2
    watch.acknowledge()
    assert watch.pending_report() is None


def test_an_exception_in_a_thread_is_reported(watch: CrashWatch) -> None:
    from PySide6.QtCore import Qt

    reports: list[Report] = []
    watch.failed.connect(reports.append, Qt.ConnectionType.DirectConnection)
    thread = threading.Thread(target=fail_plainly)
    thread.start()
    thread.join()
    pending = watch.pending_report()
    assert pending is not None
    assert pending.title == "KeyError: 'boss'"


def fail_plainly() -> None:
    raise KeyError("boss")


def test_uninstalling_restores_the_hooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop.system.crash.faulthandler", _NoFaulthandler)
    before = sys.excepthook, threading.excepthook
    watching = CrashWatch(tmp_path)
    watching.install()
    assert sys.excepthook != before[0]
    watching.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
