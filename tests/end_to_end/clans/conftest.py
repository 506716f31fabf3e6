"""A world on a PostgreSQL of the test's own, and the desktop's page over a database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.conftest import catalog, clock, database, services  # noqa: F401 - fixtures
from tests.desktop.ui.conftest import context, shell, themed  # noqa: F401
from tests.end_to_end.clans.world import World, world
from tests.end_to_end.conftest import Start
from tests.server.conftest import postgres  # noqa: F401
from tests.server.databases import Postgres


@pytest.fixture
def lumen(request: pytest.FixtureRequest, start: Start, tmp_path: Path) -> Iterator[World]:
    """The world."""
    found: Postgres = request.getfixturevalue("postgres")
    address = found.migrated()
    (tmp_path / "server").mkdir()
    with world(start, address, tmp_path / "server") as made:
        yield made
    found.drop(address)
