"""`maplehub-server simulate`: a database full of players who never were."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable
from datetime import timedelta

from server.catalog import service as catalog
from server.database import Database, utc_now
from server.settings import Settings
from server.simulate.population import MOST_SEED, MOST_USERS, MOST_WEEKS, everybody
from server.simulate.progress import Progress
from server.simulate.service import simulate
from shared.resets import utc_date


def add_to(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    """The command's arguments."""
    parser = commands.add_parser(
        "simulate",
        parents=[common],
        help="fill a database with invented players",
        description="Fill a database with invented players, for demonstrations and measurements. Typed again it adds"
        " those that are missing; Ctrl+C stops it between players.",
    )
    for name, said, default, least, most in (
        ("--users", "players", 200, 1, MOST_USERS),
        ("--weeks", "weeks up to yesterday", 12, 1, MOST_WEEKS),
        ("--seed", "what everything is drawn from", 1, 0, MOST_SEED),
    ):
        kind = _between(least, most)
        parser.add_argument(name, type=kind, default=default, metavar="N", help=f"{said} ({default})")
    parser.add_argument(
        "--broken",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="share of players, 0 to 1, whose client loses every drop (0)",
    )
    parser.add_argument(
        "--bulk", action="store_true", default=False, help="beside the services: for millions of runs"
    )
    parser.add_argument(
        "--beside-players", action="store_true", default=False, help="even if real players use this database"
    )


def run(settings: Settings, options: argparse.Namespace) -> int:
    """Do it, and tell how far it is. Raises MapleHubError."""
    population = everybody(
        catalog.read(),
        options.users,
        options.weeks,
        options.seed,
        utc_date(utc_now()) - timedelta(days=1),
        broken=options.broken,
    )
    progress = Progress(options.users)

    async def done() -> None:
        def stop(*_: object) -> None:
            # Asked again it ends at once, and what is not committed was never there.
            signal.signal(signal.SIGINT, before)
            progress.stop()

        before = signal.signal(signal.SIGINT, stop)
        database = Database(settings.address, pool_size=1, statement_timeout=600)
        try:
            await simulate(
                database,
                population,
                utc_now,
                progress,
                bulk=options.bulk,
                beside_players=options.beside_players,
            )
        finally:
            signal.signal(signal.SIGINT, before)
            await database.close()

    asyncio.run(done())
    progress.end()
    sys.stdout.write(f"{progress}\n")
    return 0


def _between(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"between {least} and {most}")
        return int(text)

    return number


def _share(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise argparse.ArgumentTypeError("between 0 and 1")
    return found
