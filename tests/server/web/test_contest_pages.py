"""Pages of contests, clans and proofs: what everybody may know."""

import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from server.contests.tables import Contest
from server.web import pages
from tests.server.clans.players import found
from tests.server.contests.stage import END, ROUND_AT, START, Stage
from tests.server.player import Desk
from tests.server.web.test_uploads import KIND, form
from tests.stand_ins.drand import Behaviour, Relay

NOBODY = "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a"


async def _draw(stage: Stage, contest_id: str) -> dict[str, Any]:
    answer = await stage.clan.leader.ask("POST", stage.path(contest_id, "draw"))
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def _drawn(stage: Stage, **given: Any) -> tuple[str, dict[str, Any]]:
    """A drawn contest's id and what is told of it."""
    contest_id = await stage.ended(**given)
    await stage.at(ROUND_AT)
    return contest_id, await _draw(stage, contest_id)


async def _text(desk: Desk, path: str, status: int = 200) -> str:
    """What a reader sees of a page, in one line."""
    answer = await desk.client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return _read(answer.text)


def _read(page: str) -> str:
    text = re.sub(r"<[^>]+>", " ", page.split("</head>")[1])
    for coded, plain in (("&#39;", "'"), ("&#34;", '"'), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(coded, plain)
    return " ".join(text.split())


async def _hand_in(desk: Desk, **parts: bytes) -> httpx.Response:
    return await desk.client.post("/verify", content=form(**parts), headers={"Content-Type": KIND})


class TestContest:
    """/contests/{id}"""

    async def test_it_tells_every_state_and_what_comes_next(self, stage: Stage, desk: Desk) -> None:
        contest_id = await stage.draft()
        path = f"/contests/{contest_id}"
        assert "does not exist" in await _text(desk, path, 404), "a draft is nobody's business"
        await stage.at(START - timedelta(minutes=1))
        await stage.clan.leader.ask("POST", stage.path(contest_id, "start"))
        said = await _text(desk, path)
        assert "Not begun It begins on 2023-08-20 12:00:00 UTC." in said
        assert "kill Zulrah or Vorkath 3 times or more" in said
        assert "A twisted bow" in said
        await stage.at(START)
        assert "Running Whoever satisfies a rule before 2023-08-23 15:54:24 UTC" in await _text(desk, path)
        await stage.entries()
        assert "Entries 6 so far" in await _text(desk, path)
        await stage.at(END - timedelta(hours=1))
        await stage.snapshot()
        await stage.at(END + timedelta(seconds=1))
        assert "Over Nobody can enter any more." in await _text(desk, path)
        await stage.look()
        said = await _text(desk, path)
        assert "Locked The entries and the secret are public. Round 1000 of the beacon" in said
        assert "comes on 2023-08-23 15:59:24 UTC" in said
        await stage.at(ROUND_AT)
        assert "Ready to be drawn" in await _text(desk, path)
        told = await _draw(stage, contest_id)
        said = await _text(desk, path)
        assert "Drawn From 6 entries, on 2023-08-23 15:59:24 UTC." in said
        for name in ("commitment", "rules_hash", "root", "standings_hash", "server_secret", "proof_hash"):
            assert told[name] in said, name
        assert "drand quicknet, round 1000, 2023-08-23 15:59:24 UTC" in said
        kinds = ["Rules and prize published", "Committed to a secret", "6 entries locked", "Standings frozen",
                 "Secret told", "The leader pressed Draw", "Drawn, and the proof published"]  # fmt: skip
        places = [said.index(kind, said.index("What happened")) for kind in kinds]
        assert places == sorted(places)
        assert "Draws 1 Voids 0 Late 0" in said

    async def test_of_those_who_did_not_win_nothing_is_told(self, stage: Stage, desk: Desk) -> None:
        contest_id, told = await _drawn(stage, alternates=0)
        page = (await desk.client.get(f"/contests/{contest_id}")).text
        (place,) = told["places"]
        assert place["name"] in page
        for name in {"Ada", "Ben", "Cyd"} - {place["name"]}:
            assert name not in page
        for name, member_id in stage.ids.items():
            assert member_id not in page, name
        proof, _ = await stage.proof(contest_id)
        for row in proof.draws:
            assert row.entry.salt not in page
            assert row.entry.entry_id not in page

    async def test_prizes_passed_on_corrections_and_voids_are_told(self, stage: Stage, desk: Desk) -> None:
        contest_id, told = await _drawn(stage)
        path = stage.path(contest_id, "places", "1", "pass")
        await stage.clan.leader.ask("POST", path, {"reason": "Already has <b>one</b>."})
        await stage.clan.leader.ask(
            "POST", stage.path(contest_id, "amendments"), {"reason": "A hiscore was stuck."}
        )
        said = await _text(desk, f"/contests/{contest_id}")
        assert f"{told['places'][0]['name']} did not take it: Already has <b>one</b>." in said
        assert "(moved up to prize 1)" in said
        assert "Corrections They came after" in said
        assert "A hiscore was stuck. 2023-08-23 15:59:24 UTC" in said
        assert "Prize 1 passed on to the next alternate: Already has" in said
        page = (await desk.client.get(f"/contests/{contest_id}")).text
        assert "<b>one</b>" not in page, "what people wrote is text"

    async def test_a_void_after_the_round_tells_what_it_would_have_been(
        self, stage: Stage, desk: Desk
    ) -> None:
        contest_id = await stage.ended()
        await stage.at(ROUND_AT)
        reason = {"reason": "The prize was sold by mistake."}
        await stage.clan.leader.ask("POST", stage.path(contest_id, "void"), reason)
        await stage.look()
        said = await _text(desk, f"/contests/{contest_id}")
        assert "Void Called off: The prize was sold by mistake." in said
        assert re.search(r"The result it would have had 1 (Ada|Ben|Cyd) ", said)
        assert "Download the proof" in said
        assert "Draws 0 Voids 1 Late 0" in said

    async def test_late_and_trusted_draws_say_so(self, stage: Stage, desk: Desk) -> None:
        late = await stage.contest()
        await stage.entries()
        trusted = await stage.draft(beacon="none", start_time=stage.clock().isoformat())
        await stage.clan.leader.ask("POST", stage.path(trusted, "start"))
        await stage.at(ROUND_AT + timedelta(minutes=1))
        await stage.look()
        assert "Late: the secret was told after the beacon’s round" in await _text(desk, f"/contests/{late}")
        said = await _text(desk, f"/contests/{trusted}")
        assert "Operator-trusted: no public beacon takes part" in said
        assert "nothing to draw" in said

    async def test_waiting_for_the_beacon_says_what_its_relays_said(
        self,
        stage: Stage,
        desk: Desk,
        relays: list[Relay],
    ) -> None:
        contest_id = await stage.ended()
        await stage.at(ROUND_AT)
        for relay in relays:
            relay.behaviour = Behaviour.ERROR
        await _draw(stage, contest_id)
        said = await _text(desk, f"/contests/{contest_id}")
        assert "Waiting for the beacon" in said
        assert "answered with status 500." in said

    async def test_a_closed_or_hidden_clan_is_not_linked(self, stage: Stage, desk: Desk) -> None:
        contest_id = await stage.contest()
        link = f'href="/clans/{stage.clan.id}"'
        assert link in (await desk.client.get(f"/contests/{contest_id}")).text
        change = {"name": "Lumen", "public": False, "cadence_hours": 24}
        await stage.clan.leader.ask("PUT", stage.clan.path(), change)
        page = await desk.client.get(f"/contests/{contest_id}")
        assert page.status_code == 200
        assert link not in page.text

    async def test_it_is_kept_until_it_changes(self, stage: Stage, desk: Desk) -> None:
        contest_id = await stage.contest()
        first = await desk.client.get(f"/contests/{contest_id}")
        assert first.headers["content-security-policy"] == pages.POLICY
        headers = {"If-None-Match": first.headers["etag"]}
        assert (await desk.client.get(f"/contests/{contest_id}", headers=headers)).status_code == 304
        await stage.entries()
        assert (await desk.client.get(f"/contests/{contest_id}", headers=headers)).status_code == 200
        assert (await desk.client.get(f"/contests/{NOBODY}")).status_code == 404
        assert (await desk.client.get("/contests/x")).status_code == 422


async def test_the_proof_can_be_kept(stage: Stage, desk: Desk) -> None:
    contest_id = await stage.ended()
    path = f"/contests/{contest_id}/proof.json"
    assert "not drawn yet" in await _text(desk, path, 404)
    await stage.at(ROUND_AT)
    told = await _draw(stage, contest_id)
    answer = await desk.client.get(path)
    assert answer.headers["content-type"] == "application/json"
    assert hashlib.sha256(answer.content).hexdigest() == told["proof_hash"]
    assert answer.headers["etag"] == f'"{told["proof_hash"]}"'
    assert "immutable" in answer.headers["cache-control"]
    name = f'attachment; filename="maplehub-proof-{contest_id}.json"'
    assert answer.headers["content-disposition"] == name
    again = await desk.client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


class TestVerify:
    """/verify"""

    async def test_a_proof_is_checked_step_by_step(self, stage: Stage, desk: Desk) -> None:
        contest_id, told = await _drawn(stage)
        content = (await desk.client.get(f"/contests/{contest_id}/proof.json")).content
        for parts in ({"file": content, "text": b""}, {"file": b"", "text": b"\r\n" + content + b"\r\n"}):
            answer = await _hand_in(desk, **parts)
            assert answer.status_code == 200
            assert answer.headers["content-security-policy"] == pages.POLICY
            said = _read(answer.text)
            assert "Valid Nobody chose the winners" in said
            assert [said.count(f"V{number} ") for number in range(1, 11)] == [1] * 10
            assert said.count(" yes ") == 10
            assert "drand signed round 1000" in said
            assert told["proof_hash"] in said
            assert "byte for byte, the file that the contest’s page here publishes" in said
            assert told["places"][0]["subject"] in said
            assert "In one line VALID" in said

    async def test_a_changed_one_is_refused_where_it_differs(self, stage: Stage, desk: Desk) -> None:
        contest_id, _ = await _drawn(stage)
        proof = (await desk.client.get(f"/contests/{contest_id}/proof.json")).json()
        proof["tree"]["leaves"][0] = "00" * 32
        said = _read((await _hand_in(desk, file=json.dumps(proof).encode())).text)
        assert "Not valid V3 does not hold: the root is not that of the leaves." in said
        assert (said.count(" yes "), said.count(" no "), said.count("not looked at")) == (2, 1, 7)
        assert "This is not the file that the contest’s page here publishes." in said
        assert "INVALID at V3: the root is not that of the leaves" in said
        assert "Winner" not in said.split("The file")[1]

    async def test_other_outcomes_have_their_words(self, stage: Stage, desk: Desk) -> None:
        trusted = await stage.ended(beacon="none")
        await _draw(stage, trusted)
        content = (await desk.client.get(f"/contests/{trusted}/proof.json")).content
        said = _read((await _hand_in(desk, file=content)).text)
        assert "Valid, if the operator is trusted" in said
        assert "VALID (operator-trusted)" in said

    async def test_a_proof_of_elsewhere_is_said_to_be(self, stage: Stage, desk: Desk) -> None:
        contest_id, _ = await _drawn(stage)
        content = (await desk.client.get(f"/contests/{contest_id}/proof.json")).content
        async with stage.database.writing() as session:
            await session.execute(update(Contest).values(proof_hash=None))
        said = _read((await _hand_in(desk, file=content)).text)
        assert "This server publishes no proof of that contest" in said

    @pytest.mark.parametrize(
        ("parts", "said"),
        [
            ({"file": b"", "text": b"  "}, "Nothing was handed in."),
            ({"text": b"{}"}, "This is not a proof of a draw"),
            ({"file": b"\xff\xfe\x00"}, "This is not a proof of a draw"),
            ({"file": b"[" * 100_000}, "This is not a proof of a draw"),
            ({"text": b'{"v": "<script>alert(1)</script>"}'}, "This is not a proof of a draw"),
            ({"text": b'{"v":' + b"9" * 5000 + b"}"}, "This is not a proof of a draw"),
            ({"text": b'{"v": NaN}'}, "This is not a proof of a draw"),
        ],
    )
    async def test_what_is_no_proof_is_said_to_be_none(
        self, desk: Desk, parts: dict[str, bytes], said: str
    ) -> None:
        answer = await _hand_in(desk, **parts)
        assert answer.status_code == 422
        assert said in _read(answer.text)
        assert "<script" not in answer.text

    async def test_what_is_no_form_is_refused(self, desk: Desk) -> None:
        for kind, body in (("application/json", b"{}"), (KIND, b"x"), ("text/plain", b"")):
            answer = await desk.client.post("/verify", content=body, headers={"Content-Type": kind})
            assert answer.status_code == 422
        large = await _hand_in(desk, file=b"x" * 1_100_000)
        assert large.status_code == 413

    async def test_signed_in_readers_need_no_token_for_it(self, desk: Desk) -> None:
        cookies, _ = await desk.browser()
        desk.client.cookies.update(cookies)
        assert (await _hand_in(desk, text=b"x")).status_code == 422

    async def test_it_is_counted_by_address(self, desk: Desk) -> None:
        answer = await _hand_in(desk, text=b"x")
        assert answer.headers["ratelimit-limit"] == "120"


class TestClan:
    """/clans/{id}"""

    async def test_a_board_is_chosen_sorted_and_paged(self, stage: Stage, desk: Desk) -> None:
        await stage.contest()
        await stage.entries()
        stage.ids |= await stage.clan.follow(*(f"Member {number:02}" for number in range(60)))
        await stage.sample("Member 07", {"xp.total": 5})
        path = f"/clans/{stage.clan.id}"
        said = await _text(desk, path)
        assert "XP gained since 2023-08-15, by 63 members." in said
        assert "1 Ben 9,000 in all, seen just now +4,000 counted from 2023-08-20 9,000 just now" in said
        assert "4 Member 07 5 in all, seen just now 0 counted from 2023-08-21 5 just now" in said
        assert "– Member 00 never seen not known not known never" in said
        assert "1–50 of 63 Next" in said
        page = (await desk.client.get(path)).text
        following = re.search(r'href="([^"]+)">Next', page)
        assert following is not None
        assert "Previous 51–63 of 63" in await _text(desk, following[1])
        assert "There are no more members." in await _text(desk, f"{path}?offset=500")
        said = await _text(desk, f"{path}?metric=kc.zulrah&timeframe=30d&sort=name")
        assert "Zulrah kills gained since 2023-07-23" in said
        assert said.index("Ada 12 in all") < said.index("Ben") < said.index("Member 00")
        page = (await desk.client.get(f"{path}?metric=kc.zulrah&sort=name")).text
        assert 'aria-sort="ascending"><a href="/clans/' in page
        assert f'href="{path}?metric=kc.zulrah&amp;sort=name&amp;order=down"' in page
        assert f'href="{path}?metric=kc.zulrah"' in page
        assert '<optgroup label="Boss kills">' in page
        assert '<option value="kc.total">Boss kills</option>' in page

    async def test_its_contests_and_how_they_went(self, stage: Stage, desk: Desk) -> None:
        await stage.draft(title="Secret plan")
        contest_id, _ = await _drawn(stage)
        page = (await desk.client.get(f"/clans/{stage.clan.id}")).text
        assert f'href="/contests/{contest_id}"' in page
        assert "Secret plan" not in page
        assert "August Drawn 2023-08-23 15:54:24 UTC 6" in _read(page)
        assert "Draws 1 Voids 0 Late 0" in _read(page)

    async def test_a_clan_that_is_not_public_is_not_there(self, stage: Stage, desk: Desk) -> None:
        path = f"/clans/{stage.clan.id}"
        for wrong, status in (("?metric=nonsense", 404), ("?timeframe=1y", 422), ("?offset=-1", 422)):
            assert (await desk.client.get(path + wrong)).status_code == status
        change = {"name": "Lumen", "public": False, "cadence_hours": 24}
        await stage.clan.leader.ask("PUT", stage.clan.path(), change)
        assert "keeps its leaderboard to itself" in await _text(desk, path, 404)
        await stage.clan.leader.ask("PUT", stage.clan.path(), {**change, "public": True})
        assert (await desk.client.get(path)).status_code == 200
        await stage.clan.leader.ask("DELETE", stage.clan.path())
        for gone in (path, f"/clans/{NOBODY}"):
            assert (await desk.client.get(gone)).status_code == 404

    async def test_an_empty_clan_has_a_page(self, desk: Desk) -> None:
        clan = await found(desk, game="maplestory")
        said = await _text(desk, f"/clans/{clan.id}")
        assert "This clan follows nobody yet." in said
        assert "There was no contest yet." in said
