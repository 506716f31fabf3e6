"""The family of a session's tokens: codes used once, refresh tokens rotated, thieves found out."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from server.accounts import service
from server.accounts.keys import Keys, Kind, challenge_of, kind_of
from server.accounts.tables import SessionToken, SignedIn
from tests.server.conftest import Clock
from tests.server.player import Desk, bearer

KEYS = Keys(b"one secret of thirty-two characters")


@given(st.sampled_from(Kind), st.integers(0, 53), st.sampled_from("0aZ_é"))
def test_a_token_changed_anywhere_is_known_for_none(kind: Kind, place: int, letter: str) -> None:
    token = KEYS.new(kind)
    assert kind_of(token) is kind
    assert len(token) == 53
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        assert kind_of(changed) is None


@given(st.text(max_size=60))
def test_any_text_is_no_token(content: str) -> None:
    assert kind_of(content) is None


def test_digests_and_successors_need_the_secret() -> None:
    token, other = KEYS.new(Kind.REFRESH), Keys(b"another secret")
    assert KEYS.digest(token) != other.digest(token)
    assert KEYS.successor(token, Kind.REFRESH) == KEYS.successor(token, Kind.REFRESH)
    assert KEYS.successor(token, Kind.REFRESH) != other.successor(token, Kind.REFRESH)
    assert KEYS.successor(token, Kind.ACCESS)[4:] != KEYS.successor(token, Kind.REFRESH)[4:]
    assert token.encode() not in KEYS.digest(token)


def test_the_challenge_is_rfc_7636s() -> None:
    """RFC 7636, appendix B."""
    assert (
        challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


async def test_no_token_is_stored(app: FastAPI, desk: Desk) -> None:
    signed = await desk.desktop()
    cookies, _ = await desk.browser("bell")
    answer = await desk.client.post("/api/auth/keys", json={"name": "k"}, headers=signed.headers)
    secret = [
        signed.tokens.access_token,
        signed.tokens.refresh_token,
        cookies["mh_session"],
        answer.json()["key"],
    ]
    async with app.state.database.reading() as session:
        for table in ("sessions", "session_tokens", "api_keys", "login_codes", "users"):
            stored = repr((await session.execute(text(f"SELECT * FROM {table}"))).all())
            assert not any(token[4:] in stored for token in secret)


async def _alive(desk: Desk, access: str) -> bool:
    answer = await desk.client.get("/api/auth/me", headers=bearer(access))
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


async def test_a_code_works_once_and_its_reuse_ends_what_it_began(desk: Desk) -> None:
    code, verifier = await desk.code(await desk.user())
    first = await desk.redeem(code, verifier)
    assert first.status_code == 200
    assert await _alive(desk, first.json()["access_token"])
    again = await desk.redeem(code, verifier)
    assert again.status_code == 400
    assert again.json()["type"] == "urn:maplehub:problem:invalid-grant"
    assert not await _alive(desk, first.json()["access_token"])
    assert (await desk.refresh(first.json()["refresh_token"])).status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"code_verifier": "x" * 43}, {"redirect_uri": "http://127.0.0.1:1/callback"}]
)
async def test_a_code_is_for_the_program_that_began(desk: Desk, wrong: dict[str, str]) -> None:
    code, verifier = await desk.code(await desk.user())
    assert (await desk.redeem(code, verifier, **wrong)).status_code == 400
    # Whoever guessed had one guess.
    assert (await desk.redeem(code, verifier)).status_code == 400


async def test_a_code_lasts_two_minutes(desk: Desk, clock: Clock) -> None:
    code, verifier = await desk.code(await desk.user())
    clock.forward(seconds=120)
    assert (await desk.redeem(code, verifier)).status_code == 400


async def test_of_two_desktops_that_redeem_at_once_none_keeps_a_session(desk: Desk) -> None:
    code, verifier = await desk.code(await desk.user())
    answers = await asyncio.gather(*(desk.redeem(code, verifier) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    (good,) = [answer for answer in answers if answer.status_code == 200]
    assert not await _alive(desk, good.json()["access_token"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"grant_type": "password"},
        {"grant_type": "refresh_token"},
        {"grant_type": "refresh_token", "refresh_token": 5},
        {"grant_type": "authorization_code", "code": "x", "code_verifier": "short", "redirect_uri": "x"},
        {"grant_type": "refresh_token", "refresh_token": "x" * 101},
        [],
    ],
)
async def test_a_malformed_grant_is_told(client: httpx.AsyncClient, body: Any) -> None:
    answer = await client.post("/api/auth/token", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", [Kind.REFRESH, Kind.ACCESS, Kind.API_KEY, None])
async def test_tokens_of_nobody_are_refused(app: FastAPI, desk: Desk, kind: Kind | None) -> None:
    token = app.state.keys.new(kind) if kind else "nonsense"
    answer = await desk.refresh(token)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:maplehub:problem:session-ended"
    assert not await _alive(desk, token)


async def test_each_kind_of_token_is_good_for_its_own_use(desk: Desk) -> None:
    signed = await desk.desktop()
    cookies, _ = await desk.browser()
    assert not await _alive(desk, signed.tokens.refresh_token)
    assert not await _alive(desk, cookies["mh_session"])
    assert (await desk.refresh(signed.tokens.access_token)).status_code == 401
    as_cookie = {"Cookie": f"mh_session={signed.tokens.access_token}"}
    assert (await desk.client.get("/api/auth/me", headers=as_cookie)).status_code == 401


async def test_access_lasts_an_hour_and_a_session_slides_ninety_days(desk: Desk, clock: Clock) -> None:
    signed = await desk.desktop()
    refresh = signed.tokens.refresh_token
    clock.forward(seconds=3599)
    assert await _alive(desk, signed.tokens.access_token)
    clock.forward(seconds=1)
    assert not await _alive(desk, signed.tokens.access_token)
    for _ in range(3):
        clock.forward(days=89)
        answer = await desk.refresh(refresh)
        assert answer.status_code == 200
        refresh = answer.json()["refresh_token"]
        assert await _alive(desk, answer.json()["access_token"])
    clock.forward(days=90)
    assert (await desk.refresh(refresh)).status_code == 401


async def test_a_lost_answer_is_given_again_for_a_minute(desk: Desk, clock: Clock) -> None:
    signed = await desk.desktop()
    first = (await desk.refresh(signed.tokens.refresh_token)).json()
    clock.forward(seconds=60)
    again = (await desk.refresh(signed.tokens.refresh_token)).json()
    assert again["expires_in"] == first["expires_in"] - 60
    for name in ("access_token", "refresh_token", "session_id"):
        assert again[name] == first[name]
    assert await _alive(desk, first["access_token"])
    assert (await desk.refresh(first["refresh_token"])).status_code == 200


async def test_a_pair_nobody_used_is_given_again_however_late(desk: Desk, clock: Clock) -> None:
    """The answer came just before the power went, and the computer is started a day later."""
    signed = await desk.desktop()
    lost = (await desk.refresh(signed.tokens.refresh_token)).json()
    clock.forward(days=1)
    again = await desk.refresh(signed.tokens.refresh_token)
    assert again.status_code == 200
    assert again.json()["refresh_token"] == lost["refresh_token"]
    assert again.json()["expires_in"] == 0
    assert (await desk.refresh(lost["refresh_token"])).status_code == 200


async def test_a_spent_token_shown_after_a_minute_ends_the_family(desk: Desk, clock: Clock) -> None:
    signed, other = await desk.desktop(), await desk.desktop()
    pair = (await desk.refresh(signed.tokens.refresh_token)).json()
    assert await _alive(desk, pair["access_token"])
    clock.forward(seconds=61)
    answer = await desk.refresh(signed.tokens.refresh_token)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:maplehub:problem:session-ended"
    assert not await _alive(desk, pair["access_token"])
    assert (await desk.refresh(pair["refresh_token"])).status_code == 401
    assert await _alive(desk, other.tokens.access_token)


async def test_a_spent_token_ends_the_family_at_once_when_its_successor_was_used(desk: Desk) -> None:
    """Then its answer did arrive, and whoever shows it again is somebody else."""
    signed = await desk.desktop()
    second = (await desk.refresh(signed.tokens.refresh_token)).json()
    third = (await desk.refresh(second["refresh_token"])).json()
    assert (await desk.refresh(signed.tokens.refresh_token)).status_code == 401
    assert not await _alive(desk, third["access_token"])


async def test_requests_doubled_on_the_way_give_one_pair(desk: Desk) -> None:
    signed = await desk.desktop()
    answers = await asyncio.gather(*(desk.refresh(signed.tokens.refresh_token) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["refresh_token"] for answer in answers}) == 1
    assert (await desk.refresh(answers[0].json()["refresh_token"])).status_code == 200


async def test_what_is_over_is_swept_away_and_what_lives_stays(
    app: FastAPI, desk: Desk, clock: Clock
) -> None:
    signed = await desk.desktop()
    cookies, _ = await desk.browser()
    gone = await desk.desktop("bell")
    await desk.client.post("/api/auth/logout", headers=gone.headers)
    refresh = signed.tokens.refresh_token
    for _ in range(4):
        clock.forward(days=20)
        refresh = (await desk.refresh(refresh)).json()["refresh_token"]
        headers = {"Cookie": f"mh_session={cookies['mh_session']}"}
        assert (await desk.client.get("/api/auth/me", headers=headers)).status_code == 200
    async with app.state.database.writing() as session:
        await service.sweep(session, clock())
    async with app.state.database.reading() as session:
        kept = list((await session.execute(select(SignedIn.client))).scalars())
        kinds = sorted((await session.execute(select(SessionToken.kind))).scalars())
    assert sorted(kept) == ["desktop", "web"]
    assert kinds == ["access", "cookie", "refresh", "refresh", "refresh"]
    assert (await desk.refresh(refresh)).status_code == 200
    assert (await desk.client.get("/api/auth/me", headers=headers)).status_code == 200


async def test_beyond_fifty_the_session_unseen_for_longest_ends(desk: Desk, clock: Clock) -> None:
    first = await desk.desktop()
    for _ in range(service.MOST_SESSIONS):
        clock.forward(seconds=1)
        last = await desk.desktop()
    assert not await _alive(desk, first.tokens.access_token)
    answer = await desk.client.get("/api/auth/sessions", headers=last.headers)
    assert len(answer.json()["items"]) == service.MOST_SESSIONS
