"""Export runs: which, as what, where to."""

from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.services.diary import DiaryFilter
from desktop.services.transfer.files import FileFormat
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.kit.progress import Progress, ProgressPanel
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import SPACE_L, SPACE_S, SPACE_XL
from desktop.ui.transfer.choosing import AskWhereToSave, ask_where_to_save
from desktop.ui.transfer.words import runs_text, suggested_name
from shared.errors import MapleHubError


class ExportDialog(QDialog):
    """condition: what the diary shows, offered beside everything. Esc stops a write; the file is then not made."""

    def __init__(
        self,
        context: Context,
        parent: QWidget | None,
        condition: DiaryFilter | None = None,
        *,
        ask: AskWhereToSave = ask_where_to_save,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Export runs"))
        self._context = context
        self._condition = condition if condition != DiaryFilter() else None
        self._ask = ask
        self._progress: Progress | None = None
        self.format = Segmented(self.tr("Format"), [(FileFormat.CSV, "CSV"), (FileFormat.JSON, "JSON")])
        self.format.changed.connect(self._describe)
        self.scope = Segmented(
            self.tr("Runs"),
            [(None, self.tr("Everything")), (self._condition, self.tr("What the diary shows"))],
        )
        self.scope.changed.connect(self._count_again)
        self._scope_field = FormField(self.tr("Runs"), self.scope)
        self._scope_field.setVisible(self._condition is not None)
        if self._condition is not None:
            self.scope.set_value(self._condition)
        self._format_field = FormField(self.tr("Format"), self.format)
        self._about = label("", "caption", "muted", wrap=True)
        self.count = label("", "strong")
        form = QWidget()
        fields = QVBoxLayout(form)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.setSpacing(SPACE_L)
        for widget in (self._scope_field, self._format_field, self._about, self.count):
            fields.addWidget(widget)
        fields.addStretch(1)
        self.form = form
        self.working = ProgressPanel()
        self.stack = QStackedWidget()
        self.stack.addWidget(form)
        self.stack.addWidget(self.working)
        self.error = label("", "body", "error", wrap=True)
        self.error.hide()
        self.cancel = button(self.tr("Cancel"), "quiet")
        self.cancel.clicked.connect(self.reject)
        self.save = button(self.tr("Save as…"), "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.stack, 1)
        column.addWidget(self.error)
        column.addLayout(row)
        self.resize(480, 312 if self._condition is not None else 248)
        self._describe()
        self._count_again()
        self.save.setFocus()

    def write(self, path: Path) -> None:
        """Write the chosen runs there."""
        if self._progress is not None:
            return
        condition = self._wanted()
        progress = Progress(self._context.operations)
        progress.moved.connect(self.working.show_share)
        self._progress = progress
        self.error.hide()
        self.save.hide()
        self.working.begin(self.tr("Writing {0}").format(path.name))
        self.stack.setCurrentWidget(self.working)
        self.cancel.setFocus()
        transfer = self._context.services.transfer
        # Without an owner: a file that was written is told even when the dialog is gone.
        self._context.background.database(
            lambda: transfer.export(path, condition, report=progress.report, cancelled=progress.stopped),
            partial(_written, self, self._context, progress, path),
            partial(_failed, self, self._context, progress),
        )

    def reject(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self.working.begin(self.tr("Stopping"))
            self.cancel.setEnabled(False)
            return
        super().reject()

    def write_ended(self, error: Exception | None, *, done: bool) -> None:
        """The write is over: done, stopped or failed."""
        self._progress = None
        if done:
            self.accept()
            return
        self.cancel.setEnabled(True)
        self.save.show()
        self.stack.setCurrentWidget(self.form)
        self.save.setFocus()
        if error is not None:
            self.error.setText(str(error))
            self.error.show()

    def _wanted(self) -> DiaryFilter:
        chosen = self.scope.value()
        return chosen if isinstance(chosen, DiaryFilter) else DiaryFilter()

    def _choose(self) -> None:
        ending = str(self.format.value())
        self._ask(self, suggested_name(self._context.today, ending), self.write)

    def _describe(self, _value: object = None) -> None:
        csv = self.format.value() is FileFormat.CSV
        self._about.setText(
            self.tr("Opens in every spreadsheet. Importing it again loses nothing.")
            if csv
            else self.tr("For other programs and scripts. Importing it again loses nothing.")
        )

    def _count_again(self, _value: object = None) -> None:
        diary, wanted = self._context.services.diary, self._wanted()
        self.save.setEnabled(False)
        self._context.background.database(
            lambda: (wanted, len(diary.rows(wanted))), self._counted, self._uncounted, owner=self
        )

    def _counted(self, found: tuple[DiaryFilter, int]) -> None:
        wanted, count = found
        if wanted == self._wanted():
            none = self.tr("There are no runs to export yet.")
            if wanted != DiaryFilter():
                none = self.tr("The diary shows no runs at the moment.")
            self.count.setText(runs_text(count) if count else none)
            self.save.setEnabled(count > 0)
            if count:
                self.save.setFocus()

    def _uncounted(self, error: Exception) -> None:
        self.write_ended(error, done=False)


def _written(dialog: ExportDialog, context: Context, progress: Progress, path: Path, count: int) -> None:
    progress.deleteLater()
    if count:
        said = context.operations.tr("Exported {0} to {1}").format(runs_text(count), path.name)
        folder = QUrl.fromLocalFile(str(path.parent))
        context.shell.toast(
            said, context.operations.tr("Open folder"), partial(QDesktopServices.openUrl, folder), "success"
        )
    if shiboken6.isValid(dialog):
        dialog.write_ended(None, done=count > 0)


def _failed(dialog: ExportDialog, context: Context, progress: Progress, error: Exception) -> None:
    progress.deleteLater()
    if not isinstance(error, MapleHubError):
        context.background.crashed.emit(error)
        error = MapleHubError("Something went wrong; no file was written.")
    if shiboken6.isValid(dialog):
        dialog.write_ended(error, done=False)
