"""What pages are given. Each presenter takes from it only what it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop.bridge.background import Background
from desktop.bridge.clans import Clans
from desktop.bridge.community import Community
from desktop.bridge.operations import Operations
from desktop.bridge.settings import SettingsStore
from desktop.bridge.syncing import Syncing
from desktop.bridge.ticker import Ticker
from desktop.services.characters import Character
from desktop.services.places import Places
from desktop.services.registry import Services
from desktop.ui.commands import CommandRegistry
from desktop.ui.pictures import Pictures
from desktop.ui.wardrobe import Wardrobe
from shared.catalog import Catalog


class Selection(QObject):
    """The characters there are and the one the player looks at.

    changed: another character is chosen, or its details changed. listed: the list of characters changed.
    """

    changed = Signal()
    listed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.characters: tuple[Character, ...] = ()
        self._chosen = ""

    @property
    def current(self) -> Character | None:
        """The chosen character; the main or first one when none was chosen; None when there are none."""
        for character in self.characters:
            if character.id == self._chosen:
                return character
        mains = (c for c in self.characters if c.is_main)
        return next(mains, next(iter(self.characters), None))

    def choose(self, character_id: str) -> None:
        """Look at another character."""
        if character_id != self._chosen:
            self._chosen = character_id
            self.changed.emit()

    def step(self, by: int) -> None:
        """The next or previous character in the list, around its ends."""
        if self.characters and self.current is not None:
            index = [c.id for c in self.characters].index(self.current.id)
            self.choose(self.characters[(index + by) % len(self.characters)].id)

    def set_characters(self, characters: tuple[Character, ...]) -> None:
        """Take over the list as the database has it."""
        before = self.current
        if characters != self.characters:
            self.characters = characters
            self.listed.emit()
            if self.current != before:
                self.changed.emit()


class Shell(Protocol):
    """What pages may ask of the window around them."""

    @property
    def places(self) -> Places:
        """Where the data lies."""

    def restore(self, backup: Path) -> None:
        """Go back to a backup and start anew on it; what is there now becomes a backup itself."""

    def go(self, page: str, **arguments: object) -> None:
        """Show a page; arguments reach its `open_with`."""

    def log_run(
        self, entry_id: str | None = None, character_id: str | None = None, run_id: str | None = None
    ) -> None:
        """Open the log dialog for a boss, or for editing a run."""

    def edit_character(self, character_id: str | None = None) -> None:
        """Open the dialog that makes (None) or changes a character."""

    def toast(
        self,
        text: str,
        action_text: str | None = None,
        on_action: Callable[[], object] | None = None,
        tone: str = "info",
    ) -> None:
        """Tell the player something in passing."""


@dataclass(frozen=True, slots=True)
class Context:
    """Everything a page can be built from."""

    services: Services
    catalog: Catalog
    background: Background
    operations: Operations
    ticker: Ticker
    selection: Selection
    settings: SettingsStore
    syncing: Syncing
    community: Community
    clans: Clans
    pictures: Pictures
    commands: CommandRegistry
    wardrobe: Wardrobe
    shell: Shell

    @property
    def today(self) -> date:
        """The UTC date at the last tick."""
        return self.ticker.today
