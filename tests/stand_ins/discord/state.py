"""What the stand-in knows, and the knobs of a test."""

import asyncio
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

SCOPES = frozenset({"identify", "guilds", "email"})
CODE_SECONDS = 60
TOKEN_SECONDS = 604_800


@dataclass(frozen=True, slots=True)
class Guild:
    """A guild someone is in."""

    id: str
    name: str
    owner: bool = False
    permissions: str = "104324673"

    def shown(self) -> dict[str, Any]:
        """As /users/@me/guilds shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "icon": None,
            "banner": None,
            "owner": self.owner,
            "permissions": self.permissions,
            "features": ["COMMUNITY"],
        }


@dataclass(frozen=True, slots=True)
class Player:
    """Someone with a Discord account."""

    id: str
    username: str
    avatar: str | None = None
    guilds: tuple[Guild, ...] = ()

    def shown(self) -> dict[str, Any]:
        """As /users/@me shows them with the scope identify."""
        return {
            "id": self.id,
            "username": self.username,
            "discriminator": "0",
            "global_name": self.username.title(),
            "avatar": self.avatar,
            "locale": "en-GB",
            "mfa_enabled": False,
            "flags": 0,
            "premium_type": 0,
            "public_flags": 0,
        }


@dataclass(frozen=True, slots=True)
class Application:
    """An application registered with Discord."""

    id: str
    secret: str
    redirects: tuple[str, ...]


@dataclass(slots=True)
class Fault:
    """What goes wrong at the next requests to a path. times: how many; None for always."""

    status: int | None = None
    retry_after: float | None = None
    wall: bool = False
    malformed: bool = False
    body: Any = None
    seconds: float = 0.0
    times: int | None = 1


@dataclass(slots=True)
class Code:
    """An authorization code on its way."""

    application: str
    redirect_uri: str
    player: Player
    scope: str
    challenge: str | None
    made: float


@dataclass(slots=True)
class Discord:
    """One Discord. player: who is signed in at its site in the browser, None for nobody."""

    applications: dict[str, Application] = field(default_factory=dict)
    player: Player | None = None
    faults: dict[str, Fault] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, Code] = field(default_factory=dict)
    granted: set[tuple[str, str]] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    limit: int = 50
    window: float = 1.0
    _hits: dict[str, list[float]] = field(default_factory=dict)

    def reset(self) -> None:
        """Forget everything but the applications."""
        for kept in (
            self.faults, self.codes, self.tokens, self.refresh_tokens, self.granted, self.requests, self._hits
        ):  # fmt: skip
            kept.clear()
        self.player, self.limit, self.window = None, 50, 1.0

    def make_code(self, code: Code) -> str:
        """A fresh code."""
        text = secrets.token_urlsafe(22)
        self.codes[text] = code
        return text

    def make_tokens(self, code: Code) -> dict[str, Any]:
        """The token endpoint's answer."""
        access, refresh = secrets.token_urlsafe(22), secrets.token_urlsafe(22)
        self.tokens[access], self.refresh_tokens[refresh] = code, code
        return {
            "token_type": "Bearer",
            "access_token": access,
            "expires_in": TOKEN_SECONDS,
            "refresh_token": refresh,
            "scope": code.scope,
        }

    def take(self, bucket: str) -> tuple[int, float]:
        """Count a request: how many are left (−1: too many), and seconds until the window is over."""
        now = time.monotonic()
        hits = [hit for hit in self._hits.get(bucket, []) if hit > now - self.window]
        self._hits[bucket] = hits
        after = (hits[0] if hits else now) + self.window - now
        if len(hits) >= self.limit:
            return -1, after
        hits.append(now)
        return self.limit - len(hits), after

    async def fault(self, path: str) -> Fault | None:
        """What goes wrong at this request; slowness is spent here."""
        found = self.faults.get(path)
        if found is None or found.times == 0:
            return None
        if found.times is not None:
            found.times -= 1
        if found.seconds:
            await asyncio.sleep(found.seconds)
        return found
