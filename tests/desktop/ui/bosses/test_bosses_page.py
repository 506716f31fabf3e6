"""The Bosses page by keyboard: how many keys a clear costs, and what each key does."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from desktop.services.board import Board
from desktop.services.diary import DiaryFilter
from desktop.services.runs import Run
from desktop.ui.bosses.page import BossesPage
from desktop.ui.log_run.dialog import LogRunDialog
from shared.tracking import DropNote
from tests.desktop.ui.window import Desk

Start = Callable[..., Desk]


def runs(desk: Desk) -> list[Run]:
    """Every run in the database."""
    diary = desk.controller.context.services.diary
    found = desk.read(lambda: [entry.run for entry in diary.page(diary.rows(DiaryFilter()))])
    assert isinstance(found, list)
    return found


@pytest.fixture
def desk(open_desk: Start) -> Desk:
    """A character with Hard Lucid as its only planned boss, on the Bosses page, the keyboard on the card."""
    desk = open_desk()
    services = desk.controller.context.services

    def prepare() -> None:
        character = services.characters.create("Aria", "kronos", level=280)[1]
        services.plans.set(character, "hard-lucid", 1)

    desk.read(prepare)
    desk.close()
    again = open_desk()
    again.controller.go("bosses")
    again.settle()
    again.keys_pressed = 0
    return again


def test_a_clear_takes_one_key(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Space)
    (run,) = runs(desk)
    assert (run.draft.entry_id, run.draft.cleared, run.draft.drop_note) == (
        "hard-lucid",
        True,
        DropNote.UNRECORDED,
    )
    assert desk.keys_pressed <= 1


def test_a_clear_with_nothing_takes_at_most_two_keys(desk: Desk) -> None:
    desk.press(Qt.Key.Key_N)
    (run,) = runs(desk)
    assert (run.draft.cleared, run.draft.drop_note) == (True, DropNote.NOTHING)
    assert desk.keys_pressed <= 2


def test_a_clear_with_one_common_drop_takes_at_most_six_keys(desk: Desk) -> None:
    desk.press(Qt.Key.Key_L)
    desk.press(Qt.Key.Key_1)
    desk.press(Qt.Key.Key_Return)
    (run,) = runs(desk)
    assert run.draft.drop_note is DropNote.LIST
    assert len(run.draft.drops) == 1
    assert desk.keys_pressed <= 6
    assert desk.dialogs() == []


def test_space_again_takes_the_clear_back(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_Space)
    assert runs(desk) == []


def test_n_on_an_open_clear_notes_it_and_leaves_a_drop_list_alone(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_N)
    assert runs(desk)[0].draft.drop_note is DropNote.NOTHING
    desk.press(Qt.Key.Key_L)
    desk.press(Qt.Key.Key_2)
    desk.press(Qt.Key.Key_Return)
    assert runs(desk)[0].draft.drop_note is DropNote.LIST
    desk.press(Qt.Key.Key_N)
    assert runs(desk)[0].draft.drop_note is DropNote.LIST


def test_undo_and_redo_by_key_after_a_restart(desk: Desk, open_desk: Start) -> None:
    desk.press(Qt.Key.Key_Space)
    desk.close()
    again = open_desk()
    again.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert runs(again) == []
    again.press(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert len(runs(again)) == 1


def test_the_toast_undoes_what_it_tells_of(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Space)
    (toast,) = desk.controller.toasts.toasts()
    assert "Hard Lucid" in toast.accessibleName() or "Hard Lucid" in toast.text
    desk.press(Qt.Key.Key_N)
    assert len(desk.controller.toasts.toasts()) == 2


def test_arrows_move_between_cards_over_the_headings(open_desk: Start) -> None:
    desk = open_desk(demo=1)
    desk.controller.go("bosses")
    desk.settle()
    page = desk.app.window.stack.currentWidget()
    assert isinstance(page, BossesPage)
    names = []
    for _ in range(40):
        tile = page.cards.tile()
        assert tile is not None
        names.append(tile.entry.clear_group)
        desk.press(Qt.Key.Key_Right)
    assert len(set(names)) == len(page.card_model.tiles())
    desk.press(Qt.Key.Key_Up)
    above = page.cards.tile()
    assert above is not None
    assert above.entry.clear_group != names[-1]


def test_plus_and_minus_change_the_planned_party(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Plus)
    desk.press(Qt.Key.Key_Plus)
    desk.press(Qt.Key.Key_Minus)
    boards = desk.controller.context.services.boards
    character = desk.controller.selection.current
    assert character is not None
    board = desk.read(lambda: boards.board(character.id))
    assert isinstance(board, Board)
    assert [tile.party_size for tile in board.tiles if tile.planned] == [2]


def test_the_matrix_takes_the_same_keys(desk: Desk) -> None:
    page = desk.app.window.stack.currentWidget()
    assert isinstance(page, BossesPage)
    page.open_with(view="matrix")
    desk.settle()
    page.first_focus().setFocus()
    desk.press(Qt.Key.Key_N)
    assert runs(desk)[0].draft.drop_note is DropNote.NOTHING
    desk.press(Qt.Key.Key_Space)
    assert runs(desk) == []
    desk.press(Qt.Key.Key_L)
    (dialog,) = desk.dialogs()
    assert isinstance(dialog, LogRunDialog)
    assert dialog.draft().entry_id == "hard-lucid"


def test_the_models_are_sound(desk: Desk, qtmodeltester: object) -> None:
    page = desk.app.window.stack.currentWidget()
    assert isinstance(page, BossesPage)
    page.open_with(view="matrix")
    desk.settle()
    for model in (page.card_model, page.matrix_model):
        qtmodeltester.check(model)  # type: ignore[attr-defined]


def test_a_click_clears_and_another_takes_it_back(desk: Desk) -> None:
    page = desk.app.window.stack.currentWidget()
    assert isinstance(page, BossesPage)
    place = page.cards.visualRect(page.cards.currentIndex()).center()
    desk.qtbot.mouseClick(page.cards.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.settle()
    assert len(runs(desk)) == 1
    desk.qtbot.mouseClick(page.cards.viewport(), Qt.MouseButton.LeftButton, pos=place)
    desk.settle()
    assert runs(desk) == []
