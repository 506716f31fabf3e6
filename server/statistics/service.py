"""What there is to read of the statistics. Every read costs the same however many runs there are: some statements over
rows whose number depends on items and days only."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.statistics.counts import (
    BossClears,
    BossCounts,
    Cluster,
    DayCount,
    History,
    ItemCounts,
    Mine,
    PlayerCounts,
    Refused,
    State,
)
from server.statistics.judging import sharing
from server.statistics.rules import rules_in_force
from server.statistics.sums import by_key, shares_from_json
from server.statistics.tables import (
    stat_day_items,
    stat_days,
    stat_keys,
    stat_month_items,
    stat_players,
    stat_quarantine,
    stat_refused,
    stat_state,
    stat_total_items,
    stat_totals,
)
from shared.catalog import Catalog
from shared.errors import InvalidInput, NotFound
from shared.resets import Reset, period_of_day
from shared.statistics.strata import ALL, PARTIES, Stratum, epoch_of
from shared.statistics.verdicts import SENTENCES
from shared.tracking import WorldType

_PIECE = 500
_KEY = stat_keys.c


async def state(session: AsyncSession) -> State:
    """Which state the statistics are in."""
    columns = (stat_state.c.version, stat_state.c.updated_at)
    return State(*(await session.execute(select(*columns))).one())


async def boss(
    session: AsyncSession,
    catalog: Catalog,
    entry_id: str,
    *,
    today: date,
    world: str = ALL,
    epoch: str | None = None,
    party: str = ALL,
    days: int = 30,
) -> BossCounts:
    """One boss. epoch None: that of today. days: of how many days up to today each item's days are told.

    Raises NotFound for an unknown boss or epoch, InvalidInput (field world, party) for an unknown filter.
    """
    key = _key(catalog, entry_id, world, epoch, party, today)
    found = await _bosses(session, catalog, [key], today, days)
    return found[0]


async def overview(
    session: AsyncSession,
    catalog: Catalog,
    *,
    today: date,
    world: str = ALL,
    party: str = ALL,
    min_sample: int = 0,
    days: int = 30,
) -> list[BossCounts]:
    """Every boss with at least so many counted runs in today's epoch, in the game's order. Raises InvalidInput."""
    keys = [_key(catalog, entry_id, world, None, party, today) for entry_id in catalog.bosses]
    found = await _bosses(session, catalog, keys, today, days)
    return [each for each in found if each.runs >= min_sample]


async def history(
    session: AsyncSession,
    catalog: Catalog,
    entry_id: str,
    item: str,
    *,
    today: date,
    world: str = ALL,
    epoch: str | None = None,
    party: str = ALL,
) -> History:
    """How one item came over time, by month for what is older than about two months.

    Raises NotFound for a boss, epoch or item that is not there, InvalidInput for an unknown filter.
    """
    key = _key(catalog, entry_id, world, epoch, party, today)
    if item not in _items(catalog, entry_id):
        raise NotFound("This boss is not known to drop this.")
    query = select(stat_keys.c.id, select(stat_state.c.compacted_to).scalar_subquery()).where(_is(key))
    number, since = (await session.execute(query)).one_or_none() or (None, today)
    runs = stat_days.c
    told = await session.execute(
        select(runs.day, runs.n).where(runs.key_id == number, runs.n > 0).order_by(runs.day)
    )
    n_of = dict(tuple(row) for row in told)
    months: dict[date, int] = defaultdict(int)
    for day, n in n_of.items():
        if day < since:
            months[period_of_day(Reset.MONTHLY, day)] += n
    of_month = await _counts_of(session, stat_month_items, "month", number, item)
    of_day = await _counts_of(session, stat_day_items, "day", number, item)
    return History(
        tuple(DayCount(month, n, *of_month.get(month, (0, 0))) for month, n in months.items()),
        tuple(DayCount(day, n, *of_day.get(day, (0, 0))) for day, n in n_of.items() if day >= since),
    )


async def clears(session: AsyncSession) -> list[BossClears]:
    """How often each boss was cleared."""
    query = (
        select(
            _KEY.entry_id,
            func.sum(stat_totals.c.n),
            func.sum(stat_totals.c.m),
            func.max(stat_totals.c.users),
        )
        .join(stat_keys, _KEY.id == stat_totals.c.key_id)
        .where(_KEY.world == ALL, _KEY.party == ALL)
        .group_by(_KEY.entry_id)
        .order_by(_KEY.entry_id)
    )
    found = await session.execute(query)
    return [BossClears(entry, int(n), int(m), users) for entry, n, m, users in found if n or m]


async def mine(session: AsyncSession, user_id: str) -> Mine:
    """What is not counted of a player's, and why, the newest week first."""
    runs = stat_refused.c
    query = select(runs.run_id, runs.week, runs.reason).where(runs.user_id == user_id)
    said = {rule.code: rule.reason for rule in await rules_in_force(session)}
    sentences = said | {str(reason): sentence for reason, sentence in SENTENCES.items()}
    refused = await session.execute(query.order_by(runs.week.desc(), runs.run_id))
    held = await session.execute(select(stat_quarantine.c.why).where(stat_quarantine.c.user_id == user_id))
    return Mine(
        shared=user_id in await sharing(session, [user_id]),
        quarantined=held.scalar(),
        # A rule withdrawn a moment ago has no sentence any more, and soon no runs.
        refused=tuple(Refused(run, week, why, sentences.get(why, "")) for run, week, why in refused),
    )


