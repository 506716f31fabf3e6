"""Push and pull over HTTP, on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from server.settings import Settings
from server.sync.tables import SYNCED, sync_clamps
from shared.ids import new_id
from shared.sync.digest import digests
from shared.sync.records import TABLES
from shared.sync.wire import Row
from tests.server.conftest import Clock
from tests.server.player import Desk, Signed
from tests.server.sync.machine import FIELDS, Machine, clear, drop_id

Join = Callable[[], Machine]


@pytest.fixture
def settings(configure: Callable[..., Settings], address: str) -> Settings:
    """A server that does not count the requests of one player: these tests make many."""
    return configure(database_url=address, rate_user="100000/minute", rate_address="100000/minute")


@pytest.fixture
async def player(desk: Desk) -> Signed:
    return await desk.desktop("aria")


@pytest.fixture
def join(client: httpx.AsyncClient, player: Signed, clock: Clock) -> Join:
    """Another machine of the same player."""
    return lambda: Machine(client, player.headers, round(clock().timestamp() * 1000))


@pytest.fixture
def machine(join: Join) -> Machine:
    return join()


def results(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


async def test_what_one_machine_enters_the_other_has(machine: Machine, join: Join) -> None:
    made = machine.character()
    run = clear(machine, made["id"], "2026-03-05")
    drop = machine.mutation(
        "insert",
        "boss_run_drops",
        drop_id(run["id"], "dreamy-belt"),
        run_id=run["id"],
        item="dreamy-belt",
        quantity=1,
    )
    answer = await machine.push(made, run, drop)
    assert [each["status"] for each in results(answer)] == ["applied"] * 3
    assert answer.json()["head"] == 3
    other = join()
    assert await other.catch_up() == 1
    assert other.rows["characters", made["id"]] == {
        **TABLES["characters"].defaults,
        **FIELDS,
    }
    assert other.rows["boss_runs", run["id"]]["crystal_mesos"] == 504_000_000
    assert other.rows["boss_run_drops", drop["id"]]["item"] == "dreamy-belt"
    assert other.cursor == 3


async def test_the_same_twice_changes_nothing(machine: Machine, join: Join) -> None:
    made = machine.character()
    first, second = await machine.push(made), await machine.push(made)
    assert results(first) == results(second)
    assert first.json()["head"] == second.json()["head"] == 1
    other = join()
    await other.catch_up()
    assert len(other.rows) == 1


async def test_per_field_the_later_edit_wins_and_the_loser_hears_of_it(machine: Machine, join: Join) -> None:
    made = machine.character()
    await machine.push(made)
    other = join()
    await other.catch_up()
    machine.now_ms += 1000
    early = machine.mutation("update", "characters", made["id"], name="Early", level=280)
    other.now_ms += 2000
    late = other.mutation("update", "characters", made["id"], name="Late")
    assert results(await other.push(late))[0]["status"] == "applied"
    (lost,) = results(await machine.push(early))
    assert (lost["status"], lost["lost"]) == ("merged", ["name"])
    for each in (machine, other):
        await each.catch_up()
        row = each.rows["characters", made["id"]]
        assert (row["name"], row["level"]) == ("Late", 280)


async def test_a_buried_row_comes_back_with_a_later_edit(machine: Machine, join: Join) -> None:
    made = machine.character()
    await machine.push(made)
    machine.now_ms += 1000
    await machine.push(machine.mutation("update", "characters", made["id"], deleted=1))
    machine.now_ms += 1000
    await machine.push(machine.mutation("update", "characters", made["id"], deleted=0, name="Back"))
    other = join()
    await other.catch_up()
    assert (
        other.rows["characters", made["id"]]["deleted"],
        other.rows["characters", made["id"]]["name"],
    ) == (
        0,
        "Back",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"op": "update", "id": new_id()}, "unknown_row"),
        ({"t": "songs"}, "unknown_table"),
        ({"set": {**FIELDS, "shoe_size": 43}}, "unknown_field"),
        ({"set": {**FIELDS, "level": "high"}}, "bad_type"),
        ({"set": {"name": "Aria"}}, "missing_field"),
        ({"id": "not-an-id"}, "bad_id"),
        ({"t": "boss_plans", "set": {"character_id": "x", "clear_group": "y", "entry_id": "z"}}, "bad_id"),
    ],
)
async def test_what_cannot_be_taken_is_rejected_with_its_reason_and_the_rest_is_taken(
    machine: Machine, change: dict[str, Any], code: str
) -> None:
    good = machine.character()
    bad = {**machine.character(), **change}
    answer = results(await machine.push(bad, good))
    assert [(each["status"], each.get("code")) for each in answer] == [("rejected", code), ("applied", None)]
    await machine.catch_up()
    assert list(machine.rows) == [("characters", good["id"])]


async def test_a_child_without_its_parent_is_rejected_until_that_one_is_there(machine: Machine) -> None:
    made = machine.character()
    run = clear(machine, made["id"], "2026-03-05")
    (alone,) = results(await machine.push(run))
    assert alone["code"] == "missing_parent"
    assert [each["status"] for each in results(await machine.push(made, run))] == ["applied", "applied"]


async def test_pages_follow_each_other_without_a_gap(machine: Machine, join: Join) -> None:
    made = machine.character()
    weeks = [
        clear(machine, made["id"], f"2026-{month:02}-{day:02}") for month in (1, 2) for day in (1, 8, 15)
    ]
    await machine.push(made, *weeks)
    for limit in (1, 2, 3, 100):
        other = join()
        assert await other.catch_up(limit) == -(-7 // limit)
        assert len(other.rows) == 7
        assert other.cursor == 7


async def test_a_row_changed_between_two_pages_comes_again(machine: Machine, join: Join) -> None:
    rows = [machine.character() for _ in range(4)]
    await machine.push(*rows)
    other = join()
    first = (await other.pull(2)).json()
    machine.now_ms += 1000
    await machine.push(machine.mutation("update", "characters", rows[0]["id"], name="Moved"))
    other.epoch, other.cursor = first["epoch"], first["next"]
    page = (await other.pull(10, full=True)).json()
    assert [row["id"] for row in page["rows"]] == [rows[2]["id"], rows[3]["id"], rows[0]["id"]]
    assert page["rows"][-1]["v"]["name"] == "Moved"


async def test_whatever_is_pushed_is_pulled_letter_by_letter(machine: Machine, join: Join) -> None:
    """The databases write the pages' JSON."""
    odd = [
        "",
        '"',
        "\\",
        "/",
        "'",
        "\x01\x1e\x7f\t\r\n",
        "\u2028\ufeff\ufffd",
        "é",
        "가",
        "😀",
        '{"a":1}',
        "null",
    ]
    made = [machine.character(name=name or "-", job=name, level=2**63 - 1) for name in odd]
    one = machine.mutation("update", "characters", made[0]["id"], job='"')
    assert {each["status"] for each in results(await machine.push(*made, one))} == {"applied"}
    other = join()
    await other.catch_up()
    pulled = {row_id: row for (_, row_id), row in other.rows.items()}
    assert [pulled[each["id"]]["name"] for each in made] == [name or "-" for name in odd]
    assert [pulled[each["id"]]["job"] for each in made] == ['"', *odd[1:]]
    assert {(row["level"], row["is_main"], row["deleted"]) for row in pulled.values()} == {(2**63 - 1, 0, 0)}


