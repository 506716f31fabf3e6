"""Questions to one server, what goes wrong with them, and how another thread ends them."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Protocol, TypeVar
from weakref import WeakSet

import httpx
from pydantic import BaseModel, ValidationError

from shared.errors import MapleHubError

_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_MADE = ("connect_tcp.complete", "start_tls.complete")
_LATER = frozenset({408, 425, 429})

Shape = TypeVar("Shape", bound=BaseModel)
Found = TypeVar("Found")


class Unreachable(MapleHubError):  # noqa: N818 - what it is
    """The server does not answer, or asks to wait. retry_after: seconds it asked for, None when it did not say."""

    def __init__(
        self,
        message: str,
        retry_after: float | None = None,
        action: str = "What you enter is kept and sent later.",
    ) -> None:
        super().__init__(message, action)
        self.retry_after = retry_after


class SignedOut(MapleHubError):  # noqa: N818
    """The server no longer knows this sign-in."""

    def __init__(
        self,
        message: str = "You are signed out.",
        action: str = "Sign in again in Settings; nothing is lost.",
    ) -> None:
        super().__init__(message, action)


class Incompatible(MapleHubError):  # noqa: N818
    """This program and the server do not understand each other."""


class Credentials(Protocol):
    """What signs requests in."""

    def token(self) -> str:
        """An access token that is good for now. Raises SignedOut, Unreachable, Incompatible."""

    def renew(self, spent: str) -> str:
        """Another one, because the server refused this one. Raises the same."""


class Connection:
    """A server by its address. For any thread.

    transport: what carries the requests; None for the network. kept: whether one question follows another so soon
    that the way there is kept open.
    """

    def __init__(
        self, address: str, transport: httpx.BaseTransport | None = None, *, kept: bool = False
    ) -> None:
        limits = httpx.Limits(max_keepalive_connections=None if kept else 0)
        self._http = httpx.Client(base_url=address, timeout=_TIMEOUT, transport=transport, limits=limits)
        self._lock = threading.Lock()
        self._running = 0
        self._closed = threading.Event()
        self._sockets: WeakSet[socket.socket] = WeakSet()

    def close(self) -> None:
        """Let go of the server. A request that is waiting for it ends at once in Unreachable; one that has not even
        found it yet, within seconds."""
        with self._lock:
            if self._closed.is_set():
                return
            self._closed.set()
            for each in self._sockets:
                _wake(each)
            idle = self._running == 0
        if idle:
            self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        credentials: Credentials | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **sent: Any,
    ) -> httpx.Response:
        """The answer, whatever its status. A token the server refuses is renewed, once.

        sent: httpx's content, json or params. Raises Unreachable, and what the credentials raise.
        """
        if credentials is None:
            return self._send(method, path, headers=headers, **sent)
        token = credentials.token()
        answer = self._send(method, path, headers=_signed(token, headers), **sent)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            token = credentials.renew(token)
            answer = self._send(method, path, headers=_signed(token, headers), **sent)
        return answer

    def _send(self, method: str, path: str, **sent: Any) -> httpx.Response:
        with self._counted():
            try:
                return self._http.request(method, path, extensions={"trace": self._traced}, **sent)
            except httpx.HTTPError as error:
                raise Unreachable("The server cannot be reached.") from error

    @contextmanager
    def stream(self, path: str, token: str, silence: float) -> Iterator[httpx.Response]:
        """An answer that is read as it comes, whatever its status. silence: the most seconds between two pieces of it.

        Raises Unreachable, also while it is read.
        """
        timeout = httpx.Timeout(silence, connect=_TIMEOUT.connect)
        with self._counted():
            try:
                with self._http.stream(
                    "GET",
                    path,
                    headers=_signed(token, None),
                    timeout=timeout,
                    extensions={"trace": self._traced},
                ) as answer:
                    yield answer
            except httpx.HTTPError as error:
                raise Unreachable("The server cannot be reached.") from error

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """httpx's client is closed by whoever is last with it: under a request it fails in ways of its own."""
        with self._lock:
            if self._closed.is_set():
                raise Unreachable("The connection to the server was closed.")
            self._running += 1
        try:
            yield
        finally:
            with self._lock:
                self._running -= 1
                last = self._running == 0
            if last and self._closed.is_set():
                self._http.close()

    def _traced(self, event: str, info: Mapping[str, Any]) -> None:
        """Keep the sockets in sight: a thread that waits for one wakes when it is shut down, and by nothing else."""
        if not event.endswith(_MADE):
            return
        made = info["return_value"].get_extra_info("socket")
        with self._lock:
            self._sockets.add(made)
            if self._closed.is_set():
                _wake(made)


def understood(answer: httpx.Response, shape: type[Shape]) -> Shape:
    """An answer's content. Raises Incompatible."""
    return read(answer, shape.model_validate_json)


def read(answer: httpx.Response, reader: Callable[[bytes], Found]) -> Found:
    """An answer's content as this reader has it, who raises ValidationError. Raises Incompatible."""
    try:
        return reader(answer.content)
    except ValidationError:
        # Not chained: it would quote what was answered, and that may be a token.
        raise Incompatible("The server's answer cannot be understood.", "Update MapleHub.") from None


def problem(answer: httpx.Response) -> dict[str, Any]:
    """What a refusal says (RFC 9457); empty when somebody else than the server answered."""
    try:
        told: object = json.loads(answer.content)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def slug(told: Mapping[str, Any]) -> str:
    """The last part of a problem's type, by which it is known."""
    return str(told.get("type", "")).rsplit(":", 1)[-1]


def trouble(answer: httpx.Response) -> MapleHubError:
    """What a refusal means to everybody: SignedOut, Unreachable, else Incompatible."""
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return SignedOut()
    if answer.status_code in _LATER or answer.is_server_error:
        wait = answer.headers.get("Retry-After", "")
        return Unreachable("The server is busy.", float(wait) if wait.isdigit() else None)
    told = problem(answer)
    detail = str(told.get("detail") or f"The server answered {answer.status_code}.")
    return Incompatible(detail, str(told.get("action") or "Update MapleHub."))


def _signed(token: str, headers: Mapping[str, str] | None) -> dict[str, str]:
    return {**(headers or {}), "Authorization": f"Bearer {token}"}


def _wake(sleeping: socket.socket) -> None:
    # The plain socket's shutdown: that of TLS takes the other thread's state away under it.
    with suppress(OSError):
        socket.socket.shutdown(sleeping, socket.SHUT_RDWR)
