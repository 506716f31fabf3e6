"""The drop rates as a table: keys, sorting from the header, columns that fit."""

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.services.community import DropLine
from desktop.ui.community.delegate import AXIS, ROW_HEIGHT, TICKS, RatesDelegate, axis_area
from desktop.ui.community.model import Column, RatesModel
from desktop.ui.kit.sort_header import SortHeader
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import TYPE_CAPTION

_WIDTHS = {
    Column.RATE: 116,
    Column.RUNS: 114,
    Column.SURE: 104,
    Column.TREND: 108,
    Column.MINE: 120,
}
_LEAST_DROP, _LEAST_RANGE = 208, 124
_SPARE = (Column.SURE, Column.TREND)
"""Left out where there is little room; the details say them too."""


class RatesHeader(SortHeader):
    """Where the intervals are, it is an axis."""

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        super().paintSection(painter, rect, section)
        if section != Column.RANGE:
            return
        theme = current_theme()
        painter.save()
        focused = self.hasFocus() and section == self.at
        painter.fillRect(
            rect.adjusted(2, 2, -2, -2) if focused else rect.adjusted(0, 0, 0, -1), theme.color("surface")
        )
        sorted_by = section == self.sortIndicatorSection()
        font = text_font(TYPE_CAPTION, QFont.Weight.DemiBold if sorted_by else QFont.Weight.Medium)
        painter.setFont(font)
        painter.setPen(theme.color("text" if sorted_by else "text-muted"))
        area, metrics = axis_area(rect), QFontMetricsF(font)
        room = area.width() / (len(TICKS) - 1)
        needed = metrics.horizontalAdvance(TICKS[0][1]) + 4
        every = 1 if needed < room else 2 if needed < 2 * room else 4
        for at, text in TICKS[::every]:
            wide = metrics.horizontalAdvance(text) + 2
            x = area.left() + area.width() * AXIS(at)
            box = QRectF(x - wide / 2, rect.top(), wide, rect.height() - 1)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


class RatesTable(QTableView):
    """opened: the details of the current line are wanted. chosen: the line the keyboard is on is another one."""

    opened = Signal()
    chosen = Signal()

    def __init__(self, model: RatesModel, delegate: RatesDelegate, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        header = RatesHeader(self)
        self.setHorizontalHeader(header)
        self.sort_header = header
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setAccessibleName(self.tr("Drop rates"))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.hide()
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._current_changed)

    def current(self) -> DropLine | None:
        """The line the keyboard is on."""
        row = self.currentIndex().row()
        return self._model.shown[row] if 0 <= row < len(self._model.shown) else None

    def stay_at(self, line: DropLine | None) -> None:
        """Put the keyboard on the line about the same drop, else on the first one."""
        place = self._model.place_of(line)
        if self._model.shown:
            self.setCurrentIndex(self._model.index(place or 0, 0))
        if place is None:
            self.scrollToTop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit()
        elif plain and event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and self._model.shown:
            row = 0 if event.key() == Qt.Key.Key_Home else len(self._model.shown) - 1
            self.setCurrentIndex(self._model.index(row, max(0, self.currentIndex().column())))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        """Names and intervals share what the figures leave."""
        width = self.viewport().width()
        narrow = width < sum(_WIDTHS.values()) + _LEAST_DROP + _LEAST_RANGE
        taken = 0
        for column, wide in _WIDTHS.items():
            hidden = narrow and column in _SPARE
            self.setColumnHidden(column, hidden)
            self.setColumnWidth(column, wide)
            taken += 0 if hidden else wide
        rest = max(_LEAST_DROP + _LEAST_RANGE, width - taken)
        names = max(_LEAST_DROP, min(340, round(rest * 0.6)))
        self.setColumnWidth(Column.DROP, names)
        self.setColumnWidth(Column.RANGE, rest - names)

    def _open(self, _index: object) -> None:
        self.opened.emit()

    def _current_changed(self, _now: object, _before: object) -> None:
        self.chosen.emit()
