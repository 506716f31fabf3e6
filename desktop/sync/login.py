"""Signing in: the player says yes in their own browser, which ends at a loopback address of this program (RFC 8252).

What comes there is a one-time code, and only who knows the verifier this program made up can turn it into tokens
(RFC 7636), so that another program that gets hold of the code has nothing.
"""

import hmac
import re
import secrets
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from concurrent.futures import Future, InvalidStateError, wait
from contextlib import suppress
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

import httpx
from pydantic import BaseModel

from desktop.sync.http import Connection, Incompatible, Unreachable, problem, slug, trouble, understood
from shared.api.auth import Tokens
from shared.errors import InvalidInput, MapleHubError
from shared.message_page import POLICY, message_page

PATIENCE = 180.0
"""Seconds the player has in the browser."""
_POLL = 0.1
_LONGEST_DEVICE = 80
_CALLBACK = "/callback"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_HOST = re.compile(r"^[a-z0-9_-]+(\.[a-z0-9_-]+)*$|^[0-9a-f:.]*:[0-9a-f:.]*$")
_WORTHLESS = "invalid-grant"
_AGAIN = "Begin again in MapleHub's settings."
_CLOSE = "You can close this page."
_ACTIONS = {
    "access_denied": "Begin again in MapleHub's settings if you change your mind.",
    "unauthorized_client": "Ask its host to set it up.",
    "temporarily_unavailable": "Try again in a few minutes.",
}


class SignInFailed(MapleHubError):  # noqa: N818 - what it is
    """The sign-in came to nothing."""


class SignInCancelled(MapleHubError):  # noqa: N818
    """The player gave the sign-in up in the program."""


class _Version(BaseModel):
    """What a MapleHub server says of itself."""

    version: str


def checked_address(text: str) -> str:
    """The address of a server as it is kept: no path, no slash at its end. Raises InvalidInput."""
    no_address = InvalidInput(
        "address", "This is not the address of a server.", "Write it like https://maplehub.example."
    )
    try:
        found = httpx.URL(text.strip())
    except httpx.InvalidURL:
        raise no_address from None
    host = found.raw_host.decode()
    reachable = _HOST.match(host) and (found.port is None or 0 < found.port < 1 << 16)
    if found.scheme not in {"http", "https"} or not reachable or found.userinfo:
        raise no_address
    alone = f"{found.scheme}://{found.netloc.decode()}"
    if found.path.strip("/") or found.query or found.fragment:
        raise InvalidInput(
            "address", "The address leads to a page of the server.", f"Enter {alone} and nothing more."
        )
    if found.scheme == "http" and host not in _LOCAL:
        raise InvalidInput(
            "address",
            "The way to this server would not be encrypted.",
            "Begin the address with https://; http:// is for servers on this computer.",
        )
    return alone


def sign_in(
    address: str,
    *,
    device: str,
    open_browser: Callable[[str], object],
    cancelled: threading.Event,
    transport: httpx.BaseTransport | None = None,
    patience: float = PATIENCE,
) -> Tokens:
    """Tokens for the player who signs in in the browser. Blocks until then, until `cancelled`, or `patience` seconds.

    device: how the player will recognise this computer among those signed in. open_browser: opens a web page; False
    says that it could not. transport: what carries this program's requests; None for the network. Raises InvalidInput,
    SignInFailed, SignInCancelled, Unreachable, Incompatible.
    """
    attempt = _Attempt(checked_address(address), transport)
    try:
        with _Loopback(attempt) as loopback:
            begin = partial(attempt.begin, loopback.redirect_uri, device, open_browser)
            # Neither a server that is slow nor a browser that holds its caller keeps anybody from cancelling.
            threading.Thread(target=begin, name="sign-in", daemon=True).start()
            return _wait(attempt.outcome, cancelled, patience)
    finally:
        attempt.close()


def _wait(outcome: "Future[Tokens]", cancelled: threading.Event, patience: float) -> Tokens:
    until = time.monotonic() + patience
    while not cancelled.is_set():
        if wait([outcome], _POLL).done:
            return outcome.result()
        if time.monotonic() > until:
            raise SignInFailed("Nobody signed in in the browser in time.", _AGAIN)
    raise SignInCancelled("Signing in was cancelled.", "Nothing has changed.")


