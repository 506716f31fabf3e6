"""The grid of boss cards: one list view, painted, with section headings between the reset periods."""

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.services.board import Tile
from desktop.ui.bosses.card_delegate import CardDelegate
from desktop.ui.bosses.card_model import TILE_ROLE
from desktop.ui.kit.card_list import CardList
from desktop.ui.pictures import Pictures
from desktop.ui.wardrobe import Wardrobe
from shared.economy.things import CosmeticKind

SMALLEST_CARD = 250


class CardView(CardList):
    """Space or a click: clear and back. L or Enter: log with drops. N: cleared, nothing dropped. Menu key: more.

    toggled, logged, emptied, asked: a Tile; asked also carries the place for the menu. party_changed: Tile, step.
    """

    toggled = Signal(object)
    logged = Signal(object)
    emptied = Signal(object)
    asked = Signal(object, QPoint)
    party_changed = Signal(object, int)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(SMALLEST_CARD, parent)
        self.setAccessibleName(self.tr("Bosses"))
        self._painter = CardDelegate(pictures, self, self)
        self.setItemDelegate(self._painter)
        pictures.arrived.connect(self.viewport().update)
        self.clicked.connect(self._clicked)

    def follow(self, wardrobe: Wardrobe) -> None:
        """Wear the card frame the player wears, from now on."""
        self._wardrobe = wardrobe
        wardrobe.changed.connect(self._wear)
        self._wear()

    def tile(self) -> Tile | None:
        """The card the keyboard is on."""
        found = self.currentIndex().data(TILE_ROLE)
        return found if isinstance(found, Tile) else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        tile = self.tile()
        key = event.key()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if tile is None or not plain:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_Space:
            self.toggled.emit(tile)
        elif key in {Qt.Key.Key_L, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.logged.emit(tile)
        elif key == Qt.Key.Key_N:
            self.emptied.emit(tile)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Minus}:
            self.party_changed.emit(tile, 1 if key == Qt.Key.Key_Plus else -1)
        elif key == Qt.Key.Key_Menu:
            self.asked.emit(tile, self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.indexAt(event.pos()).data(TILE_ROLE)
        if isinstance(item, Tile):
            self.asked.emit(item, event.globalPos())

    def _wear(self) -> None:
        self._painter.frame = self._wardrobe.look(CosmeticKind.FRAME)
        self.viewport().update()

    def _clicked(self, index: QModelIndex) -> None:
        item = index.data(TILE_ROLE)
        if isinstance(item, Tile):
            self.toggled.emit(item)
