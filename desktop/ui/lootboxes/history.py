"""Every opening, the newest first, filtered by box and rarity."""

from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.services.economy.loot_book import Roll
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.labels import label
from desktop.ui.kit.rarity import draw_rarity_badge, rarity_badge_size, rarity_name
from desktop.ui.kit.states import EmptyState
from desktop.ui.lootboxes.emblems import draw_emblem
from desktop.ui.lootboxes.presenter import HistoryPage
from desktop.ui.lootboxes.words import (
    coins_text,
    duplicate_text,
    instant,
    kind_name,
    openings_text,
    spoken,
    won,
)
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import RADIUS_S, SPACE_M, SPACE_S, SPACE_XL, TYPE_BODY, TYPE_CAPTION
from shared.catalog.economy import Economy
from shared.economy.things import RARITIES, Rarity

ROLL_ROLE = Qt.ItemDataRole.UserRole
_HEIGHT = 52
_BADGE = 104
_Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """Openings as far as they have been read. wanted: a row near the end is looked at."""

    wanted = Signal()

    def __init__(self, economy: Economy) -> None:
        super().__init__()
        self._economy = economy
        self._rolls: list[Roll] = []
        self._total = 0

    def rolls(self) -> list[Roll]:
        """What has been read."""
        return self._rolls

    def set_page(self, page: HistoryPage) -> None:
        """Show a first page, or add one."""
        self._total = page.count
        if page.before is None:
            self.beginResetModel()
            self._rolls = list(page.rolls)
            self.endResetModel()
        elif page.rolls and self._rolls and page.before == self._rolls[-1].number:
            first = len(self._rolls)
            self.beginInsertRows(QModelIndex(), first, first + len(page.rolls) - 1)
            self._rolls += page.rolls
            self.endInsertRows()

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rolls)

    def canFetchMore(self, parent: _Index) -> bool:
        return not parent.isValid() and len(self._rolls) < self._total

    def fetchMore(self, _parent: _Index) -> None:
        self.wanted.emit()

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._rolls):
            return None
        roll = self._rolls[index.row()]
        if role == ROLL_ROLE:
            return roll
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return f"{spoken(won(roll, self._economy))}, {self.where(roll)}"
        return None

    def where(self, roll: Roll) -> str:
        """When, out of what, at which level and pity."""
        box = self._economy.lootboxes.get(roll.box)
        return self.tr("{0} · {1} · level {2} · pity {3}").format(
            instant(roll.at), roll.box if box is None else box.name, roll.level, roll.pity
        )


class HistoryDelegate(QStyledItemDelegate):
    """A line: emblem, name, what became of it, rarity, price."""

    def __init__(self, economy: Economy, model: HistoryModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._economy = economy
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(320, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        roll = index.data(ROLL_ROLE)
        if not isinstance(roll, Roll):
            return
        theme = current_theme()
        made = won(roll, self._economy)
        rect = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover", 0.5))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), RADIUS_S, RADIUS_S)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        draw_emblem(painter, QRectF(rect.left() + 12, rect.center().y() - 18, 36, 36), made)
        cost = QRectF(rect.right() - 96, rect.top(), 84, rect.height())
        _text(painter, cost, f"−{coins_text(roll.cost)}", "text-muted", right=True)
        size = rarity_badge_size(roll.rarity)
        badge = QRectF(
            cost.left() - _BADGE, rect.center().y() - size.height() / 2, size.width(), size.height()
        )
        draw_rarity_badge(painter, badge, roll.rarity)
        words = QRectF(rect.left() + 60, rect.top() + 7, badge.left() - rect.left() - 72, 20)
        _text(painter, words, made.name, "text", bold=True)
        note = kind_name(made) if made.duplicate is None else duplicate_text(made.duplicate)
        _text(
            painter,
            words.translated(0, 19),
            f"{note} · {self._model.where(roll)}",
            "text-muted",
            TYPE_CAPTION,
        )
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), RADIUS_S, RADIUS_S)
        painter.restore()


