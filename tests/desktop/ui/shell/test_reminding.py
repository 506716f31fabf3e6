"""Reminders over the ticks of an evening, and what closing and minimising mean with a tray and without."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.system.tray import Tray
from desktop.ui.shell.reminding import Reminding
from shared.errors import StorageError
from shared.resets import Reset
from shared.tasks import TaskDraft
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.window import Desk

TITLE = "Before the reset"
MIDNIGHT = NOW.replace(hour=0, minute=0) + timedelta(days=1)
Told = list[tuple[str, str]]
OFFSCREEN = pytest.mark.qt_log_ignore("does not support raise")
"""The offscreen platform says this of a window brought to the front."""


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Every notification asked of the tray; it shows none itself, as on a desktop without a tray."""
    found: Told = []
    notify = Tray.notify

    def recorded(tray: Tray, title: str, text: str) -> bool:
        found.append((title, text))
        return notify(tray, title, text)

    monkeypatch.setattr(Tray, "notify", recorded)
    return found


@pytest.fixture
def quits(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How often the program was asked to end."""
    found: list[bool] = []
    monkeypatch.setattr(QApplication, "quit", lambda: found.append(True))
    return found


@pytest.fixture
def begin(themed: QApplication, qtbot: QtBot, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Desk]]:
    """Start the app with one daily task; again after `close` for a restart."""
    desks: list[Desk] = []

    def start(*, tray: bool = False) -> Desk:
        desk = Desk(themed, qtbot, tmp_path / "data", clock, None)
        desk.app.options = replace(desk.app.options, tray=tray)
        desks.append(desk)
        desk.start()
        if not desk.controller.selection.characters:
            services = desk.controller.context.services
            desk.controller.operations.perform(
                lambda: services.characters.create("Aria", "kronos"), quiet=True
            )
            desk.controller.operations.perform(
                lambda: services.tasks.create(TaskDraft("Sweep", Reset.DAILY, "account")), quiet=True
            )
            desk.settle()
        return desk

    yield start
    for desk in desks:
        desk.close()
    QApplication.setQuitOnLastWindowClosed(True)


@pytest.fixture
def with_tray(monkeypatch: pytest.MonkeyPatch) -> None:
    """A desktop that has a tray."""
    monkeypatch.setattr(Tray, "available", staticmethod(lambda: True))
    monkeypatch.setattr(Tray, "show", lambda _tray: True)


def reminding(desk: Desk) -> Reminding:
    found = desk.controller.reminding
    assert found is not None
    return found


def tick(desk: Desk, clock: Clock, at: datetime) -> None:
    """The program's coarse tick at an instant."""
    clock.now = at
    desk.controller.ticker.tick()
    desk.settle()


def menu(desk: Desk) -> list[str]:
    return [action.text() for action in reminding(desk).tray.menu.actions() if not action.isSeparator()]


def finish(desk: Desk) -> None:
    """Do what is left today."""
    tasks = desk.controller.context.services.tasks
    (state,) = [s for s in tasks.states() if s.task.name == "Sweep"]
    desk.controller.operations.perform(lambda: tasks.set_count(state.task.id, 1), quiet=True)
    desk.settle()


def test_one_notification_per_reminder_over_an_evening(
    begin: Callable[..., Desk], clock: Clock, told: Told
) -> None:
    desk = begin()
    for minutes in range(300, 0, -10):
        tick(desk, clock, MIDNIGHT - timedelta(minutes=minutes))
    assert [title for title, _ in told] == [TITLE]
    assert told[0][1] == "Daily reset in 1 h 0 min: 1 task left"
    assert [toast.text for toast in desk.controller.toasts.toasts()] == [f"{TITLE}: {told[0][1]}"]


def test_it_is_not_told_again_after_a_restart_but_the_next_day(
    begin: Callable[..., Desk], clock: Clock, told: Told
) -> None:
    desk = begin()
    tick(desk, clock, MIDNIGHT - timedelta(minutes=50))
    assert len(told) == 1
    desk.close()
    desk = begin()
    tick(desk, clock, MIDNIGHT - timedelta(minutes=40))
    assert len(told) == 1
    tick(desk, clock, MIDNIGHT + timedelta(hours=23, minutes=5))
    assert len(told) == 2


def test_an_event_is_told_when_it_begins_and_once(
    begin: Callable[..., Desk], clock: Clock, told: Told
) -> None:
    desk = begin()
    finish(desk)
    thursday = datetime(2026, 11, 26, tzinfo=UTC)
    for minutes in range(-20, 21, 5):
        tick(desk, clock, thursday + timedelta(minutes=minutes))
    found = [(title, text) for title, text in told if title != TITLE]
    assert [title for title, _ in found] == ["Coming up", "Legendary Hunt has begun"]
    assert found[0][1] == "Legendary Hunt begins in 20 min: Rare +50 %"
    assert found[1][1].startswith("Rare +50 % until ")
    toasts = [toast for toast in desk.controller.toasts.toasts() if "Legendary" in toast.text]
    assert {toast.tone for toast in toasts} == {"info"}
    desk.close()
    desk = begin()
    tick(desk, clock, thursday + timedelta(hours=1))
    assert len([title for title, _ in told if title != TITLE]) == 2


def test_a_machine_that_slept_through_the_start_tells_it_when_it_wakes(
    begin: Callable[..., Desk], clock: Clock, told: Told
) -> None:
    desk = begin()
    finish(desk)
    tick(desk, clock, datetime(2026, 12, 21, 9, tzinfo=UTC))
    assert [title for title, _ in told if title != TITLE] == ["Winter Lights is on"]


def test_events_that_began_together_are_told_together(
    begin: Callable[..., Desk], clock: Clock, told: Told
) -> None:
    desk = begin()
    finish(desk)
    tick(desk, clock, datetime(2027, 5, 13, 9, tzinfo=UTC))
    ((title, text),) = [(title, text) for title, text in told if title != TITLE]
    assert title == "Events are on"
    assert [line.partition(":")[0] for line in text.splitlines()] == ["Anniversary Week", "Legendary Hunt"]


def test_events_are_not_told_when_switched_off_or_snoozed(
    begin: Callable[..., Desk], clock: Clock, told: Told
) -> None:
    desk = begin()
    finish(desk)
    thursday = datetime(2026, 11, 26, tzinfo=UTC)
    desk.controller.settings.update("reminders", events=False, events_ahead=False)
    tick(desk, clock, thursday - timedelta(hours=1))
    tick(desk, clock, thursday + timedelta(hours=1))
    assert [title for title, _ in told if title != TITLE] == []
    desk.controller.settings.update("reminders", events=True, snoozed_until=thursday + timedelta(hours=3))
    tick(desk, clock, thursday + timedelta(hours=2))
    assert [title for title, _ in told if title != TITLE] == []
    tick(desk, clock, thursday + timedelta(hours=3))
    assert [title for title, _ in told if title != TITLE] == ["Legendary Hunt has begun"]


def test_nothing_is_told_when_nothing_is_left(begin: Callable[..., Desk], clock: Clock, told: Told) -> None:
    desk = begin()
    finish(desk)
    tick(desk, clock, MIDNIGHT - timedelta(minutes=30))
    assert told == []


def test_a_snooze_holds_reminders_back_and_ends(begin: Callable[..., Desk], clock: Clock, told: Told) -> None:
    desk = begin()
    clock.now = MIDNIGHT - timedelta(minutes=90)
    reminding(desk).tray.snoozed.emit(60)
    desk.settle()
    assert any(text.startswith("Snoozed until ") for text in menu(desk))
    tick(desk, clock, MIDNIGHT - timedelta(minutes=45))
    assert told == []
    tick(desk, clock, MIDNIGHT - timedelta(minutes=29))
    assert len(told) == 1
    assert "Snooze reminders" in menu(desk)


def test_a_snooze_is_still_said_after_a_restart(begin: Callable[..., Desk], clock: Clock) -> None:
    desk = begin()
    reminding(desk).tray.snoozed.emit(None)
    desk.close()
    desk = begin()
    assert any(text.startswith("Snoozed until ") for text in menu(desk))


def test_the_menu_says_what_is_left_and_when_the_resets_are(begin: Callable[..., Desk], clock: Clock) -> None:
    desk = begin()
    tick(desk, clock, MIDNIGHT - timedelta(minutes=90))
    assert "Daily: 1 task left" in menu(desk)
    assert "Daily reset in 1 h 30 min" in menu(desk)
    finish(desk)
    assert "Nothing left to do" in menu(desk)
    assert not any("task left" in text for text in menu(desk))


def test_a_database_in_use_is_waited_for_quietly(
    begin: Callable[..., Desk], clock: Clock, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = begin()
    home = desk.controller.context.services.home

    def refuse(_reset: Reset) -> None:
        raise StorageError("Another program is using the database.", "Close it and try again.")

    with monkeypatch.context() as patch:
        patch.setattr(type(home), "left", lambda _home, reset: refuse(reset))
        tick(desk, clock, MIDNIGHT - timedelta(minutes=59))
    assert told == []
    assert desk.errors == []
    tick(desk, clock, MIDNIGHT - timedelta(minutes=58))
    assert len(told) == 1


def test_without_a_tray_closing_quits(begin: Callable[..., Desk], quits: list[bool]) -> None:
    desk = begin(tray=True)
    assert not reminding(desk).in_tray
    desk.controller.settings.update("tray", close_to_tray=True, minimise_to_tray=True)
    assert QApplication.quitOnLastWindowClosed()
    desk.app.window.close()
    assert quits == [True]
    assert not desk.app.window.isVisible()


def test_without_a_tray_a_minimised_window_stays_within_reach(begin: Callable[..., Desk]) -> None:
    desk = begin(tray=True)
    desk.app.window.showMinimized()
    desk.settle()
    assert desk.app.window.isVisible()


@pytest.mark.usefixtures("with_tray")
@OFFSCREEN
def test_closing_into_the_tray_is_said_once(
    begin: Callable[..., Desk], quits: list[bool], told: Told
) -> None:
    desk = begin(tray=True)
    assert reminding(desk).in_tray
    assert not QApplication.quitOnLastWindowClosed()
    desk.controller.settings.update("tray", close_to_tray=True)
    for _ in range(2):
        desk.app.window.close()
        desk.settle()
        assert not desk.app.window.isVisible()
        reminding(desk).tray.opened.emit()
        assert desk.app.window.isVisible()
    assert quits == []
    assert [title for title, _ in told] == ["MapleHub is still here"]
    reminding(desk).quit_action.trigger()
    assert quits == [True]


@pytest.mark.usefixtures("with_tray")
@OFFSCREEN
def test_with_a_tray_closing_quits_unless_chosen_otherwise(
    begin: Callable[..., Desk], quits: list[bool]
) -> None:
    desk = begin(tray=True)
    desk.app.window.close()
    assert quits == [True]


@pytest.mark.usefixtures("with_tray")
@OFFSCREEN
def test_minimising_hides_in_the_tray_and_the_icon_brings_it_back(
    begin: Callable[..., Desk], told: Told
) -> None:
    desk = begin(tray=True)
    desk.app.window.showMinimized()
    desk.settle()
    assert not desk.app.window.isVisible()
    reminding(desk).tray.notification_clicked.emit()
    desk.settle()
    assert desk.app.window.isVisible()
    assert not desk.app.window.isMinimized()
    desk.controller.settings.update("tray", minimise_to_tray=False)
    desk.app.window.showMinimized()
    desk.settle()
    assert desk.app.window.isVisible()


@pytest.mark.usefixtures("with_tray")
@OFFSCREEN
def test_a_run_is_logged_from_the_tray(begin: Callable[..., Desk]) -> None:
    desk = begin(tray=True)
    desk.app.window.showMinimized()
    desk.settle()
    reminding(desk).log_action.trigger()
    desk.settle()
    assert desk.app.window.isVisible()
    assert [dialog.windowTitle() for dialog in desk.dialogs()] == ["Log run"]
