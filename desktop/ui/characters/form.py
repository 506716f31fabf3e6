"""The fields of a character, for the dialog and for the first start."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from desktop.services.characters import Character
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.inputs import spin
from desktop.ui.theme.tokens import SPACE_L, SPACE_M
from shared.catalog import Catalog
from shared.characters import MAX_LEVEL
from shared.errors import Conflict, InvalidInput
from shared.tracking import MAX_NAME_LENGTH, WorldType


class CharacterForm(QWidget):
    """Name, world, job, level."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_NAME_LENGTH)
        self.world = QComboBox()
        for world in catalog.worlds.values():
            kind = self.tr("heroic") if world.world_type is WorldType.HEROIC else self.tr("interactive")
            self.world.addItem(f"{world.name} ({kind})", world.slug)
        self.job = QComboBox()
        self.job.addItem(self.tr("Not told"), None)
        for job in sorted(catalog.jobs.values(), key=lambda job: job.name):
            self.job.addItem(job.name, job.slug)
        self.job.setMaxVisibleItems(16)
        self.level = spin(0, MAX_LEVEL, 260, self.tr("Level"))
        self.level.setSpecialValueText(self.tr("Not told"))
        self.fields = {
            "name": FormField(self.tr("Character name"), self.name),
            "world": FormField(self.tr("World"), self.world),
            "job": FormField(self.tr("Job"), self.job),
            "level": FormField(self.tr("Level"), self.level),
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_M)
        for index, field in enumerate(self.fields.values()):
            grid.addWidget(field, index // 2, index % 2, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def show_character(self, character: Character) -> None:
        """Fill in what is known."""
        self.name.setText(character.name)
        self.world.setCurrentIndex(self.world.findData(character.world))
        self.job.setCurrentIndex(max(0, self.job.findData(character.job)))
        self.level.setValue(character.level or 0)

    def values(self) -> tuple[str, str, str | None, int | None]:
        """Name, world, job and level as entered."""
        return (
            self.name.text(),
            str(self.world.currentData()),
            self.job.currentData(),
            self.level.value() or None,
        )

    def clear_errors(self) -> None:
        """Forget what was wrong."""
        for field in self.fields.values():
            field.set_error("")

    def show_error(self, error: Exception) -> bool:
        """Show an error under its field; False when it belongs to none."""
        self.clear_errors()
        name = (
            error.field if isinstance(error, InvalidInput) else "name" if isinstance(error, Conflict) else ""
        )
        if name not in self.fields:
            return False
        self.fields[name].set_error(str(error))
        self.fields[name].control.setFocus()
        return True
