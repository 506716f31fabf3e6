"""Clans whose members are found in rankings that stand in for the real ones, without a socket between."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from server.accounts import service as accounts
from server.catalog import service as catalog
from server.clans import log, roster
from server.clans import service as clans
from server.clans.service import Standing
from server.discord.oauth import DiscordUser
from server.progress.tables import GameAccount, progress_points
from server.snapshots import service
from server.snapshots.running import Runner
from server.snapshots.service import Boundaries, no_boundaries
from server.snapshots.tables import Snapshot
from server.sources import nexon, osrs
from server.sources.polite import Polite
from server.sources.source import Sources
from shared.api.clans import ClanEntry, NamedAccount
from shared.api.progress import SnapshotInfo, SnapshotStanding
from shared.clans.metrics import Game, SourceKind
from shared.clans.roles import Role
from tests.server.snapshots.virtual import Virtual, Watched
from tests.stand_ins.rankings import Character, Hiscores, Nexon, Player, build

CROWD = "80351110224678"


@dataclass(slots=True)
class World:
    """The rankings, the time, and the databases that are in use."""

    database: Watched
    time: Virtual
    nexon: Nexon = field(default_factory=Nexon)
    hiscores: Hiscores = field(default_factory=Hiscores)
    databases: list[Watched] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.databases.append(self.database)
        for site in (self.nexon, self.hiscores):
            site.clock = lambda: self.time().timestamp()

    def sources(self, database: Watched | None = None) -> Sources:
        """The sources of one process."""
        found: dict[SourceKind, Any] = {}
        for kind, site in ((SourceKind.NEXON, self.nexon), (SourceKind.OSRS, self.hiscores)):
            http = httpx.AsyncClient(transport=httpx.ASGITransport(build(site)))
            polite = Polite(
                database or self.database,
                http,
                nexon.CALLED if kind is SourceKind.NEXON else osrs.CALLED,
                f"http://{kind}.example",
                self.time,
                self.time.sleep,
                lambda: 0.5,
            )
            found[kind] = (
                nexon.Ranking(polite, catalog.read()) if kind is SourceKind.NEXON else osrs.Hiscores(polite)
            )
        return found

    def runner(self, database: Watched | None = None, **given: Any) -> Runner:
        """One process's work."""
        return Runner(
            **{
                "database": database or self.database,
                "sources": self.sources(database),
                "now": self.time,
                "sleep": self.time.sleep,
                "draw": lambda: 0.5,
                **given,
            }
        )

    async def run(
        self, *runners: Runner, beside: Sequence[Awaitable[object]] = (), seconds: float = 3600
    ) -> None:
        """Let processes work until every snapshot is finished, at most this long; and whatever happens beside."""
        until = self.time.now.timestamp() + seconds
        stop = asyncio.Event()

        async def working(runner: Runner) -> None:
            while self.time.now.timestamp() < until:
                await runner.look(stop)
                if not await self.open():
                    return
                await self.time.sleep(2)

        await self.time.pass_while(
            asyncio.gather(*(working(each) for each in runners), *beside), self.databases
        )

    async def open(self) -> bool:
        """Whether any snapshot is under way."""
        async with self.database.glance() as session:
            found = await session.execute(select(Snapshot.id).where(Snapshot.finished_at.is_(None)).limit(1))
            return found.first() is not None

    async def clan(
        self, names: Sequence[str], game: Game = Game.OSRS, who: str = "aria", *, own_time: bool = False
    ) -> "Lumen":
        """A clan that follows these, who are in the rankings. own_time: it has scheduled snapshots at its own time, and
        not just first in fifteen hours."""
        async with self.database.writing() as session:
            number = f"{CROWD}{sum(map(ord, who)):04d}"
            user = await accounts.remember_user(session, DiscordUser(id=number, username=who), self.time.now)
            entry = ClanEntry(name="Lumen", game=game)
            leader = await clans.found(session, user.id, entry, self.time.now)
            if not own_time:
                leader.clan.next_snapshot_at = self.time.now + timedelta(hours=15)
        found = Lumen(self, leader.clan.id, user.id)
        for name in names:
            self.know(name, game)
        if names:
            await found.follow(*names)
        return found

    def know(self, name: str, game: Game = Game.OSRS, gained: int = 1000) -> None:
        """Somebody is in the rankings."""
        if game is Game.OSRS:
            self.hiscores.players = [each for each in self.hiscores.players if each.name != name]
            self.hiscores.players.append(Player(name, {"Overall": (100, gained)}, {"Zulrah": 5}))
        elif all(each.name != name for each in self.nexon.characters):
            number = 1000 + len(self.nexon.characters)
            self.nexon.characters.append(Character(name, id=number, exp=gained))

    async def points(self, name: str) -> dict[str, list[int]]:
        """What is kept of an account, by metric, in the order of time."""
        async with self.database.reading() as session:
            columns = progress_points.c
            query = (
                select(columns.metric, columns.value)
                .join(GameAccount, GameAccount.id == columns.account_id)
                .where(GameAccount.name == name)
                .order_by(columns.at)
            )
            found: dict[str, list[int]] = {}
            for metric, value in await session.execute(query):
                found.setdefault(metric, []).append(value)
            return found

    async def account(self, name: str) -> GameAccount:
        """An account by its name."""
        async with self.database.reading() as session:
            return (await session.execute(select(GameAccount).where(GameAccount.name == name))).scalar_one()


@dataclass(slots=True)
class Lumen:
    """A clan and its leader."""

    world: World
    id: str
    user_id: str

    async def _leader(self, session: Any) -> Standing:
        return await clans.standing(session, self.id, self.user_id, Role.LEADER)

    async def follow(self, *names: str) -> None:
        """More members."""
        async with self.world.database.writing() as session:
            given = [NamedAccount(name=name) for name in names]
            await roster.add_named(session, await self._leader(session), given, self.world.time.now)

    async def leave(self, name: str) -> None:
        """One member less."""
        async with self.world.database.writing() as session:
            for member in await roster.live(session, self.id):
                if member.account.name == name:
                    await roster.remove(session, await self._leader(session), member.id, self.world.time.now)

    async def run_now(self, boundaries: Boundaries = no_boundaries) -> SnapshotInfo:
        """Press the button."""
        async with self.world.database.writing() as session:
            return await service.run_now(
                session, await self._leader(session), boundaries, self.world.time.now
            )

    async def cancel(self, snapshot_id: str) -> SnapshotInfo:
        """Press the other one."""
        async with self.world.database.writing() as session:
            return await service.cancel(
                session, await self._leader(session), snapshot_id, self.world.time.now
            )

    async def standing(self, boundaries: Boundaries = no_boundaries) -> SnapshotStanding:
        """What the page shows."""
        async with self.world.database.reading() as session:
            return await service.standing(
                session, await self._leader(session), boundaries, self.world.time.now
            )

    async def newest(self) -> SnapshotInfo:
        """The newest snapshot."""
        return (await self.standing()).items[0]

    async def lines(self) -> list[dict[str, Any]]:
        """What the log says of snapshots, the oldest first."""
        async with self.world.database.reading() as session:
            found = await log.newest(session, self.id, 0, 100)
        return [dict(line.event) for line in reversed(found) if line.event["kind"] == "snapshot"]
