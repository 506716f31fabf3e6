"""How often bosses were cleared: a bar for each, how many of the clears have their drops noted, and one's own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyleOptionViewItem,
    QTableView,
)

from desktop.services.community import Own
from desktop.ui.kit.charts.small import draw_bar
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.sort_header import SortHeader
from desktop.ui.line_delegate import LineDelegate
from desktop.ui.pictures import Pictures
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import SPACE_S, TYPE_BODY
from shared.api.stats import BossClearCount
from shared.catalog import Catalog
from shared.statistics.strata import ALL

_ROW = 40
_TILE = 28
_BAR = 8
_KEPT = 200
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_translate = QCoreApplication.translate


class ClearColumn(IntEnum):
    """The columns from left to right."""

    BOSS = 0
    CLEARS = 1
    NOTED = 2
    MINE = 3


_WIDTHS = {ClearColumn.BOSS: 280, ClearColumn.NOTED: 128, ClearColumn.MINE: 104}


@dataclass(frozen=True, slots=True)
class ClearLine:
    """A boss. mine: the player's own clears that count."""

    place: int
    told: BossClearCount
    mine: int


def clear_lines(clears: Sequence[BossClearCount], own: Own) -> list[ClearLine]:
    """The lines of every boss told of."""
    mine: dict[str, int] = {}
    for stratum, count in own.items():
        if (stratum.world, stratum.party) == (ALL, ALL):
            mine[stratum.entry_id] = mine.get(stratum.entry_id, 0) + count.runs + count.unrecorded
    return [ClearLine(place, told, mine.get(told.boss_id, 0)) for place, told in enumerate(clears)]


