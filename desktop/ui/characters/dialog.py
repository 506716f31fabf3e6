"""Make, change or remove a character."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.characters.form import CharacterForm
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_L, SPACE_S, SPACE_XL


class CharacterDialog(QDialog):
    """Enter saves. Removing can be undone, so it does not ask."""

    def __init__(self, context: Context, parent: QWidget, character_id: str | None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._saving = False
        self._character = next((c for c in context.selection.characters if c.id == character_id), None)
        self.setWindowTitle(self.tr("Edit character") if self._character else self.tr("Add a character"))
        self.form = CharacterForm(context.catalog)
        self.main = QCheckBox(self.tr("This is my main character"))
        self.error = label("", "body", "error", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.form)
        column.addWidget(self.main)
        column.addWidget(self.error)
        column.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        if self._character is not None:
            self.form.show_character(self._character)
            self.main.setChecked(self._character.is_main)
            remove = button(
                self.tr("Remove"), "danger", "trash", hint=self.tr("Its runs come back with undo")
            )
            remove.clicked.connect(self._remove)
            row.addWidget(remove)
        row.addStretch(1)
        cancel = button(self.tr("Cancel"), "quiet")
        cancel.clicked.connect(self.reject)
        save = button(self.tr("Save") if self._character else self.tr("Add"), "primary")
        save.setDefault(True)
        save.clicked.connect(self._save)
        row.addWidget(cancel)
        row.addWidget(save)
        column.addLayout(row)
        self.form.name.setFocus()
        self.resize(520, 320)

    def _save(self) -> None:
        if self._saving:
            return
        self._saving = True
        name, world, job, level = self.form.values()
        characters, main = self._context.services.characters, self.main.isChecked()
        operations = self._context.operations
        if self._character is None:
            operations.perform(
                lambda: characters.create(name, world, job=job, level=level, is_main=main),
                self._added,
                self._refused,
                owner=self,
            )
        else:
            known = self._character.id
            operations.perform(
                lambda: characters.change(known, name, world, job=job, level=level, is_main=main),
                self._done,
                self._refused,
                owner=self,
            )

    def _remove(self) -> None:
        assert self._character is not None
        if self._saving:
            return
        self._saving = True
        characters, known = self._context.services.characters, self._character.id
        self._context.operations.perform(
            lambda: characters.remove(known), self._done, self._refused, owner=self
        )

    def _added(self, character_id: str) -> None:
        self._context.selection.choose(character_id)
        self.accept()

    def _done(self, _result: object) -> None:
        self.accept()

    def _refused(self, error: Exception) -> None:
        self._saving = False
        self.error.setText("" if self.form.show_error(error) else str(error))
