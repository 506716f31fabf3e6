"""Use cases of accounts: signing in, the family of a session's tokens, API keys, leaving.

Every function works in the caller's transaction and takes the time as `now`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.keys import Keys, Kind, challenge_of
from server.accounts.tables import ApiKey, LoginCode, SessionToken, SignedIn, User
from server.discord.oauth import DiscordUser
from shared.api.auth import ACCESS_SECONDS, GRACE_SECONDS, REFRESH_SECONDS, Tokens
from shared.errors import Conflict, NotFound
from shared.ids import new_id

ACCESS = timedelta(seconds=ACCESS_SECONDS)
REFRESH = timedelta(seconds=REFRESH_SECONDS)
GRACE = timedelta(seconds=GRACE_SECONDS)
WEB = timedelta(days=30)
CODE = timedelta(seconds=120)
SEEN_EVERY = timedelta(minutes=10)
KEPT = timedelta(days=7)
"""How long what is over is kept, so that its reuse is told from nonsense."""
SPENT_KEPT = timedelta(days=30)
MOST_KEYS = 20
MOST_SESSIONS = 50


class Why(StrEnum):
    """Why a session ended."""

    SIGNED_OUT = "signed-out"
    REVOKED = "revoked"
    REUSED = "reused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Tokens are not given. suspicious: worth counting against the address. It is returned and not raised, because
    what was written beside it, the end of a family, must be committed."""

    reason: str
    suspicious: bool = True


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks. session_id: of a browser or a desktop; key_id: of an API key. writes: whether it may change things.
    seen_at: when they were last noted. unused: the digest of an access token that is shown for the first time."""

    user_id: str
    seen_at: datetime
    session_id: str | None = None
    key_id: str | None = None
    cookie: bool = False
    writes: bool = True
    unused: bytes | None = None


async def remember_user(session: AsyncSession, found: DiscordUser, now: datetime) -> User:
    """The user of a Discord account, made at the first sign-in, brought up to date at every other."""
    facts = {"discord_username": found.username, "discord_avatar": found.avatar, "signed_in_at": now}
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(User)
    statement = (
        insert.values(id=new_id(), discord_id=found.id, created_at=now, **facts)
        .on_conflict_do_update(index_elements=[User.discord_id], set_=facts)
        .returning(User)
    )
    # Two first sign-ins at once make one user.
    options = {"populate_existing": True}
    remembered: User = (await session.execute(statement, execution_options=options)).scalar_one()
    return remembered


async def user(session: AsyncSession, user_id: str) -> User:
    """A user. Raises NotFound."""
    found = await session.get(User, user_id)
    if found is None:
        raise NotFound("This account does not exist any more.")
    return found


async def names(session: AsyncSession, user_ids: Sequence[str]) -> dict[str, str]:
    """What players are called on Discord; those who are gone are left out."""
    found = await session.execute(select(User.id, User.discord_username).where(User.id.in_(user_ids)))
    return dict(found.all())


async def discord_ids(session: AsyncSession, user_ids: Sequence[str]) -> dict[str, str]:
    """Players' numbers on Discord; those who are gone are left out."""
    found = await session.execute(select(User.id, User.discord_id).where(User.id.in_(user_ids)))
    return dict(found.all())


async def sign_in_web(
    session: AsyncSession, keys: Keys, user_id: str, device: str, now: datetime
) -> tuple[str, str]:
    """A session for a browser: its id and its cookie's token."""
    made = await _open(session, user_id, "web", device, now, WEB)
    token = keys.new(Kind.COOKIE)
    session.add(_stored(keys, token, made.id, "cookie", now, WEB))
    await session.flush()
    return made.id, token


async def make_code(
    session: AsyncSession,
    keys: Keys,
    user_id: str,
    *,
    challenge: str,
    redirect_uri: str,
    device: str,
    now: datetime,
) -> str:
    """A one-time code for the desktop that knows the challenge's verifier. Two minutes to use it."""
    code = keys.new(Kind.CODE)
    session.add(
        LoginCode(
            digest=keys.digest(code),
            user_id=user_id,
            challenge=challenge,
            redirect_uri=redirect_uri,
            device=device,
            expires_at=now + CODE,
        )
    )
    await session.flush()
    return code


