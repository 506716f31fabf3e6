"""What can be done on the Tasks page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject

from desktop.bridge.background import Background, Latest
from desktop.bridge.operations import Operations
from desktop.services.registry import Services
from desktop.services.tasks import TaskState

_HIDE_DONE = "tasks.hide_done"


@dataclass(frozen=True, slots=True)
class TaskList:
    """What the page shows, and whether it was left with the done tasks hidden."""

    states: tuple[TaskState, ...]
    hide_done: bool


class TasksPresenter(QObject):
    """Reads tasks and turns keys and clicks into use cases."""

    def __init__(
        self, services: Services, background: Background, operations: Operations, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._background = background
        self._operations = operations
        self._lists = Latest(background, self)

    def load(
        self, character_id: str | None, done: Callable[[TaskList], None], failed: Callable[[Exception], None]
    ) -> None:
        """What concerns a character; None: everyone's tasks."""
        tasks, remembered = self._services.tasks, self._services.remembered

        def read() -> TaskList:
            owners = tasks.owners_of(character_id) if character_id is not None else None
            return TaskList(tuple(tasks.states(owners)), bool(remembered.get(_HIDE_DONE)))

        self._lists.database(read, done, failed)

    def keep_hide_done(self, hidden: bool) -> None:
        """Remember on this machine whether done tasks are hidden."""
        remembered = self._services.remembered
        self._background.database(lambda: remembered.set(_HIDE_DONE, hidden))

    def set_count(self, state: TaskState, count: int) -> TaskState:
        """Store how often a task is done; returns what that looks like, to be shown at once."""
        count = max(0, min(count, state.task.max_count))
        if count != state.count:
            tasks, task = self._services.tasks, state.task.id
            self._operations.perform(lambda: tasks.set_count(task, count))
        finished, was = count >= state.task.max_count, state.done
        return replace(state, count=count, streak=state.streak + int(finished) - int(was))

    def finish(self, task_ids: Sequence[str]) -> None:
        """Mark all of these done; one undo."""
        tasks = self._services.tasks
        self._operations.perform(lambda: tasks.finish(task_ids))

    def reorder(self, order: Sequence[str]) -> None:
        """Keep this order of tasks; the row that moves says enough, so there is no toast."""
        tasks = self._services.tasks
        self._operations.perform(lambda: tasks.reorder(order), quiet=True)

    def remove(self, task_id: str) -> None:
        """Take a task off the list."""
        tasks = self._services.tasks
        self._operations.perform(lambda: tasks.remove(task_id))
