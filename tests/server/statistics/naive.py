"""The statistics computed slowly and plainly from the raw rows, by nothing of the code they are to prove right."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.statistics import tables
from server.sync.tables import SYNCED
from shared.catalog import Catalog
from shared.ids import clear_id
from shared.resets import period_of_day
from shared.statistics.rules import Rule

Key = tuple[str, str, str, str]
"""Entry, world, epoch, party."""


@dataclass(slots=True)
class Sums:
    """Every table that is read, zeros left out."""

    days: dict[Any, Any] = field(default_factory=dict)
    day_items: dict[Any, Any] = field(default_factory=dict)
    month_items: dict[Any, Any] = field(default_factory=dict)
    totals: dict[Any, Any] = field(default_factory=dict)
    total_items: dict[Any, Any] = field(default_factory=dict)
    players: dict[Any, Any] = field(default_factory=dict)
    refused: dict[Any, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Fact:
    """A run that counts, or was a clear with nothing noted."""

    run: str
    user: str
    week: date
    entry: str
    world: str
    epoch: str
    party: str
    day: date
    noted: bool
    drops: dict[str, int]

    def every_key(self) -> list[Key]:
        """Where it is summed."""
        return [(self.entry, w, self.epoch, p) for w, p in product((self.world, "all"), (self.party, "all"))]


async def kept(session: AsyncSession) -> Sums:
    """What the tables say."""
    key_of = {
        row.id: (row.entry_id, row.world, row.epoch, row.party)
        for row in await session.execute(select(tables.stat_keys))
    }
    found = Sums()
    for target, table, places, counts in (
        (found.days, tables.stat_days, ("day",), ("n", "m")),
        (found.day_items, tables.stat_day_items, ("day", "item"), ("x", "q")),
        (found.month_items, tables.stat_month_items, ("month", "item"), ("x", "q")),
        (found.totals, tables.stat_totals, (), ("n", "m", "users", "nn", "cn", "cusers", "cnn")),
        (found.total_items, tables.stat_total_items, ("item",), ("x", "q", "xx", "nx", "cx", "cxx", "cnx")),
    ):
        for row in (await session.execute(select(table))).mappings():
            numbers = tuple(row[name] for name in counts)
            if any(numbers):
                target[key_of[row["key_id"]], *(row[name] for name in places)] = numbers
    for row in await session.execute(select(tables.stat_players)):
        found.players[row.user_id, row.entry_id, row.epoch] = json.loads(row.sums)
    for row in await session.execute(select(tables.stat_refused)):
        found.refused[row.user_id, row.run_id] = row.week
    return found


async def recomputed(session: AsyncSession, catalog: Catalog, today: date, rules: list[Rule]) -> Sums:
    """What they should say."""
    rows = {
        name: [dict(row) for row in (await session.execute(select(SYNCED[name]))).mappings()]
        for name in ("characters", "boss_runs", "boss_run_drops", "settings")
    }
    held = set((await session.execute(select(tables.stat_quarantine.c.user_id))).scalars())
    compacted_to = (await session.execute(select(tables.stat_state.c.compacted_to))).scalar_one()
    facts: list[Fact] = []
    refused: dict[tuple[str, str], date] = {}
    for user in {row["user_id"] for row in rows["settings"]}:
        mine = {
            name: [r for r in found if r["user_id"] == user and not r["deleted"]]
            for name, found in rows.items()
        }
        shares = any(
            row["key"] == "share_statistics" and row["value"].strip() == "true" for row in mine["settings"]
        )
        if shares and user not in held:
            counted = _facts(catalog, today, rules, user, mine)
            facts += counted
            refused |= _refused(user, mine, {fact.run for fact in counted})
    found = _sums(facts, compacted_to)
    found.refused = refused
    return found


def _facts(
    catalog: Catalog, today: date, rules: list[Rule], user: str, mine: dict[str, list[dict[str, Any]]]
) -> list[Fact]:
    worlds = {row["id"]: row["world"] for row in mine["characters"]}
    drops: dict[str, dict[str, int]] = defaultdict(dict)
    for row in mine["boss_run_drops"]:
        drops[row["run_id"]][row["item"]] = row["quantity"]
    slots: Counter[tuple[str, date]] = Counter()
    found = []
    for run in sorted(
        mine["boss_runs"], key=lambda run: (datetime.fromisoformat(run["logged_at"]), run["id"])
    ):
        day = date.fromisoformat(run["occurred_on"])
        if not _possible(catalog, today, run, day, worlds.get(run["character_id"]), drops[run["id"]]):
            continue
        if any(_meant(rule, run, day) for rule in rules):
            continue
        week = _week(day)
        if run["clear_group"].startswith("weekly:"):
            slots[run["character_id"], week] += 1
            if slots[run["character_id"], week] > 14:
                continue
        epoch = 1 + len([each for each in catalog.drop_epochs.get(run["entry_id"], ()) if each.starts <= day])
        party = str(run["party_size"]) if run["party_size"] < 4 else "4-6"
        place = (run["entry_id"], run["world_type"], str(epoch), party)
        found.append(
            Fact(run["id"], user, week, *place, day, run["drop_note"] != "unrecorded", drops[run["id"]])
        )
    return found


def _refused(
    user: str, mine: dict[str, list[dict[str, Any]]], counted: set[str]
) -> dict[tuple[str, str], date]:
    """Every other clear, with its week where its day has one."""
    return {
        (user, run["id"]): _week(date.fromisoformat(run["occurred_on"]))
        for run in mine["boss_runs"]
        if run["cleared"] and run["id"] not in counted and "2005-01-01" <= run["occurred_on"] <= "2100-01-01"
    }


def _week(day: date) -> date:
    return day - timedelta(days=(day.weekday() + 4) % 7)


def _possible(
    catalog: Catalog, today: date, run: dict[str, Any], day: date, world: str | None, drops: dict[str, int]
) -> bool:
    entry = catalog.bosses.get(run["entry_id"])
    if not run["cleared"] or run["entry_method"] == "demo" or entry is None or world not in catalog.worlds:
        return False
    if not date(2005, 5, 11) <= day <= today or catalog.worlds[world].world_type != run["world_type"]:
        return False
    period = period_of_day(entry.reset, day)
    if run["id"] != clear_id(run["character_id"], entry.clear_group, period):
        return False
    told = (run["boss_slug"], run["clear_group"], run["reset_period"])
    if told != (entry.boss_slug, entry.clear_group, str(period)):
        return False
    if run["party_size"] not in range(1, entry.max_party_size + 1):
        return False
    if run["drop_note"] not in {"unrecorded", "nothing", "list"} or bool(drops) != (
        run["drop_note"] == "list"
    ):
        return False
    table = catalog.drop_tables.get(entry.id)
    items = {drop.item for drop in table.drops} if table else set()
    # Nothing of the bosses in these histories has an amount; equipment and boxes are the only ones with a limit.
    return all(
        item in items
        and quantity >= 1
        and (catalog.items[item].category not in {"equipment", "box"} or quantity <= entry.max_party_size)
        for item, quantity in drops.items()
    )


def _meant(rule: Rule, run: dict[str, Any], day: date) -> bool:
    return (
        (rule.client_versions is None or run["client_version"] in rule.client_versions)
        and (rule.entry_methods is None or run["entry_method"] in rule.entry_methods)
        and (rule.entries is None or run["entry_id"] in rule.entries)
        and (rule.first_day is None or rule.first_day <= day)
        and (rule.last_day is None or rule.last_day >= day)
    )


def _sums(facts: list[Fact], compacted_to: date) -> Sums:
    noted: Counter[tuple[str, date]] = Counter(
        fact_week for fact_week in ((f.user, f.week) for f in facts if f.noted)
    )
    open_weeks = {(fact.user, fact.week) for fact in facts if not fact.noted}
    complete = {week for week, count in noted.items() if count >= 4} - open_weeks
    found = Sums()
    for key in {key for fact in facts for key in fact.every_key()}:
        here = [fact for fact in facts if key in fact.every_key()]
        _days(found, key, here, compacted_to)
        n_of = Counter(fact.user for fact in here if fact.noted)
        c_of = Counter(fact.user for fact in here if fact.noted and (fact.user, fact.week) in complete)
        found.totals[(key,)] = (
            sum(n_of.values()),
            sum(not fact.noted for fact in here),
            len(n_of),
            sum(n * n for n in n_of.values()),
            sum(c_of.values()),
            len(c_of),
            sum(n * n for n in c_of.values()),
        )
        for item in {item for fact in here for item in fact.drops}:
            x_of = Counter(fact.user for fact in here if item in fact.drops)
            cx_of = Counter(f.user for f in here if item in f.drops and (f.user, f.week) in complete)
            found.total_items[key, item] = (
                sum(x_of.values()),
                sum(fact.drops.get(item, 0) for fact in here),
                sum(x * x for x in x_of.values()),
                sum(n_of[user] * x for user, x in x_of.items()),
                sum(cx_of.values()),
                sum(x * x for x in cx_of.values()),
                sum(c_of[user] * x for user, x in cx_of.items()),
            )
            if "all" not in key:
                for user, x in x_of.items():
                    _player(found, user, key)[2][item] = [x, cx_of[user]]
        if "all" not in key:
            for user, n in n_of.items():
                _player(found, user, key)[:2] = [n, c_of[user]]
    return found


def _days(found: Sums, key: Key, here: list[Fact], compacted_to: date) -> None:
    for fact in here:
        had = found.days.get((key, fact.day), (0, 0))
        found.days[key, fact.day] = (had[0] + fact.noted, had[1] + (not fact.noted))
        for item, quantity in fact.drops.items():
            old = fact.day < compacted_to
            target = found.month_items if old else found.day_items
            place = (key, fact.day.replace(day=1) if old else fact.day, item)
            had = target.get(place, (0, 0))
            target[place] = (had[0] + 1, had[1] + quantity)


def _player(found: Sums, user: str, key: Key) -> list[Any]:
    entry, world, epoch, party = key
    shares = found.players.setdefault((user, entry, epoch), {})
    mine: list[Any] = shares.setdefault(f"{world}|{party}", [0, 0, {}])
    return mine


async def check(session: AsyncSession, catalog: Catalog, today: date, rules: list[Rule]) -> Sums:
    """Compare every table with what it should say. Returns what is kept."""
    found = await kept(session)
    right = await recomputed(session, catalog, today, rules)
    for name in Sums.__slots__:
        assert getattr(found, name) == getattr(right, name), name
    return found
