"""The log dialog: by keyboard, with every mistake told under its field."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.diary import DiaryFilter
from desktop.services.runs import Run
from desktop.ui.context import Context
from desktop.ui.log_run import dialog as module
from desktop.ui.log_run.dialog import LogRunDialog
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote
from tests.desktop.conftest import NOW

TODAY = NOW.date()
Settle = Callable[[], None]
Open = Callable[..., LogRunDialog]


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """A window to open dialogs over."""
    made = QWidget()
    made.resize(1000, 800)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def aria(context: Context) -> str:
    """A heroic character, chosen."""
    made = context.services.characters.create("Aria", "kronos", level=280)[1]
    context.selection.set_characters(tuple(context.services.characters.all()))
    return made


@pytest.fixture
def open_dialog(context: Context, aria: str, parent: QWidget, settle: Settle) -> Open:
    """Open the dialog and wait for what it reads."""
    module._remembered.clear()

    def make(**arguments: str) -> LogRunDialog:
        made = LogRunDialog(context, parent, **arguments)
        made.open()
        settle()
        return made

    return make


def runs(context: Context) -> list[Run]:
    """Every run stored."""
    diary = context.services.diary
    return [entry.run for entry in diary.page(diary.rows(DiaryFilter()))]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """One key where the focus is."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def test_a_drop_added_twice_is_two_of_it(context: Context, open_dialog: Open, settle: Settle) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_2)
    assert [drop.quantity for drop in opened.draft().drops] == [2, 1]
    press(Qt.Key.Key_Return)
    settle()
    assert [drop.quantity for drop in runs(context)[0].draft.drops] == [2, 1]


def test_zero_says_nothing_special_and_a_drop_takes_it_back(open_dialog: Open) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_0)
    assert opened.draft().drop_note is DropNote.NOTHING
    press(Qt.Key.Key_1)
    assert opened.draft().drop_note is DropNote.LIST
    press(Qt.Key.Key_0)
    assert opened.draft().drop_note is DropNote.NOTHING
    assert opened.draft().drops == ()


def test_without_a_word_the_drops_stay_unrecorded(
    context: Context, open_dialog: Open, settle: Settle
) -> None:
    open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_Return)
    settle()
    assert runs(context)[0].draft.drop_note is DropNote.UNRECORDED


def test_any_item_is_found_by_a_few_letters(open_dialog: Open) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_Slash)
    assert QApplication.focusWidget() is opened.drops.search.field
    QTest.keyClicks(QApplication.focusWidget(), "berserk")
    press(Qt.Key.Key_Return)
    assert [drop.item for drop in opened.draft().drops] == ["berserked"]
    assert opened.isVisible()


def test_a_search_without_a_match_says_so(open_dialog: Open) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_Slash)
    QTest.keyClicks(QApplication.focusWidget(), "zzzzzz")
    assert "zzzzzz" in opened.drops.search.matches.item(0).text()
    press(Qt.Key.Key_Return)
    assert opened.draft().drops == ()


def test_digits_in_a_field_are_typed_not_pressed(open_dialog: Open) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    opened.note.setFocus()
    QTest.keyClicks(opened.note, "123")
    assert opened.draft().note == "123"
    assert opened.draft().drops == ()


def test_a_sale_above_32_bits_is_kept(context: Context, open_dialog: Open, settle: Settle) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_1)
    (row,) = opened.drops._rows.values()
    row.sold_for.setFocus()
    QTest.keyClicks(row.sold_for, "12.5b")
    press(Qt.Key.Key_Return)
    settle()
    (drop,) = runs(context)[0].draft.drops
    assert drop.sold_for == 12_500_000_000


def test_an_amount_that_is_none_is_told_and_nothing_is_saved(
    context: Context, open_dialog: Open, settle: Settle
) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_1)
    (row,) = opened.drops._rows.values()
    row.sold_for.setFocus()
    QTest.keyClicks(row.sold_for, "a lot")
    opened.save_button.click()
    settle()
    assert "a lot" in opened.drops_field.error()
    assert opened.isVisible()
    assert runs(context) == []


