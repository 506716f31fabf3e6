"""The players of a clan and their roles, the invitations, and the ways out."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.bridge.clans import Told
from desktop.ui.clans.dialogs import ChangeDialog, ConfirmDialog
from desktop.ui.clans.marks import clear
from desktop.ui.clans.part import Part, SideBySide, page_area
from desktop.ui.clans.questions import invitations, people
from desktop.ui.clans.words import day_text, role_name
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.chips import Badge
from desktop.ui.kit.containers import Card, Divider
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.inputs import spin
from desktop.ui.kit.labels import label
from desktop.ui.kit.placeholders import Placeholder
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from desktop.ui.words import countdown
from shared.api.clans import ClanInfo, InvitationEntry, InvitationInfo, NewInvitation, PersonInfo
from shared.clans.roles import Role
from shared.errors import MapleHubError

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

_MOST_USES = 500
_SIDE_BY_SIDE = 800


class PeoplePart(Part):
    """Roles are changed by leaders; officers invite."""

    subjects: ClassVar[frozenset[str]] = frozenset({"people", "invitations"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("People"))
        self._invitation_reader = self.make_reader()
        self._people: list[PersonInfo] = []
        self._rows: list[QWidget] = []
        self._links: list[QWidget] = []
        self._open: list[InvitationInfo] = []
        area = page_area()
        self.players = Card(self.tr("Players"))
        self.invite = button(self.tr("Invite…"), "primary", "plus")
        self.invite.clicked.connect(self._invite)
        self.invitations = Card(self.tr("Open invitations"), self.invite)
        self.out = Card(self.tr("Leaving"))
        self.leave = button(self.tr("Leave the clan…"), "plain")
        self.leave.clicked.connect(self._leave)
        self.close_clan = button(self.tr("Close the clan…"), "danger", "trash")
        self.close_clan.clicked.connect(self._close)
        self.out_words = label("", "body", "muted", wrap=True)
        self.out.add(self.out_words)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.leave)
        row.addWidget(self.close_clan)
        row.addStretch(1)
        self.out.body.addLayout(row)
        both = SideBySide(_SIDE_BY_SIDE, upwards=True)
        right = QVBoxLayout()
        right.setSpacing(SPACE_L)
        right.addWidget(self.invitations)
        right.addWidget(self.out)
        right.addStretch(1)
        left = QVBoxLayout()
        left.addWidget(self.players)
        left.addStretch(1)
        both.columns.addLayout(left, 3)
        both.columns.addLayout(right, 2)
        area.add(both)
        area.body.addStretch(1)
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    # What the page asks

    def look(self) -> None:
        if self.clan is not None:
            self.question(people(self.clan_id), self._on_people)
            if self.may(Role.OFFICER):
                self._invitation_reader.ask(invitations(self.clan_id), self._on_invitations)

    def forget(self) -> None:
        self._invitation_reader.cancel()
        self._people = []
        clear(self.players, self._rows)
        clear(self.invitations, self._links)

    def show_clan(self, clan: ClanInfo) -> None:
        officer, leader = clan.role.reaches(Role.OFFICER), clan.role is Role.LEADER
        self.invitations.setVisible(officer)
        self.close_clan.setVisible(leader)
        self.out_words.setText(
            self.tr("A leader who leaves needs another leader first. Closing ends the clan for everybody.")
            if leader
            else self.tr("You lose sight of the clan at once; an invitation brings you back.")
        )

    def first_focus(self) -> QWidget | None:
        return self.invite if self.may(Role.OFFICER) else self.leave

    # Players

    def _on_people(self, told: Told) -> None:
        if not self.take(told) or list(told.value.items) == self._people:
            return
        focus = self.players.isAncestorOf(self.focusWidget() or self)
        self._people = list(told.value.items)
        clear(self.players, self._rows)
        for number, person in enumerate(self._people):
            if number:
                self._rows.append(Divider())
                self.players.add(self._rows[-1])
            self._rows.append(self._person(person))
            self.players.add(self._rows[-1])
        self.players.title_label.setText(self.tr("Players ({0})").format(len(self._people)))
        if focus and (first := self.first_focus()) is not None:
            first.setFocus()

    def _person(self, person: PersonInfo) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        row.setSpacing(SPACE_M)
        row.addWidget(Placeholder(person.name, "character", 32))
        names = QVBoxLayout()
        names.setSpacing(2)
        me = person.user_id == self.clans.me
        names.addWidget(label(self.tr("{0} (you)").format(person.name) if me else person.name, "strong"))
        names.addWidget(label(self.tr("since {0}").format(day_text(person.joined_at)), "caption", "muted"))
        row.addLayout(names, 1)
        if self.may(Role.LEADER):
            row.addWidget(self._role_box(person))
        else:
            row.addWidget(Badge(role_name(person.role), _role_look(person.role)))
        if not me and self._outranks(person):
            remove = button(self.tr("Remove…"), "quiet")
            remove.setAccessibleName(self.tr("Remove {0}").format(person.name))
            remove.clicked.connect(partial(self._remove, person))
            row.addWidget(remove)
        return made

    def _outranks(self, person: PersonInfo) -> bool:
        if self.may(Role.LEADER):
            return True
        return self.may(Role.OFFICER) and person.role is Role.MEMBER

    def _role_box(self, person: PersonInfo) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(self.tr("Role of {0}").format(person.name))
        for role in Role:
            box.addItem(role_name(role), role)
        box.setCurrentIndex(box.findData(person.role))
        box.setFixedWidth(120)
        box.activated.connect(partial(self._change_role, person, box))
        return box

    def _change_role(self, person: PersonInfo, box: QComboBox, _index: int) -> None:
        role = Role(box.currentData())
        if role is person.role:
            return
        clan, user = self.clan_id, person.user_id

        def undo(error: MapleHubError) -> None:
            self._people = []
            self.look()
            self.refused(error)

        def done(_person: PersonInfo) -> None:
            self.say(self.tr("{0} is {1} now").format(person.name, role_name(role).lower()))

        self.write(
            lambda client: client.change_role(clan, user, role),
            done,
            touches={"people", "clan", "log"},
            failed=undo,
        )

    def _remove(self, person: PersonInfo) -> None:
        clan, user = self.clan_id, person.user_id
        ConfirmDialog(
            self.context,
            self.tr("Remove {0}").format(person.name),
            self.tr("Remove"),
            self.tr("{0} loses sight of the clan at once. Their accounts stay on the roster.").format(
                person.name
            ),
            lambda client: client.remove_person(clan, user),
            self.window(),
            touches={"people", "clan"},
        ).open()

    # Invitations

    def _on_invitations(self, told: Told) -> None:
        if told.value is None or (self._links and list(told.value.items) == self._open):
            return
        clear(self.invitations, self._links)
        found = self._open = list(told.value.items)
        if not found:
            self._links.append(label(self.tr("None is open."), "body", "muted"))
            self.invitations.add(self._links[-1])
        for number, invitation in enumerate(found):
            if number:
                self._links.append(Divider())
                self.invitations.add(self._links[-1])
            self._links.append(self._link(invitation))
            self.invitations.add(self._links[-1])

    def _link(self, invitation: InvitationInfo) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        row.setSpacing(SPACE_M)
        words = QVBoxLayout()
        words.setSpacing(2)
        title = self.tr("…{0}, to come in as {1}").format(invitation.hint, role_name(invitation.role).lower())
        words.addWidget(label(title, "strong"))
        uses = (
            self.tr("any number of uses")
            if invitation.uses_left is None
            else self.tr("{0} uses left").format(invitation.uses_left)
        )
        parts = [uses, self.tr("ends {0}").format(countdown(self.now, invitation.expires_at))]
        if invitation.made_by:
            parts.append(self.tr("by {0}").format(invitation.made_by))
        words.addWidget(label(" · ".join(parts), "caption", "muted", wrap=True))
        revoke = button(self.tr("Revoke"), "quiet")
        revoke.setAccessibleName(self.tr("Revoke the invitation ending in {0}").format(invitation.hint))
        revoke.clicked.connect(partial(self._revoke, invitation.id))
        row.addLayout(words, 1)
        row.addWidget(revoke)
        return made

    def _revoke(self, invitation_id: str) -> None:
        clan = self.clan_id
        self.write(
            lambda client: client.revoke(clan, invitation_id),
            lambda _: self.say(self.tr("The invitation lets nobody in any more")),
            touches={"invitations"},
        )

    def _invite(self) -> None:
        dialog = InviteDialog(self.context, self.clan_id, self.window())
        dialog.made.connect(self._show_code)
        dialog.open()

    def _show_code(self, made: NewInvitation) -> None:
        CodeDialog(self.context, made, self.window()).open()

    # Out

    def _leave(self) -> None:
        clan, me = self.clan_id, self.clans.me
        assert self.clan is not None
        ConfirmDialog(
            self.context,
            self.tr("Leave {0}").format(self.clan.name),
            self.tr("Leave"),
            self.tr("You lose sight of the clan at once; only an invitation brings you back."),
            lambda client: client.remove_person(clan, me),
            self.window(),
            touches={"clan"},
        ).open()

    def _close(self) -> None:
        assert self.clan is not None
        clan = self.clan_id
        ConfirmDialog(
            self.context,
            self.tr("Close {0}").format(self.clan.name),
            self.tr("Close the clan"),
            self.tr(
                "Roster, boards, contests and webhooks go, for everybody and at once. Proofs of draws that are"
                " public stay readable."
            ),
            lambda client: client.close_clan(clan),
            self.window(),
            touches={"clan"},
            typed=self.clan.name,
        ).open()


class InviteDialog(ChangeDialog):
    """For what role, how long and how often."""

    def __init__(self, context: Context, clan_id: str, parent: QWidget) -> None:
        super().__init__(context, "", "", parent, touches={"invitations"})
        self.setWindowTitle(self.tr("Invite players"))
        self.confirm.setText(self.tr("Make the code"))
        self.confirm.setAccessibleName(self.confirm.text())
        self._clan = clan_id
        self.role = QComboBox()
        for role in (Role.MEMBER, Role.OFFICER):
            self.role.addItem(role_name(role), role)
        self.days = spin(1, 30, 7, self.tr("Days"))
        self.uses = spin(0, _MOST_USES, 10, self.tr("Uses"))
        self.uses.setSpecialValueText(self.tr("any number"))
        self.fields = {
            "role": FormField(self.tr("They come in as"), self.role),
            "days": FormField(self.tr("Good for days"), self.days),
            "uses": FormField(self.tr("How many may use it"), self.uses),
        }
        for field in self.fields.values():
            self.column.addWidget(field)
        self.column.addStretch(1)
        self.resize(380, 300)
        self.role.setFocus()

    def change(self) -> "Callable[[ClansClient], Any] | None":
        clan = self._clan
        entry = InvitationEntry.model_validate(
            {
                "role": Role(self.role.currentData()),
                "days": self.days.value(),
                "uses": self.uses.value() or None,
            }
        )
        return lambda client: client.invite(clan, entry)


class CodeDialog(ChangeDialog):
    """A code, this once."""

    def __init__(self, context: Context, made: NewInvitation, parent: QWidget) -> None:
        super().__init__(context, "", "", parent, touches=())
        self.setWindowTitle(self.tr("The invitation"))
        self.confirm.setText(self.tr("Copy and close"))
        self.confirm.setAccessibleName(self.confirm.text())
        self.cancel.setText(self.tr("Close"))
        self.code = QLineEdit(made.code)
        self.code.setReadOnly(True)
        self.column.addWidget(
            FormField(
                self.tr("Code"),
                self.code,
                self.tr(
                    "It is shown this once: send it to those you invite. They enter it under Clans › Join."
                ),
            )
        )
        self.column.addStretch(1)
        self.resize(520, 180)
        self.code.selectAll()
        self.confirm.setFocus(Qt.FocusReason.OtherFocusReason)

    def submit(self, _checked: object = False) -> None:
        QGuiApplication.clipboard().setText(self.code.text())
        self.context.shell.toast(self.tr("Code copied"))
        self.accept()


def _role_look(role: Role) -> str:
    return {Role.LEADER: "accent", Role.OFFICER: "info", Role.MEMBER: "text-muted"}[role]
