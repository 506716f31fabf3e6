"""The real program in a process of its own, saying on stdout what a person would see. Run by the tests beside.

`python -m tests.end_to_end.driver watch|press N|… [arguments of the program]`: each line is a JSON array whose
first word says what happened.
"""

import json
import sys
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop import __main__ as program
from desktop.bootstrap import App
from desktop.storage.changes import Changes
from desktop.ui.shell.controller import ShellController

POLL_MS = 20


def say(what: str, *details: object) -> None:
    """One line for the test, at once: the process may be killed right after."""
    sys.stdout.write(json.dumps([what, *details]) + "\n")
    sys.stdout.flush()


class Watch:
    """Says when the program is ready, raised, and when a dialog opens."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._seen: set[str] = set()
        app.ready.connect(self.ready)
        app.failed.connect(self.failed)
        self.timer = QTimer(app)
        self.timer.setInterval(POLL_MS)
        self.timer.timeout.connect(self.look)
        raise_window = app.raise_window

        def raised() -> None:
            raise_window()
            say("raised", app.window.isVisible() and not app.window.isMinimized())

        app.raise_window = raised  # type: ignore[method-assign]

    def ready(self) -> None:
        say("ready", [character.name for character in self.controller.selection.characters])
        self.timer.start()

    def failed(self, error: object) -> None:
        say("failed", str(error))

    @property
    def controller(self) -> ShellController:
        assert self.app.controller is not None
        return self.app.controller

    def look(self) -> None:
        """Say which dialogs are new."""
        titles = {d.windowTitle() for d in self.app.window.findChildren(QDialog) if d.isVisible()}
        for title in sorted(titles - self._seen):
            say("dialog", title)
        self._seen = titles


class Press(Watch):
    """Clears one boss after the other by keys on the n-th character, as fast as the program tells them."""

    number = 0

    def ready(self) -> None:
        controller = self.controller
        controller.selection.choose(controller.selection.characters[self.number].id)
        controller.go("bosses")
        controller.operations.told.connect(self.told)
        super().ready()
        self.settle(self.space)

    def told(self, changes: Changes) -> None:
        # The controller heard it before us: the toast is on the screen.
        assert changes.label is not None
        say("told", changes.label.key, sorted(changes.ids), [t.text for t in self.controller.toasts.toasts()])
        self.settle(self.next)

    def next(self) -> None:
        QTest.keyClick(self.focus(), Qt.Key.Key_Right)
        self.space()

    def space(self) -> None:
        QTest.keyClick(self.focus(), Qt.Key.Key_Space)

    def settle(self, then: Callable[[], None]) -> None:
        """Call when nothing is under way."""
        if self.app.background.idle:
            QTimer.singleShot(0, self.app, then)
        else:
            QTimer.singleShot(POLL_MS, self.app, lambda: self.settle(then))

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or self.app.window


def main() -> int:
    """Run the program under watch."""
    kind, *arguments = sys.argv[1:]
    watch: type[Watch] = Watch
    if kind == "press":
        watch = Press
        Press.number = int(arguments.pop(0))
    start = App.start
    watches: list[Watch] = []

    def started(app: App) -> None:
        watches.append(watch(app))
        start(app)

    App.start = started  # type: ignore[method-assign,assignment]
    return program.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