class ClearsModel(QAbstractTableModel):
    """The lines in the order asked for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.lines: list[ClearLine] = []
        self.most = 0
        self._sort = (ClearColumn.BOSS, False)

    def set_lines(self, lines: list[ClearLine]) -> None:
        """Show other lines."""
        self.most = max((line.told.clears for line in lines), default=0)
        self._arrange(lines)

    def sort_by(self, column: ClearColumn, *, descending: bool) -> None:
        """Another order."""
        self._sort = (column, descending)
        self._arrange(self.lines)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(ClearColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line, column = self.lines[index.row()], ClearColumn(index.column())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return _text(line, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column >= ClearColumn.NOTED else _LEFT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(ClearColumn):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                _translate("community", "Boss"),
                _translate("community", "Clears"),
                _translate("community", "Drops noted"),
                _translate("community", "Mine"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section >= ClearColumn.NOTED else _LEFT
        return None

    def _arrange(self, lines: list[ClearLine]) -> None:
        column, descending = self._sort
        self.beginResetModel()
        self.lines = sorted(sorted(lines, key=lambda line: line.place), key=_KEYS[column], reverse=descending)
        self.endResetModel()


class _ClearsDelegate(LineDelegate):
    def __init__(self, catalog: Catalog, pictures: Pictures, parent: QObject) -> None:
        super().__init__(pictures, ("text", "text-muted", "accent"), _KEPT, parent)
        self._catalog = catalog

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(80, _ROW)

    def restyle(self) -> None:
        self._body = text_font(TYPE_BODY)
        self._strong = text_font(TYPE_BODY, QFont.Weight.DemiBold)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, ClearsModel)
        line, column = model.lines[index.row()], ClearColumn(index.column())
        area = self.begin(painter, option).adjusted(SPACE_S, 0, -SPACE_S, -1)
        painter.setFont(self._body)
        painter.setPen(self.colors["text"])
        if column is ClearColumn.BOSS:
            self._boss(painter, area, line)
        elif column is ClearColumn.CLEARS:
            painter.save()
            self._bar(painter, area, line, model.most)
            painter.restore()
        else:
            quiet = column is ClearColumn.NOTED or not line.mine
            painter.setPen(self.colors["text-muted" if quiet else "text"])
            painter.drawText(area, int(_RIGHT), _text(line, column))
        self.end(painter, option)

    def _boss(self, painter: QPainter, area: QRect, line: ClearLine) -> None:
        top = area.top() + (area.height() - _TILE) // 2
        painter.drawPixmap(area.left(), top, self.boss(line.told.boss_id, _TILE))
        words = area.adjusted(_TILE + SPACE_S, 0, 0, 0)
        boss = self._catalog.bosses.get(line.told.boss_id)
        name = line.told.boss_name if boss is None else boss.name
        painter.drawText(words, int(_LEFT), name)
        if boss is not None:
            badge = self.badge(str(boss.difficulty))
            height = badge.deviceIndependentSize().toSize().height()
            left = words.left() + QFontMetrics(self._body).horizontalAdvance(name) + SPACE_S
            painter.drawPixmap(left, area.top() + (area.height() - height) // 2, badge)

    def _bar(self, painter: QPainter, area: QRect, line: ClearLine, most: int) -> None:
        room = QFontMetrics(self._strong).horizontalAdvance(grouped(most)) + SPACE_S
        painter.setFont(self._strong)
        painter.drawText(area.adjusted(0, 0, room - area.width(), 0), int(_RIGHT), grouped(line.told.clears))
        left = area.left() + room + SPACE_S
        track = QRectF(left, area.center().y() - _BAR / 2, max(0, area.right() - left), _BAR)
        draw_bar(painter, track, line.told.clears / most if most else 0.0, self.colors["accent"])


class ClearsTable(QTableView):
    """Every boss told of; sorts from its header."""

    def __init__(self, catalog: Catalog, pictures: Pictures) -> None:
        super().__init__()
        self.lines = ClearsModel(self)
        self._descending = False
        self.sort_header = SortHeader(self)
        self.setHorizontalHeader(self.sort_header)
        self.setModel(self.lines)
        self.setItemDelegate(_ClearsDelegate(catalog, pictures, self))
        self.setAccessibleName(self.tr("Boss clears"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().hide()
        header = self.sort_header
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(ClearColumn.CLEARS, QHeaderView.ResizeMode.Stretch)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        header.sort_asked.connect(self.sort_by)
        header.setSortIndicator(ClearColumn.BOSS, Qt.SortOrder.AscendingOrder)

    def sort_by(self, column: int) -> None:
        """Sort by a column; the same one again turns the order round."""
        chosen = ClearColumn(column)
        again = self.sort_header.sortIndicatorSection() == chosen
        self._descending = not self._descending if again else chosen is not ClearColumn.BOSS
        self.lines.sort_by(chosen, descending=self._descending)
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        self.sort_header.setSortIndicator(chosen, order)
        self._stand_at(0)

    def show_lines(self, lines: list[ClearLine]) -> None:
        """Show other lines; the keyboard stays where it is."""
        before = self.currentIndex().row()
        self.lines.set_lines(lines)
        self._stand_at(before)

    def _stand_at(self, row: int) -> None:
        if self.lines.lines:
            self.setCurrentIndex(self.lines.index(max(0, min(row, len(self.lines.lines) - 1)), 0))


def _text(line: ClearLine, column: ClearColumn) -> str:
    match column:
        case ClearColumn.BOSS:
            return line.told.boss_name
        case ClearColumn.CLEARS:
            return grouped(line.told.clears)
        case ClearColumn.NOTED:
            return f"{round(100 * _noted(line))} %"
        case _:
            return grouped(line.mine) if line.mine else "–"


def _noted(line: ClearLine) -> float:
    return line.told.recorded_clears / line.told.clears if line.told.clears else 0.0


_KEYS: dict[ClearColumn, Callable[[ClearLine], Any]] = {
    ClearColumn.BOSS: lambda line: line.place,
    ClearColumn.CLEARS: lambda line: line.told.clears,
    ClearColumn.NOTED: _noted,
    ClearColumn.MINE: lambda line: line.mine,
}
