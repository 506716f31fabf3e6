"""The player's characters: add, edit, order."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.services.characters import Character
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.kit.placeholders import Placeholder
from desktop.ui.settings.section import SettingsSection
from desktop.ui.theme.tokens import SPACE_M, SPACE_XS


class CharactersSection(SettingsSection):
    """A row per character, in the order they have everywhere."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        add = button(self.tr("Add a character"), "primary", "plus")
        add.clicked.connect(partial(context.shell.edit_character, None))
        self._card = Card(self.tr("Characters"), add)
        self.column.addWidget(self._card)
        self._rows: list[QWidget] = []
        context.selection.listed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the list as it is now."""
        for row in self._rows:
            self._card.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        characters = self._context.selection.characters
        self._rows = [self._row(c, index, len(characters)) for index, c in enumerate(characters)]
        if not characters:
            self._rows = [label(self.tr("No character yet."), "body", "muted")]
        for row in self._rows:
            self._card.add(row)

    def _row(self, character: Character, index: int, count: int) -> QWidget:
        catalog = self._context.catalog
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        line.setSpacing(SPACE_M)
        tile = Placeholder(character.name, "character", 32)
        line.addWidget(tile)
        line.addWidget(label(character.name, "strong"))
        world = catalog.worlds.get(character.world)
        job = catalog.jobs.get(character.job or "")
        parts = [
            self.tr("level {0}").format(character.level) if character.level else "",
            job.name if job else "",
            world.name if world else character.world,
            self.tr("main") if character.is_main else "",
        ]
        line.addWidget(label(" · ".join(part for part in parts if part), "body", "muted"), 1)
        up = IconButton("chevron-up", self.tr("Move {0} up").format(character.name))
        up.setEnabled(index > 0)
        up.clicked.connect(partial(self._move, index, -1))
        down = IconButton("chevron-down", self.tr("Move {0} down").format(character.name))
        down.setEnabled(index < count - 1)
        down.clicked.connect(partial(self._move, index, 1))
        edit = IconButton("edit", self.tr("Edit {0}").format(character.name))
        edit.clicked.connect(partial(self._context.shell.edit_character, character.id))
        for made in (up, down, edit):
            line.addWidget(made)
        return row

    def _move(self, index: int, step: int) -> None:
        order = [c.id for c in self._context.selection.characters]
        order.insert(index + step, order.pop(index))
        characters = self._context.services.characters
        self._context.operations.perform(lambda: characters.reorder(order), quiet=True)
