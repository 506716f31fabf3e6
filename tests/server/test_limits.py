"""Rate limits: counted by user, else by address, told in headers, open when their store is down."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from server.app import create_app
from server.database import utc_now
from server.http.limiting import RateLimiter, Zone, address_of
from server.http.metrics import Metrics
from server.http.window import MemoryWindows
from server.settings import SettingsError
from tests.server.conftest import ORIGIN, Clock, Configure
from tests.server.player import Desk


@asynccontextmanager
async def _door(
    configure: Configure, clock: Clock, address: str, client: str = "203.0.113.7", **given: Any
) -> AsyncIterator[tuple[httpx.AsyncClient, Desk]]:
    app = create_app(configure(database_url=address, **given), now=clock)
    transport = httpx.ASGITransport(app, client=(client, 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=ORIGIN) as door,
    ):
        yield door, Desk(app, door, clock)


async def test_an_address_is_counted_and_told_and_turned_away(
    configure: Configure, clock: Clock, sqlite_address: str
) -> None:
    async with _door(configure, clock, sqlite_address, rate_address="3/minute") as (door, _):
        for left in (2, 1, 0):
            answer = await door.get("/api/auth/me")
            assert answer.status_code == 401
            assert answer.headers["ratelimit-limit"] == "3"
            assert answer.headers["ratelimit-remaining"] == str(left)
            assert answer.headers["ratelimit-policy"] == "3;w=60"
            clock.forward(seconds=1)
        answer = await door.get("/api/auth/me")
        assert answer.status_code == 429
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:maplehub:problem:rate-limited"
        assert answer.headers["retry-after"] == "57"
        clock.forward(seconds=57)
        assert (await door.get("/api/auth/me")).status_code == 401
        assert (await door.get("/healthz")).status_code == 200


async def test_a_player_is_counted_wherever_they_are_and_not_for_others(
    configure: Configure, clock: Clock, sqlite_address: str
) -> None:
    async with _door(configure, clock, sqlite_address, rate_user="2/minute") as (door, desk):
        aria, again, bell = await desk.desktop(), await desk.desktop(), await desk.desktop("bell")
        for signed, status in ((aria, 200), (again, 200), (aria, 429), (again, 429), (bell, 200)):
            assert (await door.get("/api/auth/me", headers=signed.headers)).status_code == status


async def test_failed_sign_ins_have_a_zone_of_their_own_and_good_tokens_still_pass(
    configure: Configure, clock: Clock, sqlite_address: str
) -> None:
    async with _door(configure, clock, sqlite_address, rate_failed_sign_in="2/minute") as (door, desk):
        signed = await desk.desktop()
        bad = {"Authorization": "Bearer mhs_nonsense"}
        statuses = [(await door.get("/api/auth/me", headers=bad)).status_code for _ in range(4)]
        assert statuses == [401, 401, 429, 429]
        assert (await desk.refresh("mhr_nonsense")).status_code == 429
        assert (await door.get("/api/auth/me", headers=signed.headers)).status_code == 200
        assert (await door.get("/api/auth/me")).status_code == 401


async def test_an_expired_token_is_no_failed_sign_in(
    configure: Configure, clock: Clock, sqlite_address: str
) -> None:
    async with _door(configure, clock, sqlite_address, rate_failed_sign_in="1/minute") as (door, desk):
        signed = await desk.desktop()
        clock.forward(minutes=61)
        statuses = {(await door.get("/api/auth/me", headers=signed.headers)).status_code for _ in range(4)}
        assert statuses == {401}


async def test_beginning_to_sign_in_is_limited(
    configure: Configure, clock: Clock, sqlite_address: str
) -> None:
    async with _door(configure, clock, sqlite_address, rate_sign_in="2/hour") as (door, _):
        statuses = [(await door.get("/api/auth/discord")).status_code for _ in range(3)]
        assert statuses == [303, 303, 429]


async def test_when_the_store_is_down_requests_pass_and_are_counted(
    configure: Configure, clock: Clock, sqlite_address: str, logged: list[Any]
) -> None:
    async with _door(configure, clock, sqlite_address, rate_address="1/minute") as (door, desk):
        windows = desk.app.state.limiter._windows

        async def down(*_: Any, **__: Any) -> bool:
            raise ConnectionError("nobody there")

        windows.storage.acquire_entry = down
        statuses = {(await door.get("/api/auth/me")).status_code for _ in range(5)}
        assert statuses == {401}
        assert desk.app.state.metrics.limiter_failures._value.get() == 5
        assert logged[-2]["event"] == "rate_limiter_failed"
        assert (await door.get("/readyz")).status_code == 200


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis of the test's own. Without the program the test is skipped: `.ci/run` installs it."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed (Debian's package redis-server)")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while True:
            with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0", process
        process.kill()


async def test_processes_that_share_a_redis_count_together_and_alone_once_it_is_gone(
    configure: Configure, clock: Clock, sqlite_address: str, redis: tuple[str, "subprocess.Popen[bytes]"]
) -> None:
    address, process = redis
    clock.now = utc_now()  # Redis goes by its own clock
    shared = {"rate_address": "3/minute", "redis_url": address}
    async with (
        _door(configure, clock, sqlite_address, **shared) as (one, desk),
        _door(configure, clock, sqlite_address, **shared) as (other, _),
    ):
        answers = [await door.get("/api/auth/me") for door in (one, other, one, other, one)]
        assert [answer.status_code for answer in answers] == [401, 401, 401, 429, 429]
        assert [answer.headers["ratelimit-remaining"] for answer in answers[:3]] == ["2", "1", "0"]
        assert 0 < int(answers[3].headers["retry-after"]) <= 70  # by two clocks
        process.kill()
        process.wait()
        assert (await one.get("/api/auth/me")).status_code == 401
        assert desk.app.state.metrics.limiter_failures._value.get() == 1


def test_a_store_that_cannot_be_is_said_at_the_start(configure: Configure) -> None:
    with pytest.raises(SettingsError, match="REDIS_URL cannot be used"):
        RateLimiter(configure(redis_url="carrier-pigeon://coop"), Metrics())


@pytest.mark.parametrize(
    ("client", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("testclient", "testclient"),
    ],
)
def test_a_household_is_one_address(client: str, counted: str) -> None:
    assert address_of(Request({"type": "http", "client": (client, 1), "headers": []})) == counted


@given(
    limit=st.integers(1, 6),
    span=st.integers(1, 20),
    steps=st.lists(st.tuples(st.floats(0, 8), st.sampled_from("ab")), max_size=60),
)
def test_no_window_ever_holds_more_than_the_limit_and_none_is_refused_too_soon(
    limit: int, span: int, steps: list[tuple[float, str]]
) -> None:
    now = [1000.0]
    windows = MemoryWindows(lambda: now[0])
    allowed: dict[str, deque[float]] = {"a": deque(), "b": deque()}

    async def run() -> None:
        for pause, key in steps:
            now[0] += pause
            inside = [at for at in allowed[key] if at > now[0] - span]
            assert await windows.acquire_entry(key, limit, span) == (len(inside) < limit)
            if len(inside) < limit:
                allowed[key].append(now[0])
                inside.append(now[0])
            assert await windows.get_moving_window(key, limit, span) == (inside[0], len(inside))

    asyncio.run(run())


async def test_idle_keys_are_forgotten() -> None:
    now = [0.0]
    windows = MemoryWindows(lambda: now[0])
    for number in range(9_000):
        await windows.acquire_entry(str(number), 5, 10)
    now[0] = 100.0
    for _ in range(2_000):
        await windows.acquire_entry("busy", 5_000, 10)
    assert len(windows._hits) == 1
    assert await windows.reset() == 1


async def test_zones_are_counted_apart(configure: Configure) -> None:
    limiter = RateLimiter(configure(rate_user="1/minute", rate_address="1/minute"), Metrics())
    for zone in (Zone.USER, Zone.ADDRESS):
        standing = await limiter.hit(zone, "same")
        assert standing is not None
        assert standing.remaining == 0
