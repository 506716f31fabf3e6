"""A server process that knows a Discord of the test's own, and can be killed and started again."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.end_to_end.conftest import PATIENCE, Program, Start
from tests.stand_ins.discord import Application, Discord, Player, build
from tests.stand_ins.serving import serving

APPLICATION = "157730590492196864"
SECRET = "937it3ow87i4ery69876wqire"
ARIA = Player("80351110224678912", "aria", "8342729096ea3675442027381ff50dfe")


class Hub:
    """url: where it is, also while it is off."""

    def __init__(self, start: Start, database: str, folder: Path, discord: Discord, site: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.discord = discord
        discord.applications[APPLICATION] = Application(
            APPLICATION, SECRET, (f"{self.url}/api/auth/discord/callback",)
        )
        self._start = start
        self._folder = folder
        self._environment = {
            "DATABASE_URL": database,
            "REDIS_URL": "",
            "DISCORD_CLIENT_ID": APPLICATION,
            "DISCORD_CLIENT_SECRET": SECRET,
            "MAPLEHUB_DISCORD_API_URL": f"{site}/api/v10",
            "MAPLEHUB_DISCORD_AUTHORIZE_URL": f"{site}/oauth2/authorize",
            "MAPLEHUB_PUBLIC_URL": self.url,
        }
        self._program: Program | None = None

    def on(self) -> None:
        """Start it, and wait until it is ready."""
        program = self._start("server", "--port", self._port, "--data-dir", self._folder, **self._environment)
        self._program = program
        until = time.monotonic() + PATIENCE
        while True:
            assert program.process.poll() is None, "".join(program.errors)
            assert time.monotonic() < until, "the server did not get ready"
            try:
                if httpx.get(f"{self.url}/readyz").status_code == httpx.codes.OK:
                    return
            except httpx.HTTPError:
                time.sleep(0.05)

    def kill(self) -> None:
        """End it without warning."""
        assert self._program is not None
        self._program.kill()


@contextmanager
def hub(start: Start, database: str, folder: Path) -> Iterator[Hub]:
    """A server that is on, where Aria has a Discord account."""
    discord = Discord(applications={}, player=ARIA)
    with serving(build(discord)) as site:
        made = Hub(start, database, folder, discord, site)
        made.on()
        yield made
