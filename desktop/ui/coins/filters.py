"""Which entries the books show: the account, kinds, direction, dates and order."""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QComboBox, QDateEdit, QVBoxLayout, QWidget

from desktop.services.economy.books import BookFilter, Order
from desktop.ui.coins.words import LOCAL_KINDS, kind_name, unit_name
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import SPACE_S
from shared.catalog import Catalog
from shared.economy.ledger import COINS, EXPERIENCE, LOOTBOXER, Kind
from shared.resets import Reset, period_of_day

_EARLIEST = QDate(2005, 5, 11)
_CUSTOM = "custom"
_COMBO = 148


class BookFilters(QWidget):
    """changed: what `filter()` says is another."""

    changed = Signal()

    def __init__(self, catalog: Catalog, today: Callable[[], date]) -> None:
        super().__init__()
        self._today = today
        self.setAccessibleName(self.tr("Filters"))
        self.unit = QComboBox()
        self.unit.setAccessibleName(self.tr("Account"))
        for unit in (COINS, EXPERIENCE, LOOTBOXER, *catalog.economy.materials):
            self.unit.addItem(unit_name(catalog, unit), unit)
        self.when = QComboBox()
        self.when.setAccessibleName(self.tr("When"))
        for key, text in (
            ("all", self.tr("All time")),
            ("day", self.tr("Today")),
            ("week", self.tr("This week")),
            ("month", self.tr("This month")),
            ("year", self.tr("Last 12 months")),
            (_CUSTOM, self.tr("Between two days…")),
        ):
            self.when.addItem(text, key)
        self.since, self.until = self._day(self.tr("From")), self._day(self.tr("To"))
        self.direction = Segmented(
            self.tr("Direction"), [(None, self.tr("Both")), (True, self.tr("In")), (False, self.tr("Out"))]
        )
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Order"))
        for order, text in (
            (Order.NEWEST, self.tr("Newest first")),
            (Order.OLDEST, self.tr("Oldest first")),
            (Order.LARGEST, self.tr("Largest first")),
        ):
            self.order.addItem(text, order)
        for combo in (self.unit, self.when, self.order):
            combo.setMaximumWidth(_COMBO)
        first = FlowLayout()
        for widget in (self.unit, self.when, self.since, self.until, self.direction, self.order):
            first.addWidget(widget)
        self.kinds: dict[Kind, Chip] = {}
        chips = FlowLayout()
        for kind in LOCAL_KINDS:
            chip = Chip(kind_name(kind))
            chip.toggled.connect(self._changed)
            self.kinds[kind] = chip
            chips.addWidget(chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_S)
        column.addLayout(first)
        column.addLayout(chips)
        for combo in (self.unit, self.when, self.order):
            combo.currentIndexChanged.connect(self._changed)
        self.direction.changed.connect(self._changed)
        self._show_days()

    def filter(self) -> BookFilter:
        """What is chosen."""
        since, until = self._days()
        return BookFilter(
            unit=self.unit.currentData(),
            kinds=frozenset(kind for kind, chip in self.kinds.items() if chip.isChecked()),
            since=since,
            until=until,
            incoming=self._direction(),
            order=Order(self.order.currentData()),
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything but account and order is chosen."""
        wanted = self.filter()
        return wanted != BookFilter(unit=wanted.unit, order=wanted.order)

    def clear(self) -> None:
        """Show everything of the account."""
        self.blockSignals(True)
        for chip in self.kinds.values():
            chip.setChecked(False)
        self.when.setCurrentIndex(0)
        self.direction.set_value(None)
        self.blockSignals(False)
        self._changed()

    def _direction(self) -> bool | None:
        value = self.direction.value()
        return value if isinstance(value, bool) else None

    def _days(self) -> tuple[date | None, date | None]:
        today = self._today()
        match self.when.currentData():
            case "day":
                return today, None
            case "week":
                return period_of_day(Reset.WEEKLY, today), None
            case "month":
                return today.replace(day=1), None
            case "year":
                return today - timedelta(days=365), None
            case "custom":
                since, until = self.since.date().toPython(), self.until.date().toPython()
                assert isinstance(since, date)
                assert isinstance(until, date)
                return min(since, until), max(since, until)
            case _:
                return None, None

    def _day(self, name: str) -> QDateEdit:
        made = QDateEdit()
        made.setCalendarPopup(True)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setMinimumDate(_EARLIEST)
        made.setDate(QDate(*self._today().timetuple()[:3]))
        made.dateChanged.connect(self._changed)
        return made

    def _show_days(self) -> None:
        custom = self.when.currentData() == _CUSTOM
        self.since.setVisible(custom)
        self.until.setVisible(custom)

    def _changed(self, _value: object = None) -> None:
        self._show_days()
        self.changed.emit()
