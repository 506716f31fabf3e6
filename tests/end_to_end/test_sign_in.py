"""Signing in with a real browser at a real server process, on SQLite and again on PostgreSQL."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from desktop.sync.account import AccountClient
from desktop.sync.login import SignInCancelled, SignInFailed, sign_in
from desktop.sync.session import FixedToken
from shared.api.auth import Tokens
from tests.end_to_end.chromium import chromium, profile
from tests.end_to_end.conftest import PATIENCE, programs
from tests.end_to_end.hub import ARIA, Hub, hub
from tests.server.conftest import postgres  # noqa: F401 - a fixture
from tests.server.databases import Postgres

WIDTHS = (400, 1280)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def _server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with ExitStack() as running:
        database = ""
        if request.param == "postgresql":
            found: Postgres = request.getfixturevalue("postgres")
            database = found.migrated()
            running.callback(found.drop, database)
        start = running.enter_context(programs())
        yield running.enter_context(hub(start, database, tmp_path_factory.mktemp("server")))


@pytest.fixture
def server(_server: Hub) -> Hub:
    """A server that Aria, who is signed in at Discord, has never been asked by."""
    _server.discord.reset()
    _server.discord.player = ARIA
    return _server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab of somebody's browser. What it complains of fails the test: our pages keep to their own policy."""
    complaints: list[str] = []
    with profile(browser) as context:
        tab = context.new_page()
        tab.on("console", lambda said: complaints.append(said.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        yield tab
    # A refusal has a status of its own, which the browser notes.
    assert [said for said in complaints if "400 (Bad Request)" not in said] == []


class Desk:
    """A desktop that signs in, and waits for the browser."""

    def __init__(self, pool: ThreadPoolExecutor, url: str, patience: float) -> None:
        self.cancelled = threading.Event()
        self._link: Future[str] = Future()
        self.outcome: Future[Tokens] = pool.submit(
            sign_in, url, device="Aria's laptop", open_browser=self._link.set_result,
            cancelled=self.cancelled, patience=patience,
        )  # fmt: skip

    def link(self) -> str:
        """What the browser is told to open."""
        return self._link.result(PATIENCE)


@pytest.fixture
def begin(server: Hub) -> Iterator[Callable[..., Desk]]:
    """Begin to sign in at a desktop."""
    begun: list[Desk] = []
    with ThreadPoolExecutor(2) as pool:

        def start(patience: float = 60.0) -> Desk:
            begun.append(Desk(pool, server.url, patience))
            return begun[-1]

        yield start
        for each in begun:
            each.cancelled.set()


Begin = Callable[..., Desk]


def _press(page: Page, button: str) -> None:
    """On Discord's page."""
    expect(page.get_by_text("wants to access your account")).to_be_visible()
    page.get_by_role("button", name=button).click()


def _reads_well(page: Page, title: str, *sentences: str) -> None:
    """One heading, every sentence, nothing beside the window whatever its width, and the tab says whose it is."""
    expect(page.get_by_role("heading")).to_have_text(title)
    assert page.title() == f"{title} · MapleHub"
    for sentence in sentences:
        expect(page.get_by_text(sentence)).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_desktop_signs_in_through_the_browser(server: Hub, begin: Begin, page: Page) -> None:
    for _ in range(2):
        desk = begin()
        page.goto(desk.link())
        _press(page, "Authorize")
        page.wait_for_url(f"{server.url}/api/auth/signed-in")
        _reads_well(page, "Signed in", "You are signed in to MapleHub.", "You can close this page.")
        tokens = desk.outcome.result(PATIENCE)
        with AccountClient(server.url, FixedToken(tokens.access_token)) as account:
            assert account.me().discord_username == "aria"
            assert "Aria's laptop" in {place.device for place in account.sessions()}
    # It was the program that signed in, not the browser.
    assert page.context.cookies() == []


def test_a_player_who_says_no_is_told_in_both_places(begin: Begin, page: Page) -> None:
    desk = begin()
    page.goto(desk.link())
    _press(page, "Cancel")
    page.wait_for_url("http://127.0.0.1:*/callback?*")
    _reads_well(
        page, "Not signed in", "You did not let MapleHub see who you are.", "You can close this page."
    )
    with pytest.raises(SignInFailed, match="did not let MapleHub"):
        desk.outcome.result(PATIENCE)


def test_a_player_who_closes_the_tab_gives_up_or_runs_out_of_time(begin: Begin, page: Page) -> None:
    desk = begin()
    page.goto(desk.link())
    page.close()
    assert not desk.outcome.done()
    desk.cancelled.set()
    with pytest.raises(SignInCancelled):
        desk.outcome.result(PATIENCE)
    with pytest.raises(SignInFailed, match="in time"):
        begin(patience=0.5).outcome.result(PATIENCE)


def test_a_player_signs_in_at_the_web_and_stays_signed_in(server: Hub, page: Page) -> None:
    page.goto(f"{server.url}/api/auth/discord")
    _press(page, "Cancel")
    _reads_well(page, "Not signed in", "You did not let MapleHub see who you are.", "Nothing was stored.")
    page.get_by_role("link", name="Try again").click()
    _press(page, "Authorize")
    page.wait_for_url(f"{server.url}/api/auth/signed-in")
    _reads_well(page, "Signed in", "You are signed in to MapleHub.")
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert set(cookies) == {"mh_session", "mh_csrf"}
    assert (cookies["mh_session"]["httpOnly"], cookies["mh_session"]["sameSite"]) == (True, "Lax")
    assert "mh_session" not in page.evaluate("document.cookie")
    page.goto(f"{server.url}/api/auth/me")
    assert json.loads(page.inner_text("body"))["discord_username"] == "aria"


def test_a_link_that_is_too_old_says_so(server: Hub, page: Page) -> None:
    page.goto(f"{server.url}/api/auth/discord/callback?code=x&state=y")
    _reads_well(page, "Not signed in", "This sign-in was not begun in this browser, or too long ago.")
    # The keyboard finds the way on, and shows where it is.
    page.keyboard.press("Tab")
    focused = page.locator(":focus-visible")
    expect(focused).to_have_text("Try again")
    assert focused.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


def test_the_pages_follow_the_system_from_light_to_dark(server: Hub, page: Page) -> None:
    seen = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{server.url}/api/auth/signed-in")
        seen.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert seen == ["rgb(245, 243, 240)", "rgb(23, 23, 26)"]
