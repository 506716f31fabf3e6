"""A layout that fills rows and wraps, for chips and cards."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from desktop.ui.theme.tokens import SPACE_S


class FlowLayout(QLayout):
    """Items left to right in reading order, wrapped to the width, each row as high as its highest item.

    `gap` is the space between items and `row_gap` between rows, pixels. With `stretch` the items of every
    row share its whole width as columns of equal width, at least `min_width` wide (cards in a grid).
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        gap: int = SPACE_S,
        row_gap: int | None = None,
        *,
        stretch: bool = False,
        min_width: int = 0,
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self._row_gap = gap if row_gap is None else row_gap
        self._stretch = stretch
        self._min_width = min_width
        self.setContentsMargins(QMargins())

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)
        self.invalidate()

    def insert_widget(self, index: int, widget: QWidget) -> None:
        """Add a widget before the item at this index."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    def clear(self) -> None:
        """Take every widget out and delete it."""
        while self._items:
            item = self._items.pop()
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        if not 0 <= index < len(self._items):
            return None
        item = self._items.pop(index)
        self.invalidate()
        return item

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), apply=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize(self._min_width, 0)
        for item in self._visible():
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, apply=True)

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _arrange(self, rect: QRect, *, apply: bool) -> int:
        """Place the items in rect, or only measure; returns the height needed, margins included."""
        margins = self.contentsMargins()
        area = rect.marginsRemoved(margins)
        y = area.y()
        rows = self._rows(area.width())
        for number, row in enumerate(rows):
            height = max(_height(item, width) for item, width in row)
            x = area.x()
            for item, width in row:
                if apply:
                    own = height if self._stretch else _height(item, width)
                    left = x
                    parent = self.parentWidget()
                    if parent is not None and parent.isRightToLeft():
                        left = area.right() + 1 - (x - area.x()) - width
                    item.setGeometry(QRect(QPoint(left, y + (height - own) // 2), QSize(width, own)))
                x += width + self._gap
            y += height + (self._row_gap if number < len(rows) - 1 else 0)
        return y - rect.y() + margins.bottom()

    def _rows(self, available: int) -> list[list[tuple[QLayoutItem, int]]]:
        items = self._visible()
        if self._stretch:
            least = max([self._min_width, 1, *(item.minimumSize().width() for item in items)])
            columns = max(1, (available + self._gap) // (least + self._gap))
            width = max(1, (available - self._gap * (columns - 1)) // columns)
            return [
                [(item, width) for item in items[at : at + columns]] for at in range(0, len(items), columns)
            ]
        rows: list[list[tuple[QLayoutItem, int]]] = []
        used = 0
        for item in items:
            width = min(item.sizeHint().width(), max(available, item.minimumSize().width()))
            if not rows or used + self._gap + width > available:
                rows.append([])
                used = width
            else:
                used += self._gap + width
            rows[-1].append((item, width))
        return rows


def _height(item: QLayoutItem, width: int) -> int:
    return item.heightForWidth(width) if item.hasHeightForWidth() else item.sizeHint().height()
