"""The rows of the Tasks page: tasks under a heading for each reset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from desktop.services.characters import Character
from desktop.services.tasks import TaskState
from desktop.ui.tasks.words import ORDER, describe, owner_name, reset_title
from shared.catalog import Catalog
from shared.resets import Reset, next_reset
from shared.tasks import ACCOUNT

ITEM_ROLE = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Heading:
    """A group. open_tasks: ids of what is still to do. at: when it resets, None for never."""

    reset: Reset
    done: int
    total: int
    at: datetime | None
    open_tasks: tuple[str, ...]

    @property
    def key(self) -> str:
        """What stays the same while the content changes."""
        return str(self.reset)

    @property
    def progress(self) -> str:
        """How far the group is, in words."""
        return QCoreApplication.translate("tasks", "{0} of {1} done").format(self.done, self.total)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task. owner: who it is for, "" where that goes without saying."""

    state: TaskState
    owner: str

    @property
    def key(self) -> str:
        """What stays the same while the content changes."""
        return self.state.task.id


Item = Heading | TaskRow


def arrange(
    states: Sequence[TaskState],
    characters: Sequence[Character],
    catalog: Catalog,
    now: datetime,
    *,
    everyone: bool,
    hide_done: bool,
) -> list[Item]:
    """Headings and rows in the order they are shown: by reset, then by owner, then as the player ordered them."""
    ranks = {c.id: index for index, c in enumerate(characters)}
    last = len(ranks)
    ranks[ACCOUNT] = last + 1
    items: list[Item] = []
    for reset in ORDER:
        group = [state for state in states if state.task.reset is reset]
        if not group:
            continue
        group.sort(key=lambda state: ranks.get(state.task.owner, last))
        left = tuple(state.task.id for state in group if not state.done)
        items.append(Heading(reset, len(group) - len(left), len(group), next_reset(reset, now), left))
        for state in group:
            if not (hide_done and state.done):
                own = state.task.scope == "character" and not everyone
                items.append(TaskRow(state, "" if own else owner_name(state.task.owner, characters, catalog)))
    return items


def neighbour(items: Sequence[Item], task: str, step: int) -> str | None:
    """The task beside `task`, a step up (−1) or down (+1) among what is shown; None at either end.

    Only within its reset and among its owner's tasks, for reset and owner come before the player's own order.
    """
    rows = [item.state.task for item in items if isinstance(item, TaskRow)]
    at = next((index for index, found in enumerate(rows) if found.id == task), -1)
    other = at + step
    if at < 0 or not 0 <= other < len(rows):
        return None
    one, two = rows[at], rows[other]
    return two.id if (one.reset, one.owner) == (two.reset, two.owner) else None


def moved(states: Sequence[TaskState], task: str, beside: str) -> tuple[TaskState, ...]:
    """The same tasks, with `task` in the place of `beside` and everything between them moved by one."""
    order = list(states)
    ids = [state.task.id for state in order]
    place = ids.index(beside)
    order.insert(place, order.pop(ids.index(task)))
    return tuple(order)


class TaskModel(QAbstractListModel):
    """Headings and tasks in the order they are shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[Item] = []

    def items(self) -> list[Item]:
        """What is shown."""
        return list(self._items)

    def set_items(self, items: list[Item]) -> None:
        """Show these; where the same things are shown anew, views keep their place."""
        if [item.key for item in items] == [item.key for item in self._items]:
            changed = [row for row, item in enumerate(items) if item != self._items[row]]
            self._items = items
            for row in changed:
                self.dataChanged.emit(self.index(row), self.index(row))
        else:
            self.beginResetModel()
            self._items = items
            self.endResetModel()

    def row_of(self, key: str) -> int:
        """Where a thing is, -1 for nowhere."""
        return next((row for row, item in enumerate(self._items) if item.key == key), -1)

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            if isinstance(item, TaskRow):
                return describe(item.state, item.owner)
            words = f"{reset_title(item.reset)}, {item.progress}"
            if not item.open_tasks:
                return words
            return QCoreApplication.translate("tasks", "{0}. Space marks all done").format(words)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(item, TaskRow):
            return describe(item.state, item.owner)
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        item = self._items[index.row()]
        if isinstance(item, Heading) and not item.open_tasks:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
