"""The steps of the self-test. Everything a person would do is done by key events; only looking is done by code."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.bootstrap import App, Options
from desktop.services.diary import DiaryFilter
from desktop.services.places import places
from desktop.services.runs import Run
from desktop.ui.shell.controller import ShellController
from desktop.ui.shell.window import ENTRIES, page_keys

_PATIENCE = 30.0
_COLOURS = 8
"""A page with words on it has at least so many: text is drawn with soft edges."""
_IGNORED = ("propagateSizeHints",)
_NO_KEY = Qt.KeyboardModifier.NoModifier
_T = TypeVar("_T")
_CTRL = Qt.KeyboardModifier.ControlModifier


class StepFailed(Exception):  # noqa: N818 - a finding, not a fault of the program
    """What should have been so and was not."""


def run_step(step: str, data_dir: str) -> int:
    """Run one step on the data folder; says what it saw on stdout, or what was wrong on stderr."""
    warnings: list[str] = []
    qInstallMessageHandler(lambda kind, _where, text: _collect(warnings, kind, text))
    application = QApplication(sys.argv[:1])
    app = App(
        application,
        Options(places=places(Path(data_dir)), theme="dark", size=(1280, 800), tray=False, pictures=False),
    )
    failures: list[Exception] = []
    app.failed.connect(failures.append)
    app.background.crashed.connect(failures.append)
    try:
        app.start()
        player = _Player(application, app)
        player.wait(lambda: app.controller is not None or bool(failures), "the data was not opened")
        if not failures:
            said = {"make": _make, "find": _find, "undo": _undo, "coins": _coins, "pages": _pages}[step](
                player
            )
            player.settle()
        _expect_none(failures, warnings)
    except StepFailed as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        app.close()
        application.processEvents()
    sys.stdout.write(f"{said}\n")
    return 0


def _expect_none(failures: list[Exception], warnings: list[str]) -> None:
    if failures:
        raise StepFailed(repr(failures[0]))
    if warnings:
        raise StepFailed(f"Qt warned: {warnings[0]}")


def _collect(warnings: list[str], kind: QtMsgType, text: str) -> None:
    if kind not in {QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg} and not any(part in text for part in _IGNORED):
        warnings.append(text)


class _Player:
    """Hands on a keyboard."""

    def __init__(self, application: QApplication, app: App) -> None:
        self.application = application
        self.app = app

    @property
    def controller(self) -> ShellController:
        """The open window's behaviour."""
        assert self.app.controller is not None
        return self.app.controller

    def keys(self, text: str) -> None:
        """Type text where the focus is."""
        for letter in text:
            QTest.keyClicks(self._focus(), letter)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NO_KEY) -> None:
        """Press one key where the focus is, and let the program answer."""
        QTest.keyClick(self._focus(), key, modifiers)
        self.settle()

    def press_keys(self, sequence: str) -> None:
        """Press a shortcut, written as in the menus."""
        pressed = QKeySequence(sequence)[0]  # type: ignore[index]
        self.press(pressed.key(), pressed.keyboardModifiers())

    def dialog(self) -> QDialog:
        """The dialog in front."""
        found = [d for d in self.app.window.findChildren(QDialog) if d.isVisible()]
        if not found:
            raise StepFailed("no dialog opened")
        return found[-1]

    def runs(self) -> list[Run]:
        """What the diary would show, read as the diary reads it."""
        diary = self.controller.context.services.diary
        return self.read(lambda: [entry.run for entry in diary.page(diary.rows(DiaryFilter()))])

    def read(self, work: Callable[[], _T]) -> _T:
        """Ask a service, on the thread where services live."""
        found: list[_T] = []
        self.app.background.database(work, found.append)
        self.wait(lambda: bool(found), "the data was not read")
        return found[0]

    def settle(self) -> None:
        """Wait until nothing is under way."""
        for _ in range(3):
            self.wait(lambda: self.app.background.idle, "the program did not come to rest")
            self.application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def wait(self, condition: Callable[[], bool], failure: str) -> None:
        """Turn the event loop until the condition holds. StepFailed when it never does."""
        until = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > until:
                raise StepFailed(failure)
            self.application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.002)
        self.application.processEvents()

    def _focus(self) -> QWidget:
        if QApplication.activeWindow() is None:
            # A window system gives the keyboard back to the window when a dialog is gone; offscreen there is none.
            self.app.window.activateWindow()
            self.application.processEvents()
        return QApplication.focusWidget() or QApplication.activeWindow() or self.app.window


