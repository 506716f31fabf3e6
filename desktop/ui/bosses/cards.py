"""The grid of boss cards: one list view, painted, with section headings between the reset periods."""

from PySide6.QtCore import QAbstractItemModel, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.services.board import Tile
from desktop.ui.bosses.card_delegate import CARD_HEIGHT, CardDelegate
from desktop.ui.bosses.card_model import TILE_ROLE
from desktop.ui.pictures import Pictures
from desktop.ui.theme.tokens import (
    SPACE_M,
    SPACE_S,
    SPACE_XL,
)

SMALLEST_CARD = 250


class CardView(QListView):
    """Space or a click: clear and back. L or Enter: log with drops. N: cleared, nothing dropped. Menu key: more.

    toggled, logged, emptied, asked: a Tile; asked also carries the place for the menu. party_changed: Tile, step.
    """

    toggled = Signal(object)
    logged = Signal(object)
    emptied = Signal(object)
    asked = Signal(object, QPoint)
    party_changed = Signal(object, int)

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Bosses"))
        self.setProperty("bare", "true")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(24)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMouseTracking(True)
        self.setViewportMargins(SPACE_XL, 0, 0, SPACE_M)
        self._painter = CardDelegate(pictures, self, self)
        self.setItemDelegate(self._painter)
        pictures.arrived.connect(self.viewport().update)
        self.clicked.connect(self._clicked)

    def set_frame(self, look: str) -> None:
        """Wear a card frame; "" for none."""
        self._painter.frame = look
        self.viewport().update()

    def row_width(self) -> int:
        """The width cards share, pixels."""
        return max(SMALLEST_CARD, self.viewport().width() - SPACE_XL + SPACE_S - 2)

    def card_width(self) -> int:
        """As many cards as fit at their smallest, sharing the row evenly."""
        width = self.row_width()
        return width // max(1, width // SMALLEST_CARD)

    def tile(self) -> Tile | None:
        """The card the keyboard is on."""
        found = self.currentIndex().data(TILE_ROLE)
        return found if isinstance(found, Tile) else None

    def ensure_current(self) -> None:
        """Put the keyboard on the first card when it is nowhere."""
        if self.tile() is not None:
            return
        model = self.model()
        for row in range(model.rowCount()):
            if isinstance(model.index(row, 0).data(TILE_ROLE), Tile):
                self.selectionModel().setCurrentIndex(
                    model.index(row, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
                )
                return

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

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        step = _STEPS.get(action)
        current = self.currentIndex()
        if step is None or not current.isValid():
            return super().moveCursor(action, modifiers)
        if step[1] == 0:
            return self._beside(current.row(), step[0])
        return self._across(current, step[1])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.indexAt(event.pos()).data(TILE_ROLE)
        if isinstance(item, Tile):
            self.asked.emit(item, event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _clicked(self, index: QModelIndex) -> None:
        item = index.data(TILE_ROLE)
        if isinstance(item, Tile):
            self.toggled.emit(item)

    def _beside(self, row: int, step: int) -> QModelIndex:
        model: QAbstractItemModel = self.model()
        row += step
        while 0 <= row < model.rowCount():
            index = model.index(row, 0)
            if isinstance(index.data(TILE_ROLE), Tile):
                return index
            row += step
        return self.currentIndex()

    def _across(self, current: QModelIndex, step: int) -> QModelIndex:
        """The nearest card in the next row up or down, whatever period it belongs to."""
        here = self.visualRect(current).center()
        best, best_distance = current, None
        for row in range(self.model().rowCount()):
            index = self.model().index(row, 0)
            there = self.visualRect(index).center()
            down = (there.y() - here.y()) * step
            if down <= CARD_HEIGHT // 2 or not isinstance(index.data(TILE_ROLE), Tile):
                continue
            distance = (down, abs(there.x() - here.x()))
            if best_distance is None or distance < best_distance:
                best, best_distance = index, distance
        return best


_STEPS: dict[QAbstractItemView.CursorAction, tuple[int, int]] = {
    QAbstractItemView.CursorAction.MoveLeft: (-1, 0),
    QAbstractItemView.CursorAction.MoveRight: (1, 0),
    QAbstractItemView.CursorAction.MoveUp: (0, -1),
    QAbstractItemView.CursorAction.MoveDown: (0, 1),
}
