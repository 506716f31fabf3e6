"""Deleting the account: the one thing nothing brings back, so the name is typed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget

from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.dialogs import DialogFoot
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.sync_words import host_of
from desktop.ui.theme.tokens import SPACE_L, SPACE_XL
from shared.errors import MapleHubError


class LeavingDialog(QDialog):
    """Says what goes and what stays."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Delete the account"))
        self._context = context
        account = context.syncing.state.account
        assert account is not None
        self._account_name = account.name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
        inner.setSpacing(SPACE_L)
        words = self.tr("Everything {0} keeps of {1} is removed at once and cannot be brought back.")
        inner.addWidget(label(words.format(host_of(account.server), account.name), wrap=True))
        inner.addWidget(
            label(self.tr("What is on this computer stays, and belongs to no account any more."), wrap=True)
        )
        self.name = QLineEdit()
        self.name.textChanged.connect(self._on_text)
        self.field = FormField(self.tr("Type {0} to confirm").format(account.name), self.name)
        inner.addWidget(self.field)
        column.addLayout(inner)
        cancel = button(self.tr("Cancel"), "quiet")
        cancel.clicked.connect(self.reject)
        self.delete = button(self.tr("Delete the account"), "danger", "trash")
        self.delete.setEnabled(False)
        self.delete.clicked.connect(self._delete)
        self.foot = DialogFoot(cancel, self.delete)
        column.addWidget(self.foot)
        self.resize(480, 280)
        self.name.setFocus()

    def _on_text(self, text: str) -> None:
        self.delete.setEnabled(text.strip() == self._account_name)

    def _delete(self) -> None:
        self.delete.setEnabled(False)
        self.foot.set_error("")
        name = self._account_name
        self._context.syncing.ask_account(
            lambda client: client.delete(name), self._deleted, self._not_deleted, owner=self
        )

    def _deleted(self, _nothing: object) -> None:
        self._context.syncing.account_deleted()
        self._context.shell.toast(self.tr("The account is deleted. Your data stays on this computer."))
        self.accept()

    def _not_deleted(self, error: Exception) -> None:
        self.delete.setEnabled(True)
        known = isinstance(error, MapleHubError)
        self.foot.set_error(str(error) if known else self.tr("Something went wrong; nothing was deleted."))
