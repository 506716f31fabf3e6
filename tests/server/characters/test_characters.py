"""Characters over REST mean what they mean on a desktop."""

from typing import Any

import pytest

from shared.ids import new_id
from shared.tracking import MAX_CHARACTERS
from tests.server.player import Desk
from tests.server.rest import Player, join, slug


@pytest.fixture
async def aria(desk: Desk) -> Player:
    return await join(desk)


async def test_made_listed_changed_and_removed(aria: Player) -> None:
    made = await aria.post(
        "/characters", character_name="  Aria   Rose ", world="kronos", job="bishop", level=280
    )
    assert made == {
        "id": made["id"],
        "character_name": "Aria Rose",
        "world": "kronos",
        "job": "bishop",
        "level": 280,
        "is_main": True,
        "created_at": "2026-03-05T18:00:00Z",
    }
    assert await aria.get("/characters") == {"items": [made]}
    assert await aria.get(f"/characters/{made['id']}") == made
    change = {"character_name": "Aria", "world": "bera", "is_main": True}
    changed = (await aria.ask("PUT", f"/characters/{made['id']}", change)).json()
    assert changed == {**made, "character_name": "Aria", "world": "bera", "job": None, "level": None}
    assert (await aria.ask("DELETE", f"/characters/{made['id']}")).status_code == 204
    assert await aria.get("/characters") == {"items": []}
    assert slug(await aria.ask("GET", f"/characters/{made['id']}")) == (404, "not-found")


async def test_a_name_is_used_once_in_a_world(aria: Player) -> None:
    first = await aria.character("Aria")
    taken = await aria.ask("POST", "/characters", {"character_name": "ARIA", "world": "kronos"})
    assert slug(taken) == (409, "conflict")
    second = await aria.character("Aria", world="bera")
    moved = await aria.ask("PUT", f"/characters/{second}", {"character_name": "aria", "world": "kronos"})
    assert slug(moved) == (409, "conflict")
    # One that is gone takes nobody's name, and one may be called as it is.
    same = await aria.ask("PUT", f"/characters/{second}", {"character_name": "ARIA", "world": "bera"})
    assert same.status_code == 200
    await aria.ask("DELETE", f"/characters/{first}")
    await aria.character("Aria")


async def test_there_is_one_main(aria: Player) -> None:
    async def mains() -> list[str]:
        listed = (await aria.get("/characters"))["items"]
        return [each["character_name"] for each in listed if each["is_main"]]

    first = await aria.character("First")
    second = await aria.character("Second")
    assert await mains() == ["First"]
    third = await aria.character("Third", is_main=True)
    assert await mains() == ["Third"]
    await aria.ask(
        "PUT", f"/characters/{second}", {"character_name": "Second", "world": "kronos", "is_main": True}
    )
    assert await mains() == ["Second"]
    await aria.ask("DELETE", f"/characters/{second}")
    assert await mains() == ["First"]
    await aria.ask("DELETE", f"/characters/{third}")
    assert await mains() == ["First"]
    assert first


async def test_removing_takes_plans_runs_and_drops_along_and_nobody_elses(aria: Player) -> None:
    gone, kept = await aria.character("Gone"), await aria.character("Kept")
    for character in (gone, kept):
        await aria.run(character, drops=[{"item_id": "dreamy-belt"}])
    await aria.ask("DELETE", f"/characters/{gone}")
    machine = aria.machine()
    await machine.catch_up()
    live = [
        row.get("character_id")
        for (name, _), row in machine.rows.items()
        if not row["deleted"] and name == "boss_runs"
    ]
    assert live == [kept]
    drops = [row["deleted"] for (name, _), row in machine.rows.items() if name == "boss_run_drops"]
    assert sorted(drops) == [0, 1]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"character_name": "   "}, "name"),
        ({"world": "atlantis"}, "world"),
        ({"job": "smith"}, "job"),
        ({"level": 301}, "level"),
        ({"level": "high"}, "level"),
        ({"character_name": "A\0"}, "name"),
        ({"character_name": "x" * 41}, "character_name"),
        ({"shoe_size": 43}, "shoe_size"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_its_field(
    aria: Player, wrong: dict[str, Any], field: str
) -> None:
    answer = await aria.ask("POST", "/characters", {"character_name": "Aria", "world": "kronos", **wrong})
    assert slug(answer) == (422, "invalid-input")
    told = answer.json()
    assert field in {told.get("field"), *(line["field"] for line in told.get("errors", ()))}
    assert await aria.get("/characters") == {"items": []}


async def test_there_are_sixty_at_most(aria: Player) -> None:
    machine = aria.machine()
    await machine.push(*(machine.character(name=f"Mule {number}") for number in range(MAX_CHARACTERS)))
    answer = await aria.ask("POST", "/characters", {"character_name": "More", "world": "kronos"})
    assert answer.status_code == 422


async def test_anybody_elses_do_not_exist(desk: Desk, aria: Player) -> None:
    character = await aria.character()
    bell = await join(desk, "bell")
    assert await bell.get("/characters") == {"items": []}
    body = {"character_name": "Mine", "world": "kronos"}
    for method in ("GET", "PUT", "DELETE"):
        for row_id in (character, new_id()):
            answer = await bell.ask(method, f"/characters/{row_id}", body if method == "PUT" else None)
            assert slug(answer) == (404, "not-found")
    assert (await aria.get(f"/characters/{character}"))["character_name"] == "Aria"
    assert (await bell.ask("GET", "/characters/not-an-id")).status_code == 422


async def test_the_export_holds_every_row(aria: Player) -> None:
    character = await aria.character()
    run = await aria.run(character, drops=[{"item_id": "dreamy-belt"}])
    records = (await aria.get("/auth/me/export"))["records"]
    assert [row["id"] for row in records["characters"]] == [character]
    assert [row["id"] for row in records["boss_runs"]] == [run["id"]]
    assert [row["item"] for row in records["boss_run_drops"]] == ["dreamy-belt"]
