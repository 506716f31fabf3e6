"""Signing in with Discord, from the browser's first step to its last.

Web: the browser ends with a session cookie. Desktop: it ends at the program's loopback address with a one-time code
that only the program can use, because only it knows the verifier of the challenge it began with (RFC 7636, RFC 8252).
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import RedirectResponse, Response

from server.accounts import pages, service
from server.accounts.cookies import (
    ATTEMPT_PATH,
    ATTEMPT_SECONDS,
    attempt_cookie,
    clear_attempt,
    set_attempt,
    set_session,
)
from server.accounts.identity import Now, ServerKeys
from server.accounts.keys import Keys, challenge_of
from server.database import Database
from server.discord.oauth import DiscordOAuth, DiscordUser
from server.errors import Problem, Unavailable, answers
from server.http.limiting import Zone, address_of, limiter_of
from server.settings import Settings
from shared.api.auth import NO_CONTROLS

router = APIRouter(tags=["auth"])
_log = structlog.get_logger("maplehub.login")
_LOOPBACK = r"^http://(127\.0\.0\.1|\[::1\]):([1-9]\d{0,4})/callback$"
_SAID = {400: "access_denied", 429: "temporarily_unavailable", 503: "temporarily_unavailable"}
"""RFC 6749's word (4.1.2.1) for a refusal."""
_LOCAL_PATH = r"^/([A-Za-z0-9_.~%?=&-][A-Za-z0-9/_.~%?=&-]*)?$"


class Begin(BaseModel):
    """How a sign-in begins. A desktop gives all four of redirect_uri, state, code_challenge and device's name."""

    model_config = ConfigDict(extra="forbid")

    client: Literal["web", "desktop"] = "web"
    next: Annotated[str, Field(max_length=200, pattern=_LOCAL_PATH)] = "/api/auth/signed-in"
    redirect_uri: Annotated[str, Field(max_length=64, pattern=_LOOPBACK)] | None = None
    state: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{16,128}$")] | None = None
    code_challenge: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")] | None = None
    code_challenge_method: Literal["S256"] | None = None
    device: Annotated[str, Field(max_length=80, pattern=NO_CONTROLS)] = ""

    @model_validator(mode="after")
    def _whole(self) -> "Begin":
        given = [self.redirect_uri, self.state, self.code_challenge, self.code_challenge_method]
        if self.client == "desktop" and None in given:
            raise ValueError("a desktop gives redirect_uri, state, code_challenge and code_challenge_method")
        return self


class Return(BaseModel):
    """How Discord sends the browser back."""

    code: Annotated[str, Field(max_length=512)] = ""
    state: Annotated[str, Field(max_length=128)] = ""
    error: Annotated[str, Field(max_length=64)] = ""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A sign-in begun, as the browser's sealed cookie holds it."""

    state: str
    verifier: str
    begin: Begin

    @property
    def retry(self) -> str:
        """Where a browser may try again; the desktop begins anew itself."""
        return (
            "" if self.begin.client == "desktop" else f"{ATTEMPT_PATH}?{urlencode({'next': self.begin.next})}"
        )


