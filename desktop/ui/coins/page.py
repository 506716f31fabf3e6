"""The Coins page: what there is, where it came from, and that the books are right."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.bridge.background import Job, Latest
from desktop.services.economy.books import Check, Line, Sums, Totals
from desktop.services.economy.wallet import Purse
from desktop.ui.coins.filters import BookFilters
from desktop.ui.coins.flow import SPANS, FlowPanel
from desktop.ui.coins.model import Column, EntryModel
from desktop.ui.coins.summary import Summary
from desktop.ui.coins.words import line_name
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.page import Page
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from shared.errors import MapleHubError

_WIDE = 1040
"""Pixels of page from which on the chart stands beside the list."""


@dataclass(frozen=True, slots=True)
class _Read:
    purse: Purse
    lines: list[Line]
    totals: Totals
    sums: list[Sums]


class CoinsPage(Page):
    """The ledger, readable."""

    kinds: ClassVar[frozenset[str]] = frozenset({"ledger_transactions", "characters"})

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Coins"))
        self.setAccessibleName(self.tr("Coins"))
        self._reads = Latest(context.background, self)
        self._pages = Latest(context.background, self)
        self._writing: Job | None = None
        self.check_button = button(
            self.tr("Check the books"),
            "quiet",
            "check",
            hint=self.tr("Replays every entry and compares it with every balance"),
        )
        self.check_button.clicked.connect(self.check_books)
        self.export_button = button(self.tr("Export…"), "plain", "download")
        self.export_button.clicked.connect(self._export)
        self.controls.addWidget(self.check_button)
        self.controls.addWidget(self.export_button)
        self.summary = Summary(context.catalog)
        self.filters = BookFilters(context.catalog, lambda: context.today)
        self.filters.changed.connect(self.refresh)
        self.count = label("", "caption", "muted")
        self.flow = FlowPanel()
        self.flow.bucket_changed.connect(self.refresh)
        self.model = EntryModel(context.catalog, self._read_on, self)
        self.table = self._table()
        self.stack = QStackedWidget()
        self._states()
        left = QVBoxLayout()
        left.setSpacing(SPACE_S)
        left.addWidget(self.filters)
        left.addWidget(self.count)
        left.addWidget(self.stack, 1)
        row = QHBoxLayout()
        row.setSpacing(SPACE_L)
        row.addLayout(left, 1)
        row.addWidget(self.flow)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addWidget(self.summary)
        column.addLayout(row, 1)
        self.body.addWidget(holder, 1)

    def refresh(self) -> None:
        wanted, bucket = self.filters.filter(), self.flow.bucket
        books, wallet = self.context.services.books, self.context.services.wallet

        def read() -> _Read:
            return _Read(
                wallet.purse(),
                books.lines(wanted),
                books.totals(wanted),
                books.statistics(wanted, bucket, SPANS[bucket]),
            )

        self._reads.database(read, self._show, self._on_failed)

    def first_focus(self) -> QWidget:
        shown = self.stack.currentWidget()
        if isinstance(shown, EmptyState) and shown.action_button is not None:
            return shown.action_button
        return self.table

    def check_books(self) -> None:
        """Replay everything and say what was found."""
        books = self.context.services.books
        self.check_button.setEnabled(False)
        self.context.background.database(books.check, self._checked, self._not_checked, owner=self)

    def export_to(self, path: Path) -> None:
        """Write what the filters let through; the button then stops it."""
        if self._writing is not None:
            return
        wanted, books, catalog = self.filters.filter(), self.context.services.books, self.context.catalog
        name = partial(line_name, catalog)

        def work(job: Job) -> int:
            return books.export(wanted, path, name, report=job.report, cancelled=lambda: bool(job.cancelled))

        self._writing = self.context.background.database_job(
            work, partial(self._written, path), self._not_written, owner=self
        )
        self._writing.on_progress = self._progress
        self.export_button.setText(self.tr("Stop"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.flow.setVisible(self.width() >= _WIDE)

    def _table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(self.tr("Entries"))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(32)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.WHAT, QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(False)
        for column, width in (
            (Column.TIME, 148),
            (Column.AMOUNT, 84),
            (Column.BALANCE, 92),
        ):
            table.setColumnWidth(column, width)
        return table

    def _states(self) -> None:
        self.loading = LoadingState(self.tr("Reading the books"), rows=8)
        self.nothing = EmptyState(
            "nothing_yet",
            self.tr("No entries yet"),
            self.tr("Clear a boss, finish a task or take the daily reward on Home, and it is booked here."),
            self.tr("Go to Bosses"),
        )
        self.nothing.action.connect(partial(self.context.shell.go, "bosses"))
        self.no_match = EmptyState("no_match", self.tr("No entry matches"), "", self.tr("Show everything"))
        self.no_match.action.connect(self.filters.clear)
        self.failed = EmptyState(
            "could_not_load", self.tr("The books could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.refresh)
        for state in (self.loading, self.table, self.nothing, self.no_match, self.failed):
            self.stack.addWidget(state)

    def _show(self, read: _Read) -> None:
        self.summary.recolour()
        self.summary.show_purse(read.purse)
        self.model.set_lines(read.lines, read.totals.count)
        self.flow.show_sums(read.sums, read.totals)
        count = read.totals.count
        self.count.setText(
            self.tr("1 entry") if count == 1 else self.tr("{0} entries").format(grouped(count))
        )
        self.export_button.setEnabled(count > 0)
        if count:
            self.stack.setCurrentWidget(self.table)
            if not self.table.currentIndex().isValid():
                self.table.setCurrentIndex(self.model.index(0, 0))
        elif self.filters.narrowed:
            self.stack.setCurrentWidget(self.no_match)
        else:
            self.stack.setCurrentWidget(self.nothing)
        self.count.setVisible(count > 0)

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, MapleHubError):
            self.context.background.crashed.emit(error)
        self.failed.set_text(str(error))
        self.stack.setCurrentWidget(self.failed)

    def _read_on(self, offset: int) -> None:
        wanted, books = self.filters.filter(), self.context.services.books
        self._pages.database(lambda: books.lines(wanted, offset), self.model.add_lines, self._on_failed)

    def _checked(self, check: Check) -> None:
        self.check_button.setEnabled(True)
        if check.faults:
            said = self.tr("The books are wrong in {0} places: {1}").format(
                len(check.faults), check.faults[0]
            )
            self.context.shell.toast(said, tone="error")
            return
        said = self.tr("The books are right: {0} entries of {1} transactions agree with {2} balances.")
        self.context.shell.toast(
            said.format(grouped(check.entries), grouped(check.transactions), grouped(check.accounts)),
            tone="success",
        )

    def _not_checked(self, error: Exception) -> None:
        self.check_button.setEnabled(True)
        self._on_failed(error)

    def _export(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            self._export_ended()
            return
        name = f"maplehub-coins-{self.context.today.isoformat()}.csv"
        dialog = QFileDialog(self, self.tr("Export the entries"), name, self.tr("CSV (*.csv)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(self._chosen_file)
        dialog.open()

    def _chosen_file(self, file: str) -> None:
        self.export_to(Path(file))

    def _progress(self, share: float) -> None:
        self.export_button.setText(self.tr("Stop ({0} %)").format(round(share * 100)))

    def _written(self, path: Path, count: int) -> None:
        self._export_ended()
        said = self.tr("Exported 1 entry to {1}") if count == 1 else self.tr("Exported {0} entries to {1}")
        folder = QUrl.fromLocalFile(str(path.parent))
        self.context.shell.toast(
            said.format(grouped(count), path.name),
            self.tr("Open folder"),
            partial(QDesktopServices.openUrl, folder),
            "success",
        )

    def _not_written(self, error: Exception) -> None:
        self._export_ended()
        if isinstance(error, MapleHubError):
            self.context.shell.toast(str(error), tone="error")
        else:
            self.context.background.crashed.emit(error)

    def _export_ended(self) -> None:
        self._writing = None
        self.export_button.setText(self.tr("Export…"))