def _make(player: _Player) -> str:
    player.keys("Aria")
    player.press(Qt.Key.Key_Return)
    player.wait(lambda: player.controller.page == "bosses", "the first start did not lead to the bosses")
    player.settle()
    player.press(Qt.Key.Key_K, _CTRL)
    player.keys("log hard lucid")
    player.press(Qt.Key.Key_Return)
    player.wait(lambda: any(d.isVisible() for d in player.app.window.findChildren(QDialog)), "no log dialog")
    player.settle()
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_Return):
        player.press(key)
    player.wait(lambda: len(player.runs()) == 1, "the run was not saved")
    run = player.runs()[0]
    if run.draft.entry_id != "hard-lucid" or len(run.draft.drops) != 2:
        raise StepFailed(f"another run was saved: {run.draft}")
    return "made a character and logged Hard Lucid with two drops, by keys"


def _find(player: _Player) -> str:
    player.press(Qt.Key.Key_3, _CTRL)
    if player.controller.page != "diary":
        raise StepFailed("Ctrl+3 did not open the diary")
    runs = player.runs()
    if [run.draft.entry_id for run in runs] != ["hard-lucid"] or len(runs[0].draft.drops) != 2:
        raise StepFailed(f"the diary holds {runs}")
    shown = player.controller.shown_text()
    names = [player.controller.context.catalog.item_name(drop.item) for drop in runs[0].draft.drops]
    for word in ("Lucid", *names):
        if word not in shown:
            raise StepFailed(f"the diary does not show “{word}”: {shown!r}")
    return f"found it in the diary after a restart, with {' and '.join(names)}"


def _undo(player: _Player) -> str:
    player.press(Qt.Key.Key_3, _CTRL)
    if len(player.runs()) != 1:
        raise StepFailed("the run is not there")
    player.press(Qt.Key.Key_Z, _CTRL)
    player.wait(lambda: player.runs() == [], "Ctrl+Z did not take the run back")
    player.press(Qt.Key.Key_Y, _CTRL)
    player.wait(lambda: len(player.runs()) == 1, "Ctrl+Y did not bring the run back")
    player.press(Qt.Key.Key_Z, _CTRL)
    player.wait(lambda: player.runs() == [], "the second Ctrl+Z did nothing")
    return "undid it after another restart"


def _coins(player: _Player) -> str:
    services = player.controller.context.services
    price = next(iter(services.lootboxes.boxes())).price
    player.press(Qt.Key.Key_K, _CTRL)
    player.keys("claim the daily")
    player.press(Qt.Key.Key_Return)
    player.wait(lambda: player.read(services.wallet.coins) >= price, "the daily reward did not come")
    before = player.read(services.wallet.coins)
    _open(player, "lootboxes", "Lootboxes")
    player.press(Qt.Key.Key_Return)
    player.wait(lambda: player.read(services.lootboxes.book.count) == 1, "the box did not open")
    # What was rolled is stored before anything plays; leaving in the middle loses nothing.
    player.press(Qt.Key.Key_Escape)
    check = player.read(services.books.check)
    if check.faults:
        raise StepFailed(f"the books are wrong: {check.faults}")
    after = player.read(services.wallet.coins)
    return (
        f"took the daily reward and opened a box by keys: {before} coins, then {after}; the books are right"
    )


def _open(player: _Player, page: str, title: str) -> None:
    """By its keys, or by the palette for a page that has none."""
    keys = page_keys(page)
    if keys:
        player.press_keys(keys)
    else:
        player.press(Qt.Key.Key_K, _CTRL)
        player.keys(title)
        player.press(Qt.Key.Key_Return)
    if player.controller.page != page:
        raise StepFailed(f"{keys or 'The palette'} did not open {title}")


def _pages(player: _Player) -> str:
    opened = []
    for page, title, _icon in ENTRIES:
        _open(player, page, title)
        picture = player.app.window.stack.grab().toImage()
        spots = ((x, y) for x in range(0, picture.width(), 5) for y in range(0, picture.height(), 5))
        if len({picture.pixel(x, y) for x, y in spots}) < _COLOURS:
            raise StepFailed(f"{title} is blank")
        opened.append(title)
    return f"opened {', '.join(opened)}"
