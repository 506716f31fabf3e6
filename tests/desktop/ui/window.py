"""The whole app in a test: real window, real threads, a database in the test's folder."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.bootstrap import App, Options
from desktop.bridge.background import Background
from desktop.bridge.operations import Operations
from desktop.bridge.syncing import Syncing
from desktop.bridge.ticker import Ticker
from desktop.services.places import places
from desktop.services.registry import Services
from desktop.ui.shell.controller import ShellController
from tests.desktop.conftest import Clock


class MemorySecrets:
    """A keyring that lasts as long as the test."""

    lasting = True

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def set(self, name: str, value: str) -> None:
        self.kept[name] = value

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


def quiet_syncing(
    services: Services, background: Background, operations: Operations, ticker: Ticker, parent: QObject
) -> Syncing:
    """Sync that nobody signs in to."""
    return Syncing(
        services.database,
        background,
        operations,
        ticker,
        backup=lambda: None,
        secrets=MemorySecrets(),
        open_browser=lambda _: None,
        device="test",
        version="1.0",
        parent=parent,
    )


class Desk:
    """A running app and the hands that use it. Counts the keys pressed."""

    def __init__(
        self,
        application: QApplication,
        qtbot: QtBot,
        folder: Path,
        clock: Clock,
        demo: int | None,
        open_browser: Callable[[str], object] | None = None,
        secrets: MemorySecrets | None = None,
    ) -> None:
        self.qtbot = qtbot
        self.keys_pressed = 0
        self.app = App(
            application,
            Options(
                places=places(folder),
                theme="dark",
                size=(1280, 800),
                demo_characters=demo,
                tray=False,
                pictures=False,
                now=clock,
                secrets=secrets or MemorySecrets(),
                open_browser=open_browser,
            ),
        )
        self.errors: list[Exception] = []
        self.app.failed.connect(self.errors.append)
        self.app.background.crashed.connect(self.errors.append)

    @property
    def controller(self) -> ShellController:
        assert self.app.controller is not None
        return self.app.controller

    def start(self) -> "Desk":
        """Start, and wait for the data."""
        self.app.start()
        self.qtbot.waitUntil(lambda: self.app.controller is not None or bool(self.errors))
        assert not self.errors, self.errors
        self.settle()
        return self

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press one key where the focus is; a key with modifiers is one press."""
        self.keys_pressed += 1
        QTest.keyClick(self.focus(), key, modifiers)
        self.settle()

    def type(self, text: str) -> None:
        """Type letters where the focus is."""
        self.keys_pressed += len(text)
        for letter in text:
            QTest.keyClicks(self.focus(), letter)
        self.settle()

    def focus(self) -> QWidget:
        return QApplication.focusWidget() or QApplication.activeWindow() or self.app.window

    def dialogs(self) -> list[QDialog]:
        return [dialog for dialog in self.app.window.findChildren(QDialog) if dialog.isVisible()]

    def settle(self) -> None:
        """Wait until nothing is under way."""
        for _ in range(3):
            self.qtbot.waitUntil(lambda: self.app.background.idle)
            QApplication.processEvents()

    def read(self, work: Callable[[], object]) -> object:
        """Ask a service, on the thread where services live."""
        found: list[object] = []
        self.app.background.database(work, found.append)
        self.qtbot.waitUntil(lambda: bool(found))
        return found[0]

    def close(self) -> None:
        self.settle()
        self.app.close()
        QApplication.processEvents()
        assert not self.errors, self.errors
