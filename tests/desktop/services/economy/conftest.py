"""Coins for tests, and a look at the ledger."""

from collections.abc import Callable

import pytest

from desktop.services.registry import Services
from desktop.storage.ledger import Posting, post_all
from shared.economy.ledger import Kind, issue
from shared.ids import new_id


@pytest.fixture
def give(services: Services) -> Callable[..., None]:
    """Give the player an amount of a unit (coins unless named)."""

    def give_it(amount: int, unit: str = "coins") -> None:
        with services.database.write() as writing:
            posting = Posting(Kind.ADMIN_ADJUST, f"test:{new_id()}", issue(unit, amount), services.now(), {})
            post_all(writing.tx, [posting])

    return give_it
