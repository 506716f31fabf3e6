"""The mini window as a command, and whoever looks after it."""

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QCoreApplication, QObject, QSettings
from PySide6.QtWidgets import QWidget

from desktop.ui.commands import Command
from desktop.ui.context import Context

if TYPE_CHECKING:
    from desktop.ui.mini.window import MiniWindow

_OPEN = "mini/open"


class MiniHost(QObject):
    """Keeps at most one mini window, and remembers whether it was open when the app was closed.

    The mini window is nobody's child: a desktop hides the children of a minimised window.
    """

    def __init__(self, context: Context, window: QWidget, geometry: QSettings, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._big = window
        self._geometry = geometry
        self._mini: MiniWindow | None = None

    @property
    def mini(self) -> "MiniWindow | None":
        """The window while it is open."""
        made = self._mini
        return made if made is not None and shiboken6.isValid(made) and made.isVisible() else None

    def toggle(self) -> None:
        """Open it, bring it to the front, or, when it is there already, close it."""
        mini = self.mini
        if mini is not None and mini.isActiveWindow():
            mini.close()
        else:
            self.open()

    def open(self, *, activate: bool = True) -> None:
        """Open it or bring it to the front."""
        mini = self.mini
        if mini is None:
            # Few open it at the start, so its import can wait.
            from desktop.ui.mini.window import MiniWindow

            mini = MiniWindow(self._context, self._geometry)
            mini.big_window_asked.connect(self._raise_big)
            mini.dismissed.connect(self._dismissed)
            self._mini = mini
            self._geometry.setValue(_OPEN, 1)
        mini.appear(activate=activate)

    def reopen(self) -> None:
        """At the start: open it where it was, if it was open at the end. What has the keyboard keeps it."""
        if self._geometry.value(_OPEN, 0) in {1, "1"}:
            self.open(activate=False)

    def close_all(self) -> None:
        """The app closes: close it, and remember that it was open."""
        made, self._mini = self._mini, None
        if made is not None and shiboken6.isValid(made):
            made.dismissed.disconnect(self._dismissed)
            made.close()

    def _dismissed(self) -> None:
        self._geometry.setValue(_OPEN, 0)

    def _raise_big(self) -> None:
        big = self._big
        if big.isMinimized():
            big.showNormal()
        big.show()
        big.raise_()
        big.activateWindow()


def register(context: Context, window: QWidget, geometry: QSettings) -> MiniHost:
    """Add the command "mini". geometry: where the position of windows is kept.

    The host lives as long as the registry of commands; call `close_all` when the app closes.
    """
    host = MiniHost(context, window, geometry, context.commands)
    context.commands.add(
        Command(
            "mini",
            QCoreApplication.translate("mini", "Mini window"),
            host.toggle,
            QCoreApplication.translate("ShellController", "Actions"),
            "Ctrl+M",
            "mini-window",
            keywords="overlay small always on top next boss",
        )
    )
    return host
