"""The one place that builds the server out of its parts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.metadata import version
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from server import errors, openapi
from server.accounts import account, identity
from server.accounts import routes as accounts
from server.accounts.keys import Keys
from server.accounts.sweep import SWEEP
from server.boards import routes as boards
from server.calculators import routes as calculators
from server.catalog import routes as bosses
from server.catalog import service as catalog
from server.characters import routes as characters
from server.clans import exporting as clans_exporting
from server.clans import routes as clans
from server.clans.service import farewell
from server.contests import presenting as contests_presenting
from server.contests import reading as contests_reading
from server.contests import routes as contests
from server.contests.reading import Draws
from server.contests.tickets import withdraw
from server.database import Clock, Database, utc_now
from server.discord.oauth import DiscordOAuth
from server.health import routes as health
from server.http.body import BodyCap
from server.http.context import RequestContext, security_headers
from server.http.limiting import CountFailures, RateLimiter
from server.http.metrics import Metrics
from server.jobs.service import Job
from server.live import routes as live
from server.live.service import Live
from server.preferences import routes as preferences
from server.settings import Settings, secret_key
from server.snapshots import routes as snapshots
from server.statistics import dump
from server.statistics import routes as statistics
from server.statistics.follow import forget
from server.statistics.hot import HotAnswers
from server.statistics.published import Published
from server.statistics.running import CHECK, NIGHT
from server.sync import reading
from server.sync import routes as sync
from server.sync.devices import Devices
from server.sync.purge import MARK, PURGE
from server.tasks import routes as tasks
from server.tracking import routes as tracking
from server.web import contests as contest_pages
from server.web import routes as web
from server.webhooks import routes as webhooks
from server.webhooks import sending
from server.work import relays_of, work


def jobs(settings: Settings) -> tuple[Job, ...]:
    """What is done on a clock. Raises SettingsError when the data folder's secret cannot be used."""
    dumping = dump.dump_job(dump.folder_of(settings.data_dir), Keys(secret_key(settings)))
    return SWEEP, MARK, PURGE, CHECK, NIGHT, sending.SWEEP, dumping


EXPORTS: dict[str, account.Export] = {
    "account": account.export,
    "records": reading.export,
    "clans": clans_exporting.export,
    "tickets": contests_presenting.export,
}
"""What a player's full export holds, by subject."""

FAREWELLS: tuple[account.Farewell, ...] = (forget, withdraw, farewell)
"""What comes before the deletion of an account."""


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
        openapi_url=None,
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
    app.state.published = Published(app.state.database, now)
    app.state.devices = Devices(app.state.database)
    app.state.live = Live(
        app.state.database, metrics, most=settings.streams, lifetime=settings.stream_seconds
    )
    app.state.http = httpx.AsyncClient(timeout=settings.discord_timeout, follow_redirects=False)
    app.state.discord = DiscordOAuth(app.state.http, settings) if settings.signs_in else None
    app.state.relays = relays_of(app.state.http, settings)
    app.state.boundaries = contests_reading.boundaries
    app.state.draws = Draws(app.state.keys, settings.origin)
    app.state.count_draws = contests_reading.counts
    app.state.exports = EXPORTS
    app.state.jobs = jobs(settings)
    app.state.farewells = FAREWELLS
    errors.install(app)
    app.include_router(_api())
    app.include_router(health.router)
    app.include_router(_pages())
    app.add_middleware(BodyCap, limit=settings.body_limit)
    app.add_middleware(CountFailures, limiter=app.state.limiter)
    app.add_middleware(HotAnswers, published=app.state.published, limiter=app.state.limiter)
    app.add_middleware(RequestContext, metrics=metrics, headers=security_headers(secure=settings.secure))
    openapi.install(app)
    return app


@cache
def _api() -> APIRouter:
    """Everything under /api: whoever calls is identified and counted first. Routes hold nothing of one app, and to
    look through all their signatures takes a while: once is enough for a process."""
    api = APIRouter(prefix="/api", responses=errors.answers(401, 429, 500, 503))
    # Routes are tried in turn, so what is asked most comes first.
    for subject in (sync, live, accounts, characters, bosses, tracking, tasks, preferences, openapi):
        api.include_router(subject.router, dependencies=[identity.counted])
    for subject in (clans, boards, snapshots, contests, webhooks):
        api.include_router(subject.router, dependencies=[identity.counted])
    api.include_router(contests.public, dependencies=[identity.counted])
    api.include_router(statistics.own, dependencies=[identity.counted])
    api.include_router(statistics.public, dependencies=[identity.browsing])
    api.include_router(calculators.router, dependencies=[identity.computing])
    return api


@cache
def _pages() -> APIRouter:
    """Pages for browsers. Handing in a proof changes nothing, so it needs no token of the page's."""
    pages = APIRouter(responses=errors.answers(401, 429, 500, 503))
    pages.include_router(web.router, dependencies=[identity.counted])
    pages.include_router(contest_pages.router, dependencies=[identity.computing])
    return pages


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    stop = asyncio.Event()
    watching = asyncio.create_task(app.state.live.watch())
    working: list[asyncio.Task[None]] = []
    state = app.state
    if state.settings.jobs:
        doing = work(state.database, state.settings, state.jobs, state.draws, state.http, state.now, stop)
        working.append(asyncio.create_task(doing))
    try:
        yield {}
    finally:
        stop.set()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await asyncio.gather(*working)
        await app.state.http.aclose()
        await app.state.limiter.close()
        await app.state.database.close()
