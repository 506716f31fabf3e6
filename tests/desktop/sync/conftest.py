"""A real server for desktops to sign in at, with Discord's stand-in behind it, and a clock to turn."""

import asyncio
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from server import schema
from server.accounts.keys import Keys
from server.app import create_app
from server.database import Database
from server.settings import Settings, load, secret_key
from tests.server.conftest import Clock
from tests.server.player import APPLICATION, Signed, sign_in
from tests.stand_ins.discord import Application, Discord, Player, build
from tests.stand_ins.serving import serving

ARIA = Player("80351110224678912", "aria", "8342729096ea3675442027381ff50dfe")


@dataclass(slots=True)
class Site:
    """A running server, and the Discord it knows."""

    url: str
    settings: Settings
    clock: Clock
    discord: Discord

    def desktop(self, name: str = "aria", device: str = "laptop") -> Signed:
        """A player who has just signed in."""

        async def work() -> Signed:
            database = Database(self.settings.address)
            try:
                return await sign_in(
                    database, Keys(secret_key(self.settings)), self.clock(), name=name, device=device
                )
            finally:
                await database.close()

        return asyncio.run(work())


@pytest.fixture(scope="session")
def _database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sync-template") / "server.sqlite3"
    schema.migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[object]]:
    """What the server and the desktop log, line by line."""
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        yield lines  # type: ignore[misc]


@pytest.fixture
def make_site(tmp_path: Path, _database: Path) -> Iterator[Callable[..., Site]]:
    """Start a server; what is given of its settings wins."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "REDIS_URL", "DISCORD_CLIENT_ID", "DISCORD_CLIENT_SECRET"):
            patch.delenv(name, raising=False)
        running = ExitStack()

        def start(**given: object) -> Site:
            listening = socket.create_server(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            redirects = (f"{url}/api/auth/discord/callback",)
            application = Application(APPLICATION.id, APPLICATION.secret, redirects)
            discord = Discord(applications={application.id: application}, player=ARIA)
            where = running.enter_context(serving(build(discord)))
            folder = tmp_path / f"server-{listening.getsockname()[1]}"
            folder.mkdir()
            shutil.copy(_database, folder)
            usual = {
                "data_dir": folder,
                "public_url": url,
                "discord_client_id": application.id,
                "discord_client_secret": application.secret,
                "discord_api_url": f"{where}/api/v10",
                "discord_authorize_url": f"{where}/oauth2/authorize",
                "jobs": False,
            }
            settings, clock = load(**{**usual, **given}), Clock()
            running.enter_context(serving(create_app(settings, now=clock), listening))
            return Site(url, settings, clock, discord)

        with running:
            yield start


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()
