"""Faults: a hard one is written by faulthandler and offered at the next start, an exception shown at once."""

import contextlib
import faulthandler
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from desktop.services.reports import Report

FAULT_NAME = "fault.log"
PREVIOUS_FAULT_NAME = "fault-previous.log"
REPORT_NAME = "report.txt"
LOG_NAME = "maplehub.log"
_MAX_REPORTS = 20
"""How many different exceptions of one session are shown."""


class CrashWatch(QObject):
    """Catches what nothing else caught, from `install` to `uninstall`. A report is made when one is needed.

    failed: a Report, for each new kind of uncaught exception; emitted in the thread it happened in, so a
    connection to an object of the main thread is queued.
    """

    failed = Signal(object)

    def __init__(self, logs: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._logs = logs
        self._file: IO[str] | None = None
        self._seen: set[tuple[str, str, int]] = set()
        self._previous_hook = sys.excepthook
        self._previous_thread_hook = threading.excepthook
        self._reporting = threading.local()

    def install(self) -> None:
        """Watch from now on. A hard fault of the session before is set aside for `pending_report`."""
        with contextlib.suppress(OSError):
            self._logs.mkdir(parents=True, exist_ok=True)
            fault = self._logs / FAULT_NAME
            if fault.exists() and fault.stat().st_size:
                fault.replace(self._logs / PREVIOUS_FAULT_NAME)
            self._file = fault.open("w", encoding="utf-8")
            faulthandler.enable(self._file)
        self._previous_hook, sys.excepthook = sys.excepthook, self._on_exception
        self._previous_thread_hook, threading.excepthook = threading.excepthook, self._on_thread_exception

    def uninstall(self) -> None:
        """Stop watching, at a clean exit."""
        # Bound methods are made anew at each access, so they are compared, not identified.
        if sys.excepthook == self._on_exception:
            sys.excepthook = self._previous_hook
        if threading.excepthook == self._on_thread_exception:
            threading.excepthook = self._previous_thread_hook
        if self._file is not None:
            faulthandler.disable()
            self._file.close()
            self._file = None

    def report(self, error: BaseException) -> None:
        """Treat an exception that was caught elsewhere, with nobody to answer for it, like an uncaught one."""
        self._report(type(error), error, error.__traceback__)

    def pending_report(self) -> "Report | None":
        """What ended an earlier session: a hard fault, or an exception nobody acknowledged."""
        from desktop.services.reports import Report, compose

        fault = self._logs / PREVIOUS_FAULT_NAME
        with contextlib.suppress(OSError):
            at = datetime.fromtimestamp(fault.stat().st_mtime, UTC)
            details = fault.read_text("utf-8", "replace")
            title = details.splitlines()[0] if details.strip() else "Hard fault"
            return compose(title, details, at=at, log=self._logs / LOG_NAME)
        report = self._logs / REPORT_NAME
        with contextlib.suppress(OSError):
            at = datetime.fromtimestamp(report.stat().st_mtime, UTC)
            text = report.read_text("utf-8", "replace")
            return Report(text.splitlines()[0] if text.strip() else "Error", text, at)
        return None

    def acknowledge(self) -> None:
        """The player has seen the reports so far; they are not offered again."""
        for name in (PREVIOUS_FAULT_NAME, REPORT_NAME):
            with contextlib.suppress(OSError):
                (self._logs / name).unlink(missing_ok=True)

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, Exception):
            self._previous_hook(kind, error, trace)  # Ctrl+C and exits are no faults
            return
        self._report(kind, error, trace)
        if sys.stderr is not None:  # a windowed build has none
            self._previous_hook(kind, error, trace)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        error = arguments.exc_value
        if error is not None and issubclass(arguments.exc_type, Exception):
            self._report(arguments.exc_type, error, arguments.exc_traceback)
        if sys.stderr is not None:
            self._previous_thread_hook(arguments)

    def _report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write and emit a report, once for each place exceptions come from: painting repeats itself."""
        place = _place(kind, trace)
        if place in self._seen or len(self._seen) >= _MAX_REPORTS or getattr(self._reporting, "now", False):
            return
        self._seen.add(place)
        self._reporting.now = True
        try:
            import logging

            from desktop.services.reports import exception_report

            report = exception_report(kind, error, trace, at=datetime.now(UTC), log=self._logs / LOG_NAME)
            logging.getLogger(__name__).error("uncaught exception", exc_info=(kind, error, trace))
            with contextlib.suppress(OSError):
                (self._logs / REPORT_NAME).write_text(report.text, "utf-8")
            self.failed.emit(report)
        except Exception:  # noqa: BLE001 - a fault while reporting a fault must not hide the first
            return
        finally:
            self._reporting.now = False


def _place(kind: type[BaseException], trace: TracebackType | None) -> tuple[str, str, int]:
    """What kind of exception comes from where: its type, file and line."""
    if trace is None:
        return kind.__name__, "", 0
    while trace.tb_next is not None:
        trace = trace.tb_next
    return kind.__name__, trace.tb_frame.f_code.co_filename, trace.tb_lineno
