"""The roster: whom the clan follows, how fresh their figures are, and whose they are."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.clans import Told
from desktop.ui.clans.member import MemberView
from desktop.ui.clans.part import Part
from desktop.ui.clans.questions import members
from desktop.ui.clans.table import Cell, Column, RowsTable
from desktop.ui.clans.words import NOTHING, age_text, at_text, counted, day_text, source_help, source_name
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import EmptyState
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL
from shared.api.clans import ClanInfo, MemberInfo
from shared.clans.metrics import SourceKind
from shared.clans.roles import Role

_NARROW = 820


class MembersPart(Part):
    """Arguments of open_with: member (an id), whose page is wanted."""

    subjects: ClassVar[frozenset[str]] = frozenset({"members"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Members"))
        self._all: list[MemberInfo] = []
        self._sort, self._descending = "name", False
        self.list = QWidget()
        column = QVBoxLayout(self.list)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addLayout(self._build_bar())
        self.table = self._build_table()
        self.empty = EmptyState(
            "nothing_yet",
            self.tr("The clan follows nobody yet"),
            self.tr("Add accounts by their names, or your own characters."),
            self.tr("Add members…"),
        )
        self.empty.action.connect(self._add)
        self.no_match = EmptyState(
            "no_match", self.tr("No member by that name"), "", self.tr("Show everybody")
        )
        self.no_match.action.connect(self._clear)
        self.lists = QStackedWidget()
        for state in (self.table, self.empty, self.no_match):
            self.lists.addWidget(state)
        column.addWidget(self.lists, 1)
        self.member = MemberView(context)
        self.member.closed.connect(self._back)
        self.member.told.connect(self.told)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.member)
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)
        keys = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence.StandardKey.Find, self, self._find, context=keys)

    # Building

    def _build_bar(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search members"))
        self.search.setAccessibleName(self.tr("Search members"))
        self.search.setToolTip(self.tr("Search members (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(184)
        self.search.textChanged.connect(self._arrange)
        self.count = label("", "caption", "muted")
        self.add = button(self.tr("Add members…"), "primary", "plus")
        self.add.clicked.connect(self._add)
        self.own = button(self.tr("Add my characters…"), "plain", "person")
        self.own.clicked.connect(self._add_own)
        self.edit = IconButton("edit", self.tr("Change the chosen member"))
        self.edit.clicked.connect(self._edit)
        self.remove = IconButton("trash", self.tr("Remove the chosen member"), self.tr("Del"))
        self.remove.clicked.connect(self._remove_current)
        row.addWidget(self.search)
        row.addWidget(self.count, 1)
        for made in (self.edit, self.remove, self.own, self.add):
            row.addWidget(made)
        return row

    def _build_table(self) -> RowsTable:
        table = RowsTable(
            self.tr("Members"),
            (
                Column("name", self.tr("Member"), self._name),
                Column("source", self.tr("Figures from"), self._source, 140, spare=True),
                Column("player", self.tr("Player"), self._player, 120),
                Column("seen", self.tr("Last read"), self._seen, 190),
                Column("added", self.tr("Since"), self._added, 120, spare=True),
            ),
            self.context.pictures,
            sortable=True,
        )
        table.narrow_at(_NARROW)
        table.opened.connect(self._open)
        table.removal_asked.connect(self._remove)
        table.sort_asked.connect(self._sort_by)
        table.show_sort("name", descending=False)
        return table

    # Cells

    @staticmethod
    def _name(row: MemberInfo) -> Cell:
        below = " · ".join(part for part in (row.job, row.world) if part)
        return Cell(row.name, below, tile=row.name, strong=True)

    @staticmethod
    def _source(row: MemberInfo) -> Cell:
        return Cell(source_name(row.source), role="text-muted", tip=source_help(row.source))

    @staticmethod
    def _player(row: MemberInfo) -> Cell:
        return Cell(row.user_name or NOTHING, role="text" if row.user_name else "text-muted")

    def _seen(self, row: MemberInfo) -> Cell:
        now = self.now
        if row.missing_since is not None:
            words = self.tr("missing since {0}").format(day_text(row.missing_since))
            tip = self.tr(
                "The source no longer knows this name. Was it renamed? Change it here; its history stays."
            )
            return Cell(words, role="warning", icon="warning", tip=tip)
        if row.sampled_at is None:
            return Cell(self.tr("not yet"), role="text-muted", tip=self.tr("The next snapshot reads it."))
        return Cell(age_text(now, row.sampled_at), tip=at_text(now, row.sampled_at))

    @staticmethod
    def _added(row: MemberInfo) -> Cell:
        return Cell(day_text(row.added_at), role="text-muted")

    # What the page asks

    def look(self) -> None:
        if self.clan is None:
            return
        if self.stack.currentWidget() is self.member:
            self.member.look()
        else:
            self.question(members(self.clan_id), self._on_members)

    def forget(self) -> None:
        self._all = []
        self.stack.setCurrentWidget(self.list)
        self.table.show_rows([])

    def first_focus(self) -> QWidget | None:
        return self.member.first_focus() if self.stack.currentWidget() is self.member else self.table

    def show_clan(self, clan: ClanInfo) -> None:
        officer = clan.role.reaches(Role.OFFICER)
        for made in (self.add, self.edit, self.remove):
            made.setVisible(officer)
        self.own.setVisible(SourceKind.COMPANION in clan.sources)
        if self.empty.action_button is not None:
            self.empty.action_button.setVisible(officer)

    def open_with(self, **arguments: object) -> None:
        if "member" in arguments and self.clan is not None:
            self._show_member(str(arguments["member"]))
        elif "part" in arguments:
            self.stack.setCurrentWidget(self.list)

    def _on_members(self, told: Told) -> None:
        if self.take(told):
            self._all = list(told.value.items)
            self._arrange()

    def _arrange(self, _text: str = "") -> None:
        words = self.search.text().casefold().split()
        found = [
            row
            for row in self._all
            if all(word in f"{row.name} {row.user_name or ''} {row.job or ''}".casefold() for word in words)
        ]
        found.sort(key=lambda row: row.name.casefold())
        if self._sort != "name":
            found.sort(key=self._key, reverse=self._descending)
        elif self._descending:
            found.reverse()
        self.table.show_rows(found, key="id")
        state = self.table if found else self.no_match if self._all else self.empty
        self.lists.setCurrentWidget(state)
        self.count.setText(counted(len(found), self.tr("{0} member"), self.tr("{0} members")))
        for made in (self.edit, self.remove):
            made.setEnabled(bool(found))

    def _key(self, row: MemberInfo) -> tuple[bool, str]:
        said = {
            "source": str(row.source),
            "player": (row.user_name or "").casefold(),
            "seen": row.sampled_at.isoformat() if row.sampled_at else "",
            "added": row.added_at.isoformat(),
        }[self._sort]
        # What is not known stands last, whichever way the others run.
        return (not said) is not self._descending, said

    def _sort_by(self, name: str) -> None:
        self._descending = not self._descending if name == self._sort else name in {"seen", "added"}
        self._sort = name
        self.table.show_sort(name, descending=self._descending)
        self._arrange()

    def _clear(self) -> None:
        self.search.clear()
        self.search.setFocus()

    def _find(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    # A member

    def _open(self, row: MemberInfo) -> None:
        self._show_member(row.id)

    def _show_member(self, member_id: str) -> None:
        assert self.clan is not None
        self.stack.setCurrentWidget(self.member)
        self.states.setCurrentWidget(self.body)
        self.member.show_member(self.clan, member_id)
        self.member.first_focus().setFocus()

    def _back(self) -> None:
        self.stack.setCurrentWidget(self.list)
        self.look()
        self.table.setFocus()

    # Changes

    def _add(self) -> None:
        from desktop.ui.clans.member_dialogs import AddMembersDialog

        assert self.clan is not None
        dialog = AddMembersDialog(self.context, self.clan, self.window())
        dialog.made.connect(self._on_added)
        dialog.open()

    def _add_own(self) -> None:
        from desktop.ui.clans.member_dialogs import AddCharactersDialog

        assert self.clan is not None
        dialog = AddCharactersDialog(self.context, self.clan, self.window())
        dialog.made.connect(self._on_added)
        dialog.open()

    def _on_added(self, found: object) -> None:
        number = len(getattr(found, "items", ()))
        self.say(
            counted(number, self.tr("1 member added"), self.tr("{0} members added"))
            if number
            else self.tr("They are all followed already")
        )

    def _edit(self) -> None:
        row = self.table.current()
        if row is None or self.clan is None:
            return
        from desktop.ui.clans.member_dialogs import MemberDialog

        MemberDialog(self.context, self.clan, row, self.window()).open()

    def _remove_current(self) -> None:
        if self.table.current() is not None:
            self._remove(self.table.current())

    def _remove(self, row: MemberInfo) -> None:
        if not self.may(Role.OFFICER):
            return
        from desktop.ui.clans.dialogs import ConfirmDialog

        clan, member_id = self.clan_id, row.id
        ConfirmDialog(
            self.context,
            self.tr("Remove a member"),
            self.tr("Remove"),
            self.tr(
                "{0} is no longer followed, and leaves the boards. Contests that are locked keep it."
            ).format(row.name),
            lambda client: client.remove_member(clan, member_id),
            self.window(),
            touches={"members", "clan"},
        ).open()
