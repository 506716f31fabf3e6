"""The export dialog, and both commands."""

import threading
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.diary import DiaryFilter, Show
from desktop.services.transfer.files import read_rows
from desktop.ui.context import Context
from desktop.ui.transfer.choosing import ask_for_file, ask_where_to_save
from desktop.ui.transfer.commands import register
from desktop.ui.transfer.export_dialog import ExportDialog
from tests.desktop.ui.conftest import RecordingShell
from tests.desktop.ui.transfer.conftest import Chooser, gone

Settle = Callable[[], None]


def opened(dialog: ExportDialog, qtbot: QtBot, settle: Settle) -> ExportDialog:
    """The dialog in sight, with its figures."""
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    settle()
    return dialog


def press(key: Qt.Key) -> None:
    """A key where the focus is."""
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key)


def test_everything_as_json_by_keyboard(
    context: Context,
    stored: str,
    chooser: Chooser,
    window: QWidget,
    qtbot: QtBot,
    settle: Settle,
    tmp_path: Path,
    shell: RecordingShell,
) -> None:
    dialog = opened(ExportDialog(context, window, ask=chooser.save), qtbot, settle)
    assert dialog.count.text() == "2 runs"
    assert dialog.save.hasFocus()
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Right)
    assert "scripts" in dialog._about.text()
    chooser.path = tmp_path / "out.json"
    while not dialog.save.hasFocus():
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Return)
    settle()
    assert chooser.suggested == ["maplehub-runs-2026-11-21.json"]
    assert len(list(read_rows(chooser.path))) == 2
    assert shell.toasts == ["Exported 2 runs to out.json"]
    assert gone(dialog)


def test_what_the_diary_shows(
    context: Context,
    stored: str,
    chooser: Chooser,
    window: QWidget,
    qtbot: QtBot,
    settle: Settle,
    tmp_path: Path,
) -> None:
    condition = DiaryFilter(show=Show.WITH_DROPS)
    dialog = opened(ExportDialog(context, window, condition, ask=chooser.save), qtbot, settle)
    assert dialog.count.text() == "1 run"
    chooser.path = tmp_path / "out.csv"
    press(Qt.Key.Key_Return)
    settle()
    assert [row.cells["boss"] for row in read_rows(chooser.path)] == ["hard-will"]


def test_with_no_runs_there_is_nothing_to_save(
    context: Context, chooser: Chooser, window: QWidget, qtbot: QtBot, settle: Settle
) -> None:
    dialog = opened(ExportDialog(context, window, DiaryFilter(), ask=chooser.save), qtbot, settle)
    assert dialog.count.text() == "There are no runs to export yet."
    assert not dialog.save.isEnabled()


def test_a_place_that_cannot_be_written(
    context: Context,
    stored: str,
    chooser: Chooser,
    window: QWidget,
    qtbot: QtBot,
    settle: Settle,
    tmp_path: Path,
) -> None:
    dialog = opened(ExportDialog(context, window, ask=chooser.save), qtbot, settle)
    (tmp_path / "file").write_text("")
    chooser.path = tmp_path / "file" / "out.csv"
    press(Qt.Key.Key_Return)
    settle()
    assert "could not be written" in dialog.error.text()
    assert dialog.error.isVisible()
    assert dialog.save.hasFocus()


def test_stopping_writes_no_file(
    context: Context,
    stored: str,
    chooser: Chooser,
    window: QWidget,
    qtbot: QtBot,
    settle: Settle,
    tmp_path: Path,
    shell: RecordingShell,
) -> None:
    dialog = opened(ExportDialog(context, window, ask=chooser.save), qtbot, settle)
    chooser.path = tmp_path / "out.csv"
    gate = threading.Event()
    context.background.database(gate.wait)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Escape)
    gate.set()
    settle()
    assert not chooser.path.exists()
    assert shell.toasts == []
    assert dialog.isVisible()
    assert dialog.stack.currentWidget() is dialog.form


def test_the_commands_open_the_dialogs(
    context: Context, stored: str, window: QWidget, settle: Settle
) -> None:
    register(context, window)
    for command, title in (("export", "Export runs"), ("import", "Import runs")):
        made = context.commands.get(command)
        assert (made.group, made.title) == ("Actions", title)
        made.run()
        settle()
        (dialog,) = [found for found in window.findChildren(QDialog) if found.isVisible()]
        assert dialog.windowTitle() == title
        dialog.close()
        settle()


def test_the_file_dialogs_answer(window: QWidget, tmp_path: Path) -> None:
    chosen: list[Path] = []
    ask_where_to_save(window, "runs.csv", chosen.append)
    ask_for_file(window, chosen.append)
    save, load = window.findChildren(QFileDialog)
    assert save.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert [Path(path).name for path in save.selectedFiles()] == ["runs.csv"]
    assert save.defaultSuffix() == "csv"
    assert load.fileMode() == QFileDialog.FileMode.ExistingFile
    save.fileSelected.emit(str(tmp_path / "a.csv"))
    load.reject()
    save.reject()
    assert chosen == [tmp_path / "a.csv"]
