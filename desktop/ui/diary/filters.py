"""What the diary shows: search, character, boss, item, dates and the state of the drops."""

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QDateEdit, QLineEdit, QVBoxLayout, QWidget

from desktop.services.characters import Character
from desktop.services.diary import DiaryFilter, Show
from desktop.ui.kit.buttons import button
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import SPACE_S
from shared.catalog import Catalog
from shared.resets import Reset, period_of_day

SEARCH_DELAY_MS = 150
"""Typing stops this long before the database is asked."""
_EARLIEST = QDate(2005, 5, 11)


class ItemChooser(QComboBox):
    """Every item by name; typing finds it anywhere in its name. None is every item."""

    chosen = Signal()

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItem(self.tr("All items"), None)
        for item in sorted(catalog.items.values(), key=lambda item: item.name.casefold()):
            self.addItem(item.name, item.slug)
        finder = self._finder = QCompleter(self.model(), self)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(finder)
        self.setAccessibleName(self.tr("Item"))
        edit = self.lineEdit()
        assert edit is not None
        edit.setAccessibleName(self.tr("Item"))
        edit.editingFinished.connect(self._settle)
        self.currentIndexChanged.connect(self._changed)

    def _settle(self) -> None:
        """What was typed becomes an item, or the item there was."""
        text = self.currentText().strip()
        found = self.findText(text, Qt.MatchFlag.MatchFixedString) if text else 0
        if found < 0:
            first = self._finder.currentCompletion()
            found = self.findText(first, Qt.MatchFlag.MatchFixedString) if first else self.currentIndex()
        self.setCurrentIndex(max(0, found))
        self.setEditText(self.itemText(self.currentIndex()))

    def _changed(self, _index: int) -> None:
        self.chosen.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        edit = self.lineEdit()
        if edit is not None:
            edit.selectAll()


