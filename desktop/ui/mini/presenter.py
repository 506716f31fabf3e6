"""What the mini window knows and does: a queue of bosses, clears, and the way back from the last one."""

from PySide6.QtCore import QObject, Signal

from desktop.bridge.background import Latest
from desktop.services.board import Board, Crystals
from desktop.storage.changes import Changes
from desktop.ui.context import Context
from desktop.ui.messages import told
from desktop.ui.mini.queue import BossQueue
from shared.errors import MapleHubError
from shared.tracking import DropNote

_KINDS = frozenset({"boss_runs", "boss_run_drops", "boss_plans", "characters"})


class MiniPresenter(QObject):
    """Reads the chosen character's plan again whenever it may have changed.

    renewed: there is a new queue. failed: it could not be read, with the error. refused: a clear was, with the
    error. undo_changed: what `take_back` would do is another thing now.
    """

    renewed = Signal()
    failed = Signal(object)
    refused = Signal(object)
    undo_changed = Signal()

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self.queue = BossQueue()
        self.weekly = Crystals(0, 0)
        self.undo_words = ""
        self._context = context
        self._boards = Latest(context.background, self)
        self._writing = self._outdated = False
        self._clearing = self._wanted = ""
        self._done_here: tuple[int, str] | None = None
        context.operations.changed.connect(self._on_changes)
        context.selection.changed.connect(self.refresh)
        context.selection.listed.connect(self.refresh)
        context.ticker.day_changed.connect(self._on_day)

    def refresh(self) -> None:
        """Read the plan; without a character there is an empty queue."""
        character = self._context.selection.current
        if character is None:
            self.queue = BossQueue()
            self.renewed.emit()
            return
        boards, chosen = self._context.services.boards, character.id
        self._boards.database(lambda: boards.board(chosen), self._on_board, self._on_failed)

    def turn(self, step: int) -> bool:
        """Put the next or previous open boss in front; False while it is not known which ones are open."""
        if self._outdated:
            return False
        self.queue = self.queue.skipped(step)
        return True

    def clear(self, note: DropNote) -> None:
        """Clear the boss in front. Until the next one is there, a second press does nothing."""
        tile, character = self.queue.front, self.queue.character_id
        current = self._context.selection.current
        if tile is None or self._outdated or current is None or current.id != character:
            return
        self._writing = self._outdated = True
        self._clearing = tile.entry.clear_group
        runs, entry_id = self._context.services.runs, tile.entry.id
        self._context.operations.perform(
            lambda: runs.tick(character, entry_id, note=note), self._cleared, self._refused, owner=self
        )

    def take_back(self) -> None:
        """Undo the last clear made here and put its boss in front."""
        if self._done_here is not None:
            entry, self._wanted = self._done_here
            self._forget()
            self._context.operations.undo(entry)

    def _on_board(self, board: Board) -> None:
        if not self._writing:
            self._outdated = False
        self.queue = self.queue.renewed(board, self._wanted)
        self.weekly = board.weekly
        self._wanted = ""
        self.renewed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._outdated = self._writing
        self.queue = BossQueue()
        self.failed.emit(error)

    def _on_changes(self, changes: Changes) -> None:
        if changes.action != "do":
            # Something was undone or done again, perhaps what was cleared here.
            self._forget()
        if changes.kinds & _KINDS:
            self.refresh()

    def _on_day(self, _day: object) -> None:
        self.refresh()

    def _cleared(self, changes: Changes) -> None:
        self._writing = False
        if changes.entry is not None:
            self._done_here = (changes.entry, self._clearing)
            self.undo_words = told(changes)
            self.undo_changed.emit()
        self.refresh()

    def _refused(self, error: MapleHubError) -> None:
        self._writing = self._outdated = False
        self.refused.emit(error)

    def _forget(self) -> None:
        self._done_here, self.undo_words = None, ""
        self.undo_changed.emit()
