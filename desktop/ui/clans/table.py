"""The tables of clans: one model, one delegate and one view for rows whose columns say what stands in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView

from desktop.ui.kit.charts.small import draw_bar
from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.kit.placeholders import draw_placeholder
from desktop.ui.kit.sort_header import SortHeader
from desktop.ui.line_delegate import LineDelegate
from desktop.ui.pictures import Pictures
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import SPACE_S, TYPE_BODY, TYPE_CAPTION

ROW, TALL = 36, 48
_ICON = 16
_TILE = 28
_BAR, _FIGURE = 6, 104
"""A bar's height, and what it leaves to the figure at its right; pixels."""
_KEPT = 1200
_FITTED = 4000
_ROLES = ("text", "text-muted", "accent", "success", "warning", "error", "info")
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_CENTRE = Qt.AlignmentFlag.AlignVCenter
_LEFT = int(Qt.AlignmentFlag.AlignLeft | _CENTRE)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | _CENTRE)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell. below: a quiet second line; tip: what the pointer is told; said: what a screen reader is.

    tile: a name whose drawn tile stands in front. badge: whether the text stands in a pill of the role's colour.
    share: how long a bar before the words is, 0 to 1; None for no bar.
    """

    text: str
    below: str = ""
    role: str = "text"
    icon: str = ""
    tip: str = ""
    said: str = ""
    tile: str = ""
    strong: bool = False
    badge: bool = False
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column. width: pixels, 0 for the one that takes what is left; spare: left out where there is little room."""

    name: str
    title: str
    cell: Callable[[Any], Cell]
    width: int = 0
    right: bool = False
    spare: bool = False


