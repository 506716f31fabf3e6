"""Signing in from the desktop: a real server, Discord's stand-in, a browser that presses buttons, and every trouble."""

import html
import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.sync.account import AccountClient
from desktop.sync.http import Unreachable
from desktop.sync.login import SignInCancelled, SignInFailed, checked_address, sign_in
from desktop.sync.session import FixedToken
from shared.api.auth import Tokens
from shared.errors import InvalidInput
from shared.message_page import POLICY
from tests.desktop.sync.conftest import Site
from tests.stand_ins.discord import Fault


class Browser:
    """Opens what it is told to and presses a button of Discord's page."""

    def __init__(self, button: str = "authorize") -> None:
        self.button = button
        self._ended: Future[httpx.Response] = Future()

    @property
    def ended(self) -> httpx.Response:
        """The page it ended on."""
        return self._ended.result(20)

    def __call__(self, link: str) -> None:
        with httpx.Client(follow_redirects=True, timeout=20) as client:
            page = client.get(link)
            action = re.search(r'action="([^"]+)"', page.text)
            assert action is not None, page.text
            answer = client.post(
                page.url.join(html.unescape(action.group(1))), data={"decision": self.button}
            )
            self._ended.set_result(answer)


class Waiting:
    """A sign-in under way in a thread, whose browser only notes what it should open."""

    def __init__(self, address: str, pool: ThreadPoolExecutor, **given: object) -> None:
        self.cancelled = threading.Event()
        self._link: Future[str] = Future()
        usual = {"device": "laptop", "open_browser": self._link.set_result, "cancelled": self.cancelled}
        self.outcome: Future[Tokens] = pool.submit(sign_in, address, **{**usual, **given})

    @property
    def link(self) -> str:
        """What the browser was told to open."""
        return self._link.result(20)

    @property
    def query(self) -> dict[str, str]:
        """The parts of the link."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.link).query).items()}

    def come_back(self, **query: str) -> httpx.Response:
        """As the server sends the browser back; `state` is the right one unless given."""
        given = {"state": self.query["state"], **query}
        return httpx.get(f"{self.query['redirect_uri']}?{urlencode(given)}", timeout=20)

    def cancel(self) -> float:
        """Give up; the seconds it took."""
        begun = time.monotonic()
        self.cancelled.set()
        with pytest.raises(SignInCancelled):
            self.outcome.result(20)
        return time.monotonic() - begun


Begin = Callable[..., Waiting]


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Begin a sign-in; what still waits is cancelled after the test, and no thread of it is left."""
    begun: list[Waiting] = []
    with ThreadPoolExecutor(4) as pool:

        def start(address: str, **given: object) -> Waiting:
            begun.append(Waiting(address, pool, **given))
            return begun[-1]

        yield start
        for each in begun:
            each.cancelled.set()
    for thread in threading.enumerate():
        if thread.name.startswith("sign-in"):
            thread.join(10)
            assert not thread.is_alive()


def _refused(waiting: Waiting, message: str) -> None:
    with pytest.raises(SignInFailed, match=message) as told:
        waiting.outcome.result(20)
    assert told.value.action


def test_the_player_says_yes_in_the_browser(site: Site) -> None:
    browser = Browser()
    tokens = sign_in(
        f"{site.url}/", device="Aria's laptop", open_browser=browser, cancelled=threading.Event()
    )
    assert (browser.ended.status_code, browser.ended.url.path) == (200, "/api/auth/signed-in")
    assert "You can close this page" in browser.ended.text
    with AccountClient(site.url, FixedToken(tokens.access_token)) as account:
        assert account.me().discord_username == "aria"
        (place,) = account.sessions()
        assert (place.id, place.device, place.client) == (tokens.session_id, "Aria's laptop", "desktop")


def test_a_device_with_a_long_name_may_sign_in(site: Site) -> None:
    tokens = sign_in(site.url, device="x" * 300, open_browser=Browser(), cancelled=threading.Event())
    with AccountClient(site.url, FixedToken(tokens.access_token)) as account:
        assert account.sessions()[0].device == "x" * 80


