"""What becomes of contests when a clan is closed, a player leaves this server, its key is changed or one fails."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.accounts.keys import Keys
from server.clans import log
from server.contests.reading import Draws
from server.contests.tables import Contest, ContestEntry
from shared.fairness.commitment import commit
from tests.server.contests.stage import END, ROUND_AT, Stage
from tests.server.player import Desk
from tests.server.rest import slug
from tests.stand_ins.drand import Behaviour, Relay

REASON = {"reason": "Because it is so."}


# The end, whatever becomes of the clan


async def test_a_void_while_the_entries_are_locked_waits_for_the_secret(stage: Stage) -> None:
    """Whoever runs the server knows the secret: with the beacon told and nothing locked yet they could do away with a
    result nobody else has seen."""
    contest_id = await stage.contest()
    await stage.entries()
    await stage.at(ROUND_AT + timedelta(minutes=1))
    void = stage.path(contest_id, "void")
    assert slug(await stage.clan.leader.ask("POST", void, REASON)) == (409, "conflict")
    await stage.look()
    assert (await stage.clan.leader.ask("POST", void, REASON)).status_code == 200
    await stage.look()
    assert (await stage.proof(contest_id))[1].line.startswith("VALID")


@pytest.mark.parametrize("gone", ["closed", "deleted"])
async def test_a_contest_of_a_clan_that_is_closed_is_voided(stage: Stage, gone: str) -> None:
    running = await stage.contest()
    await stage.entries()
    if gone == "closed":
        assert (await stage.clan.leader.ask("DELETE", stage.clan.path())).status_code == 204
    else:
        answer = await stage.clan.leader.ask("DELETE", "/auth/me", confirm="aria")
        assert answer.status_code == 204
    await stage.look()
    await stage.look()
    async with stage.database.reading() as session:
        contest = (await session.execute(select(Contest).where(Contest.id == running))).scalar_one()
        (newest, *_) = await log.newest(session, stage.clan.id, 0, 1)
    assert (contest.status, contest.void_reason) == ("void", "The clan was closed.")
    assert (newest.event["kind"], newest.event["contest_id"]) == ("void", running)
    page = await stage.desk.client.get(f"/contests/{running}")
    assert page.status_code == 200
    assert "The clan was closed." in page.text


async def test_closing_a_clan_hides_no_result(stage: Stage) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    assert (await stage.clan.leader.ask("DELETE", stage.clan.path())).status_code == 204
    for _ in range(2):
        await stage.look()
    assert (await stage.proof(contest_id))[1].line == "VALID"


async def test_a_contest_whose_leader_is_gone_is_the_heirs_to_draw(stage: Stage, desk: Desk) -> None:
    await stage.clan.let_in(desk, "bell")
    contest_id = await stage.ended()
    aria = stage.clan.people.pop("aria")
    assert (await aria.ask("DELETE", "/auth/me", confirm="aria")).status_code == 204
    await stage.at(ROUND_AT)
    bell = stage.clan.people["bell"]
    assert (await bell.ask("POST", stage.path(contest_id, "draw"))).json()["status"] == "drawn"


async def test_what_was_voided_is_counted_for_everybody(stage: Stage) -> None:
    for number in range(2):
        contest_id = await stage.contest(title=f"Try {number}")
        assert (
            await stage.clan.leader.ask("POST", stage.path(contest_id, "void"), REASON)
        ).status_code == 200
    assert (await stage.clan.leader.get(stage.clan.path()))["contests"]["voids"] == 2


# A winner who leaves, and one contest's trouble


async def test_a_winner_who_leaves_this_server_leaves_the_result(stage: Stage, desk: Desk) -> None:
    bell = await stage.clan.let_in(desk, "bell")
    for name in ("Ada", "Ben", "Cyd"):
        await stage.say(name, user_id=bell.signed.user_id)
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))
    await stage.clan.leader.ask("POST", stage.path(contest_id, "places", "1", "pass"), REASON)
    before = await stage.told(contest_id)
    bell = stage.clan.people.pop("bell")
    assert (await bell.ask("DELETE", "/auth/me", confirm="bell")).status_code == 204
    assert await stage.told(contest_id) == before
    assert (await stage.desk.client.get(f"/contests/{contest_id}")).status_code == 200
    # Of tickets that were not drawn nothing is kept.
    assert sum(len(places) for places in (await stage.entrants(contest_id)).values()) == len(
        (await stage.proof(contest_id))[0].draws
    )


async def test_one_that_was_voided_waits_for_the_beacon_with_its_tickets(
    stage: Stage, desk: Desk, relays: list[Relay]
) -> None:
    bell = await stage.clan.let_in(desk, "bell")
    await stage.say("Ada", user_id=bell.signed.user_id)
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    for relay in relays:
        relay.behaviour = Behaviour.ERROR
    await stage.clan.leader.ask("POST", stage.path(contest_id, "void"), REASON)
    bell = stage.clan.people.pop("bell")
    assert (await bell.ask("DELETE", "/auth/me", confirm="bell")).status_code == 204
    for relay in relays:
        relay.reset()
    await stage.look()
    assert (await stage.proof(contest_id))[1].line == "VALID"


async def test_a_key_that_was_changed_stops_nothing_but_the_reveal(stage: Stage, desk: Desk) -> None:
    """The lock is in time; the secret is told once the key is back, and it is said that it came late."""
    state = desk.app.state
    kept = await stage.contest(title="Sealed with the old key")
    await stage.entries()
    old, state.draws = state.draws, Draws(Keys(b"another server's secret, 32 byte"), state.draws.origin)
    await stage.at(stage.clock() + timedelta(hours=1))
    await stage.at(END - timedelta(hours=1))
    await stage.snapshot()
    await stage.at(END)
    await stage.look()
    told = await stage.told(kept)
    assert (told["status"], told["phase"], told["server_secret"]) == ("ended", "locking", None)
    assert (told["entries"], told["locked_at"] is not None) == (6, True)
    assert "put its old key back" in told["note"]
    await stage.at(ROUND_AT)
    await stage.look()
    answer = await stage.clan.leader.ask("POST", stage.path(kept, "draw"))
    assert slug(answer) == (409, "conflict")
    assert "old key" in answer.json()["action"]
    for path in (f"/contests/{kept}", f"/clans/{stage.clan.id}"):
        assert (await desk.client.get(path)).status_code == 200
    assert len((await stage.clan.leader.get(stage.clan.path("contests")))["items"]) == 1
    state.draws = old
    await stage.at(stage.clock() + timedelta(minutes=1))
    await stage.look()
    told = await stage.told(kept)
    assert told["phase"] == "ready"
    assert commit(bytes.fromhex(told["server_secret"]), kept, END).hex() == told["commitment"]
    assert (await stage.clan.leader.ask("POST", stage.path(kept, "draw"))).json()["status"] == "drawn"
    assert (await stage.proof(kept))[1].line == "VALID (late)"


async def test_what_was_revealed_needs_no_key_any_more(stage: Stage, desk: Desk) -> None:
    contest_id = await stage.ended()
    before = await stage.told(contest_id)
    state = desk.app.state
    state.draws = Draws(Keys(b"another server's secret, 32 byte"), state.draws.origin)
    assert await stage.told(contest_id) == before
    await stage.at(ROUND_AT)
    assert (await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))).json()["status"] == "drawn"
    assert (await stage.proof(contest_id))[1].line == "VALID"


async def test_the_trouble_of_one_contest_is_not_the_others(stage: Stage) -> None:
    one, two = await stage.contest(title="One"), await stage.draft(title="Two")
    await stage.clan.leader.ask("POST", stage.path(two, "start"))
    await stage.entries()
    # Its rules cannot be read any more.
    async with stage.database.writing() as session:
        contest = await session.get(Contest, one)
        assert contest is not None
        contest.rules = "["
    await stage.at(END)
    await stage.look()
    async with stage.database.reading() as session:
        query = select(Contest.id, Contest.status)
        assert dict((await session.execute(query)).all()) == {one: "active", two: "ended"}


async def test_no_secret_is_told_before_its_time(stage: Stage, logged: list[Any]) -> None:
    contest_id = await stage.contest()
    await stage.entries()
    async with stage.database.reading() as session:
        contest = (await session.execute(select(Contest).where(Contest.id == contest_id))).scalar_one()
        salts = set((await session.execute(select(ContestEntry.salt))).scalars())
    assert contest.sealed_secret is not None
    secret = stage.desk.app.state.draws.keys.stored_secret(contest.sealed_secret).hex()
    said = (
        json.dumps(
            [
                await stage.clan.leader.get(stage.clan.path(*path))
                for path in (
                    ("contests",),
                    ("contests", contest_id),
                    ("log",),
                    ("contests", contest_id, "standings"),
                )
            ]
        )
        + (await stage.desk.client.get(f"/contests/{contest_id}")).text
    )
    assert secret not in said + repr(logged)
    assert len(salts) == 6
    await stage.at(END)
    await stage.look()
    await stage.snapshot()
    await stage.at(ROUND_AT)
    await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))
    proof, _ = await stage.proof(contest_id)
    opened = {row.entry.salt for row in proof.draws}
    public = (
        (await stage.desk.client.get(f"/contests/{contest_id}")).text
        + json.dumps(await stage.clan.leader.get(stage.path(contest_id, "standings")))
        + proof.text().decode()
    )
    assert {salt for salt in salts if salt in public + repr(logged)} == opened < salts
