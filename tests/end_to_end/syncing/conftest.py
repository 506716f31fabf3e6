"""Whole apps and a real server over HTTP, on SQLite and again on PostgreSQL."""

import html
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.ui.settings.account.section import AccountSection
from server.app import create_app
from server.settings import Settings
from tests.desktop.conftest import Clock
from tests.desktop.ui.window import Desk, MemorySecrets
from tests.server.conftest import (  # noqa: F401 - fixtures
    Configure,
    _discord_site,
    _no_settings,
    address,
    configure,
    discord,
    logged,
    postgres,
    sqlite_template,
)
from tests.server.player import APPLICATION
from tests.stand_ins.discord import Discord, Player
from tests.stand_ins.serving import serving

ARIA = Player("80351110224678912", "aria")
BELL = Player("80351110224678913", "bell")
PATIENCE_MS = 15_000


def browse(link: str) -> bool:
    """A browser whose person says yes to everything."""
    with httpx.Client(follow_redirects=True, timeout=10.0) as browser:
        page = browser.get(link)
        action = re.search(r'action="([^"]+)"', page.text)
        if action is not None:
            browser.post(page.url.join(html.unescape(action.group(1))), data={"decision": "authorize"})
    return True


class Hub:
    """A server that can be switched off and on at the same address."""

    def __init__(self, settings: Callable[..., Settings], database: str, site: Discord, clock: Clock) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self._port = found.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self.discord = site
        self.discord.applications[APPLICATION.id] = replace(
            APPLICATION, redirects=(f"{self.url}/api/auth/discord/callback",)
        )
        self._settings = settings(
            database_url=database,
            public_url=self.url,
            rate_user="100000/minute",
            rate_address="100000/minute",
        )
        self._clock = clock
        self._running: ExitStack | None = None

    def on(self) -> None:
        """Serve."""
        listening = socket.create_server(("127.0.0.1", self._port))
        self._running = ExitStack()
        self._running.enter_context(serving(create_app(self._settings, now=self._clock), listening))

    def off(self) -> None:
        """Serve no more."""
        if self._running is not None:
            self._running.close()
            self._running = None


class Machine(Desk):
    """A running app with an account."""

    def open_account(self) -> AccountSection:
        """Go to the account in the settings."""
        self.controller.go("settings", section="account")
        self.settle()
        found = self.app.window.findChild(AccountSection)
        assert isinstance(found, AccountSection)
        return found

    def sign_in(self, url: str) -> None:
        """Sign in by the hands of a person."""
        section = self.open_account()
        section.sign_in.address.setText(url)
        section.sign_in.button.click()
        self.wait(lambda: self.state.signed_in)

    @property
    def state(self) -> SyncState:
        """How its sync stands."""
        return self.controller.syncing.state

    def sync(self) -> None:
        """Sync now, and wait until it is done."""
        seen: list[SyncKind] = []
        connection = self.controller.syncing.changed.connect(lambda state: seen.append(state.kind))
        self.controller.syncing.sync_now()
        self.wait(lambda: SyncKind.SYNCING in seen and self._synced())
        self.controller.syncing.disconnect(connection)

    def _synced(self) -> bool:
        return self.state.kind is SyncKind.IDLE and self.state.waiting == 0 and self.app.background.idle

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        try:
            self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)
        except self.qtbot.TimeoutError as error:
            raise AssertionError(f"{self.state} {self.errors}") from error

    def names(self) -> list[str]:
        """The characters as the window has them."""
        return [character.name for character in self.controller.selection.characters]


@pytest.fixture
def clock() -> Clock:
    """Everybody's clock."""
    from datetime import UTC, datetime

    return Clock(datetime.now(UTC))


@pytest.fixture
def hub(configure: Configure, address: str, discord: Discord, clock: Clock) -> Iterator[Hub]:  # noqa: F811
    """A server that is on, where Aria has a Discord account."""
    made = Hub(configure, address, discord, clock)
    discord.player = ARIA
    made.on()
    yield made
    made.off()


@pytest.fixture
def machine(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, clock: Clock
) -> Iterator[Callable[[str], Machine]]:
    """Start an app on a computer of this name; again for another start of it."""
    from desktop.ui.theme.apply import apply_theme

    made: list[Machine] = []
    keyrings: dict[str, MemorySecrets] = {}

    def start(name: str) -> Machine:
        keyring = keyrings.setdefault(name, MemorySecrets())
        desk = Machine(qapp, qtbot, tmp_path / name, clock, None, browse, keyring)
        made.append(desk)
        desk.start()
        return desk

    yield start
    for desk in made:
        desk.close()
    apply_theme(qapp, "dark")
