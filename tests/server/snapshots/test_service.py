"""When a clan may have a snapshot, and when it has one by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.clans import log
from server.clans import service as clans
from server.snapshots import lease, reading, service
from server.snapshots.running import keep_snapshotting
from server.snapshots.service import Boundaries
from shared.errors import Conflict, NotFound
from shared.fairness.audit import genesis, head_of
from tests.server.conftest import NOW
from tests.server.snapshots.clans import Lumen, World


def _at(*instants: datetime) -> Boundaries:
    async def boundaries(session: Any, clan_id: str, after: datetime, until: datetime) -> list[datetime]:
        return [each for each in instants if after < each <= until]

    return boundaries


async def _next(clan: Lumen) -> datetime:
    async with clan.world.database.reading() as session:
        return (await clans.by_id(session, clan.id)).next_snapshot_at


async def _days(clan: Lumen, days: float, **given: Any) -> None:
    """Let the server do its work for some days. It looks whenever something is due."""
    world = clan.world
    runner, stop, until = world.runner(**given), asyncio.Event(), world.time.now + timedelta(days=days)

    async def working() -> None:
        while world.time.now < until:
            await runner.look(stop)
            rest = min(await _next(clan), until) - world.time.now
            await world.time.sleep(2 if await world.open() else max(rest.total_seconds(), 1))

    await world.time.pass_while(working(), world.databases)


async def test_at_most_two_a_utc_day(world: World) -> None:
    clan = await world.clan(["aria"])
    for used in (1, 2):
        await clan.run_now()
        await world.run(world.runner())
        assert (await clan.standing()).used == used
    for minutes in (0, 5 * 60 + 50):
        world.time.now = NOW + timedelta(minutes=minutes)
        said = (await clan.standing()).refusal
        assert (
            said == "A clan has at most 2 snapshots a UTC day. The next is possible at 2026-03-06 00:00 UTC."
        )
        with pytest.raises(Conflict, match="2026-03-06 00:00 UTC"):
            await clan.run_now()
    world.time.now = datetime(2026, 3, 5, 23, 59, 59, 999_999, tzinfo=UTC)
    with pytest.raises(Conflict):
        await clan.run_now()
    world.time.now = datetime(2026, 3, 6, tzinfo=UTC)
    assert (await clan.standing()).refusal is None
    await clan.run_now()
    assert (await clan.standing()).used == 1


async def test_one_that_is_cancelled_was_one(world: World) -> None:
    clan = await world.clan(["aria"])
    for _ in range(2):
        await clan.cancel((await clan.run_now()).id)
    with pytest.raises(Conflict, match="at most 2"):
        await clan.run_now()
    async with world.database.reading() as session:
        assert await reading.last_finished(session, clan.id) is None


async def test_the_last_of_a_day_is_kept_for_a_contest(world: World) -> None:
    clan = await world.clan(["aria"])
    tonight = _at(NOW + timedelta(hours=4))
    await clan.run_now(tonight)
    await world.run(world.runner())
    said = (await clan.standing(tonight)).refusal
    assert said is not None
    assert "kept for a contest" in said
    with pytest.raises(Conflict, match="kept for a contest"):
        await clan.run_now(tonight)
    assert (await clan.standing()).refusal is None


async def test_a_clan_that_follows_nobody_has_none(world: World) -> None:
    clan = await world.clan([], own_time=True)
    with pytest.raises(Conflict, match="follows nobody"):
        await clan.run_now()
    await _days(clan, 2)
    assert (await clan.standing()).items == []
    assert await _next(clan) > NOW + timedelta(days=1)


async def test_it_is_sampled_every_day_at_its_own_time(world: World) -> None:
    clan = await world.clan(["aria"], own_time=True)
    first = await _next(clan)
    await _days(clan, 3.5)
    found = (await clan.standing()).items
    assert {(each.kind, each.state, each.asked_by) for each in found} == {("scheduled", "done", None)}
    times = sorted(each.created_at for each in found)
    assert len(times) in {3, 4}
    for number, at in enumerate(times):
        assert at == first + timedelta(days=number)
    assert [line["how"] for line in await clan.lines()] == ["scheduled"] * len(times)


async def test_what_was_missed_while_the_server_was_down_is_done_once(world: World) -> None:
    clan = await world.clan(["aria"], own_time=True)
    first = await _next(clan)
    world.time.now = first + timedelta(days=5, hours=-2)
    await _days(clan, 0.2)
    assert len((await clan.standing()).items) == 1
    assert await _next(clan) == first + timedelta(days=6)


async def test_a_contest_is_sampled_shortly_before_it_begins_and_ends(world: World) -> None:
    clan = await world.clan(["aria"], own_time=True)
    instants = [NOW + timedelta(days=1, hours=6), NOW + timedelta(days=2, hours=16)]
    boundaries = _at(*instants)
    async with world.database.writing() as session:
        await service.replan(session, clan.id, boundaries, NOW)
    await _days(clan, 3.2, boundaries=boundaries)
    times = [each.finished_at for each in (await clan.standing()).items]
    for instant in instants:
        assert any(at and timedelta(0) < instant - at < timedelta(minutes=20) for at in times)


async def test_a_contest_that_begins_soon_is_planned_for_at_once(world: World) -> None:
    clan = await world.clan(["aria"])
    async with world.database.writing() as session:
        await service.replan(session, clan.id, _at(NOW + timedelta(minutes=1)), NOW)
    assert await _next(clan) == NOW
    await world.run(world.runner(boundaries=_at(NOW + timedelta(minutes=1))))
    assert len((await clan.standing()).items) == 1
    assert await _next(clan) > NOW + timedelta(hours=6)


async def test_one_under_way_serves_as_the_scheduled_one(world: World) -> None:
    clan = await world.clan(["aria"], own_time=True)
    world.time.now = await _next(clan) - timedelta(seconds=1)
    await clan.run_now()
    world.time.forward(seconds=1)
    await world.run(world.runner())
    (only,) = (await clan.standing()).items
    assert only.kind == "manual"
    assert await _next(clan) > world.time.now + timedelta(hours=12)


async def test_a_closed_clan_is_left_alone(world: World) -> None:
    clan = await world.clan(["aria"], own_time=True)
    async with world.database.writing() as session:
        await clans.close(session, await clan._leader(session), NOW)
    world.time.forward(days=2)
    await world.run(world.runner())
    async with world.database.reading() as session:
        assert await reading.newest(session, clan.id, 5) == []
        with pytest.raises(NotFound):
            await reading.get(session, clan.id, clan.id)


async def test_the_log_is_whole_after_all_of_it(world: World) -> None:
    clan = await world.clan(["aria"])
    await clan.cancel((await clan.run_now()).id)
    await clan.run_now()
    await world.run(world.runner())
    async with world.database.reading() as session:
        lines = list(reversed(await log.newest(session, clan.id, 0, 50)))
    head = genesis(clan.id)
    for number, line in enumerate(lines):
        head = head_of(head, number, line.event)
        assert line.head == head
    kinds = [line.event["kind"] for line in lines]
    assert kinds[-4:] == ["snapshot_asked", "snapshot", "snapshot_asked", "snapshot"]
    assert lines[-1].event["done"] == 1


async def test_it_works_until_it_is_told_to_stop(world: World, logged: list[Any]) -> None:
    """By the real clock, with the real sleep, and a look that fails at first."""
    clan = await world.clan(["aria"])
    await clan.run_now()
    stop, ended = asyncio.Event(), asyncio.Event()

    async def end(*_: object) -> None:
        ended.set()

    runner = world.runner(sleep=asyncio.sleep, after_snapshot=[end])
    looks = 0
    begin = runner.sources

    class Fails(dict[Any, Any]):
        def get(self, key: Any, default: Any = None) -> Any:
            nonlocal looks
            looks += 1
            if looks == 1:
                raise RuntimeError("not today")
            return begin.get(key, default)

    runner.sources = Fails()
    working = asyncio.create_task(keep_snapshotting(runner, stop))
    async with asyncio.timeout(20):
        await ended.wait()
        stop.set()
        await working
    assert (await clan.newest()).state == "done"
    assert looks == 2
    assert [line["event"] for line in logged].count("snapshots_failed") == 1
    # And the lease is another's to take at once.
    async with world.database.writing() as session:
        assert await lease.take(session, "another", world.time.now)
