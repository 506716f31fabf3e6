"""The grid of boss cards: one list view, painted, with section headings between the reset periods."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QCoreApplication,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFont, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.services.board import SHOWN_RESETS, Board, Tile
from desktop.ui.kit.chips import badge_size, draw_badge
from desktop.ui.pictures import Pictures
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import (
    RADIUS_M,
    SPACE_M,
    SPACE_S,
    SPACE_XL,
    SPACE_XS,
    TYPE_BODY,
    TYPE_CAPTION,
    TYPE_HEADING,
)
from shared.mesos import short_mesos
from shared.resets import Reset
from shared.tracking import DropNote

CARD_HEIGHT = 96
SMALLEST_CARD = 250
HEADING_HEIGHT = 44
TILE_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

NOTE_ICONS = {
    DropNote.UNRECORDED: "note-unrecorded",
    DropNote.NOTHING: "note-nothing",
    DropNote.LIST: "note-list",
}


def note_text(note: DropNote) -> str:
    """A drop note in words."""
    translate = QCoreApplication.translate
    return {
        DropNote.UNRECORDED: translate("notes", "drops not noted yet"),
        DropNote.NOTHING: translate("notes", "nothing dropped"),
        DropNote.LIST: translate("notes", "drops noted"),
    }[note]


def reset_title(reset: Reset) -> str:
    """The heading of a reset period's bosses."""
    translate = QCoreApplication.translate
    return {
        Reset.DAILY: translate("resets", "Daily"),
        Reset.WEEKLY: translate("resets", "Weekly"),
        Reset.MONTHLY: translate("resets", "Monthly"),
    }.get(reset, str(reset))


def describe(tile: Tile) -> str:
    """A card in words, for screen readers and tooltips."""
    translate = QCoreApplication.translate
    parts = [tile.entry.display_name]
    if tile.run is None:
        parts.append(translate("bosses", "not cleared"))
    else:
        parts += [translate("bosses", "cleared"), note_text(tile.run.draft.drop_note)]
    if tile.crystal_mesos is not None:
        parts.append(translate("bosses", "crystal {0} mesos").format(short_mesos(tile.crystal_mesos)))
    if tile.party_size > 1:
        parts.append(translate("bosses", "party of {0}").format(tile.party_size))
    if not tile.planned:
        parts.append(translate("bosses", "not planned"))
    return ", ".join(parts)


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