async def redeem_code(
    session: AsyncSession, keys: Keys, *, code: str, verifier: str, redirect_uri: str, now: datetime
) -> Tokens | Refusal:
    """Tokens for a one-time code. A code shown twice ends the session it made (RFC 6749 4.1.2)."""
    query = select(LoginCode).where(LoginCode.digest == keys.digest(code)).with_for_update()
    found = (await session.execute(query)).scalar_one_or_none()
    if found is None or now >= found.expires_at:
        return Refusal("The code is not known, or is too old.")
    if found.used_at is not None:
        if found.session_id is not None:
            await end(session, found.session_id, Why.REUSED, now)
        return Refusal("The code was used already.")
    if found.redirect_uri != redirect_uri or found.challenge != challenge_of(verifier):
        # Whoever guesses gets one guess.
        found.used_at = now
        return Refusal("The code was made for another program.")
    made = await _open(session, found.user_id, "desktop", found.device, now, REFRESH)
    found.used_at, found.session_id = now, made.id
    refresh, access = keys.new(Kind.REFRESH), keys.new(Kind.ACCESS)
    session.add(_stored(keys, refresh, made.id, "refresh", now, REFRESH))
    session.add(_stored(keys, access, made.id, "access", now, ACCESS))
    await session.flush()
    return _tokens(access, refresh, made.id, now + ACCESS, now + REFRESH, now)


