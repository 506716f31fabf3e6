"""Doing snapshots: how many at once, how often, by whom, and what is kept."""

import asyncio
import random
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select

from server.clans import roster
from server.snapshots.lease import LeaseLost
from server.snapshots.running import MOST_AT_ONCE
from server.snapshots.tables import clan_totals
from server.sources import hosts
from shared.api.clans import MemberChange
from shared.clans.metrics import Game
from shared.errors import Conflict
from tests.server.snapshots.clans import World
from tests.server.snapshots.virtual import Watched


def _slowly(world: World, seed: int = 1) -> list[int]:
    """Answers take time. Returns how many were under way whenever one began."""
    draw, seen = random.Random(seed), []

    async def delay() -> None:
        seen.append(world.nexon.under_way + world.hiscores.under_way)
        await world.time.sleep(draw.uniform(0.1, 4))

    world.nexon.delay = world.hiscores.delay = delay
    return seen


async def test_300_members_of_4_clans_are_sampled_within_every_budget(world: World) -> None:
    seen = _slowly(world)
    clans = [
        await world.clan([f"bell{clan}x{number}" for number in range(75)], game, who)
        for clan, (game, who) in enumerate(zip([*Game, *Game], ["aria", "bell", "aria", "bell"], strict=True))
    ]
    for clan in clans:
        await clan.run_now()
    runner = world.runner()
    begun = world.time.now
    await world.run(runner)
    for clan in clans:
        found = await clan.newest()
        assert (found.state, found.total, found.done, found.failed) == ("done", 75, 75, 0)
    assert max(seen) <= MOST_AT_ONCE
    for site in (world.nexon, world.hiscores):
        assert len(site.requests) == len({each.name for each in site.requests}) == 150
        times = sorted(each.at for each in site.requests)
        assert (
            min(after - before for before, after in pairwise(times)) >= hosts.SPACING.total_seconds() - 1e-6
        )
    # And no slower than it must be: five at once, 300 answers of two seconds each.
    assert world.time.now - begun < timedelta(seconds=200)


async def test_two_processes_work_as_one(world: World, address: str) -> None:
    seen = _slowly(world)
    clan = await world.clan([f"bell {number}" for number in range(30)])
    await clan.run_now()
    other = Watched(address)
    world.databases.append(other)
    runners = [world.runner(), world.runner(other)]
    await world.run(*runners)
    assert max(seen) <= MOST_AT_ONCE
    assert len(world.hiscores.requests) == 30
    assert (await clan.newest()).done == 30
    assert len(await clan.lines()) == 1


async def test_whoever_takes_over_goes_on(world: World, address: str) -> None:
    clan = await world.clan([f"bell {number}" for number in range(12)])
    await clan.run_now()
    first, stop = world.runner(), asyncio.Event()

    async def die_later() -> None:
        await world.time.sleep(5)
        stop.set()

    _slowly(world)
    await world.time.pass_while(asyncio.gather(first.look(stop), die_later()), world.databases)
    half = (await clan.newest()).done
    assert 0 < half < 12
    # It died without a word: nobody takes over until its lease has run out.
    assert not await world.runner().look(asyncio.Event())
    world.time.forward(seconds=61)
    second = world.runner()
    await world.run(second)
    assert (await clan.newest()).done == 12
    assert all(len(values) == 1 for values in (await world.points("bell 3")).values())


async def test_one_that_lost_its_lease_writes_nothing(world: World, logged: list[Any]) -> None:
    clan = await world.clan(["aria"])
    await clan.run_now()
    slow, quick = world.runner(), world.runner()

    async def steal() -> None:
        world.hiscores.delay = None
        world.time.forward(seconds=61)
        assert await quick.look(asyncio.Event())
        world.know("aria", gained=5000)

    world.hiscores.delay = steal
    with pytest.raises(LeaseLost):
        await world.time.pass_while(slow.look(asyncio.Event()), world.databases)
    assert (await world.points("aria"))["xp.total"] == [1000]
    assert len(await clan.lines()) == 1


async def test_progress_is_seen_while_it_runs(world: World) -> None:
    _slowly(world)
    clan = await world.clan([f"bell {number}" for number in range(20)])
    snapshot = await clan.run_now()
    assert (snapshot.state, snapshot.kind, snapshot.asked_by, snapshot.total) == (
        "waiting",
        "manual",
        "aria",
        20,
    )
    seen = []

    async def look() -> None:
        while not seen or seen[-1].state != "done":
            await world.time.sleep(3)
            seen.append(await clan.newest())

    await world.run(world.runner(), beside=[look()])
    done = [each.done for each in seen]
    assert done == sorted(done)
    assert len(set(done)) > 3
    assert seen[0].state == "running"
    assert seen[0].started_at == snapshot.created_at


