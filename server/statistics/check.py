"""Whether the sums are still what the runs say. Everything is added up anew instead of by differences; what is wrong
is told and mended.

A check takes no lock at first. What somebody changes meanwhile may look wrong then: only if something does, it is
looked at again with everybody else kept out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from server.statistics import rollups
from server.statistics.follow import judgement_of
from server.statistics.judging import EMPTY, JudgedWeek, Judgement, Unit, counted_users, judge, worlds_of
from server.statistics.rollups import keep_weeks, stored_weeks
from server.statistics.sums import Delta, Totals
from server.statistics.tables import (
    stat_day_items,
    stat_days,
    stat_dirty,
    stat_keys,
    stat_month_items,
    stat_refused,
    stat_state,
    stat_weeks,
)
from server.statistics.totals import rebuild, wrong_totals
from server.sync import following
from shared.catalog import Catalog
from shared.resets import utc_date
from shared.statistics.strata import Stratum
from shared.statistics.verdicts import has_week, week_of
from shared.statistics.weeks import Contribution

_USERS = 300
_PIECE = 1000
_WEEK = timedelta(days=6)
_Sums = dict[tuple[str, Stratum, date, str], tuple[int, int]]
"""Table, key, day (or first day of a month), item ("" for the runs themselves) to its two counts."""


@dataclass(frozen=True, slots=True)
class Difference:
    """where: what is wrong, in words. stored: what was kept. right: what it is now."""

    where: str
    stored: str
    right: str


async def check_next(session: AsyncSession, catalog: Catalog, now: datetime) -> list[Difference]:
    """Check one of the weeks that changed on an earlier day, if there is one."""
    earlier = stat_dirty.c.day < utc_date(now)
    query = select(stat_dirty.c.week).where(earlier).order_by(stat_dirty.c.week).limit(1)
    week = (await session.execute(query)).scalar()
    if week is None:
        return []
    await session.execute(delete(stat_dirty).where(stat_dirty.c.week == week, earlier))
    return await check_week(session, catalog, week, now)


async def check_week(session: AsyncSession, catalog: Catalog, week: date, now: datetime) -> list[Difference]:
    """Compare every player's week with their runs, and the sums of its days with the weeks."""
    judgement = await judgement_of(session, catalog, now)
    if not await _wrong_weeks(session, judgement, week) and not any(await _sums(session, week)):
        return []
    held = await rollups.hold(session)
    weeks = await _wrong_weeks(session, judgement, week)
    await keep_weeks(session, {unit: right for unit, (_, right) in weeks.items()})
    stored, right = await _sums(session, week)
    entries = {key.entry_id for _, key, _, _ in right}
    for pair in weeks.values():
        entries |= {stratum.entry_id for each in pair for stratum in each.counted.cells}
    if entries:
        await rebuild(session, held, entries)
        await rollups.grow_version(session, now)
    return [*_told_weeks(weeks), *_told_sums(stored, right)]


async def check_totals(session: AsyncSession, now: datetime) -> list[Difference]:
    """Compare the totals with the sums of the days and of the players."""
    if not await wrong_totals(session):
        return []
    held = await rollups.hold(session)
    wrong = await wrong_totals(session)
    if wrong:
        await rebuild(session, held, wrong)
        await rollups.grow_version(session, now)
    return [Difference(f"totals {where}", *rest) for each in wrong.values() for where, *rest in each]


async def weeks_to_check(session: AsyncSession) -> list[date]:
    """Every week with a run or a contribution."""
    kept = (select(table.c.week) for table in (stat_weeks, stat_refused))
    weeks = set((await session.execute(union(*kept))).scalars())
    played = await following.values_of(session, "boss_runs", "occurred_on")
    days = (date.fromisoformat(text) for text in played)
    return sorted(weeks | {week_of(day) for day in days if has_week(day)})


async def _wrong_weeks(
    session: AsyncSession, judgement: Judgement, week: date
) -> dict[Unit, tuple[JudgedWeek, JudgedWeek]]:
    """Players' weeks that are kept otherwise than they are judged: what is kept, and what is right."""
    kept = await session.execute(
        union(*(select(table.c.user_id).where(table.c.week == week) for table in (stat_weeks, stat_refused)))
    )
    played = await following.users_between(session, "boss_runs", "occurred_on", week, week + _WEEK)
    everybody = sorted({*kept.scalars(), *played})
    found: dict[Unit, tuple[JudgedWeek, JudgedWeek]] = {}
    for start in range(0, len(everybody), _USERS):
        users = everybody[start : start + _USERS]
        counted = await counted_users(session, users)
        worlds = await worlds_of(session, users)
        units = [(user_id, week) for user_id in users if user_id in counted]
        right = await judge(session, judgement, units, worlds) if units else {}
        # Asked last: of whoever is not behind by now, all that was read above had been followed.
        behind = await following.still_behind(session, users)
        stored = await stored_weeks(session, [(user_id, week) for user_id in users])
        for user_id in users:
            unit = (user_id, week)
            pair = stored.get(unit, EMPTY), right.get(unit, EMPTY)
            if pair[0] != pair[1] and user_id not in behind:
                found[unit] = pair
    return found


