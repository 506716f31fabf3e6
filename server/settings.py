"""What the environment says, checked before anything starts. Every variable is explained in `.env.example`."""

import difflib
import os
import secrets
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import limits
from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import MapleHubError

PREFIX = "MAPLEHUB_"
SECRET_BYTES = 32
_SECRET_FILE = "secret"  # noqa: S105 - the name of a file
_DRIVERS = ("sqlite+aiosqlite", "postgresql+psycopg")


class SettingsError(MapleHubError):
    """The server cannot start with these settings; the message says which and the action what to write instead."""


class Environment(StrEnum):
    """Where the server runs. Development forgives what would be dangerous in the open."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _rate(value: str) -> str:
    try:
        limits.parse(value)
    except ValueError:
        raise ValueError("write it like 600/minute or 10/15 minutes") from None
    return value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write it like https://maplehub.example")
    return value.rstrip("/")


def _relays(value: str) -> str:
    found = [_web_address(each.strip()) for each in value.split(",") if each.strip()]
    if len(found) < 2:
        raise ValueError("name two relays or more, with commas between them")
    return ",".join(found)


def default_data_folder() -> Path:
    """Where this system keeps the data of programs."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "maplehub-server"


Rate = Annotated[str, AfterValidator(_rate)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Relays = Annotated[str, AfterValidator(_relays)]


class Settings(BaseSettings):
    """The settings of one server. Made by `load`, which turns every mistake into a sentence."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, populate_by_name=True,
        hide_input_in_errors=True, env_ignore_empty=True,
    )  # fmt: skip

    environment: Environment = Environment.DEVELOPMENT
    host: str = "127.0.0.1"
    port: int = Field(default=8750, ge=0, le=65535)
    data_dir: Path = Field(default_factory=default_data_folder)
    public_url: WebAddress | None = None
    secret: SecretStr | None = None
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    redis_url: SecretStr | None = Field(default=None, validation_alias="REDIS_URL")
    discord_client_id: str | None = Field(
        default=None, validation_alias="DISCORD_CLIENT_ID", pattern=r"^\d{1,20}$"
    )
    discord_client_secret: SecretStr | None = Field(default=None, validation_alias="DISCORD_CLIENT_SECRET")
    discord_api_url: WebAddress = "https://discord.com/api/v10"
    discord_authorize_url: WebAddress = "https://discord.com/oauth2/authorize"
    discord_timeout: float = Field(default=10.0, gt=0, le=60)
    discord_webhook_url: WebAddress = "https://discord.com/api/webhooks"
    nexon_url: WebAddress = "https://www.nexon.com"
    osrs_url: WebAddress = "https://services.runescape.com"
    drand_relays: Relays = "https://api.drand.sh,https://drand.cloudflare.com"
    migrate: bool = True
    jobs: bool = True
    body_limit: int = Field(default=1024 * 1024, ge=1024, le=64 * 1024 * 1024)
    pool_size: int = Field(default=10, ge=1, le=50)
    statement_timeout: float = Field(default=15.0, gt=0, le=600)
    streams: int = Field(default=1000, ge=1, le=100_000)
    stream_seconds: float = Field(default=600.0, gt=0, le=3600)
    rate_user: Rate = "600/minute"
    rate_address: Rate = "120/minute"
    rate_sign_in: Rate = "20/10 minutes"
    rate_failed_sign_in: Rate = "10/15 minutes"
    rate_statistics_user: Rate = "100/minute"
    rate_statistics_address: Rate = "20/minute"
    trusted_proxies: str = "127.0.0.1"
    metrics_token: SecretStr | None = None
    log_level: str = Field(default="info", pattern=r"^(debug|info|warning|error)$")
    log_format: str = Field(default="json", pattern=r"^(json|text)$")
    graceful_timeout: int = Field(default=5, ge=1, le=120)

    @property
    def development(self) -> bool:
        """Whether dangerous things are forgiven."""
        return self.environment is Environment.DEVELOPMENT

    @property
    def origin(self) -> str:
        """The address players reach the server at, without a slash at the end."""
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether cookies travel over HTTPS only."""
        return not self.development

    @property
    def address(self) -> str:
        """The database's SQLAlchemy URL, with its password."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'server.sqlite3'}"
        return self.database_url.get_secret_value()

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file."""
        return self.address.startswith("sqlite")

    @property
    def signs_in(self) -> bool:
        """Whether Discord's sign-in is set up."""
        return self.discord_client_id is not None and self.discord_client_secret is not None

    @model_validator(mode="after")
    def _fits_together(self) -> "Settings":
        if (self.discord_client_id is None) != (self.discord_client_secret is None):
            raise ValueError("DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET are set together or not at all")
        if not self.address.startswith(tuple(f"{driver}:" for driver in _DRIVERS)):
            raise ValueError(f"DATABASE_URL begins with {' or '.join(_DRIVERS)}")
        if not self.development:
            self._fit_for_the_open()
        return self

    def _fit_for_the_open(self) -> None:
        if self.public_url is None or not self.public_url.startswith("https://"):
            raise ValueError("outside development MAPLEHUB_PUBLIC_URL is needed and begins with https://")
        if not self.signs_in:
            raise ValueError("outside development DISCORD_CLIENT_ID and DISCORD_CLIENT_SECRET are needed")
        if self.secret is None and not self.embedded:
            raise ValueError(
                "outside development MAPLEHUB_SECRET is needed beside DATABASE_URL, the same for every process"
            )
        for name, secret in (
            ("MAPLEHUB_SECRET", self.secret),
            ("MAPLEHUB_METRICS_TOKEN", self.metrics_token),
        ):
            if secret is not None and weak(secret.get_secret_value()):
                raise ValueError(
                    f"{name} is weak: take at least 32 random characters, for example from"
                    " python -c 'import secrets; print(secrets.token_urlsafe(48))'"
                )


def weak(secret: str) -> bool:
    """Whether a secret is too short or too plain to keep anybody out."""
    plain = secret.lower()
    known = any(word in plain for word in ("change", "secret", "password", "example", "maplehub"))
    return len(secret) < SECRET_BYTES or len(set(secret)) < 12 or known


def load(**given: Any) -> Settings:
    """The settings of the environment and `.env`; what is given (by field name) wins. Raises SettingsError."""
    _refuse_unknown({**_from_file(), **os.environ})
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError(
            "The server cannot start: " + "; ".join(_sentence(dict(line)) for line in error.errors()) + ".",
            "Every variable is explained in .env.example.",
        ) from None


def secret_key(settings: Settings) -> bytes:
    """The key everything is signed with: the one set, else one made once and kept in the data folder.

    Raises SettingsError when the folder cannot be used.
    """
    if settings.secret is not None:
        return settings.secret.get_secret_value().encode()
    path = settings.data_dir / _SECRET_FILE
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # The first of two processes that start together makes it.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(SECRET_BYTES))
        kept = path.read_text().strip()
    except OSError as error:
        raise SettingsError(
            f"The data folder {settings.data_dir} cannot be used: {error.strerror or error}.",
            "Choose another one with --data-dir, or change its permissions.",
        ) from error
    if len(kept) < SECRET_BYTES:
        raise SettingsError(
            f"The secret in {path} is not whole.",
            "Remove the file: a new one is made, and everyone signs in again.",
        )
    return kept.encode()


def variable(field: str) -> str:
    """The environment variable of a setting, by its field's name."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{PREFIX}{field.upper()}"


def _from_file() -> Mapping[str, str | None]:
    return dotenv_values(".env") if Path(".env").is_file() else {}


def _refuse_unknown(environment: Mapping[str, str | None]) -> None:
    known = {variable(field) for field in Settings.model_fields}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            raise SettingsError(
                f"{name} is not a setting of this server.",
                f"Did you mean {near[0]}?" if near else "Every variable is explained in .env.example.",
            )


def _sentence(line: Mapping[str, Any]) -> str:
    said = str(line["msg"]).removeprefix("Value error, ")
    if not line["loc"]:
        return said
    field = str(line["loc"][0])
    name = variable(field) if field in Settings.model_fields else field
    return f"{name} cannot be used ({said[:1].lower()}{said[1:]})"
