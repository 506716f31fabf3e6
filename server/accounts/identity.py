"""Who is calling: a browser by its cookie, a desktop by its access token, a script by its API key.

Everything under /api passes through `identify` once: it finds the caller, counts the request against them (user,
else address), and refuses changes that a page elsewhere makes a browser ask for. What only computes, though by POST,
passes through `recognise`, which refuses no changes; the public statistics through `browse`, which counts apart.
"""

import hmac
from contextlib import suppress
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError

from server.accounts import service
from server.accounts.cookies import CSRF_HEADER, session_cookie
from server.accounts.keys import Keys, Kind, kind_of
from server.accounts.service import Caller, Refusal
from server.database import Clock, Database
from server.errors import CrossSite, Forbidden, Unauthenticated
from server.http.limiting import RateLimiter, Zone, address_of
from server.settings import Settings

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARERS = frozenset({Kind.ACCESS, Kind.API_KEY})


class ReadOnlyKey(Forbidden):
    """A key that may only look was used for a change."""

    slug, title = "read-only-key", "This API key may only read"


async def recognise(request: Request) -> Caller | None:
    """The caller, or None for nobody. Raises Unauthenticated (a token that is no good), RateLimited. A cookie that is
    no good is nobody: the page it comes with must still open."""
    return await _recognised(request, Zone.USER, Zone.ADDRESS)


async def browse(request: Request) -> Caller | None:
    """The caller of what everybody may read, counted in windows of its own. Raises what `recognise` raises."""
    return await _recognised(request, Zone.STATISTICS_USER, Zone.STATISTICS_ADDRESS)


async def _recognised(request: Request, known: Zone, unknown: Zone) -> Caller | None:
    limiter: RateLimiter = request.app.state.limiter
    request.state.counted = True
    token, kind = _credentials(request)
    found: Caller | Refusal | None = None
    if token is not None:
        found = await _look_up(request, token, kind)
    if isinstance(found, Caller):
        _count_of(request, await limiter.hit(known, found.user_id))
        request.state.user_id = found.user_id
        return found
    _count_of(request, await limiter.hit(unknown, address_of(request)))
    if isinstance(found, Refusal):
        if found.suspicious:
            await limiter.hit(Zone.FAILED_SIGN_IN, address_of(request))
        if kind is not Kind.COOKIE:
            raise Unauthenticated(found.reason)
    return None


async def identify(request: Request) -> Caller | None:
    """The caller, who may do what they ask as far as the way they came goes. Raises CrossSite and ReadOnlyKey, and
    what `recognise` raises."""
    found = await recognise(request)
    if found is not None and request.method not in _SAFE:
        _may_change(request, found)
    return found


def _credentials(request: Request) -> tuple[str | None, Kind | None]:
    """The token and what it is for; kind None for one that is not ours."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        kind = kind_of(token)
        return token, kind if kind in _BEARERS else None
    cookie = request.cookies.get(session_cookie(request.app.state.settings))
    return (cookie, Kind.COOKIE) if cookie else (None, None)


async def _look_up(request: Request, token: str, kind: Kind | None) -> Caller | Refusal:
    keys: Keys = request.app.state.keys
    database: Database = request.app.state.database
    now: datetime = request.app.state.now()
    if kind is None or kind_of(token) is not kind:
        return Refusal("The token is not one of this server's.")
    # A transaction of its own, over before the route's begins: holding two would let ten requests wait for the
    # eleventh's connection forever.
    async with database.glance() as session:
        found = await service.caller_of(session, keys, token, kind, now)
    if isinstance(found, Caller) and (found.unused or found.seen_at < now - service.SEEN_EVERY):
        # Worth nothing to the caller, so nothing of it fails them.
        with suppress(SQLAlchemyError):
            async with database.writing() as session:
                await service.note_seen(session, found, now)
    return found


def _may_change(request: Request, caller: Caller) -> None:
    if not caller.writes:
        raise ReadOnlyKey("This API key may only read.", "Make one that may write.")
    if not caller.cookie:
        return
    settings: Settings = request.app.state.settings
    keys: Keys = request.app.state.keys
    assert caller.session_id is not None
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    given = request.headers.get(CSRF_HEADER, "")
    if (origin is not None and origin != settings.origin) or site not in {"same-origin", "none"}:
        raise CrossSite("The request came from another site.", "Use the pages of this server.")
    if not hmac.compare_digest(given.encode(), keys.form_token(caller.session_id).encode()):
        raise CrossSite(
            "The request's CSRF token is missing or wrong.", f"Send the cookie's in {CSRF_HEADER}."
        )


def _count_of(request: Request, standing: object) -> None:
    headers = getattr(standing, "headers", None)
    if headers is not None:
        request.state.rate_limit = headers()


counted = Depends(identify)
"""For routers: every request is counted, whoever may use the route."""
computing = Depends(recognise)
"""The same for routers that change nothing, whatever the method: keys that may only read may use them too."""
browsing = Depends(browse)
"""The same for the public statistics, which are counted apart."""

Anyone = Annotated[Caller | None, Depends(identify)]


async def signed_in(caller: Anyone) -> Caller:
    """The caller. Raises Unauthenticated."""
    if caller is None:
        raise Unauthenticated
    return caller


async def person(caller: Annotated[Caller, Depends(signed_in)]) -> Caller:
    """The caller, who is no script: keys cannot make keys, end sessions or delete the account. Raises Forbidden."""
    if caller.key_id is not None:
        raise Forbidden("An API key cannot do this.", "Sign in with Discord.")
    return caller


SignedInCaller = Annotated[Caller, Depends(signed_in)]
PersonCaller = Annotated[Caller, Depends(person)]


# Plain functions would each be run on a thread of their own.


async def clock_of(request: Request) -> datetime:
    """The instant this request counts as made."""
    now: Clock = request.app.state.now
    return now()


async def keys_of(request: Request) -> Keys:
    """The server's keys."""
    found: Keys = request.app.state.keys
    return found


Now = Annotated[datetime, Depends(clock_of)]
ServerKeys = Annotated[Keys, Depends(keys_of)]
