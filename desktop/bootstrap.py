"""The one place that builds and joins the parts of the desktop app."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QApplication

from desktop.bridge.background import Background
from desktop.services.appearance import ReducedMotion, peek_appearance
from desktop.services.places import Places, choose_profile, chosen_profile
from desktop.ui.kit.motion import set_reduced_motion
from desktop.ui.shell.window import MainWindow
from desktop.ui.theme.apply import ThemeFollower

if TYPE_CHECKING:
    import logging
    from pathlib import Path

    from desktop.services.opening import Opened
    from desktop.services.reports import Report
    from desktop.sync.binding import Binding
    from desktop.sync.session import Secrets
    from desktop.system.crash import CrashWatch
    from desktop.system.single_instance import SingleInstance
    from desktop.ui.shell.controller import ShellController

DEFAULT_SIZE = (1280, 800)


def utc_now() -> datetime:
    """The wall clock as an aware UTC instant."""
    from datetime import UTC

    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Options:
    """How to start. theme and size override what is remembered; demo_characters None is no demo.

    background_only: start in the tray. pictures: whether pictures may be fetched at all. secrets: where sign-ins are
    kept; None for the system's keyring. open_browser: how a page is opened; None for the system's browser.
    """

    places: Places
    theme: str | None = None
    size: tuple[int, int] | None = None
    demo_characters: int | None = None
    tray: bool = True
    pictures: bool = True
    background_only: bool = False
    now: Callable[[], datetime] = field(default=utc_now)
    secrets: "Secrets | None" = None
    open_browser: Callable[[str], object] | None = None


class App(QObject):
    """A running MapleHub: window first, data after.

    ready: the data is there and the first page is on screen. failed: the data could not be opened; the window says
    why and offers what can be done.
    """

    ready = Signal()
    failed = Signal(object)

    def __init__(self, application: QApplication, options: Options) -> None:
        super().__init__()
        self.options = replace(options, places=options.places.of(chosen_profile(options.places)))
        appearance = peek_appearance(options.places.preferences)
        if appearance.reduced_motion is not ReducedMotion.SYSTEM:
            set_reduced_motion(appearance.reduced_motion is ReducedMotion.ON)
        self.theme = ThemeFollower(application, options.theme or str(appearance.theme), appearance.accent)
        self.background = Background(self)
        self.window = MainWindow()
        self.controller: ShellController | None = None
        self._geometry = QSettings(str(options.places.data / "window.ini"), QSettings.Format.IniFormat)
        self._opened: Opened | None = None
        self._restore_error: Exception | None = None
        self._arriving: Binding | None = None
        self._closed = False
        self._crashes: CrashWatch | None = None
        self._log: logging.Handler | None = None

    def watch(self, instance: "SingleInstance", crashes: "CrashWatch") -> None:
        """Answer other starts of the program, and show what crashes."""
        instance.message_received.connect(self._on_message)
        QTimer.singleShot(0, instance, instance.listen)
        crashes.failed.connect(self._on_crash)
        self.background.crashed.connect(crashes.report)
        self._crashes = crashes

    def raise_window(self) -> None:
        """Bring the window to the front."""
        if self.window.isMinimized():
            self.window.showNormal()
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()

    def start(self) -> None:
        """Show the frame and begin to open the data behind it."""
        geometry = self._geometry.value("geometry")
        self.window.resize(*(self.options.size or DEFAULT_SIZE))
        if self.options.size is None and isinstance(geometry, QByteArray):
            self.window.restoreGeometry(geometry)
        if not self.options.background_only:
            self.window.show()
            # The frame is painted now, before anything heavy is imported.
            QApplication.processEvents()
        QTimer.singleShot(0, self, self.open)

    def open(self) -> None:
        """Open the data; again after a failure."""
        self.window.show_page(self.window.loading)
        options = self.options
        self.background.database(lambda: _open(options), self._on_opened, self._on_failed, owner=self)

    def close(self) -> None:
        """Finish what is under way and let go of everything. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        if not self.options.background_only and self.options.size is None:
            self._geometry.setValue("geometry", self.window.saveGeometry())
        # Hidden first: pages put away what is still being typed while the database thread is there.
        self.window.hide()
        if self.controller is not None:
            self.controller.close()
        self.background.close()
        if self._opened is not None:
            self._opened.services.database.close()
            self._opened = None
        self.window.close()
        self.window.deleteLater()
        if self._log is not None:
            from desktop.system.log import stop_logging

            stop_logging(self._log)

    def _on_message(self, message: str) -> None:
        self.raise_window()
        if message == "log-run" and self.controller is not None:
            self.controller.log_run()

    def _on_crash(self, report: "Report") -> None:
        from desktop.ui.shell.crash_dialog import CrashDialog

        CrashDialog(report, self.window).open()

    def _on_opened(self, opened: "Opened") -> None:
        from desktop.ui.shell.controller import ShellController

        self._opened = opened
        self.controller = ShellController(
            self.window, self.background, opened, self.options, self.theme, self
        )
        self.controller.restore_asked.connect(self._restore)
        self.controller.syncing.other_account.connect(self._open_other)
        self.controller.start()
        if self._arriving is not None:
            self.controller.syncing.adopt(self._arriving)
            self._arriving = None
        if self.options.background_only and not self.controller.in_tray:
            # Without a tray there would be no way to reach it.
            self.window.show()
        if self._restore_error is not None:
            self.controller.toast(str(self._restore_error), tone="error")
            self._restore_error = None
        self._after_start()
        self.ready.emit()

    def _after_start(self) -> None:
        """What can wait until everything is on the screen."""
        from desktop.ui.theme.icons import icon

        QApplication.setWindowIcon(icon("maple", "accent"))
        crashes, controller, logs = self._crashes, self.controller, self.options.places.logs
        if crashes is None or controller is None:
            return
        if self._log is None:
            self.background.pool(lambda: _start_logging(logs), self._on_log, _no_log, owner=self)
        report = crashes.pending_report()
        if report is not None:
            crashes.acknowledge()
            words = self.tr("MapleHub ended unexpectedly last time. Everything saved is there.")
            controller.toast(words, self.tr("Show the report"), partial(self._on_crash, report), "warning")

    def _on_log(self, handler: "logging.Handler") -> None:
        self._log = handler

    def _restore(self, backup: "Path") -> None:
        """Close the data, put the backup in its place, open again: the window stays."""
        places, now = self.options.places, self.options.now()

        def work() -> None:
            from desktop.storage import backups

            backups.restore(backup, places.database, places.backups, now)

        self._reopen(work)

    def _open_other(self, account: "Binding") -> None:
        """Close this data and open that of another account, which may have none yet."""
        self._arriving = account
        options = self.options

        def work() -> None:
            from desktop.sync.binding import owner

            places = options.places.of("")
            holder = owner(places.database)
            if holder is None or not holder.same_account(account):
                places = places.of(account.profile)
            choose_profile(places, places.profile)
            self.options = replace(options, places=places)

        self._reopen(work)

    def _reopen(self, between: Callable[[], None]) -> None:
        """Close the data, do something while it is closed, open again."""
        controller, opened = self.controller, self._opened
        if controller is None or opened is None:
            return
        self.controller = self._opened = None
        self.window.top_bar.set_ready(ready=False)
        controller.close()
        controller.leave_window()

        def work() -> None:
            opened.services.database.close()
            between()

        self.background.database(work, self._restored, self._restore_failed, owner=self)
        controller.deleteLater()

    def _restored(self, _nothing: object) -> None:
        self.open()

    def _restore_failed(self, error: Exception) -> None:
        self._arriving = None
        self.open()
        self._restore_error = error

    def _on_failed(self, error: Exception) -> None:
        from desktop.ui.shell.trouble import TroublePage

        page = TroublePage(error, self.options.places, self.background, self.options.now)
        page.try_again.connect(self.open)
        self.window.show_page(page)
        # Also when it was started into the tray: trouble must be seen.
        self.window.show()
        self.failed.emit(error)


def _open(options: Options) -> "Opened":
    from desktop.services.opening import open_data

    opened = open_data(options.places, options.now)
    if options.demo_characters is not None:
        from desktop.services.demo import build_demo

        build_demo(opened.services, options.demo_characters)
        opened = open_again(opened)
    return opened


def _start_logging(logs: "Path") -> "logging.Handler":
    from desktop.system.log import start_logging

    return start_logging(logs)


def _no_log(_error: Exception) -> None:
    """A log that cannot be written is no reason to bother anybody."""


def open_again(opened: "Opened") -> "Opened":
    """The same data with the list of characters read anew."""
    from dataclasses import replace

    return replace(opened, characters=tuple(opened.services.characters.all()))