async def test_an_account_of_two_clans_is_asked_for_once(world: World) -> None:
    clans = [await world.clan(["aria", "bell"], who=who) for who in ("aria", "bell")]
    for clan in clans:
        await clan.run_now()
    await world.run(world.runner())
    assert sorted(each.name for each in world.hiscores.requests) == ["aria", "bell"]
    assert [(await clan.newest()).done for clan in clans] == [2, 2]
    # Neither is one that was sampled in the last ten minutes.
    world.time.forward(minutes=9)
    third = await world.clan(["bell"], who="cleo")
    await third.run_now()
    await world.run(world.runner())
    assert len(world.hiscores.requests) == 2
    assert (await third.newest()).done == 1
    world.time.forward(minutes=2)
    await clans[0].run_now()
    await world.run(world.runner())
    assert len(world.hiscores.requests) == 4


async def test_a_rename_keeps_the_history(world: World) -> None:
    clan = await world.clan(["Aria"], Game.MAPLESTORY)
    await clan.run_now()
    await world.run(world.runner())
    before = await world.account("Aria")
    assert before.source_key == "na/45/1000"
    world.nexon.characters[0].name = "Bell"
    world.nexon.characters[0].exp += 50
    world.time.forward(hours=1)
    await clan.run_now()
    await world.run(world.runner())
    assert "tell its new name" in (await clan.newest()).errors[0].error
    async with world.database.writing() as session:
        (member,) = await roster.live(session, clan.id)
        leader = await clan._leader(session)
        await roster.change(session, leader, member.id, MemberChange(name="Bell"), world.time.now)
    world.time.forward(days=1)
    await clan.run_now()
    await world.run(world.runner())
    after = await world.account("Bell")
    assert (after.id, after.missing_since) == (before.id, None)
    first, second = (await world.points("Bell"))["xp.total"]
    assert second - first == 50


async def test_two_names_of_one_character_become_one_member(world: World) -> None:
    clan = await world.clan(["Aria"], Game.MAPLESTORY)
    await clan.run_now()
    await world.run(world.runner())
    other = await world.clan([], Game.MAPLESTORY, "bell")
    world.nexon.characters[0].name = "Bell"
    await other.follow("Bell")
    world.time.forward(hours=1)
    await other.run_now()
    await world.run(world.runner())
    found = await other.newest()
    assert (found.state, found.done) == ("done", 1)
    assert (await world.account("Bell")).source_key == "na/45/1000"


async def test_cancelling_stops_it_and_keeps_what_was_sampled(world: World) -> None:
    _slowly(world)
    clan = await world.clan([f"bell {number}" for number in range(20)])
    snapshot = await clan.run_now()
    told = []

    async def cancel() -> None:
        await world.time.sleep(8)
        told.append(await clan.cancel(snapshot.id))

    await world.run(world.runner(), beside=[cancel()])
    (cancelled,) = told
    assert cancelled.state == "cancelled"
    assert 0 < cancelled.done < 20
    assert cancelled.total == 20
    asked = len(world.hiscores.requests)
    assert asked < 20
    assert await clan.newest() == cancelled
    (line,) = await clan.lines()
    assert (line["cancelled"], line["done"], line["dropped"]) == (True, cancelled.done, 20 - cancelled.done)
    assert await clan.cancel(snapshot.id) == cancelled
    # A sample that came after it was cancelled is not kept.
    kept = [name for name in (f"bell {number}" for number in range(20)) if await world.points(name)]
    assert len(kept) == cancelled.done


async def test_who_leaves_meanwhile_is_dropped(world: World) -> None:
    clan = await world.clan(["aria", "bell"])
    await clan.run_now()
    await clan.leave("bell")
    await world.run(world.runner())
    found = await clan.newest()
    assert (found.state, found.total, found.done, found.failed) == ("done", 1, 1, 0)


async def test_the_clans_totals_are_kept(world: World) -> None:
    clan = await world.clan(["aria", "bell"])
    world.hiscores.players[0].skills["Overall"] = (2277, 4_600_000_000)
    snapshot = await clan.run_now()
    await world.run(world.runner())
    async with world.database.reading() as session:
        found = (await session.execute(select(clan_totals))).all()
    assert {(row.metric, row.value, row.members) for row in found} == {
        ("xp.total", 4_600_001_000, 2),
        ("level.total", 2377, 2),
        ("kc.total", 10, 2),
    }
    assert {row.snapshot_id for row in found} == {snapshot.id}


async def test_only_one_at_a_time(world: World) -> None:
    clan = await world.clan(["aria"])
    await clan.run_now()
    with pytest.raises(Conflict, match="under way"):
        await clan.run_now()


async def test_what_becomes_due_meanwhile_does_not_wait_for_a_slow_answer(world: World) -> None:
    """By the real clock, as nobody's virtual time passes while somebody is waited for."""
    slow, quick = await world.clan(["aria"]), await world.clan(["Bell"], Game.MAPLESTORY, "bell")
    asked, waiting, stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def delay() -> None:
        asked.set()
        await waiting.wait()

    world.hiscores.delay = delay
    await slow.run_now()
    runner = world.runner()
    working = asyncio.create_task(runner.look(stop))
    async with asyncio.timeout(30):
        await asked.wait()
        ended = asyncio.Event()

        async def end(*_: object) -> None:
            ended.set()

        runner.after_snapshot = [end]
        await quick.run_now()
        await ended.wait()
        waiting.set()
        assert await working
    assert {(await each.newest()).state for each in (slow, quick)} == {"done"}
