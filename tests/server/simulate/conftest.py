"""As many empty databases of one kind as a test wants."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from server.database import Database
from tests.server.databases import Postgres

Fresh = Callable[[], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
async def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Fresh]:
    """Makes databases at the newest migration, of each kind in turn."""
    made: list[tuple[Database, str]] = []

    def make() -> Database:
        if request.param == "sqlite":
            path = tmp_path / f"{len(made)}.sqlite3"
            shutil.copy(request.getfixturevalue("sqlite_template"), path)
            address = f"sqlite+aiosqlite:///{path}"
        else:
            postgres: Postgres = request.getfixturevalue("postgres")
            address = postgres.migrated()
        made.append((Database(address), address))
        return made[-1][0]

    yield make
    for database, address in made:
        await database.close()
        if not database.sqlite:
            request.getfixturevalue("postgres").drop(address)
