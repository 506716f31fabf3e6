"""The page over a player with coins, and secrets that are the same in every run."""

import hashlib
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, post_all
from desktop.ui.context import Context
from desktop.ui.lootboxes.page import LootboxesPage
from shared.economy.ledger import Kind, issue
from tests.desktop.conftest import NOW

Settle = Callable[[], None]
OpenPage = Callable[..., LootboxesPage]


@pytest.fixture
def coins(services: Services, database: Database) -> Callable[[int], None]:
    """Give the player coins; the secrets of the boxes are the same in every run."""
    numbers = iter(range(100))

    def secret(size: int) -> bytes:
        return hashlib.sha256(f"page {next(numbers)}".encode()).digest()[:size]

    services.lootboxes.seeds._token = secret

    def give(amount: int) -> None:
        with database.write() as writing:
            cause = f"test:{next(numbers)}"
            post_all(writing.tx, [Posting(Kind.ADMIN_ADJUST, cause, issue("coins", amount), NOW, {})])

    return give


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Settle, coins: Callable[[int], None]) -> OpenPage:
    """Open the page as the window would, with so many coins."""

    def build(have: int = 5000, **arguments: object) -> LootboxesPage:
        if have:
            coins(have)
        made = LootboxesPage(context)
        qtbot.addWidget(made)
        made.resize(1092, 748)
        made.open_with(**arguments)
        made.show()
        made.activateWindow()
        settle()
        made.first_focus().setFocus()
        return made

    return build