async def players(
    session: AsyncSession, entry_id: str, *, epoch: str, world: str = ALL, party: str = ALL
) -> AsyncIterator[PlayerCounts]:
    """Every player's share of a boss, for judging how much hangs on one of them. Reads as many rows as players."""
    columns = stat_players.c
    query = select(columns.user_id, columns.sums).where(columns.entry_id == entry_id, columns.epoch == epoch)
    key = Stratum(entry_id, world, epoch, party)
    async for user_id, sums in await session.stream(query.execution_options(yield_per=_PIECE)):
        share = by_key(shares_from_json(entry_id, epoch, sums)).get(key)
        if share is not None:
            yield PlayerCounts(user_id, share.n, {item: x for item, (x, _) in share.items.items()})


async def _bosses(
    session: AsyncSession, catalog: Catalog, keys: Sequence[Stratum], today: date, days: int
) -> list[BossCounts]:
    """Several bosses under the same filter, by as many statements as one."""
    places = await _numbers(session, keys)
    numbers = list(places.values())
    runs = stat_days.c
    first = (
        select(runs.day).where(runs.key_id == stat_totals.c.key_id, runs.n > 0).order_by(runs.day).limit(1)
    )
    of_totals = select(stat_totals, first.scalar_subquery().label("since"))
    found = await session.execute(of_totals.where(stat_totals.c.key_id.in_(numbers)))
    totals = {row.key_id: row for row in found}
    items: dict[int, dict[str, Any]] = defaultdict(dict)
    of_items = select(stat_total_items).where(stat_total_items.c.key_id.in_(numbers))
    for row in await session.execute(of_items):
        items[row.key_id][row.item] = row
    recent = await _recent(session, numbers, today - timedelta(days=days), today) if days else {}
    return [
        _told(catalog, key, totals.get(number), items[number], recent.get(number, {}))
        for key in keys
        for number in [places.get(key, 0)]
    ]


_Recent = dict[str, dict[date, tuple[int, int]]]
"""By item, and "" for the runs themselves, the two counts of days."""


