"""Signing in with Discord: OAuth2 with PKCE. Shapes and errors as Discord documents them.

Source: https://discord.com/developers/docs/topics/oauth2 and …/topics/rate-limits.
"""

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import httpx
import structlog
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from server.errors import Problem, Unavailable
from server.settings import Settings

SCOPE = "identify guilds"
_WAIT_AT_MOST = 3.0
_AGAIN = 1
_log = structlog.get_logger("maplehub.discord")

Snowflake = Annotated[str, Field(pattern=r"^\d{1,20}$")]


class DiscordUser(BaseModel):
    """The player as Discord knows them. avatar: a hash, or None."""

    id: Snowflake
    username: Annotated[str, Field(min_length=1, max_length=64)]
    avatar: Annotated[str, Field(max_length=64)] | None = None


class DiscordGuild(BaseModel):
    """A guild the player is in. permissions: Discord's bit set as decimal text."""

    id: Snowflake
    name: str
    icon: str | None = None
    owner: bool = False
    permissions: str = "0"


class _Token(BaseModel):
    access_token: Annotated[str, Field(min_length=1, max_length=4096)]
    scope: str = ""


_Shape = TypeVar("_Shape", bound=BaseModel)
_GUILDS = TypeAdapter(list[DiscordGuild])


class DiscordRefused(Problem):
    """Discord does not accept the code or the token: too old, used already, or not ours."""

    status, slug, title = 400, "discord-refused", "Discord refused the sign-in"


class DiscordFailed(Problem):
    """Discord cannot be reached, or says what nobody understands."""

    status, slug, title = 502, "discord-failed", "Discord did not answer as it should"


@dataclass(frozen=True, slots=True)
class DiscordOAuth:
    """A client of Discord's OAuth2. Holds no state; the httpx client is shared."""

    http: httpx.AsyncClient
    settings: Settings

    def authorize_url(self, *, state: str, challenge: str, redirect_uri: str, ask: bool) -> str:
        """Where to send the browser. ask: show the question even to those who said yes before."""
        query = {
            "response_type": "code",
            "client_id": self.settings.discord_client_id,
            "scope": SCOPE,
            "state": state,
            "redirect_uri": redirect_uri,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "prompt": "consent" if ask else "none",
        }
        return f"{self.settings.discord_authorize_url}?{urlencode(query)}"

    async def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> str:
        """The access token for a code. Raises DiscordRefused, DiscordFailed, Unavailable."""
        assert self.settings.discord_client_id is not None
        assert self.settings.discord_client_secret is not None
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        found = await self._ask(
            "POST",
            "/oauth2/token",
            data=form,
            auth=httpx.BasicAuth(
                self.settings.discord_client_id, self.settings.discord_client_secret.get_secret_value()
            ),
        )
        token = _checked(_Token, found)
        if missing := set(SCOPE.split()) - set(token.scope.split()):
            raise DiscordRefused(f"Discord did not grant: {', '.join(sorted(missing))}.", "Sign in again.")
        return token.access_token

    async def user(self, token: str) -> DiscordUser:
        """Whose token it is. Raises as `exchange`."""
        return _checked(DiscordUser, await self._ask("GET", "/users/@me", headers=_bearer(token)))

    async def guilds(self, token: str) -> list[DiscordGuild]:
        """The guilds of the token's owner, 200 at most. Raises as `exchange`."""
        found = await self._ask("GET", "/users/@me/guilds", headers=_bearer(token))
        try:
            return _GUILDS.validate_python(found)
        except ValidationError:
            raise _not_understood() from None

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer. A short wait asked for is waited; a read that failed is tried once more."""
        url = f"{self.settings.discord_api_url}{path}"
        agent = f"MapleHub ({self.settings.origin}, {version('maplehub')})"
        headers = {"User-Agent": agent, "Accept": "application/json", **options.pop("headers", {})}
        for left in range(_AGAIN, -1, -1):
            try:
                answer = await self.http.request(method, url, headers=headers, **options)
            except httpx.HTTPError as error:
                _log.warning("discord_unreachable", path=path, error=type(error).__name__)
                if left and method == "GET":
                    continue
                raise DiscordFailed("Discord cannot be reached.", "Try again shortly.") from error
            if answer.status_code == 429:
                wait = _retry_after(answer)
                if left and wait <= _WAIT_AT_MOST:
                    await asyncio.sleep(wait)
                    continue
                raise Unavailable("Discord has too much to do.", math.ceil(wait))
            if answer.status_code >= 500 and left and method == "GET":
                continue
            return self._read(path, answer)
        raise AssertionError("unreachable")

    def _read(self, path: str, answer: httpx.Response) -> Any:
        if answer.status_code in {400, 401, 403}:
            said = _error_of(answer)
            _log.warning("discord_refused", path=path, status=answer.status_code, said=said)
            if said == "invalid_client":
                raise DiscordFailed(
                    "Discord does not accept this server's credentials.", "Tell whoever runs this server."
                )
            raise DiscordRefused("Discord refused the sign-in.", "Sign in again.")
        if answer.status_code != 200:
            _log.warning("discord_failed", path=path, status=answer.status_code)
            raise DiscordFailed("Discord did not answer as it should.", "Try again shortly.")
        try:
            return answer.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            raise _not_understood() from None


def _checked(model: type[_Shape], found: Any) -> _Shape:
    try:
        return model.model_validate(found)
    except ValidationError:
        raise _not_understood() from None


def _not_understood() -> DiscordFailed:
    return DiscordFailed("Discord said something that cannot be understood.", "Try again shortly.")


def _bearer(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _error_of(answer: httpx.Response) -> str:
    """RFC 6749's error, or Discord's message."""
    try:
        found = answer.json()
    except ValueError:
        return ""
    return str(found.get("error") or found.get("message") or "") if isinstance(found, dict) else ""


def _retry_after(answer: httpx.Response) -> float:
    """Seconds to wait: exact in Discord's JSON, rounded up in the header, which alone comes from its outer walls."""
    try:
        said = answer.json()
        value = said["retry_after"]
    except (ValueError, KeyError, TypeError):
        value = answer.headers.get("Retry-After", "5")
    try:
        return min(max(float(value), 0.0), 3600.0)
    except (TypeError, ValueError):
        return 5.0
