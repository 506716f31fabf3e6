"""The command palette: everything by name, best match first."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.commands import Command
from desktop.ui.kit.states import EmptyState
from desktop.ui.search import rank
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import RADIUS_S, SPACE_M, SPACE_S, TYPE_BODY, TYPE_CAPTION

_SHOWN = 60
_ROW = 40
_Index = QModelIndex | QPersistentModelIndex


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.commands: Sequence[Command] = ()

    def set_commands(self, commands: Sequence[Command]) -> None:
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.commands)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        command = self.commands[index.row()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{command.title}, {command.group}"
        if role == Qt.ItemDataRole.UserRole:
            return command
        return None


class _Delegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        command: Command = index.data(Qt.ItemDataRole.UserRole)
        theme = current_theme()
        box: QRect = option.rect.adjusted(SPACE_S, 2, -SPACE_S, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selected"))
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        icon_box = QRect(box.left() + SPACE_M, box.top() + (box.height() - 18) // 2, 18, 18)
        draw_icon(painter, icon_box.toRectF(), command.icon or "chevron-right", theme.color("text-muted"))
        words = box.adjusted(SPACE_M + 30, 0, -SPACE_M, 0)
        painter.setFont(text_font(TYPE_CAPTION))
        keys = QKeySequence(command.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        quiet = keys or command.detail or command.group
        painter.setPen(theme.color("text-muted"))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, quiet)
        room = words.width() - painter.fontMetrics().horizontalAdvance(quiet) - SPACE_M
        painter.setFont(text_font(TYPE_BODY, QFont.Weight.Medium))
        painter.setPen(theme.color("text"))
        title = painter.fontMetrics().elidedText(command.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()


class Palette(QDialog):
    """A frameless dialog over the window; Enter runs, Esc leaves, arrows move while typing goes on."""

    def __init__(self, commands: Sequence[Command], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Search and commands"))
        self.setProperty("layer", "raised")
        self._commands = commands
        self.chosen: Command | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_M, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Boss, item, character, page or action"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self._model = _Model(self)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Matches"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(_Delegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setProperty("bare", "true")
        self.list.clicked.connect(self._run)
        self._empty = EmptyState("no_match", self.tr("Nothing found"), self.tr("Try fewer letters."))
        self._empty.hide()
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self._empty, 1)
        self._filter("")
        self._place(parent)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            step = steps.get(Qt.Key(event.key()))
            if step is not None:
                row = self.list.currentIndex().row() + step
                self.list.setCurrentIndex(self._model.index(max(0, min(row, self._model.rowCount() - 1))))
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._run(self.list.currentIndex())
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        found = rank(text, self._commands, _words)[:_SHOWN]
        self._model.set_commands(found)
        self.list.setVisible(bool(found))
        self._empty.setVisible(not found)
        if found:
            self.list.setCurrentIndex(self._model.index(0))

    def _run(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen = self._model.commands[index.row()]
            self.accept()

    def _place(self, parent: QWidget) -> None:
        self.resize(min(620, parent.width() - 80), min(440, parent.height() - 120))
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - self.width()) // 2, corner.y() + 72)


def _words(command: Command) -> str:
    return f"{command.title} {command.keywords}"
