"""Can anything but chance decide who wins? What people with rights in a clan, and the operator, can try."""

import json
from datetime import timedelta
from typing import Any

from tests.server.clans.players import found
from tests.server.contests.stage import END, START, Stage
from tests.server.player import Desk


async def _rows(stage: Stage, contest_id: str) -> dict[str, Any]:
    items = (await stage.clan.leader.get(stage.path(contest_id, "standings")))["items"]
    return {row["name"]: row for row in items}


# One person, one chance


async def test_an_account_stays_one_entrant_whoever_it_is_said_to_be(stage: Stage, desk: Desk) -> None:
    bell, cora = await stage.clan.let_in(desk, "bell"), await stage.clan.let_in(desk, "cora")
    contest_id = await stage.contest()
    await stage.at(START + timedelta(days=1))
    await stage.sample("Ada", {"xp.total": 6000})
    for hours, owner in enumerate((bell, cora, None), start=1):
        await stage.say("Ada", user_id=owner and owner.signed.user_id)
        await stage.at(stage.clock() + timedelta(minutes=15))
        await stage.sample("Ada", {"xp.total": 7000 + hours, "kc.zulrah": 13})
    assert await stage.entrants(contest_id) == {"osrs:ada": [0, 1]}
    standings = (await stage.clan.leader.get(stage.path(contest_id, "standings")))["items"]
    assert sum(len(row["entries"]) for row in standings) == 2


async def test_a_rename_gives_no_second_ticket(stage: Stage) -> None:
    contest_id = await stage.contest()
    await stage.at(START + timedelta(days=1))
    await stage.sample("Ada", {"xp.total": 6000})
    for number in range(3):
        await stage.say("Ada", name=f"Ada {number}")
        await stage.at(stage.clock() + timedelta(minutes=15))
        await stage.sample("Ada", {"xp.total": 7000 + number})
    assert await stage.entrants(contest_id) == {"osrs:ada": [1]}


async def test_a_history_that_is_copied_earns_nothing_again(stage: Stage, desk: Desk) -> None:
    """Renamed where another clan follows the account too, so that there are two with one history; then the old one is
    added again."""
    other = await found(desk, "bell")
    await other.follow("Ada")
    contest_id = await stage.contest()
    await stage.at(START + timedelta(days=1))
    await stage.sample("Ada", {"xp.total": 6000})
    await stage.say("Ada", name="Ada the Second")
    stage.ids |= await stage.clan.follow("Ada")
    stage.ids["Second"] = next(
        each["id"]
        for each in (await stage.clan.leader.get(stage.clan.path("members")))["items"]
        if each["name"] == "Ada the Second"
    )
    for name in ("Ada", "Second"):
        await stage.at(stage.clock() + timedelta(minutes=15))
        await stage.sample(name, {"xp.total": 8000})
    assert await stage.entrants(contest_id) == {"osrs:ada": [1]}


async def test_who_is_added_after_the_start_with_a_history_does_not_compete(stage: Stage, desk: Desk) -> None:
    """Else an officer could choose, among accounts other clans follow, those that have gained enough."""
    clan = await found(desk, "bell")
    other = Stage(desk, stage.clock, clan, stage.relays, await clan.follow("Zezima"))
    await other.sample("Zezima", {"xp.total": 10})
    contest_id = await stage.contest()
    await stage.at(START + timedelta(days=1))
    await other.sample("Zezima", {"xp.total": 90_000})
    stage.ids |= await stage.clan.follow("Zezima")
    await stage.at(stage.clock() + timedelta(minutes=15))
    await stage.sample("Zezima", {"xp.total": 99_000})
    assert await stage.entrants(contest_id) == {}
    assert (await _rows(stage, contest_id))["Zezima"]["amounts"] == [None, None, None]


async def test_a_rename_brings_nobody_elses_history_in(stage: Stage, desk: Desk) -> None:
    """To the name of an account another clan follows, which has gained enough."""
    clan = await found(desk, "bell")
    other = Stage(desk, stage.clock, clan, stage.relays, await clan.follow("Zezima"))
    await other.sample("Zezima", {"xp.total": 10})
    contest_id = await stage.contest()
    await stage.at(START + timedelta(days=1))
    await other.sample("Zezima", {"xp.total": 90_000})
    await stage.say("Ada", name="Zezima")
    await stage.at(stage.clock() + timedelta(minutes=15))
    await stage.sample("Ada", {"xp.total": 99_000})
    assert await stage.entrants(contest_id) == {}


