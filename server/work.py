"""What a server does by itself: jobs on a clock, the statistics, clans' snapshots, contests, and telling Discord."""

import asyncio
from collections.abc import Sequence

import httpx

from server.beacon.relays import Relays
from server.boards import news
from server.catalog import service as catalog
from server.contests import reading, tickets
from server.contests.reading import Draws
from server.contests.running import keep_contests
from server.database import Clock, Database
from server.discord.webhook import DiscordWebhooks
from server.jobs.service import Job, run_jobs
from server.settings import Settings
from server.snapshots.running import Runner, keep_snapshotting
from server.sources import polite
from server.sources.service import sources_of
from server.statistics.running import keep_following
from server.webhooks.sending import keep_telling


def relays_of(http: httpx.AsyncClient, settings: Settings) -> Relays:
    """Who tells the beacon's rounds."""
    return Relays(http, settings.drand_relays.split(","), settings.origin)


async def work(
    database: Database,
    settings: Settings,
    due: Sequence[Job],
    draws: Draws,
    http: httpx.AsyncClient,
    now: Clock,
    stop: asyncio.Event,
) -> None:
    """All of it, until told to stop; what is under way is finished. Several processes may do it side by side.

    http: for Discord and the beacon.
    """
    hooks = DiscordWebhooks(http, settings.origin, settings.discord_webhook_url, settings.discord_timeout)
    async with polite.client(settings.origin) as rankings:
        game = catalog.read()
        runner = Runner(
            database,
            sources_of(database, rankings, game, settings.nexon_url, settings.osrs_url, now),
            now,
            boundaries=reading.boundaries,
            after_sample=(tickets.enter,),
            after_snapshot=(news.after_snapshot(settings.origin),),
        )
        await asyncio.gather(
            run_jobs(database, due, now, stop),
            keep_following(database, now, stop),
            keep_snapshotting(runner, stop),
            keep_contests(database, relays_of(http, settings), draws, now, stop),
            keep_telling(database, hooks, draws.keys, now, stop),
        )
