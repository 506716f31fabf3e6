"""Tasks over REST mean what they mean on a desktop."""

from typing import Any

import pytest

from server.catalog import service as catalog
from shared.ids import completion_id, new_id, task_id
from tests.server.conftest import NOW, Clock
from tests.server.player import Desk
from tests.server.rest import Player, join, slug

STRETCH = {"name": "Stretch", "reset": "daily"}


@pytest.fixture
async def aria(desk: Desk) -> Player:
    return await join(desk)


async def _own(aria: Player, **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = await aria.post("/tasks", kind="own", **{**STRETCH, **given})
    return made


async def _listed(aria: Player) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await aria.get("/tasks"))["items"]
    return found


async def test_an_own_task_is_made_changed_and_removed(aria: Player) -> None:
    made = await _own(aria, name="  Stretch  a bit", reward_coins=30)
    assert made == {
        "id": made["id"],
        "template": None,
        "name": "Stretch a bit",
        "category": "own",
        "reset": "daily",
        "scope": "account",
        "owner": "account",
        "max_count": 1,
        "reward_coins": 30,
        "period": "2026-03-05",
        "count": 0,
        "completed_this_period": False,
    }
    assert await _listed(aria) == [made]
    second = await _own(aria, owner="kronos")
    hero = await aria.character()
    change = {"name": "Run", "reset": "weekly-monday", "owner": hero, "max_count": 3}
    changed = (await aria.ask("PUT", f"/tasks/{made['id']}", change)).json()
    assert (changed["scope"], changed["period"], changed["max_count"]) == ("character", "2026-03-02", 3)
    assert [task["id"] for task in await _listed(aria)] == [made["id"], second["id"]]
    assert (await aria.ask("DELETE", f"/tasks/{made['id']}")).status_code == 204
    assert slug(await aria.ask("DELETE", f"/tasks/{made['id']}")) == (404, "not-found")


async def test_a_built_in_task_is_there_once(aria: Player) -> None:
    hero = await aria.character()
    said = {"kind": "template", "template": "cernium-daily", "character_id": hero}
    made = await aria.ask("POST", "/tasks", said)
    again = await aria.ask("POST", "/tasks", said)
    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json() == made.json()
    assert made.json()["id"] == task_id("cernium-daily", hero)
    await aria.ask("DELETE", f"/tasks/{made.json()['id']}")
    assert (await aria.ask("POST", "/tasks", said)).status_code == 201
    # One of the whole account is shared by everybody on it.
    account = next(t.slug for t in catalog.read().task_templates.values() if t.scope == "account")
    other = await aria.character("Other")
    ids = {
        (await aria.ask("POST", "/tasks", {**said, "template": account, "character_id": each})).json()["id"]
        for each in (hero, other)
    }
    assert ids == {task_id(account, "account")}


async def test_a_task_is_done_in_its_period_and_open_in_the_next(aria: Player, clock: Clock) -> None:
    task = await _own(aria)
    path = f"/tasks/{task['id']}/complete"
    done = (await aria.ask("POST", path)).json()
    assert (done["count"], done["completed_this_period"]) == (1, True)
    assert await _listed(aria) == [done]
    desktop = aria.machine()
    await desktop.catch_up()
    row_id = completion_id(task["id"], "account", NOW.date())
    assert desktop.rows["task_completions", row_id]["count"] == 1
    head = desktop.cursor
    assert (await aria.ask("POST", path)).json() == done
    await desktop.catch_up()
    assert desktop.cursor == head
    for _ in range(2):
        assert (await aria.ask("DELETE", path)).json() == task
    await aria.ask("POST", path)
    clock.forward(hours=6)
    aria = await join(aria.desk)
    (tomorrow,) = await _listed(aria)
    assert (tomorrow["period"], tomorrow["count"], tomorrow["completed_this_period"]) == (
        "2026-03-06",
        0,
        False,
    )


async def test_a_task_can_be_done_in_parts(aria: Player) -> None:
    task = await _own(aria, max_count=3)
    path = f"/tasks/{task['id']}/complete"
    part = (await aria.ask("POST", path, count=2)).json()
    assert (part["count"], part["completed_this_period"]) == (2, False)
    assert (await aria.ask("POST", path)).json()["count"] == 3
    assert slug(await aria.ask("POST", path, count=4)) == (422, "invalid-input")


async def test_tasks_of_a_removed_character_wait(aria: Player) -> None:
    hero = await aria.character()
    await _own(aria, owner=hero)
    await aria.ask("DELETE", f"/characters/{hero}")
    assert await _listed(aria) == []


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kind": "own", **STRETCH, "name": " "}, 422),
        ({"kind": "own", **STRETCH, "reset": "hourly"}, 422),
        ({"kind": "own", **STRETCH, "max_count": 100}, 422),
        ({"kind": "own", **STRETCH, "reward_coins": 1_000_000}, 422),
        ({"kind": "own", **STRETCH, "owner": new_id()}, 404),
        ({"kind": "own", **STRETCH, "owner": "nobody"}, 404),
        ({"kind": "own", **STRETCH, "shoe_size": 43}, 422),
        ({**STRETCH}, 422),
        ({"kind": "template", "template": "cernium-daily", "character_id": new_id()}, 404),
        ({"kind": "template", "template": "nap-daily", "character_id": new_id()}, 422),
    ],
)
async def test_what_cannot_be_kept_is_refused(aria: Player, said: dict[str, Any], status: int) -> None:
    assert (await aria.ask("POST", "/tasks", said)).status_code == status
    assert await _listed(aria) == []


async def test_anybody_elses_do_not_exist(desk: Desk, aria: Player) -> None:
    hero = await aria.character()
    task = await _own(aria)
    bell = await join(desk, "bell")
    assert await _listed(bell) == []
    for method, path, body in (
        ("PUT", f"/tasks/{task['id']}", STRETCH),
        ("DELETE", f"/tasks/{task['id']}", None),
        ("POST", f"/tasks/{task['id']}/complete", None),
        ("DELETE", f"/tasks/{task['id']}/complete", None),
        ("POST", "/tasks", {"kind": "own", **STRETCH, "owner": hero}),
        ("POST", "/tasks", {"kind": "template", "template": "cernium-daily", "character_id": hero}),
    ):
        assert slug(await bell.ask(method, path, body)) == (404, "not-found")
    assert await _listed(aria) == [task]


async def test_a_reset_of_a_newer_version_is_told_as_one_that_never_comes_back(aria: Player) -> None:
    task = await _own(aria)
    desktop = aria.machine()
    desktop.now_ms += 1_000
    await desktop.push(desktop.mutation("update", "user_tasks", task["id"], reset="every-full-moon"))
    (told,) = await _listed(aria)
    assert (told["reset"], told["count"]) == ("once", 0)


async def test_templates_are_for_everybody(desk: Desk) -> None:
    items = (await desk.client.get("/api/tasks/templates")).json()["items"]
    assert [each["id"] for each in items] == list(catalog.read().task_templates)
