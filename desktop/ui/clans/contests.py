"""The clan's contests: the list, and one of them beside it when it is opened."""

from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.clans import Told
from desktop.ui.clans.contest import ContestView
from desktop.ui.clans.part import Part
from desktop.ui.clans.questions import contests
from desktop.ui.clans.table import Cell, Column, RowsTable
from desktop.ui.clans.words import at_text, counted, phase_look, rule_text, when_text
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import EmptyState
from desktop.ui.theme.tokens import SPACE_M, SPACE_XL
from shared.api.clans import ClanInfo
from shared.api.contests import ContestInfo
from shared.clans.roles import Role


class ContestsPart(Part):
    """Arguments of open_with: contest (an id)."""

    subjects: ClassVar[frozenset[str]] = frozenset({"contests"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Contests"))
        self.list = QWidget()
        column = QVBoxLayout(self.list)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        self.count = label("", "caption", "muted")
        self.new = button(self.tr("New contest…"), "primary", "plus")
        self.new.clicked.connect(self._new)
        row = QHBoxLayout()
        row.addWidget(self.count, 1)
        row.addWidget(self.new)
        column.addLayout(row)
        self.table = RowsTable(
            self.tr("Contests"),
            (
                Column("title", self.tr("Contest"), self._title),
                Column("phase", self.tr("State"), self._phase, 180),
                Column("when", self.tr("When"), self._when, 216),
                Column("entries", self.tr("Entries"), self._entries, 84, right=True),
                Column("winners", self.tr("Winners"), self._winners, 168, spare=True),
            ),
            context.pictures,
        )
        self.table.narrow_at(860)
        self.table.opened.connect(self._open)
        self.empty = EmptyState(
            "nothing_yet",
            self.tr("No contest yet"),
            self.tr(
                "Who gains enough enters the draw, and everybody can verify that nobody chose the winner."
            ),
            self.tr("New contest…"),
        )
        self.empty.action.connect(self._new)
        self.lists = QStackedWidget()
        for state in (self.table, self.empty):
            self.lists.addWidget(state)
        column.addWidget(self.lists, 1)
        self.contest = ContestView(context)
        self.contest.closed.connect(self._back)
        self.contest.told.connect(self.told)
        self.contest.draw.finished.connect(self.revealed)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.contest)
        outer = QVBoxLayout(self.body)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.stack)

    # Cells

    def _title(self, row: ContestInfo) -> Cell:
        rules = "; ".join(rule_text(rule, self.context.catalog) for rule in row.rules)
        return Cell(row.title, row.prize or self.tr("no prize named"), tip=rules, strong=True)

    @staticmethod
    def _phase(row: ContestInfo) -> Cell:
        text, role, icon = phase_look(row.phase)
        return Cell(text, role=role, icon=icon, badge=True, tip=row.note)

    def _when(self, row: ContestInfo) -> Cell:
        return Cell(when_text(row, self.now), role="text-muted", tip=at_text(self.now, row.end_time))

    @staticmethod
    def _entries(row: ContestInfo) -> Cell:
        return Cell(f"{row.entries:,}", role="text-muted")

    def _winners(self, row: ContestInfo) -> Cell:
        names = [place.name or "–" for place in row.places]
        if not names or self.contest.hides(row.id):
            return Cell("", role="text-muted")
        more = self.tr(" and {0} more").format(len(names) - 2) if len(names) > 2 else ""
        return Cell(", ".join(names[:2]) + more, tip=", ".join(names))

    # What the page asks

    @property
    def busy(self) -> bool:
        return self.contest.busy

    def look(self) -> None:
        if self.clan is None:
            return
        if self.stack.currentWidget() is self.contest:
            self.contest.look()
        else:
            self.question(contests(self.clan_id), self._on_contests)

    def forget(self) -> None:
        self.contest.leave()
        self.stack.setCurrentWidget(self.list)
        self.table.show_rows([])

    def first_focus(self) -> QWidget | None:
        if self.stack.currentWidget() is self.contest:
            return self.contest.first_focus()
        return self.table if self.lists.currentWidget() is self.table else self.new

    def show_clan(self, clan: ClanInfo) -> None:
        leader = clan.role is Role.LEADER
        self.new.setVisible(leader)
        if self.empty.action_button is not None:
            self.empty.action_button.setVisible(leader)
        self.contest.set_clan(clan)

    def open_with(self, **arguments: object) -> None:
        if "contest" in arguments:
            self._show_contest(str(arguments["contest"]))
        elif "part" in arguments:
            self._back()

    def _on_contests(self, told: Told) -> None:
        if self.take(told):
            found = list(told.value.items)
            self.table.show_rows(found, key="id")
            self.lists.setCurrentWidget(self.table if found else self.empty)
            self.count.setText(counted(len(found), self.tr("{0} contest"), self.tr("{0} contests")))

    def _open(self, row: ContestInfo) -> None:
        self._show_contest(row.id)

    def _show_contest(self, contest_id: str) -> None:
        self.stack.setCurrentWidget(self.contest)
        self.states.setCurrentWidget(self.body)
        self.contest.show_contest(contest_id)
        self.contest.first_focus().setFocus()

    def _back(self) -> None:
        self.contest.leave()
        self.stack.setCurrentWidget(self.list)
        self.look()
        if self.isVisible():
            (self.first_focus() or self.table).setFocus()

    def _new(self) -> None:
        from desktop.ui.clans.contest_form import ContestDialog

        assert self.clan is not None
        dialog = ContestDialog(self.context, self.clan, None, self.window())
        dialog.made.connect(self._made)
        dialog.open()

    def _made(self, contest: object) -> None:
        assert isinstance(contest, ContestInfo)
        self.say(self.tr("Kept as a draft. Start it when it is right: from then on nothing of it changes."))
        self._show_contest(contest.id)
