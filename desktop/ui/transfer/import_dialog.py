"""Import runs: choose a file, see what it would do, do it."""

from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.background import Job
from desktop.services.transfer.transfer import Preview
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.kit.progress import Progress, ProgressPanel
from desktop.ui.kit.states import EmptyState
from desktop.ui.kit.toast import announce
from desktop.ui.theme.tokens import SPACE_L, SPACE_S, SPACE_XL
from desktop.ui.transfer.choosing import AskForFile, ask_for_file
from desktop.ui.transfer.drop_zone import DropZone
from desktop.ui.transfer.preview import PreviewPanel
from desktop.ui.transfer.words import runs_text
from shared.errors import MapleHubError


class ImportDialog(QDialog):
    """Nothing changes before its primary button. Esc stops what is under way, and leaves once nothing is."""

    def __init__(self, context: Context, parent: QWidget | None, *, ask: AskForFile = ask_for_file) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import runs"))
        self.setAcceptDrops(True)
        self._context = context
        self._ask = ask
        self._job: Job | None = None
        self._progress: Progress | None = None
        self._preview: Preview | None = None
        self.zone = DropZone()
        self.zone.asked.connect(self._choose)
        self.working = ProgressPanel()
        self.panel = PreviewPanel(context.catalog)
        self.panel.changed.connect(self._name_button)
        self.failure: EmptyState | None = None
        self.stack = QStackedWidget()
        for part in (self.zone, self.working, self.panel):
            self.stack.addWidget(part)
        self.error = label("", "body", "error", wrap=True)
        self.safety = label(
            self.tr("A backup is made first, and one undo takes everything back."), "caption", "muted"
        )
        self.other = button(self.tr("Other file…"), "quiet")
        self.other.clicked.connect(self._choose)
        self.cancel = button(self.tr("Cancel"), "quiet")
        self.cancel.clicked.connect(self.reject)
        self.go = button(self.tr("Import"), "primary")
        self.go.clicked.connect(self._import)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.safety)
        row.addStretch(1)
        for control in (self.other, self.cancel, self.go):
            row.addWidget(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_L)
        column.setSpacing(SPACE_L)
        column.addWidget(self.stack, 1)
        column.addWidget(self.error)
        column.addLayout(row)
        self.resize(1040, 660)
        self._show(self.zone)
        self.zone.choose.setFocus()

    def read(self, path: Path) -> None:
        """Look into a file."""
        if self._progress is not None:
            return
        if self._job is not None:
            self._job.cancel()
        transfer = self._context.services.transfer
        self.working.begin(self.tr("Reading {0}").format(path.name))
        self._show(self.working)
        self.cancel.setFocus()
        self._job = self._context.background.database_job(
            lambda job: transfer.preview(path, report=job.report, cancelled=lambda: job.cancelled),
            self._read,
            self._unreadable,
            owner=self,
        )
        self._job.on_progress = self.working.show_share

    def reject(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self.working.begin(self.tr("Stopping; nothing will be changed"))
            self.cancel.setEnabled(False)
            return
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self._show(self.zone if self._preview is None else self.panel)
            return
        super().reject()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None:
            self.zone.set_hovered(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self.zone.set_hovered(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.zone.set_hovered(False)
        path = self._dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.read(path)

    def _dropped(self, event: QDropEvent) -> Path | None:
        """The one file that hangs over the dialog, unless a write is under way."""
        urls = event.mimeData().urls()
        if self._progress is not None or len(urls) != 1 or not urls[0].isLocalFile():
            return None
        return Path(urls[0].toLocalFile())

    def _choose(self) -> None:
        self._ask(self, self.read)

    def _read(self, preview: Preview) -> None:
        self._job = None
        self._preview = preview
        self.panel.show_preview(preview)
        self._show(self.panel)
        (self.go if self.go.isEnabled() else self.other).setFocus()
        announce(self, self.panel.name.text())

    def _unreadable(self, error: Exception) -> None:
        self._job = None
        self._preview = None
        if not isinstance(error, MapleHubError):
            self._context.background.crashed.emit(error)
            error = MapleHubError(self.tr("This file could not be read."), self.tr("Nothing was changed."))
        if self.failure is not None:
            self.stack.removeWidget(self.failure)
            self.failure.deleteLater()
        words = f"{error.message} {error.action}".strip()
        self.failure = EmptyState(
            "could_not_load", self.tr("This file cannot be imported"), words, self.tr("Choose another file…")
        )
        self.failure.action.connect(self._choose)
        self.stack.addWidget(self.failure)
        self._show(self.failure)
        assert self.failure.action_button is not None
        self.failure.action_button.setFocus()
        announce(self, words, urgent=True)

    def _import(self) -> None:
        preview, overwrite = self._preview, self.panel.overwrite
        if preview is None or self._progress is not None:
            return
        # Not the dialog's child: should the window close, the write still ends in order and is told.
        progress = Progress(self._context.operations)
        progress.moved.connect(self.working.show_share)
        self._progress = progress
        self.working.begin(self.tr("Importing {0}").format(runs_text(self.panel.count())))
        self._show(self.working)
        self.cancel.setFocus()
        transfer, backups = self._context.services.transfer, self._context.shell.places.backups
        self._context.operations.perform(
            lambda: transfer.run(
                preview, backups, overwrite=overwrite, report=progress.report, cancelled=progress.stopped
            ),
            partial(_ended, self, progress, None),
            partial(_ended, self, progress),
        )

    def import_ended(self, error: MapleHubError | None) -> None:
        """The write is over: done, stopped or refused."""
        stopped = self._progress is not None and self._progress.stopped()
        self._progress = None
        self.cancel.setEnabled(True)
        if error is None and not stopped:
            self.accept()
            return
        self._show(self.panel)
        self.go.setFocus()
        if error is not None:
            self.error.setText(str(error))
            self.error.show()
            announce(self, str(error), urgent=True)

    def _show(self, part: QWidget) -> None:
        self.stack.setCurrentWidget(part)
        self.error.hide()
        in_preview = part is self.panel
        for widget in (self.safety, self.other, self.go):
            widget.setVisible(in_preview)
        self.go.setDefault(in_preview)
        self.zone.choose.setDefault(part is self.zone)
        self._name_button()

    def _name_button(self) -> None:
        """The button says what it will do."""
        count = self.panel.count()
        text = self.tr("Import {0}").format(runs_text(count)) if count else self.tr("Nothing to import")
        self.go.setText(text)
        self.go.setAccessibleName(text)
        self.go.setEnabled(count > 0)


def _ended(
    dialog: ImportDialog, progress: Progress, error: MapleHubError | None, _changes: object = None
) -> None:
    progress.deleteLater()
    if shiboken6.isValid(dialog):
        dialog.import_ended(error)
