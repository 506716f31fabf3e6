"""Figures of any size, put where the real code keeps them: by adding contributions, not by playing millions of runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts import service as accounts
from server.catalog import service as catalogs
from server.database import Database
from server.discord.oauth import DiscordUser
from server.statistics import rollups
from server.statistics.sums import Delta
from shared.statistics.strata import PARTIES, Stratum
from shared.statistics.weeks import Cell, Contribution

BOSS, ITEM = "hard-lucid", "dreamy-belt"


@dataclass(frozen=True)
class Play:
    """What each of so many players did: runs a day on each of some days, with these rates of items."""

    boss: str = BOSS
    users: int = 12
    days: int = 30
    runs: int = 2
    rates: Mapping[str, float] | None = None
    unrecorded: int = 0
    complete: bool = True
    seed: int = 1


async def fill(database: Database, now: datetime, *plays: Play) -> list[str]:
    """Let players play. Returns their ids."""
    users = max((play.users for play in plays), default=0)
    async with database.writing() as session:
        ids = [await _user(session, number, now) for number in range(users)]
        held = await rollups.hold(session)
        delta = Delta()
        for play in plays:
            for user_id, told in zip(ids, _contributions(play, now.date()), strict=False):
                delta.add(user_id, told, 1)
        await rollups.add(session, held, delta)
        await rollups.grow_version(session, now)
    return ids


def everything(users: int, runs: int, days: int = 30) -> list[Play]:
    """Every boss that drops something."""
    drops = catalogs.read().drop_tables
    return [Play(boss, users, days, runs, seed=place) for place, boss in enumerate(drops)]


async def _user(session: AsyncSession, number: int, now: datetime) -> str:
    found = DiscordUser(id=f"{number + 1:018}", username=f"player{number}", avatar=None)
    return (await accounts.remember_user(session, found, now)).id


def _contributions(play: Play, today: date) -> Iterator[Contribution]:
    random = Random(play.seed)
    catalog = catalogs.read()
    items = [drop.item for drop in catalog.drop_tables[play.boss].drops]
    rates = play.rates or {item: 0.4 ** (1 + place) for place, item in enumerate(items)}
    most = catalog.bosses[play.boss].max_party_size
    for user in range(play.users):
        party = PARTIES[user % min(most, len(PARTIES))]
        stratum = Stratum(play.boss, ("heroic", "interactive")[user % 2], "1", party)
        days = {}
        for age in range(play.days):
            drawn = {item: _hits(random, play.runs, rate) for item, rate in rates.items()}
            hits = {item: [x, x] for item, x in drawn.items() if x}
            days[(today - timedelta(days=age)).isoformat()] = Cell(play.runs, play.unrecorded, hits)
        yield Contribution({stratum: days}, play.complete)


def _hits(random: Random, runs: int, rate: float) -> int:
    if runs > 50:
        spread = (runs * rate * (1 - rate)) ** 0.5
        return min(runs, max(0, round(random.gauss(runs * rate, spread))))
    return sum(random.random() < rate for _ in range(runs))
