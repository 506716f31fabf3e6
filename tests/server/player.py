"""Players of the tests: signed in without the way through Discord, which has tests of its own."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI

from server.accounts import service
from server.accounts.keys import Keys, challenge_of
from server.database import Database
from server.discord.oauth import DiscordUser
from shared.api.auth import Tokens
from tests.stand_ins.discord import Application

APPLICATION = Application(
    "157730590492196864", "937it3ow87i4ery69876wqire", ("http://127.0.0.1:8750/api/auth/discord/callback",)
)
LOOPBACK = "http://127.0.0.1:49200/callback"


def bearer(token: str) -> dict[str, str]:
    """The header that signs a request in."""
    return {"Authorization": f"Bearer {token}"}


@dataclass(slots=True)
class Signed:
    """A player at a desktop."""

    user_id: str
    tokens: Tokens

    @property
    def headers(self) -> dict[str, str]:
        """What signs their requests in."""
        return bearer(self.tokens.access_token)


@dataclass(slots=True)
class Desk:
    """Makes players."""

    app: FastAPI
    client: httpx.AsyncClient
    now: Callable[[], datetime]

    async def user(self, name: str = "aria") -> str:
        """A user's id; made when new."""
        number = str(
            80351110224678912 + sum(ord(letter) << 8 * place for place, letter in enumerate(name[:4]))
        )
        async with self.app.state.database.writing() as session:
            found = await service.remember_user(
                session, DiscordUser(id=number, username=name, avatar=None), self.now()
            )
        return found.id

    async def code(self, user_id: str, device: str = "laptop") -> tuple[str, str]:
        """A one-time code for a desktop, and its verifier."""
        verifier = secrets.token_urlsafe(48)
        async with self.app.state.database.writing() as session:
            code = await service.make_code(
                session,
                self.app.state.keys,
                user_id,
                challenge=challenge_of(verifier),
                redirect_uri=LOOPBACK,
                device=device,
                now=self.now(),
            )
        return code, verifier

    async def redeem(self, code: str, verifier: str, **given: Any) -> httpx.Response:
        """Exchange a code."""
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": LOOPBACK,
        }
        return await self.client.post("/api/auth/token", json={**body, **given})

    async def refresh(self, token: str) -> httpx.Response:
        """Exchange a refresh token."""
        body = {"grant_type": "refresh_token", "refresh_token": token}
        return await self.client.post("/api/auth/token", json=body)

    async def desktop(self, name: str = "aria", device: str = "laptop") -> Signed:
        """A player signed in at a desktop. Given straight by the service: the rate limits are not asked."""
        user_id = await self.user(name)
        code, verifier = await self.code(user_id, device)
        async with self.app.state.database.writing() as session:
            found = await service.redeem_code(
                session,
                self.app.state.keys,
                code=code,
                verifier=verifier,
                redirect_uri=LOOPBACK,
                now=self.now(),
            )
        assert isinstance(found, Tokens)
        return Signed(user_id, found)

    async def browser(self, name: str = "aria") -> tuple[dict[str, str], str]:
        """The cookies of a player signed in at a browser, and their CSRF token."""
        user_id = await self.user(name)
        keys = self.app.state.keys
        async with self.app.state.database.writing() as session:
            session_id, token = await service.sign_in_web(session, keys, user_id, "Firefox", self.now())
        return {"mh_session": token, "mh_csrf": keys.form_token(session_id)}, keys.form_token(session_id)


async def sign_in(
    database: Database,
    keys: Keys,
    now: datetime,
    name: str = "aria",
    device: str = "laptop",
    discord_id: str = "80351110224678912",
) -> Signed:
    """A player signed in at a desktop of a server that may run elsewhere, by its database and its keys."""
    verifier = secrets.token_urlsafe(48)
    async with database.writing() as session:
        user = await service.remember_user(
            session, DiscordUser(id=discord_id, username=name, avatar=None), now
        )
        code = await service.make_code(
            session,
            keys,
            user.id,
            challenge=challenge_of(verifier),
            redirect_uri=LOOPBACK,
            device=device,
            now=now,
        )
        tokens = await service.redeem_code(
            session, keys, code=code, verifier=verifier, redirect_uri=LOOPBACK, now=now
        )
    assert isinstance(tokens, Tokens)
    return Signed(user.id, tokens)
