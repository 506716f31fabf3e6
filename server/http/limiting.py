"""Rate limits: moving windows by user, else token, else address. When their store is down, requests pass."""

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import limits
import structlog
from fastapi import Request
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from limits.errors import ConfigurationError
from limits.storage import storage_from_string
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import RateLimited, answer
from server.http.metrics import Metrics
from server.http.window import MemoryWindows
from server.settings import Settings, SettingsError

if TYPE_CHECKING:
    from redis.asyncio import Redis

_log = structlog.get_logger("maplehub.limits")


class Zone(StrEnum):
    """Windows that are counted apart."""

    USER = "user"
    ADDRESS = "address"
    SIGN_IN = "sign-in"
    FAILED_SIGN_IN = "failed-sign-in"
    STATISTICS_USER = "statistics-user"
    STATISTICS_ADDRESS = "statistics-address"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a caller stands in a zone. reset: whole seconds until one more is allowed, or until all are again."""

    limit: int
    remaining: int
    reset: int
    window: int

    def headers(self) -> dict[str, str]:
        """The RateLimit-* headers."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.limit};w={self.window}",
        }


class RateLimiter:
    """The windows of one app. now: seconds since 1970, of the memory store only."""

    def __init__(self, settings: Settings, metrics: Metrics, now: Callable[[], float] = time.time) -> None:
        self._items = {
            Zone.USER: limits.parse(settings.rate_user),
            Zone.ADDRESS: limits.parse(settings.rate_address),
            Zone.SIGN_IN: limits.parse(settings.rate_sign_in),
            Zone.FAILED_SIGN_IN: limits.parse(settings.rate_failed_sign_in),
            Zone.STATISTICS_USER: limits.parse(settings.rate_statistics_user),
            Zone.STATISTICS_ADDRESS: limits.parse(settings.rate_statistics_address),
        }
        self._metrics = metrics
        self._now = now
        self._windows = MovingWindowRateLimiter(_storage(settings, now))

    async def close(self) -> None:
        """Let go of Redis."""
        if isinstance(self._windows.storage, RedisStorage):
            client: Redis = vars(self._windows.storage.bridge)["storage"]
            await client.aclose()

    async def hit(self, zone: Zone, key: str) -> Standing | None:
        """Count one request. None when the store is down. Raises RateLimited."""
        return await self._ask(zone, key, count=True)

    async def check(self, zone: Zone, key: str) -> Standing | None:
        """Look without counting. None when the store is down. Raises RateLimited when nothing is left."""
        return await self._ask(zone, key, count=False)

    async def _ask(self, zone: Zone, key: str, *, count: bool) -> Standing | None:
        item = self._items[zone]
        try:
            ask = self._windows.hit if count else self._windows.test
            allowed = await ask(item, zone, key)
            stats = await self._windows.get_window_stats(item, zone, key)
        except Exception as error:  # noqa: BLE001 - whatever the store says, players come first
            self._metrics.limiter_failures.inc()
            _log.warning("rate_limiter_failed", error=type(error).__name__)
            return None
        reset = max(1, math.ceil(stats.reset_time - self._now()))
        if not allowed:
            self._metrics.limited.labels(zone).inc()
            raise RateLimited(reset)
        return Standing(item.amount, max(0, stats.remaining), reset, item.get_expiry())


class CountFailures:
    """Counts by address the failed requests that got to no route which counts its caller: there is no such address,
    it takes no such method, the body is none. Otherwise whoever looks around would be free to."""

    def __init__(self, app: ASGIApp, limiter: RateLimiter) -> None:
        self._app = app
        self._limiter = limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = False

        async def counted(message: Message) -> None:
            nonlocal refused
            failed = message["type"] == "http.response.start" and 400 <= message["status"] < 500
            if failed and not scope["state"].get("counted"):
                try:
                    standing = await self._limiter.hit(Zone.ADDRESS, address_of(Request(scope)))
                except RateLimited as error:
                    refused = True
                    await answer(error)(scope, receive, send)
                else:
                    scope["state"]["rate_limit"] = standing.headers() if standing else {}
            if not refused:
                await send(message)

        await self._app(scope, receive, counted)


def address_of(request: Request) -> str:
    """Whom an address is counted for: itself, or the /64 of an IPv6 address, which is one household."""
    return _household(request.client.host if request.client else "")


@lru_cache(maxsize=4096)
def _household(host: str) -> str:
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host or "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)


def limiter_of(request: Request) -> RateLimiter:
    """The app's rate limiter."""
    found: RateLimiter = request.app.state.limiter
    return found


def _storage(settings: Settings, now: Callable[[], float]) -> Storage:
    if settings.redis_url is None:
        return MemoryWindows(now)
    try:
        # Waiting long for a store whose failure lets everybody pass would only slow everybody down.
        found = storage_from_string(
            f"async+{settings.redis_url.get_secret_value()}",
            implementation="redispy",
            socket_timeout=0.5,
            socket_connect_timeout=0.5,
        )
    except ConfigurationError as error:
        raise SettingsError(
            f"REDIS_URL cannot be used: {error}.", "Write it like redis://127.0.0.1:6379/0, or leave it out."
        ) from error
    assert isinstance(found, Storage)
    return found
