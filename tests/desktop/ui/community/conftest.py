"""The Community page over a real database, with samples, with a copy on disk, or with a real server."""

import asyncio
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.services.demo_community import sample
from desktop.services.figures import FigureCache, Kept
from desktop.services.questions import Question
from desktop.sync.binding import Binding
from desktop.ui.community.page import CommunityPage
from desktop.ui.context import Context
from server.database import Database
from tests.desktop.conftest import NOW
from tests.desktop.sync.conftest import Site, _database, logged, make_site, site  # noqa: F401 - fixtures
from tests.server.statistics.filling import Play, fill

ARIA = Binding("https://hub.example", "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a", "aria")

Open = Callable[[], CommunityPage]


@pytest.fixture
def nobody() -> str:
    """An address where nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return f"http://127.0.0.1:{found.getsockname()[1]}"


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Callable[[], None]) -> Open:
    """Build the page, show it and wait until it is filled."""

    def run() -> CommunityPage:
        page = CommunityPage(context)
        qtbot.addWidget(page)
        page.resize(1092, 748)
        page.show()
        settle()
        return page

    return run


@pytest.fixture
def sampled(context: Context, open_page: Open) -> CommunityPage:
    """The page with samples."""
    context.community.samples = True
    return open_page()


@pytest.fixture
def keep_copy(context: Context, tmp_path: Path) -> Callable[..., None]:
    """Put a copy of an answer on disk, as of an instant."""

    def run(server: str, question: Question[Any], at: datetime) -> None:
        body = sample(context.catalog, question.path, question.params, NOW).model_dump_json().encode()
        FigureCache(tmp_path / "figures").put(server, question.name, Kept('"1"', at, body))

    return run


@pytest.fixture
def sign_in(context: Context) -> Callable[..., None]:
    """Bring sync into the state of somebody who is signed in."""

    def run(account: Binding = ARIA, *, synced: bool = True) -> None:
        context.syncing.state = SyncState(SyncKind.IDLE, account, last=NOW if synced else None)
        context.syncing.changed.emit(context.syncing.state)
        QApplication.processEvents()

    return run


def play(site: Site, *plays: Play) -> None:  # noqa: F811
    """Let players play on the server."""

    async def work() -> None:
        database = Database(site.settings.address)
        await fill(database, site.clock(), *plays)
        await database.close()

    asyncio.run(work())