def test_the_player_says_no(site: Site) -> None:
    browser = Browser("cancel")
    with pytest.raises(SignInFailed, match="did not let MapleHub") as told:
        sign_in(site.url, device="laptop", open_browser=browser, cancelled=threading.Event())
    assert "change your mind" in told.value.action
    _is_decent(browser.ended, 400)
    assert "did not let MapleHub" in browser.ended.text


def _is_decent(page: httpx.Response, status: int) -> None:
    assert page.status_code == status
    assert "You can close this page" in page.text
    assert page.headers["content-security-policy"] == POLICY
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("fault", "action"), [(Fault(status=500), "Begin again"), (Fault(retry_after=60), "minutes")]
)
def test_troubles_of_discord_are_told(site: Site, fault: Fault, action: str) -> None:
    site.discord.faults["/oauth2/token"] = fault
    with pytest.raises(SignInFailed, match="Discord") as told:
        sign_in(site.url, device="laptop", open_browser=Browser(), cancelled=threading.Event())
    assert action in told.value.action


def test_a_server_that_cannot_begin_tells_the_waiting_desktop(make_site: Callable[..., Site]) -> None:
    """Its answer would be a page in the browser, and the desktop would wait until its time is over."""
    for settings, action in (
        ({"discord_client_id": None, "discord_client_secret": None}, "Ask its host"),
        ({"rate_sign_in": "1/hour"}, "minutes"),
    ):
        site = make_site(**settings)
        httpx.get(f"{site.url}/api/auth/discord")
        ended: Future[httpx.Response] = Future()

        def open_browser(link: str, ended: Future[httpx.Response] = ended) -> None:
            ended.set_result(httpx.get(link, follow_redirects=True))

        with pytest.raises(SignInFailed) as told:
            sign_in(site.url, device="laptop", open_browser=open_browser, cancelled=threading.Event())
        assert action in told.value.action
        _is_decent(ended.result(20), 400)


def test_what_the_browser_is_sent_off_with(site: Site, begin: Begin) -> None:
    first, second = begin(site.url).query, begin(site.url).query
    assert first["client"] == "desktop"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/callback", first["redirect_uri"])
    assert (first["code_challenge_method"], len(first["code_challenge"])) == ("S256", 43)
    assert len(first["state"]) >= 43
    for name in ("state", "code_challenge", "redirect_uri"):
        assert first[name] != second[name]


@pytest.mark.parametrize(
    ("came", "said"),
    [
        ({"state": "another", "code": "mhc_x"}, "another sign-in"),
        ({"state": "", "code": "mhc_x"}, "another sign-in"),
        ({"state": "Ж", "error": "access_denied"}, "another sign-in"),
        ({}, "without a code"),
        ({"code": ""}, "without a code"),
        ({"error": "access_denied"}, "refused"),
        ({"error": "odd", "error_description": "<b>Because.</b>"}, "<b>Because"),
        ({"code": "mhc_x"}, "not known"),
        ({"code": "x" * 5000}, "cannot be used"),
    ],
)
def test_a_return_that_is_worth_nothing(site: Site, begin: Begin, came: dict[str, str], said: str) -> None:
    waiting = begin(site.url)
    page = waiting.come_back(**came)
    _is_decent(page, 400)
    assert "<b>" not in page.text
    assert html.escape(said) in page.text
    with pytest.raises(Exception, match=said) as told:
        waiting.outcome.result(20)
    assert getattr(told.value, "action", "")


