"""The traps of the databases, each with its test."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Column, Integer, String, Table, event, insert, select, text, update
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.tables import ApiKey, User
from server.database import Base, Database, Reader, Session
from server.errors import install
from server.http.context import RequestContext
from server.http.metrics import Metrics
from shared.ids import new_id

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    made = Database(address, statement_timeout=2)
    yield made
    await made.close()


async def _add_user(session: AsyncSession, name: str = "aria", at: datetime = NOW) -> str:
    user_id = new_id()
    session.add(
        User(
            id=user_id,
            discord_id=str(abs(hash(name)))[:18],
            discord_username=name,
            created_at=at,
            signed_in_at=at,
        )
    )
    await session.flush()
    return user_id


def _app(database: Database) -> FastAPI:
    app = FastAPI()
    app.state.database = database
    install(app)
    app.add_middleware(RequestContext, metrics=Metrics(), headers={})

    @app.post("/add")
    async def add(session: Session) -> dict[str, bool]:
        await _add_user(session)
        return {"saved": True}

    @app.post("/dangling")
    async def dangling(session: Session) -> dict[str, bool]:
        # Checked at the commit and not before.
        if session.get_bind().dialect.name == "sqlite":
            await session.execute(text("PRAGMA defer_foreign_keys=ON"))
        else:
            await session.execute(
                text("ALTER TABLE api_keys ALTER CONSTRAINT fk_api_keys_user_id DEFERRABLE")
            )
            await session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        await session.execute(
            insert(ApiKey).values(
                id=new_id(), user_id=new_id(), name="x", digest=b"x", hint="x", access="read", created_at=NOW
            )
        )
        return {"saved": True}

    @app.post("/increase")
    async def increase(session: Session) -> dict[str, int]:
        found = (await session.execute(select(User.discord_username))).scalar_one()
        await asyncio.sleep(0)
        await session.execute(update(User).values(discord_username=str(int(found) + 1)))
        return {"now": int(found) + 1}

    @app.post("/lock-and-increase")
    async def lock_and_increase(session: Session) -> dict[str, int]:
        found = (await session.execute(select(User.discord_username).with_for_update())).scalar_one()
        await session.execute(update(User).values(discord_username=str(int(found) + 1)))
        return {"now": int(found) + 1}

    @app.post("/refuse")
    async def refuse(session: Session) -> None:
        await _add_user(session)
        raise RuntimeError("a bug")

    @app.post("/write-by-reading")
    async def write_by_reading(session: Reader) -> None:
        await _add_user(session)

    return app


@pytest.fixture
async def client(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(_app(database))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as made:
        yield made


async def _names(database: Database) -> list[str]:
    async with database.reading() as session:
        return list((await session.execute(select(User.discord_username))).scalars())


async def test_a_commit_that_fails_is_never_told_as_a_success(
    client: httpx.AsyncClient, database: Database
) -> None:
    assert (await client.post("/add")).status_code == 200
    answer = await client.post("/dangling")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    async with database.reading() as session:
        assert (await session.execute(select(ApiKey.id))).all() == []


async def test_a_route_that_raises_saves_nothing(client: httpx.AsyncClient, database: Database) -> None:
    assert (await client.post("/refuse")).status_code == 500
    assert await _names(database) == []


async def test_what_is_told_as_saved_is_saved_when_the_answer_arrives(
    client: httpx.AsyncClient, database: Database
) -> None:
    assert (await client.post("/add")).json() == {"saved": True}
    assert await _names(database) == ["aria"]


async def test_on_sqlite_no_read_then_write_is_lost_and_none_is_refused(sqlite_address: str) -> None:
    database = Database(sqlite_address)
    other = Database(sqlite_address)
    async with database.writing() as session:
        await _add_user(session, "0")
    # Two processes' worth of connections: in one process they would queue for the one writer anyway.
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(_app(database)), base_url="http://a") as first,
        httpx.AsyncClient(transport=httpx.ASGITransport(_app(other)), base_url="http://b") as second,
    ):
        answers = await asyncio.gather(*((first, second)[n % 2].post("/increase") for n in range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert await _names(database) == ["100"]
    await database.close()
    await other.close()


async def test_no_locked_read_then_write_is_lost(client: httpx.AsyncClient, database: Database) -> None:
    async with database.writing() as session:
        await _add_user(session, "0")
    answers = await asyncio.gather(*(client.post("/lock-and-increase") for _ in range(40)))
    assert {answer.status_code for answer in answers} == {200}
    assert await _names(database) == ["40"]


async def test_a_reader_sees_while_another_writes_and_cannot_write(
    client: httpx.AsyncClient, database: Database
) -> None:
    async with database.writing() as writing:
        await _add_user(writing)
        async with asyncio.timeout(2):
            assert await _names(database) == []
    assert await _names(database) == ["aria"]
    assert (await client.post("/write-by-reading")).status_code in {500, 503}
    assert await _names(database) == ["aria"]
    # The connection that was refused writes again for those who may.
    async with database.writing() as session:
        await _add_user(session, "bell")
    assert sorted(await _names(database)) == ["aria", "bell"]


async def test_a_glance_changes_nothing_and_leaves_no_transaction(database: Database) -> None:
    async with database.glance() as session:
        assert (await session.execute(select(User.id))).all() == []
    async with database.writing() as session:
        await _add_user(session)
    async with database.glance() as session:
        assert len((await session.execute(select(User.id))).all()) == 1


async def test_sqlite_connections_are_set_up(sqlite_address: str) -> None:
    database = Database(sqlite_address)
    begun: list[str] = []
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *given: begun.append(given[2]))
    async with database.writing() as session:
        for pragma, wanted in (("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 5000)):
            assert (await session.execute(text(f"PRAGMA {pragma}"))).scalar() == wanted
    assert begun[0] == "BEGIN IMMEDIATE"
    async with database.reading() as session:
        assert (await session.execute(text("PRAGMA query_only"))).scalar() == 1
    await database.close()


async def test_a_statement_that_takes_too_long_is_ended_on_postgresql(database: Database) -> None:
    if database.sqlite:
        return
    with pytest.raises(DBAPIError, match="statement timeout"):
        async with database.writing() as session:
            await session.execute(text("SELECT pg_sleep(20)"))


async def test_a_busy_sqlite_is_unavailable_and_not_a_bug(
    sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.database._BUSY_MS", 50)
    holder, database = Database(sqlite_address), Database(sqlite_address)
    async with (
        holder.writing() as holding,
        httpx.AsyncClient(transport=httpx.ASGITransport(_app(database)), base_url="http://a") as client,
    ):
        await holding.execute(select(User.id))
        answer = await client.post("/add")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:maplehub:problem:unavailable"
    assert "retry-after" in answer.headers
    await holder.close()
    await database.close()


async def test_waiting_too_long_for_a_connection_is_unavailable(
    sqlite_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.database._POOL_TIMEOUT", 0.05)
    database = Database(sqlite_address)
    async with (
        database.writing() as holding,
        httpx.AsyncClient(transport=httpx.ASGITransport(_app(database)), base_url="http://a") as client,
    ):
        await holding.execute(select(User.id))
        assert (await client.post("/add")).status_code == 503
        with pytest.raises(PoolTimeoutError):
            async with database.writing() as waiting:
                await waiting.execute(select(User.id))
    await database.close()


async def test_connections_are_kept_however_many_ask_at_once(database: Database) -> None:
    made = []
    event.listen(database.engine.sync_engine, "connect", lambda *_: made.append(1))

    async def ask() -> None:
        async with database.writing() as session:
            await session.execute(select(User.id))

    for _ in range(3):
        async with asyncio.TaskGroup() as group:
            for _ in range(40):
                group.create_task(ask())
    assert len(made) <= (1 if database.sqlite else 10)


async def test_instants_come_back_aware_and_in_utc(database: Database) -> None:
    west = datetime(2026, 3, 5, 10, 0, 0, 123456, tzinfo=timezone(timedelta(hours=-8)))
    async with database.writing() as session:
        await _add_user(session, at=west)
    async with database.reading() as session:
        found = (await session.execute(select(User.created_at))).scalar_one()
        assert found == west
        assert found.utcoffset() == timedelta(0)
        assert (await session.execute(select(User.id).where(User.created_at <= west))).first() is not None
    with pytest.raises(StatementError, match="without a time zone"):
        async with database.writing() as session:
            await _add_user(session, "bell", at=datetime(2026, 3, 5))  # noqa: DTZ001 - the point


async def test_objects_stay_readable_after_the_commit(database: Database) -> None:
    async with database.writing() as session:
        user_id = await _add_user(session)
        found = await session.get(User, user_id)
    assert found is not None
    assert found.discord_username == "aria"


def test_every_table_has_a_name_for_every_rule() -> None:
    unnamed = Table(
        "t", Base.metadata, Column("a", Integer, primary_key=True), Column("b", String(3), unique=True)
    )
    try:
        assert {rule.name for rule in unnamed.constraints} == {"pk_t", "uq_t_b"}
    finally:
        Base.metadata.remove(unnamed)
