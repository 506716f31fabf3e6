"""Pages are tested over a real database with the real threads, without the main window."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.background import Background
from desktop.bridge.clans import Clans
from desktop.bridge.community import Community
from desktop.bridge.operations import Operations
from desktop.bridge.settings import SettingsStore
from desktop.bridge.ticker import Ticker
from desktop.services.places import Places, places
from desktop.services.preferences import Preferences
from desktop.services.registry import Services
from desktop.storage.changes import Changes
from desktop.ui.commands import CommandRegistry
from desktop.ui.context import Context, Selection
from desktop.ui.pictures import Pictures
from desktop.ui.wardrobe import Wardrobe
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.window import Desk, quiet_syncing


class RecordingShell:
    """A Shell that remembers what pages asked of it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.went: list[tuple[str, dict[str, object]]] = []
        self.logged: list[tuple[str | None, str | None, str | None]] = []
        self.edited: list[str | None] = []
        self.toasts: list[str] = []
        self.restored: list[Path] = []

    @property
    def places(self) -> Places:
        return places(self._data)

    def restore(self, backup: Path) -> None:
        self.restored.append(backup)

    def go(self, page: str, **arguments: object) -> None:
        self.went.append((page, arguments))

    def log_run(
        self, entry_id: str | None = None, character_id: str | None = None, run_id: str | None = None
    ) -> None:
        self.logged.append((entry_id, character_id, run_id))

    def edit_character(self, character_id: str | None = None) -> None:
        self.edited.append(character_id)

    def toast(
        self,
        text: str,
        action_text: str | None = None,
        on_action: Callable[[], object] | None = None,
        tone: str = "info",
    ) -> None:
        self.toasts.append(text)


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[QApplication]:
    """The application in the dark theme, whatever the test changes."""
    from desktop.ui.kit.motion import set_reduced_motion
    from desktop.ui.theme.apply import apply_theme

    apply_theme(qapp, "dark")
    yield qapp
    set_reduced_motion(None)
    apply_theme(qapp, "dark")


@pytest.fixture
def shell(tmp_path: Path) -> RecordingShell:
    """What pages see of the window."""
    return RecordingShell(tmp_path)


@pytest.fixture
def context(
    themed: QApplication,
    services: Services,
    shell: RecordingShell,
    clock: Clock,
    tmp_path: Path,
    qtbot: QtBot,
) -> Iterator[Context]:
    """Everything a page needs, over the `services` fixture's database."""
    owner = QObject()
    background = Background(owner)
    operations = Operations(background, owner)
    operations.attach(services.database)
    selection = Selection(owner)
    selection.set_characters(tuple(services.characters.all()))
    ticker = Ticker(clock, owner)
    syncing = quiet_syncing(services, background, operations, ticker, owner)
    settings = SettingsStore(Preferences(), tmp_path / "preferences.json", background, owner)
    community = Community(
        services,
        background,
        operations,
        ticker,
        settings,
        syncing,
        tmp_path / "figures",
        parent=owner,
    )
    clans = Clans(background, ticker, syncing, services.catalog, parent=owner)
    made = Context(
        services=services,
        catalog=services.catalog,
        background=background,
        operations=operations,
        ticker=ticker,
        selection=selection,
        settings=settings,
        pictures=Pictures(background, services.catalog, None, owner),
        syncing=syncing,
        community=community,
        clans=clans,
        commands=CommandRegistry(owner),
        wardrobe=Wardrobe(services, background, operations, owner),
        shell=shell,
    )

    def relist(changes: Changes) -> None:
        if "characters" in changes.kinds:
            background.database(
                services.characters.all, lambda found: selection.set_characters(tuple(found)), owner=selection
            )

    operations.changed.connect(relist)
    yield made
    syncing.close()
    community.close()
    clans.close()
    qtbot.waitUntil(lambda: background.idle)
    background.close()
    owner.deleteLater()


@pytest.fixture
def demo_context(services: Services, context: Context, put_demo: Callable[[int], None]) -> Context:
    """The same with a year of demo data for three characters."""
    put_demo(3)
    context.selection.set_characters(tuple(services.characters.all()))
    return context


@pytest.fixture
def settle(context: Context, qtbot: QtBot) -> Callable[[], None]:
    """Wait until no background work is left and the events it caused are handled."""

    def wait() -> None:
        for _ in range(3):
            qtbot.waitUntil(lambda: context.background.idle)
            QApplication.processEvents()

    return wait


@pytest.fixture
def open_desk(
    themed: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    clock: Clock,
    demo_file: Callable[[int], Path],
) -> Iterator[Callable[..., Desk]]:
    """Start the whole app on this test's folder; call again after `close` for a restart."""
    desks: list[Desk] = []

    def start(demo: int | None = None) -> Desk:
        file = places(tmp_path / "data").database
        if demo is not None and clock.now == NOW and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(demo_file(demo), file)
        desk = Desk(themed, qtbot, tmp_path / "data", clock, demo)
        desks.append(desk)
        return desk.start()

    yield start
    for desk in desks:
        desk.close()
