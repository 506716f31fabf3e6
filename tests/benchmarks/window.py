"""A diary page without the main window around it, driven and watched frame by frame."""

import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from desktop.bridge.background import Background
from desktop.bridge.clans import Clans
from desktop.bridge.community import Community
from desktop.bridge.operations import Operations
from desktop.bridge.settings import SettingsStore
from desktop.bridge.ticker import Ticker
from desktop.services.places import Places, places
from desktop.services.preferences import Preferences
from desktop.services.registry import Services
from desktop.storage.tables import boss_run_drops
from desktop.ui.commands import CommandRegistry
from desktop.ui.context import Context, Selection
from desktop.ui.diary.page import DiaryPage
from desktop.ui.pictures import Pictures
from desktop.ui.theme.apply import apply_theme
from desktop.ui.wardrobe import Wardrobe
from tests.desktop.ui.window import quiet_syncing

SIZE = (1092, 748)
_TIMEOUT = 60.0


class QuietShell:
    """A Shell that does nothing."""

    def __init__(self, data: Path) -> None:
        self._data = data

    @property
    def places(self) -> Places:
        return places(self._data)

    def go(self, page: str, **arguments: object) -> None: ...

    def log_run(
        self, entry_id: str | None = None, character_id: str | None = None, run_id: str | None = None
    ) -> None: ...

    def edit_character(self, character_id: str | None = None) -> None: ...

    def toast(
        self,
        text: str,
        action_text: str | None = None,
        on_action: Callable[[], object] | None = None,
        tone: str = "info",
    ) -> None: ...


class Paints(QObject):
    """Counts the paint events of a widget."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.count += 1
        return False


class Stage:
    """Opens the page again and again in one process."""

    def __init__(self, services: Services, folder: Path) -> None:
        found = QApplication.instance()
        self.app = found if isinstance(found, QApplication) else QApplication([])
        apply_theme(self.app, "dark")
        self.services = services
        self.owner = QObject()
        self.background = Background(self.owner)
        operations = Operations(self.background, self.owner)
        operations.attach(services.database)
        selection = Selection(self.owner)
        selection.set_characters(tuple(services.characters.all()))
        ticker = Ticker(services.now, self.owner)
        syncing = quiet_syncing(services, self.background, operations, ticker, self.owner)
        settings = SettingsStore(Preferences(), folder / "preferences.json", self.background, self.owner)
        self.context = Context(
            services=services,
            catalog=services.catalog,
            background=self.background,
            operations=operations,
            ticker=ticker,
            syncing=syncing,
            community=Community(
                services, self.background, operations, ticker, settings, syncing, folder, parent=self.owner
            ),
            clans=Clans(self.background, ticker, syncing, services.catalog, parent=self.owner),
            selection=selection,
            settings=settings,
            pictures=Pictures(self.background, services.catalog, None, self.owner),
            commands=CommandRegistry(self.owner),
            shell=QuietShell(folder),
            wardrobe=Wardrobe(services, self.background, operations, self.owner),
        )
        self.paints = Paints()
        self._heartbeat = QTimer(self.owner)
        self._heartbeat.start(100)
        self.page: DiaryPage | None = None

    def open(self) -> tuple[float, float]:
        """Milliseconds to build the page, and from showing it until its first rows are painted."""
        start = time.perf_counter()
        page = DiaryPage(self.context)
        page.resize(*SIZE)
        self.page = page
        page.table.viewport().installEventFilter(self.paints)
        built = time.perf_counter()
        page.show()
        self._until(lambda: bool(page.model.rows) and page.model.entry(0) is not None)
        self._painted()
        return (built - start) * 1000, (time.perf_counter() - built) * 1000

    def discard(self) -> None:
        """Take the page away, once nothing is under way."""
        assert self.page is not None
        self.settle()
        self.page.close()
        self.page.deleteLater()
        self.page = None
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        self.app.processEvents()

    def close(self) -> None:
        """End the threads."""
        self.discard()
        self.background.close()

    def settle(self) -> None:
        """Until no work is left."""
        for _ in range(4):
            self._until(lambda: self.background.idle)
            self.app.processEvents()

    def jump_to_end(self) -> None:
        """As the End key does, with the list read again as a plain reader would have to; until painted."""
        page = self._open_page()
        last = len(page.model.rows) - 1
        page.table.setCurrentIndex(page.model.index(last, 0))
        self._until(lambda: page.model.entry(last) is not None)
        self._painted()

    def scroll_through(self, frames: int) -> list[float]:
        """Milliseconds of every frame while the bar is dragged from top to bottom."""
        bar = self._open_page().table.verticalScrollBar()
        return [
            self._frame(lambda at=at: bar.setValue(bar.maximum() * at // frames)) for at in range(frames + 1)
        ]

    def scroll_lines(self, frames: int) -> list[float]:
        """The same while the wheel turns, three lines a step, from the middle on."""
        bar = self._open_page().table.verticalScrollBar()
        bar.setValue(bar.maximum() // 2)
        self.settle()
        return [self._frame(lambda: bar.setValue(bar.value() + 108)) for _ in range(frames)]

    def refreshes(self, repeats: int) -> list[float]:
        """Milliseconds from a committed sale until the page shows it."""
        page = self._open_page()
        page.table.verticalScrollBar().setValue(0)
        self.settle()
        drop = self._some_drop()
        runs, times = self.services.runs, []
        for number in range(repeats):
            start, before = time.perf_counter(), page.model.generation
            sale = partial(runs.sell, drop, 1_000_000 + number, date(2026, 11, 20))
            self.context.operations.perform(sale, quiet=True)
            self._until(lambda before=before: page.model.generation > before)
            self._painted()
            times.append((time.perf_counter() - start) * 1000)
            self.settle()
        return times

    def frames_while_refreshing(self) -> list[float]:
        """Milliseconds of every frame while the page is read again after a change."""
        page = self._open_page()
        times = []
        for _ in range(5):
            page.invalidate()
            while not self.background.idle:
                times.append(self._frame(page.table.viewport().update))
            times.append(self._frame(page.table.viewport().update))
        return times

    def _some_drop(self) -> str:
        page = self._open_page()
        entries = (page.model.entry(row) for row in range(200))
        run = next(entry.run for entry in entries if entry is not None and entry.run.draft.drops)
        with self.services.database.read() as connection:
            columns = boss_run_drops.c
            found = connection.execute(select(columns.id).where(columns.run_id == run.id)).scalars()
            return str(next(iter(found)))

    def _open_page(self) -> DiaryPage:
        assert self.page is not None
        return self.page

    def _frame(self, act: Callable[[], object]) -> float:
        start = time.perf_counter()
        act()
        self.app.processEvents()
        return (time.perf_counter() - start) * 1000

    def _painted(self) -> None:
        before = self.paints.count
        self._open_page().table.viewport().update()
        self._until(lambda: self.paints.count > before)

    def _until(self, there: Callable[[], bool]) -> None:
        end = time.perf_counter() + _TIMEOUT
        # Waits as the app's own loop does: spinning would take the interpreter away from the database thread.
        waiting = QEventLoop.ProcessEventsFlag.WaitForMoreEvents
        while not there():
            self.app.processEvents(waiting)
            if time.perf_counter() > end:
                raise TimeoutError("the page did not get there")
