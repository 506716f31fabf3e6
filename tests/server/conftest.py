"""A server over SQLite and again over PostgreSQL, a clock to turn, and Discord's stand-in."""

import logging
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI

from server import schema
from server.app import create_app
from server.settings import Settings, load
from tests.server.databases import Postgres, shared
from tests.server.player import APPLICATION, Desk
from tests.stand_ins.discord import Discord, build
from tests.stand_ins.serving import serving

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
ORIGIN = "http://127.0.0.1:8750"


class Clock:
    """A clock that goes when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the surrounding environment reaches a server under test."""
    for name in ("DATABASE_URL", "REDIS_URL", "DISCORD_CLIENT_ID", "DISCORD_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What the server logs, line by line."""
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        yield lines


@pytest.fixture(autouse=True)
def _log_handlers() -> Iterator[None]:
    """A command that ran here wrote its log to a stream that the test takes with it."""
    before = logging.root.handlers[:]
    yield
    logging.root.handlers[:] = before


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    with shared(tmp_path_factory) as found:
        yield found


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "server.sqlite3"
    schema.migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own at the newest migration, of each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "server.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    made = postgres.migrated()
    yield made
    postgres.drop(made)


@pytest.fixture
def sqlite_address(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database, for what does not depend on the kind."""
    shutil.copy(sqlite_template, tmp_path / "server.sqlite3")
    return f"sqlite+aiosqlite:///{tmp_path / 'server.sqlite3'}"


@pytest.fixture(scope="session")
def _discord_site() -> Iterator[tuple[Discord, str]]:
    discord = Discord(applications={APPLICATION.id: APPLICATION})
    with serving(build(discord)) as where:
        yield discord, where


@pytest.fixture
def discord(_discord_site: tuple[Discord, str]) -> Discord:
    """Discord, with nobody signed in and one application registered."""
    found = _discord_site[0]
    found.reset()
    found.applications = {APPLICATION.id: APPLICATION}
    return found


Configure = Callable[..., Settings]


@pytest.fixture
def configure(tmp_path: Path, _discord_site: tuple[Discord, str]) -> Configure:
    """Settings of a development server that knows the stand-in; what is given wins."""

    def make(**given: Any) -> Settings:
        where = _discord_site[1]
        usual = {
            "data_dir": tmp_path / "data",
            "discord_client_id": APPLICATION.id,
            "discord_client_secret": APPLICATION.secret,
            "discord_api_url": f"{where}/api/v10",
            "discord_authorize_url": f"{where}/oauth2/authorize",
            "discord_timeout": 2.0,
            "public_url": ORIGIN,
            "jobs": False,
        }
        return load(**{**usual, **given})

    return make


@pytest.fixture
def settings(configure: Configure, address: str) -> Settings:
    return configure(database_url=address)


@pytest.fixture
async def app(settings: Settings, clock: Clock) -> AsyncIterator[FastAPI]:
    """The server, started."""
    made = create_app(settings, now=clock)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Someone at the server's door."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as made:
        yield made


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient, clock: Clock) -> Desk:
    """Makes players who are signed in."""
    return Desk(app, client, clock)