def test_one_visit_counts(site: Site, begin: Begin) -> None:
    waiting = begin(site.url)
    where = waiting.query["redirect_uri"]
    root = where.removesuffix("/callback")
    with httpx.Client(timeout=20) as client:
        for method, address in (
            ("GET", f"{root}/favicon.ico"),
            ("GET", root),
            ("GET", f"{where}/"),
            ("POST", f"{where}?code=x"),
            ("HEAD", f"{where}?code=x"),
            ("OPTIONS", where),
        ):
            answer = client.request(method, address)
            assert (method, answer.status_code) == (method, 404)
            assert answer.headers["content-security-policy"] == POLICY
    assert not waiting.outcome.done()
    # Of two at once, one counts.
    with ThreadPoolExecutor(2) as pool:
        visits = [pool.submit(waiting.come_back, code="mhc_x") for _ in range(2)]
        statuses = []
        for visit in visits:
            try:
                statuses.append(visit.result(20).status_code)
            except httpx.HTTPError:
                statuses.append(404)  # the loopback had ended already
    assert sorted(statuses) == [400, 404]
    _refused(waiting, "not known")
    with pytest.raises(httpx.ConnectError):
        httpx.get(where)


def test_nobody_comes_in_time(site: Site, begin: Begin) -> None:
    waiting = begin(site.url, patience=3.0)  # long enough for the server to answer first
    assert waiting.link
    _refused(waiting, "in time")
    with pytest.raises(httpx.ConnectError):
        waiting.come_back(code="mhc_x")


def test_the_player_gives_up_while_the_browser_is_open(site: Site, begin: Begin) -> None:
    waiting = begin(site.url)
    port = urlsplit(waiting.query["redirect_uri"]).port
    # A browser opens connections in advance, and says nothing on them.
    with socket.create_connection(("127.0.0.1", port), 5):
        assert waiting.cancel() < 0.5


@contextmanager
def _silence() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=20) as listening:
        yield "http://{}:{}".format(*listening.getsockname())


def test_the_player_gives_up_while_the_server_is_silent(begin: Begin) -> None:
    with _silence() as address:
        waiting = begin(address)
        assert waiting.cancel() < 0.5


def test_the_player_gives_up_while_the_browser_does_not_return(site: Site, begin: Begin) -> None:
    let_go = threading.Event()
    waiting = begin(site.url, open_browser=lambda _: let_go.wait(20))
    assert waiting.cancel() < 0.5
    let_go.set()