class CardDelegate(QStyledItemDelegate):
    """Paints headings and cards. The view says how wide a card is."""

    def __init__(self, pictures: Pictures, view: "CardView") -> None:
        super().__init__(view)
        self._pictures = pictures
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        if isinstance(index.data(TILE_ROLE), Heading):
            return QSize(self._view.row_width(), HEADING_HEIGHT)
        return QSize(self._view.card_width(), CARD_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        item = index.data(TILE_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, Heading):
            self._heading(painter, option.rect, item)
        else:
            hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            current = bool(option.state & QStyle.StateFlag.State_HasFocus)
            box = QRectF(option.rect).adjusted(0, 0, -SPACE_S, -SPACE_S)
            self._card(painter, box, item, hovered=hovered, current=current)
        painter.restore()

    def _heading(self, painter: QPainter, rect: QRect, heading: Heading) -> None:
        theme = current_theme()
        box = rect.adjusted(0, SPACE_S, 0, 0)
        painter.setPen(theme.color("text"))
        painter.setFont(text_font(TYPE_HEADING, QFont.Weight.DemiBold))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, heading.title)
        box.setLeft(box.left() + painter.fontMetrics().horizontalAdvance(heading.title) + SPACE_M)
        painter.setPen(theme.color("text-muted"))
        painter.setFont(text_font(TYPE_CAPTION))
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, heading.note)

    def _card(self, painter: QPainter, box: QRectF, tile: Tile, *, hovered: bool, current: bool) -> None:
        theme = current_theme()
        cleared = tile.run is not None
        frame = box.adjusted(1, 1, -1, -1)
        painter.setBrush(theme.color("hover" if hovered else "surface"))
        edge = "success" if cleared else "border"
        painter.setPen(QPen(theme.color(edge, 0.55 if cleared else 1.0), 1))
        painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        if cleared:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("success", 0.07))
            painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        if current:
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        if not tile.planned and not cleared:
            painter.setOpacity(0.62)
        picture = QRectF(frame.left() + SPACE_M, frame.top() + SPACE_M, 40, 40)
        self._pictures.draw_boss(painter, picture, tile.entry.id)
        state = QRectF(frame.right() - SPACE_M - 20, frame.top() + SPACE_M, 20, 20)
        self._state(painter, state, tile)
        words = QRectF(picture.right() + SPACE_M, picture.top() - 3, 0, 22)
        words.setRight(state.left() - SPACE_S)
        painter.setPen(theme.color("text"))
        painter.setFont(text_font(TYPE_BODY, QFont.Weight.DemiBold))
        name = painter.fontMetrics().elidedText(
            tile.entry.name, Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        self._badges(painter, QPoint(int(words.left()), int(picture.top()) + 21), tile)
        self._bottom(painter, frame, tile)

    def _state(self, painter: QPainter, rect: QRectF, tile: Tile) -> None:
        theme = current_theme()
        if tile.run is None:
            painter.setPen(QPen(theme.color("border-strong"), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(rect.adjusted(1, 1, -1, -1))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("success"))
        painter.drawEllipse(rect)
        draw_icon(painter, rect.adjusted(4, 4, -4, -4), "check", theme.color("surface"))

    def _badges(self, painter: QPainter, corner: QPoint, tile: Tile) -> None:
        difficulty = str(tile.entry.difficulty)
        text = QCoreApplication.translate("difficulties", difficulty.capitalize())
        size = badge_size(text)
        draw_badge(painter, QRectF(corner, size), text, difficulty)
        if tile.party_size > 1:
            party = f"×{tile.party_size}"
            second = badge_size(party, "party")
            place = QRectF(QPoint(corner.x() + size.width() + SPACE_XS, corner.y()), second)
            draw_badge(painter, place, party, "text-muted", "party")

    def _bottom(self, painter: QPainter, frame: QRectF, tile: Tile) -> None:
        theme = current_theme()
        line = QRectF(frame.left() + SPACE_M, frame.bottom() - 30, frame.width() - 2 * SPACE_M, 22)
        painter.setFont(tabular(text_font(TYPE_BODY, QFont.Weight.Medium)))
        price = "–" if tile.crystal_mesos is None else short_mesos(tile.crystal_mesos)
        painter.setPen(theme.color("text" if tile.best or tile.run is not None else "text-muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, price)
        used = painter.fontMetrics().horizontalAdvance(price) + 20
        icon = "star-filled" if tile.best else "crystal"
        color = theme.color("accent" if tile.best else "text-muted")
        draw_icon(painter, QRectF(line.right() - used, line.center().y() - 7, 14, 14), icon, color)
        line.setRight(line.right() - used - SPACE_S)
        self._drops(painter, line, tile)

    def _drops(self, painter: QPainter, line: QRectF, tile: Tile) -> None:
        theme = current_theme()
        run = tile.run
        painter.setFont(text_font(TYPE_CAPTION))
        if run is not None and run.draft.drop_note is not DropNote.LIST:
            open_note = run.draft.drop_note is DropNote.UNRECORDED
            color = theme.color("warning" if open_note else "text-muted")
            icon_box = QRectF(line.left(), line.center().y() - 7, 14, 14)
            draw_icon(painter, icon_box, NOTE_ICONS[run.draft.drop_note], color)
            text = self.tr("no drop note") if open_note else self.tr("nothing dropped")
            painter.setPen(color)
            painter.drawText(line.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
            return
        items = [d.item for d in run.draft.drops] if run is not None else [d.item for d in tile.recent]
        if run is None:
            painter.setOpacity(painter.opacity() * 0.55)
        for index, item in enumerate(items[:4]):
            self._pictures.draw_item(
                painter, QRectF(line.left() + index * 24, line.center().y() - 10, 20, 20), item
            )
        if len(items) > 4:
            painter.setPen(theme.color("text-muted"))
            rest = line.adjusted(4 * 24 + 2, 0, 0, 0)
            painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter, f"+{len(items) - 4}")


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
        self.setItemDelegate(CardDelegate(pictures, self))
        pictures.arrived.connect(self.viewport().update)
        self.clicked.connect(self._clicked)

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

    def select_group(self, clear_group: str) -> None:
        """Put the keyboard on a boss."""
        model = self.model()
        for row in range(model.rowCount()):
            item = model.index(row, 0).data(TILE_ROLE)
            if isinstance(item, Tile) and item.entry.clear_group == clear_group:
                self.setCurrentIndex(model.index(row, 0))

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
