"""The Clans page over made-up clans, or over a small server over real HTTP."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.services.demo_clans.cast import LUMEN, ME
from desktop.services.demo_clans.hub import DemoHub
from desktop.sync.binding import Binding
from desktop.sync.session import Session
from desktop.ui.clans.page import ClansPage
from desktop.ui.clans.part import Part
from desktop.ui.context import Context
from shared.catalog import Catalog
from tests.desktop.clan_server import ClanServer, clan_server
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.window import MemorySecrets

PartKind = TypeVar("PartKind", bound=Part)
DialogKind = TypeVar("DialogKind", bound=QDialog)


class Desk:
    """The page and the hands that use it."""

    def __init__(self, context: Context, qtbot: QtBot) -> None:
        self.context = context
        self.qtbot = qtbot
        self.page = ClansPage(context)
        qtbot.addWidget(self.page)
        self.page.resize(1092, 748)
        self.page.show()
        self.settle()

    def settle(self) -> None:
        """Wait until no work is left and the events it caused are handled."""
        for _ in range(3):
            self.qtbot.waitUntil(lambda: self.context.background.idle)
            QApplication.processEvents()

    def part(self, kind: type[PartKind], name: str, **arguments: object) -> PartKind:
        """Open a part."""
        self.page.open_with(part=name, **arguments)
        self.settle()
        found = self.page.part
        assert isinstance(found, kind)
        return found

    def dialog(self, kind: type[DialogKind]) -> DialogKind:
        """The dialog in front."""
        found = [each for each in self.page.window().findChildren(kind) if each.isVisible()]
        assert found, f"no {kind.__name__}"
        return found[-1]

    def hub(self) -> DemoHub:
        """The demo's server in memory."""
        hub = self.context.clans._hub
        assert hub is not None
        return hub


def texts(widget: QWidget) -> str:
    """All that labels in a widget say."""
    return "\n".join(each.text() for each in widget.findChildren(QLabel) if each.isVisible())


@pytest.fixture
def open_desk_on(context: Context, qtbot: QtBot) -> Callable[[], Desk]:
    """Open the page as the context stands."""
    return lambda: Desk(context, qtbot)


@pytest.fixture
def lumen(context: Context, qtbot: QtBot) -> Desk:
    """The page with the made-up clan that the player leads."""
    context.clans.set_samples(samples=True)
    desk = Desk(context, qtbot)
    assert desk.page.clan is not None
    assert desk.page.clan.id == LUMEN
    return desk


@pytest.fixture(scope="module")
def _running(catalog: Catalog) -> Iterator[ClanServer]:
    with clan_server(catalog, Clock()) as made:
        yield made


@pytest.fixture
def server(_running: ClanServer, catalog: Catalog, clock: Clock, context: Context) -> ClanServer:
    """A server the player is signed in at."""
    _running.begin_anew(DemoHub(catalog, clock))
    secrets = MemorySecrets()
    secrets.set(f"{ME} at {_running.url}", "refresh")
    context.syncing._session = Session(_running.url, ME, secrets)
    context.syncing.state = SyncState(SyncKind.IDLE, Binding(_running.url, ME, "aria"), last=NOW)
    context.syncing.changed.emit(context.syncing.state)
    return _running
