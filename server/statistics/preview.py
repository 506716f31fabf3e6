"""What a rule would change, told before it is applied."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.statistics.follow import judgement_of, weeks_kept
from server.statistics.judging import EMPTY, Judgement, counted_users, judge, pieces, worlds_of
from server.statistics.rollups import stored_weeks
from server.statistics.rules import users_meant
from server.statistics.sums import Delta, Share, by_key
from server.statistics.tables import stat_keys, stat_total_items, stat_totals
from shared.catalog import Catalog
from shared.statistics.rules import Rule
from shared.statistics.strata import ALL, Stratum

_USERS = 200


@dataclass(frozen=True, slots=True)
class Rate:
    """(x, n): x of n counted runs had the item. item None: the runs themselves, (n, n)."""

    entry_id: str
    epoch: str
    item: str | None
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Preview:
    """runs: those that would no longer count. back: those that would count instead, having been beyond the weekly limit
    before. users: whose runs these are. rates: every rate over all worlds and parties that would change."""

    runs: int
    back: int
    users: int
    rates: tuple[Rate, ...]


async def preview(session: AsyncSession, catalog: Catalog, rule: Rule, now: datetime) -> Preview:
    """What would change if the rule was put in force now. Exact when nothing waits to be followed."""
    judgement = await judgement_of(session, catalog, now)
    tried = Judgement(catalog, (*judgement.rules, rule), judgement.today)
    delta, users = Delta(), set[str]()
    runs = back = 0
    meant = await users_meant(session, rule)
    for start in range(0, len(meant), _USERS):
        some = meant[start : start + _USERS]
        units = await weeks_kept(session, await counted_users(session, some))
        worlds = await worlds_of(session, some)
        for piece in pieces(units):
            before = await stored_weeks(session, piece)
            after = await judge(session, tried, piece, worlds)
            for unit, old in before.items():
                new = after.get(unit, EMPTY)
                runs += len(new.refused.keys() - old.refused.keys())
                back += len(old.refused.keys() - new.refused.keys())
                if old.counted != new.counted:
                    users.add(unit[0])
                    delta.add(unit[0], old.counted, -1)
                    delta.add(unit[0], new.counted, +1)
    return Preview(runs, back, len(users), await _rates(session, delta))


async def _rates(session: AsyncSession, delta: Delta) -> tuple[Rate, ...]:
    """Over all worlds and parties, of every boss of which the number of runs or of runs with an item changes."""
    grown: dict[Stratum, Share] = {}
    for shares in delta.shares.values():
        for key, share in by_key(shares).items():
            if (key.world, key.party) == (ALL, ALL):
                grown.setdefault(key, Share()).add(share)
    found: list[Rate] = []
    for key, share in sorted(grown.items(), key=lambda each: str(each[0])):
        n, there = await _now(session, key)
        items = {item: share.items.get(item, [0])[0] for item in sorted({*there, *share.items})}
        if share.n or any(items.values()):
            found.append(Rate(key.entry_id, key.epoch, None, (n, n), (n + share.n, n + share.n)))
            found += [
                Rate(
                    key.entry_id,
                    key.epoch,
                    item,
                    (there.get(item, 0), n),
                    (there.get(item, 0) + x, n + share.n),
                )
                for item, x in items.items()
            ]
    return tuple(found)


async def _now(session: AsyncSession, key: Stratum) -> tuple[int, dict[str, int]]:
    """n, and x by item, as they are read now."""
    meant = (
        (stat_keys.c.entry_id == key.entry_id)
        & (stat_keys.c.epoch == key.epoch)
        & (stat_keys.c.world == ALL)
        & (stat_keys.c.party == ALL)
    )
    totals = select(stat_totals.c.n).join(stat_keys, stat_keys.c.id == stat_totals.c.key_id).where(meant)
    items = select(stat_total_items.c.item, stat_total_items.c.x).join(
        stat_keys, stat_keys.c.id == stat_total_items.c.key_id
    )
    n = (await session.execute(totals)).scalar() or 0
    return n, {item: x for item, x in await session.execute(items.where(meant)) if x}
