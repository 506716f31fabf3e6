"""The table behind the drop rates: every line there is, and those a choice lets through, in the order asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from desktop.services.community import DropLine
from desktop.ui.community.words import (
    NOTHING,
    bias_text,
    confidence_text,
    describe,
    luck_text,
    own_text,
    precision_text,
    rate_detail,
    rate_text,
    trend_text,
)
from desktop.ui.kit.numbers import grouped

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_translate = QCoreApplication.translate


class Column(IntEnum):
    """The columns from left to right."""

    DROP = 0
    RATE = 1
    RANGE = 2
    RUNS = 3
    SURE = 4
    TREND = 5
    MINE = 6


RIGHT_ALIGNED = frozenset({Column.RATE, Column.RUNS})


@dataclass(frozen=True, slots=True)
class Choice:
    """What the table shows; all conditions hold at once. boss: an entry's id, "" for every one.

    words: each is in the boss's or the item's name. sample: so many runs at least. mine: only of bosses the player
    has counted runs of.
    """

    boss: str = ""
    words: tuple[str, ...] = ()
    sample: int = 0
    mine: bool = False

    def admits(self, line: DropLine) -> bool:
        """Whether a line is let through."""
        if self.boss and line.boss_id != self.boss:
            return False
        if self.mine and not line.runs:
            return False
        if self.sample and (line.rate is None or (line.rate.total_runs or 0) < self.sample):
            return False
        name = f"{line.boss_name} {line.item_name}".casefold()
        return all(word in name for word in self.words)


class RatesModel(QAbstractTableModel):
    """Sorting and choosing take milliseconds for thousands of lines, so they happen here."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.all: Sequence[DropLine] = ()
        self.shown: list[DropLine] = []
        self._choice = Choice()
        self._sort = (Column.DROP, False)

    def set_lines(self, lines: Sequence[DropLine]) -> None:
        """Show other lines."""
        self.all = lines
        self._arrange()

    def choose(self, choice: Choice) -> None:
        """Let others through."""
        self._choice = choice
        self._arrange()

    def sort_by(self, column: Column, *, descending: bool) -> None:
        """Another order. Lines that say nothing of it stand last, whichever way it runs."""
        self._sort = (column, descending)
        self._arrange()

    def place_of(self, line: DropLine | None) -> int | None:
        """Where a line about the same drop stands now."""
        if line is None:
            return None
        name = (line.boss_id, line.item_id)
        return next((at for at, each in enumerate(self.shown) if (each.boss_id, each.item_id) == name), None)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        line, column = self.shown[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(line, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return describe(line) if column is Column.DROP else cell_text(line, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(line, column) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if column in RIGHT_ALIGNED else _LEFT
        return None

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

    def _arrange(self) -> None:
        column, descending = self._sort
        key = _KEYS[column]
        admitted = [line for line in self.all if self._choice.admits(line)]
        known = [(value, line) for line in admitted if (value := key(line)) is not None]
        # Two stable sorts: what is equal stays in the game's order, whichever way the other one runs.
        known.sort(key=lambda pair: pair[1].place)
        known.sort(key=lambda pair: pair[0], reverse=descending)
        rest = [line for line in admitted if key(line) is None]
        self.beginResetModel()
        self.shown = [line for _, line in known] + rest
        self.endResetModel()


def column_title(column: Column) -> str:
    """What a column is called."""
    return {
        Column.DROP: _translate("community", "Drop"),
        Column.RATE: _translate("community", "Rate"),
        Column.RANGE: _translate("community", "Between"),
        Column.RUNS: _translate("community", "Runs"),
        Column.SURE: _translate("community", "Confidence"),
        Column.TREND: _translate("community", "30 days"),
        Column.MINE: _translate("community", "Mine"),
    }[column]


def cell_text(line: DropLine, column: Column) -> str:
    """A cell in words."""
    rate = line.rate
    match column:
        case Column.DROP:
            return f"{line.item_name}, {line.boss_name}"
        case Column.RATE:
            return f"{rate_text(rate)} {rate_detail(rate)}".strip()
        case Column.RANGE:
            return "" if rate is None else rate.sentence
        case Column.RUNS:
            return NOTHING if rate is None else grouped(rate.total_runs or 0)
        case Column.SURE:
            return f"{confidence_text(rate)} {precision_text(rate)}".strip()
        case Column.TREND:
            return trend_text(rate)
        case _:
            return f"{own_text(line)}. {luck_text(line.luck)}".strip(". ")


def tip(line: DropLine, column: Column) -> str:
    """What the pointer is told of a cell."""
    rate = line.rate
    if column is Column.MINE:
        return luck_text(line.luck)
    if column is Column.TREND:
        return trend_text(rate)
    if rate is None:
        return _translate("community", "Not enough players yet: fewer would give single players away.")
    bias = column is Column.RATE and rate.logging_bias
    return f"{rate.sentence}\n{bias_text()}" if bias else rate.sentence


def _width(line: DropLine) -> float | None:
    """How wide its interval is beside its rate: the less, the surer."""
    rate = line.rate
    if rate is None or rate.low is None or rate.high is None:
        return None
    return (rate.high - rate.low) / (rate.drop_rate or rate.high)


def _change(line: DropLine) -> float | None:
    """Trends that hold stand at the ends."""
    rate = line.rate
    if rate is None or rate.trend is None or not rate.course or not rate.drop_rate:
        return None
    size = rate.course[-1] / rate.drop_rate
    return {"up": 1000.0, "down": -1000.0}.get(rate.trend, 0.0) + size


_KEYS: dict[Column, Callable[[DropLine], float | None]] = {
    Column.DROP: lambda line: line.place,
    Column.RATE: lambda line: None if line.rate is None else line.rate.drop_rate,
    Column.RANGE: lambda line: None if line.rate is None else line.rate.low,
    Column.RUNS: lambda line: None if line.rate is None else line.rate.total_runs,
    Column.SURE: _width,
    Column.TREND: _change,
    Column.MINE: lambda line: line.luck if line.luck is not None else (-1.0 if line.runs else None),
}