class HistoryView(QWidget):
    """asked: read again from the beginning. more: read on below this number. open_asked: open a box instead."""

    asked = Signal()
    more = Signal(int)
    open_asked = Signal()

    def __init__(self, economy: Economy) -> None:
        super().__init__()
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Box"))
        self.box.addItem(self.tr("Every box"), "")
        for box in economy.lootboxes.values():
            self.box.addItem(box.name, box.slug)
        self.box.currentIndexChanged.connect(self._filtered)
        self.chips = {rarity: Chip(rarity_name(rarity)) for rarity in RARITIES}
        self.count = label("", "body", "muted")
        self.model = HistoryModel(economy)
        self.model.wanted.connect(self._fetch)
        self.list = QListView()
        self.list.setAccessibleName(self.tr("Openings"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(HistoryDelegate(economy, self.model, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.verticalScrollBar().setSingleStep(_HEIGHT // 2)
        self.nothing = EmptyState(
            "nothing_yet",
            self.tr("Nothing opened yet"),
            self.tr("Every opening is kept here, newest first."),
            self.tr("Open a box"),
        )
        self.nothing.action.connect(self.open_asked)
        self.no_match = EmptyState("no_match", self.tr("No such opening"), "", self.tr("Show every opening"))
        self.no_match.action.connect(self.clear)
        self.stack = QStackedWidget()
        for widget in (self.list, self.nothing, self.no_match):
            self.stack.addWidget(widget)
        filters = QWidget()
        row = FlowLayout(filters, SPACE_S, SPACE_S)
        row.addWidget(self.box)
        for rarity, chip in self.chips.items():
            chip.toggled.connect(partial(self._toggled, rarity))
            row.addWidget(chip)
        row.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_S, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addWidget(filters)
        column.addWidget(self.stack, 1)

    @property
    def slug(self) -> str:
        """The box looked for, "" for every box."""
        return str(self.box.currentData())

    @property
    def rarities(self) -> frozenset[Rarity]:
        """The rarities looked for; all of them when none is chosen."""
        chosen = frozenset(rarity for rarity, chip in self.chips.items() if chip.isChecked())
        return chosen or frozenset(RARITIES)

    def clear(self) -> None:
        """Show every opening."""
        for widget in (self.box, *self.chips.values()):
            widget.blockSignals(True)
        self.box.setCurrentIndex(0)
        for chip in self.chips.values():
            chip.setChecked(False)
        for widget in (self.box, *self.chips.values()):
            widget.blockSignals(False)
        self.list.setFocus()
        self.asked.emit()

    def show_page(self, page: HistoryPage) -> None:
        """Show a page that was read."""
        had_focus = self.stack.isAncestorOf(self.window().focusWidget())
        self.model.set_page(page)
        self.count.setText(openings_text(page.count))
        filtered = bool(self.slug) or self.rarities != frozenset(RARITIES)
        shown = self.list if page.count else self.no_match if filtered else self.nothing
        self.stack.setCurrentWidget(shown)
        if page.before is None and page.rolls:
            self.list.setCurrentIndex(self.model.index(0))
        if had_focus:
            self.first_focus().setFocus()

    def first_focus(self) -> QWidget:
        """Where the keyboard starts."""
        shown = self.stack.currentWidget()
        if isinstance(shown, EmptyState) and shown.action_button is not None:
            return shown.action_button
        return self.list

    def _filtered(self, _index: int) -> None:
        self.asked.emit()

    def _toggled(self, _rarity: Rarity, _on: bool) -> None:
        self.asked.emit()

    def _fetch(self) -> None:
        rolls = self.model.rolls()
        if rolls:
            self.more.emit(rolls[-1].number)


def _text(
    painter: QPainter,
    room: QRectF,
    text: str,
    role: str,
    size: int = TYPE_BODY,
    *,
    bold: bool = False,
    right: bool = False,
) -> None:
    painter.setFont(text_font(size, QFont.Weight.DemiBold if bold else QFont.Weight.Normal))
    painter.setPen(current_theme().color(role))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, shown)
