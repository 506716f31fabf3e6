"""/api/auth: who is signed in, tokens, sessions, API keys, and leaving."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response
from fastapi.responses import StreamingResponse

from server.accounts import account, login, service
from server.accounts.cookies import clear_session
from server.accounts.identity import Now, PersonCaller, ServerKeys, SignedInCaller
from server.accounts.keys import Kind, kind_of
from server.accounts.service import Refusal
from server.accounts.tables import ApiKey
from server.database import Reader, Session
from server.errors import Problem, Unauthenticated, answer, answers
from server.http.limiting import Zone, address_of, limiter_of
from shared.api.auth import (
    ApiKeyInfo,
    ApiKeys,
    CodeGrant,
    Grant,
    MadeApiKey,
    Me,
    NewApiKey,
    SessionInfo,
    Sessions,
    Tokens,
)
from shared.errors import InvalidInput

router = APIRouter(prefix="/auth")
router.include_router(login.router)
_auth = APIRouter(tags=["auth"])
_IN_MEMORY = 1 << 20
_PIECE = 1 << 16


class InvalidGrant(Problem):
    """A one-time code that gives nothing."""

    status, slug, title = 400, "invalid-grant", "The code gives nothing"


class SessionEnded(Unauthenticated):
    """A refresh token that gives nothing: sign in again."""

    slug, title = "session-ended", "The session has ended"


@_auth.post(
    "/token",
    summary="Exchange a code or a refresh token",
    response_model=Tokens,
    responses=answers(400, 413, 415, 422),
)
async def token(
    request: Request, grant: Annotated[Grant, Body()], session: Session, keys: ServerKeys, now: Now
) -> Tokens | Response:
    """The desktop's tokens. A refresh token is spent by use; spending it twice ends the session, except that within
    60 seconds the same pair is given again, because an answer may be lost."""
    limiter, address = limiter_of(request), address_of(request)
    if isinstance(grant, CodeGrant):
        await limiter.hit(Zone.SIGN_IN, address)
        found = await service.redeem_code(
            session,
            keys,
            code=grant.code if kind_of(grant.code) is Kind.CODE else "",
            verifier=grant.code_verifier,
            redirect_uri=grant.redirect_uri,
            now=now,
        )
    elif kind_of(grant.refresh_token) is Kind.REFRESH:
        found = await service.refresh(session, keys, grant.refresh_token, now)
    else:
        found = Refusal("The refresh token is not one of this server's.")
    if not isinstance(found, Refusal):
        return found
    if found.suspicious:
        await limiter.hit(Zone.FAILED_SIGN_IN, address)
    # Answered, not raised: what the refusal wrote, the end of a stolen family, is committed.
    error = (
        InvalidGrant(found.reason, "Sign in again.")
        if isinstance(grant, CodeGrant)
        else SessionEnded(found.reason)
    )
    return answer(error)


@_auth.get("/me", summary="Who am I?")
async def me(caller: SignedInCaller, session: Reader) -> Me:
    """The account that is signed in."""
    return Me.model_validate(await service.user(session, caller.user_id), from_attributes=True)


@_auth.post("/logout", summary="Sign out", status_code=204, responses=answers(403))
async def logout(request: Request, caller: PersonCaller, session: Session, now: Now) -> Response:
    """End this session. What the desktop holds stays there."""
    assert caller.session_id is not None
    await service.end(session, caller.session_id, service.Why.SIGNED_OUT, now)
    done = Response(status_code=204)
    clear_session(done, request.app.state.settings)
    return done


@_auth.get("/sessions", summary="Where am I signed in?", responses=answers(403))
async def sessions(caller: PersonCaller, session: Reader, now: Now) -> Sessions:
    """The last seen first."""
    rows = await service.sessions(session, caller.user_id, now)
    return Sessions(
        items=[
            SessionInfo(
                id=row.id,
                client="web" if row.client == "web" else "desktop",
                device=row.device,
                created_at=row.created_at,
                seen_at=row.seen_at,
                expires_at=row.expires_at,
                current=row.id == caller.session_id,
            )
            for row in rows
        ]
    )


@_auth.delete("/sessions", summary="Sign out everywhere else", status_code=204, responses=answers(403))
async def revoke_others(caller: PersonCaller, session: Session, now: Now) -> None:
    """Every session but this one ends."""
    await service.revoke_others(session, caller.user_id, caller.session_id, now)


@_auth.delete(
    "/sessions/{session_id}", summary="End a session", status_code=204, responses=answers(403, 404, 422)
)
async def revoke(session_id: UUID, caller: PersonCaller, session: Session, now: Now) -> None:
    """One of your own; anybody else's does not exist."""
    await service.revoke(session, caller.user_id, str(session_id), now)


@_auth.get("/keys", summary="Which API keys do I have?", responses=answers(403))
async def keys_list(caller: PersonCaller, session: Reader) -> ApiKeys:
    """The newest first."""
    rows = await service.api_keys(session, caller.user_id)
    return ApiKeys(items=[_info(row) for row in rows])


@_auth.post("/keys", summary="Make an API key", status_code=201, responses=answers(403, 409, 413, 415, 422))
async def make_key(
    wanted: NewApiKey, caller: PersonCaller, session: Session, keys: ServerKeys, now: Now
) -> MadeApiKey:
    """The key is in this answer and never again."""
    made, text = await service.make_key(
        session,
        keys,
        caller.user_id,
        name=wanted.name,
        access=wanted.access,
        days=wanted.expires_in_days,
        now=now,
    )
    return MadeApiKey(**_info(made).model_dump(), key=text)


@_auth.delete(
    "/keys/{key_id}", summary="Revoke an API key", status_code=204, responses=answers(403, 404, 422)
)
async def revoke_key(key_id: UUID, caller: PersonCaller, session: Session) -> None:
    """It stops working at once."""
    await service.revoke_key(session, caller.user_id, str(key_id))


@_auth.get(
    "/me/export",
    summary="Take everything along",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/json": {"schema": {"type": "object"}}}}, **answers(403)},
)
async def export(request: Request, caller: PersonCaller, session: Reader, now: Now) -> StreamingResponse:
    """All there is of you on this server, as JSON."""
    # Written down first: whoever takes it slowly holds no connection to the database meanwhile.
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed when it is sent
    try:
        await account.write_everything(file, session, caller.user_id, request.app.state.exports, now)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name = f'attachment; filename="maplehub-{now:%Y-%m-%d}.json"'
    return StreamingResponse(
        _pieces(file), media_type="application/json", headers={"Content-Disposition": name}
    )


@_auth.delete("/me", summary="Delete the account", status_code=204, responses=answers(403, 422))
async def leave(
    request: Request,
    confirm: Annotated[
        str, Query(description="Your Discord user name, so that it is no accident.", max_length=64)
    ],
    caller: PersonCaller,
    session: Session,
    now: Now,
) -> Response:
    """Everything of yours on this server is gone at once. What a desktop holds stays there."""
    found = await service.user(session, caller.user_id)
    if confirm != found.discord_username:
        raise InvalidInput("confirm", "This is not your user name.", f"Write {found.discord_username}.")
    for farewell in request.app.state.farewells:
        await farewell(session, caller.user_id, now)
    await service.delete_user(session, caller.user_id)
    done = Response(status_code=204)
    clear_session(done, request.app.state.settings)
    return done


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _info(row: ApiKey) -> ApiKeyInfo:
    return ApiKeyInfo.model_validate(row, from_attributes=True)


router.include_router(_auth)
