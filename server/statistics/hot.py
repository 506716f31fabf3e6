"""The short way for what was asked before: finding a route and its caller costs more than giving a kept answer.

Only requests without credentials take it, and only to addresses that a route has answered in this edition. They are
counted, measured and headed like any other; a line in the log, which costs as much as all the rest, they get only when
they are refused.
"""

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from server.errors import RateLimited, answer
from server.http.limiting import RateLimiter, address_of
from server.statistics.published import Published


class HotAnswers:
    """Gives kept answers to anonymous requests; hands on all others."""

    def __init__(self, app: ASGIApp, published: Published, limiter: RateLimiter) -> None:
        self._app = app
        self._published = published
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        known = None
        if scope["type"] == "http" and scope["method"] == "GET":
            known = self._published.known(scope)
        headers = Headers(scope=scope) if known else None
        if known is None or headers is None or any(name in headers for name in _CREDENTIALS):
            await self._app(scope, receive, send)
            return
        scope["route"] = known.route
        scope["state"] |= {"counted": True, "quiet": True}
        try:
            standing = await self._limiter.hit(known.zone, address_of(Request(scope)))
        except RateLimited as error:
            await answer(error)(scope, receive, send)
            return
        scope["state"]["rate_limit"] = standing.headers() if standing else {}
        await known.answer(headers.get("if-none-match"))(scope, receive, send)


_CREDENTIALS = ("authorization", "cookie")
