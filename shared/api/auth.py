"""Signing in: what the desktop and the server tell each other. Instants are aware UTC; durations are seconds."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ACCESS_SECONDS = 60 * 60
REFRESH_SECONDS = 90 * 24 * 60 * 60
GRACE_SECONDS = 60
"""How long a refresh token may be shown again because its answer was lost."""

_ID = "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a"
_AT = "2026-03-05T18:00:00Z"
_EVER = "2026-06-03T18:00:00Z"


NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"
"""Of names people give: PostgreSQL keeps no NUL, and no list wants a line break."""


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Me(_Wire):
    """Who is signed in. discord_avatar: Discord's hash of the picture, or null."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "id": _ID,
                "discord_id": "80351110224678912",
                "discord_username": "aria",
                "discord_avatar": "8342729096ea3675442027381ff50dfe",
            }
        },
    )

    id: str
    discord_id: str
    discord_username: str
    discord_avatar: str | None


class CodeGrant(_Wire):
    """The one-time code of the loopback redirect, against tokens (RFC 6749 4.1.3, RFC 7636)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "grant_type": "authorization_code",
                "code": "mhc_4Yw0Vt1uQk8mZ3pXc7Rb2nLs9aFgHjD5eTiOyUxKvB1Sq6W0aB3c",
                "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                "redirect_uri": "http://127.0.0.1:49200/callback",
            }
        }
    )

    grant_type: Literal["authorization_code"]
    code: Annotated[str, Field(max_length=100)]
    code_verifier: Annotated[str, Field(pattern=r"^[A-Za-z0-9._~-]{43,128}$")]
    redirect_uri: Annotated[str, Field(max_length=64)]


class RefreshGrant(_Wire):
    """A refresh token against the next pair. The old one is spent by it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "grant_type": "refresh_token",
                "refresh_token": "mhr_4Yw0Vt1uQk8mZ3pXc7Rb2nLs9aFgHjD5eTiOyUxKvB1Sq6W0aB3c",
            }
        }
    )

    grant_type: Literal["refresh_token"]
    refresh_token: Annotated[str, Field(max_length=100)]


Grant = Annotated[CodeGrant | RefreshGrant, Field(discriminator="grant_type")]


class Tokens(_Wire):
    """A pair of tokens. Lost answers are safe: the same refresh token gives the same pair for 60 seconds."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "access_token": "mhs_4Yw0Vt1uQk8mZ3pXc7Rb2nLs9aFgHjD5eTiOyUxKvB1Sq6W0aB3c",
                "token_type": "Bearer",
                "expires_in": ACCESS_SECONDS,
                "refresh_token": "mhr_7Qw0Vt1uQk8mZ3pXc7Rb2nLs9aFgHjD5eTiOyUxKvB1Sq6W0xY9z",
                "refresh_expires_in": REFRESH_SECONDS,
                "session_id": _ID,
            }
        },
    )

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750's word
    expires_in: int
    refresh_token: str
    refresh_expires_in: int
    session_id: str


class SessionInfo(_Wire):
    """One place where the player is signed in. current: the one that asks."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "id": _ID,
                "client": "desktop",
                "device": "Aria's laptop",
                "created_at": _AT,
                "seen_at": _AT,
                "expires_at": _EVER,
                "current": True,
            }
        },
    )

    id: str
    client: Literal["web", "desktop"]
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    current: bool


class Sessions(_Wire):
    """Every place where the player is signed in, the last seen first."""

    items: list[SessionInfo]


class NewApiKey(_Wire):
    """A key to make. access: read may only look. expires_in_days: null for never."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "spreadsheet", "access": "read", "expires_in_days": 90}}
    )

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=NO_CONTROLS)]
    access: Literal["read", "write"] = "read"
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class ApiKeyInfo(_Wire):
    """A key, without the key. hint: its last four characters."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "id": _ID,
                "name": "spreadsheet",
                "access": "read",
                "hint": "9zQ2",
                "created_at": _AT,
                "seen_at": None,
                "expires_at": _EVER,
            }
        },
    )

    id: str
    name: str
    access: Literal["read", "write"]
    hint: str
    created_at: datetime
    seen_at: datetime | None
    expires_at: datetime | None


class ApiKeys(_Wire):
    """The player's keys, the newest first."""

    items: list[ApiKeyInfo]


class MadeApiKey(ApiKeyInfo):
    """A key just made. `key` is shown this once and cannot be shown again."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "example": {
                "id": _ID,
                "name": "spreadsheet",
                "access": "read",
                "hint": "aB3c",
                "created_at": _AT,
                "seen_at": None,
                "expires_at": _EVER,
                "key": "mhk_4Yw0Vt1uQk8mZ3pXc7Rb2nLs9aFgHjD5eTiOyUxKvB1Sq6W0aB3c",
            }
        },
    )

    key: str
