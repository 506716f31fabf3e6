"""Shown instead of the pages when the data cannot be opened: what happened, and what can be done."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.background import Background
from desktop.services.places import Places
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import EmptyState
from desktop.ui.theme.tokens import SPACE_M, SPACE_XL
from shared.errors import DatabaseCorruptError, MapleHubError


class TroublePage(QWidget):
    """try_again: the person mended something and wants another go."""

    try_again = Signal()

    def __init__(
        self, error: Exception, places: Places, background: Background, now: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._places = places
        self._background = background
        self._now = now
        known = isinstance(error, MapleHubError)
        message = str(error) if known else self.tr("An unexpected error: {0}").format(repr(error))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        self.state = EmptyState("could_not_load", self.tr("Your data could not be opened"), message)
        column.addStretch(2)
        column.addWidget(self.state)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addStretch(1)
        again = button(self.tr("Try again"), "primary")
        again.clicked.connect(self.try_again)
        folder = button(self.tr("Open the data folder"), "plain", "external")
        folder.clicked.connect(self._open_folder)
        self.restore_button = button(self.tr("Restore the newest backup"), "plain", "undo")
        self.restore_button.clicked.connect(self._restore)
        self.restore_button.setVisible(isinstance(error, DatabaseCorruptError) and self._newest() is not None)
        for made in (again, self.restore_button, folder):
            row.addWidget(made)
        row.addStretch(1)
        column.addLayout(row)
        self._answer = label("", "body", "error", wrap=True)
        self._answer.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._answer)
        column.addStretch(3)

    def _newest(self) -> object:
        from desktop.storage import backups

        found = backups.listing(self._places.backups)
        return found[0].path if found else None

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._places.data)))

    def _restore(self) -> None:
        places, now = self._places, self._now()

        def work() -> None:
            from desktop.storage import backups

            newest = backups.listing(places.backups)[0].path
            backups.restore(newest, places.database, places.backups, now)

        self.restore_button.setEnabled(False)
        self._background.database(work, self._restored, self._not_restored, owner=self)

    def _restored(self, _nothing: object) -> None:
        self.try_again.emit()

    def _not_restored(self, error: Exception) -> None:
        self.restore_button.setEnabled(True)
        self._answer.setText(str(error))
