"""The list of tasks: columns of cards under full-width headings."""

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from desktop.ui.tasks.delegate import SMALLEST_ROW, TaskDelegate, finish_button, stepper
from desktop.ui.tasks.model import ITEM_ROLE, Heading, Item, TaskModel, TaskRow
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL

_Move = QAbstractItemView.CursorAction


class TaskView(QListView):
    """Space or a click: done and back. + and −: one more or less. Enter: edit an own task. Delete: remove.

    Alt+Up and Alt+Down: earlier or later in the player's own order.
    toggled, edited, removed: a TaskRow. stepped: a TaskRow and +1 or −1; moved: the same, in the order. finished: a
    Heading. asked: a TaskRow and the place for its menu.
    """

    toggled = Signal(object)
    edited = Signal(object)
    removed = Signal(object)
    stepped = Signal(object, int)
    moved = Signal(object, int)
    finished = Signal(object)
    asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed = QPersistentModelIndex()
        self.tasks = TaskModel(self)
        self.painter = TaskDelegate(self)
        self.setAccessibleName(self.tr("Tasks"))
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
        self.setModel(self.tasks)
        self.setItemDelegate(self.painter)

    def item(self) -> Item | None:
        """What the keyboard is on."""
        found = self.currentIndex().data(ITEM_ROLE)
        return found if isinstance(found, Heading | TaskRow) else None

    def set_items(self, items: list[Item]) -> None:
        """Show these. The keyboard stays on its task, or where that was."""
        before, row = self.item(), self.currentIndex().row()
        self.tasks.set_items(items)
        if self.item() is not None:
            return
        found = self.tasks.row_of(before.key) if before is not None else -1
        self._go_to(found if found >= 0 else max(row, 0))

    def select_task(self, task: str) -> None:
        """Put the keyboard on a task."""
        self._go_to(self.tasks.row_of(task))

    def _go_to(self, row: int) -> None:
        """The thing in this row or, when the keyboard cannot go there, the nearest task after or before it."""
        items = self.tasks.items()
        after = [i for i in range(max(row, 0), len(items)) if isinstance(items[i], TaskRow)]
        rows = after or [i for i in reversed(range(len(items))) if isinstance(items[i], TaskRow)]
        if rows:
            index = self.tasks.index(rows[0])
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.item()
        key = event.key()
        modifiers = event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if isinstance(item, TaskRow) and modifiers == Qt.KeyboardModifier.AltModifier and key in steps:
            self.moved.emit(item, steps[Qt.Key(key)])
        elif item is None or modifiers != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
        elif isinstance(item, Heading):
            if key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.finished.emit(item)
            else:
                super().keyPressEvent(event)
        else:
            self._task_key(item, event)

    def _task_key(self, row: TaskRow, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space:
            self.toggled.emit(row)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            # What the game hands out cannot be edited, so Enter does the other thing one would expect.
            (self.edited if row.state.task.template is None else self.toggled).emit(row)
        elif key in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.stepped.emit(row, 1)
        elif key in {Qt.Key.Key_Minus, Qt.Key.Key_Underscore}:
            self.stepped.emit(row, -1)
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.removed.emit(row)
        elif key == Qt.Key.Key_Menu:
            self.asked.emit(row, self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center()))
        else:
            super().keyPressEvent(event)

    def moveCursor(self, action: _Move, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        current = self.currentIndex()
        if not current.isValid():
            return super().moveCursor(action, modifiers)
        if action in {_Move.MoveLeft, _Move.MoveRight}:
            return self._beside(current, 1 if action is _Move.MoveRight else -1)
        if action in {_Move.MoveUp, _Move.MoveDown}:
            return self._across(current, 1 if action is _Move.MoveDown else -1)
        return super().moveCursor(action, modifiers)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = QPersistentModelIndex(
            self.indexAt(event.position().toPoint()) if left else QModelIndex()
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self._pressed == index:
            self._press(index, event.position())
        self._pressed = QPersistentModelIndex()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # A second quick click is another press, on − and + above all.
        self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        item = self.indexAt(event.pos()).data(ITEM_ROLE)
        if isinstance(item, TaskRow):
            self.asked.emit(item, event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        width = max(SMALLEST_ROW, self.viewport().width() - 2)
        self.painter.row_width = width
        self.painter.column_width = width // max(1, width // SMALLEST_ROW)
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def _press(self, index: QModelIndex, place: QPointF) -> None:
        item, rect = index.data(ITEM_ROLE), self.visualRect(index)
        if isinstance(item, Heading):
            press = finish_button(rect, item, self.painter.finish_text)
            if press is not None and press.contains(place):
                self.finished.emit(item)
        elif isinstance(item, TaskRow):
            buttons = stepper(rect, item)
            if buttons is not None and buttons[0].left() <= place.x() <= buttons[1].right():
                for box, step in zip(buttons, (-1, 1), strict=True):
                    if box.contains(place):
                        self.stepped.emit(item, step)
            else:
                self.toggled.emit(item)

    def _reachable(self, row: int) -> bool:
        return bool(self.tasks.flags(self.tasks.index(row)) & Qt.ItemFlag.ItemIsEnabled)

    def _beside(self, current: QModelIndex, step: int) -> QModelIndex:
        row = current.row() + step
        while 0 <= row < self.tasks.rowCount() and not self._reachable(row):
            row += step
        return self.tasks.index(row) if 0 <= row < self.tasks.rowCount() else current

    def _across(self, current: QModelIndex, step: int) -> QModelIndex:
        """The nearest thing above or below, whatever group it is in."""
        here = self.visualRect(current).center()
        best, best_distance = current, None
        for row in range(self.tasks.rowCount()):
            index = self.tasks.index(row)
            there = self.visualRect(index).center()
            down = (there.y() - here.y()) * step
            if down <= SPACE_S or not self._reachable(row):
                continue
            distance = (down, abs(there.x() - here.x()))
            if best_distance is None or distance < best_distance:
                best, best_distance = index, distance
        return best
