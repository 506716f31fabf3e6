"""The preview as a table: the rows of the states that are shown."""

from collections.abc import Collection
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from desktop.services.transfer.transfer import PreviewRow, RowState
from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.tokens import SPACE_S
from desktop.ui.transfer.words import LOOKS, boss_text, day_text, drops_text, remark, spoken, state_name
from shared.catalog import Catalog

ROW_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Column(IntEnum):
    """The columns from left to right."""

    NUMBER = 0
    STATE = 1
    DATE = 2
    CHARACTER = 3
    BOSS = 4
    DROPS = 5
    REMARK = 6


class PreviewModel(QAbstractTableModel):
    """Rows of a file with what importing them would do."""

    def __init__(self, catalog: Catalog, parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._all: tuple[PreviewRow, ...] = ()
        self._rows: list[PreviewRow] = []

    def set_rows(self, rows: tuple[PreviewRow, ...]) -> None:
        """Show other rows, all of them."""
        self._all = rows
        self.show_states(())

    def show_states(self, states: Collection[RowState]) -> None:
        """Only the rows in these states; none of them means all."""
        self.beginResetModel()
        self._rows = [row for row in self._all if not states or row.state in states]
        self.endResetModel()

    def row(self, number: int) -> PreviewRow:
        """The row at this place of the table."""
        return self._rows[number]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in {Column.DROPS, Column.REMARK}:
            return self._text(row, column) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(row, self._catalog) if column is Column.NUMBER else self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column is Column.NUMBER else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return row if role == ROW_ROLE else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _title(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == Column.NUMBER else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _text(self, row: PreviewRow, column: Column) -> str:
        match column:
            case Column.NUMBER:
                return grouped(row.number)
            case Column.STATE:
                return state_name(row.state)
            case Column.DATE:
                return day_text(row)
            case Column.CHARACTER:
                return "" if row.owner is None else row.owner.name
            case Column.BOSS:
                return boss_text(row, self._catalog)
            case Column.DROPS:
                return drops_text(row, self._catalog)
            case Column.REMARK:
                return remark(row)


class StateDelegate(QStyledItemDelegate):
    """Paints a state as a badge."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, PreviewRow):
            return
        background = QStyleOptionViewItem(option)
        self.initStyleOption(background, index)
        background.text = ""
        widget = option.widget
        style = widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, background, painter, widget)
        role, icon_name = LOOKS[row.state]
        size = badge_size(state_name(row.state), icon_name)
        area = option.rect
        top = area.top() + (area.height() - size.height()) // 2
        box = QRectF(area.left() + SPACE_S, top, size.width(), size.height())
        draw_badge(painter, box, state_name(row.state), role, icon_name)


def _title(column: Column) -> str:
    tr = QCoreApplication.translate
    return {
        Column.NUMBER: tr("transfer", "Row"),
        Column.STATE: tr("transfer", "State"),
        Column.DATE: tr("transfer", "Date (UTC)"),
        Column.CHARACTER: tr("transfer", "Character"),
        Column.BOSS: tr("transfer", "Boss"),
        Column.DROPS: tr("transfer", "Drops"),
        Column.REMARK: tr("transfer", "Remark"),
    }[column]
