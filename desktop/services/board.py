"""What the Bosses page shows: a character's week as cards, and everyone's as a matrix."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, or_, select

from desktop.services.characters import Character, find_character, read_characters
from desktop.services.plans import Plan, read_plans
from desktop.services.runs import Run, read_runs
from desktop.storage.database import Database
from desktop.storage.tables import boss_run_drops, boss_runs, live
from desktop.storage.transaction import Row
from shared.catalog import BossEntry, Catalog
from shared.resets import Reset, period_of_day, utc_date

SHOWN_RESETS = (Reset.WEEKLY, Reset.MONTHLY, Reset.DAILY)
"""The periods bosses have, in the order they are shown."""
_RECENT_DROPS = 3


@dataclass(frozen=True, slots=True)
class RecentDrop:
    """An item this character got from this boss before."""

    item: str
    quantity: int
    day: date


@dataclass(frozen=True, slots=True)
class Tile:
    """One boss (clear group) for one character in the current period.

    entry: the planned difficulty, or the cleared one once cleared. crystal_mesos: this member's share today, or the
    share kept in the run. best: whether the crystal is among the 14 dearest weekly ones of the plan.
    """

    entry: BossEntry
    options: tuple[BossEntry, ...]
    planned: bool
    party_size: int
    crystal_mesos: int | None
    period: date
    run: Run | None
    best: bool
    recent: tuple[RecentDrop, ...]


@dataclass(frozen=True, slots=True)
class Crystals:
    """Crystals used up this week against a limit."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Board:
    """A character's bosses. mesos_earned: crystals of this week's clears; mesos_possible: what the rest would add."""

    character: Character
    today: date
    tiles: tuple[Tile, ...]
    weekly: Crystals
    world: Crystals
    mesos_earned: int
    mesos_possible: int
    open_notes: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One character × boss. plan is None where the boss is not planned; run is None where it is not cleared."""

    plan: Plan | None
    run: Run | None


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every character against every boss that someone plans or cleared.

    groups: clear groups by period, then in game order. weekly and worlds: crystals used by character and by
    world. earlier_mesos: by
    character, this week's crystals of daily clears before today, which have no cell any more.
    """

    today: date
    characters: tuple[Character, ...]
    groups: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    weekly: Mapping[str, Crystals]
    worlds: Mapping[str, Crystals]
    earlier_mesos: Mapping[str, int]
    open_notes: int


