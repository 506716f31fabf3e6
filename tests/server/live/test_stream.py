"""The live stream over real HTTP: pokes come at once, only to whom they concern, and streams end when they should."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import event

from server.accounts.keys import Keys
from server.app import create_app
from server.database import Database, utc_now
from server.live.service import MOST_OF_A_USER
from server.settings import Settings, secret_key
from server.sync import service as sync
from server.sync import store
from shared.sync.wire import Account
from tests.server.conftest import ORIGIN, Clock, Configure
from tests.server.player import Desk, Signed, bearer, sign_in
from tests.server.sync.machine import Machine
from tests.server.test_processes import Start, start  # noqa: F401 - a fixture

PATIENCE = 15.0


class Ear:
    """Reads one stream, event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()
        self.comments = 0

    async def event(self) -> dict[str, Any] | None:
        """The next event's fields; None at the end of the stream."""
        fields: dict[str, Any] = {}
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                if not line and fields:
                    return fields
                name, _, value = line.partition(": ")
                if line.startswith(":"):
                    self.comments += 1
                elif line:
                    fields[name] = value
        return None

    async def head(self) -> int | None:
        """The next poke's head; None at the end of the stream."""
        while (found := await self.event()) is not None:
            if found.get("event") == "head":
                return int(json.loads(found["data"])["head"])
        return None


async def eventually(holds: Callable[[], object]) -> None:
    """Wait until it does."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)


@pytest.fixture
def settings(configure: Configure, address: str) -> Settings:
    return configure(database_url=address, rate_user="100000/minute", rate_address="100000/minute")


@pytest.fixture
async def served(app: FastAPI) -> AsyncIterator[str]:
    """The address of an app that runs on the loop of the test."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    )
    running = asyncio.create_task(server._serve())
    await eventually(lambda: server.started)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    yield f"http://{host}:{port}"
    server.should_exit = True
    await running


@pytest.fixture
async def net(served: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=served, timeout=PATIENCE) as made:
        yield made


@pytest.fixture
async def player(desk: Desk) -> Signed:
    return await desk.desktop("aria")


@asynccontextmanager
async def listening(net: httpx.AsyncClient, **given: Any) -> AsyncIterator[Ear]:
    """A stream that is open."""
    async with net.stream("GET", "/api/stream", **given) as answer:
        assert answer.status_code == 200, await answer.aread()
        yield Ear(answer)


def machine(net: httpx.AsyncClient, player: Signed, clock: Clock) -> Machine:
    return Machine(net, player.headers, round(clock().timestamp() * 1000))


async def open_streams(app: FastAPI, wanted: int) -> None:
    """Wait until so many are open."""
    await eventually(lambda: app.state.metrics.streams._value.get() == wanted)


async def test_a_push_is_heard_at_once_by_its_player_alone(
    net: httpx.AsyncClient, player: Signed, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.live.service.LOOK_EVERY", 3600.0)
    stranger = await desk.desktop("brin")
    mine, theirs = machine(net, player, clock), machine(net, stranger, clock)
    await theirs.push(theirs.character())
    async with (
        listening(net, headers=player.headers) as ear,
        listening(net, headers=stranger.headers) as other,
    ):
        assert ear.answer.headers["content-type"].startswith("text/event-stream")
        assert ear.answer.headers["cache-control"] == "no-store"
        assert 1000 <= int((await ear.event() or {})["retry"]) <= 5000
        assert await other.head() == 1
        made = mine.character()
        await mine.push(made)
        assert await ear.head() == 1
        await mine.push(made)  # What changes nothing is no news.
        await mine.push(mine.character(), mine.character())
        assert await ear.head() == 3
        await theirs.push(theirs.character())
        assert await other.head() == 2


async def test_a_browser_hears_by_its_cookie(
    net: httpx.AsyncClient, desk: Desk, player: Signed, clock: Clock
) -> None:
    cookies, _ = await desk.browser("aria")
    mine = machine(net, player, clock)
    await mine.push(mine.character())
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    async with listening(net, headers={"Cookie": header, "Origin": ORIGIN}) as ear:
        assert await ear.head() == 1
        assert "access-control-allow-origin" not in ear.answer.headers


async def test_nobody_hears_nothing(net: httpx.AsyncClient) -> None:
    for headers in ({}, bearer("mhs_nonsense")):
        answer = await net.get("/api/stream", headers=headers)
        assert answer.status_code == 401


async def test_what_is_rolled_back_is_not_told(
    net: httpx.AsyncClient, player: Signed, app: FastAPI, clock: Clock
) -> None:
    mine = machine(net, player, clock)
    made = mine.character()
    await mine.push(made)
    told: list[Any] = []
    app.state.database.on_commit(lambda info: told.append(sync.moved(dict(info))))
    async with listening(net, headers=player.headers) as ear:
        assert await ear.head() == 1

        async def fail() -> None:
            async with app.state.database.writing() as session:
                account = await store.lock(session, player.user_id)
                (row,) = (await store.load(session, player.user_id, [("characters", made["id"])])).values()
                await store.save(
                    session, player.user_id, replace(account, head=2), [replace(row, seq=2)], {}, clock()
                )
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        assert told == []
        await mine.push(mine.character())
        assert await ear.head() == 2
        assert told != []


async def test_what_another_process_commits_is_heard_soon(
    net: httpx.AsyncClient, player: Signed, settings: Settings, clock: Clock
) -> None:
    elsewhere = create_app(settings, now=clock)
    async with (
        elsewhere.router.lifespan_context(elsewhere),
        httpx.AsyncClient(transport=httpx.ASGITransport(elsewhere), base_url=ORIGIN) as door,
        listening(net, headers=player.headers) as ear,
    ):
        there = machine(door, player, clock)
        await there.push(there.character())
        assert await ear.head() == 1
        async with elsewhere.state.database.writing() as session:
            await sync.rotate_epochs(session)
        before = there.epoch
        found = await ear.event()
        assert found is not None
        assert json.loads(found["data"])["epoch"] != before


async def test_while_nobody_listens_nobody_is_asked_about(
    app: FastAPI, net: httpx.AsyncClient, player: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.live.service.LOOK_EVERY", 0.01)
    asked: list[str] = []
    database: Database = app.state.database
    for engine in {database.engine, database._glancing}:
        event.listen(
            engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]), named=False
        )
    await asyncio.sleep(0.1)
    assert asked == []
    async with listening(net, headers=player.headers) as ear:
        await ear.event()
        await eventually(lambda: sum("sync_users" in statement for statement in asked) >= 5)
    await open_streams(app, 0)
    await asyncio.sleep(0.05)
    asked.clear()
    await asyncio.sleep(0.1)
    assert asked == []


