"""The ways to a clan: signing in, an invitation, or founding one."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QWidget

from desktop.bridge.clans import Access
from desktop.ui.clans.words import game_name
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card, ScrollArea
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import SPACE_M, SPACE_S
from shared.api.clans import MAX_CLAN_NAME, ClanEntry, ClanInfo
from shared.clans.metrics import Game
from shared.errors import InvalidInput, MapleHubError

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

_WIDTH = 560


class Gate(ScrollArea):
    """What a clan is, and that it takes an account."""

    def __init__(self, context: Context) -> None:
        super().__init__(max_width=_WIDTH)
        self._context = context
        self.card = Card(self.tr("Play together, and draw fairly"))
        for icon, words in (
            (
                "community",
                self.tr("Leaderboards of what everybody gained in XP, levels, boss kills and clues."),
            ),
            (
                "trophy",
                self.tr(
                    "Contests whose draws anybody can verify: nobody, not even the server, picks the winner."
                ),
            ),
            ("bell", self.tr("News in your Discord: snapshots, contests, winners.")),
        ):
            self.card.add(_point(icon, words))
        self.why = label("", "body", "muted", wrap=True)
        self.card.add(self.why)
        self.account = button("", "primary", "person")
        self.account.clicked.connect(partial(context.shell.go, "settings", section="account"))
        row = QHBoxLayout()
        row.addWidget(self.account)
        row.addStretch(1)
        self.card.body.addSpacing(SPACE_S)
        self.card.body.addLayout(row)
        self.body.addStretch(1)
        self.add(self.card)
        self.body.addStretch(2)

    def show_access(self, access: Access) -> None:
        """Say what is missing."""
        if access is Access.SIGNED_OUT:
            self.why.setText(self.tr("You are signed out. Sign in again, and your clans are here."))
            self.account.setText(self.tr("Sign in again…"))
        else:
            self.why.setText(
                self.tr(
                    "Clans live on a MapleHub server. Sign in to one in Settings › Account; everything else in"
                    " MapleHub works without."
                )
            )
            self.account.setText(self.tr("Sign in to a server…"))
        self.account.setAccessibleName(self.account.text())

    def first_focus(self) -> QWidget:
        """Where the keyboard starts."""
        return self.account


class Welcome(ScrollArea):
    """Join by a code, or found one. arrived: the ClanInfo of the clan the player is in now. closed: not now.

    open_by_hand: the player has a clan and asked for another one.
    """

    arrived = Signal(object)
    closed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(max_width=_WIDTH)
        self._context = context
        self.open_by_hand = False
        self.intro = label("", "body", "muted", wrap=True)
        self.back = button(self.tr("Back"), "quiet", "chevron-left")
        self.back.clicked.connect(self._close)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.intro, 1)
        row.addWidget(self.back, 0, Qt.AlignmentFlag.AlignTop)
        self.add(head)
        self.add(self._join_card())
        self.add(self._found_card())
        self.body.addStretch(1)

    def first_focus(self) -> QWidget:
        """Where the keyboard starts."""
        return self.code

    def set_first(self, *, first: bool) -> None:
        """Whether the player has no clan yet."""
        self.open_by_hand = not first
        self.back.setVisible(not first)
        self.intro.setText(
            self.tr("You are in no clan yet. Join one by an invitation’s code, or found your own.")
            if first
            else self.tr("Join another clan by an invitation’s code, or found one.")
        )

    def _join_card(self) -> Card:
        card = Card(self.tr("Join a clan"))
        self.code = QLineEdit()
        self.code.setPlaceholderText("mhi_…")
        self.code.setMaxLength(120)
        self.code.returnPressed.connect(self.join)
        self.code_field = FormField(
            self.tr("Invitation code"), self.code, self.tr("An officer of the clan makes one for you.")
        )
        self.join_button = button(self.tr("Join"), "primary", "check")
        self.join_button.clicked.connect(self.join)
        card.add(self.code_field)
        card.body.addLayout(_row(self.join_button))
        return card

    def _found_card(self) -> Card:
        card = Card(self.tr("Found a clan"))
        self.name = QLineEdit()
        self.name.setMaxLength(MAX_CLAN_NAME)
        self.name.returnPressed.connect(self.found)
        self.name_field = FormField(self.tr("Name"), self.name)
        self.game = Segmented(self.tr("Game"), [(game, game_name(game)) for game in Game])
        self.public = QCheckBox(self.tr("Anybody with the link may read the leaderboard"))
        self.public.setChecked(True)
        self.found_button = button(self.tr("Found it"), "plain", "clans")
        self.found_button.clicked.connect(self.found)
        for part in (self.name_field, self.game, self.public):
            card.add(part)
        card.body.addLayout(_row(self.found_button))
        return card

    def join(self, _checked: object = False) -> None:
        """Come in by the code."""
        code = self.code.text().strip()
        if not code or len(code) > 80:
            self.code_field.set_error(self.tr("Paste the code of an invitation."))
            self.code.setFocus()
            return
        self.code_field.set_error("")
        self._ask(lambda client: client.join(code), self.code_field)

    def found(self, _checked: object = False) -> None:
        """Found the clan."""
        name, game = self.name.text().strip(), self.game.value()
        if not name:
            self.name_field.set_error(self.tr("Give it a name."))
            self.name.setFocus()
            return
        self.name_field.set_error("")
        assert isinstance(game, Game)
        entry = ClanEntry(name=name, game=game, public=self.public.isChecked())
        self._ask(lambda client: client.found(entry), self.name_field)

    def _ask(self, work: "Callable[[ClansClient], ClanInfo]", field: FormField) -> None:
        for made in (self.join_button, self.found_button):
            made.setEnabled(False)
        self._context.clans.perform(
            work,
            self._arrived,
            partial(self._refused, field),
            owner=self,
        )

    def _arrived(self, clan: ClanInfo) -> None:
        self._ready()
        self.code.clear()
        self.name.clear()
        self._context.shell.toast(self.tr("Welcome to {0}").format(clan.name), tone="success")
        self.arrived.emit(clan)

    def _refused(self, field: FormField, error: MapleHubError) -> None:
        self._ready()
        told = error.message if isinstance(error, InvalidInput) else str(error)
        field.set_error(told)
        field.control.setFocus()

    def _ready(self) -> None:
        for made in (self.join_button, self.found_button):
            made.setEnabled(True)

    def _close(self) -> None:
        self.open_by_hand = False
        self.closed.emit()


def _point(icon: str, words: str) -> QWidget:
    from desktop.ui.clans.marks import Mark

    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_M)
    row.addWidget(Mark(icon), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(label(words, wrap=True), 1)
    return made


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(SPACE_S)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row
