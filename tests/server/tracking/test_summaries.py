"""What a day and a week brought, against a reckoning by hand."""

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.catalog import service as catalog
from shared.ids import drop_id, new_id, plan_id
from shared.resets import Reset, period_of_day
from shared.runs import clear_of
from shared.summary import DropFact, RunFact, Tally, tally
from tests.server.conftest import NOW
from tests.server.player import Desk
from tests.server.rest import Player, join
from tests.server.sync.machine import Machine, clear

WEEKLY, DAILY = "/tracking/weekly-summary", "/tracking/daily-summary"


@pytest.fixture
async def aria(desk: Desk) -> Player:
    return await join(desk)


async def test_a_week_by_boss(aria: Player) -> None:
    hero, other = await aria.character("Hero"), await aria.character("Other")
    sold = {"item_id": "dreamy-belt", "sold_for": 1_000, "sold_on": "2026-03-05"}
    one = await aria.run(hero, drops=[sold, {"item_id": "twilight-mark", "quantity": 2}])
    two = await aria.run(other, party_size=2)
    await aria.run(hero, "hard-damien", cleared=False)
    old = await aria.run(hero, "hard-will", day="2026-03-04", drops=[{**sold, "sold_for": 70}])
    week = await aria.get(WEEKLY)
    assert (week["first_day"], week["last_day"]) == ("2026-03-05", "2026-03-11")
    lines = {line["boss_id"]: line for line in week["bosses"]}
    assert list(lines) == ["hard-damien", "hard-lucid", "hard-will"]
    assert lines["hard-lucid"] == {
        "boss_id": "hard-lucid",
        "boss_name": "Hard Lucid",
        "cleared": True,
        "clears": 2,
        "drops_count": 3,
        "meso_value": one["crystal_mesos"] + two["crystal_mesos"] + 1_000,
    }
    assert (lines["hard-damien"]["cleared"], lines["hard-damien"]["meso_value"]) == (False, 0)
    # What fell last week was sold in this one.
    assert (lines["hard-will"]["drops_count"], lines["hard-will"]["meso_value"]) == (0, 70)
    assert week["total_meso"] == sum(line["meso_value"] for line in week["bosses"])
    before = await aria.get(WEEKLY, day="2026-02-27")
    assert [(line["boss_id"], line["meso_value"]) for line in before["bosses"]] == [
        ("hard-will", old["crystal_mesos"])
    ]
    of_other = await aria.get(WEEKLY, character_id=other)
    assert [(line["boss_id"], line["clears"]) for line in of_other["bosses"]] == [("hard-lucid", 1)]
    today = await aria.get(DAILY)
    assert (today["first_day"], today["last_day"]) == ("2026-03-05", "2026-03-05")
    assert today["total_meso"] == week["total_meso"]


async def test_what_is_planned_and_not_done_is_listed_now_and_not_for_the_past(aria: Player) -> None:
    hero = await aria.character()
    desktop = aria.machine()
    desktop.now_ms += 1_000
    for entry_id in ("hard-lucid", "hard-will", "normal-zakum"):
        group = catalog.read().bosses[entry_id].clear_group
        plan = {"character_id": hero, "clear_group": group, "entry_id": entry_id}
        await desktop.push(desktop.mutation("insert", "boss_plans", plan_id(hero, group), **plan))
    await aria.run(hero, "hard-will")
    week = (await aria.get(WEEKLY))["bosses"]
    assert [(line["boss_id"], line["cleared"]) for line in week] == [
        ("hard-lucid", False),
        ("hard-will", True),
    ]
    day = (await aria.get(DAILY))["bosses"]
    assert [(line["boss_id"], line["cleared"]) for line in day] == [
        ("normal-zakum", False),
        ("hard-will", True),
    ]
    assert (await aria.get(WEEKLY, day="2026-02-26"))["bosses"] == []
    assert (await aria.ask("GET", WEEKLY, day="1999-01-01")).status_code == 422


_DAYS = st.dates(NOW.date() - timedelta(days=20), NOW.date())
_ENTRIES = st.sampled_from(["hard-lucid", "easy-lucid", "normal-zakum", "hard-black-mage"])
_DROP = st.fixed_dictionaries(
    {
        "item": st.sampled_from(["dreamy-belt", "twilight-mark", "black-heart"]),
        "quantity": st.integers(1, 5),
        "sold_for": st.none() | st.integers(0, 1000),
        "sold_on": st.none() | _DAYS,
    }
)
_Drawn = tuple[int, str, date, bool, list[dict[str, Any]]]
_CRYSTAL = 504_000_000
_RUN = st.tuples(
    st.integers(0, 1),
    _ENTRIES,
    _DAYS,
    st.booleans(),
    st.lists(_DROP, max_size=3, unique_by=lambda d: d["item"]),
)


