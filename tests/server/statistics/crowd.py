"""Players whose rows go the way all rows go: through the real push and the real edits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete

from server.accounts import service as accounts
from server.catalog import service as catalogs
from server.database import Base, Database
from server.discord.oauth import DiscordUser
from server.statistics.follow import follow
from server.statistics.tables import stat_state
from server.sync import service as sync
from server.sync.editing import Edit, user_writer
from shared.catalog import Catalog
from shared.ids import clear_id, drop_id, new_id, setting_id
from shared.resets import period_of_day
from shared.statistics import SHARE
from shared.sync.clock import HybridClock
from shared.sync.wire import Mutation, Op, Push

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)


@dataclass(slots=True)
class Crowd:
    """Who plays, and what time it is."""

    database: Database
    catalog: Catalog = field(default_factory=catalogs.read)
    now: datetime = NOW
    _clock: HybridClock = field(default_factory=HybridClock)
    _names: int = 0

    @property
    def today(self) -> date:
        """The UTC day."""
        return self.now.date()

    def forward(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    async def user(self, *, shares: bool = True) -> str:
        """A new player."""
        self._names += 1
        found = DiscordUser(id=f"{self._names:018}", username=f"player{self._names}", avatar=None)
        async with self.database.writing() as session:
            user_id = (await accounts.remember_user(session, found, self.now)).id
        if shares:
            await self.edit(user_id, self.sharing("true"))
        return user_id

    def sharing(self, value: str) -> Edit:
        """What the player says about sharing."""
        return Edit("settings", setting_id(SHARE), {"key": SHARE, "value": value})

    def character(self, world: str = "kronos") -> Edit:
        """A new character."""
        fields = {"name": "Aria", "world": world, "created_at": self.now.isoformat()}
        return Edit("characters", new_id(), fields)

    def run(self, character: str, boss: str = "hard-lucid", day: date | None = None, **given: Any) -> Edit:
        """A clear as an honest desktop stores it; what is given wins."""
        entry = self.catalog.bosses[boss]
        on = day or self.today
        period = period_of_day(entry.reset, on)
        row_id = given.pop("id", clear_id(character, entry.clear_group, period))
        fields = {
            "character_id": character,
            "entry_id": boss,
            "boss_slug": entry.boss_slug,
            "clear_group": entry.clear_group,
            "reset_period": period.isoformat(),
            "occurred_on": on.isoformat(),
            "logged_at": self.now.isoformat(timespec="seconds"),
            "cleared": 1,
            "party_size": 1,
            "drop_note": "nothing",
            "crystal_mesos": None,
            "world_type": "heroic",
            "entry_method": "dialog",
            "client_version": "0.9.0",
            "catalog_version": self.catalog.version,
            "rules_version": 1,
        }
        return Edit("boss_runs", row_id, {**fields, **given})

    def drop(self, run: Edit, item: str, quantity: int = 1) -> Edit:
        """A drop of a run."""
        fields = {"run_id": run.id, "item": item, "quantity": quantity}
        return Edit("boss_run_drops", drop_id(run.id, item), fields)

    def lucky(self, character: str, item: str = "dreamy-belt", **given: Any) -> list[Edit]:
        """A clear of Hard Lucid with a drop."""
        run = self.run(character, drop_note="list", **given)
        return [run, self.drop(run, item)]

    async def edit(self, user_id: str, *edits: Edit) -> None:
        """Change rows the server's way."""
        async with self.database.writing() as session:
            await (await user_writer(session, user_id, self.now)).write(edits)

    async def push(self, user_id: str, *edits: Edit, late: timedelta = timedelta()) -> None:
        """Push rows a desktop's way. late: how long ago they were entered there."""
        millis = round((self.now - late).timestamp() * 1000)
        clock = HybridClock() if late else self._clock
        self._names += 1
        mutations = tuple(
            Mutation(clock.tick(millis, self._names), edit.table, edit.id, Op.INSERT, edit.values)
            for edit in edits
        )
        async with self.database.writing() as session:
            await sync.push(session, user_id, Push("", mutations), self.now)

    async def change(self, user_id: str, table: str, row_id: str, fields: Mapping[str, object]) -> None:
        """Push a change of some fields."""
        self._names += 1
        stamp = self._clock.tick(round(self.now.timestamp() * 1000), self._names)
        async with self.database.writing() as session:
            await sync.push(
                session, user_id, Push("", (Mutation(stamp, table, row_id, Op.UPDATE, fields),)), self.now
            )

    async def follow(self) -> int:
        """Take up everything. Returns in how many transactions."""
        turns, more = 0, True
        while more:
            async with self.database.writing() as session:
                more = await follow(session, self.catalog, self.now)
            turns += 1
        return turns

    async def forget_everything(self) -> None:
        """An empty database again."""
        async with self.database.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table is not stat_state:
                    await session.execute(delete(table))
            await session.execute(
                stat_state.update().values(version=0, judged_by="", compacted_to=date(2005, 5, 1))
            )
