"""The command, and what becomes of the window when the app closes."""

from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.ui.context import Context
from desktop.ui.mini.commands import MiniHost, register
from desktop.ui.mini.window import MiniWindow
from tests.desktop.ui.window import Desk

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints", "raise")]
Settle = Callable[[], None]


@pytest.fixture
def big(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def host(context: Context, big: QWidget, geometry: QSettings, planned: str) -> MiniHost:
    context.selection.set_characters(tuple(context.services.characters.all()))
    return register(context, big, geometry)


def opened(host: MiniHost) -> MiniWindow:
    assert host.mini is not None
    return host.mini


def test_the_command_opens_and_closes_one_window(
    host: MiniHost, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    command = context.commands.get("mini")
    assert command.shortcut == "Ctrl+M"
    command.run()
    settle()
    mini = opened(host)
    qtbot.waitUntil(mini.isActiveWindow)
    host.open()
    assert host.mini is mini
    command.run()
    assert host.mini is None
    settle()
    assert not shiboken6.isValid(mini)
    command.run()
    settle()
    # The same keys close it from inside.
    qtbot.keyClick(opened(host).line, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    assert host.mini is None
    settle()


def test_the_big_window_comes_to_the_front(host: MiniHost, big: QWidget, settle: Settle) -> None:
    host.open()
    settle()
    assert not big.isVisible()
    opened(host).big.click()
    assert big.isVisible()
    big.showMinimized()
    opened(host).big.click()
    assert not big.isMinimized()
    host.close_all()
    settle()


def test_it_is_open_again_if_it_was_open_at_the_end(
    host: MiniHost, context: Context, big: QWidget, geometry: QSettings, settle: Settle
) -> None:
    host.reopen()
    assert host.mini is None
    host.open()
    settle()
    host.close_all()
    host.close_all()
    assert host.mini is None
    later = register(context, big, geometry)
    later.reopen()
    settle()
    assert opened(later).isVisible()
    opened(later).close()
    settle()
    later.reopen()
    assert later.mini is None


def test_nothing_is_left_when_the_app_closes(open_desk: Callable[..., Desk], geometry: QSettings) -> None:
    desk = open_desk(demo=2)
    controller = desk.controller
    # The controller's own host, where it has one.
    host = getattr(controller, "mini", None)
    own = host is None
    if host is None:
        host = register(controller.context, desk.app.window, geometry)
        controller.settings_applied()
    desk.press(Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    mini = opened(host)
    before = mini.presenter.queue.at
    mini.clear.click()
    desk.settle()
    assert mini.presenter.queue.at != before
    mini.log.click()
    desk.settle()
    if own:
        host.close_all()
    desk.close()
    assert not any(isinstance(w, MiniWindow) and w.isVisible() for w in QApplication.topLevelWidgets())
