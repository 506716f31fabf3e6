"""Comparing by digests and reading parts again over HTTP, on SQLite and on PostgreSQL."""

from typing import Any

import httpx
import pytest

from server.settings import Settings
from shared.ids import new_id
from shared.sync.digest import BUCKETS, bucket_digests, bucket_of, whole
from shared.sync.records import SCHEMA
from shared.sync.wire import Row
from tests.server.conftest import Clock, Configure
from tests.server.player import Desk, Signed
from tests.server.sync.machine import Machine


@pytest.fixture
def settings(configure: Configure, address: str) -> Settings:
    return configure(database_url=address, rate_user="100000/minute", rate_address="100000/minute")


@pytest.fixture
async def player(desk: Desk) -> Signed:
    return await desk.desktop("aria")


@pytest.fixture
async def machine(client: httpx.AsyncClient, player: Signed, clock: Clock) -> Machine:
    """A machine with sixty characters, one of them buried, that has seen all there is."""
    made = Machine(client, player.headers, round(clock().timestamp() * 1000))
    await made.push(*(made.character(name=f"{number}") for number in range(60)))
    await made.catch_up()
    made.now_ms += 1000
    await made.push(made.mutation("update", "characters", next(iter(made.rows))[1], deleted=1))
    await made.catch_up()
    return made


@pytest.fixture
def ask(client: httpx.AsyncClient, player: Signed, machine: Machine) -> Any:
    """Ask for parts of tables, where nothing else is said as the machine stands."""

    async def asking(tables: dict[str, list[int]], **given: Any) -> httpx.Response:
        body = {
            "epoch": machine.epoch,
            "cursor": machine.cursor,
            "tables": {name: {"buckets": places} for name, places in tables.items()},
        }
        return await client.post("/api/sync/rows", json={**body, **given}, headers=player.headers)

    return asking


async def test_the_parts_of_a_table_add_up(
    client: httpx.AsyncClient, player: Signed, machine: Machine
) -> None:
    answer = await client.get("/api/sync/digest/characters", headers=player.headers)
    told = answer.json()
    mine = bucket_digests(Row(name, row_id, values) for (name, row_id), values in machine.rows.items())
    assert told["buckets"] == [{"n": each.count, "sum": str(each.total)} for each in mine]
    table = (await client.get("/api/sync/digest", headers=player.headers)).json()["tables"]["characters"]
    assert table == {"n": 59, "sum": str(whole(mine).total)}
    assert (told["epoch"], told["head"]) == (machine.epoch, machine.cursor)
    # A newer client compares what both know.
    newer = await client.get(
        "/api/sync/digest/characters", params={"schema": SCHEMA + 1}, headers=player.headers
    )
    assert newer.json() == told


async def test_a_part_is_given_whole_tombstones_too(machine: Machine, ask: Any) -> None:
    for place in {bucket_of(row_id) for _, row_id in machine.rows}:
        answer = await ask({"characters": [place], "settings": [place]})
        assert answer.status_code == 200
        told = {row["id"]: row["v"] for row in answer.json()["rows"]}
        assert told == {
            row_id: values for (_, row_id), values in machine.rows.items() if bucket_of(row_id) == place
        }
        assert answer.json()["next"] is None


@pytest.mark.parametrize("limit", [1, 7, 60, 61])
async def test_an_answer_is_bounded_and_goes_on(machine: Machine, ask: Any, limit: int) -> None:
    everything = {"characters": list(range(BUCKETS)), "boss_runs": list(range(BUCKETS))}
    found: list[str] = []
    after = None
    while True:
        answer = (await ask(everything, limit=limit, after=after)).json()
        assert len(answer["rows"]) <= limit
        found += [row["id"] for row in answer["rows"]]
        after = answer["next"]
        if after is None:
            break
    assert len(found) == len(set(found))
    assert set(found) == {row_id for _, row_id in machine.rows}


async def test_who_must_do_something_else_first_is_told(machine: Machine, ask: Any) -> None:
    for given, slug in (
        ({"epoch": new_id()}, "epoch-changed"),
        ({"cursor": 999}, "cursor-ahead"),
        ({"protocol": 0}, "client-too-old"),
    ):
        assert (await ask({"characters": [0]}, **given)).json()["type"].endswith(slug)


async def test_nonsense_is_refused(
    client: httpx.AsyncClient, player: Signed, machine: Machine, ask: Any
) -> None:
    assert (await client.get("/api/sync/digest/songs", headers=player.headers)).status_code == 404
    assert (await ask({"characters": [64]})).status_code == 422
    assert (await ask({"characters": [0]}, limit=2001)).status_code == 422
    assert (await ask({"characters": [0]}, after={"t": "characters", "id": "x"})).status_code == 422
    assert (await ask({"songs": [0]})).json() == {"rows": [], "next": None}
    assert (await ask({"characters": [0]}, after={"t": "songs", "id": new_id()})).json()["rows"] == []


async def test_nobody_and_somebody_else_see_nothing(
    client: httpx.AsyncClient, desk: Desk, machine: Machine
) -> None:
    assert (await client.get("/api/sync/digest/characters")).status_code == 401
    assert (await client.post("/api/sync/rows", json={"tables": {}})).status_code == 401
    stranger = await desk.desktop("brin")
    body = {"tables": {"characters": {"buckets": list(range(BUCKETS))}}}
    answer = await client.post("/api/sync/rows", json=body, headers=stranger.headers)
    assert answer.json() == {"rows": [], "next": None}
