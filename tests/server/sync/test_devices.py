"""Which machines sync: noted by the way, once a minute, and shown to their player alone."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select

from server.settings import Settings
from server.sync.tables import sync_devices
from tests.server.conftest import Clock, Configure
from tests.server.player import Desk, Signed, bearer
from tests.server.sync.machine import Machine


@pytest.fixture
def settings(configure: Configure, address: str) -> Settings:
    return configure(database_url=address, rate_user="100000/minute", rate_address="100000/minute")


@pytest.fixture
def join(client: httpx.AsyncClient, clock: Clock) -> Any:
    return lambda signed: Machine(client, signed.headers, round(clock().timestamp() * 1000))


async def listed(client: httpx.AsyncClient, signed: Signed) -> list[tuple[str, str, bool]]:
    """Name, when it was seen, and whether it is the one that asks."""
    answer = await client.get("/api/sync/devices", headers=signed.headers)
    assert answer.status_code == 200, answer.text
    return [(each["name"], each["seen_at"][11:16], each["current"]) for each in answer.json()["items"]]


async def test_machines_are_listed_once_they_have_synced(
    client: httpx.AsyncClient, desk: Desk, clock: Clock, join: Any
) -> None:
    laptop, tower = await desk.desktop("aria", "Laptop"), await desk.desktop("aria", "Tower")
    await desk.desktop("aria", "Never synced")
    assert await listed(client, laptop) == []
    await join(laptop).pull()
    clock.forward(minutes=2)
    machine = join(tower)
    await machine.push(machine.character())
    assert await listed(client, laptop) == [("Tower", "18:02", False), ("Laptop", "18:00", True)]
    clock.forward(minutes=2)
    await join(laptop).push()
    assert await listed(client, tower) == [("Laptop", "18:04", False), ("Tower", "18:02", True)]
    stranger = await desk.desktop("brin", "Elsewhere")
    assert await listed(client, stranger) == []
    assert (await client.get("/api/sync/devices")).status_code == 401


async def test_a_machine_that_signed_out_is_gone(client: httpx.AsyncClient, desk: Desk, join: Any) -> None:
    laptop, tower = await desk.desktop("aria", "Laptop"), await desk.desktop("aria", "Tower")
    await join(laptop).pull()
    await join(tower).pull()
    await client.post("/api/auth/logout", headers=tower.headers)
    assert [name for name, _, _ in await listed(client, laptop)] == ["Laptop"]


async def test_it_costs_one_line_a_minute(
    client: httpx.AsyncClient, desk: Desk, clock: Clock, join: Any, app: FastAPI
) -> None:
    machine = join(await desk.desktop("aria"))
    said: list[str] = []
    event.listen(
        app.state.database.engine.sync_engine,
        "before_cursor_execute",
        lambda *given: said.append(given[2]) if "INTO sync_devices" in given[2] else None,
    )
    for _ in range(6):
        await machine.pull()
        clock.forward(seconds=30)
    assert len(said) == 3
    async with app.state.database.reading() as session:
        assert len((await session.execute(select(sync_devices))).all()) == 1


async def test_keys_are_no_machines(client: httpx.AsyncClient, desk: Desk, clock: Clock) -> None:
    signed = await desk.desktop("aria")
    made = await client.post(
        "/api/auth/keys", json={"name": "sheet", "access": "write"}, headers=signed.headers
    )
    machine = Machine(client, bearer(made.json()["key"]), round(clock().timestamp() * 1000))
    assert (await machine.pull()).status_code == 200
    assert await listed(client, signed) == []


async def test_what_cannot_be_noted_fails_nobody(
    client: httpx.AsyncClient, desk: Desk, app: FastAPI, join: Any
) -> None:
    signed = await desk.desktop("aria")
    async with app.state.database.writing() as session:
        await session.execute(sync_devices.delete())
        connection = await session.connection()
        await connection.exec_driver_sql("ALTER TABLE sync_devices RENAME TO gone")
    assert (await join(signed).pull()).status_code == 200
