"""What a hostile caller tries: odd text and JSON, looking around, answers without their headers, secrets in the log."""

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from server.http.context import security_headers
from server.settings import Settings
from shared.sync.records import TABLES, Kind
from tests.server.conftest import Clock, Configure
from tests.server.player import Desk
from tests.server.rest import Player, join, slug


@pytest.fixture
async def aria(desk: Desk) -> Player:
    return await join(desk)


ODD = {
    "NUL": '"a\\u0000b"',
    "half a letter": '"\\ud800"',
    "control": '"a\\u001fb"',
    "right to left": '"\\u202e"',
    "long": json.dumps("x" * 5_000),
    "endless number": "1" * 5_000,
    "too large a number": str(2**63),
    "no number": "NaN",
    "infinite": "1e999",
    "nested": "[" * 100_000,
    "object": "{}",
    "nothing": "null",
}
BODIES = (
    ("POST", "/characters", '{"character_name": ODD, "world": "kronos"}'),
    ("POST", "/characters", '{"character_name": "Nova", "world": "kronos", "level": ODD}'),
    ("POST", "/auth/keys", '{"name": ODD}'),
    ("POST", "/auth/token", '{"grant_type": ODD}'),
    ("POST", "/auth/token", '{"grant_type": "refresh_token", "refresh_token": ODD}'),
    ("POST", "/tracking/boss-runs", '{"character_id": "HERO", "boss_id": "hard-damien", "note": ODD}'),
    ("POST", "/tasks", '{"kind": "own", "name": ODD, "reset": "daily"}'),
    ("POST", "/tasks", '{"kind": "own", "name": "x", "reset": "daily", "owner": ODD}'),
    ("PUT", "/settings/cosmetic.accent", '{"value": ODD}'),
    ("POST", "/sync/push", '{"mutations": [{"mid": MID, "t": "characters", "id": ODD, "op": "update", "set": {}}]}'),
    ("POST", "/sync/push", ('{"schema": 99, "mutations": [{"mid": MID, "t": "characters", "id": "HERO",'
     ' "op": "update", "set": {"name": ODD, "novel": ODD}}]}')),
    ("POST", "/sync/push", '{"epoch": ODD, "mutations": []}'),
    ("POST", "/sync/pull", '{"cursor": ODD}'),
    ("POST", "/calculators/meso-income", '{"characters": [{"id": ODD, "world": "kronos", "bosses": []}]}'),
    ("POST", "/characters", "{ODD: 1}"),
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_odd_values_are_taken_or_refused_and_never_fallen_over(aria: Player, odd: str) -> None:
    hero = await aria.character()
    for method, path, body in BODIES:
        sent = body.replace("ODD", odd).replace("HERO", hero)
        sent = sent.replace("MID", '"0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a"')
        answer = await aria.desk.client.request(
            method,
            f"/api{path}",
            content=sent.encode(),
            headers={**aria.signed.headers, "Content-Type": "application/json"},
        )
        assert answer.status_code in {200, 201, 401, 404, 409, 422}, (path, answer.text)
        # Of what is wrong no more is repeated than a line.
        assert len(answer.text) < 20_000 or answer.status_code == 200
    for path in ("/characters", "/auth/keys", "/tasks", "/tracking/boss-runs", "/auth/me/export"):
        await aria.get(path)
    assert (await aria.ask("POST", "/sync/pull", {"full": True})).status_code == 200


EXTREMES: dict[str, dict[Kind, Any]] = {
    "least": {
        Kind.TEXT: "", Kind.DOCUMENT: "", Kind.INTEGER: -(2**63), Kind.FLAG: 0, Kind.DAY: "0001-01-01",
        Kind.INSTANT: "0001-01-01T00:00:00+14:00",
    },
    "greatest": {
        Kind.TEXT: "\U0010ffff" * 4_000, Kind.DOCUMENT: "[" * 100_000, Kind.INTEGER: 2**63 - 1, Kind.FLAG: 1,
        Kind.DAY: "9999-12-31", Kind.INSTANT: "9999-12-31T23:59:59.999999-14:00",
    },
}  # fmt: skip


@pytest.mark.parametrize("extreme", EXTREMES)
async def test_whatever_a_client_pushed_is_told_or_refused(aria: Player, extreme: str) -> None:
    """Sync takes what both databases can keep, whether or not it means anything; every route must live with it."""
    values = EXTREMES[extreme]
    hero, desktop = await aria.character(), aria.machine()
    desktop.now_ms += 1_000
    run, task = await aria.run(hero), await aria.post("/tasks", kind="own", name="Stretch", reset="daily")
    for name, row_id in (("characters", hero), ("boss_runs", run["id"]), ("user_tasks", task["id"])):
        table = TABLES[name]
        kept = {"deleted", "owner", *table.key, *table.fixed, *table.parents}
        odd = {field.name: values[field.kind] for field in table.fields.values() if field.name not in kept}
        answer = await desktop.push(desktop.mutation("update", name, row_id, **odd))
        assert answer.json()["results"][0]["status"] == "applied"
    for path in ("/characters", f"/characters/{hero}", "/tracking/boss-runs", f"/tracking/boss-runs/{run['id']}",
                 "/tracking/weekly-summary", "/tracking/daily-summary?day=9999-12-31", "/tasks", "/settings",
                 "/sync/digest", "/auth/me/export"):  # fmt: skip
        assert (await aria.ask("GET", path)).status_code in {200, 422}, path
    for method, path, body in (
        ("PUT", f"/characters/{hero}", {"character_name": "Nova", "world": "kronos"}),
        ("POST", "/characters", {"character_name": "Bell", "world": "kronos"}),
        ("POST", "/tasks", {"kind": "own", "name": "x", "reset": "daily", "owner": hero}),
        ("POST", f"/tasks/{task['id']}/complete", None),
        ("PUT", f"/tasks/{task['id']}", {"name": "x", "reset": "daily"}),
        ("PUT", f"/tracking/boss-runs/{run['id']}", {"character_id": hero, "boss_id": "hard-lucid"}),
        ("DELETE", f"/characters/{hero}", None),
    ):
        assert (await aria.ask(method, path, body)).status_code < 500, path


@pytest.mark.parametrize("content", [b"\xff\xfe", b"\xef\xbb\xbf{}", b"{", b"[[1,", b"\x00"])
async def test_what_is_no_json_is_refused(aria: Player, content: bytes) -> None:
    headers = {**aria.signed.headers, "Content-Type": "application/json"}
    answer = await aria.desk.client.post("/api/characters", content=content, headers=headers)
    assert slug(answer) == (422, "invalid-input")


async def test_a_sign_in_with_an_unkeepable_device_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/auth/discord", params={"device": "a\0b"})).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": b"Bearer \xff"},
        {"Authorization": "Bearer"},
        {"Cookie": b"mh_session=\xff; mh_login_abcdefghijkl=\xfe"},
        {"X-Request-ID": b"\xff" * 9},
        {"If-None-Match": b"\xff"},
        {"X-Forwarded-For": "nonsense"},
    ],
)
async def test_odd_headers_are_no_trouble(client: httpx.AsyncClient, headers: dict[str, Any]) -> None:
    for path in ("/api/bosses", "/metrics", "/api/auth/discord/callback?state=abcdefghijklmnop"):
        assert (await client.get(path, headers=headers)).status_code in {200, 400, 401}


