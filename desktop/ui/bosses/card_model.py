"""What the grid of boss cards shows, in order."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop.services.board import SHOWN_RESETS, Board, Tile
from desktop.ui.bosses.words import describe, reset_title

TILE_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Heading:
    """A line between two periods."""

    title: str
    note: str


class CardModel(QAbstractListModel):
    """Headings and tiles in the order they are shown."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._items: list[Heading | Tile] = []

    def set_board(self, board: Board, *, everything: bool) -> None:
        """Show a board; everything: also bosses that are neither planned nor cleared. Keeps rows where it can."""
        items: list[Heading | Tile] = []
        for reset in SHOWN_RESETS:
            tiles = [
                t
                for t in board.tiles
                if t.entry.reset is reset and (everything or t.planned or t.run is not None)
            ]
            if tiles:
                done = sum(t.run is not None for t in tiles)
                note = self.tr("{0} of {1} cleared").format(done, len(tiles))
                items += [Heading(reset_title(reset), note), *tiles]
        if [_key(item) for item in items] == [_key(item) for item in self._items]:
            self._items = items
            if items:
                self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
        else:
            self.beginResetModel()
            self._items = items
            self.endResetModel()

    def tiles(self) -> list[Tile]:
        """The tiles shown."""
        return [item for item in self._items if isinstance(item, Tile)]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == TILE_ROLE:
            return item
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{item.title}, {item.note}" if isinstance(item, Heading) else describe(item)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(item, Tile):
            return describe(item)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._items[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


def _key(item: Heading | Tile) -> str:
    return item.title if isinstance(item, Heading) else item.entry.clear_group
