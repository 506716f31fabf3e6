"""Who may use the routes of the tracker by hand."""

import httpx
import pytest
from fastapi import FastAPI

from shared.ids import new_id
from tests.server.player import Desk, bearer
from tests.server.rest import join, slug

SUBJECTS = {"characters", "bosses", "tracking", "tasks", "settings", "calculators"}
OPEN = {
    ("GET", "/api/bosses"),
    ("GET", "/api/bosses/{boss_id}"),
    ("GET", "/api/tasks/templates"),
    ("POST", "/api/calculators/liberation"),
    ("POST", "/api/calculators/meso-income"),
    ("POST", "/api/calculators/symbols"),
}


def _routes(app: FastAPI) -> list[tuple[str, str]]:
    return [
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if path.split("/")[2:3] and path.split("/")[2] in SUBJECTS
    ]


def _filled(path: str) -> str:
    for name in ("character_id", "run_id", "drop_id", "task_id"):
        path = path.replace(f"{{{name}}}", new_id())
    return path.replace("{key}", "cosmetic.accent").replace("{boss_id}", "hard-lucid")


async def test_nobody_sees_or_changes_anything_but_the_games_data(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    routes = _routes(app)
    assert set(routes) >= OPEN
    assert len(routes) == 29
    for method, path in routes:
        answer = await client.request(method, _filled(path), json={} if method in {"POST", "PUT"} else None)
        if (method, path) in OPEN:
            assert answer.status_code in {200, 422}, path
        else:
            assert slug(answer) == (401, "unauthenticated"), path


@pytest.mark.parametrize("access", ["read", "write"])
async def test_a_reading_key_reads_and_a_writing_key_writes(app: FastAPI, desk: Desk, access: str) -> None:
    aria = await join(desk)
    made = await aria.post("/auth/keys", name="sheet", access=access)
    headers = bearer(made["key"])
    for method, path in _routes(app):
        body = {} if method in {"POST", "PUT"} else None
        answer = await desk.client.request(method, _filled(path), json=body, headers=headers)
        if access == "read" and method != "GET":
            assert slug(answer) == (403, "read-only-key"), path
        else:
            assert answer.status_code in {200, 404, 422}, path
