"""What the stand-in knows, and the knobs of a test."""

import asyncio
import secrets
import threading
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


@dataclass(frozen=True, slots=True)
class Message:
    """What a webhook was told."""

    hook: str
    body: dict[str, Any]

    @property
    def title(self) -> str:
        """Of its embed."""
        found: str = self.body["embeds"][0]["title"]
        return found


@dataclass(slots=True)
class Fault:
    """What goes wrong at the next requests to a path. times: how many; None for always. everybody: a 429 is that of all
    paths. wall: it comes from the wall in front of Discord. html: what is said instead of JSON. location:
    where it redirects to."""

    status: int | None = None
    retry_after: float | None = None
    everybody: bool = False
    wall: bool = False
    html: str | None = None
    location: str | None = None
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
    """One Discord. player: who is signed in at its site in the browser, None for nobody. hooks: the webhooks there are,
    by id with their tokens. messages: what they were told; told: set with each."""

    applications: dict[str, Application] = field(default_factory=dict)
    player: Player | None = None
    faults: dict[str, Fault] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, Code] = field(default_factory=dict)
    granted: set[tuple[str, str]] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    hooks: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    told: threading.Event = field(default_factory=threading.Event)
    limit: int = 50
    window: float = 1.0
    _hits: dict[str, list[float]] = field(default_factory=dict)

    def reset(self) -> None:
        """Forget everything but the applications."""
        for kept in (
            self.faults, self.codes, self.tokens, self.refresh_tokens, self.granted, self.requests, self.hooks,
            self.messages, self._hits
        ):  # fmt: skip
            kept.clear()
        self.player, self.limit, self.window = None, 50, 1.0
        self.told.clear()

    def make_hook(self) -> str:
        """A fresh webhook's address, as Discord shows it."""
        number = str(223704706495545344 + len(self.hooks))
        self.hooks[number] = secrets.token_urlsafe(51)
        return f"https://discord.com/api/webhooks/{number}/{self.hooks[number]}"

    def rest(self) -> None:
        """The windows of every rate limit are over."""
        self._hits.clear()

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
