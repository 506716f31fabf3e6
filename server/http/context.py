"""Around every request: its id, its line in the log, its figures, the headers of every answer, and errors nobody
foresaw."""

import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import unexpected
from server.http.metrics import Metrics
from shared.ids import new_id

_log = structlog.get_logger("maplehub.requests")
_OURS = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_QUIET = frozenset({"/livez", "/readyz", "/healthz", "/metrics"})
_Raw = tuple[bytes, bytes]
API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


def security_headers(*, secure: bool) -> dict[str, str]:
    """The headers of every answer. secure: whether the server is reached over HTTPS only."""
    headers = {
        "Content-Security-Policy": API_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cache-Control": "no-store",
    }
    if secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def _raw(headers: Mapping[str, str]) -> list[_Raw]:
    """Headers as ASGI takes them."""
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def route_of(scope: Scope) -> object:
    """The route a request came to, with the whole template of its path; None for none."""
    # FastAPI keeps what a route in an included router is called as a whole here; the route itself knows only its end.
    return scope.get("fastapi", {}).get("effective_route_context") or scope.get("route")


class RequestContext:
    """The outermost layer. headers: what every answer carries unless its route says otherwise."""

    def __init__(self, app: ASGIApp, metrics: Metrics, headers: Mapping[str, str]) -> None:
        self._app = app
        self._metrics = metrics
        self._headers = _raw(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _OURS.match(given) else new_id()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        scope.setdefault("state", {})
        answer = _Answer(send, [*self._headers, *_raw({"X-Request-ID": request_id})], scope["state"])
        started = time.perf_counter()
        with self._metrics.active.track_inprogress():
            try:
                await self._app(scope, receive, answer)
            except Exception as error:
                self._metrics.errors.inc()
                failure = unexpected(error)
                if answer.status:
                    # Half an answer is out: ending the connection is the only way left to say that it is not whole.
                    raise
                await failure(scope, receive, answer)
            finally:
                self._tell(scope, answer.status, time.perf_counter() - started)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(route_of(scope), "path", "unknown")
        method = scope["method"] if route != "unknown" else "other"
        self._metrics.requests.labels(method, route, str(status)).observe(seconds)
        if status < 400 and (scope["path"] in _QUIET or scope["state"].get("quiet")):
            return
        _log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            user=scope["state"].get("user_id"),
        )


class _Answer:
    """Sends on what the app sends, with the headers every answer has."""

    def __init__(self, send: Send, headers: Sequence[_Raw], state: Mapping[str, Any]) -> None:
        self._send = send
        self._headers = headers
        self._state = state
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message.get("headers", ())
            names = {name.lower() for name, _ in given}
            further = (*self._headers, *_raw(self._state.get("rate_limit", {})))
            message["headers"] = [*given, *(each for each in further if each[0] not in names)]
        await self._send(message)
