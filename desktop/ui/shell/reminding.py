"""Reminders and the tray: what the window does while nobody looks at it."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QApplication

from desktop.bridge.background import Latest
from desktop.services.event_reminders import EventNotification, coming_events, due_events
from desktop.services.home import SHOWN_RESETS
from desktop.services.reminder_store import StoredReminders
from desktop.services.reminders import LONGEST_SNOOZE, Left, Notification, due, snooze_end
from desktop.system.tray import Tray, TrayActions
from desktop.ui.event_words import in_brief, until_words
from desktop.ui.theme.icons import icon
from desktop.ui.words import countdown, left_text, reset_name
from shared.economy.events import modifiers
from shared.errors import MapleHubError
from shared.resets import Reset, next_reset

if TYPE_CHECKING:
    from desktop.ui.shell.controller import ShellController


class Reminding(QObject):
    """Asks at every tick what is due, tells it by tray or toast, and hides the window where it was asked to."""

    def __init__(self, shell: "ShellController", *, tray: bool) -> None:
        super().__init__(shell)
        self._shell = shell
        self._store = StoredReminders(shell.context.services.database)
        self._lefts = Latest(shell.background, self)
        self._quitting = False
        self._tone = "info"
        self.open_action = QAction(self.tr("Open MapleHub"), self)
        self.open_action.triggered.connect(self._open)
        self.log_action = QAction(self.tr("Log a run…"), self)
        self.log_action.triggered.connect(self._log)
        self.quit_action = QAction(self.tr("Quit"), self)
        self.quit_action.triggered.connect(self.quit)
        actions = TrayActions(self.open_action, self.log_action, self.quit_action)
        self.tray = Tray(icon("maple", "accent"), actions, self)
        self.tray.opened.connect(self._open)
        self.tray.notification_clicked.connect(self._open)
        self.tray.snoozed.connect(self._snooze)
        self.tray.not_notified.connect(self._toast)
        self.in_tray = tray and self.tray.show()
        shell.window.closing.connect(self._closing)
        shell.window.minimised.connect(self._minimised)
        shell.ticker.ticked.connect(self.tick)
        shell.operations.changed.connect(self._refresh_left)
        shell.settings.changed.connect(self._on_setting)
        QApplication.setQuitOnLastWindowClosed(not self.in_tray)

    def tick(self, now: datetime) -> None:
        """Look at the wall clock: next resets in the menu, and whatever is due."""
        lines = [
            self.tr("{0} reset {1}").format(reset_name(reset), countdown(now, at))
            for reset in SHOWN_RESETS
            if (at := next_reset(reset, now)) is not None
        ]
        self.tray.set_resets(lines)
        self._show_snooze(now)
        rules = self._shell.settings.value.reminders.rules()
        home = self._shell.context.services.home
        store = self._store
        self._shell.background.database(
            lambda: due(now, rules, store, lambda reset, _period: home.left(reset)),
            self._notify,
            self._not_read,
            owner=self,
        )
        self._look_for_events(now)
        self._refresh_left()

    def quit(self) -> None:
        """End the program, whatever closing the window means."""
        self._quitting = True
        QApplication.quit()

    def close(self) -> None:
        """Take the icon away."""
        self._quitting = True
        self.tray.close()

    def set_icon(self, made: QIcon) -> None:
        """Another icon, after the theme changed."""
        self.tray.set_icon(made)

    def _notify(self, notification: Notification | None) -> None:
        if notification is None:
            return
        lines = [
            self.tr("{0} reset {1}: {2}").format(
                reset_name(reminder.reset),
                countdown(notification.at, reminder.resets_at),
                left_text(reminder.left.bosses, reminder.left.tasks),
            )
            for reminder in notification.reminders
        ]
        self._tell(self.tr("Before the reset"), "\n".join(lines), tone="warning")

    def _look_for_events(self, now: datetime) -> None:
        preferences = self._shell.settings.value.reminders
        rules, store, events = preferences.rules(), self._store, self._shell.context.services.events
        ask = self._shell.background.database
        if preferences.events:
            work = partial(due_events, now, rules, store, events.active(now))
            ask(work, self._notify_events, self._not_read, owner=self)
        if preferences.events_ahead:
            work = partial(coming_events, now, rules, store, events.upcoming(now))
            ask(work, self._announce_events, self._not_read, owner=self)

    def _announce_events(self, notification: EventNotification | None) -> None:
        if notification is None:
            return
        materials = self._shell.context.catalog.economy.materials
        lines = [
            self.tr("{0} begins {1}: {2}").format(
                window.name,
                countdown(notification.at, window.starts),
                in_brief(modifiers([window]), materials),
            )
            for window in notification.windows
        ]
        self._tell(self.tr("Coming up"), "\n".join(lines), tone="info")

    def _notify_events(self, notification: EventNotification | None) -> None:
        if notification is None:
            return
        materials = self._shell.context.catalog.economy.materials
        lines = [
            self.tr("{0} {1}").format(
                in_brief(modifiers([window]), materials), until_words(window, notification.at)
            )
            for window in notification.windows
        ]
        names = [window.name for window in notification.windows]
        if len(names) > 1:
            lines = [f"{name}: {line}" for name, line in zip(names, lines, strict=True)]
            title = self.tr("Events have begun") if notification.begun else self.tr("Events are on")
        else:
            title = self.tr("{0} has begun") if notification.begun else self.tr("{0} is on")
        self._tell(title.format(names[0]), "\n".join(lines), tone="info")

    def _refresh_left(self, _changes: object = None) -> None:
        home = self._shell.context.services.home
        self._lefts.database(
            lambda: [(reset, home.left(reset)) for reset in SHOWN_RESETS], self._show_left, self._not_read
        )

    def _not_read(self, error: Exception) -> None:
        """A database in trouble is told where something is done with it; the next tick tries again."""
        if not isinstance(error, MapleHubError):
            self._shell.background.crashed.emit(error)

    def _show_left(self, found: list[tuple[Reset, Left]]) -> None:
        lines = [
            f"{reset_name(reset)}: {left_text(left.bosses, left.tasks)}" for reset, left in found if left
        ]
        self.tray.set_left(lines or [self.tr("Nothing left to do")])

    def _snooze(self, minutes: int | None) -> None:
        until = snooze_end(self._shell.options.now(), minutes)
        self._shell.settings.update("reminders", snoozed_until=until)

    def _on_setting(self, section: str) -> None:
        if section == "reminders":
            self._show_snooze(self._shell.options.now())

    def _show_snooze(self, now: datetime) -> None:
        until = self._shell.settings.value.reminders.snoozed_until
        text = ""
        if until is not None and now < until <= now + LONGEST_SNOOZE:
            text = self.tr("Snoozed until {0}").format(f"{until.astimezone():%H:%M}")
        self.tray.set_snoozed(text)

    def _open(self) -> None:
        window = self._shell.window
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()

    def _log(self) -> None:
        self._open()
        self._shell.log_run()

    def _tell(self, title: str, text: str, *, tone: str) -> None:
        self._tone = tone
        self.tray.notify(title, text)

    def _toast(self, title: str, text: str) -> None:
        """Without a tray the window says it."""
        self._shell.toast(f"{title}: {text}", tone=self._tone)

    def _closing(self) -> None:
        if self.in_tray and not self._quitting and self._shell.settings.value.tray.close_to_tray:
            self._shell.window.keep_open = True
            self._hide()
        elif not self._quitting:
            self._quitting = True
            QApplication.quit()

    def _minimised(self) -> None:
        if self.in_tray and self._shell.settings.value.tray.minimise_to_tray:
            # Not from inside the change of state: what follows it may show the window again.
            QTimer.singleShot(0, self, self._hide)

    def _hide(self) -> None:
        self._shell.window.hide()
        if not self._shell.settings.value.tray.told_about_tray:
            self._shell.settings.update("tray", told_about_tray=True)
            self.tray.notify(
                self.tr("MapleHub is still here"),
                self.tr("It waits in the tray and reminds you before resets."),
            )
