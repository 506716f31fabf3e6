"""Traps of servers and databases that have no better place; the others' tests are beside what they are about."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text, update

from server.accounts.tables import User
from server.database import Base, Database
from tests.server.conftest import NOW
from tests.server.player import Desk
from tests.server.rest import join, statements

WRITERS, TURNS = 8, 15


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    made = Database(address)
    async with made.writing() as session:
        session.add(User(id="0" * 32, discord_id="1", discord_username="0", created_at=NOW, signed_in_at=NOW))
    yield made
    await made.close()


async def _name(database: Database) -> str:
    async with database.reading() as session:
        return str(await session.scalar(select(User.discord_username)))


async def test_a_reading_transaction_sees_one_state_of_the_data(database: Database) -> None:
    async with database.reading() as reading:
        before = await reading.scalar(select(User.discord_username))
        async with database.writing() as writing:
            await writing.execute(update(User).values(discord_username="later"))
        assert await reading.scalar(select(User.discord_username)) == before == "0"
    assert await _name(database) == "later"


async def test_eight_processes_that_read_then_write_lose_and_refuse_nothing(
    database: Database, address: str
) -> None:
    """Each has its own connections, as processes do. PostgreSQL asks for the row's lock; SQLite's is the file's."""

    async def work() -> None:
        mine = Database(address, pool_size=1)
        for _ in range(TURNS):
            async with mine.writing() as session:
                found = await session.scalar(select(User.discord_username).with_for_update())
                await asyncio.sleep(0)
                await session.execute(update(User).values(discord_username=str(int(str(found)) + 1)))
        await mine.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(WRITERS):
            group.create_task(work())
    assert await _name(database) == str(WRITERS * TURNS)


async def test_postgresql_ends_what_waits_too_long(database: Database) -> None:
    if database.sqlite:
        return
    async with database.writing() as session:
        for setting, wanted in (
            ("statement_timeout", "15s"),
            ("lock_timeout", "5s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ):
            assert await session.scalar(text(f"SHOW {setting}")) == wanted


def test_nothing_is_loaded_behind_ones_back() -> None:
    """A relationship would be loaded at a touch, where nobody awaits; if there ever is one it says `raise`."""
    relationships = [each for mapper in Base.registry.mappers for each in mapper.relationships]
    assert [each for each in relationships if each.lazy != "raise"] == []


async def test_many_rows_are_asked_for_by_the_same_few_statements_as_one(desk: Desk) -> None:
    """A list of 500 ids in the statement made one upload take 13.6 s instead of 2.4."""
    aria = await join(desk)
    machine = aria.machine()
    await machine.push(machine.character())
    seen: list[set[str]] = []
    for count in (1, 400):
        made = [machine.character() for _ in range(count)]
        with statements(desk) as asked:
            assert (await machine.push(*made)).status_code == 200
        seen.append(set(asked))
    assert seen[0] == seen[1]
    if not desk.app.state.database.sqlite:
        assert any("= ANY (" in statement for statement in seen[1])


async def test_a_slow_reader_of_an_export_holds_no_connection(desk: Desk) -> None:
    aria = await join(desk)
    engine = desk.app.state.database.engine
    async with desk.client.stream("GET", "/api/auth/me/export", headers=aria.signed.headers) as answer:
        assert answer.status_code == 200
        assert engine.pool.checkedout() == 0
        assert (await answer.aread()).startswith(b'{"format": "maplehub-export/1"')
