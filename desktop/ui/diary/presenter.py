"""What the diary reads and what can be done with its runs."""

from array import array
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.bridge.background import Background, Latest
from desktop.bridge.community import Community
from desktop.bridge.operations import Operations
from desktop.services.diary import DiaryEntry, DiaryFilter, SortKey, Totals
from desktop.services.registry import Services
from desktop.ui.context import Shell
from desktop.ui.diary.charts import ChartData, read_charts
from desktop.ui.diary.model import PAGE
from desktop.ui.diary.wording import Standing, standing_of

if TYPE_CHECKING:
    from shared.statistics.verdicts import Judged

MOST_AT_ONCE = 2000
"""Runs changed in one go: a second or two on the database thread, and one undo."""

Listing = tuple["array[int]", list[DiaryEntry], int]
"""The row numbers, the lines of one page read along, and that page's number."""
Failed = Callable[[Exception], None]


class DiaryPresenter(QObject):
    """Reads lists, sums and charts; turns keys and clicks into use cases."""

    def __init__(
        self,
        services: Services,
        background: Background,
        operations: Operations,
        shell: Shell,
        community: Community,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._background = background
        self._operations = operations
        self._shell = shell
        self._community = community
        self._lists = Latest(background, self)
        self._sums = Latest(background, self)
        self._charts = Latest(background, self)
        self._verdicts = Latest(background, self)

    def load(
        self,
        condition: DiaryFilter,
        sort: SortKey,
        done: Callable[[Listing], None],
        failed: Failed,
        *,
        descending: bool,
        page: int,
    ) -> None:
        """The list, with the page in sight read in the same breath."""
        diary = self._services.diary

        def read() -> Listing:
            rows = diary.rows(condition, sort, descending=descending)
            at = min(page, max(0, (len(rows) - 1) // PAGE))
            return rows, diary.page(rows[at * PAGE : (at + 1) * PAGE]), at

        self._lists.database(read, done, failed)

    def load_totals(self, condition: DiaryFilter, done: Callable[[Totals], None], failed: Failed) -> None:
        """The sums."""
        diary = self._services.diary
        self._sums.database(lambda: diary.totals(condition), done, failed)

    def load_charts(self, condition: DiaryFilter, done: Callable[[ChartData], None], failed: Failed) -> None:
        """The charts."""
        diary = self._services.diary
        self._charts.database(lambda: read_charts(diary, condition), done, failed)

    def load_standing(
        self, run_id: str, today: date, done: Callable[[str, Standing], None], failed: Failed
    ) -> None:
        """What the community statistics make of a run; nothing where nobody is signed in to any."""
        community, own = self._community, self._services.own_runs
        if not community.has_account:
            return

        def judged(found: "dict[str, Judged]") -> None:
            verdict = found.get(run_id)
            if verdict is not None:
                sharing = bool(community.sharing)
                community.standing(
                    lambda told: done(run_id, standing_of(verdict, told, sharing=sharing)), owner=self
                )

        self._verdicts.database(lambda: own.verdicts([run_id], today), judged, failed)

    def edit(self, run_id: str) -> None:
        """Open the log dialog on a run."""
        self._shell.log_run(run_id=run_id)

    def remove(self, rows: Sequence[int]) -> None:
        """Remove the runs with these row numbers."""
        if not rows or self._too_many(rows):
            return
        services = self._services
        self._operations.perform(lambda: services.runs.remove(services.diary.ids(rows)))

    def nothing(self, rows: Sequence[int]) -> None:
        """Say that nothing dropped in those of these runs that are open clears."""
        if not rows or self._too_many(rows):
            return
        diary = self._services.diary
        self._background.database(lambda: diary.ids(rows, open_only=True), self._resolve, owner=self)

    def sell(self, drop: str, sold_for: int | None, sold_on: date | None) -> None:
        """Note a sale, or take it back."""
        runs = self._services.runs
        self._operations.perform(lambda: runs.sell(drop, sold_for, sold_on))

    def _resolve(self, ids: list[str]) -> None:
        runs = self._services.runs
        if ids:
            self._operations.perform(lambda: runs.set_nothing(ids))
        else:
            self._shell.toast(self.tr("The drops of these runs are already noted."))

    def _too_many(self, rows: Sequence[int]) -> bool:
        if len(rows) <= MOST_AT_ONCE:
            return False
        text = self.tr("Select at most {0} runs at a time.")
        self._shell.toast(text.format(MOST_AT_ONCE), tone="warning")
        return True
