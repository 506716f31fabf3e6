"""The dialogs of clans: each asks for one change, stays open while it is made, and says why it was refused."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.context import Context
from desktop.ui.kit.buttons import ButtonKind, button
from desktop.ui.kit.containers import ScrollArea
from desktop.ui.kit.dialogs import DialogFoot
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_XL
from shared.api.contests import MAX_REASON
from shared.errors import InvalidInput, MapleHubError

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

_LEAST_REASON = 3
_TEXT_HEIGHT = 96


class ChangeDialog(QDialog):
    """made: what the server answered. Subclasses fill `column` and implement `change`.

    fields: a field of the form by the name the server calls it, so that its refusals stand where they belong.
    """

    made = Signal(object)

    def __init__(
        self,
        context: Context,
        title: str,
        confirm: str,
        parent: QWidget,
        *,
        touches: Iterable[str],
        kind: ButtonKind = "primary",
        scrolls: bool = False,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.context = context
        self.fields: dict[str, FormField] = {}
        self._touches = frozenset(touches)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        if scrolls:
            area = ScrollArea(max_width=900)
            self.column = area.body
            self.column.setSpacing(SPACE_M)
            outer.addWidget(area, 1)
        else:
            inner = QVBoxLayout()
            inner.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_L)
            inner.setSpacing(SPACE_M)
            self.column = inner
            outer.addLayout(inner, 1)
        self.cancel = button(self.tr("Cancel"), "quiet")
        self.cancel.clicked.connect(self.reject)
        self.confirm = button(confirm, kind)
        self.confirm.clicked.connect(self.submit)
        self.foot = DialogFoot(self.cancel, self.confirm)
        outer.addWidget(self.foot)

    def change(self) -> "Callable[[ClansClient], Any] | None":
        """What is asked of the server; None where the form says itself what is missing."""
        raise NotImplementedError

    def words(self, text: str) -> None:
        """Add a paragraph."""
        self.column.addWidget(label(text, wrap=True))

    def submit(self, _checked: object = False) -> None:
        """Ask for the change."""
        for field in self.fields.values():
            field.set_error("")
        self.foot.set_error("")
        work = self.change()
        if work is None:
            return
        self.confirm.setEnabled(False)
        self.context.clans.perform(work, self._made, self._refused, owner=self, touches=self._touches)

    def complain(self, field: FormField, text: str) -> None:
        """Say what is wrong with a field, and go there."""
        field.set_error(text)
        field.control.setFocus()

    def _made(self, found: object) -> None:
        self.made.emit(found)
        self.accept()

    def _refused(self, error: MapleHubError) -> None:
        self.confirm.setEnabled(True)
        name = error.field.partition(".")[0] if isinstance(error, InvalidInput) else ""
        if name in self.fields:
            self.complain(self.fields[name], str(error))
        else:
            self.foot.set_error(str(error))


class ReasonDialog(ChangeDialog):
    """Asks why, for everybody to read. work: takes the client and the reason."""

    def __init__(
        self,
        context: Context,
        title: str,
        confirm: str,
        says: str,
        work: "Callable[[ClansClient, str], Any]",
        parent: QWidget,
        *,
        touches: Iterable[str],
        kind: ButtonKind = "primary",
        typed: str = "",
    ) -> None:
        super().__init__(context, title, confirm, parent, touches=touches, kind=kind)
        self._work = work
        self._typed = typed
        self.words(says)
        self.reason = QPlainTextEdit()
        self.reason.setFixedHeight(_TEXT_HEIGHT)
        self.reason.setTabChangesFocus(True)
        self.reason.textChanged.connect(self._check)
        self.fields["reason"] = FormField(
            self.tr("Reason"), self.reason, self.tr("Everybody in the clan reads it, and the log keeps it.")
        )
        self.column.addWidget(self.fields["reason"])
        self.name = QLineEdit()
        self.name.textChanged.connect(self._check)
        if typed:
            self.column.addWidget(FormField(self.tr("Type {0} to confirm").format(typed), self.name))
        self.column.addStretch(1)
        self.resize(520, 360 if typed else 300)
        self._check()
        self.reason.setFocus()

    def change(self) -> "Callable[[ClansClient], Any] | None":
        reason, work = self.reason.toPlainText().strip(), self._work
        return lambda client: work(client, reason)

    def _check(self) -> None:
        reason = self.reason.toPlainText().strip()
        named = not self._typed or self.name.text().strip() == self._typed
        self.confirm.setEnabled(_LEAST_REASON <= len(reason) <= MAX_REASON and named)


class ConfirmDialog(ChangeDialog):
    """Asks again before what nothing brings back. typed: what has to be typed, "" for nothing."""

    def __init__(
        self,
        context: Context,
        title: str,
        confirm: str,
        says: str,
        work: "Callable[[ClansClient], Any]",
        parent: QWidget,
        *,
        touches: Iterable[str],
        typed: str = "",
        kind: ButtonKind = "danger",
    ) -> None:
        super().__init__(context, title, confirm, parent, touches=touches, kind=kind)
        self._work, self._typed = work, typed
        self.words(says)
        self.name = QLineEdit()
        if typed:
            self.name.textChanged.connect(self._check)
            self.column.addWidget(FormField(self.tr("Type {0} to confirm").format(typed), self.name))
            self.confirm.setEnabled(False)
        self.column.addStretch(1)
        self.resize(480, 260 if typed else 200)
        (self.name if typed else self.cancel).setFocus()

    def change(self) -> "Callable[[ClansClient], Any] | None":
        return self._work

    def _check(self, text: str) -> None:
        self.confirm.setEnabled(text.strip() == self._typed)