class TestEveryAnswer:
    """In the open: over HTTPS."""

    @pytest.fixture
    def settings(self, configure: Configure, sqlite_address: str) -> Settings:
        return configure(
            database_url=sqlite_address,
            environment="production",
            public_url="https://hub.test",
            secret="q3J-vX8_mZ0tR5wB7nK2pL9sD4fG6hY1cE0a",
        )

    async def test_has_the_headers_that_keep_browsers_safe(
        self, app: FastAPI, client: httpx.AsyncClient
    ) -> None:
        async def broken() -> None:
            raise RuntimeError("a bug")

        app.add_api_route("/broken", broken)
        for method, path, given, status in (
            ("GET", "/livez", {}, 200),
            ("GET", "/api/bosses", {}, 200),
            ("GET", "/api/openapi.json", {}, 200),
            ("GET", "/api/auth/signed-in", {}, 200),
            ("GET", "/api/auth/discord", {}, 303),
            ("GET", "/api/auth/discord/callback", {}, 400),
            ("GET", "/api/auth/me", {}, 401),
            ("GET", "/nowhere", {}, 404),
            ("PATCH", "/api/bosses", {}, 405),
            ("POST", "/api/auth/token", {"content": b"x" * (2 << 20)}, 413),
            ("POST", "/api/auth/token", {"content": b"x", "headers": {"Content-Encoding": "zstd"}}, 415),
            ("POST", "/api/auth/token", {"json": {}}, 422),
            ("GET", "/broken", {}, 500),
        ):
            answer = await client.request(method, path, **given)
            assert answer.status_code == status, path
            wanted = security_headers(secure=True)
            if path == "/api/bosses":
                wanted["Cache-Control"] = answer.headers["cache-control"]
            if answer.headers.get("content-type", "").startswith("text/html"):
                wanted["Content-Security-Policy"] = policy = answer.headers["content-security-policy"]
                assert "default-src 'none'" in policy
                assert "script-src" not in policy
                assert "frame-ancestors 'none'" in policy
            assert {name: answer.headers[name] for name in wanted} == wanted, path
            assert answer.headers["x-request-id"]
            assert not [name for name in answer.headers if name.startswith("access-control")]
            assert "server" not in answer.headers


