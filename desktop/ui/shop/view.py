"""The grid of cards: arrows walk, Enter or a card's button acts."""

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.kit.card_list import CardList
from desktop.ui.shop.delegate import CardDelegate, buttons_of, frame_of
from desktop.ui.shop.model import ROW_ROLE, CardModel
from desktop.ui.shop.rows import Card
from desktop.ui.shop.words import Materials

SMALLEST_CARD = 236


class CardView(CardList):
    """Enter, Space or the card's button: acted. Delete or “Give back”: returned. Menu key: asked, with the place.

    A click beside the buttons only chooses the card: nobody buys by accident.
    """

    acted = Signal(object)
    returned = Signal(object)
    asked = Signal(object, QPoint)

    def __init__(self, materials: Materials, parent: QWidget | None = None) -> None:
        super().__init__(SMALLEST_CARD, parent)
        self.setAccessibleName(self.tr("Things"))
        self.cards = CardModel(self)
        self.setModel(self.cards)
        self._painter = CardDelegate(self, materials, self)
        self.setItemDelegate(self._painter)
        self._pressed = ("", "")

    def set_name(self, name: str) -> None:
        """Whom titles are shown on."""
        if name != self._painter.name:
            self._painter.name = name
            self.viewport().update()

    def card(self) -> Card | None:
        """The card the keyboard is on."""
        found = self.currentIndex().data(ROW_ROLE)
        return found if isinstance(found, Card) else None

    def select(self, slug: str) -> None:
        """Put the keyboard on a card, on the first one when it is not shown."""
        row = self.cards.row_of(slug)
        if row >= 0:
            self.setCurrentIndex(self.cards.index(row))
        self.ensure_current()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        card = self.card()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if card is None or not plain:
            super().keyPressEvent(event)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.acted.emit(card)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.returned.emit(card)
        elif event.key() == Qt.Key.Key_Menu:
            self.asked.emit(card, self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        card = self.indexAt(event.pos()).data(ROW_ROLE)
        if isinstance(card, Card):
            self.asked.emit(card, event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self.button_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, ("", "")
        card = self.card()
        if card is None or not pressed[1] or self.button_at(event.position()) != pressed:
            return
        signal = self.returned if pressed[1] == "return" else self.acted
        signal.emit(card)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._heat(self.button_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._heat(("", ""))

    def button_at(self, place: QPointF) -> tuple[str, str]:
        """The card's slug and the name of its button at a place in the viewport, two empty texts elsewhere."""
        index: QModelIndex = self.indexAt(place.toPoint())
        card = index.data(ROW_ROLE)
        if isinstance(card, Card):
            for which, box in buttons_of(frame_of(self.visualRect(index)), card).items():
                if box.contains(place):
                    return card.slug, which
        return "", ""

    def _heat(self, hot: tuple[str, str]) -> None:
        if hot != self._painter.hot:
            self._painter.hot = hot
            shape = Qt.CursorShape.PointingHandCursor if hot[1] else Qt.CursorShape.ArrowCursor
            self.viewport().setCursor(shape)
            self.viewport().update()
