"""Secrets stay where they belong: out of the log of a whole run, and with nobody but the hosts that are configured."""

import ast
import asyncio
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.responses import RedirectResponse, Response

import server
from server.app import create_app
from server.discord.oauth import DiscordFailed, DiscordOAuth
from tests.server.accounts.conftest import ARIA, Browser, loopback
from tests.server.conftest import Configure
from tests.server.player import APPLICATION, bearer
from tests.server.test_processes import PATIENCE, Start, start  # noqa: F401 - a fixture
from tests.stand_ins.discord import Discord
from tests.stand_ins.serving import serving

SECRET = "q3J-vX8_mZ0tR5wB7nK2pL9sD4fG6hY1cE0aU8iO3"
METRICS = "Zk7-pQ2_wE9rT4yU1iO6aS8dF3gH5jK0lX2cV7bN4"
_TOKEN = re.compile(r"mh[srwck]_[0-9A-Za-z]{10}")


async def _up(url: str) -> None:
    """Wait until it serves."""
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient() as client:
        while True:
            with suppress(httpx.TransportError):
                await client.get(f"{url}/livez")
                return
            await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.mark.parametrize("form", ["json", "text"])
async def test_no_secret_is_in_the_log_of_a_whole_run(
    start: Start,  # noqa: F811
    form: str,
    tmp_path: Path,
    sqlite_address: str,
    configure: Configure,
    discord: Discord,
) -> None:
    url = f"http://127.0.0.1:{_free_port()}"
    settings = configure()
    discord.player = ARIA
    discord.applications[APPLICATION.id] = replace(
        APPLICATION, redirects=(f"{url}/api/auth/discord/callback",)
    )
    process = start(
        "--port", url.rsplit(":", 1)[1], "--data-dir", tmp_path / "data",
        DATABASE_URL=sqlite_address, DISCORD_CLIENT_ID=APPLICATION.id, DISCORD_CLIENT_SECRET=APPLICATION.secret,
        MAPLEHUB_PUBLIC_URL=url, MAPLEHUB_SECRET=SECRET, MAPLEHUB_METRICS_TOKEN=METRICS,
        MAPLEHUB_LOG_LEVEL="debug", MAPLEHUB_LOG_FORMAT=form, MAPLEHUB_STREAM_SECONDS="0.1",
        MAPLEHUB_DISCORD_API_URL=settings.discord_api_url,
        MAPLEHUB_DISCORD_AUTHORIZE_URL=settings.discord_authorize_url,
    )  # fmt: skip
    await _up(url)
    secrets = {SECRET, METRICS, APPLICATION.secret}
    async with Browser(base_url=url, follow_redirects=True) as browser, loopback() as desktop:
        page = await browser.get("/api/auth/discord", params=desktop.query())
        secrets |= {desktop.verifier, desktop.state, *parse_qs(page.url.query.decode())["state"]}
        back = await browser.press(page, "authorize")
        came = await desktop.came()
        for step in back.history:
            secrets.update(parse_qs(urlsplit(step.headers.get("location", "")).query).get("code", ()))
        tokens = (await browser.post("/api/auth/token", json=desktop.grant(came["code"]))).json()
        again = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
        fresh = (await browser.post("/api/auth/token", json=again)).json()
        secrets |= {each[name] for each in (tokens, fresh) for name in ("access_token", "refresh_token")}
        headers = bearer(fresh["access_token"])
        made = await browser.post("/api/auth/keys", json={"name": "sheet"}, headers=headers)
        secrets.add(made.json()["key"])
        await browser.get("/api/auth/discord")
        secrets |= {browser.cookies["mh_session"], browser.cookies["mh_csrf"]}
        for path in ("/api/auth/me", "/api/stream", "/api/auth/me/export", "/metrics"):
            for sent in (
                headers,
                bearer(made.json()["key"]),
                bearer(METRICS),
                bearer(tokens["access_token"]),
            ):
                await browser.get(path, headers=sent)
        for body in ({**again, "refresh_token": "mhr_nonsense"}, desktop.grant(came["code"])):
            await browser.post("/api/auth/token", json=body)
        await browser.get("/api/auth/discord/callback", params={"code": "x" * 30, "state": desktop.state})
    assert process.end()[0] == 0
    process.finish()
    log = "".join(process.lines)
    assert log.count("/api/auth/token") == 4
    assert "Traceback" not in log
    assert [secret for secret in secrets if secret in log] == []
    assert _TOKEN.search(log) is None


_FAILING = """
import structlog
from server import logs
logs.configure("info", FORM)
try:
    token = "mhs_" + "hunter2"
    raise RuntimeError("a bug")
except RuntimeError:
    structlog.get_logger("maplehub").exception("unexpected_error", access_token=token)
"""


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_in_the_log_shows_no_variables(form: str) -> None:
    written = subprocess.run(
        [sys.executable, "-c", _FAILING.replace("FORM", repr(form))],
        cwd=Path(server.__file__).parents[1],
        check=True,
        capture_output=True,
        text=True,
    ).stderr
    assert "RuntimeError: a bug" in written
    assert "hunter2" not in written.replace('"mhs_" + "hunter2"', "")


class TestOutgoing:
    """The server asks whom its settings name, and nobody else."""

    async def test_a_redirect_of_discords_leads_nowhere(self, configure: Configure) -> None:
        asked: list[str] = []

        async def elsewhere(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                asked.append(scope["path"])
                await Response("{}")(scope, receive, send)

        def leading_to(where: str) -> Callable[..., Any]:
            async def lead(scope: Any, receive: Any, send: Any) -> None:
                if scope["type"] == "http":
                    await RedirectResponse(f"{where}/stolen", 307)(scope, receive, send)

            return lead

        with serving(elsewhere) as other, serving(leading_to(other)) as discord:
            app = create_app(configure(discord_api_url=f"{discord}/api"))
            async with app.router.lifespan_context(app):
                oauth: DiscordOAuth = app.state.discord
                with pytest.raises(DiscordFailed):
                    await oauth.exchange(code="c", verifier="v", redirect_uri="http://127.0.0.1/")
                with pytest.raises(DiscordFailed):
                    await oauth.user("token")
        assert asked == []

    def test_nothing_else_can_ask_anybody(self) -> None:
        root = Path(server.__file__).parent
        asking = {
            path.relative_to(root).as_posix()
            for path in root.rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text()))
            for name in _imported(node)
            if name.startswith(_CLIENTS)
        }
        assert asking == {
            # The client is made, and handed down.
            "__main__.py",
            "app.py",
            "work.py",
            # Who is asked: Discord, the relays of the beacon, the rankings. Each at an address of the settings.
            "discord/oauth.py",
            "discord/webhook.py",
            "beacon/relays.py",
            "sources/polite.py",
        }


_CLIENTS = ("aiohttp", "ftplib", "http.client", "httpx", "requests", "smtplib", "urllib.request", "urllib3")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
