"""How far everybody came in a contest: so far, or as it was frozen."""

from dataclasses import dataclass

from desktop.ui.clans.table import ROW, Cell, Column, RowsTable
from desktop.ui.clans.words import NOTHING, counted, full, rule_kind_name, rule_text, short
from desktop.ui.context import Context
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from shared.api.contests import ContestInfo, StandingRow, Standings

_MOST_COLUMNS = 3
_LEAST_ROWS, _MOST_ROWS = 2, 12


@dataclass(frozen=True, slots=True)
class _Line:
    row: StandingRow
    mine: bool


class StandingsCard(Card):
    """Sorted by entries, then by name; the player's own members stand first among equals."""

    def __init__(self, context: Context) -> None:
        super().__init__(" ")
        self.title_label.setText(self.tr("Standings"))
        self._context = context
        self._contest: ContestInfo | None = None
        self._found: Standings | None = None
        self._mine: set[str] = set()
        self.note = label("", "caption", "muted", wrap=True)
        self.add(self.note)
        self.table: RowsTable | None = None
        self._rules: tuple[object, ...] = ()

    def show_contest(self, contest: ContestInfo) -> None:
        """Whose standings these are."""
        other = self._contest is None or self._contest.id != contest.id
        self._contest = contest
        if other:
            self._found = None
        rules = (contest.id, *contest.rules)
        if rules != self._rules:
            self._rules = rules
            self._make_table(contest)
        self._show()

    def show_standings(self, found: Standings) -> None:
        """Show these."""
        self._found = found
        self._show()

    def set_mine(self, member_ids: set[str]) -> None:
        """Which members are the player's own."""
        self._mine = member_ids
        self._show()

    def _make_table(self, contest: ContestInfo) -> None:
        if self.table is not None:
            self.body.removeWidget(self.table)
            self.table.hide()
            self.table.deleteLater()
        columns = [Column("name", self.tr("Member"), self._name)]
        for number, rule in enumerate(contest.rules[:_MOST_COLUMNS]):
            columns.append(
                Column(f"rule{number}", rule_kind_name(rule.kind), _Amount(self, number), 104, right=True)
            )
        columns.append(Column("entries", self.tr("Entries"), self._entries, 84, right=True))
        self.table = RowsTable(self.tr("Standings"), columns, self._context.pictures, height=ROW)
        self.add(self.table)

    def _show(self) -> None:
        contest, found, table = self._contest, self._found, self.table
        if contest is None or table is None:
            return
        rows = [] if found is None else found.items
        lines = [_Line(row, row.member_id in self._mine) for row in rows]
        lines.sort(key=lambda line: (-len(line.row.entries), not line.mine, line.row.name.casefold()))
        table.show_rows(lines)
        shown = max(_LEAST_ROWS, min(_MOST_ROWS, len(lines)))
        table.setFixedHeight(table.horizontalHeader().sizeHint().height() + shown * ROW + 6)
        table.setVisible(bool(lines))
        entered = sum(bool(line.row.entries) for line in lines)
        said = counted(entered, self.tr("1 member has entered."), self.tr("{0} members have entered."))
        if found is not None and found.frozen:
            said += self.tr(" Frozen at the end; what is corrected later stands as a remark.")
        elif found is not None:
            said += self.tr(" So far; every snapshot moves it on.")
        if contest.phase == "no_entries":
            said = self.tr("Nobody satisfied a rule.")
        self.note.setText(said if found is not None else self.tr("Asking the server"))

    def _name(self, line: _Line) -> Cell:
        name = self.tr("{0} (you)").format(line.row.name) if line.mine else line.row.name
        return Cell(name, strong=line.mine)

    def _entries(self, line: _Line) -> Cell:
        number = len(line.row.entries)
        return Cell(str(number), role="success" if number else "text-muted", strong=bool(number))

    def amount(self, line: _Line, place: int) -> Cell:
        """How far somebody came with a rule."""
        amounts = line.row.amounts
        amount = amounts[place] if place < len(amounts) else None
        if amount is None:
            unknown = self.tr("Where this began is not known, so it does not count.")
            return Cell(NOTHING, role="text-muted", tip=unknown, said=self.tr("unknown"))
        reached = place in line.row.entries
        assert self._contest is not None
        tip = f"{full(amount)} · {rule_text(self._contest.rules[place], self._context.catalog)}"
        return Cell(
            short(amount),
            role="success" if reached else "text-muted",
            icon="check" if reached else "",
            tip=tip,
        )


class _Amount:
    """The cell of one rule."""

    def __init__(self, card: StandingsCard, place: int) -> None:
        self._card, self._place = card, place

    def __call__(self, line: _Line) -> Cell:
        return self._card.amount(line, self._place)
