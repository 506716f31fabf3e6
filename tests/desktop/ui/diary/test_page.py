"""The Diary page as a person uses it, mostly by keyboard."""

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.diary import DiaryFilter, Show, SortKey
from desktop.ui.commands import Command
from desktop.ui.context import Context
from desktop.ui.diary.delegate import ROW_HEIGHT
from desktop.ui.diary.model import SORT_KEYS, Column
from desktop.ui.diary.page import DiaryPage
from desktop.ui.diary.presenter import MOST_AT_ONCE
from shared.errors import StorageError
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote
from tests.desktop.ui.conftest import RecordingShell

Fill = Callable[[int], None]
Open = Callable[[], DiaryPage]
Settle = Callable[[], None]
DAY = date(2026, 11, 20)


def shown(page: DiaryPage) -> object:
    return page.stack.currentWidget()


def press(qtbot: QtBot, page: DiaryPage, key: Qt.Key) -> None:
    page.table.setFocus()
    qtbot.keyClick(page.table, key)


def search(qtbot: QtBot, page: DiaryPage, text: str, settle: Settle) -> None:
    page.filters.search.setText(text)
    qtbot.keyClick(page.filters.search, Qt.Key.Key_Return)
    settle()


def test_nothing_yet_offers_to_log_a_run(open_page: Open, shell: RecordingShell, qtbot: QtBot) -> None:
    page = open_page()
    assert shown(page) is page.nothing_yet
    assert page.nothing_yet.action_button is not None
    qtbot.mouseClick(page.nothing_yet.action_button, Qt.MouseButton.LeftButton)
    assert shell.logged == [(None, None, None)]


def test_one_run_is_shown_with_its_totals(
    context: Context, character: str, open_page: Open, settle: Settle
) -> None:
    context.services.runs.log(RunDraft(character, "hard-lucid", DAY))
    page = open_page()
    assert shown(page) is page.list
    assert page.model.rowCount() == 1
    assert page.model.data(page.model.index(0, Column.BOSS)) == "Hard Lucid"
    assert page.totals.texts()[:4] == ["1", "1", "0", "1"]


