"""What the server knows: where the player is signed in, and the way to take everything along or to leave."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.sync_state import SyncState
from desktop.services.places import write_atomically
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import LoadingState
from desktop.ui.settings.section import SettingsSection
from desktop.ui.theme.tokens import CONTROL, SPACE_L, SPACE_M, SPACE_XS
from desktop.ui.words import local_time
from shared.api.auth import SessionInfo
from shared.errors import MapleHubError

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.account import AccountClient


class OnlineCards(QWidget):
    """Shown while somebody is signed in; asked for anew each time it comes into view."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._syncing = context.syncing
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_L)
        self.others = button(self.tr("Sign out everywhere else"), "quiet")
        self.others.clicked.connect(self._end_others)
        self.others.setEnabled(False)
        self._sessions = Card(self.tr("Where you are signed in"), self.others)
        self._rows: list[QWidget] = []
        self._account = ""
        column.addWidget(self._sessions)
        self.download = button(self.tr("Download…"), "plain", "download")
        self.download.clicked.connect(self._download)
        self.delete = button(self.tr("Delete…"), "danger", "trash")
        self.delete.clicked.connect(self._delete)
        data = Card(self.tr("Your data on the server"))
        data.add(
            SettingsSection.row(
                self.tr("Take everything along"),
                self.tr("All the server has of you, as one JSON file."),
                self.download,
            )
        )
        data.add(
            SettingsSection.row(
                self.tr("Delete the account"),
                self.tr("Everything on the server goes at once. What is on your computers stays there."),
                self.delete,
            )
        )
        column.addWidget(data)
        self._syncing.changed.connect(self._on_state)
        self._on_state(self._syncing.state)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.load()

    def load(self) -> None:
        """Ask the server where the player is signed in."""
        if not self._rows:
            self._put([LoadingState(self.tr("Asking the server"), rows=2)])
        self._syncing.ask_account(
            lambda client: client.sessions(), self.show_sessions, self._not_loaded, owner=self
        )

    def _on_state(self, state: SyncState) -> None:
        account = f"{state.account}" if state.signed_in else ""
        if account != self._account:
            self._account = account
            self._put([])
            if self.isVisible():
                self.load()
        self.setVisible(state.signed_in)

    def show_sessions(self, sessions: list[SessionInfo]) -> None:
        """Show these."""
        self._put([self._row(session) for session in sessions])
        self.others.setEnabled(len(sessions) > 1)

    def _not_loaded(self, error: Exception) -> None:
        again = button(self.tr("Try again"), "plain", "refresh")
        again.clicked.connect(self.load)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_M)
        line.addWidget(label(self._sentence(error), "body", "muted", wrap=True), 1)
        line.addWidget(again)
        self._put([row])
        self.others.setEnabled(False)

    def _row(self, session: SessionInfo) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        line.setSpacing(SPACE_M)
        row.setMinimumHeight(CONTROL + 2 * SPACE_XS)
        line.addWidget(label(session.device or self.tr("Unnamed"), "strong"))
        kind = self.tr("browser") if session.client == "web" else self.tr("desktop")
        if session.current:
            words = self.tr("{0}, this one").format(kind)
        else:
            seen = local_time(self._context.ticker.now(), session.seen_at)
            words = self.tr("{0}, last seen {1}").format(kind, seen)
        line.addWidget(label(words, "body", "muted"), 1)
        if not session.current:
            end = button(self.tr("End"), "quiet")
            end.setAccessibleName(self.tr("End the session on {0}").format(session.device))
            end.clicked.connect(partial(self._end, session.id))
            line.addWidget(end)
        return row

    def _end(self, session_id: str) -> None:
        self._ask(lambda client: client.revoke(session_id))

    def _end_others(self) -> None:
        self._ask(lambda client: client.revoke_others())

    def _ask(self, work: Any) -> None:
        self._syncing.ask_account(work, lambda _: self.load(), self._refused, owner=self)

    def _download(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        name = f"maplehub-{self._context.today:%Y-%m-%d}.json"
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save everything"), str(Path(folder) / name), "JSON (*.json)"
        )
        if path:
            self.download_to(Path(path))

    def download_to(self, path: Path) -> None:
        """Save all the server has to a file."""
        self.download.setEnabled(False)

        def work(client: "AccountClient") -> Path:
            content = json.dumps(client.export(), ensure_ascii=False, indent=2).encode()
            try:
                write_atomically(path, content)
            except OSError as error:
                raise MapleHubError(
                    f"The file cannot be written ({error.strerror}).", "Choose another place."
                ) from error
            return path

        self._syncing.ask_account(work, self._downloaded, self._not_downloaded, owner=self)

    def _downloaded(self, path: Path) -> None:
        self.download.setEnabled(True)
        self._context.shell.toast(self.tr("Saved as {0}").format(path.name), tone="success")

    def _not_downloaded(self, error: Exception) -> None:
        self.download.setEnabled(True)
        self._refused(error)

    def _delete(self) -> None:
        from desktop.ui.settings.account.leaving import LeavingDialog

        LeavingDialog(self._context, self.window()).open()

    def _refused(self, error: Exception) -> None:
        self._context.shell.toast(self._sentence(error), tone="error")

    def _sentence(self, error: Exception) -> str:
        if isinstance(error, MapleHubError):
            return str(error)
        self._context.background.crashed.emit(error)
        return self.tr("Something went wrong.")

    def _put(self, rows: list[QWidget]) -> None:
        for row in self._rows:
            self._sessions.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = rows
        for row in rows:
            self._sessions.add(row)
