"""Whose data this is and how sync stands; the one question sync may ask."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.sync.store import Removal
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card, Divider
from desktop.ui.kit.forms import SettingsRow
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.placeholders import Placeholder
from desktop.ui.kit.states import ErrorBanner
from desktop.ui.sync_words import clock_words, host_of, last_words, sync_words, waiting_words
from desktop.ui.theme.tokens import SPACE_M, SPACE_S

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.verify import Verified


class StatusCard(Card):
    """Shown while somebody is signed in."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(self.tr("Account and sync"), parent=parent)
        self._context = context
        self._syncing = context.syncing
        self._tile = Placeholder("?", "character", 40)
        self._name = label("", "heading")
        self._host = label("", "caption", "muted")
        self.sign_out = button(self.tr("Sign out"), "quiet")
        self.sign_out.clicked.connect(self._syncing.sign_out)
        self.sync_now = button(self.tr("Sync now"), "plain", "sync")
        self.sync_now.clicked.connect(self._syncing.sync_now)
        self.add(self._line(self._name, self._host, self.sign_out, self._tile))
        self.trouble = ErrorBanner("", tone="warning")
        self.clock = ErrorBanner("", tone="warning")
        self.lasting = ErrorBanner(
            self.tr("This computer offers no keyring, so you will have to sign in again after a restart."),
            tone="info",
        )
        for banner in (self.trouble, self.clock, self.lasting):
            self.add(banner)
        self.question = self._build_question()
        self.add(self.question)
        self.add(Divider())
        self._last = label("")
        self._waiting = label("", "caption", "muted")
        self.add(self._line(self._last, self._waiting, self.sync_now))
        self.problems_button = button(self.tr("Show them"), "plain", "note-list")
        self.problems_button.clicked.connect(self._show_problems)
        self.problems = SettingsRow(
            self.tr("Sync problems"),
            self.tr("Changes that another computer’s later change replaced, or the server could not take."),
            self.problems_button,
        )
        self.add(Divider())
        self.add(self.problems)
        self.compare = button(self.tr("Compare"), "plain", "check")
        self.compare.clicked.connect(self._compare)
        self.add(Divider())
        self.add(
            SettingsRow(
                self.tr("Compare with the server"),
                self.tr("Row by row; what differs is mended. This happens every week by itself."),
                self.compare,
            )
        )
        self._syncing.compared.connect(self._compared)
        self._syncing.changed.connect(self.show_state)
        context.ticker.ticked.connect(self._on_tick)
        self.show_state(self._syncing.state)

    def show_state(self, state: SyncState) -> None:
        """Say how it stands."""
        self.setVisible(state.signed_in)
        if state.account is None:
            return
        self._name.setText(state.account.name)
        self._tile.set_name(state.account.name)
        self._host.setText(host_of(state.account.server))
        now = self._context.ticker.now()
        busy = state.kind is SyncKind.SYNCING
        self._last.setText(sync_words(state, now).short if busy else last_words(state, now))
        self._waiting.setText(waiting_words(state.waiting) or self.tr("Nothing waits to be sent."))
        self.sync_now.setEnabled(not busy)
        if state.message:
            # What was asked for waits for a round that succeeds; it may be asked for again.
            self.compare.setEnabled(True)
        self.trouble.setVisible(bool(state.message) and state.asks is None)
        self.trouble.set_message(f"{state.message} {state.action}".strip())
        set_tone(self._waiting, "warning" if state.waiting and state.message else "muted")
        clock = clock_words(state.clock_off)
        self.clock.setVisible(bool(clock))
        self.clock.set_message(clock)
        self.lasting.setVisible(not self._syncing.secrets.lasting)
        self.question.setVisible(state.asks is not None)
        if state.asks is not None:
            words = self.tr("Sync would remove {0} of your {1} entries from this computer.")
            self._asks.setText(words.format(f"{state.asks.rows:,}", f"{state.asks.live:,}"))
        count = state.problems
        self.problems_button.setText(self.tr("Show {0}").format(count) if count else self.tr("None"))
        self.problems_button.setEnabled(bool(count))

    @staticmethod
    def _line(upper: QWidget, lower: QWidget, control: QWidget, picture: QWidget | None = None) -> QWidget:
        """Two lines of words with a control at the right."""
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE_M)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(upper)
        words.addWidget(lower)
        if picture is not None:
            line.addWidget(picture)
        line.addLayout(words, 1)
        line.addWidget(control)
        return made

    def _build_question(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, SPACE_S, 0, SPACE_S)
        column.setSpacing(SPACE_S)
        self._asks = label("", "strong", "warning", wrap=True)
        column.addWidget(self._asks)
        column.addWidget(
            label(
                self.tr(
                    "They were removed on another computer, or the server has lost them. Until you decide, nothing"
                    " goes, and what you enter is still sent. A backup was made."
                ),
                "caption",
                wrap=True,
            )
        )
        self.keep = button(self.tr("Keep them everywhere"), "primary", "check")
        self.keep.clicked.connect(self._keep)
        self.let_go = button(self.tr("Remove them here too"), "danger", "trash")
        self.let_go.clicked.connect(self._let_go)
        line = QHBoxLayout()
        line.setSpacing(SPACE_S)
        line.addWidget(self.keep)
        line.addWidget(self.let_go)
        line.addStretch(1)
        column.addLayout(line)
        return made

    def _keep(self) -> None:
        self._syncing.decide(Removal.KEEP)

    def _let_go(self) -> None:
        self._syncing.decide(Removal.GO_ON)

    def _compare(self) -> None:
        self.compare.setEnabled(False)
        self._syncing.compare()

    def _compared(self, found: "Verified") -> None:
        self.compare.setEnabled(True)
        mended = found.taken + found.again
        if not found.alike:
            words = self.tr("Not everything could be compared. It is tried again next week.")
        elif not mended:
            words = self.tr("This computer and the server hold the same.")
        elif mended == 1:
            words = self.tr("1 entry differed and is mended.")
        else:
            words = self.tr("{0} entries differed and are mended.").format(f"{mended:,}")
        self._context.shell.toast(words, tone="success" if found.alike else "warning")

    def _show_problems(self) -> None:
        from desktop.ui.settings.account.problems import ProblemsDialog

        ProblemsDialog(self._context, self.window()).open()

    def _on_tick(self, _now: object) -> None:
        if self.isVisible():
            self.show_state(self._syncing.state)
