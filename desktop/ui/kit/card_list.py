"""A grid of painted cards with headings between them: one list view, walked by the arrow keys."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL

_STEPS: dict[QAbstractItemView.CursorAction, tuple[int, int]] = {
    QAbstractItemView.CursorAction.MoveLeft: (-1, 0),
    QAbstractItemView.CursorAction.MoveRight: (1, 0),
    QAbstractItemView.CursorAction.MoveUp: (0, -1),
    QAbstractItemView.CursorAction.MoveDown: (0, 1),
}


class CardList(QListView):
    """Cards are the model's enabled items; what is not enabled is a heading.

    The delegate gives headings `row_width` and cards `card_width`, pixels. smallest: the least width of a card.
    """

    def __init__(self, smallest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._smallest = smallest
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

    def row_width(self) -> int:
        """The width cards share, pixels."""
        return max(self._smallest, self.viewport().width() - SPACE_XL + SPACE_S - 2)

    def card_width(self) -> int:
        """As many cards as fit at their smallest, sharing the row evenly; with the gap after each."""
        width = self.row_width()
        return width // max(1, width // self._smallest)

    def ensure_current(self) -> None:
        """Put the keyboard on the first card when it is on none."""
        if _is_card(self.currentIndex()):
            return
        model = self.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            if _is_card(index):
                self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
                return

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

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """Bring a card into sight, and the heading above it when the card stands right below it."""
        super().scrollTo(index, hint)
        model, top = self.model(), self.visualRect(index).top()
        row = index.row()
        while row > 0 and _is_card(model.index(row, 0)) and self.visualRect(model.index(row, 0)).top() == top:
            row -= 1
        if row >= 0 and not _is_card(model.index(row, 0)):
            super().scrollTo(model.index(row, 0), hint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _beside(self, row: int, step: int) -> QModelIndex:
        model = self.model()
        row += step
        while 0 <= row < model.rowCount():
            index = model.index(row, 0)
            if _is_card(index):
                return index
            row += step
        return self.currentIndex()

    def _across(self, current: QModelIndex, step: int) -> QModelIndex:
        """The nearest card in the next row up or down, whatever heading it is under."""
        rect = self.visualRect(current)
        here = rect.center()
        best, best_distance = current, None
        for row in range(self.model().rowCount()):
            index = self.model().index(row, 0)
            there = self.visualRect(index).center()
            down = (there.y() - here.y()) * step
            if down <= rect.height() // 2 or not _is_card(index):
                continue
            distance = (down, abs(there.x() - here.x()))
            if best_distance is None or distance < best_distance:
                best, best_distance = index, distance
        return best


def _is_card(index: QModelIndex) -> bool:
    return index.isValid() and bool(index.flags() & Qt.ItemFlag.ItemIsEnabled)
