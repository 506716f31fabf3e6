"""Boss runs over REST: the same rows as a desktop makes, and nothing of anybody else's."""

from typing import Any

import pytest

from shared.ids import clear_id, drop_id, new_id
from shared.resets import RULES_VERSION
from tests.server.conftest import NOW, Clock
from tests.server.player import Desk
from tests.server.rest import Player, join, slug, statements

RUNS = "/tracking/boss-runs"
WEEK = NOW.date()


@pytest.fixture
async def aria(desk: Desk) -> Player:
    return await join(desk)


@pytest.fixture
async def hero(aria: Player) -> str:
    return await aria.character()


async def test_a_clear_is_the_row_a_desktop_would_make(aria: Player, hero: str) -> None:
    made = await aria.run(
        hero,
        day="2026-03-05",
        party_size=2,
        note=" At last ",
        drops=[{"item_id": "dreamy-belt", "sold_for": 350_000_000, "sold_on": "2026-03-05"}],
    )
    assert made["id"] == clear_id(hero, "weekly:lucid", WEEK)
    belt = {
        "id": drop_id(made["id"], "dreamy-belt"),
        "item_id": "dreamy-belt",
        "item_name": "Dreamy Belt",
        "quantity": 1,
        "sold_for": 350_000_000,
        "sold_on": "2026-03-05",
    }
    assert made == {
        "id": made["id"],
        "character_id": hero,
        "boss_id": "hard-lucid",
        "boss_name": "Hard Lucid",
        "day": "2026-03-05",
        "reset_period": "2026-03-05",
        "cleared": True,
        "party_size": 2,
        "drop_note": "list",
        "drops": [belt],
        "note": "At last",
        "crystal_mesos": made["crystal_mesos"],
        "entry_method": "api",
        "logged_at": "2026-03-05T18:00:00Z",
    }
    assert made["crystal_mesos"] > 0
    assert await aria.get(f"{RUNS}/{made['id']}") == made
    desktop = aria.machine()
    await desktop.catch_up()
    row = desktop.rows["boss_runs", made["id"]]
    assert (row["clear_group"], row["boss_slug"], row["rules_version"], row["world_type"]) == (
        "weekly:lucid",
        "lucid",
        RULES_VERSION,
        "heroic",
    )
    assert desktop.rows["boss_run_drops", belt["id"]]["run_id"] == made["id"]


async def test_the_same_words_again_are_the_same_run_and_others_are_refused(aria: Player, hero: str) -> None:
    said = {"character_id": hero, "boss_id": "hard-lucid", "drops": [{"item_id": "dreamy-belt"}]}
    first = await aria.ask("POST", RUNS, said)
    again = await aria.ask("POST", RUNS, said)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    for other in ({"boss_id": "easy-lucid"}, {"drops": []}, {"party_size": 2}, {"note": "No"}):
        refused = await aria.ask("POST", RUNS, {**said, **other})
        assert slug(refused) == (409, "already-cleared")
        assert refused.json()["id"] == first.json()["id"]
    assert await aria.get(f"{RUNS}/{first.json()['id']}") == first.json()
    # Trying and failing can happen any number of times.
    failed = [await aria.run(hero, cleared=False) for _ in range(2)]
    assert len({run["id"] for run in failed}) == 2
    assert failed[0]["crystal_mesos"] is None


async def test_a_run_logged_on_a_desktop_offline_is_the_same_run(
    aria: Player, hero: str, clock: Clock
) -> None:
    made = await aria.run(hero)
    desktop = aria.machine()
    desktop.now_ms += 60_000
    tick = desktop.mutation(
        "insert",
        "boss_runs",
        clear_id(hero, "weekly:lucid", WEEK),
        character_id=hero,
        entry_id="easy-lucid",
        boss_slug="lucid",
        clear_group="weekly:lucid",
        reset_period="2026-03-05",
        occurred_on="2026-03-06",
        logged_at="2026-03-06T01:00:00+00:00",
        cleared=1,
        party_size=3,
        drop_note="nothing",
        crystal_mesos=1,
        world_type="heroic",
        entry_method="tick",
        client_version="0.1.0",
        catalog_version="x",
        rules_version=1,
    )
    assert (await desktop.push(tick)).json()["results"][0]["status"] == "applied"
    (run,) = (await aria.get(RUNS))["items"]
    assert (run["id"], run["boss_id"], run["party_size"]) == (made["id"], "easy-lucid", 3)


async def test_a_run_is_changed_whole(aria: Player, hero: str, clock: Clock) -> None:
    made = await aria.run(hero, drops=[{"item_id": "dreamy-belt"}, {"item_id": "twilight-mark"}])
    clock.forward(minutes=30)
    said = {
        "character_id": hero,
        "boss_id": "easy-lucid",
        "day": "2026-03-05",
        "drops": [{"item_id": "twilight-mark", "quantity": 2}],
    }
    changed = (await aria.ask("PUT", f"{RUNS}/{made['id']}", said)).json()
    assert changed["id"] == made["id"]
    assert [(each["item_id"], each["quantity"]) for each in changed["drops"]] == [("twilight-mark", 2)]
    assert (changed["boss_id"], changed["logged_at"]) == ("easy-lucid", made["logged_at"])
    assert changed["crystal_mesos"] != made["crystal_mesos"]
    assert await aria.get(f"{RUNS}/{made['id']}") == changed


