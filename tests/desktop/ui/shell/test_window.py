"""The whole window: pages, palette, undo, troubles, restore, and what must hold on every page."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, QObject, Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.services.diary import DiaryFilter
from desktop.services.places import places
from desktop.storage import backups
from desktop.storage.tables import SCHEMA_HEAD
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.log_run.dialog import LogRunDialog
from desktop.ui.shell.pages import PAGES
from desktop.ui.shell.palette import Palette
from desktop.ui.shell.trouble import TroublePage
from desktop.ui.shell.window import ENTRIES, page_keys
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.tokens import TARGET
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.window import Desk

Start = Callable[..., Desk]
CTRL = Qt.KeyboardModifier.ControlModifier
PAGE_IDS = [page for page, _, _ in ENTRIES]


@pytest.fixture
def desk(open_desk: Start) -> Desk:
    """The app with a year of demo data for two characters."""
    return open_desk(demo=2)


def test_every_entry_of_the_rail_has_its_page() -> None:
    assert list(PAGES) == PAGE_IDS


def test_control_and_a_number_opens_each_page(desk: Desk) -> None:
    for number, page in enumerate(PAGE_IDS[:9], 1):
        desk.press(Qt.Key(Qt.Key.Key_0 + number), CTRL)
        assert desk.controller.page == page
    desk.press(Qt.Key.Key_Comma, CTRL)
    assert desk.controller.page == "settings"
    rest = {page: page_keys(page) for page in PAGE_IDS[9:]}
    assert rest == {"lootboxes": "", "coins": "", "settings": "Ctrl+,"}


@pytest.mark.parametrize("page", PAGE_IDS)
def test_every_control_has_a_name_and_room_to_be_hit(desk: Desk, page: str) -> None:
    desk.controller.go(page)
    desk.settle()
    for control in controls(desk.app.window):
        named = control.accessibleName() or getattr(control, "text", lambda: "")()
        assert named, f"{control} on {page} has no name"
        if isinstance(control, QAbstractButton):
            assert min(control.width(), control.height()) >= TARGET, (
                f"“{named}” on {page} is {control.size()}"
            )


@pytest.mark.parametrize("page", PAGE_IDS)
def test_tab_reaches_every_control_and_comes_around(desk: Desk, page: str) -> None:
    desk.controller.go(page)
    desk.settle()
    expected = {
        id(w)
        for w in controls(desk.app.window)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled()
    }
    seen: dict[int, QWidget] = {}
    for _ in range(4 * len(expected) + 40):
        focused = QApplication.focusWidget()
        assert focused is not None
        seen[id(focused)] = focused
        desk.app.window.focusNextChild()
    missing = [w for w in controls(desk.app.window) if id(w) in expected and id(w) not in seen]
    # A group of exclusive buttons is one stop: the arrows move inside it.
    missing = [w for w in missing if not (isinstance(w, QAbstractButton) and w.group() and w.isCheckable())]
    assert missing == []


def controls(root: QWidget) -> Iterator[QWidget]:
    """What a person can operate, in sight."""
    kinds = (QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox, QAbstractItemView, QPlainTextEdit)
    for widget in root.findChildren(QWidget):
        inner = isinstance(
            widget.parentWidget(), QComboBox | QAbstractSpinBox | QAbstractItemView | QLineEdit
        )
        if isinstance(widget, kinds) and widget.isVisible() and not inner and widget.focusPolicy():
            yield widget


def test_nothing_is_left_running_after_the_window_closed(open_desk: Start, qtbot: QtBot) -> None:
    desk = open_desk(demo=2)
    for page in PAGE_IDS:
        desk.controller.go(page)
        desk.settle()
    desk.controller.log_run("hard-lucid")
    desk.press(Qt.Key.Key_Escape)
    desk.press(Qt.Key.Key_Space)
    window, app = desk.app.window, desk.app
    desk.close()
    for root in (window, app):
        for timer in root.findChildren(QTimer):
            assert not timer.isActive(), f"{timer} of {timer.parent()} still runs"
        for animation in root.findChildren(QAbstractAnimation):
            assert animation.state() is not QAbstractAnimation.State.Running
    import threading

    names = [thread.name for thread in threading.enumerate() if thread.name.startswith(("database", "pool"))]
    assert names == []


def test_the_palette_finds_and_runs(desk: Desk) -> None:
    desk.press(Qt.Key.Key_K, CTRL)
    (palette,) = desk.dialogs()
    assert isinstance(palette, Palette)
    desk.type("diary")
    desk.press(Qt.Key.Key_Return)
    assert desk.controller.page == "diary"
    assert desk.dialogs() == []


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("drop rates", "community"),
        ("how rare", "community"),
        ("matrix", "bosses"),
        ("inventory", "shop"),
        ("ledger", "coins"),
        ("symbols", "calculators"),
    ],
)
def test_the_palette_knows_pages_by_what_is_on_them(desk: Desk, typed: str, page: str) -> None:
    desk.press(Qt.Key.Key_K, CTRL)
    desk.type(typed)
    desk.press(Qt.Key.Key_Return)
    assert desk.controller.page == page


def test_the_palette_forgives_slips_and_says_when_there_is_nothing(desk: Desk) -> None:
    desk.press(Qt.Key.Key_K, CTRL)
    desk.type("log hard lucdi")
    (palette,) = desk.dialogs()
    assert isinstance(palette, Palette)
    assert palette.list.currentIndex().data(Qt.ItemDataRole.UserRole).id == "log.hard-lucid"
    desk.type("zzzz")
    assert [state for state in palette.findChildren(EmptyState) if state.isVisible()]
    desk.press(Qt.Key.Key_Escape)
    assert desk.dialogs() == []


def test_an_item_in_the_palette_shows_its_drops_in_the_diary(desk: Desk) -> None:
    desk.press(Qt.Key.Key_K, CTRL)
    desk.type("dreamy belt")
    desk.press(Qt.Key.Key_Return)
    assert desk.controller.page == "diary"


def test_the_character_is_changed_by_key_and_remembered(open_desk: Start) -> None:
    desk = open_desk(demo=2)
    first = desk.controller.selection.current
    desk.press(Qt.Key.Key_PageDown, CTRL)
    second = desk.controller.selection.current
    assert second != first
    desk.close()
    assert open_desk(demo=2).controller.selection.current == second


def test_the_first_start_makes_a_character_by_keys(open_desk: Start) -> None:
    desk = open_desk()
    desk.press(Qt.Key.Key_Return)
    assert desk.controller.selection.characters == ()
    desk.type("Aria")
    desk.press(Qt.Key.Key_Return)
    assert [c.name for c in desk.controller.selection.characters] == ["Aria"]
    assert desk.controller.page == "bosses"
    plans, character = desk.controller.context.services.plans, desk.controller.selection.characters[0]
    planned = desk.read(lambda: plans.of(character.id))
    assert isinstance(planned, dict)
    assert len(planned) >= 3


def test_undo_inside_a_text_field_undoes_the_typing_only(desk: Desk) -> None:
    desk.controller.go("bosses")
    desk.settle()
    desk.press(Qt.Key.Key_Space)
    changed = desk.controller.window.top_bar.undo_button.accessibleName()
    desk.controller.go("diary")
    desk.settle()
    desk.press(Qt.Key.Key_F, CTRL)
    desk.type("luc")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    desk.press(Qt.Key.Key_Z, CTRL)
    assert field.text() != "luc"
    assert desk.controller.window.top_bar.undo_button.accessibleName() == changed


def test_a_new_day_refreshes_what_is_shown(desk: Desk, clock: Clock) -> None:
    desk.controller.go("bosses")
    desk.settle()
    before = desk.controller.shown_text()
    clock.now += timedelta(days=7)
    desk.controller.ticker.tick()
    desk.settle()
    after = desk.controller.shown_text()
    assert ", cleared," in before
    assert ", cleared," not in after


def test_the_log_dialog_from_anywhere(desk: Desk) -> None:
    desk.press(Qt.Key.Key_L, CTRL)
    (dialog,) = desk.dialogs()
    assert isinstance(dialog, LogRunDialog)


def test_the_theme_changes_at_once(desk: Desk) -> None:
    desk.controller.settings.update("appearance", theme="light")
    desk.settle()
    assert current_theme().name == "light"
    desk.controller.settings.update("appearance", theme="dark")
    desk.settle()
    assert current_theme().name == "dark"


def test_a_changed_key_works_and_the_old_one_does_not(desk: Desk) -> None:
    desk.controller.settings.update("hotkeys", value={"go.tasks": "Ctrl+T"})
    desk.settle()
    desk.press(Qt.Key.Key_4, CTRL)
    assert desk.controller.page != "tasks"
    desk.press(Qt.Key.Key_T, CTRL)
    assert desk.controller.page == "tasks"


def test_going_back_to_a_backup_keeps_the_window(open_desk: Start, tmp_path: Path) -> None:
    desk = open_desk(demo=2)
    where = places(tmp_path / "data")
    desk.read(lambda: backups.make(where.database, where.backups, "manual", NOW))
    diary = desk.controller.context.services.diary
    before = desk.read(lambda: diary.totals(DiaryFilter()))
    desk.controller.go("bosses")
    desk.settle()
    desk.press(Qt.Key.Key_Space)
    old = desk.controller
    old.restore(backups.listing(where.backups)[0].path)
    desk.qtbot.waitUntil(lambda: desk.app.controller is not None and desk.app.controller is not old)
    desk.settle()
    diary = desk.controller.context.services.diary
    assert desk.read(lambda: diary.totals(DiaryFilter())) == before
    desk.press(Qt.Key.Key_2, CTRL)
    assert desk.controller.page == "bosses"
    assert any(backup.reason == "restore" for backup in backups.listing(where.backups))


def trouble(desk: Desk) -> TroublePage:
    """Start, and expect the page that tells of trouble."""
    desk.app.start()
    desk.qtbot.waitUntil(lambda: bool(desk.errors))
    desk.errors.clear()
    page = desk.app.window.stack.currentWidget()
    assert isinstance(page, TroublePage)
    return page


@pytest.fixture
def broken_desk(
    themed: QApplication, qtbot: QtBot, tmp_path: Path, clock: Clock
) -> Iterator[tuple[Desk, Path]]:
    """An app whose data a test breaks before starting it, and the data folder."""
    made = Desk(themed, qtbot, tmp_path / "data", clock, None)
    yield made, tmp_path / "data"
    made.close()


def said(page: TroublePage) -> str:
    """All words of the trouble page."""
    return " ".join(label.text() for label in page.findChildren(QWidget) if hasattr(label, "text"))


def test_a_damaged_database_offers_its_backup(
    broken_desk: tuple[Desk, Path], open_desk: Start, tmp_path: Path
) -> None:
    healthy = open_desk(demo=1)
    where = places(tmp_path / "data")
    healthy.read(lambda: backups.make(where.database, where.backups, "daily", NOW))
    healthy.close()
    where.database.write_bytes(b"SQLite format 3\x00" + b"rubbish" * 2000)
    desk, _ = broken_desk
    page = trouble(desk)
    assert "damaged" in said(page)
    assert page.restore_button.isVisible()
    page.restore_button.click()
    desk.qtbot.waitUntil(lambda: desk.app.controller is not None)
    desk.settle()
    assert len(desk.controller.selection.characters) == 1


def test_a_newer_database_is_told_of_and_tried_again(
    broken_desk: tuple[Desk, Path], open_desk: Start, tmp_path: Path
) -> None:
    open_desk(demo=1).close()
    path = places(tmp_path / "data").database
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '2000'")
        connection.commit()
    desk, _ = broken_desk
    page = trouble(desk)
    assert "newer MapleHub" in said(page)
    assert not page.restore_button.isVisible()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (SCHEMA_HEAD,))
        connection.commit()
    again = next(b for b in page.findChildren(QPushButton) if b.text() == "Try again")
    again.click()
    desk.qtbot.waitUntil(lambda: desk.app.controller is not None)


def test_a_broken_seed_file_is_told_of(
    broken_desk: tuple[Desk, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import shutil

    from desktop.services import opening

    seeds = tmp_path / "seeds"
    shutil.copytree(opening.SEEDS, seeds)
    (seeds / "items.json").write_text("{ not json")
    monkeypatch.setattr(opening.open_data, "__defaults__", (seeds,))
    desk, _ = broken_desk
    assert "items.json" in said(trouble(desk))


def test_a_data_folder_in_the_way_is_told_of(broken_desk: tuple[Desk, Path]) -> None:
    desk, folder = broken_desk
    folder.mkdir(parents=True)
    (folder / "maplehub.sqlite3").mkdir()
    assert "--data-dir" in said(trouble(desk))


def test_objects_of_the_window_are_named_for_screen_readers(desk: Desk) -> None:
    window: QObject = desk.app.window
    assert isinstance(window, QWidget)
    for page in PAGE_IDS:
        desk.controller.go(page)
        shown = desk.app.window.stack.currentWidget()
        assert shown.accessibleName()


@pytest.mark.parametrize("calculator", ["liberation", "income", "luck", "symbols"])
def test_a_calculator_opened_from_elsewhere_loads(desk: Desk, calculator: str) -> None:
    desk.controller.go("calculators")
    desk.settle()
    desk.controller.go("calculators", calculator=calculator)
    desk.settle()
    page = desk.app.window.stack.currentWidget()
    assert page is not None
    assert not [state for state in page.findChildren(LoadingState) if state.isVisible()]


def test_the_balance_does_not_tell_what_a_box_holds_before_it_opens(desk: Desk) -> None:
    from desktop.ui.kit.motion import set_reduced_motion

    set_reduced_motion(False)
    chip = desk.app.window.top_bar.coin_chip
    services = desk.controller.context.services
    desk.controller.go("lootboxes")
    desk.settle()
    before = chip.accessibleName()
    rolled = desk.read(services.lootboxes.book.count)
    desk.press(Qt.Key.Key_Return)
    assert desk.read(services.lootboxes.book.count) != rolled
    page = desk.controller.front()
    assert page is not None
    assert page.keeps_secret
    assert chip.accessibleName() == before
    desk.press(Qt.Key.Key_Escape)
    desk.settle()
    assert not page.keeps_secret
    assert f"{desk.read(services.wallet.coins):,}" in chip.accessibleName()
    assert chip.accessibleName() != before
