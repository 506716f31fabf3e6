"""Players whose runs pull a rate further than chance explains, for the host to look at. They still count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from server.statistics import service
from server.statistics.counts import BossCounts, ItemCounts, PlayerCounts
from server.statistics.formulas import unusual_players
from shared.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Unusual:
    """One player's share of an item: x hits in n runs, and the same of everybody else together."""

    user_id: str
    entry_id: str
    item: str
    x: int
    n: int
    others_x: int
    others_n: int


async def unusual(session: AsyncSession, catalog: Catalog, today: date) -> list[Unusual]:
    """Everybody unusual in today's drop tables, boss by boss. today: the UTC day."""
    found: list[Unusual] = []
    for boss in await service.overview(session, catalog, today=today, days=0):
        shares = [each async for each in service.players(session, boss.entry_id, epoch=boss.epoch)]
        for item in boss.items:
            found += _of_item(boss, item, shares)
    return found


def _of_item(boss: BossCounts, item: ItemCounts, shares: Iterable[PlayerCounts]) -> Iterable[Unusual]:
    told = {each.user_id: (each.n, each.items.get(item.item, 0)) for each in shares}
    of = item.all
    for user_id in unusual_players(of, ((user_id, n, x) for user_id, (n, x) in told.items())):
        n, x = told[user_id]
        yield Unusual(user_id, boss.entry_id, item.item, x, n, of.x - x, of.n - n)
