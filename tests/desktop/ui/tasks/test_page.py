"""The Tasks page, by keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.services.tasks import TaskState
from desktop.ui.context import Context
from desktop.ui.kit.states import EmptyState
from desktop.ui.tasks.delegate import stepper
from desktop.ui.tasks.dialogs import AddTasksDialog, EditTaskDialog
from desktop.ui.tasks.model import Heading, TaskRow, arrange
from desktop.ui.tasks.page import TasksPage
from desktop.ui.theme.apply import apply_theme
from shared.resets import Reset
from shared.tasks import ACCOUNT, TaskDraft
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.conftest import RecordingShell

Settle = Callable[[], None]
OpenPage = Callable[[], TasksPage]


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Settle) -> OpenPage:
    """Open the page as the window would, with what the database has now."""

    def build() -> TasksPage:
        context.selection.set_characters(tuple(context.services.characters.all()))
        made = TasksPage(context)
        qtbot.addWidget(made)
        made.resize(1092, 748)
        made.show()
        settle()
        return made

    return build


@pytest.fixture
def tasks(services: Services, character: str) -> dict[str, str]:
    """A few tasks of Aria's: their ids by name."""
    made = {}
    for name, reset, times, owner in (
        ("Sweep", Reset.DAILY, 1, character),
        ("Harvest", Reset.DAILY, 3, character),
        ("Gift", Reset.DAILY, 1, ACCOUNT),
        ("Dojo", Reset.WEEKLY, 1, character),
    ):
        made[name] = services.tasks.create(TaskDraft(name, reset, owner, max_count=times))[1]
    return made


@pytest.fixture
def page(tasks: dict[str, str], open_page: OpenPage) -> TasksPage:
    """Tasks with the keyboard on the first one."""
    made = open_page()
    made.first_focus().setFocus()
    return made


def names(page: TasksPage) -> list[str]:
    """What is shown, headings by their reset."""
    items = page.view.tasks.items()
    return [item.state.task.name if isinstance(item, TaskRow) else item.key for item in items]


def current(page: TasksPage) -> str:
    """Where the keyboard is."""
    item = page.view.item()
    return "" if item is None else item.state.task.name if isinstance(item, TaskRow) else item.key


def state(services: Services, task: str) -> TaskState:
    return next(found for found in services.tasks.states() if found.task.id == task)


def test_tasks_stand_under_their_reset_with_progress(page: TasksPage) -> None:
    assert names(page) == ["daily", "Sweep", "Harvest", "Gift", "weekly-thursday", "Dojo"]
    assert page.note_label.text() == "0 of 3 daily done"
    assert current(page) == "Sweep"
    heading = page.view.tasks.items()[0]
    assert isinstance(heading, Heading)
    assert heading.at == datetime(2026, 11, 22, tzinfo=UTC)
    gift = page.view.tasks.items()[3]
    assert isinstance(gift, TaskRow)
    assert gift.owner == "Account"