class _Attempt:
    """A sign-in under way: what it sent the browser off with, and what it makes of its return."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None) -> None:
        self.address = address
        self.outcome: Future[Tokens] = Future()
        self._server = Connection(address, transport)
        self._verifier, self._state = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
        self._redirect_uri = ""

    def close(self) -> None:
        """Let go of the server; what still waits for it ends."""
        self._server.close()

    def begin(self, redirect_uri: str, device: str, open_browser: Callable[[str], object]) -> None:
        """Send the browser off, if there is a MapleHub server to send it to."""
        self._redirect_uri = redirect_uri
        try:
            self._look_for_server()
            opened = open_browser(self._page(device))
        except Exception as error:  # noqa: BLE001 - raised where the outcome is waited for
            self.settle(error)
        else:
            if opened is False:
                action = "Choose a default browser in your system's settings, then try again."
                self.settle(SignInFailed("The browser could not be opened.", action))

    def settle(self, outcome: Tokens | Exception) -> None:
        """The sign-in is over. What came first stands."""
        with suppress(InvalidStateError):
            if isinstance(outcome, Exception):
                self.outcome.set_exception(outcome)
            else:
                self.outcome.set_result(outcome)

    def finish(self, came: Mapping[str, str]) -> Tokens:
        """What the query that came with the browser is worth."""
        if not hmac.compare_digest(came.get("state", "").encode(), self._state.encode()):
            raise SignInFailed("What the browser brought belongs to another sign-in.", _AGAIN)
        if error := came.get("error"):
            raise SignInFailed(
                came.get("error_description") or "The server refused.", _ACTIONS.get(error, _AGAIN)
            )
        if not (code := came.get("code")):
            raise SignInFailed("The browser came back without a code.", _AGAIN)
        grant = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": self._verifier,
            "redirect_uri": self._redirect_uri,
        }
        answer = self._ask("POST", "/api/auth/token", json=grant)
        if answer.status_code == httpx.codes.OK:
            return understood(answer, Tokens)
        told = problem(answer)
        if slug(told) == _WORTHLESS:
            raise SignInFailed(str(told.get("detail", "")), _AGAIN)
        raise trouble(answer)

    def _look_for_server(self) -> None:
        answer = self._ask("GET", "/version")
        if answer.is_server_error:
            raise trouble(answer)
        try:
            understood(answer, _Version)
        except Incompatible:
            raise SignInFailed(
                f"There is no MapleHub server at {self.address}.", "Check the address."
            ) from None

    def _ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        try:
            return self._server.ask(method, path, **sent)
        except Unreachable as error:
            raise Unreachable(
                f"No server answers at {self.address}.",
                action="Check the address and your connection, then try again.",
            ) from error

    def _page(self, device: str) -> str:
        challenge = urlsafe_b64encode(sha256(self._verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "client": "desktop",
            "redirect_uri": self._redirect_uri,
            "state": self._state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "device": device[:_LONGEST_DEVICE],
        }
        return f"{self.address}/api/auth/discord?{urlencode(query)}"


class _Loopback(ThreadingHTTPServer):
    """The address on this computer where the browser ends, on a free port. One visit counts."""

    daemon_threads = True
    # Where it may be shared (Windows), another program could take the port as well.
    allow_reuse_address = False

    def __init__(self, attempt: _Attempt) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.attempt = attempt
        self._turn = threading.Lock()
        self._open: set[Any] = set()
        self._serving = threading.Thread(
            target=self.serve_forever, args=(_POLL / 2,), name="sign-in-loopback"
        )

    @property
    def redirect_uri(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}{_CALLBACK}"

    def counts(self) -> bool:
        """Whether this visit is the one."""
        return self._turn.acquire(blocking=False)

    def __enter__(self) -> Self:
        self._serving.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._serving.join()
        self.server_close()
        # Browsers open connections in advance and say nothing on them.
        for each in list(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def server_bind(self) -> None:
        """Without looking up this computer's name, as HTTPServer does: it can take seconds."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keep the connection in sight."""
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """It is done."""
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The browser went away before the end of the page, which is its right."""


class _Visit(BaseHTTPRequestHandler):
    """One request of the browser. Every answer is a page for a person."""

    server: _Loopback
    timeout = 10.0

    def do_GET(self) -> None:
        """The browser's return, once; nothing else is here."""
        path, _, query = self.path.partition("?")
        if path != _CALLBACK or not self.server.counts():
            self.send_error(404)
            return
        attempt = self.server.attempt
        try:
            tokens = attempt.finish(dict(parse_qsl(query)))
        except Exception as error:  # noqa: BLE001 - raised where the outcome is waited for
            said = error if isinstance(error, MapleHubError) else SignInFailed("The sign-in failed.", _AGAIN)
            sentences = (said.message, said.action, _CLOSE)
            self._answer(400, message_page("Not signed in", sentences, good=False))
            attempt.settle(error)
        else:
            self._answer(303, location=f"{attempt.address}/api/auth/signed-in")
            attempt.settle(tokens)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Whatever else is asked for, in whatever way."""
        self._answer(404, message_page("Nothing here", ("There is nothing more to see.", _CLOSE), good=False))

    def _answer(self, status: int, page: str = "", location: str = "") -> None:
        content = page.encode()
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(content)),
            "Content-Security-Policy": POLICY,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        }
        # A browser that has gone away has not undone what it came for.
        with suppress(OSError):
            self.send_response_only(status)
            for name, value in ({**headers, "Location": location} if location else headers).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """What is asked for here is nobody else's business."""
