"""The draw: when it may be, what it waits for, what it proves, and that it is once."""

import hashlib
import json
from datetime import timedelta

import pytest

from server.contests import drawing, running
from server.contests.tables import Contest
from shared.fairness.beacon import Beacon
from shared.fairness.verify import Outcome
from tests.server.contests.stage import END, ROUND, ROUND_AT, Stage
from tests.server.player import Desk
from tests.server.rest import join, slug
from tests.stand_ins.drand import Behaviour, Relay


async def _draw(stage: Stage, contest_id: str) -> dict[str, object]:
    answer = await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


async def test_a_draw_is_proved(stage: Stage, relays: list[Relay]) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    assert (await stage.told(contest_id))["phase"] == "ready"
    told = await _draw(stage, contest_id)
    proof, verdict = await stage.proof(contest_id)
    assert verdict.line == "VALID"
    assert (proof.tree.n, proof.beacon.round, len(proof.winners)) == (6, ROUND, 1)
    assert sum(len(relay.asked) for relay in relays) == 1
    content = (await stage.desk.client.get(f"/api/contests/{contest_id}/proof")).content
    assert hashlib.sha256(content).hexdigest() == told["proof_hash"]
    winner = next(row for row in proof.draws if row.index == proof.winners[0])
    (place,) = told["places"]  # type: ignore[misc]
    assert (place["subject"], place["leaf"]) == (winner.entry.subject, proof.winners[0])
    assert place["name"] in {"Ada", "Ben", "Cyd"}
    assert (told["status"], told["phase"]) == ("drawn", "drawn")
    # Losers stay private: only drawn tickets have their entries in the file.
    assert content.count(b'"salt"') == len(proof.draws) < proof.tree.n


async def test_a_second_draw_is_the_same_file(stage: Stage) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    one = await _draw(stage, contest_id)
    first = (await stage.desk.client.get(f"/api/contests/{contest_id}/proof")).content
    await stage.at(ROUND_AT + timedelta(days=2))
    assert await _draw(stage, contest_id) == one
    assert (await stage.desk.client.get(f"/api/contests/{contest_id}/proof")).content == first
    async with stage.database.writing() as session:
        beacon = Beacon(ROUND, bytes(48), bytes(32))
        await drawing.settle(session, contest_id, beacon, stage.desk.app.state.draws, stage.clock())
    lines = (await stage.clan.leader.get(stage.clan.path("log")))["items"]
    assert [line["event"]["kind"] for line in lines].count("drawn") == 1


async def test_the_proof_is_kept_by_its_hash(stage: Stage, desk: Desk) -> None:
    contest_id = await stage.ended()
    path = f"/api/contests/{contest_id}/proof"
    assert slug(await desk.client.get(path)) == (404, "not-found")
    await stage.at(ROUND_AT)
    told = await _draw(stage, contest_id)
    tag = (await desk.client.get(path)).headers["etag"]
    assert tag == f'"{told["proof_hash"]}"'
    assert (await desk.client.get(path, headers={"If-None-Match": tag})).status_code == 304


async def test_nobody_draws_before_the_round(stage: Stage, relays: list[Relay]) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT - timedelta(seconds=1))
    answer = await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))
    assert slug(answer) == (409, "conflict")
    assert "1000" in answer.json()["detail"]
    assert not any(relay.asked for relay in relays)


async def test_a_draw_needs_a_snapshot_of_the_last_day(stage: Stage) -> None:
    contest_id = await stage.ended()
    await stage.at(END + timedelta(hours=23, seconds=1))
    answer = await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))
    assert slug(answer) == (409, "conflict")
    assert "snapshot" in answer.json()["detail"]
    await stage.snapshot()
    assert (await _draw(stage, contest_id))["phase"] == "drawn"


@pytest.mark.parametrize(
    "behaviour",
    [Behaviour.WRONG_ROUND, Behaviour.BAD_SIGNATURE, Behaviour.OTHER_CHAIN, Behaviour.ERROR, Behaviour.HUGE],
)
async def test_relays_that_fail_leave_it_waiting_for_the_same_round(
    stage: Stage, relays: list[Relay], behaviour: Behaviour
) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    for relay in relays:
        relay.behaviour = behaviour
    told = await _draw(stage, contest_id)
    assert (told["phase"], told["status"], told["proof_hash"]) == ("awaiting_beacon", "ended", None)
    assert told["note"]
    await stage.look()
    asked = sum(len(relay.asked) for relay in relays)
    assert asked == len(relays), "it rests before it asks again"
    for relay in relays:
        relay.behaviour = Behaviour.RIGHT
    stage.clock.forward(seconds=5)
    await stage.look()
    assert (await stage.proof(contest_id))[1].line == "VALID"
    assert {number for relay in relays for number in relay.asked} == {ROUND}


async def test_one_relay_that_lies_is_passed_over(stage: Stage, relays: list[Relay]) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    relays[0].behaviour = Behaviour.BAD_SIGNATURE
    assert (await _draw(stage, contest_id))["phase"] == "drawn"
    assert (await stage.proof(contest_id))[1].line == "VALID"


async def test_a_lock_after_the_round_says_late(stage: Stage) -> None:
    """The server was down over the end: everything holds but the time."""
    contest_id = await stage.contest()
    await stage.entries()
    await stage.at(ROUND_AT + timedelta(minutes=1))
    await stage.look()
    await stage.snapshot()
    await _draw(stage, contest_id)
    assert (await stage.proof(contest_id))[1].outcome is Outcome.LATE
    assert (await stage.clan.leader.get(stage.clan.path()))["contests"] == {"draws": 1, "voids": 0, "late": 1}


