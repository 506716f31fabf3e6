"""The drop rates: filters, table and details, and every state without a table."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.background import Job
from desktop.bridge.community import FIGURES, FigureReader, Told
from desktop.services.community import DropLine, Own, by_week, listing
from desktop.services.questions import drop_rates, item_history
from desktop.ui.community.delegate import RatesDelegate
from desktop.ui.community.detail import WIDTH, DropPanel
from desktop.ui.community.filters import RatesFilters
from desktop.ui.community.model import Column, RatesModel
from desktop.ui.community.table import RatesTable
from desktop.ui.context import Context
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_XL
from shared.api.stats import RatePeriod

_NARROW = 860
"""Pixels; below them the details take the table's place."""
_SETTLE_MS = 250
"""The keyboard stays this long on a line before its history is asked for."""
_DOWN_FIRST = frozenset(Column) - {Column.DROP, Column.SURE}


class RatesView(QWidget):
    """told: how the figures stand, as a Told. details_wanted: whether the details are shown.

    own_counted: `own`, the player's own runs, were counted again. told_now: what was told last.
    """

    told = Signal(object)
    details_wanted = Signal(bool)
    own_counted = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._reader = FigureReader(context.community, self)
        self._histories = FigureReader(context.community, self)
        self.told_now = Told()
        self.own: Own = {}
        self._counting: Job | None = None
        self._listing: Job | None = None
        self._drawing: Job | None = None
        self._listed = False
        self._sort, self._descending = Column.DROP, False
        self._details = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.ask_history)
        self._build()

    # What the page asks

    def look(self, *, anew: bool = False) -> None:
        """Show what is known, and ask what is new. anew: however young the copy is."""
        self._reader.ask(drop_rates(*self.filters.stratum), self.show_told, anew=anew)

    def count_own(self) -> None:
        """Count the player's own runs again."""
        if self._counting is not None:
            self._counting.cancel()
        context = self._context
        self._counting = context.community.count_own(context.today, self._on_own, self._on_failed, self)

    def show_details(self, shown: bool) -> None:
        """Show the panel or put it away."""
        self._details = shown
        self._arrange()
        self._show_current()

    def forget(self) -> None:
        """Another server tells: what was shown, or is on its way, is not its."""
        self._reader.cancel()
        self._histories.cancel()
        if self._listing is not None:
            self._listing.cancel()
        self.told_now, self._listed = Told(), False
        self.model.set_lines(())
        self.stack.setCurrentWidget(self._waiting)

    # Building

    def _build(self) -> None:
        self.filters = RatesFilters()
        self.filters.changed.connect(self._on_filter)
        self.filters.asked.connect(self._on_asked)
        self.count = label("", "caption", "muted")
        self.model = RatesModel(self)
        self.model.choose(self.filters.choice)
        context = self._context
        self.table = RatesTable(self.model, RatesDelegate(context.catalog, context.pictures, self))
        self.table.opened.connect(self._open_details)
        self.table.chosen.connect(self._show_current)
        self.table.sort_header.sort_asked.connect(self.sort_by)
        context.pictures.arrived.connect(self.table.viewport().update)
        self.panel = DropPanel(context.catalog, context.pictures)
        self.panel.closed.connect(self._close_details)
        self.panel.diary_asked.connect(self._open_diary)
        self.panel.hide()
        self.list = QWidget()
        row = QHBoxLayout(self.list)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_L)
        row.addWidget(self.table, 1)
        row.addWidget(self.panel)
        self._build_states()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addWidget(self.filters)
        column.addWidget(self.count)
        column.addWidget(self.stack, 1)
        self._show_sort()

    def _build_states(self) -> None:
        self._waiting = QWidget()
        column = QVBoxLayout(self._waiting)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(LoadingState(self.tr("Loading the drop rates"), rows=9))
        column.addStretch(1)
        self.failed = EmptyState(
            "could_not_load", self.tr("The figures could not be loaded"), "", self.tr("Try again")
        )
        self.failed.action.connect(self._try_again)
        self.no_data = EmptyState(
            "nothing_yet",
            self.tr("No figures yet"),
            self.tr("A boss is told of once enough players share their runs."),
            self.tr("Show my own runs"),
        )
        self.no_data.action.connect(self._show_mine)
        self.no_match = EmptyState(
            "no_match",
            self.tr("No drop matches"),
            self.tr("No drop fits all of these filters."),
            self.tr("Clear filters"),
        )
        self.no_match.action.connect(self._clear)
        self.stack = QStackedWidget()
        for state in (self._waiting, self.list, self.failed, self.no_data, self.no_match):
            self.stack.addWidget(state)

    # What arrives

    def show_told(self, told: Told) -> None:
        """Show figures, or say why there are none."""
        same = told.figures is self.told_now.figures
        self.told_now = told
        self.told.emit(told)
        if told.figures is None:
            if told.error is not None:
                self.failed.set_text(told.error.message)
                self.stack.setCurrentWidget(self.failed)
            elif not self._listed and self.stack.currentWidget() is not self.failed:
                self.stack.setCurrentWidget(self._waiting)
            self.count.setText("")
        elif not same or not self._listed:
            self._list()

    def _on_own(self, own: Own) -> None:
        self.own = own
        self.own_counted.emit()
        if self.told_now.figures is not None:
            self._list()

    def _list(self) -> None:
        if self._listing is not None:
            self._listing.cancel()
        catalog, today, rates, own = (
            self._context.catalog,
            self._context.today,
            self.told_now.figures,
            self.own,
        )
        self._listing = self._context.background.on_thread(
            FIGURES,
            lambda: listing(catalog, rates.items, own, today, rates.world, rates.party),
            self._on_lines,
            self._on_failed,
            owner=self,
        )

    def _on_lines(self, lines: list[DropLine]) -> None:
        current = self.table.current()
        self._listed = True
        self.model.set_lines(lines)
        self.filters.set_bosses(list(dict.fromkeys((line.boss_id, line.boss_name) for line in lines)))
        self.model.choose(self.filters.choice)
        self._show_state(current)

    def _on_failed(self, error: Exception) -> None:
        self._context.background.crashed.emit(error)

    def _show_state(self, current: DropLine | None) -> None:
        shown = len(self.model.shown)
        if shown:
            had_focus = self.stack.isAncestorOf(self.focusWidget() or self)
            self.stack.setCurrentWidget(self.list)
            self.table.stay_at(current)
            if had_focus and not self.panel.isAncestorOf(self.focusWidget() or self):
                self.table.setFocus()
        else:
            rated = self.told_now.figures is not None and self.told_now.figures.items
            self.stack.setCurrentWidget(self.no_match if rated or self._narrowed else self.no_data)
        self.count.setText(self._count_text(shown) if shown else "")
        self._show_current()

    @property
    def _narrowed(self) -> bool:
        choice = self.filters.choice
        return bool(choice.mine or choice.words or choice.boss)

    def _count_text(self, shown: int) -> str:
        said = self.tr("1 drop") if shown == 1 else self.tr("{0} drops").format(grouped(shown))
        choice = self.filters.choice
        few = sum(
            line.rate is not None and (line.rate.total_runs or 0) < choice.sample for line in self.model.all
        )
        if few and not self._narrowed:
            more = self.tr("{0} more are of bosses with fewer than {1} runs")
            said += f" · {more.format(grouped(few), grouped(choice.sample))}"
        return said

    # Filters and sorting

    def _on_filter(self) -> None:
        current = self.table.current()
        self.model.choose(self.filters.choice)
        if self._listed:
            self._show_state(current)

    def _on_asked(self) -> None:
        self.model.choose(self.filters.choice)
        self._listed = False
        self.look()

    def sort_by(self, column: int) -> None:
        """Sort by a column; the same one again turns the order round."""
        chosen = Column(column)
        if chosen is self._sort:
            self._descending = not self._descending
        else:
            self._sort, self._descending = chosen, chosen in _DOWN_FIRST
        self.model.sort_by(self._sort, descending=self._descending)
        self._show_sort()
        if self._listed:
            self._show_state(None)

    def _show_sort(self) -> None:
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        self.table.sort_header.setSortIndicator(int(self._sort), order)

    def _clear(self) -> None:
        self.filters.reset()
        self.filters.search.setFocus()

    def _show_mine(self) -> None:
        self.filters.apply(sample=0, mine=True)

    def _try_again(self) -> None:
        self.stack.setCurrentWidget(self._waiting)
        self.look(anew=True)

    # Details

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < _NARROW
        self.panel.setVisible(self._details)
        self.table.setVisible(not (self._details and narrow))
        self.panel.setMinimumWidth(WIDTH)
        self.panel.setMaximumWidth(16_777_215 if narrow else WIDTH)

    def _open_details(self) -> None:
        self.details_wanted.emit(True)
        if not self.table.isVisible():
            self.panel.close_button.setFocus()

    def _close_details(self) -> None:
        self.details_wanted.emit(False)
        self.table.setFocus()

    def _show_current(self) -> None:
        line = self.table.current()
        if line is None or not self._details:
            self._histories.cancel()
            return
        self.panel.show_line(line)
        self._settle.start()

    def ask_history(self) -> None:
        """Ask how the chosen drop came over time."""
        line = self.table.current()
        if line is None or line.rate is None or not self.panel.isVisible():
            return
        world, party = self.filters.stratum
        self._histories.ask(item_history(line.boss_id, line.item_id, world, party), self._on_history)

    def _on_history(self, told: Told) -> None:
        if told.figures is None:
            return
        history = told.figures
        if self._drawing is not None:
            self._drawing.cancel()

        def draw(periods: list[RatePeriod]) -> None:
            self.panel.show_history(periods, len(history.months))

        self._drawing = self._context.background.on_thread(
            FIGURES, lambda: by_week(history), draw, self._on_failed, owner=self
        )

    def _open_diary(self) -> None:
        line = self.table.current()
        if line is not None:
            boss = self._context.catalog.bosses.get(line.boss_id)
            self._context.shell.go("diary", boss=None if boss is None else boss.boss_slug, view="list")
