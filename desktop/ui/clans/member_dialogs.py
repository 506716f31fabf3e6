"""Adding members and changing one."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from desktop.bridge.clans import ClanReader, Told
from desktop.ui.clans.dialogs import ChangeDialog
from desktop.ui.clans.questions import people
from desktop.ui.clans.words import counted, game_name, games_of
from desktop.ui.context import Context
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.kit.segmented import Segmented
from shared.api.clans import (
    MAX_ACCOUNT_NAME,
    MAX_ADDED,
    CharactersEntry,
    ClanInfo,
    MemberChange,
    MemberInfo,
    MembersEntry,
    NamedAccount,
)
from shared.clans.metrics import Game

if TYPE_CHECKING:
    # It would bring the network library along.
    from desktop.sync.clans import ClansClient

_TOUCHES = frozenset({"members", "clan"})


class AddMembersDialog(ChangeDialog):
    """Accounts by name, one a line, so that a list can be pasted."""

    def __init__(self, context: Context, clan: ClanInfo, parent: QWidget) -> None:
        super().__init__(context, "", "", parent, touches=_TOUCHES)
        self.setWindowTitle(self.tr("Add members"))
        self._set_confirm(self.tr("Add"))
        self._clan = clan
        games = games_of(clan)
        self.game = Segmented(self.tr("Game"), [(game, game_name(game)) for game in games])
        self.game.changed.connect(self._on_game)
        self.names = QPlainTextEdit()
        self.names.setTabChangesFocus(True)
        self.names.setPlaceholderText("Aria\nBell\nCorvin")
        self.names.textChanged.connect(self._count)
        self.fields["accounts"] = FormField(
            self.tr("Names, one a line"),
            self.names,
            self.tr("As the game’s ranking shows them. Who is followed already is left out."),
        )
        self.region = Segmented(
            self.tr("Region"), [("na", self.tr("North America")), ("eu", self.tr("Europe"))]
        )
        self.heroic = Segmented(
            self.tr("Kind of world"), [(True, self.tr("Heroic")), (False, self.tr("Interactive"))]
        )
        self.count = label("", "caption", "muted")
        self.column.addWidget(self.fields["accounts"], 1)
        self.column.addWidget(self.count)
        for choice in (self.game, self.region, self.heroic):
            self.column.addWidget(choice)
        self.game.setVisible(len(games) > 1)
        self._on_game(games[0])
        self.resize(480, 480)
        self._count()
        self.names.setFocus()

    def _on_game(self, game: object) -> None:
        for choice in (self.region, self.heroic):
            choice.setVisible(game is Game.MAPLESTORY)

    def _set_confirm(self, text: str) -> None:
        self.confirm.setText(text)
        self.confirm.setAccessibleName(text)

    def read(self) -> list[str]:
        """The names that were entered, each once."""
        lines = (line.strip() for line in self.names.toPlainText().splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def change(self) -> "Callable[[ClansClient], Any] | None":
        names, field = self.read(), self.fields["accounts"]
        too_long = [name for name in names if len(name) > MAX_ACCOUNT_NAME]
        if not names:
            self.complain(field, self.tr("Enter a name."))
        elif len(names) > MAX_ADDED:
            self.complain(field, self.tr("Add {0} at a time at most.").format(MAX_ADDED))
        elif too_long:
            self.complain(field, self.tr("“{0}” is too long for a name.").format(too_long[0][:60]))
        else:
            region, heroic = self.region.value(), bool(self.heroic.value())
            try:
                accounts = [
                    NamedAccount.model_validate({"name": name, "region": region, "heroic": heroic})
                    for name in names
                ]
            except ValueError:
                self.complain(field, self.tr("A name has characters in it that no name has."))
                return None
            game = self.game.value()
            assert isinstance(game, Game)
            clan, entry = self._clan.id, MembersEntry(accounts=accounts, game=game)
            return lambda client: client.add_members(clan, entry)
        return None

    def _count(self) -> None:
        names = len(self.read())
        self.count.setText(counted(names, self.tr("{0} name"), self.tr("{0} names")) if names else "")


class AddCharactersDialog(ChangeDialog):
    """The player's own characters, by what their app has synced."""

    def __init__(self, context: Context, clan: ClanInfo, parent: QWidget) -> None:
        super().__init__(context, "", "", parent, touches=_TOUCHES)
        self.setWindowTitle(self.tr("Add my characters"))
        self.confirm.setText(self.tr("Add"))
        self.confirm.setAccessibleName(self.tr("Add"))
        self._clan = clan
        self.words(
            self.tr(
                "The clan sees their level and boss kills as you sync them: never your notes, drops or mesos."
            )
        )
        self.list = QListWidget()
        for character in context.selection.characters:
            item = QListWidgetItem(character.name)
            item.setData(Qt.ItemDataRole.UserRole, character.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.fields["character_ids"] = FormField(self.tr("Characters"), self.list)
        self.column.addWidget(self.fields["character_ids"], 1)
        self.resize(440, 440)
        if self.list.count():
            self.list.setCurrentRow(0)
        self.list.setFocus()

    def chosen(self) -> list[UUID]:
        """The ids of those that are ticked."""
        items = [self.list.item(row) for row in range(self.list.count())]
        ticked = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        return [UUID(str(item.data(Qt.ItemDataRole.UserRole))) for item in ticked]

    def change(self) -> "Callable[[ClansClient], Any] | None":
        chosen = self.chosen()
        if not chosen:
            self.complain(self.fields["character_ids"], self.tr("Tick a character."))
            return None
        clan, entry = self._clan.id, CharactersEntry(character_ids=chosen)
        return lambda client: client.add_characters(clan, entry)


class MemberDialog(ChangeDialog):
    """A new name after a rename, and whose account it is."""

    def __init__(self, context: Context, clan: ClanInfo, member: MemberInfo, parent: QWidget) -> None:
        super().__init__(context, "", "", parent, touches=_TOUCHES)
        self.setWindowTitle(self.tr("Change {0}").format(member.name))
        self.confirm.setText(self.tr("Save"))
        self.confirm.setAccessibleName(self.tr("Save"))
        self._clan, self._member = clan, member
        self.name = QLineEdit(member.name)
        self.name.setMaxLength(MAX_ACCOUNT_NAME)
        self.player = QComboBox()
        self.player.addItem(self.tr("Nobody known"), None)
        if member.user_id is not None:
            self.player.addItem(member.user_name or member.user_id, member.user_id)
            self.player.setCurrentIndex(1)
        self.fields = {
            "name": FormField(
                self.tr("Name"), self.name, self.tr("After a rename, the new one. The history stays.")
            ),
            "user_id": FormField(
                self.tr("Player"),
                self.player,
                self.tr("Their entries in contests are then theirs, with receipts."),
            ),
        }
        for field in self.fields.values():
            self.column.addWidget(field)
        self.column.addStretch(1)
        self.resize(440, 260)
        self._reader = ClanReader(context.clans, self)
        self._reader.ask(people(clan.id), self._on_people)
        self.name.setFocus()
        self.name.selectAll()

    def _on_people(self, told: Told) -> None:
        if told.value is None:
            return
        for person in told.value.items:
            if self.player.findData(person.user_id) < 0:
                self.player.addItem(person.name, person.user_id)

    def change(self) -> "Callable[[ClansClient], Any] | None":
        name, user = self.name.text().strip(), self.player.currentData()
        if not name:
            self.complain(self.fields["name"], self.tr("Enter a name."))
            return None
        said: dict[str, Any] = {}
        if name != self._member.name:
            said["name"] = name
        if user != self._member.user_id:
            said["user_id"] = None if user is None else UUID(user)
        if not said:
            self.reject()
            return None
        clan, member, told = self._clan.id, self._member.id, MemberChange(**said)
        return lambda client: client.change_member(clan, member, told)
