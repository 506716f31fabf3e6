"""Contests from their draft to their standings: who may enter, with what, and until when."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest

from server.contests import ending, reading
from server.database import Database
from shared.clans.standings import standings_hash
from shared.fairness.commitment import commit
from shared.fairness.draw import Entry
from tests.server.contests.stage import END, RULES, START, Stage
from tests.server.player import Desk
from tests.server.rest import slug


async def test_a_draft_is_changed_and_removed_but_nothing_that_started(stage: Stage) -> None:
    contest_id = await stage.draft()
    told = await stage.told(contest_id)
    assert (told["phase"], told["commitment"], told["entries"]) == ("draft", None, 0)
    form = {key: told[key] for key in ("title", "prize", "rules", "start_time", "end_time", "winners")}
    changed = await stage.clan.leader.ask("PUT", stage.path(contest_id), {**form, "title": "September"})
    assert changed.json()["title"] == "September"
    assert (await stage.clan.leader.ask("DELETE", stage.path(contest_id))).status_code == 204
    contest_id = await stage.contest()
    for method, body in (("PUT", form), ("DELETE", None)):
        assert slug(await stage.clan.leader.ask(method, stage.path(contest_id), body)) == (409, "conflict")
    again = await stage.clan.leader.ask("POST", stage.path(contest_id, "start"))
    assert slug(again) == (409, "conflict")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"rules": [{"kind": "levels", "least": 3, "metrics": ["level.attack"]}]}, "rules.0"),
        ({"rules": [{"kind": "boss_kills", "least": 3}]}, "rules.0"),
        ({"rules": [{"kind": "boss_kills", "least": 3, "metrics": ["xp.magic"]}]}, "rules.0"),
        ({"rules": [RULES[1], RULES[1]]}, "rules.1"),
        ({"end_time": START.isoformat()}, "end_time"),
        ({"end_time": (START + timedelta(days=800)).isoformat()}, "end_time"),
    ],
)
async def test_a_contest_that_cannot_be_is_refused(stage: Stage, given: dict[str, Any], field: str) -> None:
    form = {"title": "x", "rules": RULES, "start_time": START.isoformat(), "end_time": END.isoformat()}
    answer = await stage.clan.leader.ask("POST", stage.clan.path("contests"), {**form, **given})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_maplestory_has_no_skills_and_no_clues(desk: Desk, stage: Stage) -> None:
    other = await Stage.build(desk, stage.clock, game="maplestory", name="Nova")
    for rule in (RULES[2], {"kind": "skill_xp", "least": 1, "metrics": ["xp.magic"]}):
        form = {"title": "x", "rules": [rule], "start_time": START.isoformat(), "end_time": END.isoformat()}
        answer = await other.clan.leader.ask("POST", other.clan.path("contests"), form)
        assert slug(answer) == (422, "invalid-input")


async def test_what_has_begun_long_ago_cannot_be_started(stage: Stage) -> None:
    contest_id = await stage.draft()
    await stage.at(START + timedelta(minutes=11))
    answer = await stage.clan.leader.ask("POST", stage.path(contest_id, "start"))
    assert slug(answer) == (409, "conflict")


async def test_a_ticket_for_every_rule_that_is_satisfied(stage: Stage) -> None:
    contest_id = await stage.contest()
    assert (await stage.told(contest_id))["phase"] == "running"
    await stage.entries()
    told = await stage.told(contest_id)
    assert told["entries"] == 6
    rows = (await stage.clan.leader.get(stage.path(contest_id, "standings")))["items"]
    assert [(row["name"], row["amounts"], row["entries"]) for row in rows] == [
        ("Ada", [3, 1000, 2], [0, 1, 2]),
        ("Ben", [0, 4000, 2], [1, 2]),
        ("Cyd", [3, 999, 0], [0]),
    ]
    # More of the same is no further ticket.
    await stage.at(START + timedelta(days=2))
    await stage.sample("Cyd", {"kc.zulrah": 99})
    assert (await stage.told(contest_id))["entries"] == 6


async def test_what_was_not_known_at_the_start_earns_nothing(stage: Stage) -> None:
    """The first sample after the start is no baseline."""
    contest_id = await stage.contest()
    stage.ids |= await stage.clan.follow("Dot")
    stage.clock.forward(minutes=5)
    await stage.sample("Dot", {"xp.total": 100, "kc.zulrah": 0})
    await stage.at(START + timedelta(days=1))
    await stage.sample("Dot", {"xp.total": 10_000, "kc.zulrah": 50})
    rows = (await stage.clan.leader.get(stage.path(contest_id, "standings")))["items"]
    assert next(row for row in rows if row["name"] == "Dot")["amounts"] == [None, None, None]
    assert (await stage.told(contest_id))["entries"] == 0


async def test_a_second_before_the_end_is_in_and_the_end_is_out(stage: Stage) -> None:
    contest_id = await stage.contest()
    await stage.at(END - timedelta(seconds=1))
    await stage.sample("Ada", {"xp.total": 6000})
    await stage.at(END)
    await stage.sample("Ben", {"xp.total": 6000})
    await stage.look()
    told = await stage.told(contest_id)
    assert (told["entries"], told["locked_at"]) == (1, END.isoformat().replace("+00:00", "Z"))
    rows = (await stage.clan.leader.get(stage.path(contest_id, "standings")))["items"]
    assert {row["name"]: row["amounts"][1] for row in rows} == {"Ada": 1000, "Ben": 0, "Cyd": 0}


async def test_two_characters_of_a_player_are_one_entrant(stage: Stage, desk: Desk) -> None:
    bell = await stage.clan.let_in(desk, "bell")
    for name in ("Ada", "Ben"):
        body = {"user_id": bell.signed.user_id}
        await stage.clan.leader.ask("PUT", stage.clan.path("members", stage.ids[name]), body)
    contest_id = await stage.contest()
    await stage.entries()
    assert (await stage.told(contest_id))["entries"] == 4, "three of the player's, one of Cyd's"
    bell = stage.clan.people["bell"]
    mine = (await bell.get(stage.path(contest_id, "receipts")))["items"]
    assert [each["rule"] for each in mine] == [0, 1, 2]
    for each in mine:
        assert Entry(**each["entry"]).leaf().hex() == each["leaf"]
        assert each["entry"]["subject"].startswith("discord:")
    proving = {
        point["metric"]: (point["start"]["value"], point["end"]["value"]) for point in mine[0]["proving"]
    }
    assert proving == {"kc.zulrah": (10, 12), "kc.vorkath": (1, 2)}
    assert (await stage.clan.leader.get(stage.path(contest_id, "receipts")))["items"] == []


async def test_the_end_locks_freezes_and_reveals_once(stage: Stage) -> None:
    contest_id = await stage.ended()
    told = await stage.told(contest_id)
    assert (told["status"], told["phase"], told["entries"]) == ("ended", "waiting_for_round", 6)
    assert commit(bytes.fromhex(told["server_secret"]), contest_id, END).hex() == told["commitment"]
    await stage.look()
    lines = (await stage.clan.leader.get(stage.clan.path("log")))["items"]
    kinds = [line["event"]["kind"] for line in lines]
    assert kinds[:5] == ["reveal", "standings", "lock", "commit", "contest_started"]
    frozen = await stage.clan.leader.get(stage.path(contest_id, "standings"))
    assert frozen["frozen"]
    assert standings_hash(frozen["text"].encode()).hex() == frozen["standings_hash"] == told["standings_hash"]
    assert lines[1]["event"]["standings_hash"] == told["standings_hash"]
    assert json.loads(frozen["text"])["rules"][0] == {**RULES[0]}
    # What comes later is told beside the standings and changes nothing.
    before = frozen["text"]
    await stage.sample("Cyd", {"xp.total": 99_000})
    note = {"reason": "Cyd's hiscore was stuck during the last day."}
    answer = await stage.clan.leader.ask("POST", stage.path(contest_id, "amendments"), note)
    assert answer.status_code == 201
    assert [each["note"] for each in answer.json()["amendments"]] == [note["reason"]]
    assert (await stage.clan.leader.get(stage.path(contest_id, "standings")))["text"] == before


async def test_an_end_that_came_while_the_server_was_down_comes_once(stage: Stage) -> None:
    contest_id = await stage.contest()
    await stage.entries()
    await stage.at(END + timedelta(days=3))
    draws = stage.desk.app.state.draws
    done = []
    for _ in range(3):
        async with stage.database.writing() as session:
            done.append(await ending.end(session, contest_id, draws, stage.clock()))
    assert done == [True, False, False]
    told = await stage.told(contest_id)
    assert told["phase"] == "ready"
    assert (await stage.clan.leader.get(stage.clan.path()))["contests"] == {"draws": 0, "voids": 0, "late": 1}


async def test_an_end_that_dies_half_way_never_was(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    contest_id = await stage.contest()
    await stage.entries()
    await stage.at(END)

    class Killed(BaseException):
        """The process is gone."""

    async def end_and_die(database: Database) -> None:
        async with database.writing() as session:
            assert await ending.end(session, contest_id, stage.desk.app.state.draws, stage.clock())
            raise Killed

    with pytest.raises(Killed):
        await end_and_die(stage.database)
    told = await stage.told(contest_id)
    assert (told["phase"], told["server_secret"], told["root"]) == ("locking", None, None)
    await stage.look()
    assert (await stage.told(contest_id))["entries"] == 6


async def test_a_contest_nobody_entered_is_not_drawn(stage: Stage) -> None:
    contest_id = await stage.contest()
    await stage.at(END + timedelta(hours=1))
    await stage.look()
    told = await stage.told(contest_id)
    assert (told["phase"], told["entries"], told["root"]) == ("no_entries", 0, hashlib.sha256().hexdigest())
    await stage.snapshot()
    assert slug(await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))) == (409, "conflict")
    voided = await stage.clan.leader.ask(
        "POST", stage.path(contest_id, "void"), {"reason": "Nobody entered."}
    )
    assert voided.json()["phase"] == "void"
    await stage.look()
    assert (await stage.told(contest_id))["proof_hash"] is None


async def test_the_start_and_the_end_are_boundaries_of_snapshots(stage: Stage) -> None:
    await stage.contest()
    async with stage.database.reading() as session:
        found = await reading.boundaries(session, stage.clan.id, START - timedelta(days=1), END)
        assert found == [START, END]
        assert await reading.boundaries(session, stage.clan.id, START, END - timedelta(seconds=1)) == []


async def test_a_deleted_account_takes_its_tickets_before_the_lock_only(stage: Stage, desk: Desk) -> None:
    bell = await stage.clan.let_in(desk, "bell")
    body = {"user_id": bell.signed.user_id}
    await stage.clan.leader.ask("PUT", stage.clan.path("members", stage.ids["Ada"]), body)
    contest_id = await stage.contest()
    await stage.entries()
    bell = stage.clan.people.pop("bell")
    assert (await bell.ask("DELETE", "/auth/me", confirm="bell")).status_code == 204
    assert (await stage.told(contest_id))["entries"] == 3
