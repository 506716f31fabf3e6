"""The Diary page: every run ever, to search, sort, sell, mend and look at from above."""

from functools import partial
from typing import ClassVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.services.diary import DiaryEntry, DiaryFilter, Totals
from desktop.ui.context import Context
from desktop.ui.diary.charts import ChartData, DiaryCharts
from desktop.ui.diary.delegate import DiaryDelegate
from desktop.ui.diary.detail import DetailPanel
from desktop.ui.diary.filters import FilterBar
from desktop.ui.diary.model import PAGE, SORT_KEYS, Column, DiaryModel
from desktop.ui.diary.presenter import DiaryPresenter, Listing
from desktop.ui.diary.table import DiaryTable
from desktop.ui.diary.totals import TotalsStrip
from desktop.ui.kit.buttons import button
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.page import Page
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from shared.errors import MapleHubError

_ROOM_FOR_DETAILS = 1300


class DiaryPage(Page):
    """Arguments of open_with: character_id, boss (slug), item (slug), show (a Show value), text, view."""

    kinds: ClassVar[frozenset[str]] = frozenset({"boss_runs", "boss_run_drops", "characters"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Diary"))
        self.setAccessibleName(self.tr("Diary"))
        self.sort = Column.DATE
        self.descending = True
        self._asked = DiaryFilter()
        self._asked_sort = (self.sort, self.descending)
        self._details_decided = False
        self.presenter = DiaryPresenter(
            context.services, context.background, context.operations, context.shell, context.community, self
        )
        self._build_header()
        self._build_filters(context)
        self._build_list(context)
        self.charts: DiaryCharts | None = None
        QShortcut(
            QKeySequence.StandardKey.Find,
            self,
            self._find,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        context.selection.listed.connect(self._characters_listed)
        context.community.changed.connect(self._show_chosen)
        context.pictures.arrived.connect(self.table.viewport().update)

    # What the shell asks

    def refresh(self) -> None:
        condition = self.filters.condition(self.context.today)
        self._asked_sort = (self.sort, self.descending)
        self._asked = condition
        top = max(0, self.table.rowAt(1)) // PAGE
        self.presenter.load(
            condition,
            SORT_KEYS[self.sort],
            self._on_list,
            self._on_failed,
            descending=self.descending,
            page=top,
        )

    def open_with(self, **arguments: object) -> None:
        if arguments.get("view") in {"list", "charts"}:
            self.view_switch.set_value(arguments["view"])
            self._switch()
        known = {"character_id", "boss", "item", "show", "text", "dates"} & set(arguments)
        if known:
            self.filters.apply(
                character_id=arguments.get("character_id"),
                boss_slug=arguments.get("boss"),
                item=arguments.get("item"),
                show=arguments.get("show", "all"),
                text=str(arguments.get("text", "")),
                dates=str(arguments.get("dates", "any")),
            )

    def first_focus(self) -> QWidget:
        return self.view_switch if self._charts_shown else self.table

    # Building

    def _build_header(self) -> None:
        self.view_switch = Segmented(
            self.tr("View"), [("list", self.tr("List")), ("charts", self.tr("Charts"))]
        )
        self.view_switch.changed.connect(self._switch)
        self.details_button = button(self.tr("Details"), "plain", "eye")
        self.details_button.setCheckable(True)
        self.details_button.setToolTip(self.tr("Show the selected run beside the table"))
        self.details_button.toggled.connect(self._show_details)
        self.import_button = button(self.tr("Import…"), "plain", "download")
        self.import_button.clicked.connect(partial(self._run_command, "import"))
        self.export_button = button(self.tr("Export…"), "plain", "upload")
        self.export_button.clicked.connect(partial(self._run_command, "export"))
        for control in (self.details_button, self.import_button, self.export_button, self.view_switch):
            self.controls.addWidget(control)

    def _build_filters(self, context: Context) -> None:
        self.filters = FilterBar(context.catalog, context.today)
        self.filters.set_characters(context.selection.characters)
        self.filters.changed.connect(self._on_filter)
        self.totals = TotalsStrip()
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_M)
        column.setSpacing(SPACE_M)
        column.addWidget(self.filters)
        second = QWidget()
        row = FlowLayout(second, SPACE_XL, SPACE_S)
        row.addWidget(self.filters.show_switch)
        row.addWidget(self.totals)
        column.addWidget(second)
        self.body.addWidget(holder)

    def _build_list(self, context: Context) -> None:
        diary = context.services.diary
        self.model = DiaryModel(context.background, context.catalog, diary.page, self)
        self.model.dataChanged.connect(self._show_chosen)
        self.model.failed.connect(self._on_failed)
        self.table = DiaryTable(self.model, DiaryDelegate(context.catalog, context.pictures, self))
        self.table.edit_asked.connect(self._edit)
        self.table.remove_asked.connect(self._remove)
        self.table.nothing_asked.connect(self._nothing)
        self.table.menu_asked.connect(self._menu)
        self.table.chosen.connect(self._show_chosen)
        self.table.sort_header.sort_asked.connect(self.sort_by)
        self.detail = DetailPanel(context.catalog, context.pictures)
        self.detail.sold.connect(self.presenter.sell)
        self.detail.edit_asked.connect(self._edit)
        self.detail.nothing_asked.connect(self._nothing)
        self.detail.remove_asked.connect(self._remove)
        self.detail.closed.connect(self._close_details)
        self.detail.hide()
        self.list = QWidget()
        row = QHBoxLayout(self.list)
        row.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        row.setSpacing(SPACE_L)
        row.addWidget(self.table, 1)
        row.addWidget(self.detail)
        self.loading = LoadingState(self.tr("Loading the diary"), rows=10)
        waiting = QWidget()
        column = QVBoxLayout(waiting)
        column.setContentsMargins(SPACE_XL, SPACE_S, SPACE_XL, SPACE_XL)
        column.addWidget(self.loading)
        column.addStretch(1)
        self.waiting = waiting
        self.nothing_yet = EmptyState(
            "nothing_yet",
            self.tr("Nothing in the diary yet"),
            self.tr("Every run you tick or log is kept here, with its drops and what they sold for."),
            self.tr("Log a run"),
        )
        self.nothing_yet.action.connect(self._log)
        self.no_match = EmptyState(
            "no_match",
            self.tr("No run matches"),
            self.tr("No run in the diary fits all of these filters."),
            self.tr("Clear filters"),
        )
        self.no_match.action.connect(self._clear_filters)
        self.failed = EmptyState(
            "could_not_load", self.tr("The diary could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self._try_again)
        self.stack = QStackedWidget()
        for widget in (waiting, self.list, self.nothing_yet, self.no_match, self.failed):
            self.stack.addWidget(widget)
        self.body.addWidget(self.stack, 1)
        self._show_sort()

    # What arrives

    def _on_list(self, listing: Listing) -> None:
        rows, first, at = listing
        same_question = (self._asked, self._asked_sort) == getattr(self, "_shown", None)
        self._shown = (self._asked, self._asked_sort)
        focused: QWidget | None = self.focusWidget()
        had_focus = focused is not None and self.isActiveWindow() and self.stack.isAncestorOf(focused)
        in_detail = focused is not None and self.detail.isAncestorOf(focused)
        place = self.table.keep_place()
        # Only what was read for the page at the top of the new list is of use.
        if self.model.set_rows(rows, first, at):
            self.table.restore_place(place, scroll=same_question)
        if not rows:
            self.detail.show_nothing()
        self._show_state()
        if rows:
            self.table.ensure_current()
        if had_focus and not in_detail and not self._charts_shown and rows:
            self.table.setFocus()
        self._show_chosen()
        self.presenter.load_totals(self._asked, self._on_totals, self._on_failed)
        if self._charts_shown:
            self._load_charts()

    def _on_totals(self, totals: Totals) -> None:
        self.totals.show_totals(totals)

    def _on_charts(self, data: ChartData) -> None:
        if self.charts is not None:
            self.charts.show_data(data)

    def _on_failed(self, error: Exception) -> None:
        message = error.message if isinstance(error, MapleHubError) else ""
        self.failed.setAccessibleDescription(message)
        self.failed.setToolTip(message)
        self.stack.setCurrentWidget(self.failed)

    def _try_again(self) -> None:
        self.stack.setCurrentWidget(self.waiting)
        self.invalidate()

    def _show_state(self) -> None:
        if not self.model.rows:
            self.stack.setCurrentWidget(self.nothing_yet if self._asked == DiaryFilter() else self.no_match)
        elif self._charts_shown and self.charts is not None:
            self.stack.setCurrentWidget(self.charts)
        else:
            self.stack.setCurrentWidget(self.list)

    # Filters, sorting, views

    @property
    def _charts_shown(self) -> bool:
        return self.view_switch.value() == "charts"

    def sort_by(self, column: int) -> None:
        """Sort by a column; the same one again turns the order round."""
        chosen = Column(column)
        if chosen is self.sort:
            self.descending = not self.descending
        else:
            first_down = {Column.DATE, Column.PARTY, Column.DROPS, Column.CRYSTAL, Column.SOLD, Column.NOTE}
            self.sort, self.descending = chosen, chosen in first_down
        self._show_sort()
        self.invalidate()

    def _show_sort(self) -> None:
        order = Qt.SortOrder.DescendingOrder if self.descending else Qt.SortOrder.AscendingOrder
        self.table.sort_header.setSortIndicator(int(self.sort), order)

    def _on_filter(self) -> None:
        self.invalidate()

    def _clear_filters(self) -> None:
        self.filters.reset()
        self.filters.search.setFocus()

    def _switch(self, _value: object = None) -> None:
        if self._charts_shown and self.charts is None:
            self.charts = DiaryCharts(self.context.catalog, self.context.pictures)
            self.stack.addWidget(self.charts)
        self.details_button.setVisible(not self._charts_shown)
        if hasattr(self, "_shown"):
            self._show_state()
        if self._charts_shown:
            self._load_charts()

    def _load_charts(self) -> None:
        self.presenter.load_charts(self._asked, self._on_charts, self._on_failed)

    def _characters_listed(self) -> None:
        self.filters.set_characters(self.context.selection.characters)

    def _find(self) -> None:
        self.filters.search.setFocus()
        self.filters.search.selectAll()

    # Runs

    def _edit(self) -> None:
        entry = self._current_entry()
        if entry is not None:
            self.presenter.edit(entry.run.id)

    def _remove(self) -> None:
        self.presenter.remove(self.table.selected_numbers())

    def _nothing(self) -> None:
        self.presenter.nothing(self.table.selected_numbers())

    def _log(self) -> None:
        self.context.shell.log_run()

    def _current_entry(self) -> DiaryEntry | None:
        index = self.table.currentIndex()
        return self.model.entry(index.row()) if index.isValid() else None

    def _menu(self, place: QPoint) -> None:
        self.make_menu().popup(place)

    def make_menu(self) -> QMenu:
        """Everything that can be done with the selected runs; the keys are named, so that they are learnt."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self.tr("Edit…\tEnter")).triggered.connect(self._edit)
        menu.addAction(self.tr("Nothing dropped\tN")).triggered.connect(self._nothing)
        menu.addAction(self.tr("Remove\tDelete")).triggered.connect(self._remove)
        menu.addSeparator()
        entry = self._current_entry()
        if entry is not None:
            boss = self.context.catalog.bosses.get(entry.run.draft.entry_id)
            if boss is not None:
                only = menu.addAction(self.tr("Only {0}").format(boss.name))
                only.triggered.connect(partial(self._only, boss=boss.boss_slug))
            only = menu.addAction(self.tr("Only {0}").format(entry.character))
            only.triggered.connect(partial(self._only, character_id=entry.run.draft.character_id))
            menu.addSeparator()
        menu.addAction(self.tr("Select all\tCtrl+A")).triggered.connect(self.table.selectAll)
        return menu

    def _only(self, _checked: object = False, **arguments: object) -> None:
        self.open_with(**arguments)

    def _run_command(self, command: str, _checked: object = False) -> None:
        self.context.commands.get(command).run()

    # Details

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        if not self._details_decided and self.isVisible():
            # Wide windows have room for the panel; after that, it is the person's choice.
            self._details_decided = True
            self.details_button.setChecked(self.width() >= _ROOM_FOR_DETAILS)

    def showEvent(self, event: object) -> None:
        if not self._details_decided:
            self._details_decided = True
            self.details_button.setChecked(self.width() >= _ROOM_FOR_DETAILS)
        super().showEvent(event)  # type: ignore[arg-type]

    def _show_details(self, shown: bool) -> None:
        self._details_decided = True
        self.detail.setVisible(shown)
        self.table.set_spare_room(shown)
        self._show_chosen()

    def _close_details(self) -> None:
        self.details_button.setChecked(False)
        self.table.setFocus()

    def _show_chosen(self, *_range: object) -> None:
        if not self.details_button.isChecked():
            return
        count = self.table.selected_count()
        if count == 0:
            self.detail.show_nothing()
        elif count > 1:
            self.detail.show_many(grouped(count))
        else:
            entry = self.model.entry(self.table.selected_places()[0][0])
            if entry is not None:
                self.detail.show_entry(entry, self.context.today)
                self.presenter.load_standing(
                    entry.run.id, self.context.today, self.detail.show_standing, self._on_failed
                )