async def refresh(session: AsyncSession, keys: Keys, token: str, now: datetime) -> Tokens | Refusal:
    """The next pair for a refresh token.

    Shown again while nothing of the next pair was used, or within 60 seconds of it, it gives the same pair: the answer
    was lost, perhaps with the power. Shown again later, it was stolen, or its successor was: the whole family ends.
    """
    query = (
        select(SessionToken, SignedIn)
        .join(SignedIn, SignedIn.id == SessionToken.session_id)
        .where(SessionToken.digest == keys.digest(token), SessionToken.kind == "refresh")
        .with_for_update()
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return Refusal("The refresh token is not known.")
    spent: SessionToken = row[0]
    family: SignedIn = row[1]
    if family.ended_at is not None or now >= spent.expires_at or now >= family.expires_at:
        return Refusal("The session has ended.", suspicious=False)
    next_refresh, next_access = keys.successor(token, Kind.REFRESH), keys.successor(token, Kind.ACCESS)
    if spent.used_at is not None:
        pair = await _same_again(session, keys, next_refresh, next_access)
        if pair is None or (pair[1].used_at is not None and now > spent.used_at + GRACE):
            await end(session, family.id, Why.REUSED, now)
            return Refusal("The refresh token was used already, so the session was ended.")
        return _tokens(next_access, next_refresh, family.id, pair[1].expires_at, pair[0].expires_at, now)
    spent.used_at = now
    family.seen_at, family.expires_at = now, now + REFRESH
    session.add(_stored(keys, next_refresh, family.id, "refresh", now, REFRESH))
    session.add(_stored(keys, next_access, family.id, "access", now, ACCESS))
    await session.flush()
    return _tokens(next_access, next_refresh, family.id, now + ACCESS, now + REFRESH, now)


async def _same_again(
    session: AsyncSession, keys: Keys, next_refresh: str, next_access: str
) -> tuple[SessionToken, SessionToken] | None:
    """The pair a spent token was exchanged for, while the refresh token in it is unused."""
    first = await session.get(SessionToken, keys.digest(next_refresh))
    second = await session.get(SessionToken, keys.digest(next_access))
    if first is None or second is None or first.used_at is not None:
        return None
    return first, second


async def caller_of(
    session: AsyncSession, keys: Keys, token: str, kind: Kind, now: datetime
) -> Caller | Refusal:
    """Whose token it is."""
    if kind is Kind.API_KEY:
        found = (
            await session.execute(select(ApiKey).where(ApiKey.digest == keys.digest(token)))
        ).scalar_one_or_none()
        if found is None:
            return Refusal("The API key is not known, or was revoked.")
        if found.expires_at is not None and now >= found.expires_at:
            return Refusal("The API key has expired.", suspicious=False)
        seen = found.seen_at or found.created_at - SEEN_EVERY * 2
        return Caller(found.user_id, seen, key_id=found.id, writes=found.access == "write")
    wanted = {Kind.ACCESS: "access", Kind.COOKIE: "cookie"}.get(kind)
    digest = keys.digest(token)
    shown = (await session.execute(_SHOWN, {"digest": digest, "kind": wanted})).one_or_none()
    if shown is None:
        return Refusal("The token is not known.")
    if shown.ended_at is not None or now >= shown.expires_at:
        return Refusal("The token has expired.", suspicious=False)
    if kind is Kind.COOKIE:
        return Caller(shown.user_id, shown.seen_at, session_id=shown.id, cookie=True)
    if now >= shown.token_expires_at:
        return Refusal("The token has expired.", suspicious=False)
    return Caller(
        shown.user_id, shown.seen_at, session_id=shown.id, unused=digest if shown.used_at is None else None
    )


# Asked by every request, so built once.
_SHOWN = (
    select(
        SignedIn.id,
        SignedIn.user_id,
        SignedIn.seen_at,
        SignedIn.expires_at,
        SignedIn.ended_at,
        SessionToken.used_at,
        SessionToken.expires_at.label("token_expires_at"),
    )
    .join(SignedIn, SignedIn.id == SessionToken.session_id)
    .where(SessionToken.digest == bindparam("digest"), SessionToken.kind == bindparam("kind"))
)


async def note_seen(session: AsyncSession, caller: Caller, now: datetime) -> None:
    """Keep "last seen" about right, and a browser that is used signed in."""
    if caller.key_id is not None:
        await session.execute(update(ApiKey).where(ApiKey.id == caller.key_id).values(seen_at=now))
        return
    if caller.unused is not None:
        await session.execute(
            update(SessionToken).where(SessionToken.digest == caller.unused).values(used_at=now)
        )
    values = {"seen_at": now, "expires_at": now + WEB} if caller.cookie else {"seen_at": now}
    await session.execute(update(SignedIn).where(SignedIn.id == caller.session_id).values(**values))


async def sessions(session: AsyncSession, user_id: str, now: datetime) -> Sequence[SignedIn]:
    """Where a user is signed in, the last seen first."""
    query = select(SignedIn).where(*_live(user_id, now)).order_by(SignedIn.seen_at.desc(), SignedIn.id)
    return (await session.execute(query)).scalars().all()


async def end(session: AsyncSession, session_id: str, why: Why, now: datetime) -> None:
    """End a session, whatever tokens it has."""
    ended = update(SignedIn).where(SignedIn.id == session_id, SignedIn.ended_at.is_(None))
    await session.execute(ended.values(ended_at=now, ended_why=why))


async def revoke(session: AsyncSession, user_id: str, session_id: str, now: datetime) -> None:
    """End one of a user's sessions. Raises NotFound."""
    ended = update(SignedIn).where(SignedIn.id == session_id, *_live(user_id, now))
    done = await session.execute(ended.values(ended_at=now, ended_why=Why.REVOKED).returning(SignedIn.id))
    if done.first() is None:
        raise NotFound("This session does not exist.", "It may have ended meanwhile.")


async def revoke_others(session: AsyncSession, user_id: str, kept: str | None, now: datetime) -> None:
    """End every session of a user but one."""
    ended = update(SignedIn).where(*_live(user_id, now), SignedIn.id != kept)
    await session.execute(ended.values(ended_at=now, ended_why=Why.REVOKED))


async def make_key(
    session: AsyncSession,
    keys: Keys,
    user_id: str,
    *,
    name: str,
    access: str,
    days: int | None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """A new API key and its text, which is shown this once. Raises Conflict beyond twenty."""
    await session.execute(select(User.id).where(User.id == user_id).with_for_update())
    count = await session.scalar(select(func.count()).select_from(ApiKey).where(ApiKey.user_id == user_id))
    if (count or 0) >= MOST_KEYS:
        raise Conflict(f"You have {MOST_KEYS} API keys already.", "Revoke one you do not use.")
    text = keys.new(Kind.API_KEY)
    made = ApiKey(
        id=new_id(),
        user_id=user_id,
        name=name,
        digest=keys.digest(text),
        hint=text[-4:],
        access=access,
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    session.add(made)
    await session.flush()
    return made, text


async def api_keys(session: AsyncSession, user_id: str) -> Sequence[ApiKey]:
    """A user's API keys, the newest first."""
    query = select(ApiKey).where(ApiKey.user_id == user_id).order_by(ApiKey.created_at.desc(), ApiKey.id)
    return (await session.execute(query)).scalars().all()


async def revoke_key(session: AsyncSession, user_id: str, key_id: str) -> None:
    """Forget one of a user's API keys. Raises NotFound."""
    gone = delete(ApiKey).where(ApiKey.id == key_id, ApiKey.user_id == user_id).returning(ApiKey.id)
    if (await session.execute(gone)).first() is None:
        raise NotFound("This API key does not exist.", "It may have been revoked meanwhile.")


async def delete_user(session: AsyncSession, user_id: str) -> None:
    """Forget a user and everything of theirs: every table of theirs refers to users and goes along."""
    await session.execute(delete(User).where(User.id == user_id))


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Forget what has been over for a week."""
    over = now - KEPT
    await session.execute(delete(LoginCode).where(LoginCode.expires_at < over))
    # Cookies go with their session, which slides. A spent refresh token is only good for telling a thief.
    spent = (SessionToken.kind == "refresh") & (SessionToken.used_at < now - SPENT_KEPT)
    await session.execute(
        delete(SessionToken).where(SessionToken.kind != "cookie", (SessionToken.expires_at < over) | spent)
    )
    await session.execute(delete(SignedIn).where((SignedIn.expires_at < over) | (SignedIn.ended_at < over)))


async def _open(
    session: AsyncSession, user_id: str, client: str, device: str, now: datetime, life: timedelta
) -> SignedIn:
    """A new session. Beyond fifty the ones unseen for longest end."""
    made = SignedIn(
        id=new_id(),
        user_id=user_id,
        client=client,
        device=device,
        created_at=now,
        seen_at=now,
        expires_at=now + life,
    )
    session.add(made)
    await session.flush()
    newest = (
        select(SignedIn.id)
        .where(*_live(user_id, now))
        .order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())
        .limit(MOST_SESSIONS)
    )
    surplus = update(SignedIn).where(*_live(user_id, now), SignedIn.id.not_in(newest))
    await session.execute(surplus.values(ended_at=now, ended_why=Why.EXPIRED))
    return made


def _live(user_id: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (SignedIn.user_id == user_id, SignedIn.ended_at.is_(None), SignedIn.expires_at > now)


def _stored(
    keys: Keys, token: str, session_id: str, kind: str, now: datetime, life: timedelta
) -> SessionToken:
    return SessionToken(
        digest=keys.digest(token), session_id=session_id, kind=kind, created_at=now, expires_at=now + life
    )


def _tokens(
    access: str,
    refresh_token: str,
    session_id: str,
    access_ends: datetime,
    refresh_ends: datetime,
    now: datetime,
) -> Tokens:
    return Tokens(
        access_token=access,
        expires_in=max(0, int((access_ends - now).total_seconds())),
        refresh_token=refresh_token,
        refresh_expires_in=max(0, int((refresh_ends - now).total_seconds())),
        session_id=session_id,
    )