async def test_without_a_beacon_the_operator_has_to_be_trusted(stage: Stage, relays: list[Relay]) -> None:
    contest_id = await stage.ended(beacon="none")
    assert (await _draw(stage, contest_id))["phase"] == "drawn"
    assert (await stage.proof(contest_id))[1].line == "VALID (operator-trusted)"
    assert not any(relay.asked for relay in relays)


async def test_a_void_before_the_round_tells_no_result(stage: Stage, relays: list[Relay]) -> None:
    contest_id = await stage.ended()
    reason = {"reason": "The prize was sold by mistake."}
    told = (await stage.clan.leader.ask("POST", stage.path(contest_id, "void"), reason)).json()
    assert (told["phase"], told["void_reason"]) == ("void", reason["reason"])
    await stage.at(ROUND_AT)
    await stage.look()
    assert (await stage.told(contest_id))["proof_hash"] is None
    assert not any(relay.asked for relay in relays)
    for action in ("draw", "void"):
        answer = await stage.clan.leader.ask("POST", stage.path(contest_id, action), reason)
        assert answer.status_code == 409


async def test_a_void_after_the_round_tells_what_it_would_have_been(
    stage: Stage, relays: list[Relay]
) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    relays[0].behaviour = relays[1].behaviour = Behaviour.ERROR
    reason = {"reason": "The winner pleased nobody."}
    await stage.clan.leader.ask("POST", stage.path(contest_id, "void"), reason)
    await stage.look()
    assert (await stage.told(contest_id))["proof_hash"] is None
    relays[1].behaviour = Behaviour.RIGHT
    stage.clock.forward(seconds=5)
    await stage.look()
    told = await stage.told(contest_id)
    assert (told["status"], told["places"]) == ("void", [])
    assert (await stage.proof(contest_id))[1].line == "VALID"
    assert (await stage.clan.leader.get(stage.clan.path()))["contests"]["voids"] == 1


async def test_a_prize_nobody_takes_goes_to_the_alternates(stage: Stage, desk: Desk) -> None:
    contest_id = await stage.ended(winners=1, alternates=2)
    await stage.at(ROUND_AT)
    await _draw(stage, contest_id)
    proof, _ = await stage.proof(contest_id)
    holders = [proof.winners[0], *proof.alternates]
    path = stage.path(contest_id, "places", "1", "pass")
    reason = {"reason": "Did not answer for a week."}
    for number, heir in enumerate([*proof.alternates, None], start=1):
        told = (await stage.clan.leader.ask("POST", path, reason)).json()
        (place,) = told["places"]
        assert place["leaf"] == heir
        assert [gone["leaf"] for gone in place["passed"]] == holders[:number]
        assert all(gone["reason"] == reason["reason"] for gone in place["passed"])
    assert place["name"] is None
    assert slug(await stage.clan.leader.ask("POST", path, reason)) == (409, "conflict")
    other = stage.path(contest_id, "places", "2", "pass")
    assert slug(await stage.clan.leader.ask("POST", other, reason)) == (404, "not-found")
    assert await _draw(stage, contest_id) == await stage.told(contest_id), "the draw stays as it was"


async def test_more_winners_than_players(stage: Stage) -> None:
    contest_id = await stage.ended(winners=5, alternates=3)
    await stage.at(ROUND_AT)
    told = await _draw(stage, contest_id)
    assert sorted(place["name"] for place in told["places"]) == ["Ada", "Ben", "Cyd"]  # type: ignore[attr-defined]
    proof, verdict = await stage.proof(contest_id)
    assert (verdict.line, len(proof.skipped), proof.alternates) == ("VALID", 3, [])


async def test_a_draw_that_dies_before_it_is_kept_is_drawn_again_the_same(stage: Stage) -> None:
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    state = stage.desk.app.state
    async with stage.database.writing() as session:
        contest = await session.get(Contest, contest_id)
        assert contest is not None
        contest.asked_at = contest.retry_at = stage.clock()
    beacon = await stage.relays.ask(ROUND)
    assert isinstance(beacon, Beacon)
    lost = []

    class Killed(BaseException):
        """The process is gone."""

    async def settle_and_die() -> None:
        async with stage.database.writing() as session:
            made = await drawing.settle(session, contest_id, beacon, state.draws, stage.clock())
            lost.append(made.proof_hash)
            raise Killed

    with pytest.raises(Killed):
        await settle_and_die()
    await running.draw(stage.database, stage.relays, state.draws, contest_id, ROUND, stage.clock)
    told = await stage.told(contest_id)
    assert bytes.fromhex(told["proof_hash"]) == lost[0]
    lines = (await stage.clan.leader.get(stage.clan.path("log")))["items"]
    assert json.dumps(lines).count('"drawn"') == 1


async def test_only_leaders_draw_and_others_look(stage: Stage, desk: Desk) -> None:
    await stage.clan.let_in(desk, "bell", "officer")
    contest_id = await stage.ended()
    await stage.at(ROUND_AT)
    bell, stranger = stage.clan.people["bell"], await join(desk, "cora")
    for action in ("draw", "void", "start"):
        body = {"reason": "Because."}
        assert slug(await bell.ask("POST", stage.path(contest_id, action), body)) == (403, "forbidden")
        assert (await stranger.ask("POST", stage.path(contest_id, action), body)).status_code == 404
    assert (await stage.told(contest_id, bell))["phase"] == "ready"
    assert (await stranger.ask("GET", stage.path(contest_id))).status_code == 404
