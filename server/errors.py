"""Answers that say what went wrong: RFC 9457 problem+json with a `type` that never changes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from shared.errors import Conflict, InvalidInput, MapleHubError, NotFound

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:maplehub:problem:"
RETRY_SECONDS = 2
_TOLD = 200
"""Letters of what a caller wrote that an answer repeats at most."""
_log = structlog.get_logger("maplehub.errors")


class Problem(MapleHubError):  # noqa: N818 - RFC 9457's word for it
    """An error with its own place in HTTP. A subject adds its own by a subclass that sets status, slug and title.

    extra: further members of the answer. headers: further headers of it.
    """

    status: ClassVar[int] = 400
    slug: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be understood"

    def __init__(
        self,
        message: str,
        action: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, action)
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})


class Unauthenticated(Problem):
    """Nobody is signed in, or no longer."""

    status, slug, title = 401, "unauthenticated", "Sign in first"

    def __init__(
        self, message: str = "You are not signed in.", action: str = "Sign in and try again."
    ) -> None:
        super().__init__(message, action, headers={"WWW-Authenticate": 'Bearer realm="maplehub"'})


class Forbidden(Problem):
    """Signed in, but this is not theirs to do."""

    status, slug, title = 403, "forbidden", "This is not yours to do"


class CrossSite(Forbidden):
    """A change asked for with a cookie, but not by our own pages."""

    slug, title = "cross-site", "The request came from another site"


class RateLimited(Problem):
    """Too many requests. retry_after: whole seconds until one more is allowed."""

    status, slug, title = 429, "rate-limited", "Too many requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "There were too many requests.",
            f"Try again in {retry_after} seconds.",
            headers={"Retry-After": str(retry_after)},
        )
        self.retry_after = retry_after


class Unavailable(Problem):
    """Something the server needs does not answer. retry_after: whole seconds."""

    status, slug, title = 503, "unavailable", "Not available at the moment"

    def __init__(self, message: str, retry_after: int = RETRY_SECONDS) -> None:
        super().__init__(message, "Try again shortly.", headers={"Retry-After": str(retry_after)})


_OURS: tuple[tuple[type[MapleHubError], int, str, str], ...] = (
    (InvalidInput, 422, "invalid-input", "A value cannot be used"),
    (NotFound, 404, "not-found", "Not found"),
    (Conflict, 409, "conflict", "This contradicts what is stored"),
)
_HTTP: Mapping[int, tuple[str, str, str]] = {
    404: ("not-found", "Not found", "There is nothing at this address."),
    405: ("method-not-allowed", "Method not allowed", "This address does not take this method."),
}


def problem(
    status: int, slug: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: Any
) -> JSONResponse:
    """A problem+json answer. extra: further members; those that are None or empty are left out."""
    content = {"type": TYPE_PREFIX + slug, "title": title, "status": status, "detail": detail}
    content |= {key: value for key, value in extra.items() if value not in (None, "", [])}
    content |= {"request_id": found} if (found := request_id()) else {}
    return JSONResponse(content, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def request_id() -> str:
    """The id of the request being answered, "" outside of one."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def answer(error: MapleHubError) -> JSONResponse:
    """The answer to one of our errors."""
    if isinstance(error, Problem):
        return problem(
            error.status,
            error.slug,
            error.title,
            error.message,
            headers=error.headers,
            action=error.action,
            **error.extra,
        )
    for kind, status, slug, title in _OURS:
        if isinstance(error, kind):
            field = error.field if isinstance(error, InvalidInput) else None
            return problem(status, slug, title, error.message, action=error.action, field=field)
    return unexpected(error)


def unexpected(error: BaseException) -> JSONResponse:
    """The answer to an error nobody foresaw: logged with the request's id, nothing of it told."""
    _log.error("unexpected_error", exc_info=(type(error), error, error.__traceback__))
    return problem(
        500,
        "unexpected",
        "Something went wrong on our side",
        "Something went wrong on our side.",
        action="Try again. If it stays, report it with this request_id.",
    )


def install(app: FastAPI) -> None:
    """Teach an app to answer every error as a problem."""
    app.add_exception_handler(MapleHubError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _database)
    app.add_exception_handler(InterfaceError, _database)
    app.add_exception_handler(PoolTimeoutError, _database)


async def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, MapleHubError)
    return answer(error)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    lines = [_line(line) for line in error.errors()[:50]]
    return problem(
        422, "invalid-input", "A value cannot be used", "Some values cannot be used.", errors=lines
    )


def _line(line: Mapping[str, Any]) -> dict[str, str]:
    """Where it is and what is wrong, without the value: it may be a secret."""
    places: Sequence[Any] = line["loc"]
    return {
        "in": str(places[0]) if places else "body",
        "field": ".".join(str(place) for place in places[1:])[:_TOLD],
        "message": str(line["msg"]).removeprefix("Value error, ")[:_TOLD],
        "code": str(line["type"]),
    }


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:
        # FastAPI's word for JSON that is nested too deeply, has endless numbers, or is no text.
        return answer(InvalidInput("", "The body cannot be read."))
    phrase = HTTPStatus(error.status_code).phrase
    slug, title, detail = _HTTP.get(
        error.status_code, (phrase.lower().replace(" ", "-"), phrase, str(error.detail))
    )
    return problem(error.status_code, slug, title, detail, headers=error.headers)


async def _database(_: Request, error: Exception) -> JSONResponse:
    """A database that is away, busy or slow; a client that waits a little succeeds."""
    _log.error("database_unavailable", error=type(error).__name__, cause=str(getattr(error, "orig", error)))
    return answer(Unavailable("The database does not answer at the moment."))


def answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI descriptions of problem answers, by status, each with an example."""
    return {status: _description(status) for status in statuses}


_EXAMPLES: Mapping[int, tuple[str, str, str]] = {
    400: ("bad-request", "The request cannot be understood", "The code was used already, or is too old."),
    401: ("unauthenticated", "Sign in first", "You are not signed in."),
    403: ("forbidden", "This is not yours to do", "An API key cannot do this."),
    404: ("not-found", "Not found", "This session does not exist."),
    405: ("method-not-allowed", "Method not allowed", "This address does not take this method."),
    408: ("request-timeout", "Request Timeout", "The request's body took too long to arrive."),
    409: ("conflict", "This contradicts what is stored", "You have 20 API keys already."),
    410: ("resync-required", "Everything must be fetched again", "What you ask from was cleared away."),
    413: ("too-large", "The request is too large", "At most 1048576 bytes are taken, unpacked."),
    415: ("unsupported-encoding", "Encoding not supported", "Bodies are plain or gzip."),
    422: ("invalid-input", "A value cannot be used", "Some values cannot be used."),
    426: ("client-too-old", "This MapleHub is too old", "Update MapleHub."),
    429: ("rate-limited", "Too many requests", "There were too many requests."),
    500: ("unexpected", "Something went wrong on our side", "Something went wrong on our side."),
    502: ("discord-failed", "Discord did not answer as it should", "Discord did not answer as it should."),
    503: ("unavailable", "Not available at the moment", "The database does not answer at the moment."),
}

SCHEMA: Mapping[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457. `type` never changes; `detail` and `action` are sentences for a person.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "action": {"type": "string"},
        "field": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("in", "field", "message", "code")},
            },
        },
    },
}


def _description(status: int) -> dict[str, Any]:
    slug, title, detail = _EXAMPLES[status]
    example = {"type": TYPE_PREFIX + slug, "title": title, "status": status, "detail": detail}
    return {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