_NAMES = count()


@pytest.mark.parametrize(("path", "reset"), [(WEEKLY, Reset.WEEKLY), (DAILY, Reset.DAILY)])
@given(
    runs=st.lists(_RUN, max_size=12, unique_by=lambda run: run[:3]),
    buried=st.sets(st.integers(0, 11), max_size=3),
    day=_DAYS,
    whose=st.none() | st.integers(0, 1),
)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), database=None)
async def test_a_summary_is_the_sum_of_the_rows(
    desk: Desk,
    path: str,
    reset: Reset,
    runs: list[_Drawn],
    buried: set[int],
    day: date,
    whose: int | None,
) -> None:
    """A new player each time; the rows come by push, and some are buried again, their drops left behind."""
    player = await join(desk, f"{next(_NAMES):04}")
    desktop = player.machine()
    heroes = [desktop.character(name=name) for name in ("Hero", "Other")]
    stored: dict[str, tuple[str, _Drawn]] = {}
    for run in runs:
        hero = heroes[run[0]]["id"]
        row_id = clear_of(catalog.read(), hero, run[1], run[2]) if run[3] else new_id()
        stored.setdefault(row_id, (hero, run))
    lines = []
    for row_id, (hero, run) in stored.items():
        lines += _lines(desktop, row_id, hero, run)
    gone = {row_id for place, row_id in enumerate(stored) if place in buried}
    lines += [desktop.mutation("update", "boss_runs", row_id, deleted=1) for row_id in gone]
    answer = (await desktop.push(*heroes, *lines)).json()
    assert {result["status"] for result in answer["results"]} <= {"applied"}

    expected: dict[str, list[int]] = {}
    total = 0
    for row_id, (hero, (_, entry_id, on, cleared, drops)) in stored.items():
        if row_id in gone or (whose is not None and hero != heroes[whose]["id"]):
            continue
        inside = period_of_day(reset, on) == period_of_day(reset, day)
        line = expected.setdefault(entry_id, [0, 0, 0]) if inside else None
        if line is not None:
            line[0] += cleared
            line[1] += sum(drop["quantity"] for drop in drops)
            line[2] += _CRYSTAL * cleared
            total += _CRYSTAL * cleared
        for drop in drops:
            sold_on = drop["sold_on"] or on
            if drop["sold_for"] and period_of_day(reset, sold_on) == period_of_day(reset, day):
                expected.setdefault(entry_id, [0, 0, 0])[2] += drop["sold_for"]
                total += drop["sold_for"]
    chosen = {} if whose is None else {"character_id": heroes[whose]["id"]}
    told = await player.get(path, day=day.isoformat(), **chosen)
    assert told["total_meso"] == total
    assert {
        line["boss_id"]: [line["clears"], line["drops_count"], line["meso_value"]] for line in told["bosses"]
    } == expected


def _lines(desktop: Machine, row_id: str, hero: str, run: _Drawn) -> list[dict[str, Any]]:
    """What a desktop pushes of a run."""
    _, entry_id, on, cleared, drops = run
    entry = catalog.read().bosses[entry_id]
    made = clear(
        desktop,
        hero,
        period_of_day(entry.reset, on).isoformat(),
        entry_id=entry_id,
        clear_group=entry.clear_group,
        occurred_on=on.isoformat(),
        cleared=int(cleared),
        crystal_mesos=_CRYSTAL if cleared else None,
    )
    return [
        {**made, "id": row_id},
        *(
            desktop.mutation(
                "insert",
                "boss_run_drops",
                drop_id(row_id, drop["item"]),
                run_id=row_id,
                **{**drop, "sold_on": drop["sold_on"] and drop["sold_on"].isoformat()},
            )
            for drop in drops
        ),
    ]


def test_a_tally_counts_a_sale_on_its_own_day_and_a_drop_on_its_runs() -> None:
    drops = [
        DropFact("a", "2026-03-01", 2, 10, "2026-03-09"),
        DropFact("a", "2026-03-09", 3),
        DropFact("b", "2026-03-09", 1, 5),
        DropFact("c", "2026-03-01", 1),
    ]
    found = tally([RunFact("a", True, None), RunFact("a", False, 7)], drops, "2026-03-05", "2026-03-11")
    assert found == {"a": Tally(1, 3, 7, 10), "b": Tally(0, 1, 0, 5)}
    assert sum(found.values(), Tally()).mesos == 22
