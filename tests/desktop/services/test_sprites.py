"""The picture cache against a real server that behaves, fails and limits."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import structlog

from desktop.services.sprites import (
    FAULTS_TO_REST,
    MISSING_FOR,
    REST,
    SpriteCache,
    SpriteKey,
    SpriteKind,
)
from tests.stand_ins.sprites import Behaviour, SpriteServer, png, sprite_server

ICON = SpriteKey(SpriteKind.ITEM, 1012632)
Make = Callable[..., SpriteCache]


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def item(number: int) -> SpriteKey:
    return SpriteKey(SpriteKind.ITEM, number)


@pytest.fixture
def server() -> Iterator[SpriteServer]:
    with sprite_server() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(server: SpriteServer, clock: Clock, tmp_path: Path) -> Iterator[Make]:
    made: list[SpriteCache] = []

    def build(limit: int = 10**6, url: str | None = None, timeout: float = 10) -> SpriteCache:
        cache = SpriteCache(
            tmp_path / "sprites",
            url or server.url,
            limit,
            lambda: httpx.Client(timeout=timeout, trust_env=False),
            clock=clock,
            first_wait=timedelta(milliseconds=1),
        )
        made.append(cache)
        return cache

    # The retries are logged; here nobody reads them.
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    yield build
    structlog.reset_defaults()
    for cache in made:
        cache.close()


def test_a_picture_is_fetched_once_and_then_lies_on_disk(make: Make, server: SpriteServer) -> None:
    cache = make()
    assert cache.cached(ICON) is None
    path = cache.fetch(ICON)
    assert path is not None
    assert path.read_bytes() == png()
    assert server.requests == ["/api/GMS/268/item/1012632/icon"]
    assert cache.fetch(ICON) == cache.cached(ICON) == path
    assert make().fetch(ICON) == path
    assert len(server.requests) == 1
    assert [file.name for file in path.parent.iterdir()] == ["item-1012632.png"]


def test_bosses_have_no_address(make: Make, server: SpriteServer) -> None:
    assert make().fetch(SpriteKey(SpriteKind.BOSS, 1)) is None
    assert make().fetch(item(0)) is None
    assert server.requests == []


@pytest.mark.parametrize("behaviour", ["broken", "limited", "truncated"])
def test_a_passing_fault_is_retried(make: Make, server: SpriteServer, behaviour: Behaviour) -> None:
    server.script.extend([behaviour, behaviour])
    assert make().fetch(ICON) is not None
    assert len(server.requests) == 3


@pytest.mark.parametrize("behaviour", ["html", "huge", "cut"])
def test_what_is_no_picture_is_not_kept_nor_asked_again_at_once(
    make: Make, server: SpriteServer, behaviour: Behaviour, tmp_path: Path
) -> None:
    server.behaviour = behaviour
    assert make().fetch(ICON) is None
    assert len(server.requests) == 1
    assert list(tmp_path.rglob("*.png")) == []


def test_a_silent_server_times_out(make: Make, server: SpriteServer) -> None:
    server.behaviour = "silent"
    assert make(timeout=0.1).fetch(ICON) is None
    assert len(server.requests) == 3


def test_a_missing_picture_is_remembered_for_a_week(make: Make, server: SpriteServer, clock: Clock) -> None:
    server.behaviour = "missing"
    cache = make()
    assert cache.fetch(ICON) is None
    assert make().fetch(ICON) is None
    clock.now += MISSING_FOR - timedelta(minutes=1)
    assert cache.fetch(ICON) is None
    assert len(server.requests) == 1
    server.behaviour = "fine"
    clock.now += timedelta(minutes=1)
    assert cache.fetch(ICON) is not None


def test_missing_pictures_do_not_open_the_circuit(make: Make, server: SpriteServer) -> None:
    server.behaviour = "missing"
    cache = make()
    for number in range(1, FAULTS_TO_REST + 3):
        cache.fetch(item(number))
    assert cache.resting_until is None
    assert len(server.requests) == FAULTS_TO_REST + 2


def test_after_repeated_faults_it_rests(make: Make, server: SpriteServer, clock: Clock) -> None:
    server.behaviour = "broken"
    cache = make()
    for number in range(1, FAULTS_TO_REST + 1):
        assert cache.resting_until is None
        assert cache.fetch(item(number)) is None
    asked = len(server.requests)
    assert cache.resting_until == clock.now + REST
    assert cache.fetch(item(99)) is None
    assert len(server.requests) == asked
    server.behaviour = "fine"
    clock.now += REST
    assert cache.fetch(item(99)) is not None
    assert cache.resting_until is None


def test_a_clock_set_far_back_ends_the_rest(make: Make, server: SpriteServer, clock: Clock) -> None:
    server.behaviour, server.retry_after = "limited", "60"
    cache = make()
    cache.fetch(ICON)
    assert cache.resting_until is not None
    clock.now -= timedelta(days=30)
    assert cache.resting_until is None


@pytest.mark.parametrize("header", ["120", "Sat, 21 Nov 2026 12:02:00 GMT"])
def test_a_long_retry_after_is_kept_without_waiting(
    make: Make, server: SpriteServer, clock: Clock, header: str
) -> None:
    server.behaviour, server.retry_after = "limited", header
    cache = make()
    assert cache.fetch(ICON) is None
    assert len(server.requests) == 1
    assert cache.resting_until == clock.now + timedelta(minutes=2)
    assert cache.fetch(item(2)) is None
    assert len(server.requests) == 1


def test_a_short_retry_after_is_waited_for(make: Make, server: SpriteServer) -> None:
    server.script.append("limited")
    server.retry_after = "0"
    assert make().fetch(ICON) is not None
    assert len(server.requests) == 2


@pytest.mark.parametrize("header", ["soon", "-5", ""])
def test_a_senseless_retry_after_is_ignored(make: Make, server: SpriteServer, header: str) -> None:
    server.script.append("limited")
    server.retry_after = header
    assert make().fetch(ICON) is not None


def test_nobody_listening_is_no_error(make: Make) -> None:
    assert make(url="http://127.0.0.1:9").fetch(ICON) is None


def test_an_address_that_is_none_is_no_error(make: Make) -> None:
    assert make(url="nonsense://x y").fetch(ICON) is None


def test_the_least_recently_used_go_first(make: Make, server: SpriteServer, clock: Clock) -> None:
    server.padding = 1000
    size = len(png(1000))
    cache = make(limit=3 * size)
    for number in (1, 2, 3):
        assert cache.fetch(item(number)) is not None
        clock.now += timedelta(hours=2)
    assert cache.cached(item(1)) is not None  # used again, so 2 is the oldest now
    clock.now += timedelta(hours=2)
    assert cache.fetch(item(4)) is not None
    assert [number for number in (1, 2, 3, 4) if cache.cached(item(number))] == [1, 3, 4]


def test_a_picture_larger_than_the_limit_is_still_shown(make: Make) -> None:
    path = make(limit=1).fetch(ICON)
    assert path is not None
    assert path.exists()


def test_a_folder_that_cannot_be_made_is_no_error(make: Make, tmp_path: Path) -> None:
    (tmp_path / "sprites").write_bytes(b"")
    cache = make()
    assert cache.fetch(ICON) is None
    assert cache.cached(ICON) is None
    cache.clear()


def test_two_callers_share_one_request(make: Make, server: SpriteServer) -> None:
    cache, ready = make(), threading.Barrier(8)

    def together() -> Path | None:
        ready.wait()
        return cache.fetch(ICON)

    with ThreadPoolExecutor(8) as pool:
        found = [future.result() for future in [pool.submit(together) for _ in range(8)]]
    assert len(set(found)) == 1
    assert found[0] is not None
    assert len(server.requests) == 1


def test_clearing_forgets_pictures_and_misses(make: Make, server: SpriteServer) -> None:
    cache = make()
    cache.fetch(ICON)
    server.behaviour = "missing"
    cache.fetch(item(2))
    cache.clear()
    server.behaviour = "fine"
    assert cache.cached(ICON) is None
    assert cache.fetch(item(2)) is not None


def test_closed_it_gives_what_it_has_and_asks_no_more(make: Make, server: SpriteServer) -> None:
    cache = make()
    cache.fetch(ICON)
    cache.close()
    assert cache.fetch(ICON) is not None
    assert cache.fetch(item(2)) is None
    assert len(server.requests) == 1


def test_a_strange_file_time_is_no_error(make: Make) -> None:
    cache = make()
    path = cache.fetch(ICON)
    assert path is not None
    os.utime(path, (0, 0))
    assert cache.cached(ICON) == path
