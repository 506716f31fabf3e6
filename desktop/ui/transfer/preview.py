"""What an import would do: counts to filter by, the rows, and whose word counts where they differ."""

from functools import partial

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from desktop.services.transfer.transfer import Preview, RowState
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import SPACE_M, SPACE_S
from desktop.ui.transfer.model import Column, PreviewModel, RowDelegate
from desktop.ui.transfer.words import LOOKS, STATES, new_characters, runs_text, spoken, state_name
from shared.catalog import Catalog

_ROW = 32
_WIDTHS = {
    Column.NUMBER: 64,
    Column.STATE: 128,
    Column.DATE: 96,
    Column.CHARACTER: 112,
    Column.BOSS: 160,
    Column.DROPS: 144,
}


class PreviewPanel(QWidget):
    """changed: the person chose whose word counts."""

    changed = Signal()

    def __init__(self, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._preview: Preview | None = None
        self.model = PreviewModel(catalog, self)
        self.name = label("", "heading")
        self.chips: dict[RowState, Chip] = {}
        chip_row = QHBoxLayout()
        chip_row.setSpacing(SPACE_S)
        for state in STATES:
            chip = Chip(state_name(state), icon_name=LOOKS[state][1])
            chip.toggled.connect(partial(self._filter, state))
            self.chips[state] = chip
            chip_row.addWidget(chip)
        chip_row.addStretch(1)
        self.table = self._make_table()
        self.detail = label("", "caption", "muted", wrap=True)
        self.detail.setMinimumHeight(2 * self.detail.fontMetrics().height())
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.characters = label("", "body", wrap=True)
        self.choice = Segmented(
            self.tr("Runs that differ"), [(False, self.tr("Keep mine")), (True, self.tr("Take the file’s"))]
        )
        self.choice.changed.connect(self._chosen)
        self._choice_words = label("", "body")
        self._choice_row = QWidget()
        row = QHBoxLayout(self._choice_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        row.addWidget(self._choice_words)
        row.addWidget(self.choice)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self.name)
        column.addLayout(chip_row)
        column.addWidget(self.table, 1)
        column.addWidget(self.detail)
        column.addWidget(self.characters)
        column.addWidget(self._choice_row)

    @property
    def overwrite(self) -> bool:
        """Whether the file's word counts where a run differs."""
        return self.choice.value() is True

    def count(self) -> int:
        """How many runs would be imported as things are chosen."""
        if self._preview is None:
            return 0
        different = self._preview.count(RowState.DIFFERENT) if self.overwrite else 0
        return self._preview.count(RowState.NEW) + different

    def show_preview(self, preview: Preview) -> None:
        """Show what a file would do."""
        self._preview = preview
        rows = len(preview.rows)
        total = self.tr("1 row") if rows == 1 else self.tr("{0} rows").format(grouped(rows))
        self.name.setText(f"{_middle(preview.path.name)}  ·  {total}")
        for state, chip in self.chips.items():
            count = preview.count(state)
            chip.blockSignals(True)
            chip.setChecked(False)
            chip.blockSignals(False)
            chip.setText(f"{state_name(state)} {grouped(count)}")
            chip.setAccessibleName(chip.text())
            chip.setAccessibleDescription(self.tr("Show only these rows"))
            chip.setEnabled(count > 0)
            chip.updateGeometry()
        self.model.set_rows(preview.rows)
        self._select_first()
        made = new_characters(preview.new_characters, self._catalog)
        self.characters.setText(made)
        self.characters.setVisible(bool(made))
        different = preview.count(RowState.DIFFERENT)
        one, many = self.tr("1 run differs from yours:"), self.tr("{0} differ from yours:")
        self._choice_words.setText(one if different == 1 else many.format(runs_text(different)))
        self._choice_row.setVisible(different > 0)
        self.choice.set_value(False)

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setItemDelegate(RowDelegate(table))
        table.setAccessibleName(self.tr("Rows of the file"))
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        lines = table.verticalHeader()
        lines.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        lines.setDefaultSectionSize(_ROW)
        lines.hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setStretchLastSection(True)
        for column, width in _WIDTHS.items():
            table.setColumnWidth(column, width)
        table.selectionModel().currentRowChanged.connect(self._describe)
        return table

    def _filter(self, _state: RowState, _on: bool) -> None:
        self.model.show_states({state for state, chip in self.chips.items() if chip.isChecked()})
        self._select_first()

    def _select_first(self) -> None:
        self.table.scrollToTop()
        self.table.setCurrentIndex(self.model.index(0, 0))
        self._describe(self.table.currentIndex())

    def _describe(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        row = self.model.row(index.row()) if index.isValid() else None
        self.detail.setText("" if row is None else spoken(row, self._catalog))
        set_tone(self.detail, "error" if row is not None and row.state is RowState.WRONG else "muted")

    def _chosen(self, _value: object) -> None:
        self.changed.emit()


def _middle(name: str, longest: int = 60) -> str:
    half = longest // 2
    return name if len(name) <= longest else f"{name[:half]}…{name[-half:]}"
