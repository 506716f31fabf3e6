"""What can be done on the Bosses page, for cards and matrix alike."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject

from desktop.bridge.background import Background, Latest
from desktop.bridge.operations import Operations
from desktop.services.board import Board, Matrix
from desktop.services.registry import Services
from desktop.ui.context import Shell
from shared.tracking import DropNote


class BossesPresenter(QObject):
    """Reads boards and turns keys and clicks into use cases."""

    def __init__(
        self,
        services: Services,
        background: Background,
        operations: Operations,
        shell: Shell,
        today: Callable[[], date],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._operations = operations
        self._shell = shell
        self._today = today
        self._boards = Latest(background, self)
        self._matrices = Latest(background, self)

    def load_board(
        self, character_id: str, done: Callable[[Board], None], failed: Callable[[Exception], None]
    ) -> None:
        """A character's cards."""
        boards = self._services.boards
        self._boards.database(lambda: boards.board(character_id), done, failed)

    def load_matrix(self, done: Callable[[Matrix], None], failed: Callable[[Exception], None]) -> None:
        """Everyone's cells."""
        self._matrices.database(self._services.boards.matrix, done, failed)

    def toggle(self, character_id: str, entry_id: str, *, cleared: bool) -> None:
        """Clear, or take the clear back."""
        runs = self._services.runs
        if cleared:
            self._operations.perform(lambda: runs.untick(character_id, entry_id))
        else:
            self._operations.perform(lambda: runs.tick(character_id, entry_id))

    def nothing(self, character_id: str, entry_id: str, run_id: str | None, note: DropNote | None) -> None:
        """Cleared, and nothing dropped; for a clear without a note, only the note. A drop list stays as it is."""
        runs = self._services.runs
        if run_id is None:
            self._operations.perform(lambda: runs.tick(character_id, entry_id, note=DropNote.NOTHING))
        elif note is DropNote.UNRECORDED:
            self._operations.perform(lambda: runs.set_nothing([run_id]))

    def log(self, character_id: str, entry_id: str, run_id: str | None) -> None:
        """Open the log dialog on this boss, or on its clear."""
        self._shell.log_run(entry_id, character_id, run_id)

    def plan(self, character_id: str, entry_id: str, party_size: int) -> None:
        """Plan this difficulty in a party of this size."""
        plans = self._services.plans
        self._operations.perform(lambda: plans.set(character_id, entry_id, party_size))

    def drop_plan(self, character_id: str, clear_group: str) -> None:
        """Plan this boss no longer."""
        plans = self._services.plans
        self._operations.perform(lambda: plans.drop(character_id, clear_group))

    def nothing_this_week(self, character_id: str | None) -> None:
        """Nothing dropped in the rest of this week's clears."""
        runs = self._services.runs
        self._operations.perform(lambda: runs.nothing_this_week(character_id))
