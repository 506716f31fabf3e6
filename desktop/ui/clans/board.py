"""The leaderboard: any metric over any span, sorted by any column, read on as one scrolls."""

from collections import Counter
from typing import ClassVar, get_args

from PySide6.QtWidgets import QComboBox, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.clans import Told
from desktop.ui.clans.games import GameChoice
from desktop.ui.clans.part import Part
from desktop.ui.clans.questions import board, metrics
from desktop.ui.clans.table import Cell, Column, RowsTable
from desktop.ui.clans.words import (
    NOTHING,
    age_text,
    counted,
    day_text,
    family_name,
    full,
    gain_text,
    metric_name,
    short,
    timeframe_name,
)
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.labels import label
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL
from desktop.ui.words import local_time
from shared.api.clans import ClanInfo
from shared.api.progress import Board, BoardRow, SortBy
from shared.clans.metrics import CLUES, KILLS, LEVELS, XP, Family, Game, family
from shared.clans.timeframes import Timeframe

_SORTS: dict[str, SortBy] = {name: name for name in get_args(SortBy)}
_DOWN_FIRST = {"gained", "value", "freshness"}
_NARROW = 760
_TOTALS = {Family.XP: XP, Family.LEVEL: LEVELS, Family.KC: KILLS, Family.CLUES: CLUES}


