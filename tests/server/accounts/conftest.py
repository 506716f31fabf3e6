"""The whole way through Discord: a server at a real address, a browser, a desktop's loopback."""

import asyncio
import html
import re
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from server.accounts.keys import challenge_of
from server.app import create_app
from tests.server.conftest import Clock, Configure
from tests.server.player import APPLICATION
from tests.stand_ins.discord import Discord, Guild, Player
from tests.stand_ins.serving import serving

ARIA = Player(
    "80351110224678912", "aria", "8342729096ea3675442027381ff50dfe", (Guild("1", "Mapleworld", owner=True),)
)
BELL = Player("80351110224678913", "bell")


@dataclass(slots=True)
class Site:
    """A running server."""

    url: str
    app: object


@pytest.fixture
def site(configure: Configure, clock: Clock, address: str, discord: Discord) -> Iterator[Site]:
    """A server at a real address, registered with Discord's stand-in, where Aria is signed in."""
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    discord.applications[APPLICATION.id] = replace(
        APPLICATION, redirects=(f"{url}/api/auth/discord/callback",)
    )
    discord.player = ARIA
    app = create_app(configure(database_url=address, public_url=url, discord_timeout=1.0), now=clock)
    with serving(app, listening):
        yield Site(url, app)


class Browser(httpx.AsyncClient):
    """A browser: keeps cookies, follows redirects, presses buttons."""

    async def press(self, page: httpx.Response, button: str) -> httpx.Response:
        """Press a button of the page's form."""
        action = re.search(r'action="([^"]+)"', page.text)
        assert action is not None, page.text
        assert f'value="{button}"' in page.text
        url = page.url.join(html.unescape(action.group(1)))
        return await self.post(url, data={"decision": button})

    def csrf(self) -> dict[str, str]:
        """The header our own pages send with a change."""
        return {"X-CSRF-Token": self.cookies.get("mh_csrf", "")}


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[Browser]:
    async with Browser(base_url=site.url, follow_redirects=True) as made:
        yield made


@dataclass(slots=True)
class Loopback:
    """A desktop that waits for the browser."""

    port: int
    arrived: asyncio.Future[dict[str, str]]
    verifier: str
    state: str

    @property
    def redirect_uri(self) -> str:
        """Where it waits."""
        return f"http://127.0.0.1:{self.port}/callback"

    def query(self, **changed: str) -> dict[str, str]:
        """What it opens the browser with."""
        return {
            "client": "desktop",
            "redirect_uri": self.redirect_uri,
            "state": self.state,
            "code_challenge": challenge_of(self.verifier),
            "code_challenge_method": "S256",
            "device": "Aria's laptop",
            **changed,
        }

    async def came(self) -> dict[str, str]:
        """What the browser brought."""
        async with asyncio.timeout(10):
            return await self.arrived

    def grant(self, code: str, **changed: str) -> dict[str, str]:
        """The body of the token request."""
        return {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": self.verifier,
            "redirect_uri": self.redirect_uri,
            **changed,
        }


@asynccontextmanager
async def loopback() -> AsyncIterator[Loopback]:
    """A one-request server on a free port, as RFC 8252 has it."""
    arrived: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readline()).decode()
        while await reader.readline() not in {b"\r\n", b""}:
            pass
        query = parse_qs(urlsplit(line.split()[1]).query)
        if not arrived.done():
            arrived.set_result({name: values[0] for name, values in query.items()})
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nDone")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        yield Loopback(port, arrived, secrets.token_urlsafe(48), secrets.token_urlsafe(16))


@pytest.fixture
async def desktop() -> AsyncIterator[Loopback]:
    async with loopback() as made:
        yield made
