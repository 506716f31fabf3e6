"""Whether the server lives and serves."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from server import schema
from server.app import create_app
from tests.server.conftest import Configure


async def test_a_started_server_is_alive_ready_and_healthy(client: httpx.AsyncClient) -> None:
    for path in ("/livez", "/readyz"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    health = (await client.get("/healthz")).json()
    assert health["status"] == "ok"
    assert health["migration"] == schema.head()
    assert (await client.get("/version")).json() == {"version": health["version"]}


async def test_a_database_at_another_migration_is_not_ready(app: FastAPI, client: httpx.AsyncClient) -> None:
    async with app.state.database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "migration 0000" in answer.json()["detail"]
    assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize(
    "where", ["postgresql+psycopg://nobody@127.0.0.1:1/none", "sqlite+aiosqlite:////nowhere/at/all.sqlite3"]
)
async def test_a_database_that_is_away_is_said_and_does_not_kill(configure: Configure, where: str) -> None:
    app = create_app(configure(database_url=where))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server") as client,
    ):
        assert (await client.get("/livez")).status_code == 200
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["type"] == "urn:maplehub:problem:unavailable"
        assert int(answer.headers["retry-after"]) > 0


async def test_figures_are_for_this_computer_or_for_those_with_the_token(
    configure: Configure, sqlite_address: str
) -> None:
    for token, given, expected in (
        (None, "", 404),
        ("t" * 40, "", 404),
        ("t" * 40, "Bearer nonsense", 404),
        ("t" * 40, f"Bearer {'t' * 40}", 200),
    ):
        app = create_app(configure(database_url=sqlite_address, metrics_token=token))
        transport = httpx.ASGITransport(app, client=("203.0.113.7", 1))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://server") as client,
        ):
            answer = await client.get("/metrics", headers={"Authorization": given} if given else {})
            assert answer.status_code == expected


async def test_figures_count_requests_by_route_and_not_by_address(client: httpx.AsyncClient) -> None:
    await client.get("/version")
    await client.get("/made/up/path")
    text = (await client.get("/metrics")).text
    assert 'maplehub_request_seconds_count{method="GET",route="/version",status="200"} 1.0' in text
    assert 'route="unknown",status="404"' in text
    assert "made/up" not in text