async def test_moving_a_clear_makes_another_run_but_never_over_one(aria: Player, hero: str) -> None:
    made = await aria.run(hero, drops=[{"item_id": "dreamy-belt"}])
    said = {"character_id": hero, "boss_id": "hard-lucid", "day": "2026-02-26"}
    moved = (await aria.ask("PUT", f"{RUNS}/{made['id']}", said)).json()
    assert moved["id"] == clear_id(hero, "weekly:lucid", WEEK.replace(month=2, day=26))
    assert [run["id"] for run in (await aria.get(RUNS))["items"]] == [moved["id"]]
    here = await aria.run(hero)
    assert here["drops"] == []
    refused = await aria.ask("PUT", f"{RUNS}/{here['id']}", said)
    assert slug(refused) == (409, "already-cleared")
    failed = await aria.ask("PUT", f"{RUNS}/{here['id']}", {**said, "cleared": False})
    assert failed.json()["cleared"] is False
    again = {**said, "cleared": False, "party_size": 2}
    kept = await aria.ask("PUT", f"{RUNS}/{failed.json()['id']}", again)
    assert (kept.json()["id"], kept.json()["party_size"]) == (failed.json()["id"], 2)


async def test_a_removed_run_is_gone_with_its_drops_until_it_is_logged_again(aria: Player, hero: str) -> None:
    made = await aria.run(hero, drops=[{"item_id": "dreamy-belt"}])
    assert (await aria.ask("DELETE", f"{RUNS}/{made['id']}")).status_code == 204
    assert (await aria.get(RUNS))["items"] == []
    assert slug(await aria.ask("DELETE", f"{RUNS}/{made['id']}")) == (404, "not-found")
    again = await aria.run(hero, note="Again")
    assert (again["id"], again["drops"], again["drop_note"]) == (made["id"], [], "unrecorded")


async def test_drops_are_added_and_removed(aria: Player, hero: str) -> None:
    run = await aria.run(hero)
    path = f"{RUNS}/{run['id']}/drops"
    belt = await aria.post(path, item_id="dreamy-belt", quantity=2)
    assert (await aria.get(f"{RUNS}/{run['id']}"))["drop_note"] == "list"
    same = await aria.ask("POST", path, {"item_id": "dreamy-belt", "quantity": 2})
    assert (same.status_code, same.json()) == (200, belt)
    other = await aria.ask("POST", path, {"item_id": "dreamy-belt", "quantity": 1})
    assert slug(other) == (409, "conflict")
    mark = await aria.post(path, item_id="twilight-mark")
    assert (await aria.ask("DELETE", f"{path}/{belt['id']}")).status_code == 204
    assert (await aria.get(f"{RUNS}/{run['id']}"))["drops"] == [mark]
    assert (await aria.ask("DELETE", f"{path}/{mark['id']}")).status_code == 204
    left = await aria.get(f"{RUNS}/{run['id']}")
    assert (left["drops"], left["drop_note"]) == ([], "unrecorded")
    back = await aria.post(path, item_id="dreamy-belt")
    assert back == {**belt, "quantity": 1}
    elsewhere = await aria.run(hero, "hard-damien")
    stray = await aria.ask("DELETE", f"{RUNS}/{elsewhere['id']}/drops/{back['id']}")
    assert slug(stray) == (404, "not-found")
    failed = await aria.run(hero, "hard-will", cleared=False)
    refused = await aria.ask("POST", f"{RUNS}/{failed['id']}/drops", {"item_id": "dreamy-belt"})
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"boss_id": "hard-bellona"}, 422),
        ({"day": "2026-03-06"}, 422),
        ({"day": "1999-01-01"}, 422),
        ({"party_size": 7}, 422),
        ({"note": "x" * 501}, 422),
        ({"note": "\0"}, 422),
        ({"drop_note": "list"}, 422),
        ({"drop_note": "nothing", "drops": [{"item_id": "dreamy-belt"}]}, 422),
        ({"drops": [{"item_id": "dreamy-belt"}, {"item_id": "dreamy-belt"}]}, 422),
        ({"drops": [{"item_id": "spoon"}]}, 422),
        ({"drops": [{"item_id": "dreamy-belt", "quantity": 0}]}, 422),
        ({"drops": [{"item_id": "dreamy-belt", "sold_for": 10**13}]}, 422),
        ({"drops": [{"item_id": "dreamy-belt"}] * 101}, 422),
        ({"cleared": False, "drops": [{"item_id": "dreamy-belt"}]}, 422),
        ({"character_id": new_id()}, 404),
        ({"character_id": "aria"}, 422),
        ({"crystal_mesos": 5}, 422),
    ],
)
async def test_what_cannot_be_kept_is_refused(
    aria: Player, hero: str, wrong: dict[str, Any], status: int
) -> None:
    said = {"character_id": hero, "boss_id": "hard-lucid", **wrong}
    assert (await aria.ask("POST", RUNS, said)).status_code == status
    assert (await aria.get(RUNS))["items"] == []


