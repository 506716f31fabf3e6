"""Players written the way all players' rows go: signed in, pushed, followed."""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.database import Clock, Database
from server.discord.oauth import DiscordUser
from server.simulate.population import Player
from server.simulate.progress import Progress
from server.simulate.rows import Entered, rows
from server.statistics.running import follow_all
from server.sync import service as sync
from shared.sync.wire import MAX_MUTATIONS, Mutation, Op, Push, Status

_PORTION = 20


async def write(database: Database, players: Iterator[Player], now: Clock, progress: Progress) -> None:
    """Write players until there are no more or it is told to stop, each in a transaction of their own."""
    while not progress.stopped:
        portion = await asyncio.to_thread(lambda: list(islice(players, _PORTION)))
        if not portion:
            return
        for player in portion:
            found = DiscordUser(id=player.discord_id, username=player.username)
            async with database.writing() as session:
                user = await accounts.remember_user(session, found, now())
                await push(session, user.id, rows(player), now)
        await follow_all(database, now)
        progress.add(len(portion), sum(player.runs for player in portion))


async def push(session: AsyncSession, user_id: str, entered: Iterable[Entered], now: Clock) -> None:
    """Send a player's rows as their desktop would."""
    mutations = (Mutation(row.stamp, row.table, row.id, Op.INSERT, row.values) for row in entered)
    while pushed := tuple(islice(mutations, MAX_MUTATIONS)):
        answer = await sync.push(session, user_id, Push("", pushed), now())
        assert all(result.status is Status.APPLIED for result in answer.results)
