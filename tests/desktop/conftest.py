"""A database, a catalogue and the use cases over them, at a fixed instant."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.services.opening import SEEDS
from desktop.services.registry import Services, build_services
from desktop.storage.database import Database
from shared.catalog import Catalog, load_catalog

NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
"""A Saturday evening; the boss week began on Thursday the 19th."""


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """The real catalogue."""
    return load_catalog(SEEDS)


@pytest.fixture
def clock() -> Clock:
    """Time for this test."""
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    """An empty database in a file."""
    made = Database.open(tmp_path / "maplehub.sqlite3", tmp_path / "backups", now=clock)
    yield made
    made.close()


@pytest.fixture
def services(database: Database, catalog: Catalog, clock: Clock) -> Services:
    """The use cases over the empty database."""
    return build_services(database, catalog, clock)


@pytest.fixture
def character(services: Services) -> str:
    """Aria, a heroic character; her id."""
    return services.characters.create("Aria", "kronos", job="bishop", level=280)[1]


@pytest.fixture
def make_character(services: Services) -> Callable[..., str]:
    """Make another character; returns its id."""

    def make(name: str, world: str = "kronos") -> str:
        return services.characters.create(name, world)[1]

    return make
