"""What others learn of a player, while they are in a clan and afterwards."""

import json
from typing import Any

from sqlalchemy import select

from server.clans import roster
from server.database import Base, Database
from server.progress import recording
from tests.server.clans.players import Clan, found
from tests.server.clans.things import contest
from tests.server.clans.waiting import at_once, held, one_by_one
from tests.server.conftest import Clock
from tests.server.player import Desk
from tests.server.rest import Player, join


async def _followed(desk: Desk) -> tuple[Clan, Player, dict[str, str]]:
    """A clan that follows a character of bell's app and an account said to be bell's."""
    clan = await found(desk, game="maplestory")
    bell = await clan.let_in(desk, "bell")
    character = await bell.character("Bell")
    (own,) = (await bell.post(clan.path("characters"), character_ids=[character]))["items"]
    named = await clan.follow("Belle")
    owner = {"user_id": bell.signed.user_id}
    await clan.leader.ask("PUT", clan.path("members", named["Belle"]), owner)
    return clan, bell, {"own": own["id"], "named": named["Belle"]}


async def _gone(clan: Clan, ids: dict[str, str], database: Database) -> None:
    (left,) = (await clan.leader.get(clan.path("members")))["items"]
    assert (left["name"], left["user_id"]) == ("Belle", None), "public, and nobody's"
    answer = await clan.leader.ask("GET", clan.path("members", ids["own"]))
    assert answer.status_code == 404
    assert [row["name"] for row in (await clan.leader.get(clan.path("board")))["items"]] == ["Belle"]
    async with database.reading() as session:
        (member,) = (await roster.some(session, [ids["own"]])).values()
        following = {clan_id for clan_id, _, _ in await roster.of_account(session, member.account.id)}
    assert clan.id not in following, "so it is sampled for it no more"
    newest = (await clan.leader.get(clan.path("log")))["items"][0]["event"]
    assert (newest["kind"], newest["members"]) == ("left", [ids["own"]])


async def test_who_leaves_takes_their_characters_along(desk: Desk) -> None:
    clan, bell, ids = await _followed(desk)
    assert (await bell.ask("DELETE", clan.path("people", bell.signed.user_id))).status_code == 204
    await _gone(clan, ids, desk.app.state.database)


async def test_who_is_removed_is_followed_no_more(desk: Desk) -> None:
    clan, bell, ids = await _followed(desk)
    answer = await clan.leader.ask("DELETE", clan.path("people", bell.signed.user_id))
    assert answer.status_code == 204
    await _gone(clan, ids, desk.app.state.database)
    for path in ("", "members", "board", "panels", "log", "contests", "people"):
        assert (await bell.ask("GET", clan.path(path) if path else clan.path())).status_code == 404


async def test_who_is_removed_meanwhile_adds_no_character(desk: Desk) -> None:
    clan, bell, ids = await _followed(desk)
    body = {"character_ids": [await bell.character("Belladonna")]}
    async with held(desk.app.state.database, clan.id):
        tasks = await one_by_one(
            desk.app.state.database,
            clan.leader.ask("DELETE", clan.path("people", bell.signed.user_id)),
            bell.ask("POST", clan.path("characters"), body),
        )
    assert [answer.status_code for answer in await at_once(*tasks)] == [204, 404]
    await _gone(clan, ids, desk.app.state.database)


async def test_characters_stay_where_their_player_stays(desk: Desk) -> None:
    clan, bell, ids = await _followed(desk)
    other = await found(desk, "cora", game="maplestory")
    made = await other.leader.post(other.path("invitations"))
    await bell.ask("POST", "/clans/join", {"code": made["code"]})
    character = (await bell.get("/characters"))["items"][0]["id"]
    await bell.post(other.path("characters"), character_ids=[character])
    await bell.ask("DELETE", clan.path("people", bell.signed.user_id))
    (kept,) = (await other.leader.get(other.path("members")))["items"]
    assert (kept["name"], kept["user_name"]) == ("Bell", "bell")
    await _gone(clan, ids, desk.app.state.database)


async def test_a_deleted_account_leaves_nothing_but_its_number_in_the_log(desk: Desk, clock: Clock) -> None:
    _, bell, ids = await _followed(desk)
    database: Database = desk.app.state.database
    async with database.writing() as session:
        for member in (await roster.some(session, list(ids.values()))).values():
            await recording.record(session, member.account.id, {"xp.total": 10}, clock())
    await bell.post("/clans", name="Nova", game="osrs")
    user_id = bell.signed.user_id
    number = (await bell.get("/auth/me"))["discord_id"]
    assert (await bell.ask("DELETE", "/auth/me", confirm="bell")).status_code == 204
    left = set()
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in (await session.execute(select(table))).mappings():
                said = " ".join(str(value) for value in row.values())
                if number in said or user_id in said or "Bell " in said:
                    left.add(table.name)
    assert left <= {"clan_log"}


async def test_an_export_tells_of_clans_and_tickets(desk: Desk) -> None:
    _, bell, _ = await _followed(desk)
    answer = await bell.ask("GET", "/auth/me/export")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [(each["name"], each["role"]) for each in told["clans"]["in"]] == [("Lumen", "member")]
    assert {each["name"] for each in told["clans"]["followed"]} == {"Bell", "Belle"}
    assert told["tickets"] == []
    assert "aria" not in json.dumps(told["clans"])


async def test_of_a_hidden_clan_strangers_see_only_contests_they_are_shown(desk: Desk) -> None:
    clan = await found(desk, "dorian")
    change: dict[str, Any] = {"name": "Lumen", "public": False, "cadence_hours": 24}
    draft, started = await contest(clan, desk, "draft"), await contest(clan, desk, "active")
    assert (await desk.client.get(f"/clans/{clan.id}")).status_code == 200
    assert (await clan.leader.ask("PUT", clan.path(), change)).status_code == 200
    assert (await desk.client.get(f"/clans/{clan.id}")).status_code == 404
    assert (await desk.client.get(f"/contests/{draft}")).status_code == 404
    page = await desk.client.get(f"/contests/{started}")
    assert page.status_code == 200
    assert f"/clans/{clan.id}" not in page.text
    stranger = await join(desk, "cora")
    for text in (page.text, (await stranger.ask("GET", clan.path())).text):
        assert clan.leader.signed.user_id not in text
        assert "dorian" not in text
    assert (await clan.leader.ask("DELETE", clan.path())).status_code == 204
    assert (await desk.client.get(f"/clans/{clan.id}")).status_code == 404
