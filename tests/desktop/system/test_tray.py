"""The tray's menu and its notifications, with and without a tray."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction, QIcon, QPixmap
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from desktop.system.tray import Tray, TrayActions


@pytest.fixture
def actions(qapp: object) -> TrayActions:
    return TrayActions(QAction("Open MapleHub"), QAction("Log run"), QAction("Quit"))


@pytest.fixture
def tray(actions: TrayActions, qtbot: QtBot) -> Iterator[Tray]:
    pixmap = QPixmap(16, 16)
    pixmap.fill()
    made = Tray(QIcon(pixmap), actions)
    yield made
    made.close()


def texts(tray: Tray) -> list[str]:
    return ["|" if action.isSeparator() else action.text() for action in tray.menu.actions()]


def test_the_menu_is_in_order(tray: Tray) -> None:
    tray.set_left(["Maple: 3 bosses", "Hub & co: 2 tasks"])
    tray.set_resets(["Daily in 2 h"])
    assert texts(tray) == [
        "Open MapleHub",
        "Log run",
        "|",
        "Maple: 3 bosses",
        "Hub && co: 2 tasks",
        "|",
        "Daily in 2 h",
        "Snooze reminders",
        "|",
        "Quit",
    ]


def test_lines_are_disabled_and_updated_in_place(tray: Tray) -> None:
    tray.set_resets(["Daily in 2 h", "Weekly in 3 d"])
    before = tray.menu.actions()
    tray.set_resets(["Daily in 1 h", "Weekly in 3 d"])
    assert tray.menu.actions() == before
    assert not any(action.isEnabled() for action in before if "in " in action.text())
    tray.set_left(["a", "b", "c"])
    tray.set_left(["d"])
    tray.set_resets([])
    assert texts(tray) == ["Open MapleHub", "Log run", "|", "d", "|", "Snooze reminders", "|", "Quit"]
    tray.set_left([])
    tray.set_left(["e", "f"])
    assert texts(tray)[3:5] == ["e", "f"]


def test_the_given_actions_are_the_menus(tray: Tray, actions: TrayActions, qtbot: QtBot) -> None:
    for number, action in ((0, actions.open), (1, actions.log_run), (-1, actions.quit)):
        with qtbot.waitSignal(action.triggered):
            tray.menu.actions()[number].trigger()


def test_snoozing_for_an_hour_or_until_the_reset(tray: Tray, qtbot: QtBot) -> None:
    snooze = tray._snooze
    with qtbot.waitSignal(tray.snoozed) as hour:
        snooze.actions()[0].trigger()
    with qtbot.waitSignal(tray.snoozed) as reset:
        snooze.actions()[1].trigger()
    assert (hour.args, reset.args) == ([60], [None])
    tray.set_snoozed("Snoozed until 14:00")
    assert "Snoozed until 14:00" in texts(tray)
    tray.set_snoozed("")
    assert "Snooze reminders" in texts(tray)


def test_without_a_tray_the_window_says_it(tray: Tray, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    assert not Tray.available()
    assert not tray.show()
    with qtbot.waitSignal(tray.not_notified) as said:
        assert not tray.notify("Daily reset", "3 bosses left")
    assert said.args == ["Daily reset", "3 bosses left"]


def test_with_a_tray_the_tray_says_it(tray: Tray, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", staticmethod(lambda: True))
    monkeypatch.setattr(QSystemTrayIcon, "isVisible", lambda icon: True)
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda icon, title, text, *_: shown.append((title, text))
    )
    with qtbot.assertNotEmitted(tray.not_notified):
        assert tray.notify("Daily reset", "3 bosses left")
    assert shown == [("Daily reset", "3 bosses left")]


@pytest.mark.parametrize(
    ("reason", "opens"),
    [
        (QSystemTrayIcon.ActivationReason.Trigger, True),
        (QSystemTrayIcon.ActivationReason.DoubleClick, True),
        (QSystemTrayIcon.ActivationReason.Context, False),
    ],
)
def test_a_click_opens(tray: Tray, reason: QSystemTrayIcon.ActivationReason, opens: bool) -> None:
    opened: list[bool] = []
    tray.opened.connect(lambda: opened.append(True))
    tray._icon.activated.emit(reason)
    assert bool(opened) is opens
