"""The diary as a table: keys, sorting from the header, and a selection that survives a refresh."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.ui.diary.delegate import ROW_HEIGHT, DiaryDelegate
from desktop.ui.diary.model import Column, DiaryModel
from desktop.ui.kit.sort_header import SortHeader

WIDTHS = {
    Column.DATE: 104,
    Column.CHARACTER: 112,
    Column.BOSS: 240,
    Column.PARTY: 52,
    Column.DROPS: 192,
    Column.CRYSTAL: 124,
    Column.SOLD: 108,
    Column.NOTE: 92,
}
NARROW = 860
"""Below this width, pixels, what the detail panel also says is left out of the table while the panel is open."""
_LEAST_DROPS = 128
_LEFT_OUT = (Column.PARTY, Column.CRYSTAL, Column.NOTE)


@dataclass(frozen=True, slots=True)
class Place:
    """What `keep_place` keeps. Numbers are row numbers of runs; scroll is in pixels; top None: at the beginning."""

    selected: frozenset[int]
    everything: bool
    current: int | None
    current_row: int
    column: int
    top: int | None
    scroll: int


class DiaryTable(QTableView):
    """edit_asked, remove_asked, nothing_asked: what a key asks for the selected lines. menu_asked: where."""

    edit_asked = Signal()
    remove_asked = Signal()
    nothing_asked = Signal()
    menu_asked = Signal(QPoint)
    chosen = Signal()
    """The selection is another one."""

    def __init__(self, model: DiaryModel, delegate: DiaryDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._spare_room = False
        self._drops_width = WIDTHS[Column.DROPS]
        header = SortHeader(self)
        self.setHorizontalHeader(header)
        self.sort_header = header
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setAccessibleName(self.tr("Runs"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.hide()
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, width)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)
        self.doubleClicked.connect(self._double_clicked)
        self.selectionModel().selectionChanged.connect(self._selected)

    def selected_numbers(self) -> list[int]:
        """The row numbers of the selected runs, in the order shown."""
        rows = self._model.rows
        found: list[int] = []
        for first, last in self.selected_places():
            found.extend(rows[first : last + 1])
        return list(dict.fromkeys(found))

    def selected_places(self) -> list[tuple[int, int]]:
        """The selected lines as (first, last), from the top."""
        selection = self.selectionModel().selection()
        parts = [selection.at(number) for number in range(selection.size())]
        return sorted((part.top(), part.bottom()) for part in parts)

    def selected_count(self) -> int:
        """How many lines are selected."""
        return sum(last - first + 1 for first, last in self.selected_places())

    def keep_place(self) -> Place:
        """What is selected and in sight, to be put back after the list has changed."""
        everything = self.selected_count() >= len(self._model.rows) > 1
        current = self.currentIndex()
        rows = self._model.rows
        top = self.rowAt(1)
        places = self.selected_places()
        return Place(
            selected=frozenset() if everything else frozenset(self.selected_numbers()),
            everything=everything,
            current=rows[current.row()] if current.isValid() else None,
            current_row=places[0][0] if places else max(0, current.row()),
            column=max(0, current.column()),
            top=rows[top] if top > 0 else None,
            scroll=self.verticalScrollBar().value(),
        )

    def restore_place(self, place: Place, *, scroll: bool = True) -> None:
        """Select the same runs again; a run that is gone gives way to the one in its place.

        scroll: keep the same line at the top; otherwise show the selection, or the beginning.
        """
        model = self._model
        if not model.rows:
            return
        anchors = {number for number in (place.current, place.top) if number is not None}
        found = model.places(set(place.selected) | anchors)
        standing = {model.rows[at]: at for at in found}
        last_row = len(model.rows) - 1
        current = (
            0 if place.current is None else standing.get(place.current, min(place.current_row, last_row))
        )
        selection = QItemSelection()
        if place.everything:
            selection.select(model.index(0, 0), model.index(last_row, len(Column) - 1))
        for first, last in _stretches([at for at in found if model.rows[at] in place.selected]):
            selection.select(model.index(first, 0), model.index(last, len(Column) - 1))
        if selection.isEmpty() and place.selected and scroll:
            selection.select(model.index(current, 0), model.index(current, len(Column) - 1))
        flags = QItemSelectionModel.SelectionFlag
        chosen = self.selectionModel()
        chosen.setCurrentIndex(model.index(current, place.column), flags.NoUpdate)
        chosen.select(selection, flags.ClearAndSelect)
        bar = self.verticalScrollBar()
        if not scroll:
            bar.setValue(current * ROW_HEIGHT if place.selected and place.current in standing else 0)
        elif place.top in standing:
            bar.setValue(standing[place.top] * ROW_HEIGHT + place.scroll % ROW_HEIGHT)
        else:
            bar.setValue(min(place.scroll, bar.maximum()))

    def ensure_current(self) -> None:
        """Put the keyboard on the first line when it is nowhere."""
        if not self.currentIndex().isValid() and self._model.rows:
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(self._model.index(0, 0), flags.NoUpdate)

    def set_spare_room(self, spare: bool) -> None:
        """Leave out what the open detail panel says as well, when there is little room."""
        self._spare_room = spare
        self._fit()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if plain and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.edit_asked.emit()
        elif plain and key == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif plain and key == Qt.Key.Key_N:
            self.nothing_asked.emit()
        elif (
            key in {Qt.Key.Key_Home, Qt.Key.Key_End}
            and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self._jump(0 if key == Qt.Key.Key_Home else len(self._model.rows) - 1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_asked.emit(self.viewport().mapToGlobal(place))
        elif self.indexAt(event.pos()).isValid():
            self.menu_asked.emit(event.globalPos())

    def _jump(self, row: int) -> None:
        if row >= 0:
            column = max(0, self.currentIndex().column())
            self.setCurrentIndex(self._model.index(row, column))

    def _fit(self) -> None:
        width = self.viewport().width()
        narrow = self._spare_room and width < NARROW
        if narrow and not self.isColumnHidden(_LEFT_OUT[0]):
            self._drops_width = self.columnWidth(Column.DROPS)
        elif not narrow and self.isColumnHidden(_LEFT_OUT[0]):
            self.setColumnWidth(Column.DROPS, self._drops_width)
        for column in _LEFT_OUT:
            if self.isColumnHidden(column) != narrow:
                self.setColumnHidden(column, narrow)
        if narrow:
            rest = (Column.DATE, Column.CHARACTER, Column.BOSS, Column.SOLD)
            taken = sum(min(self.columnWidth(column), WIDTHS[column]) for column in rest)
            self.setColumnWidth(Column.DROPS, max(_LEAST_DROPS, width - taken))

    def _double_clicked(self, _index: object) -> None:
        self.edit_asked.emit()

    def _selected(self, _now: object, _before: object) -> None:
        self.chosen.emit()


def _stretches(places: list[int]) -> list[tuple[int, int]]:
    """Ascending places as (first, last) of unbroken stretches."""
    found: list[tuple[int, int]] = []
    for place in places:
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found