async def test_the_list_is_filtered_and_paged_by_cursor_and_by_offset(aria: Player, hero: str) -> None:
    other = await aria.character("Other")
    days = ["2026-03-05", "2026-02-26", "2026-02-19"]
    for day in days:
        for boss in ("hard-lucid", "hard-damien"):
            await aria.run(hero, boss, day=day, drops=[{"item_id": "dreamy-belt"}])
    await aria.run(other, "hard-lucid", day="2026-02-26")
    everything = (await aria.get(RUNS, limit=200))["items"]
    assert [run["day"] for run in everything] == sorted((run["day"] for run in everything), reverse=True)
    assert len(everything) == 7
    for size in (1, 3, 7):
        by_cursor: list[Any] = []
        by_offset: list[Any] = []
        cursor: dict[str, str] = {}
        while True:
            page = await aria.get(RUNS, limit=size, **cursor)
            by_cursor += page["items"]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        for offset in range(0, 7, size):
            by_offset += (await aria.get(RUNS, limit=size, offset=offset))["items"]
        assert by_cursor == by_offset == everything
    for given, count in (
        ({"character_id": other}, 1),
        ({"boss_id": "hard-lucid"}, 4),
        ({"reset_period": "2026-02-26"}, 3),
        ({"character_id": hero, "boss_id": "hard-damien", "reset_period": "2026-02-19"}, 1),
        ({"boss_id": "none"}, 0),
    ):
        assert len((await aria.get(RUNS, **given))["items"]) == count
    for wrong in (
        {"limit": 201},
        {"limit": 0},
        {"cursor": "rubbish!"},
        {"cursor": "YWJj"},
        {"cursor": (await aria.get(RUNS, limit=1))["next_cursor"], "offset": 1},
        {"reset_period": "soon"},
        {"boss_id": "\0"},
        {"character_id": "aria"},
    ):
        assert (await aria.ask("GET", RUNS, **wrong)).status_code == 422


async def test_anybody_elses_do_not_exist(desk: Desk, aria: Player, hero: str) -> None:
    run = await aria.run(hero, drops=[{"item_id": "dreamy-belt"}])
    drop = run["drops"][0]["id"]
    bell = await join(desk, "bell")
    own = await bell.character("Bell")
    assert (await bell.get(RUNS))["items"] == []
    assert (await bell.get(RUNS, character_id=hero))["items"] == []
    said = {"character_id": own, "boss_id": "hard-lucid"}
    for method, path, body in (
        ("GET", f"{RUNS}/{run['id']}", None),
        ("PUT", f"{RUNS}/{run['id']}", said),
        ("DELETE", f"{RUNS}/{run['id']}", None),
        ("POST", f"{RUNS}/{run['id']}/drops", {"item_id": "dreamy-belt"}),
        ("DELETE", f"{RUNS}/{run['id']}/drops/{drop}", None),
        ("POST", RUNS, {**said, "character_id": hero}),
    ):
        assert slug(await bell.ask(method, path, body)) == (404, "not-found")
    assert await aria.get(f"{RUNS}/{run['id']}") == run


async def test_what_a_client_pushed_that_means_nothing_is_still_told(aria: Player, hero: str) -> None:
    run = await aria.run(hero)
    desktop = aria.machine()
    desktop.now_ms += 1_000
    odd = {"entry_id": "hard-bellona", "drop_note": "perhaps", "entry_method": "by owl", "party_size": -1}
    await desktop.push(desktop.mutation("update", "boss_runs", run["id"], **odd))
    (told,) = (await aria.get(RUNS))["items"]
    assert (told["boss_name"], told["drop_note"], told["entry_method"]) == (
        "hard-bellona",
        "perhaps",
        "by owl",
    )


async def test_hot_routes_ask_the_database_little(desk: Desk, aria: Player, hero: str) -> None:
    await aria.run(hero, drops=[{"item_id": "dreamy-belt"}])
    # What a connection asks when it is new is not counted.
    await aria.get(RUNS)
    with statements(desk) as seen:
        await aria.get(RUNS)
    # Who is it; a page of runs; their drops.
    assert len(seen) == 3, seen
    with statements(desk) as seen:
        await aria.run(hero, "hard-damien")
    # Who is it; the lock; character; run; drops it may have had; the run; the user's new head.
    assert len(seen) == 7, seen
    with statements(desk) as seen:
        await aria.get("/tracking/weekly-summary")
    # Who is it; runs; their drops; sales; plans.
    assert len(seen) == 5, seen
