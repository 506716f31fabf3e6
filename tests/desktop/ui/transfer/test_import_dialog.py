"""The import dialog: by keyboard from the file to the toast."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QAbstractItemModel, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.diary import DiaryFilter
from desktop.services.registry import Services
from desktop.services.transfer.transfer import RowState, Transfer
from desktop.storage import backups
from desktop.storage.changes import Changes
from desktop.ui.context import Context
from desktop.ui.transfer.import_dialog import ImportDialog
from desktop.ui.transfer.model import Column
from tests.desktop.ui.transfer.conftest import Chooser, gone

Settle = Callable[[], None]


class ModelTester(Protocol):
    """pytest-qt's fixture."""

    def check(self, model: QAbstractItemModel, *, force_py: bool = False) -> None:
        """Fail on a model that breaks Qt's rules."""


@pytest.fixture
def dialog(
    context: Context, stored: str, chooser: Chooser, window: QWidget, qtbot: QtBot, settle: Settle
) -> ImportDialog:
    made = ImportDialog(context, window, ask=chooser.open)
    made.open()
    qtbot.waitUntil(made.isActiveWindow)
    settle()
    return made


def press(key: Qt.Key) -> None:
    """A key where the focus is."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key)


def tab_to(widget: QWidget) -> None:
    """Tab until the focus is there."""
    for _ in range(20):
        if widget.hasFocus():
            return
        press(Qt.Key.Key_Tab)
    raise AssertionError(f"{widget.accessibleName()} cannot be reached")


def remarks(dialog: ImportDialog) -> list[str]:
    model = dialog.panel.model
    return [str(model.index(row, Column.REMARK).data()) for row in range(model.rowCount())]


def test_from_the_file_to_the_runs_by_keyboard(
    dialog: ImportDialog, chooser: Chooser, mixed: Path, services: Services, settle: Settle, context: Context
) -> None:
    told: list[Changes] = []
    context.operations.told.connect(told.append)
    chooser.path = mixed
    assert dialog.zone.choose.hasFocus()
    press(Qt.Key.Key_Return)
    settle()
    assert [dialog.panel.chips[state].text() for state in RowState] == [
        "New 2",
        "Already there 1",
        "Different 1",
        "Wrong 2",
    ]
    assert dialog.panel.characters.text() == "Adds the character Bob (Bera)."
    assert dialog.go.text() == "Import 2 runs"
    assert dialog.go.hasFocus()
    tab_to(dialog.panel.chips[RowState.WRONG])
    press(Qt.Key.Key_Space)
    assert remarks(dialog) == [
        "No boss is called “Lord of Bugs”. Write it like Hard Lucid or hard-lucid.",
        "“soon” is no date. Write it like 2026-11-21.",
    ]
    tab_to(dialog.panel.table)
    press(Qt.Key.Key_Down)
    assert dialog.panel.detail.text().startswith("Row 7, Wrong, soon, Aria, Hard Lotus. “soon”")
    tab_to(dialog.panel.choice.findChildren(QWidget)[0])
    press(Qt.Key.Key_Right)
    assert dialog.go.text() == "Import 3 runs"
    tab_to(dialog.go)
    press(Qt.Key.Key_Return)
    settle()
    assert gone(dialog)
    assert [changes.label and changes.label.arguments for changes in told] == [
        {"count": 3, "file": "guild friends.csv"}
    ]
    assert {c.name for c in context.selection.characters} == {"Aria", "Bob"}
    assert len(services.diary.rows(DiaryFilter())) == 4
    (backup,) = backups.listing(context.shell.places.backups)
    assert backup.reason == "import"
    context.operations.undo()
    settle()
    assert len(services.diary.rows(DiaryFilter())) == 2


def test_nothing_changes_before_the_button(
    dialog: ImportDialog, mixed: Path, services: Services, settle: Settle
) -> None:
    dialog.read(mixed)
    settle()
    press(Qt.Key.Key_Escape)
    assert gone(dialog)
    assert len(services.diary.rows(DiaryFilter())) == 2
    assert len(services.characters.all()) == 1


def test_a_file_may_be_dropped(dialog: ImportDialog, mixed: Path, settle: Settle) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(mixed))])
    event = QDropEvent(
        QPointF(40, 40),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dialog.dropEvent(event)
    assert event.isAccepted()
    settle()
    assert dialog.stack.currentWidget() is dialog.panel


def test_a_broken_file_says_what_to_do_and_another_can_be_chosen(
    dialog: ImportDialog, chooser: Chooser, mixed: Path, tmp_path: Path, settle: Settle
) -> None:
    chooser.path = tmp_path / "broken.json"
    chooser.path.write_text('{"runs": [')
    press(Qt.Key.Key_Return)
    settle()
    assert dialog.failure is not None
    assert "broken.json is no proper JSON" in dialog.failure.accessibleDescription()
    assert dialog.failure.action_button is not None
    assert dialog.failure.action_button.hasFocus()
    chooser.path = mixed
    press(Qt.Key.Key_Space)
    settle()
    assert dialog.stack.currentWidget() is dialog.panel


def test_a_file_with_nothing_new_offers_another(dialog: ImportDialog, tmp_path: Path, settle: Settle) -> None:
    path = tmp_path / "same.csv"
    path.write_text("character,boss,date\nAria,Hard Lucid,2026-11-19\n")
    dialog.read(path)
    settle()
    assert dialog.go.text() == "Nothing to import"
    assert not dialog.go.isEnabled()
    assert dialog.other.hasFocus()


def test_reading_can_be_stopped(
    dialog: ImportDialog, mixed: Path, settle: Settle, context: Context, qtbot: QtBot
) -> None:
    gate = threading.Event()
    context.background.database(gate.wait)
    dialog.read(mixed)
    assert dialog.stack.currentWidget() is dialog.working
    assert dialog.cancel.hasFocus()
    press(Qt.Key.Key_Space)
    gate.set()
    settle()
    assert dialog.stack.currentWidget() is dialog.zone


def test_an_import_can_be_stopped(
    dialog: ImportDialog, mixed: Path, settle: Settle, context: Context, services: Services
) -> None:
    dialog.read(mixed)
    settle()
    gate = threading.Event()
    context.background.database(gate.wait)
    press(Qt.Key.Key_Return)
    assert dialog.working.bar.accessibleName() == "Importing 2 runs"
    press(Qt.Key.Key_Escape)
    assert dialog.isVisible()
    gate.set()
    settle()
    assert dialog.stack.currentWidget() is dialog.panel
    assert dialog.cancel.isEnabled()
    assert len(services.diary.rows(DiaryFilter())) == 2


def test_a_refused_import_says_so_and_keeps_the_preview(
    dialog: ImportDialog, mixed: Path, settle: Settle, context: Context, services: Services
) -> None:
    dialog.read(mixed)
    settle()
    places = context.shell.places
    places.backups.parent.mkdir(parents=True, exist_ok=True)
    if places.backups.is_dir():
        for file in places.backups.iterdir():
            file.unlink()
        places.backups.rmdir()
    places.backups.write_text("a file where the folder should be")
    press(Qt.Key.Key_Return)
    settle()
    assert dialog.error.isVisible()
    assert "cannot be used" in dialog.error.text()
    assert dialog.stack.currentWidget() is dialog.panel
    assert len(services.diary.rows(DiaryFilter())) == 2


def test_a_bug_while_reading_is_reported_and_told(
    dialog: ImportDialog, mixed: Path, settle: Settle, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashes: list[Exception] = []
    context.background.crashed.connect(crashes.append)

    def bug(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Transfer, "preview", bug)
    dialog.read(mixed)
    settle()
    assert len(crashes) == 1
    assert dialog.stack.currentWidget() is dialog.failure


def test_the_model_is_sound(
    dialog: ImportDialog, mixed: Path, settle: Settle, qtmodeltester: ModelTester
) -> None:
    model = dialog.panel.model
    qtmodeltester.check(model, force_py=True)
    dialog.read(mixed)
    settle()
    model.show_states({RowState.SAME})
    assert model.rowCount() == 1


def test_every_control_has_a_name(dialog: ImportDialog, mixed: Path, settle: Settle) -> None:
    dialog.read(mixed)
    settle()
    for widget in dialog.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName(), widget
