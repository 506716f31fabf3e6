"""Files to import, and choosers that answer at once."""

from collections.abc import Callable
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote
from tests.desktop.conftest import NOW

HEAD = "character,world,boss,date,party_size,cleared,drop_note,drops,note"
MIXED = (
    "Aria,Kronos,Hard Lucid,2026-11-19,1,yes,nothing,,",
    "Aria,Kronos,Hard Will,2026-11-20,2,yes,,,",
    "Aria,Kronos,Normal Damien,2026-11-20,1,yes,,,first try",
    "Bob,Bera,Hard Lucid,2026-11-19,1,no,,,out of time",
    "Aria,Kronos,Lord of Bugs,2026-11-19,1,yes,,,",
    "Aria,Kronos,Hard Lotus,soon,1,yes,,,",
)
"""With what `stored` holds: one already there, one that differs, two new ones, two wrong ones."""


class Chooser:
    """Stands in for the file dialogs; answers with `path`, or not at all."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self.suggested: list[str] = []

    def open(self, _parent: QWidget, chosen: Callable[[Path], None]) -> None:
        if self.path is not None:
            chosen(self.path)

    def save(self, _parent: QWidget, name: str, chosen: Callable[[Path], None]) -> None:
        self.suggested.append(name)
        if self.path is not None:
            chosen(self.path)


def gone(dialog: QDialog) -> bool:
    """Whether a dialog has closed; it deletes itself then."""
    return not shiboken6.isValid(dialog) or not dialog.isVisible()


@pytest.fixture
def window(themed: QApplication, qtbot: QtBot) -> QWidget:
    """What dialogs belong to."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


@pytest.fixture
def chooser() -> Chooser:
    return Chooser()


@pytest.fixture
def stored(services: Services, character: str, context: Context) -> str:
    """Two clears of Aria's; her id."""
    day = NOW.date().replace(day=19)
    services.runs.log(RunDraft(character, "hard-lucid", day, drop_note=DropNote.NOTHING))
    item = next(iter(services.catalog.items))
    drops = (Drop(item, 2),)
    services.runs.log(
        RunDraft(character, "hard-will", day.replace(day=20), 3, drop_note=DropNote.LIST, drops=drops)
    )
    context.selection.set_characters(tuple(services.characters.all()))
    return character


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A file with rows in every state."""
    path = tmp_path / "guild friends.csv"
    path.write_text("\n".join((HEAD, *MIXED)), encoding="utf-8")
    return path
