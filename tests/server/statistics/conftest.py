"""A crowd over each database."""

from collections.abc import AsyncIterator

import pytest

from server.database import Database
from tests.server.statistics.crowd import Crowd


@pytest.fixture
async def crowd(address: str) -> AsyncIterator[Crowd]:
    """Nobody plays yet."""
    database = Database(address)
    yield Crowd(database)
    await database.close()