class BoardPart(Part):
    """Arguments of open_with: metric, timeframe, game. A row leads to its member's page."""

    subjects: ClassVar[frozenset[str]] = frozenset({"members", "snapshots"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Leaderboard"))
        self._known: list[str] = []
        self._metric = XP
        self._sort: SortBy = "gained"
        self._descending = True
        self._shown: Board | None = None
        self._alike: set[int] = set()
        self._most = 0
        self._metrics_reader = self.make_reader()
        self._more_reader = self.make_reader()
        column = QVBoxLayout(self.body)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addWidget(self._build_bar())
        self.table = self._build_table()
        self.empty = EmptyState(
            "nothing_yet",
            self.tr("Nothing is known yet"),
            self.tr("Once the clan has members and a snapshot was taken, they stand here."),
        )
        self.lists = QStackedWidget()
        self.lists.addWidget(self.table)
        self.lists.addWidget(self.empty)
        column.addWidget(self.lists, 1)

    def _build_bar(self) -> QWidget:
        made = QWidget()
        line = FlowLayout(made, SPACE_S, SPACE_S)
        self.kind_box = QComboBox()
        self.kind_box.setAccessibleName(self.tr("Kind of metric"))
        self.kind_box.setToolTip(self.tr("Kind of metric"))
        self.kind_box.setFixedWidth(132)
        self.kind_box.activated.connect(self._on_kind)
        self.metric_box = QComboBox()
        self.metric_box.setAccessibleName(self.tr("Metric"))
        self.metric_box.setToolTip(self.tr("Metric"))
        self.metric_box.setFixedWidth(220)
        self.metric_box.setMaxVisibleItems(18)
        self.metric_box.activated.connect(self._on_metric)
        self.count = label("", "caption", "muted")
        self.timeframe = Segmented(self.tr("Time"), [(each, timeframe_name(each)) for each in Timeframe])
        self.timeframe.changed.connect(self._ask_anew)
        self.member = button(self.tr("Open the member"), "quiet", "person")
        self.member.setToolTip(self.tr("Every metric of the chosen member (Enter)"))
        self.member.clicked.connect(self._open_current)
        self.games = GameChoice(self.clans)
        self.games.changed.connect(self._on_game)
        for control in (
            self.games,
            self.kind_box,
            self.metric_box,
            self.timeframe,
            self.member,
            self.count,
        ):
            line.addWidget(control)
        return made

    def _build_table(self) -> RowsTable:
        table = RowsTable(
            self.tr("Leaderboard"),
            (
                Column("place", "#", self._place, 64, right=True),
                Column("name", self.tr("Member"), self._name),
                Column("gained", self.tr("Gained"), self._gained, 260, right=True),
                Column("value", self.tr("Now"), self._value, 130, right=True),
                Column("freshness", self.tr("Last read"), self._seen, 130, right=True, spare=True),
            ),
            self.context.pictures,
            sortable=True,
        )
        table.narrow_at(_NARROW)
        table.opened.connect(self._open)
        table.sort_asked.connect(self._sort_by)
        table.lines.more_wanted.connect(self._ask_more)
        table.show_sort("gained", descending=True)
        return table

    # Cells

    def _place(self, row: BoardRow) -> Cell:
        if row.place is None:
            return Cell(NOTHING, role="text-muted", said=self.tr("no place"))
        alike = row.place in self._alike
        text = f"={row.place}" if alike else str(row.place)
        top = row.place <= 3 and bool(row.gained)
        said = (
            self.tr("place {0}, shared").format(row.place)
            if alike
            else self.tr("place {0}").format(row.place)
        )
        return Cell(text, role="accent" if top else "text-muted", said=said, strong=top)

    @staticmethod
    def _name(row: BoardRow) -> Cell:
        return Cell(row.name, tile=row.name, strong=True)

    def _gained(self, row: BoardRow) -> Cell:
        if row.gained is None:
            return Cell(
                NOTHING,
                role="text-muted",
                said=self.tr("nothing known"),
                tip=self.tr(
                    "Nothing of this is known of this member. That is not the same as nothing gained."
                ),
            )
        below, tip = "", full(row.gained)
        if row.since is not None:
            below = self.tr("since {0}").format(day_text(row.since))
            tip = self.tr(
                "{0}. First seen in these days: what came before is unknown and not counted."
            ).format(full(row.gained))
        role = "success" if row.gained > 0 else "text-muted"
        return Cell(
            gain_text(row.gained) if row.gained else "0",
            below,
            role=role,
            tip=tip,
            strong=row.gained > 0,
            share=max(0.0, row.gained / self._most) if self._most else None,
        )

    @staticmethod
    def _value(row: BoardRow) -> Cell:
        return Cell(
            NOTHING if row.value is None else short(row.value), role="text-muted", tip=full(row.value)
        )

    def _seen(self, row: BoardRow) -> Cell:
        if row.sampled_at is None:
            return Cell(self.tr("not yet"), role="text-muted")
        now = self.now
        return Cell(age_text(now, row.sampled_at), role="text-muted", tip=local_time(now, row.sampled_at))

    # What the page asks

    def look(self) -> None:
        if self.clan is not None:
            self._metrics_reader.ask(metrics(self.clan_id, self.games.game), self._on_metrics)
            self.games.look()
            self._ask()

    def show_clan(self, clan: ClanInfo) -> None:
        self.games.set_clan(clan)

    def _on_game(self) -> None:
        self._metric, self._known = XP, []
        self.look()

    def forget(self) -> None:
        self._more_reader.cancel()
        self._metrics_reader.cancel()
        self._shown, self._metric, self._known = None, XP, []
        self.table.show_rows([])

    def first_focus(self) -> Part | RowsTable:
        return self.table

    def open_with(self, **arguments: object) -> None:
        if isinstance(arguments.get("game"), Game):
            self.games.choice.set_value(arguments["game"])
        if isinstance(arguments.get("timeframe"), Timeframe):
            self.timeframe.set_value(arguments["timeframe"])
        if "metric" in arguments:
            self._metric = str(arguments["metric"])
            self._fill()
            self._ask_anew()

    # Asking

    def _ask(self) -> None:
        timeframe = self.timeframe.value()
        if self.clan is None or not isinstance(timeframe, Timeframe):
            return
        self._more_reader.cancel()
        question = board(
            self.clan_id,
            self.games.game,
            self._metric,
            timeframe,
            self._sort,
            descending=self._descending,
            offset=0,
        )
        self.question(question, self._on_board)

    def _ask_anew(self, _value: object = None) -> None:
        self.table.scrollToTop()
        self._ask()

    def _ask_more(self) -> None:
        timeframe = self.timeframe.value()
        if self.clan is None or not isinstance(timeframe, Timeframe):
            return
        question = board(
            self.clan_id,
            self.games.game,
            self._metric,
            timeframe,
            self._sort,
            descending=self._descending,
            offset=len(self.table.lines.rows),
        )
        self._more_reader.ask(question, self._on_more)

    def _on_metrics(self, told: Told) -> None:
        if told.value is not None and list(told.value.items) != self._known:
            self._known = list(told.value.items)
            self._fill()

    def _on_board(self, told: Told) -> None:
        if not self.take(told):
            return
        found = told.value
        assert isinstance(found, Board)
        read_on = (
            told.asking is False
            and self._shown is not None
            and len(self.table.lines.rows) > len(found.items)
            and self._same(found)
        )
        self._shown = found
        if read_on:
            # Who has read on keeps what was read; it is a few minutes old at most.
            return
        rows = list(found.items)
        self._measure(rows)
        self.table.show_rows(rows, key="member_id", more=len(rows) < found.total)
        self._show_count()
        self.lists.setCurrentWidget(self.table if rows else self.empty)
        self.member.setEnabled(bool(rows))

    def _same(self, found: Board) -> bool:
        shown = self._shown
        assert shown is not None
        first = self.table.lines.rows[: len(found.items)]
        return (shown.metric, shown.timeframe) == (found.metric, found.timeframe) and first == list(
            found.items
        )

    def _on_more(self, told: Told) -> None:
        if told.asking:
            return
        if told.error is not None:
            self.table.lines.more = True
            self.refused(told.error)
            return
        found = told.value
        known = {row.member_id for row in self.table.lines.rows}
        rows = [row for row in found.items if row.member_id not in known]
        self._measure([*self.table.lines.rows, *rows])
        count = len(self.table.lines.rows) + len(rows)
        self.table.lines.add_rows(rows, more=bool(rows) and count < found.total)
        self._show_count()

    def _measure(self, rows: list[BoardRow]) -> None:
        """Whose places are shared, and how long the longest bar is."""
        places = Counter(row.place for row in rows if row.place is not None)
        self._alike = {place for place, number in places.items() if number > 1}
        self._most = max((row.gained for row in rows if row.gained is not None), default=0)

    def _show_count(self) -> None:
        total = self._shown.total if self._shown is not None else 0
        shown = len(self.table.lines.rows)
        said = counted(total, self.tr("{0} member"), self.tr("{0} members"))
        self.count.setText(said if shown >= total else self.tr("{0} of {1}").format(shown, said))

    # Choosing

    def _fill(self) -> None:
        """Offer what is known; the metric that is shown is offered in any case."""
        offered = {*self._known, self._metric}
        kinds = [kind for kind in Family if any(family(name) is kind for name in offered)]
        self.kind_box.clear()
        for kind in kinds:
            self.kind_box.addItem(family_name(kind), kind)
        chosen = family(self._metric)
        self.kind_box.setCurrentIndex(self.kind_box.findData(chosen))
        self._offer(chosen)

    def _offer(self, kind: Family) -> None:
        catalog = self.context.catalog
        total = _TOTALS.get(kind)
        found = sorted(
            (name for name in {*self._known, self._metric} if family(name) is kind),
            key=lambda name: (name != total, metric_name(name, catalog)),
        )
        self.metric_box.clear()
        for name in found:
            self.metric_box.addItem(metric_name(name, catalog), name)
        self.metric_box.setCurrentIndex(max(0, self.metric_box.findData(self._metric)))
        self.metric_box.setVisible(len(found) > 1)

    def _on_kind(self, _index: int) -> None:
        kind = Family(self.kind_box.currentData())
        total = _TOTALS.get(kind)
        offered = sorted(name for name in self._known if family(name) is kind)
        self._metric = total if total in offered else offered[0] if offered else self._metric
        self._offer(kind)
        self._ask_anew()

    def _on_metric(self, _index: int) -> None:
        self._metric = str(self.metric_box.currentData())
        self._ask_anew()

    def _sort_by(self, name: str) -> None:
        # Places follow the gain, so their title sorts by it, the first place first.
        sort = _SORTS.get(name, "gained")
        again = sort == self._sort
        self._descending = not self._descending if again else sort in _DOWN_FIRST
        self._sort = sort
        self.table.show_sort(sort, descending=self._descending)
        self._ask_anew()

    def _open(self, row: BoardRow) -> None:
        self.went.emit("members", {"member": row.member_id})

    def _open_current(self) -> None:
        if self.table.current() is not None:
            self._open(self.table.current())