async def _sums(session: AsyncSession, week: date) -> tuple[_Sums, _Sums]:
    """What is wrong of the sums of a week's days: as they are kept, and as they are right."""
    compacted_to = (await session.execute(select(stat_state.c.compacted_to))).scalar_one()
    last = week + _WEEK
    right = await _added(session, week, week)
    right_sums: _Sums = {
        ("stat_days", key, date.fromisoformat(day), ""): (n, m) for (key, day), (n, m) in right.days.items()
    }
    stored_sums = await _kept(session, stat_days, "day", week, last)
    right_sums |= {
        ("stat_day_items", key, day, item): (x, q)
        for (key, text, item), (x, q) in right.day_items.items()
        if (day := date.fromisoformat(text)) >= compacted_to
    }
    stored_sums |= await _kept(session, stat_day_items, "day", week, last)
    for first in {day.replace(day=1) for day in (week, last) if day < compacted_to}:
        end = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        of_month: _Sums = {}
        for (key, text, item), (x, q) in (await _added(session, first - _WEEK, end)).day_items.items():
            if first <= date.fromisoformat(text) <= end:
                place = ("stat_month_items", key, first, item)
                had = of_month.get(place, (0, 0))
                of_month[place] = had[0] + x, had[1] + q
        right_sums |= of_month
        stored_sums |= await _kept(session, stat_month_items, "month", first, first)
    wrong = {
        place
        for place in {*right_sums, *stored_sums}
        if right_sums.get(place, (0, 0)) != stored_sums.get(place, (0, 0))
    }
    return (
        {place: stored_sums.get(place, (0, 0)) for place in wrong},
        {place: right_sums.get(place, (0, 0)) for place in wrong},
    )


async def _added(session: AsyncSession, first: date, last: date) -> Totals:
    """The sums of all weeks that begin on these days, added up from what each contributed."""
    delta = Delta()
    query = select(stat_weeks.c.user_id, stat_weeks.c.counted).where(stat_weeks.c.week.between(first, last))
    found = await session.stream(query.execution_options(yield_per=_PIECE))
    async for user_id, counted in found:
        delta.add(user_id, Contribution.from_json(counted), 1)
    totals = Totals()
    totals.add_cells(delta)
    return totals


async def _kept(session: AsyncSession, table: Table[Any], place: str, first: date, last: date) -> _Sums:
    item = table.c.get("item")
    columns = [
        table.c[place],
        *(table.c[name] for name in _COUNTS[table.name]),
        *([] if item is None else [item]),
    ]
    key = stat_keys.c
    query = (
        select(key.entry_id, key.world, key.epoch, key.party, *columns)
        .join(stat_keys, key.id == table.c.key_id)
        .where(table.c[place].between(first, last))
    )
    found: _Sums = {}
    for row in await session.execute(query):
        entry, world, epoch, party, day, first_count, second_count, *items = row
        stratum = Stratum(entry, world, epoch, party)
        found[table.name, stratum, day, items[0] if items else ""] = first_count, second_count
    return found


def _told_weeks(weeks: Mapping[Unit, tuple[JudgedWeek, JudgedWeek]]) -> Iterable[Difference]:
    for (user_id, week), (stored, right) in weeks.items():
        yield Difference(f"week {week} of user {user_id}", _week(stored), _week(right))


def _told_sums(stored: _Sums, right: _Sums) -> Iterable[Difference]:
    for place in sorted(right, key=str):
        name, key, day, item = place
        yield Difference(f"{name} {key} {day} {item}".rstrip(), str(stored[place]), str(right[place]))


def _week(judged: JudgedWeek) -> str:
    refused = {run_id: reason for run_id, (reason, _) in sorted(judged.refused.items())}
    return f"{judged.counted.to_json()} {refused}"


_COUNTS = {"stat_days": ("n", "m"), "stat_day_items": ("x", "q"), "stat_month_items": ("x", "q")}
