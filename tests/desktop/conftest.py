"""A database, a catalogue and the use cases over them, at a fixed instant."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desktop.services.demo import build_demo
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


@pytest.fixture(scope="session")
def demo_file(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """A database with a year of demo data for so many characters, made once at NOW; to be copied."""
    made: dict[int, Path] = {}

    def of(count: int) -> Path:
        if count not in made:
            folder = tmp_path_factory.mktemp("demo")
            database = Database.open(folder / "demo.sqlite3", folder / "backups", now=Clock())
            build_demo(build_services(database, catalog, Clock()), count)
            database.close()
            made[count] = folder / "demo.sqlite3"
        return made[count]

    return of


@pytest.fixture
def put_demo(services: Services, demo_file: Callable[[int], Path]) -> Callable[[int], None]:
    """Make the database of `services` that of a demo."""

    def put(count: int) -> None:
        with closing(sqlite3.connect(demo_file(count))) as source:
            target = services.database.engine.raw_connection()
            source.backup(target.driver_connection)  # type: ignore[arg-type]
            target.close()

    return put
