"""The totals over all days: whether they are the sums of what they total, and making them so."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.statistics.rollups import ITEM, KEY, Held, add
from server.statistics.sums import Delta, Totals, shares_from_json
from server.statistics.tables import (
    stat_day_items,
    stat_days,
    stat_keys,
    stat_month_items,
    stat_players,
    stat_total_items,
    stat_totals,
    stat_weeks,
)
from shared.statistics.strata import Stratum
from shared.statistics.weeks import Contribution

_PIECE = 1000
_NOTHING = (0,) * len(KEY)
_Place = tuple[Stratum, str]
"""A key, and an item or "" for the runs themselves."""
_Counts = dict[_Place, tuple[int, ...]]


async def wrong_totals(session: AsyncSession) -> dict[str, list[tuple[str, str, str]]]:
    """By entry, what is wrong with its totals: where, what is kept, and what its players and its days add up to."""
    entries = (await session.execute(select(stat_keys.c.entry_id).distinct())).scalars().all()
    found: dict[str, list[tuple[str, str, str]]] = {}
    for entry_id in sorted(entries):
        kept = await _kept(session, entry_id)
        players = await _of_players(session, entry_id)
        days = await _of_days(session, entry_id)
        for place in sorted({*kept, *players, *days}, key=str):
            stored, mine = kept.get(place, _NOTHING), players.get(place, _NOTHING)
            first, second = days.get(place, (0, 0))
            right = (mine[0], second, *mine[2:])
            if stored != right or first != mine[0]:
                where = f"{place[0]} {place[1]}".rstrip()
                found.setdefault(entry_id, []).append(
                    (where, str(stored), f"{right} by players, {first} by days")
                )
    return found


async def rebuild(session: AsyncSession, held: Held, entries: Iterable[str]) -> None:
    """Add up everything of these entries anew from what every player's every week contributed."""
    wanted = set(entries)
    delta = Delta()
    query = select(stat_weeks.c.user_id, stat_weeks.c.counted)
    async for user_id, counted in await session.stream(query.execution_options(yield_per=_PIECE)):
        told = Contribution.from_json(counted)
        cells = {stratum: days for stratum, days in told.cells.items() if stratum.entry_id in wanted}
        delta.add(user_id, Contribution(cells, told.complete), 1)
    for entry_id in wanted:
        await session.execute(delete(stat_players).where(stat_players.c.entry_id == entry_id))
        numbers = select(stat_keys.c.id).where(stat_keys.c.entry_id == entry_id)
        for table in (stat_days, stat_day_items, stat_month_items, stat_totals, stat_total_items):
            await session.execute(delete(table).where(table.c.key_id.in_(numbers)))
    await add(session, held, delta)


async def _of_players(session: AsyncSession, entry_id: str) -> _Counts:
    """What an entry's players add up to; m and q are no player's, and 0."""
    totals = Totals()
    query = select(stat_players.c.epoch, stat_players.c.sums).where(stat_players.c.entry_id == entry_id)
    async for epoch, sums in await session.stream(query.execution_options(yield_per=_PIECE)):
        totals.add_player({}, shares_from_json(entry_id, epoch, sums))
    found: _Counts = {(key, ""): tuple(counts) for key, counts in totals.keys.items()}
    return found | {place: tuple(counts) for place, counts in totals.items.items()}


async def _of_days(session: AsyncSession, entry_id: str) -> _Counts:
    """What an entry's days and months add up to: (n, m), or (x, q) of an item."""
    found: _Counts = {}
    for table, first, second in (
        (stat_days, "n", "m"),
        (stat_day_items, "x", "q"),
        (stat_month_items, "x", "q"),
    ):
        for place, *counts in await _summed(session, entry_id, table, first, second):
            had = found.get(place, (0, 0))
            found[place] = had[0] + counts[0], had[1] + counts[1]
    return found


async def _summed(
    session: AsyncSession, entry_id: str, table: Table[Any], first: str, second: str
) -> list[Any]:
    """The sums of two columns by place."""
    key = stat_keys.c
    items = [table.c.item] if "item" in table.c else []
    query = (
        select(key.world, key.epoch, key.party, func.sum(table.c[first]), func.sum(table.c[second]), *items)
        .join(stat_keys, key.id == table.c.key_id)
        .where(key.entry_id == entry_id)
        .group_by(key.world, key.epoch, key.party, *items)
    )
    return [
        ((Stratum(entry_id, world, epoch, party), item[0] if item else ""), int(one), int(two))
        for world, epoch, party, one, two, *item in await session.execute(query)
    ]


async def _kept(session: AsyncSession, entry_id: str) -> _Counts:
    key = stat_keys.c
    place = (key.world, key.epoch, key.party)
    found: _Counts = {}
    for table, names in ((stat_totals, KEY), (stat_total_items, ITEM)):
        items = [table.c.item] if "item" in table.c else []
        query = select(*place, *(table.c[name] for name in names), *items)
        query = query.join(stat_keys, key.id == table.c.key_id).where(key.entry_id == entry_id)
        for world, epoch, party, *rest in await session.execute(query):
            counts = tuple(rest[: len(names)])
            if any(counts):
                found[Stratum(entry_id, world, epoch, party), rest[-1] if items else ""] = counts
    return found
