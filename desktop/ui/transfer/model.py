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
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.tokens import SPACE_S, TYPE_BODY
from desktop.ui.transfer.words import (
    LOOKS,
    boss_text,
    character_text,
    day_text,
    drops_text,
    remark,
    spoken,
    state_name,
)
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
        if role == Qt.ItemDataRole.ToolTipRole and column in {Column.BOSS, Column.DROPS, Column.REMARK}:
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
                return character_text(row)
            case Column.BOSS:
                return boss_text(row, self._catalog)
            case Column.DROPS:
                return drops_text(row, self._catalog)
            case Column.REMARK:
                return remark(row)


class RowDelegate(QStyledItemDelegate):
    """Paints text where its column's title begins, muted while it is only what the file says; states as badges."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, PreviewRow):
            return
        background = QStyleOptionViewItem(option)
        self.initStyleOption(background, index)
        text, background.text = background.text, ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, background, painter, option.widget)
        area = option.rect.adjusted(SPACE_S, 0, -SPACE_S, 0)
        if index.column() == Column.STATE:
            role, icon_name = LOOKS[row.state]
            size = badge_size(text, icon_name)
            top = area.top() + (area.height() - size.height()) // 2
            draw_badge(painter, QRectF(area.left(), top, size.width(), size.height()), text, role, icon_name)
            return
        readable = row.record is not None or index.column() in {Column.NUMBER, Column.REMARK}
        font = text_font(TYPE_BODY - 1)
        painter.save()
        painter.setFont(tabular(font) if index.column() in {Column.NUMBER, Column.DATE} else font)
        painter.setPen(current_theme().color("text" if readable else "text-muted"))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(background.displayAlignment), shown)
        painter.restore()


def _title(column: Column) -> str:
    translate = QCoreApplication.translate
    return {
        Column.NUMBER: translate("transfer", "Row"),
        Column.STATE: translate("transfer", "State"),
        Column.DATE: translate("transfer", "Date (UTC)"),
        Column.CHARACTER: translate("transfer", "Character"),
        Column.BOSS: translate("transfer", "Boss"),
        Column.DROPS: translate("transfer", "Drops"),
        Column.REMARK: translate("transfer", "Remark"),
    }[column]
