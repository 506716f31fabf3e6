"""Filling a database with players who never were, the services' way or in bulk."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.tables import User
from server.catalog import service as catalog
from server.database import Clock, Database
from server.simulate.bulk import fill
from server.simulate.population import ACCOUNTS, Population, discord_id, players
from server.simulate.progress import Progress
from server.simulate.writing import write
from server.statistics.compaction import compact
from server.statistics.running import follow_all
from shared.errors import Conflict


async def simulate(
    database: Database,
    population: Population,
    now: Clock,
    progress: Progress,
    *,
    bulk: bool,
    beside_players: bool = False,
) -> None:
    """Store a population whose players are not there yet, and count what they share.

    Raises Conflict where real people play, unless beside_players says that this is meant.
    """
    async with database.reading() as session:
        if not beside_players and await _is_anybody_real(session):
            raise Conflict(
                "Real players use this database, and their statistics would be mixed with invented runs.",
                "Take another database, or say that you mean it with --beside-players.",
            )
        there = await _simulated(session)
    await follow_all(database, now)
    async with database.writing() as session:
        # As it would be by night: items of long ago are then kept by month from the start.
        await compact(session, now())
    game = catalog.read()
    missing = (n for n in range(population.users) if discord_id(population.seed, n) not in there)
    made = players(population, game, missing)
    if bulk:
        await fill(database, game, made, now, progress)
    else:
        await write(database, made, now, progress)


async def _is_anybody_real(session: AsyncSession) -> bool:
    real = select(User.id).where(User.discord_id.not_like(f"{ACCOUNTS}%")).limit(1)
    return (await session.execute(real)).first() is not None


async def _simulated(session: AsyncSession) -> set[str]:
    found = select(User.discord_id).where(User.discord_id.like(f"{ACCOUNTS}%"))
    return set((await session.execute(found)).scalars())