def test_space_ticks_and_unticks_and_undo_takes_it_back(
    page: TasksPage, services: Services, tasks: dict[str, str], context: Context, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    assert state(services, tasks["Sweep"]).done
    assert page.note_label.text() == "1 of 3 daily done"
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    assert not state(services, tasks["Sweep"]).done
    context.operations.undo()
    settle()
    assert state(services, tasks["Sweep"]).done
    assert page.note_label.text() == "1 of 3 daily done"


def test_plus_and_minus_step_even_faster_than_the_database_answers(
    page: TasksPage, services: Services, tasks: dict[str, str], qtbot: QtBot, settle: Settle
) -> None:
    page.view.select_task(tasks["Harvest"])
    for _ in range(4):
        qtbot.keyClick(page.view, Qt.Key.Key_Plus)
    qtbot.keyClick(page.view, Qt.Key.Key_Minus)
    settle()
    assert state(services, tasks["Harvest"]).count == 2
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    assert state(services, tasks["Harvest"]).done
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    assert state(services, tasks["Harvest"]).count == 0


def test_a_click_toggles_a_row_and_presses_its_stepper(
    page: TasksPage, services: Services, tasks: dict[str, str], qtbot: QtBot, settle: Settle
) -> None:
    index = page.view.tasks.index(page.view.tasks.row_of(tasks["Harvest"]))
    rect = page.view.visualRect(index)
    row = page.view.tasks.items()[index.row()]
    assert isinstance(row, TaskRow)
    buttons = stepper(rect, row)
    assert buttons is not None
    left = Qt.MouseButton.LeftButton
    for _ in range(2):
        qtbot.mouseClick(page.view.viewport(), left, pos=buttons[1].center().toPoint())
    settle()
    assert state(services, tasks["Harvest"]).count == 2
    qtbot.mouseClick(page.view.viewport(), left, pos=buttons[0].center().toPoint())
    settle()
    assert state(services, tasks["Harvest"]).count == 1
    qtbot.mouseClick(page.view.viewport(), left, pos=rect.topLeft() + QPoint(40, 30))
    settle()
    assert state(services, tasks["Harvest"]).done


def test_up_from_the_first_task_marks_the_whole_group_with_one_undo(
    page: TasksPage, services: Services, tasks: dict[str, str], context: Context, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClick(page.view, Qt.Key.Key_Up)
    assert current(page) == "daily"
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    done = {found.task.name for found in services.tasks.states() if found.done}
    assert done == {"Sweep", "Harvest", "Gift"}
    assert page.note_label.text() == "3 of 3 daily done"
    context.operations.undo()
    settle()
    assert page.note_label.text() == "0 of 3 daily done"


def test_hidden_done_tasks_make_way_and_are_remembered(
    page: TasksPage, services: Services, open_page: OpenPage, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClick(page.hide_done, Qt.Key.Key_Space)
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    assert names(page) == ["daily", "Harvest", "Gift", "weekly-thursday", "Dojo"]
    assert current(page) == "Harvest"
    assert services.remembered.get("tasks.hide_done") is True
    again = open_page()
    assert again.hide_done.isChecked()
    assert "Sweep" not in names(again)


def test_with_everything_done_and_hidden_the_page_says_so(
    page: TasksPage, services: Services, tasks: dict[str, str], context: Context, qtbot: QtBot, settle: Settle
) -> None:
    page.hide_done.click()
    context.operations.perform(lambda: services.tasks.finish(list(tasks.values())))
    settle()
    assert page.stack.currentWidget() is page.all_done
    focused = QApplication.focusWidget()
    assert focused is page.all_done.action_button
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    settle()
    assert page.stack.currentWidget() is page.view
    assert not page.hide_done.isChecked()
    assert page.view.hasFocus()


def test_delete_removes_and_undo_brings_back(
    page: TasksPage, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClick(page.view, Qt.Key.Key_Delete)
    settle()
    assert "Sweep" not in names(page)
    assert current(page) == "Harvest"
    context.operations.undo()
    settle()
    assert "Sweep" in names(page)
    assert current(page) == "Harvest"


def adding(page: TasksPage) -> AddTasksDialog:
    """The dialog that is open."""
    (found,) = page.findChildren(AddTasksDialog)
    assert found.isVisible()
    return found


def test_enter_edits_an_own_task_and_errors_stand_under_their_field(
    page: TasksPage, services: Services, tasks: dict[str, str], qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    (edit,) = page.findChildren(EditTaskDialog)
    assert edit.form.name.text() == "Sweep"
    qtbot.keyClick(edit.form.name, Qt.Key.Key_Delete)
    qtbot.keyClick(edit.form.name, Qt.Key.Key_Return)
    settle()
    assert edit.isVisible()
    assert edit.form.fields["name"].error() == "A task needs a name."
    qtbot.keyClicks(edit.form.name, "Mop")
    edit.form.times.setValue(2)
    qtbot.keyClick(edit.form.name, Qt.Key.Key_Return)
    settle()
    assert (state(services, tasks["Sweep"]).task.name, state(services, tasks["Sweep"]).task.max_count) == (
        "Mop",
        2,
    )
    assert "Mop" in names(page)


def test_an_own_task_is_added_from_the_dialog(
    page: TasksPage, services: Services, character: str, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClick(page.add_button, Qt.Key.Key_Space)
    add = adding(page)
    add.parts.setCurrentIndex(1)
    qtbot.keyClicks(add.form.name, "Rent")
    add.form.reset.setCurrentIndex(add.form.reset.findData(str(Reset.WEEKLY_MONDAY)))
    add.form.owner.setCurrentIndex(add.form.owner.findData(ACCOUNT))
    add.form.reward.setValue(15)
    qtbot.keyClick(add.form.name, Qt.Key.Key_Return)
    settle()
    made = next(found.task for found in services.tasks.states() if found.task.name == "Rent")
    assert (made.reset, made.owner, made.reward_coins, made.template) == (
        Reset.WEEKLY_MONDAY,
        ACCOUNT,
        15,
        None,
    )
    assert names(page)[-2:] == ["weekly-monday", "Rent"]


def test_templates_are_searched_ticked_and_added_once(
    page: TasksPage, services: Services, character: str, qtbot: QtBot, settle: Settle
) -> None:
    services.tasks.add_templates(["arcana-daily"], character)
    page.add_tasks()
    settle()
    add = adding(page)
    chooser = add.templates
    assert not add.add.isEnabled()
    items = dict(chooser._items())
    assert items["arcana-daily"].checkState() is Qt.CheckState.Checked
    assert not items["arcana-daily"].flags() & Qt.ItemFlag.ItemIsEnabled
    qtbot.keyClicks(chooser.search, "ursus")
    assert [slug for slug, item in chooser._items() if not item.isHidden()] == ["ursus"]
    chooser.list.setCurrentItem(items["ursus"])
    qtbot.keyClick(chooser.list, Qt.Key.Key_Space)
    assert add.add.text() == "Add 1 task"
    chooser.search.clear()
    chooser.suggest.click()
    assert "ursus" in chooser.chosen()
    assert "cernium-daily" in chooser.chosen()
    assert "arcana-daily" not in chooser.chosen()
    assert not any(slug.startswith("daily-boss") for slug in chooser.chosen())
    wanted = set(chooser.chosen())
    qtbot.keyClick(chooser.search, Qt.Key.Key_Return)
    settle()
    added = {found.task.template for found in services.tasks.states()} - {None, "arcana-daily"}
    assert added == wanted


def test_who_has_no_tasks_is_offered_what_fits(
    character: str, services: Services, open_page: OpenPage, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page()
    assert page.stack.currentWidget() is page.no_tasks
    start = page.first_focus()
    qtbot.keyClick(start, Qt.Key.Key_Space)
    settle()
    add = adding(page)
    wanted = set(add.templates.chosen())
    assert "cernium-daily" in wanted
    qtbot.keyClick(add.templates.search, Qt.Key.Key_Return)
    settle()
    assert {found.task.template for found in services.tasks.states()} == wanted
    assert page.stack.currentWidget() is page.view


def test_without_a_character_the_page_offers_to_add_one(
    open_page: OpenPage, shell: RecordingShell, qtbot: QtBot
) -> None:
    page = open_page()
    assert page.stack.currentWidget() is page.no_character
    qtbot.keyClick(page.first_focus(), Qt.Key.Key_Space)
    assert shell.edited == [None]


def test_everyones_tasks_name_whose_they_are(
    services: Services, put_demo: Callable[[int], None], open_page: OpenPage, qtbot: QtBot, settle: Settle
) -> None:
    put_demo(24)
    page = open_page()
    mine = len(names(page))
    page.scope._choose(1)
    settle()
    rows = [item for item in page.view.tasks.items() if isinstance(item, TaskRow)]
    assert len(rows) == len(services.tasks.states()) > mine
    assert {c.name for c in services.characters.all()} <= {row.owner for row in rows}
    assert all(row.owner for row in rows)
    for theme in ("dark", "light", "high-contrast"):
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        assert not page.grab().isNull()


def test_another_character_shows_its_own_tasks(
    page: TasksPage, services: Services, context: Context, make_character: Callable[..., str], settle: Settle
) -> None:
    other = make_character("Bryn")
    services.tasks.create(TaskDraft("Paint", Reset.DAILY, other))
    context.selection.set_characters(tuple(services.characters.all()))
    context.selection.choose(other)
    settle()
    assert names(page) == ["daily", "Paint", "Gift"]


def test_the_menu_names_what_can_be_done(
    page: TasksPage, services: Services, tasks: dict[str, str], character: str, settle: Settle
) -> None:
    services.tasks.add_templates(["monster-park"], character)
    page.invalidate()
    settle()

    def words(task: str) -> list[str]:
        row = page.view.tasks.items()[page.view.tasks.row_of(task)]
        assert isinstance(row, TaskRow)
        menu = page.menu_of(row)
        return [action.text().split("\t")[0] for action in menu.actions() if action.text()]

    assert words(tasks["Sweep"]) == ["Done", "Move earlier", "Move later", "Edit…", "Remove"]
    several = ["Done", "Once more", "Once less", "Move earlier", "Move later"]
    assert words(tasks["Harvest"]) == [*several, "Edit…", "Remove"]
    assert words(tasks["Dojo"]) == ["Done", "Edit…", "Remove"]
    park = next(found.task.id for found in services.tasks.states() if found.task.template == "monster-park")
    assert words(park) == [*several, "Remove"]


def test_a_tick_moves_the_countdown_and_a_new_day_opens_the_dailies(
    page: TasksPage, context: Context, clock: Clock, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    assert page.note_label.text() == "1 of 3 daily done"
    clock.now = datetime(2026, 11, 22, 0, 0, 5, tzinfo=UTC)
    context.ticker.tick()
    settle()
    assert page.note_label.text() == "0 of 3 daily done"
    assert page.view.painter.now == clock.now


def test_what_is_refused_is_shown_as_it_is(
    page: TasksPage, services: Services, tasks: dict[str, str], qtbot: QtBot, settle: Settle
) -> None:
    services.tasks.remove(tasks["Sweep"])
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    assert "Sweep" not in names(page)


def test_a_failed_read_offers_to_try_again(
    tasks: dict[str, str],
    open_page: OpenPage,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
    settle: Settle,
) -> None:
    def broken(*_: object) -> list[str]:
        raise OSError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(services.tasks, "owners_of", broken)
        page = open_page()
        assert page.stack.currentWidget() is page.failed
    assert isinstance(page.failed, EmptyState)
    assert page.failed.action_button is not None
    page.failed.action_button.click()
    settle()
    assert page.stack.currentWidget() is page.view


def test_the_model_keeps_qts_rules(page: TasksPage, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(page.view.tasks)


def test_every_control_has_a_name(page: TasksPage) -> None:
    for made in page.findChildren(QAbstractButton):
        if made.isVisible() and made.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            assert made.accessibleName()
            assert made.height() >= 24


def test_rows_are_grouped_by_reset_then_owner(services: Services, character: str, context: Context) -> None:
    for owner in (ACCOUNT, "kronos", character):
        services.tasks.create(TaskDraft(owner, Reset.DAILY, owner))
    characters = tuple(services.characters.all())
    items = arrange(services.tasks.states(), characters, context.catalog, NOW, everyone=True, hide_done=False)
    owners = [item.owner for item in items if isinstance(item, TaskRow)]
    assert owners == ["Aria", "All in Kronos", "Account"]


ALT = Qt.KeyboardModifier.AltModifier


def test_alt_and_arrows_order_tasks_within_their_group(
    page: TasksPage, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    before = names(page)
    assert before == ["daily", "Sweep", "Harvest", "Gift", "weekly-thursday", "Dojo"]
    qtbot.keyClick(page.view, Qt.Key.Key_Down, ALT)
    assert names(page)[1:3] == ["Harvest", "Sweep"]
    assert current(page) == "Sweep"
    # Not past its owner's tasks, nor into another reset.
    qtbot.keyClick(page.view, Qt.Key.Key_Down, ALT)
    settle()
    assert names(page)[1:4] == ["Harvest", "Sweep", "Gift"]
    assert current(page) == "Sweep"
    page.refresh()
    settle()
    assert names(page)[1:4] == ["Harvest", "Sweep", "Gift"]
    context.operations.undo()
    settle()
    assert names(page) == before
    qtbot.keyClick(page.view, Qt.Key.Key_Up, ALT)
    settle()
    assert names(page) == before


def test_moving_over_hidden_tasks_keeps_them_in_order(
    page: TasksPage, services: Services, character: str, tasks: dict[str, str], qtbot: QtBot, settle: Settle
) -> None:
    services.tasks.create(TaskDraft("Fish", Reset.DAILY, character))
    services.tasks.set_count(tasks["Harvest"], 3)
    page.refresh()
    settle()
    page.hide_done.click()
    assert names(page)[1:4] == ["Sweep", "Fish", "Gift"]
    page.view.select_task(tasks["Sweep"])
    qtbot.keyClick(page.view, Qt.Key.Key_Down, ALT)
    settle()
    page.hide_done.click()
    settle()
    assert names(page)[1:5] == ["Harvest", "Fish", "Sweep", "Gift"]


def test_the_menu_names_the_keys_that_move(page: TasksPage) -> None:
    row = page.view.item()
    assert isinstance(row, TaskRow)
    menu = page.menu_of(row)
    usable = {action.text(): action.isEnabled() for action in menu.actions() if "Alt+" in action.text()}
    assert usable == {"Move earlier\tAlt+Up": False, "Move later\tAlt+Down": True}
    menu.deleteLater()
