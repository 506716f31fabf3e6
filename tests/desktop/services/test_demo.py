"""The demo: the same for everybody, plausible, kept for a week and then made anew."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from desktop.services.demo import build_demo
from desktop.services.economy.books import BookFilter, Order
from desktop.services.registry import Services, build_services
from desktop.storage.database import Database
from desktop.storage.tables import (
    SYNCED,
    boss_run_drops,
    boss_runs,
    calculator_inputs,
    ledger_transactions,
    lootbox_rolls,
    lootbox_seeds,
    outbox,
    purchases,
    user_tasks,
)
from shared.calculators.liberation import ChosenBoss, LiberationInput, plan_liberation
from shared.calculators.symbols import SymbolInput, plan_symbol
from shared.catalog import Catalog, SymbolKind
from shared.economy.ledger import Kind
from shared.resets import Reset, period_of_day
from shared.tracking import WorldType
from tests.desktop.conftest import NOW, Clock

COUNT = 5
"""Enough for heroic and interactive worlds."""


@pytest.fixture
def demo(services: Services, put_demo: Callable[[int], None]) -> Services:
    """A demo with five characters."""
    put_demo(COUNT)
    return services


def rows(services: Services, table: Any) -> list[dict[str, Any]]:
    """A table's rows as they are stored, without this file's own numbering."""
    with services.database.read() as connection:
        found = connection.execute(select(table).order_by(table.c.id)).mappings().all()
    return [{key: value for key, value in row.items() if key != "row"} for row in found]


def alike(services: Services, table: Any) -> list[str]:
    """What the rows say, but for ids that every machine makes anew: of seeds, and of things bought by the piece."""
    found = rows(services, table)
    if table in {purchases, ledger_transactions, lootbox_seeds, lootbox_rolls}:
        made = {"id", "cause", "seed_id"}
        found = [{key: value for key, value in row.items() if key not in made} for row in found]
    return sorted(map(str, found))


@contextmanager
def another(folder: Path, catalog: Catalog, clock: Clock) -> Iterator[Services]:
    """The use cases over another new database."""
    folder.mkdir()
    database = Database.open(folder / "maplehub.sqlite3", folder / "backups", now=clock)
    try:
        yield build_services(database, catalog, clock)
    finally:
        database.close()


def test_the_demo_is_the_same_every_time(
    demo: Services, tmp_path: Path, catalog: Catalog, clock: Clock
) -> None:
    with another(tmp_path / "other", catalog, clock) as twin:
        build_demo(twin, COUNT)
        for table in SYNCED.values():
            assert alike(twin, table) == alike(demo, table), table.name


def test_nobody_clears_a_boss_twice_in_a_period(demo: Services) -> None:
    clears = Counter(
        (run["character_id"], run["clear_group"], run["reset_period"])
        for run in rows(demo, boss_runs)
        if run["cleared"]
    )
    assert clears
    assert set(clears.values()) == {1}


def test_nobody_sells_more_than_the_weekly_crystals(demo: Services, catalog: Catalog) -> None:
    weeks = Counter(
        (run["character_id"], run["reset_period"])
        for run in rows(demo, boss_runs)
        if run["cleared"] and catalog.bosses[run["entry_id"]].reset is Reset.WEEKLY
    )
    assert max(weeks.values()) <= catalog.sale_caps.weekly_per_character


def test_every_run_lies_in_the_past_year_in_its_own_period(demo: Services, catalog: Catalog) -> None:
    today = NOW.date()
    for run in rows(demo, boss_runs):
        day = date.fromisoformat(run["occurred_on"])
        assert today - timedelta(days=400) < day <= today
        assert run["logged_at"] <= NOW.isoformat()
        assert run["reset_period"] == period_of_day(catalog.bosses[run["entry_id"]].reset, day).isoformat()


def test_prices_are_those_of_the_day_the_world_and_the_party(demo: Services, catalog: Catalog) -> None:
    for run in rows(demo, boss_runs):
        day, world = date.fromisoformat(run["occurred_on"]), WorldType(run["world_type"])
        price = catalog.crystal_price(run["entry_id"], world, run["party_size"], day)
        assert run["crystal_mesos"] == (price if run["cleared"] else None)


def test_bosses_drop_only_what_they_can_and_sell_only_where_one_can(demo: Services, catalog: Catalog) -> None:
    runs = {run["id"]: run for run in rows(demo, boss_runs)}
    sold = 0
    for drop in rows(demo, boss_run_drops):
        run = runs[drop["run_id"]]
        assert drop["item"] in {listed.item for listed in catalog.drops_of(run["entry_id"])}
        assert run["cleared"]
        assert run["drop_note"] == "list"
        if drop["sold_for"] is not None:
            sold += 1
            assert run["world_type"] == "interactive"
            assert drop["sold_for"] > 0
            assert run["occurred_on"] <= drop["sold_on"] <= NOW.date().isoformat()
    assert sold


def test_every_note_has_the_drops_it_says(demo: Services) -> None:
    with_drops = {drop["run_id"] for drop in rows(demo, boss_run_drops)}
    notes = Counter(run["drop_note"] for run in rows(demo, boss_runs))
    assert set(notes) == {"list", "nothing", "unrecorded"}
    for run in rows(demo, boss_runs):
        assert (run["drop_note"] == "list") == (run["id"] in with_drops)


def test_tasks_are_there_for_characters_worlds_and_the_account(demo: Services) -> None:
    assert {task["scope"] for task in rows(demo, user_tasks)} == {"character", "world", "account"}
    states = demo.tasks.states()
    assert len(states) == len(rows(demo, user_tasks))
    assert any(state.done for state in states)
    assert any(not state.done for state in states)
    assert all(0 <= state.count <= state.task.max_count for state in states)
    assert any(state.streak >= 3 for state in states)


def test_the_calculators_have_results_to_show(demo: Services, catalog: Catalog) -> None:
    today = NOW.date()
    seen: Counter[str] = Counter()
    for character in demo.characters.all():
        symbols = demo.remembered.inputs("symbols", character.id)
        kind = SymbolKind(symbols["kind"])
        rules = catalog.symbols[kind]
        for area in rules.areas:
            mine = symbols[kind][area.slug]
            if mine["included"]:
                seen["symbols"] += 1
                assert area.unlock_level <= (character.level or 0)
                given = SymbolInput(level=mine["level"], held=mine["held"])
                assert plan_symbol(rules, area, given, today).symbols_needed > 0
        liberation = demo.remembered.inputs("liberation", character.id)
        if liberation:
            path = catalog.liberation[liberation["path"]]
            mine = liberation[path.slug]
            bosses = [ChosenBoss(b["entry"], b["party"], bool(b["done_in"])) for b in mine["bosses"].values()]
            result = plan_liberation(
                path,
                catalog.bosses,
                LiberationInput(mine["stage"], mine["held"], mine["pass"], tuple(bosses)),
                today,
            )
            seen["liberation"] += result.liberated_on is not None
        luck = demo.remembered.inputs("luck", character.id)
        if luck:
            seen["luck"] += 1
            assert 1 <= int(luck["drops"]) <= int(luck["runs"])
            assert luck["item"] in {listed.item for listed in catalog.drops_of(luck["boss"])}
    assert seen["symbols"] >= COUNT
    assert seen["liberation"] >= 3
    assert seen["luck"] >= 3


def test_a_demo_of_this_week_is_kept_with_what_was_changed(demo: Services, clock: Clock) -> None:
    demo.characters.create("Aria", "kronos")
    clock.now += timedelta(days=3)
    build_demo(demo, COUNT)
    assert "Aria" in {character.name for character in demo.characters.all()}


def test_a_demo_is_made_anew_in_a_new_week(demo: Services, clock: Clock) -> None:
    demo.characters.create("Aria", "kronos")
    clock.now += timedelta(days=7)
    build_demo(demo, COUNT)
    assert "Aria" not in {character.name for character in demo.characters.all()}
    week = period_of_day(Reset.WEEKLY, clock.now.date()).isoformat()
    assert any(run["occurred_on"] >= week for run in rows(demo, boss_runs))
    assert demo.database.next_undo() is None


def test_a_demo_on_the_first_day_of_a_week_is_kept_too(services: Services, clock: Clock) -> None:
    clock.now = NOW + timedelta(days=5)  # Thursday: hardly anything was run in this week yet
    build_demo(services, 1)
    services.characters.create("Aria", "kronos")
    build_demo(services, 1)
    assert len(services.characters.all()) == 2


def test_another_number_of_characters_is_another_demo(demo: Services) -> None:
    build_demo(demo, 2)
    assert len(demo.characters.all()) == 2
    assert len(rows(demo, calculator_inputs)) <= 2 * 3


def test_made_up_data_waits_for_no_server(demo: Services) -> None:
    with demo.database.read() as connection:
        assert connection.execute(select(outbox)).first() is None


@pytest.mark.parametrize("count", [1, 24])
def test_names_are_one_to_a_character(
    services: Services, count: int, make_character: Callable[..., str]
) -> None:
    make_character("Somebody from before")
    build_demo(services, count)
    found = services.characters.all()
    assert len(found) == count
    assert len({character.name for character in found}) == count
    assert [character.is_main for character in found].count(True) == 1


def test_coins_are_earned_and_spent(demo: Services) -> None:
    purse = demo.wallet.purse()
    assert purse.coins >= 0
    assert not purse.daily_claimed
    assert purse.lootboxer.level > 1
    totals = demo.books.totals(BookFilter())
    assert {Kind.RUN_REWARD, Kind.TASK_REWARD, Kind.DAILY, Kind.EVENT_BONUS} <= set(totals.by_kind)
    assert {Kind.SHOP_PURCHASE, Kind.LOOTBOX} <= set(totals.by_kind)
    assert demo.shop.inventory().cosmetics
    assert demo.wearing.worn()
    assert demo.books.check().faults == ()
    lines = demo.books.lines(BookFilter(order=Order.OLDEST), 0, 100_000)
    behind = [b.at - a.at for a, b in pairwise(lines) if b.at < a.at]
    # Booked week by week: nothing stands more than a week from its place.
    assert all(-each < timedelta(days=7) for each in behind)