async def test_who_was_removed_and_came_back_has_no_second_ticket(stage: Stage) -> None:
    contest_id = await stage.contest()
    await stage.at(START + timedelta(days=1))
    await stage.sample("Ada", {"xp.total": 6000})
    assert (
        await stage.clan.leader.ask("DELETE", stage.clan.path("members", stage.ids["Ada"]))
    ).status_code == 204
    stage.ids |= await stage.clan.follow("Ada")
    await stage.at(stage.clock() + timedelta(minutes=15))
    await stage.sample("Ada", {"xp.total": 7000, "kc.zulrah": 30})
    assert await stage.entrants(contest_id) == {"osrs:ada": [1]}


# What is published agrees


async def test_the_standings_hold_whatever_counts_in_the_draw(stage: Stage) -> None:
    """Of a member who was removed, and of one whose account has lost what earned the ticket."""
    contest_id = await stage.contest()
    await stage.entries()
    await stage.clan.leader.ask("DELETE", stage.clan.path("members", stage.ids["Ada"]))
    await stage.at(stage.clock() + timedelta(hours=1))
    await stage.sample("Ben", {"xp.total": 5100})
    running = await _rows(stage, contest_id)
    assert (running["Ben"]["amounts"], running["Ben"]["entries"]) == ([0, 4000, 2], [1, 2])
    await stage.at(END)
    await stage.look()
    frozen = await stage.clan.leader.get(stage.path(contest_id, "standings"))
    text = json.loads(frozen["text"])
    satisfied = {(each["subject"], place) for each in text["members"] for place in each["satisfied"]}
    held = {(who, place) for who, places in (await stage.entrants(contest_id)).items() for place in places}
    assert satisfied == held
    assert len(held) == (await stage.told(contest_id))["entries"] == 6
    ada = next(each for each in text["members"] if each["subject"] == "osrs:ada")
    assert ada["amounts"] == [3, 1000, 2]


async def test_the_evidence_of_a_ticket_is_enough_for_its_rule(stage: Stage, desk: Desk) -> None:
    bell = await stage.clan.let_in(desk, "bell")
    await stage.say("Ada", user_id=bell.signed.user_id)
    contest_id = await stage.contest()
    await stage.entries()
    told = await stage.told(contest_id)
    for receipt in (await stage.clan.people["bell"].get(stage.path(contest_id, "receipts")))["items"]:
        rule = told["rules"][receipt["rule"]]
        points = receipt["proving"]
        assert sum(each["end"]["value"] - each["start"]["value"] for each in points) >= rule["least"]
        assert all(each["start"]["at"] <= told["start_time"] for each in points)
        assert all(each["start"]["at"] <= each["end"]["at"] for each in points)
        assert all(each["end"]["at"] < told["end_time"] for each in points)
        assert {each["metric"] for each in points} <= {*rule["metrics"], "xp.total"}


async def test_who_lost_more_than_was_gained_enters_nothing(stage: Stage) -> None:
    contest_id = await stage.contest()
    await stage.at(START + timedelta(days=1))
    await stage.sample("Ada", {"kc.zulrah": 20, "kc.vorkath": 0, "xp.total": 3000})
    await stage.sample("Ben", {"kc.zulrah": 13, "kc.vorkath": 0})
    assert await stage.entrants(contest_id) == {"osrs:ada": [0]}
    rows = await _rows(stage, contest_id)
    assert (rows["Ada"]["amounts"], rows["Ben"]["amounts"]) == ([9, -2000, 0], [2, 0, 0])


async def test_contests_that_overlap_know_nothing_of_each_other(stage: Stage) -> None:
    one = await stage.contest()
    two = await stage.draft(start_time=(START + timedelta(days=2)).isoformat(), title="Later")
    await stage.clan.leader.ask("POST", stage.path(two, "start"))
    await stage.at(START + timedelta(days=1))
    await stage.sample("Ada", {"xp.total": 6000})
    await stage.at(START + timedelta(days=3))
    await stage.sample("Ben", {"xp.total": 6000})
    assert await stage.entrants(one) == {"osrs:ada": [1], "osrs:ben": [1]}
    assert await stage.entrants(two) == {"osrs:ben": [1]}
    told = [await stage.told(each) for each in (one, two)]
    assert told[0]["commitment"] != told[1]["commitment"]
