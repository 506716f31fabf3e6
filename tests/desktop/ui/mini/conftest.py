"""The mini window over a real database."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.mini.window import MiniWindow


@pytest.fixture
def geometry(tmp_path: Path) -> QSettings:
    """Where positions are kept."""
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def planned(services: Services, character: str) -> str:
    """Aria plans three weekly bosses; her id."""
    for entry in ("hard-lucid", "hard-damien", "hard-lotus"):
        services.plans.set(character, entry, 2)
    return character


@pytest.fixture
def open_mini(
    context: Context, geometry: QSettings, qtbot: QtBot, settle: Callable[[], None]
) -> Callable[[], MiniWindow]:
    """Open the window as the command does, with what the database has now."""

    def build() -> MiniWindow:
        context.selection.set_characters(tuple(context.services.characters.all()))
        made = MiniWindow(context, geometry)
        qtbot.addWidget(made)
        made.appear()
        settle()
        return made

    return build