class TestLookingAround:
    """Requests that reach no route which counts its caller are counted by address."""

    @pytest.fixture
    def settings(self, configure: Configure, sqlite_address: str) -> Settings:
        return configure(database_url=sqlite_address, rate_address="3/minute", rate_user="3/minute")

    @pytest.mark.parametrize(
        ("method", "path", "given", "status"),
        [
            ("GET", "/wp-login.php", {}, 404),
            ("PATCH", "/api/bosses", {}, 405),
            ("GET", "/api/openapi.json", {}, 200),
            ("POST", "/api/auth/token", {"content": b"x" * (2 << 20)}, 413),
            ("POST", "/api/auth/token", {"content": b"x", "headers": {"Content-Encoding": "zstd"}}, 415),
            (
                "POST",
                "/api/auth/token",
                {"content": b"{", "headers": {"Content-Type": "application/json"}},
                422,
            ),
        ],
    )
    async def test_is_limited(
        self,
        client: httpx.AsyncClient,
        clock: Clock,
        method: str,
        path: str,
        given: dict[str, Any],
        status: int,
    ) -> None:
        for left in (2, 1, 0):
            answer = await client.request(method, path, **given)
            assert answer.status_code == status
            assert answer.headers["ratelimit-remaining"] == str(left)
        answer = await client.request(method, path, **given)
        assert slug(answer) == (429, "rate-limited")
        assert int(answer.headers["retry-after"]) > 0
        # Whoever asks how the server is, and whoever is signed in, is not kept out.
        assert (await client.get("/readyz")).status_code == 200
        clock.forward(minutes=1)
        assert (await client.request(method, path, **given)).status_code == status

    async def test_counts_a_request_once(self, desk: Desk, client: httpx.AsyncClient) -> None:
        signed = await desk.desktop()
        for left in (2, 1, 0):
            answer = await client.get("/api/tasks/nonsense/complete/", headers=signed.headers)
            assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (404, str(left))
        for left in (2, 1, 0):
            answer = await client.delete("/api/auth/keys/nonsense", headers=signed.headers)
            assert (answer.status_code, answer.headers["ratelimit-remaining"]) == (422, str(left))