def _pages(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI descriptions of refusals that are a page when the sign-in fails, and a problem when the request does."""
    return {
        status: {**described, "content": {**described["content"], "text/html": {}}}
        for status, described in answers(*statuses).items()
    }


@router.get(
    "/discord",
    summary="Sign in with Discord",
    status_code=303,
    response_class=RedirectResponse,
    responses={303: {"description": "To Discord."}, **_pages(429, 503), **answers(422)},
)
async def begin(request: Request, given: Annotated[Begin, Query()], keys: ServerKeys, now: Now) -> Response:
    """Open this in a browser. It leads to Discord and back, and ends signed in (web) or at the loopback (desktop)."""
    settings: Settings = request.app.state.settings
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    try:
        await limiter_of(request).hit(Zone.SIGN_IN, address_of(request))
        address = _discord(request).authorize_url(
            state=state,
            challenge=challenge_of(verifier),
            redirect_uri=_callback(settings),
            ask=given.client == "desktop",
        )
    except Problem as error:
        return _failure(_Attempt(state, verifier, given), error)
    answer = RedirectResponse(address, 303)
    content = {"state": state, "verifier": verifier, "begin": given.model_dump(exclude_defaults=True)}
    set_attempt(answer, settings, state, keys.seal(content, now))
    return answer


@router.get(
    "/discord/callback",
    summary="Where Discord sends the browser back",
    response_class=Response,
    responses={
        303: {"description": "Signed in, or to the desktop's loopback."},
        400: {"description": "A page that says why not.", "content": {"text/html": {}}},
        **_pages(429, 502, 503),
        **answers(422),
    },
)
async def finish(request: Request, given: Annotated[Return, Query()], keys: ServerKeys, now: Now) -> Response:
    """Not for programs."""
    settings: Settings = request.app.state.settings
    attempt = _attempt_of(request, given.state, keys, now)
    if attempt is None:
        await limiter_of(request).hit(Zone.FAILED_SIGN_IN, address_of(request))
        return pages.failed("This sign-in was not begun in this browser, or too long ago.", "Begin again.")
    try:
        answer = await _finish(request, attempt, given, keys, now)
        outcome = "ok"
    except Problem as error:
        answer = _failure(attempt, error)
        outcome = error.slug
    request.app.state.metrics.sign_ins.labels(attempt.begin.client, outcome).inc()
    clear_attempt(answer, settings, attempt.state)
    return answer


@router.get("/signed-in", summary="The page at the end of a sign-in", response_class=Response)
async def signed_in_page() -> Response:
    """A desktop's loopback may send the browser here, so that it ends at a page that says what happened."""
    return pages.signed_in()


class _Denied(Problem):
    slug, title = "access-denied", "The sign-in was cancelled"


async def _finish(request: Request, attempt: _Attempt, given: Return, keys: Keys, now: datetime) -> Response:
    if given.error or not given.code:
        raise _Denied("You did not let MapleHub see who you are.", "Nothing was stored.")
    found = await _ask_discord(request, attempt, given.code)
    database: Database = request.app.state.database
    # Committed before anything is answered; nothing was held while Discord was asked.
    async with database.writing() as session:
        user = await service.remember_user(session, found, now)
        if attempt.begin.client == "desktop":
            answer = await _to_loopback(session, attempt.begin, keys, user.id, now)
        else:
            answer = await _to_page(session, request, attempt.begin, keys, user.id, now)
    _log.info("signed_in", user=user.id, client=attempt.begin.client)
    return answer


async def _ask_discord(request: Request, attempt: _Attempt, code: str) -> DiscordUser:
    discord = _discord(request)
    redirect_uri = _callback(request.app.state.settings)
    token = await discord.exchange(code=code, verifier=attempt.verifier, redirect_uri=redirect_uri)
    return await discord.user(token)


async def _to_loopback(session: Any, begun: Begin, keys: Keys, user_id: str, now: datetime) -> Response:
    assert begun.redirect_uri is not None
    assert begun.code_challenge is not None
    code = await service.make_code(
        session,
        keys,
        user_id,
        challenge=begun.code_challenge,
        redirect_uri=begun.redirect_uri,
        device=begun.device or "Desktop",
        now=now,
    )
    return RedirectResponse(f"{begun.redirect_uri}?{urlencode({'code': code, 'state': begun.state})}", 303)


async def _to_page(
    session: Any, request: Request, begun: Begin, keys: Keys, user_id: str, now: datetime
) -> Response:
    settings: Settings = request.app.state.settings
    device = begun.device or _browser(request.headers.get("user-agent", ""))
    session_id, token = await service.sign_in_web(session, keys, user_id, device, now)
    answer = RedirectResponse(f"{settings.origin}{begun.next}", 303)
    set_session(answer, settings, token, keys.form_token(session_id))
    return answer


def _failure(attempt: _Attempt, error: Problem) -> Response:
    """The end of a sign-in that failed. A desktop is told, or it would wait until its time is over."""
    _log.warning("sign_in_failed", client=attempt.begin.client, reason=error.slug)
    if attempt.begin.client == "desktop":
        said = (
            "unauthorized_client" if isinstance(error, NotSetUp) else _SAID.get(error.status, "server_error")
        )
        query = {"error": said, "error_description": error.message, "state": attempt.begin.state}
        return RedirectResponse(f"{attempt.begin.redirect_uri}?{urlencode(query)}", 303)
    page = pages.failed(error.message, error.action, status=error.status, retry=attempt.retry)
    page.headers.update(error.headers)
    return page


def _attempt_of(request: Request, state: str, keys: Keys, now: datetime) -> _Attempt | None:
    """The attempt this browser began with this state."""
    sealed = request.cookies.get(attempt_cookie(state), "") if state else ""
    content = keys.unseal(sealed, now, ATTEMPT_SECONDS) if sealed else None
    if content is None or not hmac.compare_digest(content["state"].encode(), state.encode()):
        return None
    return _Attempt(content["state"], content["verifier"], Begin.model_validate(content["begin"]))


def _discord(request: Request) -> DiscordOAuth:
    found: DiscordOAuth | None = request.app.state.discord
    if found is None:
        raise NotSetUp
    return found


class NotSetUp(Unavailable):
    """This server has no Discord application."""

    slug, title = "discord-not-set-up", "Signing in is not set up"

    def __init__(self) -> None:
        super().__init__("Signing in with Discord is not set up on this server.", 3600)
        self.action = "Set DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET."


def _callback(settings: Settings) -> str:
    return f"{settings.origin}{ATTEMPT_PATH}/callback"


def _browser(agent: str) -> str:
    """A name a person recognises, from a User-Agent."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "Browser")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
