"""The mini window, by keyboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton
from desktop.ui.log_run.dialog import LogRunDialog
from desktop.ui.mini.window import WIDTH, MiniWindow
from desktop.ui.theme.apply import apply_theme
from desktop.ui.theme.tokens import TARGET
from shared.tracking import DropNote
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.conftest import RecordingShell

# Said by the offscreen platform for every window that is shown or raised.
pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints", "raise")]

Settle = Callable[[], None]
OpenMini = Callable[[], MiniWindow]
Key = Qt.Key


def front(mini: MiniWindow) -> str:
    tile = mini.presenter.queue.front
    return tile.entry.id if tile is not None else ""


def notes(services: Services, character: str) -> dict[str, DropNote]:
    """The drop notes of what is cleared, by boss."""
    tiles = services.boards.board(character).tiles
    return {tile.entry.id: tile.run.draft.drop_note for tile in tiles if tile.run is not None}


def test_keys_clear_the_plan_in_its_order(
    planned: str, open_mini: OpenMini, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    mini = open_mini()
    assert mini.line.hasFocus()
    order = [tile.entry.id for tile in mini.presenter.queue.planned]
    assert sorted(order) == ["hard-damien", "hard-lotus", "hard-lucid"]
    assert front(mini) == order[0]
    assert mini.used.text() == "0/14"
    assert "party of 2" in mini.line.note
    assert mini.line.note.endswith("3 left")
    qtbot.keyClick(mini.line, Key.Key_Space)
    settle()
    assert front(mini) == order[1]
    assert mini.used.text() == "1/14"
    qtbot.keyClick(mini.line, Key.Key_N)
    settle()
    assert front(mini) == order[2]
    assert notes(services, planned) == {order[0]: DropNote.UNRECORDED, order[1]: DropNote.NOTHING}
    assert not mini.after.isEnabled()
    qtbot.keyClick(mini.line, Key.Key_Space)
    settle()
    # The week resets on Thursday the 26th at midnight UTC.
    assert mini.line.title == "All done this week"
    assert mini.line.note == "Weekly reset in 4 d 5 h"
    assert mini.used.text() == "3/14"
    assert not mini.clear.isEnabled()
    assert not mini.after.isVisible()


def test_a_key_pressed_twice_clears_one_boss(
    planned: str, open_mini: OpenMini, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    mini = open_mini()
    qtbot.keyClick(mini.line, Key.Key_Space)
    qtbot.keyClick(mini.line, Key.Key_Space)
    held = QKeyEvent(QKeyEvent.Type.KeyPress, Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", True)
    settle()
    QApplication.sendEvent(mini.line, held)
    settle()
    assert len(notes(services, planned)) == 1


def test_arrows_skip_open_bosses_and_what_is_in_front_stays(
    planned: str, open_mini: OpenMini, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    mini = open_mini()
    order = [tile.entry.id for tile in mini.presenter.queue.planned]
    qtbot.keyClick(mini.line, Key.Key_Left)
    assert front(mini) == order[2]
    qtbot.keyClick(mini.line, Key.Key_Right)
    qtbot.keyClick(mini.line, Key.Key_Right)
    assert front(mini) == order[1]
    # Something is cleared in the big window meanwhile.
    context.operations.perform(lambda: services.runs.tick(planned, order[0]))
    settle()
    assert front(mini) == order[1]
    assert mini.line.note.endswith("2 left")
    qtbot.keyClick(mini.line, Key.Key_Space)
    settle()
    assert front(mini) == order[2]


def test_the_last_clear_can_be_taken_back(
    planned: str, open_mini: OpenMini, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    mini = open_mini()
    first = front(mini)
    assert not mini.undo.isEnabled()
    qtbot.keyClick(mini.line, Key.Key_Space)
    settle()
    assert mini.undo.isEnabled()
    assert "Aria" in mini.undo.toolTip()
    qtbot.keyClick(mini.line, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert front(mini) == first
    assert notes(services, planned) == {}
    assert not mini.undo.isEnabled()
    # Undone elsewhere, there is nothing left to take back here.
    qtbot.keyClick(mini.line, Key.Key_Space)
    settle()
    context.operations.undo()
    settle()
    assert not mini.undo.isEnabled()


def test_wheel_and_arrows_change_the_character(
    planned: str,
    open_mini: OpenMini,
    make_character: Callable[..., str],
    context: Context,
    qtbot: QtBot,
    settle: Settle,
) -> None:
    other = make_character("Bram")
    mini = open_mini()
    context.selection.choose(planned)
    settle()
    assert mini.who.text() == "Aria"
    qtbot.keyClick(mini.line, Key.Key_Down)
    settle()
    assert context.selection.current is not None
    assert context.selection.current.id == other
    assert mini.who.text() == "Bram"
    assert mini.line.title == "No bosses planned"
    wheel = QWheelEvent(
        QPointF(20, 20),
        QPointF(20, 20),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(mini, wheel)
    settle()
    assert mini.who.text() == "Aria"
    assert front(mini)


@pytest.mark.parametrize("key", [Key.Key_L, Key.Key_Return])
def test_the_log_opens_beside_the_game(
    planned: str, open_mini: OpenMini, qtbot: QtBot, settle: Settle, key: Qt.Key
) -> None:
    mini = open_mini()
    qtbot.keyClick(mini.line, key)
    settle()
    dialog = next(iter(mini.findChildren(LogRunDialog)))
    assert dialog.draft().entry_id == front(mini)
    assert dialog.draft().character_id == planned
    dialog.close()


def test_enter_on_a_button_presses_it(
    planned: str, open_mini: OpenMini, qtbot: QtBot, settle: Settle
) -> None:
    mini = open_mini()
    mini.nothing.setFocus(Qt.FocusReason.TabFocusReason)
    before = front(mini)
    qtbot.keyClick(mini.nothing, Key.Key_Return)
    settle()
    assert front(mini) != before
    assert mini.findChildren(LogRunDialog) == []


def test_without_a_plan_the_way_there_is_offered(
    character: str, open_mini: OpenMini, shell: RecordingShell, qtbot: QtBot
) -> None:
    mini = open_mini()
    assert mini.line.title == "No bosses planned"
    assert mini.way_out.text() == "Choose bosses"
    with qtbot.waitSignal(mini.big_window_asked):
        qtbot.keyClick(mini.line, Key.Key_Return)
    assert shell.went == [("bosses", {"view": "cards"})]


def test_without_a_character_one_can_be_added(
    open_mini: OpenMini, shell: RecordingShell, services: Services, context: Context, settle: Settle
) -> None:
    mini = open_mini()
    assert mini.line.title == "No character yet"
    mini.way_out.click()
    assert len(shell.edited) == 1
    context.operations.perform(lambda: services.characters.create("Aria", "kronos"))
    settle()
    assert mini.who.text() == "Aria"
    assert mini.line.title == "No bosses planned"


def test_a_new_week_opens_the_plan_again(
    planned: str, open_mini: OpenMini, services: Services, context: Context, clock: Clock, settle: Settle
) -> None:
    for entry in ("hard-lucid", "hard-damien", "hard-lotus"):
        services.runs.tick(planned, entry)
    mini = open_mini()
    assert mini.line.title == "All done this week"
    clock.now = NOW + timedelta(hours=3)
    context.ticker.tick()
    assert mini.line.note == "Weekly reset in 4 d 2 h"
    clock.now = NOW + timedelta(days=5)
    context.ticker.tick()
    settle()
    assert len(mini.presenter.queue.open) == 3
    assert mini.clear.isEnabled()


def test_a_refusal_is_said_in_the_window(
    planned: str, open_mini: OpenMini, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    mini = open_mini()
    services.characters.remove(planned)
    qtbot.keyClick(mini.line, Key.Key_Space)
    settle()
    assert "left" not in mini.line.note
    assert mini.line.note in mini.line.accessibleName()


def test_it_is_dragged_by_its_body_and_comes_back_where_it_was(
    planned: str, open_mini: OpenMini, geometry: QSettings, qtbot: QtBot, settle: Settle
) -> None:
    mini = open_mini()
    screen = mini.screen().availableGeometry()
    assert screen.contains(mini.frameGeometry())
    start = mini.pos()
    grip = QPoint(mini.who.geometry().center())
    qtbot.mousePress(mini, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(mini, grip - QPoint(30, 50))
    qtbot.mouseRelease(mini, Qt.MouseButton.LeftButton, pos=grip)
    left_at = mini.pos()
    assert left_at == start - QPoint(30, 50)
    with qtbot.waitSignal(mini.dismissed):
        qtbot.keyClick(mini.line, Key.Key_Escape)
    again = open_mini()
    assert again.pos() == left_at
    # A screen that is gone is no place to come back to.
    geometry.setValue("mini/position", QPoint(90_000, 90_000))
    third = open_mini()
    assert screen.contains(third.frameGeometry())


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast"])
def test_everything_has_a_name_and_room(
    services: Services,
    put_demo: Callable[[int], None],
    open_mini: OpenMini,
    themed: QApplication,
    theme: str,
    settle: Settle,
) -> None:
    put_demo(3)
    apply_theme(themed, theme)
    mini = open_mini()
    assert mini.width() == WIDTH
    assert mini.height() <= 128
    assert mini.windowFlags() & Qt.WindowType.WindowStaysOnTopHint
    for made in mini.findChildren(QAbstractButton):
        if made.isVisible():
            assert made.accessibleName()
            assert min(made.width(), made.height()) >= TARGET
            assert made.geometry().right() < WIDTH
            assert made.width() >= (0 if isinstance(made, IconButton) else made.sizeHint().width())
    assert not mini.grab().isNull()