def test_an_existing_clear_is_completed_not_doubled(
    context: Context, aria: str, open_dialog: Open, settle: Settle
) -> None:
    context.services.runs.tick(aria, "hard-lucid")
    opened = open_dialog(entry_id="hard-lucid")
    assert "Already cleared" in opened.state.text()
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_Return)
    settle()
    (run,) = runs(context)
    assert run.draft.drop_note is DropNote.LIST


def test_an_existing_drop_list_is_shown_for_editing(
    context: Context, aria: str, open_dialog: Open, settle: Settle
) -> None:
    drops = (Drop("dreamy-belt", 1, 5_000_000_000, TODAY),)
    _, run_id = context.services.runs.log(
        RunDraft(aria, "hard-lucid", TODAY, 2, drop_note=DropNote.LIST, drops=drops, note="ours")
    )
    opened = open_dialog(run_id=run_id)
    assert opened.draft() == RunDraft(aria, "hard-lucid", TODAY, 2, True, DropNote.LIST, drops, "ours")
    press(Qt.Key.Key_Return)
    settle()
    assert runs(context)[0].draft.drops == drops


def test_another_day_counts_for_its_own_period(context: Context, open_dialog: Open, settle: Settle) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    assert "2026-11-19 to 2026-11-25" in opened.state.text()
    earlier = TODAY - timedelta(days=7)
    opened.day.setDate(QDate(earlier.year, earlier.month, earlier.day))
    settle()
    assert "2026-11-12 to 2026-11-18" in opened.state.text()
    opened.save_button.click()
    settle()
    assert runs(context)[0].reset_period == date(2026, 11, 12)


def test_save_and_next_goes_on_with_the_plan(
    context: Context, aria: str, open_dialog: Open, settle: Settle
) -> None:
    for entry in ("hard-lotus", "hard-lucid", "hard-will"):
        context.services.plans.set(aria, entry, 1)
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_0)
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert opened.draft().entry_id == "hard-will"
    assert opened.draft().drop_note is DropNote.UNRECORDED
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert opened.draft().entry_id == "hard-lotus"
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert len(runs(context)) == 3


def test_a_failed_run_has_no_drops(context: Context, open_dialog: Open, settle: Settle) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_1)
    opened.cleared.click()
    assert not opened.drops_field.isEnabled()
    opened.save_button.click()
    settle()
    (run,) = runs(context)
    assert not run.draft.cleared
    assert run.draft.drops == ()


def test_a_boss_nobody_knows_is_told(context: Context, open_dialog: Open, settle: Settle) -> None:
    opened = open_dialog(entry_id="hard-lucid")
    editor = opened.boss.lineEdit()
    assert editor is not None
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "qqqq")
    opened.drops.setFocus()
    assert opened.boss_field.error()


def test_the_boss_can_be_typed_in_any_order(open_dialog: Open) -> None:
    opened = open_dialog(entry_id="hard-lotus")
    editor = opened.boss.lineEdit()
    assert editor is not None
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "seren ext")
    opened.drops.setFocus()
    assert opened.draft().entry_id == "extreme-chosen-seren"


def test_the_dialog_opens_where_it_was_left(context: Context, open_dialog: Open, settle: Settle) -> None:
    open_dialog(entry_id="hard-will")
    press(Qt.Key.Key_Return)
    settle()
    assert open_dialog().draft().entry_id == "hard-will"


def test_own_favourites_come_first(context: Context, aria: str, open_dialog: Open) -> None:
    for week in range(1, 4):
        context.services.runs.log(
            RunDraft(
                aria,
                "hard-lucid",
                TODAY - timedelta(weeks=week),
                drop_note=DropNote.LIST,
                drops=(Drop("arcane-umbra-armor-box"),),
            )
        )
    opened = open_dialog(entry_id="hard-lucid")
    press(Qt.Key.Key_1)
    assert [drop.item for drop in opened.draft().drops] == ["arcane-umbra-armor-box"]
