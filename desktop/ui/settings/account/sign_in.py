"""Signing in: a server's address, then the browser, then a decision where this data is somebody else's."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.signing_in import Progress, Stage
from desktop.bridge.sync_state import SyncState
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.kit.progress import busy_bar
from desktop.ui.sync_words import host_of
from desktop.ui.theme.tokens import SPACE_M, SPACE_S


class SignInCard(Card):
    """Shown while nobody is signed in, or while somebody is about to be."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(self.tr("Account"), parent=parent)
        self._context = context
        self._syncing = context.syncing
        self.stack = QStackedWidget()
        self._steps = {
            Stage.NONE: self._build_start(),
            Stage.WAITING: self._build_waiting(),
            Stage.FINISHING: self._build_finishing(),
            Stage.OTHER: self._build_other(),
        }
        for step in self._steps.values():
            self.stack.addWidget(step)
        self.add(self.stack)
        self._syncing.signing_in.changed.connect(self._on_progress)
        self._syncing.changed.connect(self._on_state)
        self._on_state(self._syncing.state)
        self._on_progress(self._syncing.signing_in.progress)

    # The steps

    def _build_start(self) -> QWidget:
        self.intro = label("", wrap=True)
        self.address = QLineEdit(self._context.settings.value.server)
        self.address.setPlaceholderText("https://maplehub.example")
        self.address.setMaxLength(200)
        self.address.returnPressed.connect(self.begin)
        self.field = FormField(self.tr("Server"), self.address)
        self.button = button(self.tr("Sign in with Discord"), "primary", "external")
        self.button.clicked.connect(self.begin)
        self.note = label("", "caption", "muted", wrap=True)
        return _step(self.intro, self.field, _row(self.button), self.note)

    def _build_waiting(self) -> QWidget:
        self.busy = busy_bar(self.tr("Waiting for the browser"))
        self.copy = button(self.tr("Copy the link"), "plain", "copy")
        self.copy.clicked.connect(self._copy)
        self.cancel = button(self.tr("Cancel"), "quiet")
        self.cancel.clicked.connect(self._syncing.signing_in.cancel)
        self.waiting = label("", "strong")
        return _step(
            self.waiting,
            label(
                self.tr("It asks Discord who you are, nothing else. This window waits for three minutes."),
                "caption",
                wrap=True,
            ),
            self.busy,
            _row(self.copy, self.cancel),
        )

    def _build_finishing(self) -> QWidget:
        self.finishing = busy_bar(self.tr("Signing in"))
        return _step(label(self.tr("Almost there"), "strong"), self.finishing)

    def _build_other(self) -> QWidget:
        self.other = label("", "strong", wrap=True)
        self.open_other = button("", "primary", "person")
        self.open_other.clicked.connect(self._syncing.open_other)
        self.take_along = button("", "plain", "upload")
        self.take_along.clicked.connect(self._syncing.take_along)
        stop = button(self.tr("Cancel"), "quiet")
        stop.clicked.connect(self._syncing.signing_in.cancel)
        self.other_help = label("", "caption", wrap=True)
        return _step(self.other, self.other_help, _row(self.open_other, self.take_along, stop))

    # What happens

    def begin(self) -> None:
        """Ask the browser."""
        address = self.address.text().strip()
        if not address:
            self.field.set_error(self.tr("Enter the address of a MapleHub server."))
            self.address.setFocus()
            return
        if "://" not in address:
            address = f"https://{address}"
        try:
            self._context.settings.update("server", value=address)
        except ValueError:
            self.field.set_error(self.tr("An address begins with https://"))
            self.address.setFocus()
            return
        self.field.set_error("")
        self._syncing.signing_in.begin(address)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._syncing.signing_in.progress.link)
        self._context.shell.toast(self.tr("Link copied"))

    def _on_progress(self, progress: Progress) -> None:
        stage = Stage.NONE if progress.stage is Stage.FAILED else progress.stage
        self.stack.setCurrentWidget(self._steps[stage])
        self.field.set_error(progress.error)
        self.copy.setEnabled(bool(progress.link))
        self.waiting.setText(
            self.tr("Continue in your browser")
            if progress.opened
            else self.tr("No browser opened: copy the link into one")
        )
        if stage is Stage.OTHER:
            self._ask(progress.name)
        self._show_card()
        if self.isVisible():
            # The control that had the keyboard is gone with its step.
            first: dict[Stage, QPushButton | QLineEdit] = {
                Stage.NONE: self.address if progress.error else self.button,
                Stage.WAITING: self.cancel,
                Stage.OTHER: self.open_other,
            }
            if stage in first:
                first[stage].setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self, name: str) -> None:
        owner = self._syncing.state.account
        owner_name = owner.name if owner else ""
        self.other.setText(
            self.tr("{0} has signed in, but the data on this computer is {1}’s.").format(name, owner_name)
        )
        self.open_other.setText(self.tr("Open {0}’s own data").format(name))
        self.take_along.setText(self.tr("Give {0} this data").format(name))
        self.other_help.setText(
            self.tr(
                "Own data: what is here stays here, and comes back when {1} signs in again."
                " This data: everything here is uploaded to {0}’s account."
            ).format(name, owner_name)
        )

    def _on_state(self, state: SyncState) -> None:
        account = state.account
        if account is None:
            self.intro.setText(
                self.tr(
                    "Sign in to keep several computers in step and to take part in clans and statistics."
                    " Everything else works without."
                )
            )
        else:
            words = self.tr("Signed out of {0}. The data of {1} stays on this computer.")
            self.intro.setText(words.format(host_of(account.server), account.name))
            if not self.address.isModified():
                self.address.setText(account.server)
        self.button.setEnabled(self._syncing.possible)
        self.address.setEnabled(self._syncing.possible)
        if self._syncing.possible:
            words = self.tr("A backup is made first. Whoever runs the server can read what is synced.")
        else:
            words = self.tr("This is the demo: its data belongs to nobody and is never sent.")
        self.note.setText(words)
        self._show_card()

    def _show_card(self) -> None:
        under_way = self._syncing.signing_in.progress.stage is not Stage.NONE
        self.setVisible(under_way or not self._syncing.state.signed_in)


def _step(*parts: QWidget) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(SPACE_M)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    return made


def _row(*buttons: QPushButton) -> QWidget:
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(SPACE_S)
    for each in buttons:
        line.addWidget(each)
    line.addStretch(1)
    return made
