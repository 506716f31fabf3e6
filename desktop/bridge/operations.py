"""The write path: a use case on the database thread, its changes told to every screen, its words to the player."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.bridge.background import Background
from desktop.storage.changes import Changes
from desktop.storage.database import Database
from shared.errors import MapleHubError


class Operations(QObject):
    """Runs writes.

    changed: Changes of every committed write; screens refresh when a kind they show is among them.
    told: Changes worth a toast. refused: the MapleHubError of a write nobody else answers for.
    """

    changed = Signal(object)
    told = Signal(object)
    refused = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._database: Database | None = None

    def attach(self, database: Database) -> None:
        """Undo and redo work from here on."""
        self._database = database

    def perform(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[MapleHubError], None] | None = None,
        *,
        owner: QObject | None = None,
        quiet: bool = False,
    ) -> None:
        """Run a use case that returns Changes, or Changes with a value.

        done gets the value, or the Changes. failed gets the refusal; without it the refusal becomes a toast.
        quiet: no toast on success. The change is told to every screen even when the owner is gone.
        """
        answer = _Answer(self, done, failed, owner, quiet=quiet)
        self._background.database(work, answer.done, answer.failed)

    def undo(self, entry: int | None = None) -> None:
        """Take back the newest change, or the one with this number."""
        database = self._database
        if database is not None:
            self.perform(lambda: database.undo(entry))

    def redo(self) -> None:
        """Bring back what was undone last."""
        database = self._database
        if database is not None:
            self.perform(database.redo)

    def publish(self, changes: Changes, *, quiet: bool) -> None:
        """Tell every screen, and the player unless quiet."""
        if changes:
            self.changed.emit(changes)
        if not quiet and (changes.label is not None or changes.action != "do"):
            self.told.emit(changes)


class _Answer:
    def __init__(
        self,
        operations: Operations,
        done: Callable[[Any], None] | None,
        failed: Callable[[MapleHubError], None] | None,
        owner: QObject | None,
        *,
        quiet: bool,
    ) -> None:
        self._operations = operations
        self._done = done
        self._failed = failed
        self._owner = owner
        self._quiet = quiet

    def done(self, result: Any) -> None:
        changes, value = result if isinstance(result, tuple) else (result, result)
        self._operations.publish(changes, quiet=self._quiet)
        if self._done is not None and self._alive():
            self._done(value)

    def failed(self, error: Exception) -> None:
        if not isinstance(error, MapleHubError):
            self._operations._background.crashed.emit(error)  # noqa: SLF001 - one module, one path
            if self._failed is not None and self._alive():
                self._failed(MapleHubError("Something went wrong; nothing was changed."))
        elif self._failed is not None and self._alive():
            self._failed(error)
        else:
            self._operations.refused.emit(error)

    def _alive(self) -> bool:
        import shiboken6

        return self._owner is None or shiboken6.isValid(self._owner)
