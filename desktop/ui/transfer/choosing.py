"""Asking for a file, without waiting: the answer arrives by a call."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

Chosen = Callable[[Path], None]
AskForFile = Callable[[QWidget, Chosen], None]
"""parent, what to call with the file; nothing is called when the person changes their mind."""
AskWhereToSave = Callable[[QWidget, str, Chosen], None]
"""parent, the suggested file name with its ending, what to call with the file."""


def ask_for_file(parent: QWidget, chosen: Chosen) -> None:
    """Which file to read."""
    dialog = _dialog(parent, parent.tr("Import runs"), chosen)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([parent.tr("Runs (*.csv *.json)"), parent.tr("All files (*)")])
    dialog.open()


def ask_where_to_save(parent: QWidget, name: str, chosen: Chosen) -> None:
    """Where to write; the system asks before it replaces a file."""
    dialog = _dialog(parent, parent.tr("Export runs"), chosen)
    ending = name.rsplit(".", 1)[-1]
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([f"{ending.upper()} (*.{ending})"])
    dialog.setDefaultSuffix(ending)
    dialog.selectFile(name)
    dialog.open()


def _dialog(parent: QWidget, title: str, chosen: Chosen) -> QFileDialog:
    places = QStandardPaths.StandardLocation.DocumentsLocation
    dialog = QFileDialog(parent, title, QStandardPaths.writableLocation(places))
    if QGuiApplication.platformName() == "offscreen":
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)

    def answer(path: str) -> None:
        chosen(Path(path))

    dialog.fileSelected.connect(answer)
    dialog.finished.connect(dialog.deleteLater)
    return dialog