async def _recent(session: AsyncSession, numbers: Iterable[int], after: date, to: date) -> dict[int, _Recent]:
    found: dict[int, _Recent] = defaultdict(lambda: defaultdict(dict))
    runs, items = stat_days.c, stat_day_items.c
    query = select(runs.key_id, runs.day, runs.n, runs.m)
    query = query.where(runs.key_id.in_(numbers), runs.day > after, runs.day <= to, runs.n > 0)
    for number, day, n, m in await session.execute(query.order_by(runs.day)):
        found[number][""][day] = n, m
    of_items = select(items.key_id, items.day, items.item, items.x, items.q)
    for number, day, item, x, q in await session.execute(
        of_items.where(items.key_id.in_(numbers), items.day > after, items.day <= to)
    ):
        found[number][item][day] = x, q
    return found


def _told(catalog: Catalog, key: Stratum, totals: Any, items: dict[str, Any], recent: _Recent) -> BossCounts:
    n, m, users = (0, 0, 0) if totals is None else (totals.n, totals.m, totals.users)
    since = None if totals is None else totals.since
    told = []
    for item in _items(catalog, key.entry_id):
        row = items.get(item)
        x, xx, nx = (0, 0, 0) if row is None else (row.x, row.xx, row.nx)
        cx, cxx, cnx = (0, 0, 0) if row is None else (row.cx, row.cxx, row.cnx)
        whole = Cluster(0, 0, 0, 0, 0, 0) if totals is None else Cluster(users, n, x, totals.nn, xx, nx)
        cohort = (
            Cluster(0, 0, 0, 0, 0, 0)
            if totals is None
            else Cluster(totals.cusers, totals.cn, cx, totals.cnn, cxx, cnx)
        )
        of_day = recent.get(item, {})
        days = tuple(
            DayCount(day, runs, *of_day.get(day, (0, 0))) for day, (runs, _) in recent.get("", {}).items()
        )
        told.append(ItemCounts(item, whole, cohort, 0 if row is None else row.q, m, days))
    return BossCounts(key.entry_id, key.world, key.epoch, key.party, n, m, users, since, tuple(told))


async def _numbers(session: AsyncSession, keys: Sequence[Stratum]) -> dict[Stratum, int]:
    query = select(_KEY.entry_id, _KEY.world, _KEY.epoch, _KEY.party, _KEY.id).where(
        _KEY.world == keys[0].world, _KEY.party == keys[0].party
    )
    if len(keys) == 1:
        query = query.where(_is(keys[0]))
    found = {Stratum(*key): number for *key, number in await session.execute(query)}
    return {key: found[key] for key in keys if key in found}


async def _counts_of(
    session: AsyncSession, table: Any, place: str, number: int | None, item: str
) -> dict[date, tuple[int, int]]:
    query = select(table.c[place], table.c.x, table.c.q).where(table.c.key_id == number, table.c.item == item)
    return {day: (x, q) for day, x, q in await session.execute(query)}


def _is(key: Stratum) -> ColumnElement[bool]:
    return and_(
        _KEY.entry_id == key.entry_id,
        _KEY.world == key.world,
        _KEY.epoch == key.epoch,
        _KEY.party == key.party,
    )


def _key(catalog: Catalog, entry_id: str, world: str, epoch: str | None, party: str, today: date) -> Stratum:
    """The key that is asked for. Raises NotFound, InvalidInput."""
    if entry_id not in catalog.bosses:
        raise NotFound("There is no such boss.")
    if world not in {ALL, *WorldType}:
        raise InvalidInput("world", "Worlds are “heroic”, “interactive” or “all”.")
    if party not in {ALL, *PARTIES}:
        raise InvalidInput("party", f"Parties are “all”, {', '.join(f'“{each}”' for each in PARTIES)}.")
    newest = epoch_of(catalog, entry_id, today)
    if epoch is not None and epoch not in {str(number) for number in range(1, int(newest) + 1)}:
        raise NotFound("There is no such epoch of this boss's drops.")
    return Stratum(entry_id, world, epoch or newest, party)


def _items(catalog: Catalog, entry_id: str) -> tuple[str, ...]:
    table = catalog.drop_tables.get(entry_id)
    return () if table is None else tuple(drop.item for drop in table.drops)
