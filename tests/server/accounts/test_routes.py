"""What a signed-in player can do, what others cannot, and what a page elsewhere cannot make a browser do."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.responses import Response

from server.accounts.cookies import set_attempt, set_session
from shared.ids import new_id
from tests.server.conftest import ORIGIN, Clock, Configure
from tests.server.player import Desk, bearer


async def _key(desk: Desk, headers: dict[str, str], **given: Any) -> dict[str, Any]:
    answer = await desk.client.post("/api/auth/keys", json={"name": "script", **given}, headers=headers)
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


async def test_sessions_are_listed_ended_and_nobody_elses(desk: Desk, clock: Clock) -> None:
    laptop, tower = await desk.desktop(), await desk.desktop(device="tower")
    bell = await desk.desktop("bell")
    clock.forward(minutes=11)
    listed = (await desk.client.get("/api/auth/sessions", headers=tower.headers)).json()["items"]
    assert [(item["device"], item["current"]) for item in listed] == [("tower", True), ("laptop", False)]
    assert listed[0]["seen_at"] > listed[1]["seen_at"]
    for path in (f"/api/auth/sessions/{tower.tokens.session_id}", f"/api/auth/sessions/{new_id()}"):
        answer = await desk.client.delete(path, headers=bell.headers)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:maplehub:problem:not-found")
    path = f"/api/auth/sessions/{laptop.tokens.session_id}"
    assert (await desk.client.delete(path, headers=tower.headers)).status_code == 204
    assert (await desk.client.delete(path, headers=tower.headers)).status_code == 404
    assert (await desk.client.get("/api/auth/me", headers=laptop.headers)).status_code == 401
    assert (await desk.refresh(laptop.tokens.refresh_token)).status_code == 401
    assert (await desk.client.delete("/api/auth/sessions/7", headers=tower.headers)).status_code == 422


async def test_signing_out_everywhere_else_leaves_this_one(desk: Desk) -> None:
    one, two, three = [await desk.desktop() for _ in range(3)]
    bell = await desk.desktop("bell")
    assert (await desk.client.delete("/api/auth/sessions", headers=two.headers)).status_code == 204
    statuses = [
        (await desk.client.get("/api/auth/me", headers=signed.headers)).status_code
        for signed in (one, two, three, bell)
    ]
    assert statuses == [401, 200, 401, 200]


async def test_signing_out_ends_the_whole_family(desk: Desk) -> None:
    signed = await desk.desktop()
    assert (await desk.client.post("/api/auth/logout", headers=signed.headers)).status_code == 204
    assert (await desk.client.get("/api/auth/me", headers=signed.headers)).status_code == 401
    assert (await desk.refresh(signed.tokens.refresh_token)).status_code == 401


async def test_keys_are_shown_once_listed_without_and_revoked(desk: Desk, clock: Clock) -> None:
    aria, bell = await desk.desktop(), await desk.desktop("bell")
    made = await _key(desk, aria.headers, name="  sheet ", access="read", expires_in_days=2)
    assert made["name"] == "sheet"
    assert made["key"].startswith("mhk_")
    assert made["key"].endswith(made["hint"])
    answer = await desk.client.get("/api/auth/keys", headers=aria.headers)
    assert made["key"] not in answer.text
    (listed,) = answer.json()["items"]
    assert (listed["id"], listed["seen_at"]) == (made["id"], None)
    assert (await desk.client.get("/api/auth/me", headers=bearer(made["key"]))).json()[
        "discord_username"
    ] == "aria"
    (listed,) = (await desk.client.get("/api/auth/keys", headers=aria.headers)).json()["items"]
    assert listed["seen_at"] is not None
    assert (await desk.client.get("/api/auth/keys", headers=bell.headers)).json() == {"items": []}
    path = f"/api/auth/keys/{made['id']}"
    assert (await desk.client.delete(path, headers=bell.headers)).status_code == 404
    clock.forward(days=2)
    aria = await desk.desktop()
    assert (await desk.client.get("/api/auth/me", headers=bearer(made["key"]))).status_code == 401
    assert (await desk.client.delete(path, headers=aria.headers)).status_code == 204
    assert (await desk.client.delete(path, headers=aria.headers)).status_code == 404


async def test_twenty_keys_are_enough_even_when_asked_for_at_once(desk: Desk) -> None:
    signed = await desk.desktop()
    answers = await asyncio.gather(
        *(
            desk.client.post("/api/auth/keys", json={"name": str(number)}, headers=signed.headers)
            for number in range(24)
        )
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] * 20 + [409] * 4


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": "  "}, {"name": "x" * 81}, {"name": "x", "access": "all"}, {"name": "x", "scope": 1},
     {"name": "x", "expires_in_days": 0}],
)  # fmt: skip
async def test_a_key_asked_for_wrongly_is_told(desk: Desk, body: dict[str, Any]) -> None:
    signed = await desk.desktop()
    assert (await desk.client.post("/api/auth/keys", json=body, headers=signed.headers)).status_code == 422


async def test_the_export_holds_what_there_is_and_no_secret(desk: Desk) -> None:
    signed = await desk.desktop()
    await desk.desktop("bell")
    made = await _key(desk, signed.headers)
    answer = await desk.client.get("/api/auth/me/export", headers=signed.headers)
    assert answer.headers["content-disposition"] == 'attachment; filename="maplehub-2026-03-05.json"'
    content = answer.json()
    assert content["format"] == "maplehub-export/1"
    assert content["account"]["discord_username"] == "aria"
    assert [item["device"] for item in content["account"]["sessions"]] == ["laptop"]
    assert [item["name"] for item in content["account"]["api_keys"]] == ["script"]
    assert "bell" not in answer.text
    assert made["key"] not in answer.text


async def test_leaving_takes_everything_along_and_nobody_else(app: FastAPI, desk: Desk) -> None:
    aria, bell = await desk.desktop(), await desk.desktop("bell")
    await desk.browser()
    await _key(desk, aria.headers)
    await desk.code(aria.user_id)
    wrong = await desk.client.delete("/api/auth/me", params={"confirm": "bell"}, headers=aria.headers)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "confirm")
    assert (await desk.client.delete("/api/auth/me", headers=aria.headers)).status_code == 422
    gone = await desk.client.delete("/api/auth/me", params={"confirm": "aria"}, headers=aria.headers)
    assert gone.status_code == 204
    assert (await desk.client.get("/api/auth/me", headers=aria.headers)).status_code == 401
    assert (await desk.client.get("/api/auth/me", headers=bell.headers)).status_code == 200
    async with app.state.database.reading() as session:
        counts = [
            (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar()
            for table in ("users", "sessions", "session_tokens", "api_keys", "login_codes")
        ]
    assert counts == [1, 1, 2, 0, 1]


def _cookies(cookies: dict[str, str]) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-CSRF-Token": "{csrf}"}, 204),
        ({"X-CSRF-Token": "{csrf}", "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}, 204),
        ({}, 403),
        ({"Origin": ORIGIN}, 403),
        ({"X-CSRF-Token": ""}, 403),
        ({"X-CSRF-Token": "{csrf}x"}, 403),
        ({"X-CSRF-Token": "{other}"}, 403),
        ({"X-CSRF-Token": "{csrf}", "Origin": "https://evil.test"}, 403),
        ({"X-CSRF-Token": "{csrf}", "Origin": "null"}, 403),
        ({"X-CSRF-Token": "{csrf}", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-CSRF-Token": "{csrf}", "Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_changes_with_a_cookie_come_from_our_own_pages(
    desk: Desk, headers: dict[str, str], status: int
) -> None:
    cookies, csrf = await desk.browser()
    _, other = await desk.browser("bell")
    filled = {name: value.format(csrf=csrf, other=other) for name, value in headers.items()}
    answer = await desk.client.post("/api/auth/logout", headers=_cookies(cookies) | filled)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["type"] == "urn:maplehub:problem:cross-site"
        assert (await desk.client.get("/api/auth/me", headers=_cookies(cookies))).status_code == 200


async def test_a_bearer_needs_no_csrf_token(desk: Desk) -> None:
    signed = await desk.desktop()
    headers = signed.headers | {"Origin": "https://elsewhere.test"}
    assert (await desk.client.post("/api/auth/logout", headers=headers)).status_code == 204


async def test_no_other_site_is_let_in(desk: Desk) -> None:
    headers = {"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"}
    answer = await desk.client.options("/api/auth/token", headers=headers)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_browser_in_use_stays_signed_in_and_one_that_is_not_does_not(
    desk: Desk, clock: Clock
) -> None:
    cookies, _ = await desk.browser()
    for _ in range(4):
        clock.forward(days=29)
        assert (await desk.client.get("/api/auth/me", headers=_cookies(cookies))).status_code == 200
    clock.forward(days=30)
    assert (await desk.client.get("/api/auth/me", headers=_cookies(cookies))).status_code == 401


def test_in_the_open_cookies_travel_over_https_and_belong_to_this_host_alone(configure: Configure) -> None:
    settings = configure(
        environment="production", public_url="https://hub.test", secret="q3J-vX8_mZ0tR5wB7nK2pL9sD4fG6hY1cE0a"
    )
    answer = Response()
    set_session(answer, settings, "token", "csrf")
    set_attempt(answer, settings, "state-of-an-attempt", "sealed")
    session, csrf, attempt = answer.headers.getlist("set-cookie")
    assert session.startswith("__Host-mh_session=token;")
    assert csrf.startswith("__Host-mh_csrf=csrf;")
    for cookie in (session, csrf, attempt):
        assert "Secure" in cookie
        assert "SameSite=lax" in cookie
        assert "Domain" not in cookie
    assert "HttpOnly" in session
    assert "HttpOnly" in attempt
    assert "HttpOnly" not in csrf