class RowsModel(QAbstractTableModel):
    """Rows of any kind. more_wanted: the last of them is in sight, and there are more."""

    more_wanted = Signal()

    def __init__(self, columns: Sequence[Column], parent: QObject) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.rows: list[Any] = []
        self.more = False

    def set_rows(self, rows: Sequence[Any], *, more: bool = False) -> None:
        """Show these. more: whether there are others to be asked for."""
        self.beginResetModel()
        self.rows, self.more = list(rows), more
        self.endResetModel()

    def add_rows(self, rows: Sequence[Any], *, more: bool) -> None:
        """Show these too, below."""
        if rows:
            self.beginInsertRows(_ROOT, len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows.extend(rows)
            self.endInsertRows()
        self.more = more

    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and self.more

    def fetchMore(self, _parent: _Index) -> None:
        self.more = False
        self.more_wanted.emit()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def cell(self, row: int, column: int) -> Cell:
        """What stands there."""
        return self.columns[column].cell(self.rows[row])

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag(_RIGHT if self.columns[index.column()].right else _LEFT)
        if role not in {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        }:
            return None
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return cell.tip or None
        return cell.said or f"{cell.text} {cell.below}".strip()

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag(_RIGHT if self.columns[section].right else _LEFT)
        return None


class CellDelegate(LineDelegate):
    """Paints whatever a cell says."""

    def __init__(self, pictures: Pictures, height: int, parent: QObject) -> None:
        super().__init__(pictures, _ROLES, _KEPT, parent)
        self._height = height
        self._fitted: dict[tuple[str, int, str], str] = {}

    def restyle(self) -> None:
        self._fitted.clear()
        self._fonts = {
            "body": text_font(TYPE_BODY),
            "strong": text_font(TYPE_BODY, QFont.Weight.DemiBold),
            "caption": text_font(TYPE_CAPTION),
        }
        self._metrics = {name: QFontMetrics(font) for name, font in self._fonts.items()}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(80, self._height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, RowsModel)
        cell, column = model.cell(index.row(), index.column()), model.columns[index.column()]
        area = self.begin(painter, option).adjusted(SPACE_S, 0, -SPACE_S, -1)
        if cell.share is not None:
            painter.save()
            middle, wide = area.center().y(), area.width() - _FIGURE
            track = QRectF(area.left(), middle - _BAR / 2, wide, _BAR)
            draw_bar(painter, track, cell.share, self.colors["accent"])
            painter.restore()
        if cell.badge:
            self._pill(painter, area, cell)
        else:
            self._words(painter, self._front(painter, area, cell), cell, right=column.right)
        self.end(painter, option)

    def _front(self, painter: QPainter, area: QRect, cell: Cell) -> QRect:
        """Paint what stands in front of the words; where they begin."""
        if cell.tile:
            box = QRectF(0, 0, _TILE, _TILE)
            tile = self.kept(
                ("tile", cell.tile),
                QSize(_TILE, _TILE),
                lambda inside: draw_placeholder(inside, box, cell.tile, "character"),
            )
            painter.drawPixmap(area.left(), area.top() + (area.height() - _TILE) // 2, tile)
            area = area.adjusted(_TILE + SPACE_S, 0, 0, 0)
        if cell.icon:
            top = area.top() + (area.height() - _ICON) // 2
            painter.drawPixmap(area.left(), top, self.icon(cell.icon, cell.role, _ICON))
            area = area.adjusted(_ICON + 6, 0, 0, 0)
        return area

    def _words(self, painter: QPainter, area: QRect, cell: Cell, *, right: bool) -> None:
        upper = lower = area
        if cell.below:
            middle = area.center().y() + 1
            upper = QRect(area.left(), middle - 19, area.width(), 19)
            lower = QRect(area.left(), middle, area.width(), 17)
        side = _RIGHT if right else _LEFT
        self._text(painter, upper, cell.text, cell.role, side, "strong" if cell.strong else "body")
        if cell.below:
            self._text(painter, lower, cell.below, "text-muted", side, "caption")

    def _text(self, painter: QPainter, area: QRect, text: str, role: str, side: int, font: str) -> None:
        key = (text, area.width(), font)
        shown = self._fitted.get(key)
        if shown is None:
            if len(self._fitted) > _FITTED:
                self._fitted.clear()
            shown = self._metrics[font].elidedText(text, Qt.TextElideMode.ElideRight, area.width())
            self._fitted[key] = shown
        painter.setPen(self.colors[role])
        painter.setFont(self._fonts[font])
        painter.drawText(area, side, shown)

    def _pill(self, painter: QPainter, area: QRect, cell: Cell) -> None:
        size = badge_size(cell.text, cell.icon)
        box = QRectF(0, 0, size.width(), size.height())
        pill = self.kept(
            ("pill", cell.text, cell.role, cell.icon),
            size,
            lambda inside: draw_badge(inside, box, cell.text, cell.role, cell.icon),
        )
        painter.drawPixmap(area.left(), area.top() + (area.height() - size.height()) // 2, pill)


class RowsTable(QTableView):
    """opened: the row that Enter or a double click is on. chosen: the keyboard is on another row.

    sort_asked: the name of a column whose title was pressed.
    """

    opened = Signal(object)
    chosen = Signal()
    removal_asked = Signal(object)
    sort_asked = Signal(str)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column],
        pictures: Pictures,
        *,
        height: int = TALL,
        sortable: bool = False,
    ) -> None:
        super().__init__()
        self._narrow_at = 0
        self.lines = RowsModel(columns, self)
        header = SortHeader(self)
        self.setHorizontalHeader(header)
        self.setModel(self.lines)
        self.setItemDelegate(CellDelegate(pictures, height, self))
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalHeader().hide()
        self.verticalScrollBar().setSingleStep(height)
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(40)
        header.setHighlightSections(False)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        if sortable:
            header.sort_asked.connect(self._on_title)
        else:
            header.setSectionsClickable(False)
            header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            header.setAccessibleName(self.tr("Columns"))
        for number, column in enumerate(self.lines.columns):
            if column.width:
                self.setColumnWidth(number, column.width)
            else:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._on_current)

    def narrow_at(self, width: int) -> None:
        """Leave the spare columns out below this width, pixels."""
        self._narrow_at = width
        self._fit()

    def current(self) -> Any:
        """The row the keyboard is on, None for none."""
        row = self.currentIndex().row()
        return self.lines.rows[row] if 0 <= row < len(self.lines.rows) else None

    def show_rows(self, rows: Sequence[Any], *, key: str = "", more: bool = False) -> None:
        """Show other rows; the keyboard stays on the one with the same key."""
        before = self.current()
        top = self.verticalScrollBar().value()
        self.lines.set_rows(rows, more=more)
        place = 0
        if before is not None and key:
            wanted = getattr(before, key)
            place = next((at for at, row in enumerate(rows) if getattr(row, key) == wanted), 0)
        if rows:
            self.setCurrentIndex(self.lines.index(place, 0))
            self.verticalScrollBar().setValue(top)

    def show_sort(self, name: str, *, descending: bool) -> None:
        """Say by which column the rows are in order."""
        section = next(at for at, column in enumerate(self.lines.columns) if column.name == name)
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.horizontalHeader().setSortIndicator(section, order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key, current = event.key(), self.current()
        if plain and current is not None and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit(current)
        elif plain and current is not None and key == Qt.Key.Key_Delete:
            self.removal_asked.emit(current)
        elif plain and current is not None and key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            row = 0 if key == Qt.Key.Key_Home else len(self.lines.rows) - 1
            self.setCurrentIndex(self.lines.index(row, max(0, self.currentIndex().column())))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < self._narrow_at
        for number, column in enumerate(self.lines.columns):
            if column.spare:
                self.setColumnHidden(number, narrow)

    def _on_title(self, section: int) -> None:
        self.sort_asked.emit(self.lines.columns[section].name)

    def _open(self, _index: object) -> None:
        if self.current() is not None:
            self.opened.emit(self.current())

    def _on_current(self, _now: object, _before: object) -> None:
        self.chosen.emit()