async def test_streams_hold_no_connection_to_the_database(
    app: FastAPI, net: httpx.AsyncClient, player: Signed, clock: Clock
) -> None:
    """More streams than there are connections, and the server serves."""
    players = [player, *[await Desk(app, net, clock).desktop(f"p{number}") for number in range(20)]]
    async with asyncio.timeout(PATIENCE):
        async with AsyncExitStack() as stack:
            for each in players:
                await stack.enter_async_context(listening(net, headers=each.headers))
            await open_streams(app, len(players))
            mine = machine(net, player, clock)
            assert (await mine.push(mine.character())).status_code == 200
    await open_streams(app, 0)


async def test_the_oldest_ends_when_a_player_has_too_many(
    app: FastAPI, net: httpx.AsyncClient, player: Signed
) -> None:
    async with AsyncExitStack() as stack:
        ears = [
            await stack.enter_async_context(listening(net, headers=player.headers))
            for _ in range(MOST_OF_A_USER)
        ]
        await open_streams(app, MOST_OF_A_USER)
        await ears[0].event()
        await stack.enter_async_context(listening(net, headers=player.headers))
        last = await ears[0].event()
        assert last is not None
        # It does not come back soon: it would drive out another one.
        assert int(last["retry"]) >= 60_000
        assert await ears[0].event() is None
        await open_streams(app, MOST_OF_A_USER)


class TestFew:
    """A process that keeps two streams, and none for long."""

    @pytest.fixture
    def settings(self, configure: Configure, address: str) -> Settings:
        return configure(database_url=address, streams=2, stream_seconds=0.5)

    async def test_too_many_for_the_process_is_503_and_when_to_try_again(
        self, app: FastAPI, net: httpx.AsyncClient, player: Signed
    ) -> None:
        async with listening(net, headers=player.headers), listening(net, headers=player.headers):
            await open_streams(app, 2)
            answer = await net.get("/api/stream", headers=player.headers)
            assert answer.status_code == 503
            assert 30 <= int(answer.headers["retry-after"]) <= 90
            assert answer.json()["type"].endswith(":unavailable")

    async def test_a_stream_ends_by_itself(
        self, app: FastAPI, net: httpx.AsyncClient, player: Signed
    ) -> None:
        loop = asyncio.get_running_loop()
        lives = set()
        for _ in range(4):
            begun = loop.time()
            async with listening(net, headers=player.headers) as ear:
                while await ear.event() is not None:
                    pass
            lives.add(round(loop.time() - begun, 2))
        assert min(lives) > 0.35
        assert max(lives) < 5
        await open_streams(app, 0)


async def test_the_poller_outlives_a_database_that_is_away(
    app: FastAPI,
    net: httpx.AsyncClient,
    player: Signed,
    clock: Clock,
    logged: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.live.service.LOOK_EVERY", 0.02)
    mine = machine(net, player, clock)
    async with listening(net, headers=player.headers) as ear:
        await ear.event()
        heads = sync.heads

        async def away(*_: Any) -> dict[str, Account]:
            raise OSError

        monkeypatch.setattr("server.sync.service.heads", away)
        await eventually(lambda: any(line["event"] == "heads_unknown" for line in logged))
        monkeypatch.setattr("server.sync.service.heads", heads)
        await mine.push(mine.character())
        assert await ear.head() == 1


def test_open_streams_do_not_hold_up_the_end_of_the_process(
    start: Start,  # noqa: F811
    tmp_path: Path,
    address: str,
    configure: Callable[..., Settings],
) -> None:
    data = tmp_path / "data"
    keys = Keys(secret_key(configure(data_dir=data)))

    async def tokens() -> Signed:
        database = Database(address)
        try:
            return await sign_in(database, keys, utc_now())
        finally:
            await database.close()

    player = asyncio.run(tokens())
    process = start("--port", "0", "--data-dir", data, DATABASE_URL=address)
    where = str(process.expect("serving")["address"])
    with httpx.Client(base_url=where, timeout=PATIENCE) as client:
        streams = [client.stream("GET", "/api/stream", headers=player.headers) for _ in range(4)]
        answers = [stream.__enter__() for stream in streams]
        for each in answers:
            assert each.status_code == 200
            next(each.iter_raw())
        status, seconds = process.end(signal.SIGTERM)
        for stream in streams:
            stream.__exit__(None, None, None)
    assert status == 0
    assert seconds < 5
