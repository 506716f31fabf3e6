"""Characters and their crystals: who is counted, and what becomes of each crystal."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem

from desktop.services.characters import Character
from desktop.ui.kit.numbers import grouped
from shared.calculators.meso_income import CharacterIncome, CrystalLine
from shared.catalog import Catalog
from shared.mesos import short_mesos
from shared.resets import Reset

_NAME, _SOLD, _MESOS, _STATE = range(4)
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_ID = Qt.ItemDataRole.UserRole


class IncomeTree(QTreeWidget):
    """A line per character with its crystals below it. Space counts a character or leaves it out.

    edited: a person changed which characters count.
    """

    edited = Signal()

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog
        self.setAccessibleName(self.tr("Characters and their crystals"))
        self.setHeaderLabels(
            [self.tr("Character and boss"), self.tr("Sold"), self.tr("Mesos a week"), self.tr("Crystals")]
        )
        self.headerItem().setTextAlignment(_SOLD, _RIGHT)
        self.headerItem().setTextAlignment(_MESOS, _RIGHT)
        self.setUniformRowHeights(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(56)
        for column in (_SOLD, _MESOS, _STATE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        for column, width in ((_SOLD, 60), (_MESOS, 116), (_STATE, 96)):
            header.resizeSection(column, width)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(False)
        self.itemChanged.connect(self._item_changed)

    def show_income(
        self,
        characters: tuple[Character, ...],
        excluded: frozenset[str],
        incomes: Mapping[str, CharacterIncome],
    ) -> None:
        """Show these characters; those left out have no income."""
        before = self.blockSignals(True)
        if [self._id(i) for i in range(self.topLevelItemCount())] != [c.id for c in characters]:
            opened = {self._id(i) for i in range(self.topLevelItemCount()) if self._top(i).isExpanded()}
            self.clear()
            for character in characters:
                item = QTreeWidgetItem(self)
                item.setData(_NAME, _ID, character.id)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setExpanded(character.id in opened or len(characters) <= 4)
        for index, character in enumerate(characters):
            counted = character.id not in excluded
            self._fill(
                self._top(index), character, incomes.get(character.id) if counted else None, counted=counted
            )
        if self.currentItem() is None and self.topLevelItemCount():
            self.setCurrentItem(self._top(0))
        self.blockSignals(before)

    def excluded(self) -> dict[str, bool]:
        """By character id, whether it is left out."""
        unticked = Qt.CheckState.Unchecked
        return {
            self._id(index): self._top(index).checkState(_NAME) is unticked
            for index in range(self.topLevelItemCount())
        }

    def _top(self, index: int) -> QTreeWidgetItem:
        item = self.topLevelItem(index)
        assert item is not None
        return item

    def _id(self, index: int) -> str:
        return str(self._top(index).data(_NAME, _ID))

    def _fill(
        self, item: QTreeWidgetItem, character: Character, income: CharacterIncome | None, *, counted: bool
    ) -> None:
        world = self._catalog.worlds.get(character.world)
        item.setText(_NAME, f"{character.name} · {world.name if world else character.world}")
        item.setToolTip(_NAME, item.text(_NAME))
        item.setCheckState(_NAME, Qt.CheckState.Checked if counted else Qt.CheckState.Unchecked)
        for column in (_SOLD, _MESOS):
            item.setTextAlignment(column, _RIGHT)
        item.setText(_SOLD, "" if income is None else grouped(income.weekly_crystals))
        item.setText(_MESOS, "" if income is None else short_mesos(income.weekly_mesos))
        exact = "" if income is None else self.tr("{0} mesos").format(grouped(income.weekly_mesos))
        item.setToolTip(_MESOS, exact)
        item.setText(_STATE, self._summary(income))
        font = item.font(_NAME)
        font.setBold(counted)
        item.setFont(_MESOS, font)
        lines = income.lines if income is not None else ()
        while item.childCount() > len(lines):
            item.takeChild(item.childCount() - 1)
        while item.childCount() < len(lines):
            QTreeWidgetItem(item)
        for number, line in enumerate(sorted(lines, key=lambda one: -one.price)):
            child = item.child(number)
            assert child is not None
            self._fill_line(child, line)

    def _fill_line(self, item: QTreeWidgetItem, line: CrystalLine) -> None:
        party = self.tr(" · party of {0}").format(line.party_size) if line.party_size > 1 else ""
        item.setText(_NAME, self._catalog.boss_name(line.entry_id) + party)
        item.setToolTip(_NAME, item.text(_NAME))
        sold = grouped(line.sold)
        item.setText(
            _SOLD, sold if line.crystals <= 1 else self.tr("{0} of {1}").format(sold, grouped(line.crystals))
        )
        monthly = line.reset is Reset.MONTHLY
        mesos = short_mesos(line.mesos)
        item.setText(_MESOS, self.tr("{0} a month").format(mesos) if monthly else mesos)
        each = self.tr("{0} mesos, {1} for one crystal").format(grouped(line.mesos), grouped(line.price))
        item.setToolTip(_MESOS, each)
        item.setText(_STATE, self._state(line))
        item.setToolTip(_STATE, self._why(line))
        for column in (_SOLD, _MESOS):
            item.setTextAlignment(column, _RIGHT)
        item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsUserCheckable)

    def _summary(self, income: CharacterIncome | None) -> str:
        if income is None:
            return self.tr("Left out")
        if not income.lines:
            return self.tr("No plan")
        if income.unsold_crystals:
            return self.tr("{0} unsold").format(grouped(income.unsold_crystals))
        return self.tr("All sold")

    def _state(self, line: CrystalLine) -> str:
        if not line.price:
            return self.tr("No crystal")
        caps = self._catalog.sale_caps
        if not line.among_best:
            return self.tr("Over the {0}").format(caps.weekly_per_character)
        if line.sold < line.crystals:
            return self.tr("Over the {0}").format(caps.per_world)
        if line.reset is Reset.MONTHLY:
            return self.tr("Monthly")
        if line.reset is Reset.DAILY:
            return self.tr("Daily")
        return self.tr("Best {0}").format(caps.weekly_per_character)

    def _why(self, line: CrystalLine) -> str:
        caps = self._catalog.sale_caps
        if not line.price:
            return self.tr("This boss pays no crystal")
        if not line.among_best:
            return self.tr("A character sells at most {0} crystals of weekly bosses a week").format(
                caps.weekly_per_character
            )
        if line.sold < line.crystals:
            return self.tr("A world sells at most {0} crystals a week").format(caps.per_world)
        return ""

    def _item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if item.parent() is None and column == _NAME:
            self.edited.emit()
