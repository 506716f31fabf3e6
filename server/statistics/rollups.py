"""Where the sums are stored: adding to them by a handful of statements, whatever the number of weeks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Table, Text, Uuid, delete, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import identity
from server.lines import lines, put
from server.statistics import tables
from server.statistics.judging import EMPTY, JudgedWeek, Refusal, Unit
from server.statistics.sums import Delta, Owner, Shares, Totals, plus, shares_from_json, shares_to_json
from server.statistics.tables import stat_keys, stat_players, stat_refused, stat_state, stat_weeks
from shared.resets import utc_date
from shared.statistics.strata import Stratum
from shared.statistics.weeks import NOTHING, Contribution

KEY = ("n", "m", "users", "nn", "cn", "cusers", "cnn")
ITEM = ("x", "q", "xx", "nx", "cx", "cxx", "cnx")


_STATE = select(stat_state.c.judged_by, stat_state.c.compacted_to)


@dataclass(frozen=True, slots=True)
class Held:
    """The state whose lock is held: nobody else changes a sum."""

    judged_by: str
    compacted_to: date


async def hold(session: AsyncSession) -> Held:
    """Take the lock under which sums change. Always before that of any user."""
    return Held(*(await session.execute(_STATE.with_for_update())).one())


async def hold_if_free(session: AsyncSession) -> Held | None:
    """Take it, unless somebody else has it."""
    found = (await session.execute(_STATE.with_for_update(skip_locked=True))).one_or_none()
    return None if found is None else Held(*found)


async def stored_weeks(session: AsyncSession, units: Sequence[Unit]) -> dict[Unit, JudgedWeek]:
    """What is kept of these weeks."""
    asked = lines(
        session,
        [{"user_id": user_id, "week": week} for user_id, week in units],
        user_id=identity(),
        week=Date(),
    )
    kept, said = stat_weeks.c, stat_refused.c
    weeks = asked.join(stat_weeks, (kept.user_id == asked.c.user_id) & (kept.week == asked.c.week))
    query = select(kept.user_id, kept.week, kept.counted).select_from(weeks)
    counted = {
        (user_id, week): Contribution.from_json(text) for user_id, week, text in await session.execute(query)
    }
    runs = asked.join(stat_refused, (said.user_id == asked.c.user_id) & (said.week == asked.c.week))
    of_runs = select(said.user_id, said.week, said.run_id, said.reason, said.due).select_from(runs)
    refused: dict[Unit, dict[str, Refusal]] = defaultdict(dict)
    for user_id, week, run_id, *refusal in await session.execute(of_runs):
        refused[user_id, week][run_id] = Refusal(*refusal)
    return {
        unit: JudgedWeek(counted.get(unit, NOTHING), refused.get(unit, {})) for unit in {*counted, *refused}
    }


async def replace_weeks(
    session: AsyncSession,
    held: Held,
    before: Mapping[Unit, JudgedWeek],
    after: Mapping[Unit, JudgedWeek],
    now: datetime,
) -> bool:
    """Keep weeks as they are judged now instead of as they were before, and let every sum follow. Whether one did."""
    delta = Delta()
    changed: list[Unit] = []
    for unit in {**before, **after}:
        old, new = before.get(unit, EMPTY), after.get(unit, EMPTY)
        if old == new:
            continue
        changed.append(unit)
        if old.counted != new.counted:
            delta.add(unit[0], old.counted, -1)
            delta.add(unit[0], new.counted, +1)
    await keep_weeks(session, {unit: after.get(unit, EMPTY) for unit in changed})
    if not delta.cells:
        return False
    await let_follow(session, held, delta, {week for _, week in changed}, now)
    return True


async def let_follow(
    session: AsyncSession, held: Held, delta: Delta, weeks: Iterable[date], now: datetime
) -> None:
    """Let every sum follow what changed in these weeks, which are to be checked for it."""
    await add(session, held, delta)
    today = utc_date(now)
    await put(session, tables.stat_dirty, [{"week": week, "day": today} for week in sorted(weeks)])
    await grow_version(session, now)


async def grow_version(session: AsyncSession, now: datetime) -> None:
    """Say that there is something new to read."""
    await session.execute(update(stat_state).values(version=stat_state.c.version + 1, updated_at=now))


async def keep_weeks(session: AsyncSession, weeks: Mapping[Unit, JudgedWeek]) -> None:
    """Store judged weeks in the place of what was kept of them."""
    counted, empty, refused = [], [], []
    for (user_id, week), judged in weeks.items():
        unit = {"user_id": user_id, "week": week}
        if judged.counted:
            counted.append({**unit, "counted": judged.counted.to_json()})
        else:
            empty.append(unit)
        refused += [
            {**unit, "run_id": run_id, "reason": reason, "due": due}
            for run_id, (reason, due) in judged.refused.items()
        ]
    await put(session, stat_weeks, counted)
    await _remove(session, stat_weeks, empty, user_id=identity(), week=Date())
    units = [{"user_id": user_id, "week": week} for user_id, week in weeks]
    await _remove(session, stat_refused, units, user_id=identity(), week=Date())
    await put(session, stat_refused, refused)


async def load_players(session: AsyncSession, owners: Iterable[Owner]) -> dict[Owner, Shares]:
    """What these players have of these bosses."""
    given = [{"user_id": user_id, "entry_id": entry, "epoch": epoch} for user_id, entry, epoch in owners]
    asked = lines(session, given, user_id=identity(), entry_id=Text(), epoch=Text())
    kept = stat_players.c
    meant = (
        (kept.user_id == asked.c.user_id)
        & (kept.entry_id == asked.c.entry_id)
        & (kept.epoch == asked.c.epoch)
    )
    query = select(kept.user_id, kept.entry_id, kept.epoch, kept.sums)
    found = await session.execute(query.select_from(asked.join(stat_players, meant)))
    return {(user, entry, epoch): shares_from_json(entry, epoch, sums) for user, entry, epoch, sums in found}


async def keep_players(session: AsyncSession, players: Mapping[Owner, Shares]) -> None:
    """Store what players have; who has nothing of a boss any more is removed."""
    names = ("user_id", "entry_id", "epoch")
    kept = [
        {**dict(zip(names, owner, strict=True)), "sums": shares_to_json(shares)}
        for owner, shares in players.items()
        if shares
    ]
    await put(session, stat_players, kept)
    gone = [dict(zip(names, owner, strict=True)) for owner, shares in players.items() if not shares]
    await _remove(session, stat_players, gone, user_id=identity(), entry_id=Text(), epoch=Text())


async def key_ids(session: AsyncSession, keys: Iterable[Stratum]) -> dict[Stratum, int]:
    """The numbers of keys; made where they are new."""
    wanted = set(keys)
    columns = stat_keys.c
    given = [{"entry_id": entry} for entry in sorted({key.entry_id for key in wanted})]
    asked = lines(session, given, entry_id=Text())
    query = select(columns.entry_id, columns.world, columns.epoch, columns.party, columns.id).select_from(
        asked.join(stat_keys, columns.entry_id == asked.c.entry_id)
    )
    found = {Stratum(*key): number for *key, number in await session.execute(query)}
    new = [
        {"entry_id": key.entry_id, "world": key.world, "epoch": key.epoch, "party": key.party}
        for key in sorted(wanted - set(found), key=str)
    ]
    if new:
        await session.execute(insert(stat_keys), new)
        found = {Stratum(*key): number for *key, number in await session.execute(query)}
    return found


async def add(session: AsyncSession, held: Held, delta: Delta) -> None:
    """Let the players and every sum grow by a change."""
    totals = Totals()
    totals.add_cells(delta)
    before = await load_players(session, delta.shares)
    after: dict[Owner, Shares] = {}
    for owner, grown in delta.shares.items():
        had = before.get(owner, {})
        after[owner] = plus(had, grown)
        totals.add_player(had, after[owner])
    await keep_players(session, after)
    await _add_totals(session, held, totals)


async def _add_totals(session: AsyncSession, held: Held, totals: Totals) -> None:
    ids = await key_ids(session, {*totals.keys, *(key for key, _ in totals.days)})
    days = [
        {"key_id": ids[key], "day": date.fromisoformat(day), "n": n, "m": m}
        for (key, day), (n, m) in totals.days.items()
        if n or m
    ]
    await put(session, tables.stat_days, days, add=True)
    recent: list[dict[str, object]] = []
    old: dict[tuple[int, date, str], tuple[int, int]] = {}
    for (key, day_text, item), (x, q) in totals.day_items.items():
        day = date.fromisoformat(day_text)
        if not (x or q):
            continue
        if day >= held.compacted_to:
            recent.append({"key_id": ids[key], "day": day, "item": item, "x": x, "q": q})
        else:
            place = (ids[key], day.replace(day=1), item)
            was = old.get(place, (0, 0))
            old[place] = (was[0] + x, was[1] + q)
    await put(session, tables.stat_day_items, recent, add=True)
    months = [
        {"key_id": key_id, "month": month, "item": item, "x": x, "q": q}
        for (key_id, month, item), (x, q) in old.items()
    ]
    await put(session, tables.stat_month_items, months, add=True)
    keys = [
        {"key_id": ids[key], **dict(zip(KEY, counts, strict=True))}
        for key, counts in totals.keys.items()
        if any(counts)
    ]
    await put(session, tables.stat_totals, keys, add=True)
    items = [
        {"key_id": ids[key], "item": item, **dict(zip(ITEM, counts, strict=True))}
        for (key, item), counts in totals.items.items()
        if any(counts)
    ]
    await put(session, tables.stat_total_items, items, add=True)


async def _remove(
    session: AsyncSession,
    table: Table[Any],
    gone: Sequence[Mapping[str, object]],
    **types: Uuid[str] | Date | Text,
) -> None:
    if not gone:
        return
    asked = lines(session, gone, **types)
    place = tuple_(*(table.c[name] for name in types))
    await session.execute(delete(table).where(place.in_(select(*(asked.c[name] for name in types)))))
