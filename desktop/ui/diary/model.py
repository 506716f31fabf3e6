"""The table behind the diary: row numbers in order, lines fetched a page at a time when they are painted."""

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)

from desktop.bridge.background import Background
from desktop.services.diary import DiaryEntry, SortKey
from desktop.ui.diary.wording import cell_text, describe, drops_text
from shared.catalog import Catalog

PAGE = 200
"""Lines fetched at once."""
KEPT = 60
"""Pages kept; twelve thousand lines."""
AT_ONCE = 3
"""Pages asked for together: the ones in sight and a neighbour. What was scrolled past is forgotten."""
_FEW = 8
"""So many numbers are looked for one by one, which is quicker than going through a long list in Python."""
ENTRY_ROLE = Qt.ItemDataRole.UserRole

ReadPage = Callable[[Sequence[int]], list[DiaryEntry]]
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class Column(IntEnum):
    """The columns from left to right."""

    DATE = 0
    CHARACTER = 1
    BOSS = 2
    PARTY = 3
    DROPS = 4
    CRYSTAL = 5
    SOLD = 6
    NOTE = 7


SORT_KEYS = {
    Column.DATE: SortKey.DATE,
    Column.CHARACTER: SortKey.CHARACTER,
    Column.BOSS: SortKey.BOSS,
    Column.PARTY: SortKey.PARTY,
    Column.DROPS: SortKey.DROPS,
    Column.CRYSTAL: SortKey.CRYSTAL,
    Column.SOLD: SortKey.SOLD,
    Column.NOTE: SortKey.NOTE,
}
RIGHT_ALIGNED = frozenset({Column.PARTY, Column.CRYSTAL, Column.SOLD})
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class DiaryModel(QAbstractTableModel):
    """Knows the row number of every line and the content of the lines that were looked at.

    Lines that may have changed stay visible until their page has been read again, so nothing flickers.
    arrived: the first page of a new list has come. failed: the error of a page that could not be read.
    """

    arrived = Signal()
    failed = Signal(object)

    def __init__(
        self, background: Background, catalog: Catalog, read_page: ReadPage, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._catalog = catalog
        self._read_page = read_page
        self._rows = array("q")
        self._pages: OrderedDict[int, dict[int, DiaryEntry]] = OrderedDict()
        self._old: dict[int, DiaryEntry] = {}
        self._wanted: dict[int, None] = {}
        self._generation = 0
        self._asking = False
        self._broken = False
        self._ask_soon = QTimer(self)
        self._ask_soon.setSingleShot(True)
        self._ask_soon.setInterval(0)
        self._ask_soon.timeout.connect(self._ask)

    @property
    def rows(self) -> "array[int]":
        """The local row numbers in order; not to be changed."""
        return self._rows

    @property
    def generation(self) -> int:
        """Counts how often the content was declared stale; answers to older questions are dropped."""
        return self._generation

    def set_rows(self, rows: "array[int]", first: Sequence[DiaryEntry] = (), at: int = 0) -> bool:
        """Show these lines; `first` are those of page number `at`, when they were read along.

        Whether the list is another one; the same list keeps selection and scroll and is only read again.
        """
        self._age()
        changed = rows != self._rows
        if changed:
            self.beginResetModel()
            self._rows = rows
        if first or not rows:
            self._keep(at, {entry.row: entry for entry in first})
        if changed:
            self.endResetModel()
        elif rows:
            self._repaint(0, len(rows) - 1)
        return changed

    def entry(self, row: int) -> DiaryEntry | None:
        """The line at this place; None, and it is asked for, while it is not there."""
        page = row // PAGE
        found = self._pages.get(page)
        number = self._rows[row]
        if found is not None:
            self._pages.move_to_end(page)
            return found.get(number)
        self._want(page)
        return self._old.get(number)

    def places(self, numbers: set[int]) -> list[int]:
        """Where the lines of these row numbers stand now, in order."""
        if len(numbers) <= _FEW:
            found = []
            for number in numbers:
                with suppress(ValueError):
                    found.append(self._rows.index(number))
            return sorted(found)
        return [place for place, number in enumerate(self._rows) if number in numbers]

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        column = Column(index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in RIGHT_ALIGNED else _LEFT
        if role == ENTRY_ROLE:
            return self.entry(index.row())
        return self._words(index.row(), column, role) if role in _SPOKEN else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return column_title(Column(section))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in RIGHT_ALIGNED else _LEFT
        return None

    def _words(self, row: int, column: Column, role: int) -> str | None:
        entry = self.entry(row)
        if entry is None:
            return "…" if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.ToolTipRole:
            if column is Column.DROPS:
                return drops_text(entry, self._catalog) or None
            return entry.run.draft.note or None if column is Column.NOTE else None
        if role == Qt.ItemDataRole.AccessibleTextRole and column is Column.DATE:
            return describe(entry, self._catalog)
        return cell_text(entry, column.name, self._catalog)

    def _age(self) -> None:
        """Everything read so far may be wrong: keep it for show, read it again when painted."""
        self._generation += 1
        self._broken = False
        fresh = {number: entry for page in self._pages.values() for number, entry in page.items()}
        self._old = fresh if len(fresh) >= KEPT * PAGE else {**self._old, **fresh}
        while len(self._old) > KEPT * PAGE:
            self._old.pop(next(iter(self._old)))
        self._pages.clear()
        self._wanted.clear()

    def _want(self, page: int) -> None:
        if self._broken:
            return
        self._wanted.pop(page, None)
        self._wanted[page] = None
        if not self._asking and not self._ask_soon.isActive():
            self._ask_soon.start()

    def _ask(self) -> None:
        """One question at a time, for what was painted last."""
        pages = [page for page in self._wanted if page not in self._pages][-AT_ONCE:]
        self._wanted.clear()
        if not pages or self._asking:
            return
        self._asking = True
        generation, read = self._generation, self._read_page
        questions = [(page, self._rows[page * PAGE : (page + 1) * PAGE]) for page in pages]
        self._background.database(
            lambda: (generation, [(page, read(rows)) for page, rows in questions]),
            self._on_pages,
            self._on_failed,
            owner=self,
        )

    def _on_pages(self, answer: tuple[int, list[tuple[int, list[DiaryEntry]]]]) -> None:
        self._asking = False
        generation, pages = answer
        if generation == self._generation:
            for page, entries in pages:
                self._keep(page, {entry.row: entry for entry in entries})
                last = min((page + 1) * PAGE, len(self._rows)) - 1
                self._repaint(page * PAGE, last)
            self.arrived.emit()
        if self._wanted:
            self._ask_soon.start()

    def _on_failed(self, error: Exception) -> None:
        self._asking = False
        # Painting would ask again at once, and fail again.
        self._broken = True
        self.failed.emit(error)

    def _keep(self, page: int, entries: dict[int, DiaryEntry]) -> None:
        self._pages[page] = entries
        self._pages.move_to_end(page)
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)

    def _repaint(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))


_SPOKEN = frozenset(
    {
        int(Qt.ItemDataRole.DisplayRole),
        int(Qt.ItemDataRole.AccessibleTextRole),
        int(Qt.ItemDataRole.ToolTipRole),
    }
)


def column_title(column: Column) -> str:
    """What a column is called."""
    translate = QCoreApplication.translate
    return {
        Column.DATE: translate("diary", "Date"),
        Column.CHARACTER: translate("diary", "Character"),
        Column.BOSS: translate("diary", "Boss"),
        Column.PARTY: translate("diary", "Party"),
        Column.DROPS: translate("diary", "Drops"),
        Column.CRYSTAL: translate("diary", "Crystal, mesos"),
        Column.SOLD: translate("diary", "Sold, mesos"),
        Column.NOTE: translate("diary", "Note"),
    }[column]