class Stuck(httpx.HTTPTransport):
    """A network that lets nothing of a token request through until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.let_go = threading.Event(), threading.Event()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            self.reached.set()
            self.let_go.wait(20)
            raise httpx.ConnectError("lost")
        return super().handle_request(request)


def test_the_player_gives_up_while_the_code_is_exchanged(site: Site, begin: Begin) -> None:
    stuck = Stuck()
    waiting = begin(site.url, transport=stuck)
    with ThreadPoolExecutor(1) as pool:
        visit = pool.submit(waiting.come_back, code="mhc_x")
        assert stuck.reached.wait(20)
        assert waiting.cancel() < 0.5
        stuck.let_go.set()
        with pytest.raises(httpx.HTTPError):
            visit.result(20)


def test_a_server_that_is_lost_on_the_way_is_told(site: Site, begin: Begin) -> None:
    stuck = Stuck()
    stuck.let_go.set()
    waiting = begin(site.url, transport=stuck)
    page = waiting.come_back(code="mhc_x")
    _is_decent(page, 400)
    with pytest.raises(Unreachable) as told:
        waiting.outcome.result(20)
    assert "connection" in told.value.action
    assert site.url in page.text


@pytest.mark.parametrize(
    ("status", "content", "kind", "said"),
    [
        (200, "<h1>Welcome to nginx</h1>", SignInFailed, "no MapleHub server"),
        (200, '{"name": "other"}', SignInFailed, "no MapleHub server"),
        (404, "<h1>Not found</h1>", SignInFailed, "no MapleHub server"),
        (301, "", SignInFailed, "no MapleHub server"),
        (503, "", Unreachable, "busy"),
    ],
)
def test_the_browser_is_opened_only_for_a_maplehub_server(
    status: int, content: str, kind: type[Exception], said: str
) -> None:
    opened: list[str] = []
    answers = httpx.MockTransport(lambda _: httpx.Response(status, text=content))
    with pytest.raises(kind, match=said):
        sign_in(
            "http://127.0.0.1:8750",
            device="laptop",
            open_browser=opened.append,
            cancelled=threading.Event(),
            transport=answers,
        )
    assert opened == []


def test_no_server_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = "http://{}:{}".format(*taken.getsockname())
    with pytest.raises(Unreachable, match=address) as told:
        sign_in(address, device="laptop", open_browser=lambda _: None, cancelled=threading.Event())
    assert "Check the address" in told.value.action


def test_a_browser_that_cannot_be_opened(site: Site, begin: Begin) -> None:
    _refused(begin(site.url, open_browser=lambda _: False), "could not be opened")

    def broken(_: str) -> None:
        raise TimeoutError("no display")

    with pytest.raises(TimeoutError):
        begin(site.url, open_browser=broken).outcome.result(20)


def test_nothing_secret_is_written_down(
    site: Site,
    begin: Begin,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    logged: list[object],
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []

    def open_browser(link: str) -> None:
        seen.extend(parse_qs(urlsplit(link).query)["state"])
        Browser()(link)

    tokens = sign_in(site.url, device="laptop", open_browser=open_browser, cancelled=threading.Event())
    desktop = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("desktop", "maplehub"))
    )
    written = desktop + repr(logged) + "".join(capfd.readouterr())
    for secret in (tokens.access_token, tokens.refresh_token, *seen):
        assert secret not in written


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://maplehub.example", "https://maplehub.example"),
        ("  https://MapleHub.Example/ ", "https://maplehub.example"),
        ("https://maplehub.example:443", "https://maplehub.example"),
        ("https://maplehub.example:8443/", "https://maplehub.example:8443"),
        ("https://ahorn.müller.example", "https://ahorn.xn--mller-kva.example"),
        ("http://localhost:8750", "http://localhost:8750"),
        ("http://127.0.0.1:8750/", "http://127.0.0.1:8750"),
        ("http://[::1]:8750", "http://[::1]:8750"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]"),
        ("https://192.168.1.20:8750", "https://192.168.1.20:8750"),
    ],
)
def test_addresses_are_kept_in_one_way(text: str, address: str) -> None:
    assert checked_address(text) == address


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("", "https://maplehub.example"),
        ("maplehub.example", "https://maplehub.example"),
        ("localhost:8750", "https://maplehub.example"),
        ("ftp://maplehub.example", "https://maplehub.example"),
        ("https://", "https://maplehub.example"),
        ("https://maplehub example", "https://maplehub.example"),
        ("https://maplehub..example", "https://maplehub.example"),
        ("https://maplehub.example:port", "https://maplehub.example"),
        ("https://maplehub.example:99999", "https://maplehub.example"),
        ("https://maplehub.example:0", "https://maplehub.example"),
        ("https://aria:pass@maplehub.example", "https://maplehub.example"),
        ("https://maplehub.example/api", "Enter https://maplehub.example and"),
        ("https://maplehub.example/?a=b", "Enter https://maplehub.example and"),
        ("https://maplehub.example#x", "Enter https://maplehub.example and"),
        ("http://maplehub.example", "Begin the address with https://"),
        ("http://192.168.1.20:8750", "Begin the address with https://"),
        ("http://localhost.evil.example", "Begin the address with https://"),
    ],
)
def test_addresses_that_cannot_be_used_say_what_to_write(text: str, action: str) -> None:
    with pytest.raises(InvalidInput) as told:
        checked_address(text)
    assert told.value.field == "address"
    assert action in told.value.action


@given(
    st.one_of(
        st.text(),
        st.builds("https://{}".format, st.text()),
        st.builds("http://localhost{}".format, st.text()),
    )
)
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    try:
        address = checked_address(text)
    except InvalidInput:
        return
    assert checked_address(address) == address
    assert str(httpx.URL(address)) == address
