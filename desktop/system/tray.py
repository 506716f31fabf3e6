"""The icon in the tray: its menu, and notifications where there is a tray and where there is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

SNOOZE_MINUTES = 60


@dataclass(frozen=True, slots=True)
class TrayActions:
    """The app's own actions the menu shows; they live elsewhere and keep their words and shortcuts."""

    open: QAction
    log_run: QAction
    quit: QAction


class Tray(QObject):
    """Menu: open, log run | what is left | next resets | snooze | quit. Its lines are given to it.

    opened: the icon was clicked.
    snoozed: minutes (int), or None for "until the next reset".
    notification_clicked: the balloon shown last was clicked.
    not_notified: title and text of a notification no tray could show; the window says it instead.
    """

    opened = Signal()
    snoozed = Signal(object)
    notification_clicked = Signal()
    not_notified = Signal(str, str)

    def __init__(self, icon: QIcon, actions: TrayActions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu()
        self._menu.setAccessibleName(self.tr("MapleHub"))
        self._menu.addAction(actions.open)
        self._menu.addAction(actions.log_run)
        self._left_end = self._menu.addSeparator()
        self._resets_end = self._menu.addSeparator()
        self._left: list[QAction] = []
        self._resets: list[QAction] = []
        self._snooze = self._menu.addMenu(self.tr("Snooze reminders"))
        hour = self._snooze.addAction(self.tr("For one hour"))
        hour.triggered.connect(self._snooze_an_hour)
        until_reset = self._snooze.addAction(self.tr("Until the next reset"))
        until_reset.triggered.connect(self._snooze_until_reset)
        self._menu.addSeparator()
        self._menu.addAction(actions.quit)
        self._icon = QSystemTrayIcon(icon, self)
        self._icon.setContextMenu(self._menu)
        self._icon.setToolTip(self.tr("MapleHub"))
        self._icon.activated.connect(self._on_activated)
        self._icon.messageClicked.connect(self.notification_clicked)

    @staticmethod
    def available() -> bool:
        """Whether the desktop has a tray now (GNOME has none; others may get theirs late)."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    @property
    def menu(self) -> QMenu:
        return self._menu

    def show(self) -> bool:
        """Show the icon; False, and nothing, without a tray."""
        if not self.available():
            return False
        self._icon.show()
        return True

    def close(self) -> None:
        """Take the icon away and let the menu go."""
        self._icon.hide()
        self._icon.setContextMenu(None)  # type: ignore[arg-type]  # Qt takes null here, the stubs do not say so
        self._menu.deleteLater()

    def set_icon(self, icon: QIcon) -> None:
        """Another icon, for example after the theme changed."""
        self._icon.setIcon(icon)

    def set_left(self, lines: Sequence[str]) -> None:
        """What is left, a line each; set again whenever it changes."""
        self._left = self._put(self._left, lines, self._left_end)

    def set_resets(self, lines: Sequence[str]) -> None:
        """The next resets, a line each; set again at each tick. The first is the tool tip too."""
        self._resets = self._put(self._resets, lines, self._resets_end)
        tip = self.tr("MapleHub")
        self._icon.setToolTip(f"{tip}\n{lines[0]}" if lines else tip)

    def set_snoozed(self, text: str) -> None:
        """The snooze entry's words, for example "Snoozed until 14:00"; the usual ones for ""."""
        self._snooze.setTitle(text or self.tr("Snooze reminders"))

    def notify(self, title: str, text: str) -> bool:
        """Show a notification; False, after `not_notified`, when no tray can."""
        if self._icon.isVisible() and self.available() and QSystemTrayIcon.supportsMessages():
            self._icon.showMessage(title, text, self._icon.icon())
            return True
        self.not_notified.emit(title, text)
        return False

    def _put(self, actions: list[QAction], lines: Sequence[str], end: QAction) -> list[QAction]:
        """Words into the disabled entries after the separator `end`; an open menu does not flicker."""
        for surplus in actions[len(lines) :]:
            self._menu.removeAction(surplus)
            surplus.deleteLater()
        actions = actions[: len(lines)]
        while len(actions) < len(lines):
            entry = QAction(self._menu)
            entry.setEnabled(False)
            self._menu.insertAction(self._after(actions[-1] if actions else end), entry)
            actions.append(entry)
        for entry, line in zip(actions, lines, strict=True):
            # An ampersand would be taken for a mnemonic.
            entry.setText(line.replace("&", "&&"))
        return actions

    def _after(self, action: QAction) -> QAction:
        """The entry following one that is never the last."""
        entries = self._menu.actions()
        return entries[entries.index(action) + 1]

    def _snooze_an_hour(self) -> None:
        self.snoozed.emit(SNOOZE_MINUTES)

    def _snooze_until_reset(self) -> None:
        self.snoozed.emit(None)

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            self.opened.emit()
