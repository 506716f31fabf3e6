"""A world of clans over each of the databases."""

from collections.abc import AsyncIterator

import pytest

from tests.server.conftest import NOW
from tests.server.snapshots.clans import World
from tests.server.snapshots.virtual import Virtual, Watched


@pytest.fixture
async def world(address: str) -> AsyncIterator[World]:
    """Rankings, time, and nobody in a clan yet."""
    made = World(Watched(address), Virtual(NOW))
    yield made
    for database in made.databases:
        await database.close()