class Boards:
    """Read models of the current reset periods."""

    def __init__(self, database: Database, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._catalog = catalog
        self._now = now

    def board(self, character_id: str) -> Board:
        """One character's bosses now. Raises NotFound."""
        today = utc_date(self._now())
        with self._database.read() as connection:
            character = find_character(connection, self._catalog, character_id)
            everyone = read_characters(connection, self._catalog)
            plans = read_plans(connection, [character_id]).get(character_id, {})
            neighbours = [c.id for c in everyone if c.world == character.world]
            rows = current_clears(connection, today, neighbours)
            mine = [row for row in rows if row["character_id"] == character_id]
            current = [row for row in mine if self._is_current(row, today)]
            runs = dict(
                zip((row["clear_group"] for row in current), read_runs(connection, current), strict=True)
            )
            recent = self._recent(connection, character_id)
        week = period_of_day(Reset.WEEKLY, today).isoformat()
        tiles = self._tiles(character, today, plans, runs, recent)
        used = weekly_used(rows, week)
        caps = self._catalog.sale_caps
        return Board(
            character=character,
            today=today,
            tiles=tiles,
            weekly=Crystals(used[character_id], caps.weekly_per_character),
            world=Crystals(_sold(rows, week), caps.per_world),
            mesos_earned=sum(row["crystal_mesos"] or 0 for row in mine if row["occurred_on"] >= week),
            mesos_possible=still_possible(tiles, caps.weekly_per_character - used[character_id]),
            open_notes=count_open(rows, week, {character_id}),
        )

    def matrix(self) -> Matrix:
        """Every character's bosses now."""
        today = utc_date(self._now())
        with self._database.read() as connection:
            everyone = read_characters(connection, self._catalog)
            ids = [c.id for c in everyone]
            plans = read_plans(connection, ids)
            rows = current_clears(connection, today, ids)
            current = [row for row in rows if self._is_current(row, today)]
            runs = read_runs(connection, current)
        cells: dict[tuple[str, str], Cell] = {}
        for character_id, planned in plans.items():
            for group, plan in planned.items():
                if group in self._catalog.groups:
                    cells[character_id, group] = Cell(plan, None)
        for row, run in zip(current, runs, strict=True):
            key = (row["character_id"], row["clear_group"])
            cells[key] = Cell(cells[key].plan if key in cells else None, run)
        week = period_of_day(Reset.WEEKLY, today).isoformat()
        used = weekly_used(rows, week)
        caps = self._catalog.sale_caps
        by_world: dict[str, list[Row]] = {c.world: [] for c in everyone}
        world_of = {c.id: c.world for c in everyone}
        for row in rows:
            by_world[world_of[row["character_id"]]].append(row)
        shown = {group for _, group in cells}
        return Matrix(
            today=today,
            characters=tuple(everyone),
            groups=tuple(
                group
                for reset in SHOWN_RESETS
                for group, options in self._catalog.groups.items()
                if group in shown and options[0].reset is reset
            ),
            cells=cells,
            weekly={c: Crystals(used[c], caps.weekly_per_character) for c in ids},
            worlds={world: Crystals(_sold(mine, week), caps.per_world) for world, mine in by_world.items()},
            earlier_mesos=self._earlier_mesos(rows, week, today),
            open_notes=count_open(rows, week, set(ids)),
        )

    def _earlier_mesos(self, rows: Sequence[Row], week: str, today: date) -> Mapping[str, int]:
        found: Counter[str] = Counter()
        for row in rows:
            if row["occurred_on"] >= week and not self._is_current(row, today):
                found[row["character_id"]] += row["crystal_mesos"] or 0
        return found

    def _is_current(self, row: Row, today: date) -> bool:
        options = self._catalog.groups.get(row["clear_group"])
        return (
            options is not None and row["reset_period"] == period_of_day(options[0].reset, today).isoformat()
        )

    def _tiles(
        self,
        character: Character,
        today: date,
        plans: Mapping[str, Plan],
        runs: Mapping[str, Run],
        recent: Mapping[str, list[RecentDrop]],
    ) -> tuple[Tile, ...]:
        best = self._best(character, today, plans)
        tiles = []
        for group, options in self._catalog.groups.items():
            run, plan = runs.get(group), plans.get(group)
            if run is not None:
                entry, party = self._catalog.bosses[run.draft.entry_id], run.draft.party_size
                price = run.crystal_mesos
            else:
                entry = self._catalog.bosses[plan.entry_id] if plan else options[0]
                party = plan.party_size if plan else 1
                price = self._catalog.crystal_price(entry.id, character.world_type, party, today)
            tiles.append(
                Tile(
                    entry=entry,
                    options=options,
                    planned=plan is not None,
                    party_size=party,
                    crystal_mesos=price,
                    period=period_of_day(entry.reset, today),
                    run=run,
                    best=group in best,
                    recent=tuple(recent.get(entry.boss_slug, ())[:_RECENT_DROPS]),
                )
            )
        return tuple(tiles)

    def _best(self, character: Character, today: date, plans: Mapping[str, Plan]) -> set[str]:
        prices = {
            group: self._catalog.crystal_price(plan.entry_id, character.world_type, plan.party_size, today)
            or 0
            for group, plan in plans.items()
            if group in self._catalog.groups and self._catalog.groups[group][0].reset is Reset.WEEKLY
        }
        dearest = sorted(prices, key=lambda group: -prices[group])
        return {group for group in dearest[: self._catalog.sale_caps.weekly_per_character] if prices[group]}

    def _recent(self, connection: Connection, character_id: str) -> dict[str, list[RecentDrop]]:
        found: dict[str, list[RecentDrop]] = {}
        for row in connection.execute(
            select(
                boss_runs.c.boss_slug,
                boss_runs.c.occurred_on,
                boss_run_drops.c.item,
                boss_run_drops.c.quantity,
            )
            .join(boss_run_drops, boss_run_drops.c.run_id == boss_runs.c.id)
            .where(boss_runs.c.character_id == character_id, live(boss_runs), live(boss_run_drops))
            .order_by(boss_runs.c.occurred_on.desc())
            .limit(200)
        ):
            drop = RecentDrop(row.item, row.quantity, date.fromisoformat(row.occurred_on))
            found.setdefault(row.boss_slug, []).append(drop)
        return found


def current_clears(connection: Connection, today: date, character_ids: Sequence[str]) -> list[Row]:
    """This week's and this month's clears of these characters."""
    week = period_of_day(Reset.WEEKLY, today).isoformat()
    month = period_of_day(Reset.MONTHLY, today).isoformat()
    found = connection.execute(
        select(boss_runs).where(
            boss_runs.c.character_id.in_(character_ids),
            boss_runs.c.reset_period >= min(week, month),
            or_(boss_runs.c.occurred_on >= week, boss_runs.c.reset_period == month),
            boss_runs.c.cleared == 1,
            live(boss_runs),
        )
    ).mappings()
    return list(found)


def weekly_used(rows: Sequence[Row], week: str) -> Counter[str]:
    """Weekly crystals of this week by character."""
    return Counter(
        row["character_id"]
        for row in rows
        if row["crystal_mesos"] and row["occurred_on"] >= week and row["clear_group"].startswith("weekly:")
    )


def _sold(rows: Sequence[Row], week: str) -> int:
    return sum(1 for row in rows if row["crystal_mesos"] and row["occurred_on"] >= week)


def count_open(rows: Sequence[Row], week: str, ids: set[str]) -> int:
    return sum(
        row["drop_note"] == "unrecorded" and row["occurred_on"] >= week and row["character_id"] in ids
        for row in rows
    )


def still_possible(tiles: Sequence[Tile], weekly_left: int) -> int:
    """Mesos the plan's uncleared bosses would still bring: the dearest weekly ones that fit the limit, and the rest."""
    weekly, other = [], 0
    for tile in tiles:
        if tile.planned and tile.run is None and tile.crystal_mesos:
            if tile.entry.reset is Reset.WEEKLY:
                weekly.append(tile.crystal_mesos)
            else:
                other += tile.crystal_mesos
    return other + sum(sorted(weekly, reverse=True)[: max(0, weekly_left)])