def test_no_match_offers_to_clear_the_filters(
    fill: Fill, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    fill(40)
    page = open_page()
    search(qtbot, page, "nothing like it", settle)
    assert shown(page) is page.no_match
    assert page.filters.clear.isVisible()
    assert page.no_match.action_button is not None
    qtbot.mouseClick(page.no_match.action_button, Qt.MouseButton.LeftButton)
    settle()
    assert shown(page) is page.list
    assert page.model.rowCount() == 40
    assert not page.filters.clear.isVisible()


def test_a_database_that_cannot_be_read_is_told_and_tried_again(
    fill: Fill, context: Context, open_page: Open, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(5)

    def broken(*_: object, **__: object) -> None:
        raise StorageError("The disk could not be read.")

    with monkeypatch.context() as patched:
        patched.setattr(type(context.services.diary), "rows", broken)
        page = open_page()
        assert shown(page) is page.failed
        assert "disk" in page.failed.accessibleDescription()
    page.failed.action.emit()
    settle()
    assert shown(page) is page.list


def test_every_filter_reaches_the_database(
    fill: Fill, context: Context, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    fill(600)
    page = open_page()
    bar = page.filters
    diary = context.services.diary

    def expect(condition: DiaryFilter) -> None:
        settle()
        assert list(page.model.rows) == list(diary.rows(condition))
        assert 0 < len(page.model.rows) < 600

    bar.character.setCurrentIndex(2)
    expect(DiaryFilter(character_id=bar.character.itemData(2)))
    bar.reset()
    bar.boss.setCurrentIndex(bar.boss.findData("lucid"))
    expect(DiaryFilter(boss_slug="lucid"))
    bar.reset()
    item = next(slug for slug, _, _ in diary.drops_by_item(DiaryFilter()))
    bar.item.setCurrentIndex(bar.item.findData(item))
    expect(DiaryFilter(item=item))
    bar.reset()
    bar.dates.setCurrentIndex(bar.dates.findData("week"))
    expect(DiaryFilter(since=date(2026, 11, 19)))
    bar.dates.setCurrentIndex(bar.dates.findData("four-weeks"))
    expect(DiaryFilter(since=date(2026, 10, 29)))
    bar.dates.setCurrentIndex(bar.dates.findData("month"))
    expect(DiaryFilter(since=date(2026, 11, 1)))
    bar.dates.setCurrentIndex(bar.dates.findData("custom"))
    assert bar.since.isVisible()
    bar.since.setDate(bar.until.date().addDays(-3))
    expect(DiaryFilter(since=date(2026, 11, 18), until=date(2026, 11, 21)))
    bar.reset()
    for show in list(Show)[1:]:
        bar.show_switch.set_value(show)
        bar.show_switch.changed.emit(show)
        expect(DiaryFilter(show=show))
        assert page.totals.texts()[0] == str(len(page.model.rows))
    bar.reset()
    search(qtbot, page, "lucid hard", settle)
    expect(DiaryFilter(text="lucid hard"))


def test_typing_asks_once_it_pauses(
    fill: Fill, context: Context, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    fill(300)
    page = open_page()
    with qtbot.waitSignal(page.filters.changed) as _:
        qtbot.keyClicks(page.filters.search, "lucid")
    settle()
    assert list(page.model.rows) == list(context.services.diary.rows(DiaryFilter(text="lucid")))


def test_the_item_field_finds_by_part_of_a_name(
    fill: Fill, context: Context, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    fill(300)
    page = open_page()
    edit = page.filters.item.lineEdit()
    assert edit is not None
    name = page.filters.item.itemText(5)
    edit.setText(name.upper())
    edit.editingFinished.emit()
    settle()
    assert page.filters.item.currentText() == name
    assert page.filters.condition(DAY).item == page.filters.item.itemData(5)
    edit.setText("no item is called this")
    edit.editingFinished.emit()
    assert page.filters.item.currentText() == name
    edit.setText("")
    edit.editingFinished.emit()
    assert page.filters.condition(DAY).item is None


@pytest.mark.parametrize("column", list(Column))
def test_a_header_sorts_and_turns_round(
    fill: Fill, context: Context, open_page: Open, settle: Settle, qtbot: QtBot, column: Column
) -> None:
    fill(150)
    page = open_page()
    header = page.table.sort_header
    for _ in range(2):
        header.sectionClicked.emit(int(column))
        settle()
        expected = context.services.diary.rows(DiaryFilter(), SORT_KEYS[column], descending=page.descending)
        assert page.sort is column
        assert list(page.model.rows) == list(expected)
        assert header.sortIndicatorSection() == column


def test_the_header_sorts_by_keyboard(
    fill: Fill, context: Context, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    fill(50)
    page = open_page()
    header = page.table.sort_header
    header.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Space):
        qtbot.keyClick(header, key)
    settle()
    assert page.sort is Column.BOSS
    expected = context.services.diary.rows(DiaryFilter(), SortKey.BOSS, descending=False)
    assert list(page.model.rows) == list(expected)


def test_delete_and_undo_by_keyboard(
    fill: Fill, context: Context, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    fill(30)
    page = open_page()
    before = list(page.model.rows)
    page.table.selectRow(3)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    press(qtbot, page, Qt.Key.Key_Delete)
    settle()
    assert list(page.model.rows) == before[:3] + before[5:]
    assert page.table.selected_numbers() == [before[5]], "the next run takes the place"
    context.operations.undo()
    settle()
    assert list(page.model.rows) == before
    assert page.totals.texts()[0] == "30"


def test_n_says_that_nothing_dropped_in_open_clears_only(
    fill: Fill, context: Context, open_page: Open, settle: Settle, shell: RecordingShell, qtbot: QtBot
) -> None:
    fill(60)
    page = open_page()
    diary = context.services.diary
    unresolved = len(diary.rows(DiaryFilter(show=Show.UNRESOLVED)))
    lists = len(diary.rows(DiaryFilter(show=Show.WITH_DROPS)))
    assert unresolved
    page.table.selectAll()
    press(qtbot, page, Qt.Key.Key_N)
    settle()
    assert not diary.rows(DiaryFilter(show=Show.UNRESOLVED))
    assert len(diary.rows(DiaryFilter(show=Show.WITH_DROPS))) == lists
    assert page.totals.texts()[3] == "0"
    assert page.table.selected_count() == 60
    press(qtbot, page, Qt.Key.Key_N)
    settle()
    assert "already noted" in shell.toasts[-1]


def test_enter_edits_the_current_run(
    fill: Fill, open_page: Open, shell: RecordingShell, qtbot: QtBot
) -> None:
    fill(5)
    page = open_page()
    page.table.selectRow(2)
    press(qtbot, page, Qt.Key.Key_Return)
    entry = page.model.entry(2)
    assert entry is not None
    assert shell.logged == [(None, None, entry.run.id)]


def test_end_loads_the_last_page(fill: Fill, open_page: Open, settle: Settle, qtbot: QtBot) -> None:
    fill(3001)
    page = open_page()
    press(qtbot, page, Qt.Key.Key_End)
    settle()
    assert page.table.currentIndex().row() == 3000
    assert page.model.entry(3000) is not None
    assert page.model.data(page.model.index(3000, Column.DATE)) != "…"
    press(qtbot, page, Qt.Key.Key_Home)
    settle()
    assert page.table.currentIndex().row() == 0


def test_selection_and_scroll_survive_what_happens_elsewhere(
    fill: Fill, context: Context, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    fill(500)
    page = open_page()
    page.table.selectRow(210)
    page.table.verticalScrollBar().setValue(200 * ROW_HEIGHT + 7)
    settle()
    chosen = page.table.selected_numbers()
    top = page.model.rows[page.table.rowAt(1)]
    owner = context.selection.characters[0].id
    runs = context.services.runs
    context.operations.perform(lambda: runs.tick(owner, "hard-lucid"))
    settle()
    assert len(page.model.rows) == 501
    assert page.table.selected_numbers() == chosen
    assert page.table.currentIndex().row() == 211
    assert page.model.rows[page.table.rowAt(1)] == top
    assert page.table.verticalScrollBar().value() == 201 * ROW_HEIGHT + 7


def test_sorting_keeps_the_selection_in_sight(
    fill: Fill, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    fill(500)
    page = open_page()
    page.table.selectRow(7)
    chosen = page.table.selected_numbers()
    page.sort_by(Column.PARTY)
    settle()
    assert page.table.selected_numbers() == chosen
    place = page.table.visualRect(page.table.currentIndex())
    assert page.table.viewport().rect().intersects(place)


def test_too_many_at_once_are_refused_with_the_number(
    fill: Fill, open_page: Open, settle: Settle, shell: RecordingShell, qtbot: QtBot
) -> None:
    fill(MOST_AT_ONCE + 1)
    page = open_page()
    page.table.selectAll()
    press(qtbot, page, Qt.Key.Key_Delete)
    settle()
    assert len(page.model.rows) == MOST_AT_ONCE + 1
    assert str(MOST_AT_ONCE) in shell.toasts[-1]


def test_a_sale_is_noted_in_the_panel_and_taken_back(
    context: Context, character: str, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    item = context.catalog.drops_of("hard-lucid")[0].item
    draft = RunDraft(character, "hard-lucid", DAY, drop_note=DropNote.LIST, drops=(Drop(item),))
    run_id = context.services.runs.log(draft)[1]
    page = open_page()
    page.details_button.setChecked(True)
    page.table.selectRow(0)
    settle()
    (editor,) = page.detail.editors()
    assert not editor.day.isEnabled()
    editor.amount.setFocus()
    qtbot.keyClicks(editor.amount, "6.5b")
    qtbot.keyClick(editor.amount, Qt.Key.Key_Return)
    settle()
    stored = context.services.runs.get(run_id).draft.drops[0]
    assert stored.sold_for == 6_500_000_000
    assert stored.sold_on == date(2026, 11, 21)
    assert page.totals.texts()[5] == "6.5b"
    assert page.model.data(page.model.index(0, Column.SOLD)) == "6,500,000,000"
    editor.day.setDate(editor.day.date().addDays(-1))
    editor.day.editingFinished.emit()
    settle()
    assert context.services.runs.get(run_id).draft.drops[0].sold_on == date(2026, 11, 20)
    context.operations.undo()
    context.operations.undo()
    settle()
    assert context.services.runs.get(run_id).draft.drops[0].sold_for is None
    (editor,) = page.detail.editors()
    assert editor.amount.amount() is None


def test_something_that_is_no_amount_is_not_saved(
    context: Context, character: str, open_page: Open, settle: Settle, qtbot: QtBot
) -> None:
    item = context.catalog.drops_of("hard-lucid")[0].item
    drop = Drop(item, 1, 5_000_000, DAY)
    draft = RunDraft(character, "hard-lucid", DAY, drop_note=DropNote.LIST, drops=(drop,))
    run_id = context.services.runs.log(draft)[1]
    page = open_page()
    page.details_button.setChecked(True)
    page.table.selectRow(0)
    settle()
    (editor,) = page.detail.editors()
    editor.amount.selectAll()
    qtbot.keyClicks(editor.amount, "cheap")
    qtbot.keyClick(editor.amount, Qt.Key.Key_Return)
    settle()
    assert editor.amount.error()
    assert context.services.runs.get(run_id).draft.drops[0].sold_for == 5_000_000


def test_the_panel_follows_the_selection(fill: Fill, open_page: Open, settle: Settle) -> None:
    fill(10)
    page = open_page()
    page.details_button.setChecked(True)
    page.table.clearSelection()
    assert not page.detail.remove.isVisible()
    page.table.selectRow(1)
    settle()
    assert page.detail.edit.isVisible()
    page.table.selectAll()
    assert not page.detail.edit.isVisible()
    assert page.detail.nothing.isVisible()
    page.detail.close_button.click()
    assert not page.detail.isVisible()


def test_opened_with_arguments(fill: Fill, context: Context, open_page: Open, settle: Settle) -> None:
    fill(400)
    page = open_page()
    diary = context.services.diary
    owner = context.selection.characters[1].id
    item = diary.drops_by_item(DiaryFilter())[0][0]
    for arguments, condition in (
        ({"item": item}, DiaryFilter(item=item)),
        ({"show": "unresolved"}, DiaryFilter(show=Show.UNRESOLVED)),
        ({"character_id": owner}, DiaryFilter(character_id=owner)),
        ({"boss": "lucid", "show": "nothing"}, DiaryFilter(boss_slug="lucid", show=Show.NOTHING)),
        ({"text": "hard"}, DiaryFilter(text="hard")),
    ):
        page.open_with(**arguments)
        settle()
        assert list(page.model.rows) == list(diary.rows(condition)), arguments


def test_the_menu_names_the_keys_and_narrows_down(fill: Fill, open_page: Open, settle: Settle) -> None:
    fill(100)
    page = open_page()
    page.table.selectRow(0)
    entry = page.model.entry(0)
    assert entry is not None
    menu = page.make_menu()
    texts = [action.text() for action in menu.actions()]
    assert any("\tDelete" in text for text in texts)
    only = next(action for action in menu.actions() if action.text() == f"Only {entry.character}")
    only.trigger()
    settle()
    assert page.filters.character.currentText() == entry.character
    menu.deleteLater()


def test_find_goes_to_the_search(fill: Fill, open_page: Open, qtbot: QtBot) -> None:
    fill(3)
    page = open_page()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page.filters.search.hasFocus()


def test_export_and_import_are_the_shell_s_commands(
    fill: Fill, context: Context, open_page: Open, qtbot: QtBot
) -> None:
    ran: list[str] = []
    for name in ("export", "import"):
        context.commands.add(Command(name, name, lambda name=name: ran.append(name), "Actions"))  # type: ignore[misc]
    page = open_page()
    qtbot.mouseClick(page.export_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.import_button, Qt.MouseButton.LeftButton)
    assert ran == ["export", "import"]


def test_every_control_has_a_name(fill: Fill, open_page: Open) -> None:
    fill(20)
    page = open_page()
    page.details_button.setChecked(True)
    page.table.selectRow(0)
    for widget in QApplication.allWidgets():
        if (
            page.isAncestorOf(widget)
            and widget.isVisible()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            assert widget.accessibleName(), widget
