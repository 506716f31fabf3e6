"""What dropped: chips for the boss's own drops, a search over every item, and the list of what was added."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.inputs import AmountEdit, spin
from desktop.ui.kit.labels import label
from desktop.ui.kit.toast import announce
from desktop.ui.pictures import Pictures
from desktop.ui.search import rank
from desktop.ui.theme.tokens import SPACE_S, SPACE_XS
from shared.catalog import Catalog, Item
from shared.runs import Drop
from shared.tracking import MAX_QUANTITY, DropNote

_CHIPS = 9
_MATCHES = 6


class ItemPicture(QWidget):
    """A small picture of an item."""

    def __init__(self, pictures: Pictures, item: str, side: int = 24) -> None:
        super().__init__()
        self._pictures = pictures
        self._item = item
        self.setFixedSize(side, side)
        pictures.arrived.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        self._pictures.draw_item(QPainter(self), QRectF(self.rect()), self._item)


class DropRow(QWidget):
    """One added drop: how many, and what it sold for. changed: quantity or sale; removed: take it off."""

    changed = Signal(object)
    removed = Signal(str)

    def __init__(self, drop: Drop, name: str, pictures: Pictures) -> None:
        super().__init__()
        self.drop = drop
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        row.addWidget(ItemPicture(pictures, drop.item))
        title = label(name)
        title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        title.setToolTip(name)
        row.addWidget(title, 1)
        self.quantity = spin(1, MAX_QUANTITY, drop.quantity, self.tr("Quantity of {0}").format(name))
        self.quantity.setFixedWidth(76)
        self.quantity.valueChanged.connect(self._changed)
        row.addWidget(self.quantity)
        self.sold_for = AmountEdit(self.tr("{0} sold for, mesos").format(name))
        self.sold_for.setPlaceholderText(self.tr("sold for"))
        self.sold_for.setFixedWidth(170)
        self.sold_for.set_amount(drop.sold_for)
        self.sold_for.amount_changed.connect(self._changed)
        row.addWidget(self.sold_for)
        remove = IconButton("close", self.tr("Remove {0}").format(name))
        remove.clicked.connect(partial(self.removed.emit, drop.item))
        row.addWidget(remove)

    def set_quantity(self, quantity: int) -> None:
        """Show another quantity."""
        self.quantity.setValue(quantity)

    def _changed(self, _value: object) -> None:
        amount = self.sold_for.amount()
        sold_on = self.drop.sold_on if amount is not None else None
        self.drop = replace(self.drop, quantity=self.quantity.value(), sold_for=amount, sold_on=sold_on)
        self.changed.emit(self.drop)


class ItemSearch(QWidget):
    """A search field whose matches stand below it. chosen: the slug of the item picked."""

    chosen = Signal(str)

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._items: Sequence[Item] = tuple(catalog.items.values())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search all items  ( / )"))
        self.field.setAccessibleName(self.tr("Search all items"))
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.matches = QListWidget()
        self.matches.setAccessibleName(self.tr("Matching items"))
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.matches.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.matches.itemClicked.connect(self._pick)
        self.matches.hide()
        column.addWidget(self.field)
        column.addWidget(self.matches)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and self.matches.count():
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                row = (self.matches.currentRow() + step) % self.matches.count()
                self.matches.setCurrentRow(row)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
                self._pick(self.matches.currentItem())
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.field.clear()
                return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        found = rank(text, self._items, _item_words)[:_MATCHES] if text.strip() else []
        self.matches.clear()
        for item in found:
            line = QListWidgetItem(item.name)
            line.setData(Qt.ItemDataRole.UserRole, item.slug)
            self.matches.addItem(line)
        if text.strip() and not found:
            line = QListWidgetItem(self.tr("No item is called “{0}”.").format(text.strip()))
            line.setFlags(Qt.ItemFlag.NoItemFlags)
            self.matches.addItem(line)
        self.matches.setVisible(bool(text.strip()))
        if found:
            self.matches.setCurrentRow(0)
        height = sum(self.matches.sizeHintForRow(row) for row in range(self.matches.count()))
        self.matches.setFixedHeight(height + 2 * self.matches.frameWidth() + 2 * SPACE_XS)

    def _pick(self, line: QListWidgetItem | None) -> None:
        slug = line.data(Qt.ItemDataRole.UserRole) if line is not None else None
        if slug:
            self.field.clear()
            self.chosen.emit(slug)


class DropEditor(QWidget):
    """The drop note of a run: unrecorded until the person says what dropped, or that nothing did.

    changed: anything about it. Digits 1–9 press the chips, 0 presses “Nothing special”.
    """

    changed = Signal()

    def __init__(self, catalog: Catalog, pictures: Pictures) -> None:
        super().__init__()
        self._catalog = catalog
        self._pictures = pictures
        self._drops: dict[str, Drop] = {}
        self._rows: dict[str, DropRow] = {}
        self._chips: dict[str, Chip] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        self._flow_host = QWidget()
        self._flow = FlowLayout(self._flow_host)
        self.nothing = Chip(self.tr("Nothing special"), "0", icon_name="note-nothing")
        self.nothing.clicked.connect(self._nothing_clicked)
        self.search = ItemSearch(catalog)
        self.search.chosen.connect(self.add)
        self._list = QVBoxLayout()
        self._list.setSpacing(SPACE_XS)
        self._no_table: QLabel = label(
            self.tr("Nobody lists this boss’s drops yet; search for what you got."), "caption", "muted"
        )
        for widget in (self._flow_host, self._no_table, self.search):
            column.addWidget(widget)
        column.addLayout(self._list)

    @property
    def note(self) -> DropNote:
        """What the run's drop note is now."""
        if self._drops:
            return DropNote.LIST
        return DropNote.NOTHING if self.nothing.isChecked() else DropNote.UNRECORDED

    @property
    def drops(self) -> tuple[Drop, ...]:
        """What was added, in order."""
        return tuple(self._drops.values())

    def amount_error(self) -> str:
        """What is wrong with an amount, "" when nothing is."""
        return next((row.sold_for.error() for row in self._rows.values() if row.sold_for.error()), "")

    def set_boss(self, entry_id: str, counts: dict[str, int]) -> None:
        """Offer this boss's drops, those the player noted most often first."""
        listed = [drop.item for drop in self._catalog.drops_of(entry_id)]
        listed.sort(key=lambda item: -counts.get(item, 0))
        self._flow.clear()
        self._chips.clear()
        for number, item in enumerate(listed, 1):
            chip = Chip(self._catalog.item_name(item), str(number) if number <= _CHIPS else "")
            chip.clicked.connect(partial(self._chip_clicked, item))
            self._chips[item] = chip
            self._flow.addWidget(chip)
        self.nothing = Chip(self.tr("Nothing special"), "0", icon_name="note-nothing")
        self.nothing.clicked.connect(self._nothing_clicked)
        self._flow.addWidget(self.nothing)
        self._no_table.setVisible(not listed)
        self._show()

    def set_note(self, note: DropNote, drops: Sequence[Drop]) -> None:
        """Show what is stored."""
        self._drops = {drop.item: drop for drop in drops}
        self.nothing.setChecked(note is DropNote.NOTHING)
        self._show()

    def press(self, digit: int) -> bool:
        """Press the chip with this digit; False when there is none."""
        if digit == 0:
            self.nothing.click()
            return True
        items = list(self._chips)
        if digit > min(_CHIPS, len(items)):
            return False
        self.add(items[digit - 1])
        return True

    def add(self, item: str) -> None:
        """One more of an item."""
        present = self._drops.get(item)
        self._drops[item] = Drop(item) if present is None else replace(present, quantity=present.quantity + 1)
        self.nothing.setChecked(False)
        self._show()
        name = self._catalog.item_name(item)
        announce(self, self.tr("{0} added, {1}").format(name, self._drops[item].quantity))
        self.changed.emit()

    def _chip_clicked(self, item: str) -> None:
        if item in self._drops:
            self._remove(item)
        else:
            self.add(item)

    def _nothing_clicked(self) -> None:
        if self.nothing.isChecked():
            self._drops.clear()
        self._show()
        self.changed.emit()

    def _remove(self, item: str) -> None:
        self._drops.pop(item, None)
        self._show()
        self.changed.emit()

    def _row_changed(self, drop: Drop) -> None:
        self._drops[drop.item] = drop
        if drop.item in self._chips:
            self._chips[drop.item].set_count(drop.quantity)
        self.changed.emit()

    def _show(self) -> None:
        for item, chip in self._chips.items():
            chip.setChecked(item in self._drops)
            chip.set_count(self._drops[item].quantity if item in self._drops else 0)
        for item in [item for item in self._rows if item not in self._drops]:
            row = self._rows.pop(item)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for item, drop in self._drops.items():
            if item not in self._rows:
                row = DropRow(drop, self._catalog.item_name(item), self._pictures)
                row.changed.connect(self._row_changed)
                row.removed.connect(self._remove)
                self._rows[item] = row
                self._list.addWidget(row)
            self._rows[item].set_quantity(drop.quantity)

    def sizeHint(self) -> QSize:
        return QSize(560, super().sizeHint().height())


def _item_words(item: Item) -> str:
    return f"{item.name} {item.subcategory} {item.tier or ''}"