class FilterBar(QWidget):
    """changed: another condition holds; while a person types, only once they pause."""

    changed = Signal()

    def __init__(self, catalog: Catalog, today: date) -> None:
        super().__init__()
        self._quiet = False
        self._today = today
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(SEARCH_DELAY_MS)
        self._wait.timeout.connect(self.changed)
        self._build(catalog)
        row = QWidget()
        line = FlowLayout(row, SPACE_S, SPACE_S)
        for control in (
            *(self.search, self.character, self.boss, self.item),
            *(self.dates, self.since, self.until, self.clear),
        ):
            line.addWidget(control)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(row)

    def condition(self, today: date) -> DiaryFilter:
        """The filter as it stands; ranges that end today follow `today`."""
        self._today = today
        since, until = self._range(today)
        show = self.show_switch.value()
        return DiaryFilter(
            character_id=self.character.currentData(),
            boss_slug=self.boss.currentData(),
            item=self.item.currentData(),
            since=since,
            until=until,
            show=show if isinstance(show, Show) else Show.ALL,
            text=self.search.text(),
        )

    def is_clear(self) -> bool:
        """Whether every run is let through."""
        return self.condition(self._today) == DiaryFilter()

    def reset(self) -> None:
        """Let every run through."""
        self.apply()

    def apply(
        self,
        *,
        character_id: object = None,
        boss_slug: object = None,
        item: object = None,
        show: object = Show.ALL,
        text: str = "",
        dates: str = "any",
    ) -> None:
        """Set every condition at once; what is not named lets everything through."""
        self._quiet = True
        self.search.setText(text)
        for box, value in (
            (self.character, character_id),
            (self.boss, boss_slug),
            (self.item, item),
            (self.dates, dates),
        ):
            box.setCurrentIndex(max(0, box.findData(value)))
        try:
            self.show_switch.set_value(Show(str(show)))
        except ValueError:
            self.show_switch.set_value(Show.ALL)
        self._quiet = False
        self._wait.stop()
        self._now()

    def set_characters(self, characters: Sequence[Character]) -> None:
        """Offer these characters; the one chosen stays chosen while it exists."""
        before = self.character.currentData()
        self._quiet = True
        self.character.clear()
        self.character.addItem(self.tr("All characters"), None)
        for character in characters:
            self.character.addItem(character.name, character.id)
        self.character.setCurrentIndex(max(0, self.character.findData(before)))
        self._quiet = False
        if self.character.currentData() != before:
            self._now()

    def _build(self, catalog: Catalog) -> None:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search notes, bosses, items"))
        self.search.setAccessibleName(self.tr("Search the diary"))
        self.search.setToolTip(self.tr("Search notes, bosses, items and characters (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(232)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._now)
        self.character = _combo(self.tr("Character"), 160)
        self.character.addItem(self.tr("All characters"), None)
        self.boss = _combo(self.tr("Boss"), 156)
        self.boss.addItem(self.tr("All bosses"), None)
        names = {entry.boss_slug: entry.name for entry in catalog.bosses.values()}
        for slug, name in sorted(names.items(), key=lambda pair: pair[1].casefold()):
            self.boss.addItem(name, slug)
        self.item = ItemChooser(catalog)
        self.item.setFixedWidth(188)
        self.dates = _combo(self.tr("Dates"), 140)
        for text, value in (
            (self.tr("Any date"), "any"),
            (self.tr("This week"), "week"),
            (self.tr("Last 4 weeks"), "four-weeks"),
            (self.tr("This month"), "month"),
            (self.tr("Choose dates"), "custom"),
        ):
            self.dates.addItem(text, value)
        self.dates.setToolTip(self.tr("Days are UTC; a boss week begins on Thursday"))
        self.since = self._date(self.tr("From, UTC"), self._today - timedelta(days=28))
        self.until = self._date(self.tr("To, UTC"), self._today)
        self.clear = button(self.tr("Clear filters"), "quiet", "close")
        self.clear.clicked.connect(self.reset)
        self.clear.hide()
        self.show_switch = Segmented(
            self.tr("Show"),
            [
                (Show.ALL, self.tr("All")),
                (Show.WITH_DROPS, self.tr("With drops")),
                (Show.UNRESOLVED, self.tr("Open")),
                (Show.NOTHING, self.tr("Nothing")),
                (Show.FAILED, self.tr("Failed")),
            ],
        )
        self.show_switch.setToolTip(self.tr("Open: cleared, but nobody noted what dropped"))
        for box in (self.character, self.boss, self.dates):
            box.currentIndexChanged.connect(self._now)
        self.item.chosen.connect(self._now)
        self.show_switch.changed.connect(self._now)

    def _date(self, name: str, day: date) -> QDateEdit:
        made = QDateEdit(QDate(day.year, day.month, day.day))
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setDisplayFormat("yyyy-MM-dd")
        made.setCalendarPopup(True)
        made.setMinimumDate(_EARLIEST)
        made.setFixedWidth(140)
        made.setKeyboardTracking(False)
        made.dateChanged.connect(self._now)
        made.hide()
        return made

    def _range(self, today: date) -> tuple[date | None, date | None]:
        match self.dates.currentData():
            case "week":
                return period_of_day(Reset.WEEKLY, today), None
            case "four-weeks":
                return period_of_day(Reset.WEEKLY, today) - timedelta(weeks=3), None
            case "month":
                return today.replace(day=1), None
            case "custom":
                ends = sorted(_day(edit.date()) for edit in (self.since, self.until))
                return ends[0], ends[1]
            case _:
                return None, None

    def _typed(self, _text: str) -> None:
        if not self._quiet:
            self._show_clear()
            self._wait.start()

    def _now(self, _value: object = None) -> None:
        if self._quiet:
            return
        self._wait.stop()
        custom = self.dates.currentData() == "custom"
        self.since.setVisible(custom)
        self.until.setVisible(custom)
        self._show_clear()
        self.changed.emit()

    def _show_clear(self) -> None:
        had_focus = self.clear.hasFocus()
        self.clear.setVisible(not self.is_clear())
        if had_focus and self.clear.isHidden():
            self.search.setFocus()


def _combo(name: str, width: int) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFixedWidth(width)
    return made


def _day(value: QDate) -> date:
    return date(value.year(), value.month(), value.day())
