"""Coins for tests, and a look at the ledger."""

from collections.abc import Callable

import pytest

from desktop.services.economy.lootboxes import Lootboxes
from desktop.services.registry import Services
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, post_all
from shared.catalog import Catalog
from shared.economy.ledger import Kind, issue
from shared.ids import new_id
from tests.desktop.conftest import Clock
from tests.desktop.services.economy.loot import counted


@pytest.fixture
def give(services: Services) -> Callable[..., None]:
    """Give the player an amount of a unit (coins unless named)."""

    def give_it(amount: int, unit: str = "coins") -> None:
        with services.database.write() as writing:
            posting = Posting(Kind.ADMIN_ADJUST, f"test:{new_id()}", issue(unit, amount), services.now(), {})
            post_all(writing.tx, [posting])

    return give_it


@pytest.fixture
def boxes(services: Services, database: Database, catalog: Catalog, clock: Clock) -> Lootboxes:
    """Boxes whose secrets are the same in every run."""
    return Lootboxes(database, catalog, services.events, clock, counted())
