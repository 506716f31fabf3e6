"""The one place that builds the server out of its parts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from server import errors, openapi
from server.accounts import account, identity
from server.accounts import routes as accounts
from server.accounts.keys import Keys
from server.accounts.sweep import SWEEP
from server.calculators import routes as calculators
from server.catalog import routes as bosses
from server.catalog import service as catalog
from server.characters import routes as characters
from server.database import Clock, Database, utc_now
from server.discord.oauth import DiscordOAuth
from server.health import routes as health
from server.http.body import BodyCap
from server.http.context import RequestContext, security_headers
from server.http.limiting import RateLimiter
from server.http.metrics import Metrics
from server.jobs.service import Job, run_jobs
from server.live import routes as live
from server.live.service import Live
from server.preferences import routes as preferences
from server.settings import Settings, secret_key
from server.sync import reading
from server.sync import routes as sync
from server.sync.devices import Devices
from server.sync.purge import MARK, PURGE
from server.tasks import routes as tasks
from server.tracking import routes as tracking

JOBS: tuple[Job, ...] = (SWEEP, MARK, PURGE)
"""What is done on a clock."""

EXPORTS: dict[str, account.Export] = {"account": account.export, "records": reading.export}
"""What a player's full export holds, by subject."""


def create_app(settings: Settings, *, now: Clock = utc_now) -> FastAPI:
    """The server over a database that is at the newest migration. now: what it takes for the time.

    Raises SettingsError when the data folder's secret or the store of the rate limits cannot be used, CatalogError
    when the game's data cannot.
    """
    catalog.read()
    app = FastAPI(
        title="MapleHub",
        version=version("maplehub"),
        description="Accounts, tracking and sync for MapleStory players. Errors are RFC 9457 problem+json.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        redirect_slashes=False,
    )
    metrics = Metrics()
    app.state.settings = settings
    app.state.now = now
    app.state.metrics = metrics
    app.state.keys = Keys(secret_key(settings))
    app.state.limiter = RateLimiter(settings, metrics, lambda: now().timestamp())
    app.state.database = Database(
        settings.address, pool_size=settings.pool_size, statement_timeout=settings.statement_timeout
    )
    app.state.devices = Devices(app.state.database)
    app.state.live = Live(
        app.state.database, metrics, most=settings.streams, lifetime=settings.stream_seconds
    )
    app.state.http = httpx.AsyncClient(timeout=settings.discord_timeout, follow_redirects=False)
    app.state.discord = DiscordOAuth(app.state.http, settings) if settings.signs_in else None
    app.state.exports = EXPORTS
    errors.install(app)
    app.include_router(health.router)
    app.include_router(_api())
    app.add_middleware(BodyCap, limit=settings.body_limit)
    app.add_middleware(RequestContext, metrics=metrics, headers=security_headers(secure=settings.secure))
    openapi.install(app)
    return app


def _api() -> APIRouter:
    """Everything under /api: whoever calls is identified and counted first."""
    api = APIRouter(
        prefix="/api", dependencies=[identity.counted], responses=errors.answers(401, 429, 500, 503)
    )
    api.include_router(accounts.router)
    for subject in (characters, bosses, tracking, tasks, calculators, preferences, sync):
        api.include_router(subject.router)
    api.include_router(live.router)
    return api


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    stop = asyncio.Event()
    watching = asyncio.create_task(app.state.live.watch())
    jobs = None
    if app.state.settings.jobs:
        jobs = asyncio.create_task(run_jobs(app.state.database, JOBS, app.state.now, stop))
    try:
        yield {}
    finally:
        stop.set()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        if jobs is not None:
            await jobs
        await app.state.http.aclose()
        await app.state.database.close()
