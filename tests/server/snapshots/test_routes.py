"""Snapshots over HTTP: who may, what is told, what is refused."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI

from server.catalog import service as catalog
from server.snapshots.running import Runner
from server.sources.polite import client
from server.sources.service import sources_of
from shared.clans.metrics import SourceKind
from tests.server.conftest import Clock
from tests.server.player import Desk
from tests.server.rest import Player, join, slug
from tests.server.snapshots.clans import World
from tests.server.snapshots.virtual import Virtual, Watched


class Scene:
    """A clan with a leader, an officer, a member, and somebody who is not in it."""

    def __init__(self, app: FastAPI, clan: str, players: dict[str, Player]) -> None:
        self.app, self.clan, self.players = app, clan, players
        self.path = f"/clans/{clan}/snapshots"

    def __getitem__(self, name: str) -> Player:
        return self.players[name]

    async def work(self, settings: Any, clock: Clock) -> World:
        """Do what is due, with rankings that know Zezima."""
        world = World(Watched(settings.address), Virtual(clock.now))
        world.know("Zezima")
        await world.run(world.runner())
        clock.now = world.time.now
        await world.database.close()
        return world


@pytest.fixture
async def scene(app: FastAPI, desk: Desk) -> Scene:
    players = {name: await join(desk, name) for name in ("leader", "officer", "member", "stranger")}
    clan = (await players["leader"].post("/clans", name="Lumen", game="osrs"))["id"]
    for role in ("officer", "member"):
        code = (await players["leader"].post(f"/clans/{clan}/invitations", role=role))["code"]
        assert (await players[role].ask("POST", "/clans/join", {"code": code})).status_code == 200
    accounts = [{"name": "Zezima"}, {"name": "Nobody"}]
    await players["officer"].post(f"/clans/{clan}/members", accounts=accounts)
    return Scene(app, clan, players)


async def test_officers_run_one_and_everybody_sees_it(scene: Scene, settings: Any, clock: Clock) -> None:
    before = await scene["member"].get(scene.path)
    assert (before["used"], before["most"], before["refusal"], before["items"]) == (0, 2, None, [])
    begun = await scene["officer"].post(scene.path)
    assert (begun["state"], begun["kind"], begun["asked_by"], begun["total"]) == (
        "waiting",
        "manual",
        "officer",
        2,
    )
    again = await scene["leader"].ask("POST", scene.path)
    assert slug(again) == (409, "conflict")
    assert again.json()["action"] == "Wait for its end, or cancel it."
    await scene.work(settings, clock)
    found = await scene["member"].get(f"{scene.path}/{begun['id']}")
    assert (found["state"], found["done"], found["failed"]) == ("done", 1, 1)
    assert [each["name"] for each in found["errors"]] == ["Nobody"]
    after = await scene["member"].get(scene.path)
    assert (after["used"], after["items"]) == (1, [found])
    log = await scene["member"].get(f"/clans/{scene.clan}/log")
    assert [line["event"]["kind"] for line in log["items"][:2]] == ["snapshot", "snapshot_asked"]


async def test_members_look_strangers_see_nothing(scene: Scene) -> None:
    begun = await scene["leader"].post(scene.path)
    one = f"{scene.path}/{begun['id']}"
    assert slug(await scene["member"].ask("POST", scene.path)) == (403, "forbidden")
    assert slug(await scene["member"].ask("DELETE", one)) == (403, "forbidden")
    for method, path in (("GET", scene.path), ("POST", scene.path), ("GET", one), ("DELETE", one)):
        assert slug(await scene["stranger"].ask(method, path)) == (404, "not-found")
    other = (await scene["stranger"].post("/clans", name="Umbra", game="osrs"))["id"]
    elsewhere = f"/clans/{other}/snapshots/{begun['id']}"
    for method in ("GET", "DELETE"):
        assert slug(await scene["stranger"].ask(method, elsewhere)) == (404, "not-found")


async def test_cancelling(scene: Scene) -> None:
    begun = await scene["officer"].post(scene.path)
    answer = await scene["officer"].ask("DELETE", f"{scene.path}/{begun['id']}")
    assert answer.status_code == 200
    assert answer.json()["state"] == "cancelled"
    assert answer.json()["total"] == 2
    assert (await scene["officer"].post(scene.path))["state"] == "waiting"
    standing = await scene["member"].get(scene.path)
    assert standing["refusal"] == "A snapshot of this clan is under way."


async def test_two_who_press_at_once_begin_one(scene: Scene) -> None:
    both = await asyncio.gather(*(scene[name].ask("POST", scene.path) for name in ("leader", "officer")))
    assert sorted(answer.status_code for answer in both) == [201, 409]


async def test_who_asked_and_left_is_no_longer_named(scene: Scene, app: FastAPI) -> None:
    await scene["officer"].post(scene.path)
    answer = await scene["officer"].ask("DELETE", "/auth/me", confirm="officer")
    assert answer.status_code == 204, answer.text
    (item,) = (await scene["leader"].get(scene.path))["items"]
    assert item["asked_by"] is None


async def test_a_players_own_characters_are_sampled_from_what_they_synced(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    player = await join(desk)
    character = await player.character("Aria", level=281)
    await player.run(character)
    clan = (await player.post("/clans", name="Lumen"))["id"]
    (member,) = (await player.post(f"/clans/{clan}/characters", character_ids=[character]))["items"]
    await player.post(f"/clans/{clan}/snapshots")
    async with client("https://maplehub.example") as http:
        sources = sources_of(
            app.state.database, http, catalog.read(), "http://a.test", "http://b.test", clock
        )
        assert set(sources) == set(SourceKind)
        assert await Runner(app.state.database, sources, clock).look(asyncio.Event())
    found = await player.get(f"/clans/{clan}/members/{member['id']}")
    values = {each["metric"]: each["value"] for each in found["items"]}
    assert (values["level.total"], values["kc.hard-lucid"], values["kc.hard-lotus"]) == (281, 1, 0)
    assert found["member"]["world"] == "Kronos"
    # Gone from the app, it is not found, and what is known of it stays.
    assert (await player.ask("DELETE", f"/characters/{character}")).status_code == 204
    clock.forward(minutes=11)
    await player.post(f"/clans/{clan}/snapshots")
    async with client("https://maplehub.example") as http:
        sources = sources_of(
            app.state.database, http, catalog.read(), "http://a.test", "http://b.test", clock
        )
        await Runner(app.state.database, sources, clock).look(asyncio.Event())
    (item, _) = (await player.get(f"/clans/{clan}/snapshots"))["items"]
    assert [each["error"] for each in item["errors"]] == ["The player deleted this character."]
    assert len((await player.get(f"/clans/{clan}/members/{member['id']}"))["items"]) == len(found["items"])
