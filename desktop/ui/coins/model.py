"""The table of entries: pages are read when somebody scrolls to them."""

from collections.abc import Callable
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.services.economy.books import Line
from desktop.ui.coins.words import ICONS, kind_name, line_name, short_time, signed
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import icon
from shared.catalog import Catalog

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Column(IntEnum):
    """The columns from left to right."""

    WHAT = 0
    TIME = 1
    AMOUNT = 2
    BALANCE = 3


class EntryModel(QAbstractTableModel):
    """Holds what was read so far; `more` is called when the view comes near its end."""

    def __init__(self, catalog: Catalog, more: Callable[[int], None], parent: QObject) -> None:
        super().__init__(parent)
        self._catalog = catalog
        self._more = more
        self._lines: list[Line] = []
        self._total = 0
        self._asked = False

    def set_lines(self, lines: list[Line], total: int) -> None:
        """Begin anew with the first page of so many entries."""
        self.beginResetModel()
        self._lines, self._total, self._asked = list(lines), total, False
        self.endResetModel()

    def add_lines(self, lines: list[Line]) -> None:
        """The next page."""
        self._asked = False
        if not lines:
            self._total = len(self._lines)
            return
        first = len(self._lines)
        self.beginInsertRows(_ROOT, first, first + len(lines) - 1)
        self._lines += lines
        self.endInsertRows()

    def line(self, row: int) -> Line:
        """The entry in a row."""
        return self._lines[row]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and len(self._lines) < self._total and not self._asked

    def fetchMore(self, parent: _Index) -> None:
        if self.canFetchMore(parent):
            self._asked = True
            self._more(len(self._lines))

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in {Column.AMOUNT, Column.BALANCE} else _LEFT
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        titles = (self.tr("What"), self.tr("When"), self.tr("Amount"), self.tr("Balance"))
        return titles[section]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line, column = self._lines[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in {Column.AMOUNT, Column.BALANCE} else _LEFT
        if role == Qt.ItemDataRole.DecorationRole and column == Column.WHAT:
            return icon(ICONS[line.kind], "text-muted")
        if role == Qt.ItemDataRole.ForegroundRole:
            roles = {Column.AMOUNT: "success" if line.amount > 0 else "text", Column.WHAT: "text"}
            return current_theme().color(roles.get(Column(column), "text-muted"))
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{kind_name(line.kind)}: {line_name(self._catalog, line)}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(line) if column == Column.WHAT else self._text(line, column)
        return None

    def _text(self, line: Line, column: int) -> str:
        match column:
            case Column.WHAT:
                return line_name(self._catalog, line)
            case Column.TIME:
                return short_time(line.at)
            case Column.AMOUNT:
                return signed(line.amount)
            case _:
                return grouped(line.balance_after)

    def _spoken(self, line: Line) -> str:
        return self.tr("{what}, {amount}, {when}, balance {balance}").format(
            what=line_name(self._catalog, line),
            amount=signed(line.amount),
            when=short_time(line.at),
            balance=grouped(line.balance_after),
        )