async def test_a_clock_that_runs_ahead_is_clamped_once(machine: Machine, join: Join, app: FastAPI) -> None:
    machine.now_ms += 3_600_000
    made = machine.character()
    first = results(await machine.push(made))[0]
    assert first["stamp"] < made["mid"]
    again = results(await machine.push(made))[0]
    assert again["stamp"] == first["stamp"]
    async with app.state.database.reading() as session:
        assert len((await session.execute(select(sync_clamps))).all()) == 1
    other = join()
    other.now_ms += 1000
    later = other.mutation("update", "characters", made["id"], name="Honest")
    assert results(await other.push(later))[0]["status"] == "applied"


async def test_what_a_newer_client_knows_is_kept(machine: Machine, join: Join) -> None:
    made = machine.character(shoe_size=43)
    (taken,) = results(await machine.push(made, schema=99))
    assert taken["status"] == "applied"
    machine.now_ms += 1000
    await machine.push(machine.mutation("update", "characters", made["id"], level=200))
    other = join()
    await other.catch_up()
    assert other.rows["characters", made["id"]]["shoe_size"] == 43


async def test_rows_that_never_change_stay_as_the_first_said(machine: Machine, join: Join) -> None:
    row_id = new_id()
    fields = {
        "kind": "daily",
        "cause": "daily:2026-03-05",
        "turn": 0,
        "reverses": None,
        "at": "2026-03-05T18:00:00+00:00",
        "legs": "[]",
        "reference": "{}",
    }
    await machine.push(machine.mutation("insert", "ledger_transactions", row_id, **fields))
    machine.now_ms += 1000
    (changed,) = results(
        await machine.push(machine.mutation("update", "ledger_transactions", row_id, turn=1))
    )
    assert changed["code"] == "insert_only"
    other = join()
    await other.catch_up()
    assert other.rows["ledger_transactions", row_id]["turn"] == 0


async def test_another_epoch_is_refused_with_the_one_there_is(machine: Machine) -> None:
    await machine.push(machine.character())
    await machine.catch_up()
    there = machine.epoch
    machine.epoch = new_id()
    for answer in (await machine.push(machine.character()), await machine.pull()):
        assert answer.status_code == 409
        assert answer.json()["type"].endswith("epoch-changed")
        assert answer.json()["epoch"] == there


async def test_a_cursor_beyond_the_history_is_refused(machine: Machine) -> None:
    await machine.push(machine.character())
    await machine.catch_up()
    machine.cursor = 99
    answer = await machine.pull()
    assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (409, "cursor-ahead")


