"""A year of made-up but plausible data for a look around. The drop chances here are invented: nobody knows them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, insert

from desktop.services.characters import Character
from desktop.services.demo_economy import DemoSpending
from desktop.services.demo_inputs import Inputs, demo_inputs
from desktop.services.registry import Services
from desktop.services.runs import Runs
from desktop.storage.append_only import guard, unguard
from desktop.storage.tables import (
    SYNCED,
    boss_plans,
    boss_run_drops,
    boss_runs,
    calculator_inputs,
    characters,
    history,
    ledger_accounts,
    ledger_entries,
    local_state,
    outbox,
    task_completions,
    user_tasks,
)
from desktop.storage.transaction import encode
from shared.catalog import BossEntry, Catalog, Item, TaskTemplate
from shared.characters import world_type
from shared.ids import calculator_id, completion_id, drop_id, natural_id, plan_id, task_id
from shared.resets import Reset, next_period, period_of_day
from shared.runs import Drop, RunDraft, drop_fields
from shared.tasks import ACCOUNT
from shared.tracking import DropNote, EntryMethod, WorldType

_MARK = "demo"
"""The key in the local state under which a demo says what it was made for."""
_WEEKS = 52
_TASK_WEEKS = 10
_SEED = 20190613

_CAST = (
    ("Maplewhisk", "kronos", "bishop", 289),
    ("Thornveil", "kronos", "night-lord", 285),
    ("Cindermoth", "kronos", "hero", 281),
    ("Lunaquill", "scania", "adele", 279),
    ("Brackenfox", "kronos", "marksman", 276),
    ("Sablepine", "kronos", "shadower", 274),
    ("Ottertide", "bera", "corsair", 272),
    ("Emberlark", "kronos", "arch-mage-fire-poison", 270),
    ("Quartzling", "kronos", "paladin", 268),
    ("Mistharrow", "hyperion", "bowmaster", 266),
    ("Willowrune", "kronos", "kanna", 265),
    ("Duskpetal", "kronos", "phantom", 265),
    ("Hollowfern", "scania", "dark-knight", 264),
    ("Pebblewing", "kronos", "evan", 263),
    ("Saltbramble", "kronos", "buccaneer", 262),
    ("Nightglade", "kronos", "night-walker", 262),
    ("Fennelspark", "kronos", "luminous", 261),
    ("Ivorygale", "bera", "wind-archer", 261),
    ("Copperreed", "kronos", "mechanic", 260),
    ("Tidecaller", "kronos", "arch-mage-ice-lightning", 260),
    ("Rooksong", "kronos", "demon-slayer", 260),
    ("Frostsorrel", "hyperion", "mercedes", 255),
    ("Gildedwren", "kronos", "kaiser", 250),
    ("Ashpetrel", "kronos", "thunder-breaker", 245),
)
_LEVEL_MARGIN = 8
_CHANCES = {
    "equipment": 0.035,
    "box": 0.16,
    "material": 0.22,
    "enhancement": 0.02,
    "symbol": 0.3,
    "currency": 0.5,
}
_SALES = {"equipment": 900_000_000, "box": 120_000_000, "material": 60_000_000, "enhancement": 400_000_000}


@dataclass(frozen=True, slots=True)
class _Habits:
    """How a character is played: chance to do a boss in a week, to note drops, and how long it has been logged."""

    clears: float
    notes: float
    weeks: int


def build_demo(services: Services, count: int) -> None:
    """Fill a demo database with `count` characters, or fill it anew.

    One that was made in this boss week for so many characters is left as it is, with all that was changed in it.
    """
    today = services.runs.today()
    made_for = {"week": period_of_day(Reset.WEEKLY, today).isoformat(), "characters": count}
    if services.remembered.get(_MARK) != made_for:
        _Builder(services, count, today).build(made_for)


class _Builder:
    def __init__(self, services: Services, count: int, today: date) -> None:
        self._services = services
        self._catalog: Catalog = services.catalog
        self._runs: Runs = services.runs
        self._count = count
        self._today = today
        self._random = random.Random(_SEED)  # noqa: S311 - a demo, not a draw

    def build(self, made_for: Mapping[str, object]) -> None:
        """Write everything. Whole weeks at a time, so that coins are earned and spent in the order of a year.

        The mark comes last: a demo that was cut off is made anew at the next start.
        """
        self._clear()
        now = self._services.now().isoformat(timespec="seconds")
        cast = [self._character(index) for index in range(self._count)]
        runs: list[dict[str, Any]] = []
        drops: dict[str, list[dict[str, Any]]] = {}
        with self._services.database.write() as writing:
            tx = writing.tx
            tx.sends = False
            tx.insert_many(characters, [_character_row(c, now) for c in cast])
            for character in cast:
                plan = self._plan(character)
                tx.insert_many(boss_plans, [_plan_row(character, *chosen) for chosen in plan])
                own_runs, own_drops = self._year(character, plan)
                runs += own_runs
                for drop in own_drops:
                    drops.setdefault(drop["run_id"], []).append(drop)
                inputs = demo_inputs(
                    self._catalog, character, plan, own_runs, own_drops, self._today, self._random
                )
                tx.insert_many(calculator_inputs, [_inputs_row(character, *kept) for kept in inputs.items()])
            tasks = [_task_row(*found, now) for found in enumerate(self._tasks(cast))]
            tx.insert_many(user_tasks, tasks)
        completions = list(self._completions(tasks, now))
        spending = DemoSpending(self._services, self._random)
        for week, until in self._weeks():
            with self._services.database.write() as writing:
                tx = writing.tx
                tx.sends = False
                of_week = [run for run in runs if week <= run["occurred_on"] < until]
                tx.insert_many(boss_runs, of_week)
                tx.insert_many(boss_run_drops, [drop for run in of_week for drop in drops.get(run["id"], ())])
                tx.insert_many(task_completions, [c for c in completions if week <= c["done_at"] < until])
                spending.claim(tx, week, min(until, self._today.isoformat()))
            spending.spend(min(until, self._today.isoformat()))
        spending.dress()
        self._finish(made_for)

    def _clear(self) -> None:
        with self._services.database.write() as writing:
            connection = writing.tx.connection
            unguard(connection)
            for table in (*SYNCED.values(), ledger_entries, ledger_accounts, history):
                connection.execute(delete(table))
            guard(connection)
            connection.execute(delete(local_state).where(local_state.c.key == _MARK))

    def _finish(self, made_for: Mapping[str, object]) -> None:
        with self._services.database.write() as writing:
            connection = writing.tx.connection
            # What is made up is never sent anywhere, nor is it anybody's to undo.
            connection.execute(delete(outbox))
            connection.execute(delete(history))
            connection.execute(insert(local_state).values(key=_MARK, value=encode(dict(made_for))))

    def _weeks(self) -> Iterator[tuple[str, str]]:
        """The weeks of the demo and one before, as ISO dates: from, and up to but not including."""
        first = period_of_day(Reset.MONTHLY, self._today - timedelta(weeks=_WEEKS))
        day = period_of_day(Reset.WEEKLY, first)
        while day <= self._today:
            yield day.isoformat(), (day + timedelta(days=7)).isoformat()
            day += timedelta(days=7)

    def _character(self, index: int) -> Character:
        name, world, job, level = _CAST[index % len(_CAST)]
        return Character(
            id=natural_id("demo", str(index)),
            name=name if index < len(_CAST) else f"{name}{index}",
            world=world,
            world_type=world_type(self._catalog, world),
            job=job if job in self._catalog.jobs else None,
            level=level,
            is_main=index == 0,
            position=index,
        )

    def _plan(self, character: Character) -> list[tuple[BossEntry, int]]:
        """The fourteen dearest weekly bosses within reach, a few daily ones, Black Mage for the strongest."""
        chosen: dict[str, BossEntry] = {}
        for entry in self._catalog.bosses.values():
            reach = (character.level or 200) - _LEVEL_MARGIN
            hard = entry.difficulty in {"hard", "chaos"} and entry.entry_level >= 255
            margin = 14 if hard else 60 if entry.difficulty == "extreme" else 0
            if entry.entry_level + margin <= reach:
                chosen[entry.clear_group] = entry
        weekly = sorted(
            (e for e in chosen.values() if e.reset is Reset.WEEKLY), key=lambda e: -self._price(character, e)
        )[:14]
        daily = [e for e in chosen.values() if e.reset is Reset.DAILY and e.boss_slug in {"gollux", "magnus"}]
        monthly = [e for e in chosen.values() if e.reset is Reset.MONTHLY and (character.level or 0) >= 280]
        party = self._random.choice((1, 1, 2, 3))
        return [
            (entry, min(party, entry.max_party_size) if entry.entry_level >= 255 else 1)
            for entry in sorted([*weekly, *daily, *monthly], key=lambda e: e.order)
        ]

    def _price(self, character: Character, entry: BossEntry) -> int:
        return self._catalog.crystal_price(entry.id, character.world_type, 1, self._today) or 0

    def _year(
        self, character: Character, plan: list[tuple[BossEntry, int]]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        habits = _Habits(
            clears=0.97 - 0.008 * character.position,
            notes=0.9 - 0.015 * character.position,
            weeks=max(10, _WEEKS - 2 * character.position),
        )
        runs: list[dict[str, Any]] = []
        drops: list[dict[str, Any]] = []
        for entry, party in plan:
            for period in self._periods(entry.reset, habits.weeks):
                run = self._run(character, entry, party, period, habits)
                if run is None:
                    continue
                failed = natural_id("demo-failure", character.id, entry.id, period.isoformat())
                row = self._runs.row_of(run, character, EntryMethod.DEMO, None if run.cleared else failed)
                row["logged_at"] = min(row["logged_at"], f"{run.day.isoformat()}T21:00:00+00:00")
                runs.append(row)
                drops.extend(
                    {
                        "id": drop_id(row["id"], drop.item),
                        "run_id": row["id"],
                        "item": drop.item,
                        **drop_fields(drop),
                    }
                    for drop in run.drops
                )
        order = sorted(range(len(runs)), key=lambda index: runs[index]["occurred_on"])
        return [runs[index] for index in order], drops

    def _periods(self, reset: Reset, weeks: int) -> Iterator[date]:
        period: date | None = period_of_day(reset, self._today - timedelta(weeks=weeks))
        while period is not None and period <= self._today:
            yield period
            period = next_period(reset, period)

    def _run(
        self, character: Character, entry: BossEntry, party: int, period: date, habits: _Habits
    ) -> RunDraft | None:
        dice = self._random
        following = next_period(entry.reset, period) or period
        length = (following - period).days
        day = period + timedelta(days=min(length - 1, int(dice.triangular(0, length, length * 0.45))))
        done = habits.clears * (0.45 if entry.reset is Reset.DAILY else 1)
        if day > self._today or dice.random() > done:
            return None
        if entry.entry_level >= 260 and dice.random() < 0.04:
            return RunDraft(character.id, entry.id, day, party, cleared=False, note=dice.choice(_FAILURES))
        drops = tuple(self._drops(character, entry, day))
        recent = (self._today - day).days < 7
        if dice.random() > habits.notes * (0.75 if recent else 1):
            return RunDraft(character.id, entry.id, day, party)
        if not drops:
            return RunDraft(character.id, entry.id, day, party, drop_note=DropNote.NOTHING)
        note = dice.choice(_NOTES) if dice.random() < 0.06 else ""
        return RunDraft(character.id, entry.id, day, party, drop_note=DropNote.LIST, drops=drops, note=note)

    def _drops(self, character: Character, entry: BossEntry, day: date) -> Iterator[Drop]:
        dice = self._random
        for listed in self._catalog.drops_of(entry.id):
            item = self._catalog.items[listed.item]
            if listed.guaranteed or dice.random() > demo_chance(item):
                continue
            sold_for = sold_on = None
            if (
                character.world_type is WorldType.INTERACTIVE
                and item.category in _SALES
                and dice.random() < 0.7
            ):
                middle = _SALES[item.category] * (12 if _is_rare(item) else 1)
                sold_for = int(dice.lognormvariate(0, 0.35) * middle) // 100_000 * 100_000
                sold_on = min(self._today, day + timedelta(days=dice.randrange(6)))
            yield Drop(listed.item, 1, sold_for, sold_on)

    def _tasks(self, cast: Sequence[Character]) -> Iterator[tuple[TaskTemplate, str]]:
        """Templates and their owners: symbols and guild per character, the rest once per world and account."""
        templates = self._catalog.task_templates.values()
        for character in cast:
            fitting = [
                template
                for template in templates
                if template.scope == "character"
                and template.category.startswith(("arcane-symbol", "sacred-symbol", "guild"))
                and (template.min_level or 0) <= (character.level or 0)
            ]
            for template in fitting[: 14 if character.position < 3 else 6]:
                yield template, character.id
        for template in templates:
            if template.scope == "world":
                for world in dict.fromkeys(character.world for character in cast):
                    yield template, world
            elif template.scope == "account":
                yield template, ACCOUNT

    def _completions(self, tasks: Sequence[Mapping[str, Any]], now: str) -> Iterator[dict[str, Any]]:
        for task in tasks:
            reset, most = Reset(task["reset"]), task["max_count"]
            for period in self._periods(reset, _TASK_WEEKS):
                current = period == period_of_day(reset, self._today)
                if self._random.random() < (0.5 if current else 0.9):
                    count = self._random.randint(1, most) if current else most
                    yield {
                        "id": completion_id(task["id"], task["owner"], period),
                        "task_id": task["id"],
                        "owner": task["owner"],
                        "period": period.isoformat(),
                        "count": count,
                        "done_at": min(now, f"{period.isoformat()}T21:00:00+00:00"),
                    }


def demo_chance(item: Item) -> float:
    """The invented chance of an item a clear."""
    return 0.012 if _is_rare(item) else _CHANCES.get(item.category, 0.1)


def _is_rare(item: Item) -> bool:
    return item.tier in {"pitched", "brilliant", "exceptional"}


_FAILURES = ("Ran out of deaths in phase two.", "Disconnected.", "Out of time at a sliver of health.")
_NOTES = ("First one.", "Sold in two days.", "Kept for the second character.", "Went to the party’s vote.")


def _character_row(character: Character, now: str) -> dict[str, Any]:
    return {
        "id": character.id,
        "name": character.name,
        "world": character.world,
        "job": character.job,
        "level": character.level,
        "is_main": int(character.is_main),
        "position": character.position,
        "created_at": now,
    }


def _plan_row(character: Character, entry: BossEntry, party: int) -> dict[str, Any]:
    return {
        "id": plan_id(character.id, entry.clear_group),
        "character_id": character.id,
        "clear_group": entry.clear_group,
        "entry_id": entry.id,
        "party_size": party,
    }


def _inputs_row(character: Character, calculator: str, inputs: Inputs) -> dict[str, Any]:
    return {
        "id": calculator_id(calculator, character.id),
        "calculator": calculator,
        "owner": character.id,
        "inputs": encode(inputs),
    }


def _task_row(position: int, found: tuple[TaskTemplate, str], now: str) -> dict[str, Any]:
    template, owner = found
    return {
        "id": task_id(template.slug, owner),
        "template": template.slug,
        "name": template.name,
        "category": template.category,
        "reset": str(template.reset),
        "scope": template.scope,
        "owner": owner,
        "max_count": template.max_count,
        "reward_coins": 0,
        "position": position,
        "created_at": now,
    }
