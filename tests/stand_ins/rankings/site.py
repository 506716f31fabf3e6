"""What both stand-ins share: who asked when, and what goes wrong."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

HUGE = 3 * 1024 * 1024


class Fault(StrEnum):
    """What a request gets instead of an answer."""

    HTML = "a page of maintenance that says 200"
    NOT_FOUND = "404, though the name is known"
    BUSY = "429 with Retry-After"
    BUSY_DATE = "429 with Retry-After as a date"
    BUSY_MUTE = "429 without a word"
    FORBIDDEN = "403"
    ERROR = "500"
    SLOW = "nothing for a while"
    TRUNCATED = "half of the JSON"
    HUGE = "megabytes"
    PACKED = "gzip that nobody asked for"
    ENDLESS = "JSON with NaN in it"
    SHAPE = "JSON of another shape"
    REDIRECT = "elsewhere"
    HANG_UP = "a connection that ends"


@dataclass(slots=True)
class Asked:
    """A request: at by the site's clock."""

    at: float
    name: str
    query: dict[str, str]
    agent: str


@dataclass(slots=True)
class Site:
    """A ranking. next: what goes wrong with the next requests, in their order, None for nothing; always: with all of
    them. delay: what an answer takes, awaited. clock: seconds. retry_after: what 429 says."""

    next: list[Fault | None] = field(default_factory=list)
    always: Fault | None = None
    requests: list[Asked] = field(default_factory=list)
    under_way: int = 0
    peak: int = 0
    retry_after: str = "7"
    slow: float = 1.0
    clock: Callable[[], float] = time.monotonic
    delay: Callable[[], Any] | None = None

    path = "/"
    parameter = ""

    def reset(self) -> None:
        """Nobody known, nothing wrong, nobody asked."""
        self.next.clear()
        self.requests.clear()
        self.always, self.under_way, self.peak, self.retry_after = None, 0, 0, "7"

    def answer(self, request: Request, name: str) -> Response:
        """What it says of a name."""
        raise NotImplementedError

    async def serve(self, request: Request) -> Response:
        """One request."""
        name = request.query_params.get(self.parameter, "")
        agent = request.headers.get("user-agent", "")
        self.requests.append(Asked(self.clock(), name, dict(request.query_params), agent))
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        try:
            if self.delay is not None:
                await self.delay()
            fault = self.next.pop(0) if self.next else self.always
            found = self.answer(request, name)
            return found if fault is None else await self._wrong(fault, found)
        finally:
            self.under_way -= 1

    async def _wrong(self, fault: Fault, found: Response) -> Response:  # noqa: PLR0911
        match fault:
            case Fault.HTML:
                return HTMLResponse("<!doctype html><title>Down for maintenance</title>")
            case Fault.NOT_FOUND:
                return HTMLResponse("<h1>404 - Page not found</h1>", 404)
            case Fault.BUSY | Fault.BUSY_DATE:
                return Response(status_code=429, headers={"Retry-After": self.retry_after})
            case Fault.BUSY_MUTE:
                return Response(status_code=429)
            case Fault.FORBIDDEN:
                return HTMLResponse("<h1>Access Denied</h1>", 403)
            case Fault.ERROR:
                return HTMLResponse("<h1>Internal Server Error</h1>", 500)
            case Fault.SLOW:
                await asyncio.sleep(self.slow)
                return found
            case Fault.TRUNCATED:
                return Response(bytes(found.body)[: len(found.body) // 2], media_type="application/json")
            case Fault.HUGE:
                return Response(b'{"filler": "' + b"x" * HUGE + b'"}', media_type="application/json")
            case Fault.PACKED:
                return Response(found.body, headers={"Content-Encoding": "gzip"})
            case Fault.ENDLESS:
                return Response(b'{"totalCount": NaN}', media_type="application/json")
            case Fault.SHAPE:
                return JSONResponse({"rows": []})
            case Fault.REDIRECT:
                return RedirectResponse("http://127.0.0.1:9/elsewhere", 302)
            case _:
                return _Broken()


class _Broken(Response):
    """Promises more than it sends."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Half an answer, and then nothing."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


def build(site: Site) -> Starlette:
    """The ASGI app of one site."""
    return Starlette(routes=[Route(site.path, site.serve, methods=["GET"])])