@pytest.mark.parametrize(
    ("protocol", "status", "slug"), [(0, 426, "client-too-old"), (2, 409, "server-too-old")]
)
async def test_another_protocol_is_refused(machine: Machine, protocol: int, status: int, slug: str) -> None:
    for answer in (await machine.push(protocol=protocol), await machine.pull(protocol=protocol)):
        assert (answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]) == (status, slug)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mid": "0197a9e0-5d3c-4cc4-8a53-3f1e2d4c5b6a"},
        {"mid": "0197A9E0-5D3C-7CC4-8A53-3F1E2D4C5B6A"},
        {"op": "delete"},
        {"t": "boss runs; --"},
        {"set": {"name": {"first": "Aria"}}},
        {"id": "x" * 65},
    ],
)
async def test_what_is_no_mutation_at_all_is_422(machine: Machine, wrong: dict[str, Any]) -> None:
    answer = await machine.push({**machine.character(), **wrong})
    assert answer.status_code == 422
    await machine.catch_up()
    assert machine.rows == {}


async def test_more_than_five_hundred_are_too_many(machine: Machine) -> None:
    many = [machine.mutation("update", "characters", new_id(), level=1) for _ in range(501)]
    assert (await machine.push(*many)).status_code == 422
    answers = results(await machine.push(*many[:500]))
    assert {each["code"] for each in answers} == {"unknown_row"}


async def test_nobody_and_somebody_else_see_nothing(
    machine: Machine, client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    made = machine.character()
    await machine.push(made)
    for path in ("push", "pull"):
        assert (await client.post(f"/api/sync/{path}", json={"mutations": []})).status_code == 401
    assert (await client.get("/api/sync/digest")).status_code == 401
    stranger = await desk.desktop("brin")
    theirs = Machine(client, stranger.headers, machine.now_ms)
    await theirs.catch_up()
    assert theirs.rows == {}
    (refused,) = results(await theirs.push(theirs.mutation("update", "characters", made["id"], name="Mine")))
    assert refused["code"] == "unknown_row"
    # The same id is another row for another player.
    assert results(await theirs.push(theirs.character(made["id"], name="Brin")))[0]["status"] == "applied"
    await machine.catch_up()
    assert machine.rows["characters", made["id"]]["name"] == "Aria"


async def test_the_digest_is_that_of_the_rows(
    machine: Machine, client: httpx.AsyncClient, player: Signed
) -> None:
    made = machine.character()
    buried = machine.character()
    await machine.push(made, buried, clear(machine, made["id"], "2026-03-05"))
    machine.now_ms += 1000
    await machine.push(machine.mutation("update", "characters", buried["id"], deleted=1))
    await machine.catch_up()
    told = (await client.get("/api/sync/digest", headers=player.headers)).json()
    mine = digests(Row(table, row_id, values) for (table, row_id), values in machine.rows.items())
    assert told["tables"] == {name: {"n": each.count, "sum": str(each.total)} for name, each in mine.items()}
    assert told["tables"]["characters"]["n"] == 1
    assert told["head"] == machine.cursor


async def test_eight_writers_and_a_puller_lose_nothing(machine: Machine, join: Join) -> None:
    """A puller that reads while others write must never step over a row that is committed later."""
    writers = [join() for _ in range(8)]
    reader = join()
    done = asyncio.Event()
    sent: set[str] = set()

    async def write(each: Machine, salt: int) -> None:
        for _ in range(12):
            rows = [each.character(name=f"{salt}") for _ in range(5)]
            for row in rows:
                row["mid"] = row["mid"][:-4] + f"{salt:04x}"
            assert {result["status"] for result in results(await each.push(*rows))} == {"applied"}
            sent.update(row["id"] for row in rows)

    async def read() -> None:
        while not done.is_set():
            await reader.catch_up(7)
            await asyncio.sleep(0)

    pulling = asyncio.create_task(read())
    await asyncio.gather(*(write(each, salt) for salt, each in enumerate(writers)))
    done.set()
    await pulling
    await reader.catch_up(7)
    assert {row_id for _, row_id in reader.rows} == sent
    assert len(sent) == 8 * 12 * 5
    assert reader.cursor == len(sent)


async def test_the_database_itself_refuses_a_place_given_twice(machine: Machine, app: FastAPI) -> None:
    await machine.push(machine.character())
    characters = SYNCED["characters"]
    with pytest.raises((IntegrityError, DBAPIError), match="seq must grow"):
        async with app.state.database.writing() as session:
            await session.execute(characters.update().values(name="Sneaky"))


async def test_a_deleted_account_takes_its_rows_along(
    machine: Machine, app: FastAPI, client: httpx.AsyncClient, player: Signed
) -> None:
    from sqlalchemy import text

    made = machine.character()
    await machine.push(made, clear(machine, made["id"], "2026-03-05"))
    async with app.state.database.writing() as session:
        await session.execute(text("DELETE FROM users"))
    async with app.state.database.reading() as session:
        for table in SYNCED.values():
            assert (await session.execute(select(table))).all() == []
