"""Add tasks from the game's list or of one's own; change an own one."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from desktop.services.tasks import Task
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.tasks.form import TaskForm
from desktop.ui.tasks.templates import TemplateChooser
from desktop.ui.theme.tokens import SPACE_L, SPACE_S, SPACE_XL
from shared.errors import MapleHubError


class AddTasksDialog(QDialog):
    """Enter adds what is ticked, or the own task, whichever part is open."""

    def __init__(self, context: Context, parent: QWidget, *, own: bool = False) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Add tasks"))
        self._context = context
        self.templates = TemplateChooser(context)
        self.form = TaskForm(context)
        self.error = label("", "body", "error", wrap=True)
        self.error.hide()
        self.parts = QTabWidget()
        self.parts.setDocumentMode(True)
        self.parts.setAccessibleName(self.tr("Kind of task"))
        for widget, title in ((self.templates, self.tr("From the game")), (self.form, self.tr("Your own"))):
            page = QWidget()
            around = QVBoxLayout(page)
            around.setContentsMargins(0, SPACE_L, 0, 0)
            around.addWidget(widget)
            self.parts.addTab(page, title)
        self.cancel = button(self.tr("Cancel"), "quiet")
        self.cancel.clicked.connect(self.reject)
        self.add = button(self.tr("Add"), "primary")
        self.add.setDefault(True)
        self.add.clicked.connect(self._add)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.parts, 1)
        column.addWidget(self.error)
        column.addLayout(row)
        self.templates.changed.connect(self._name_button)
        self.parts.currentChanged.connect(self._name_button)
        self.resize(640, 640)
        self.parts.setCurrentIndex(1 if own else 0)
        self._name_button()
        (self.form.name if own else self.templates.search).setFocus()

    def _name_button(self, _value: int = 0) -> None:
        """The button says what it will do."""
        if self.parts.currentIndex() == 1:
            text, usable = self.tr("Add the task"), True
        else:
            count = len(self.templates.chosen())
            one, many = self.tr("Add 1 task"), self.tr("Add {0} tasks")
            text = self.tr("Add") if not count else one if count == 1 else many.format(count)
            usable = count > 0
        self.add.setText(text)
        self.add.setAccessibleName(text)
        self.add.setEnabled(usable)

    def _add(self) -> None:
        tasks, operations = self._context.services.tasks, self._context.operations
        if self.parts.currentIndex() == 1:
            draft = self.form.draft()
            operations.perform(lambda: tasks.create(draft), self._done, self.form.show_error, owner=self)
        else:
            slugs, character = self.templates.chosen(), self.templates.current.id
            operations.perform(
                lambda: tasks.add_templates(slugs, character), self._done, self._refused, owner=self
            )

    def _done(self, _value: object) -> None:
        self.accept()

    def _refused(self, error: MapleHubError) -> None:
        self.error.setText(str(error))
        self.error.show()


class EditTaskDialog(QDialog):
    """Enter saves. Removing can be undone, so it does not ask."""

    def __init__(self, context: Context, parent: QWidget, task: Task) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Edit task"))
        self._context = context
        self._task = task.id
        self.form = TaskForm(context)
        self.form.show_task(task)
        self.remove = button(self.tr("Remove"), "danger", "trash", hint=self.tr("Comes back with undo"))
        self.remove.clicked.connect(self._remove)
        cancel = button(self.tr("Cancel"), "quiet")
        cancel.clicked.connect(self.reject)
        self.save = button(self.tr("Save"), "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self._save)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.remove)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.form, 1)
        column.addLayout(row)
        self.resize(520, 360)
        self.form.name.setFocus()
        self.form.name.selectAll()

    def _save(self) -> None:
        tasks, task, draft = self._context.services.tasks, self._task, self.form.draft()
        self._context.operations.perform(
            lambda: tasks.change(task, draft), self._done, self.form.show_error, owner=self
        )

    def _remove(self) -> None:
        tasks, task = self._context.services.tasks, self._task
        self._context.operations.perform(
            lambda: tasks.remove(task), self._done, self.form.show_error, owner=self
        )

    def _done(self, _value: object) -> None:
        self.accept()
