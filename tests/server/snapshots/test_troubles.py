"""Snapshots when things go wrong: what is kept, what is tried again, what is told."""

from datetime import timedelta
from typing import Any

from shared.clans.metrics import Game
from tests.server.snapshots.clans import World
from tests.stand_ins.rankings import Fault


async def test_each_member_has_an_error_of_their_own(world: World) -> None:
    clan = await world.clan(["aria", "bell", "cleo"])
    world.hiscores.players = [each for each in world.hiscores.players if each.name != "bell"]
    await clan.run_now()
    await world.run(world.runner())
    found = await clan.newest()
    assert (found.state, found.total, found.done, found.failed) == ("done", 3, 2, 1)
    (error,) = found.errors
    assert error.name == "bell"
    assert "does not know this name" in error.error
    bell = await world.account("bell")
    assert bell.missing_since is not None
    since = bell.missing_since
    # What is missing a second time is missing since the first, and is there again when it is there.
    world.time.forward(hours=1)
    await clan.run_now()
    await world.run(world.runner())
    assert (await world.account("bell")).missing_since == since
    world.know("bell")
    world.time.forward(days=1)
    await clan.run_now()
    await world.run(world.runner())
    assert (await world.account("bell")).missing_since is None
    (line, *_) = await clan.lines()
    assert (line["done"], line["failed"], line["cancelled"], line["how"]) == (2, 1, False, "manual")


async def test_an_outage_is_tried_again_and_then_told(world: World) -> None:
    clan = await world.clan(["aria", "bell"])
    world.hiscores.always = Fault.HTML
    await clan.run_now()
    begun = world.time.now
    await world.run(world.runner())
    found = await clan.newest()
    assert (found.done, found.failed) == (0, 2)
    assert {each.error for each in found.errors} <= {
        "The Old School hiscore table does not work at the moment.",
        "The Old School hiscore table said something that is no answer.",
    }
    assert timedelta(minutes=5) < world.time.now - begun < timedelta(hours=1)
    assert (await world.account("aria")).missing_since is None
    assert await world.points("aria") == {}


async def test_a_source_that_wants_rest_for_hours_is_given_up_for_now(world: World) -> None:
    clan = await world.clan(["aria"])
    world.hiscores.always, world.hiscores.retry_after = Fault.BUSY, "7200"
    await clan.run_now()
    begun = world.time.now
    await world.run(world.runner())
    (error,) = (await clan.newest()).errors
    assert error.error.endswith("has too much to do.")
    assert world.time.now - begun < timedelta(minutes=1)
    assert len(world.hiscores.requests) == 1


async def test_an_outage_that_ends_is_forgotten(world: World) -> None:
    clan = await world.clan([f"bell {number}" for number in range(8)])
    world.hiscores.next = [Fault.ERROR] * 6
    await clan.run_now()
    await world.run(world.runner())
    found = await clan.newest()
    assert (found.done, found.failed, found.errors) == (8, 0, [])


async def test_rows_that_are_missing_change_nothing(world: World) -> None:
    clan = await world.clan(["aria"])
    world.hiscores.skills.remove("Attack")
    await clan.run_now()
    await world.run(world.runner())
    (error,) = (await clan.newest()).errors
    assert "“attack” is missing" in error.error
    assert len(world.hiscores.requests) == 1
    assert await world.points("aria") == {}


async def test_hooks_are_in_the_transactions(world: World) -> None:
    clan = await world.clan(["aria", "bell"])
    samples, ends, fail = [], [], [True]

    async def after_sample(session: Any, account_id: str, now: Any) -> None:
        samples.append(account_id)
        if fail:
            fail.clear()
            raise RuntimeError("not today")

    async def after_snapshot(session: Any, snapshot: Any, now: Any) -> None:
        ends.append(snapshot.finished_at)
        if len(ends) == 1:
            raise RuntimeError("not today")

    await clan.run_now()
    await world.run(world.runner(after_sample=[after_sample], after_snapshot=[after_snapshot]))
    # What failed was not kept, and was done again.
    assert len(samples) == 3
    assert len(ends) == 2
    assert (await clan.newest()).done == 2
    assert len(await clan.lines()) == 1
    for name in ("aria", "bell"):
        assert {len(values) for values in (await world.points(name)).values()} == {1}


async def test_a_source_that_breaks_stops_no_other(world: World, logged: list[Any]) -> None:
    class Broken:
        kind = "osrs"

        async def fetch(self, account: Any) -> Any:
            raise KeyError(account.name)

    clan, other = await world.clan(["aria"]), await world.clan(["Bell"], Game.MAPLESTORY, "bell")
    await clan.run_now()
    await other.run_now()
    runner = world.runner()
    runner.sources = {**runner.sources, "osrs": Broken()}  # type: ignore[dict-item]
    await world.run(runner)
    (error,) = (await clan.newest()).errors
    assert error.error == "Something went wrong on this server."
    assert (await other.newest()).done == 1


async def test_a_source_nobody_set_up_is_said(world: World) -> None:
    clan = await world.clan(["aria"])
    await clan.run_now()
    await world.run(world.runner(sources={}))
    (error,) = (await clan.newest()).errors
    assert error.error == "This server does not ask this source."


async def test_one_clans_trouble_is_not_anothers(world: World, logged: list[Any]) -> None:
    clans = [await world.clan(["aria"], who=who, own_time=True) for who in ("aria", "bell")]

    async def boundaries(session: Any, clan_id: str, after: Any, until: Any) -> list[Any]:
        if clan_id == clans[0].id:
            raise RuntimeError("not today")
        return []

    world.time.forward(days=1)
    await world.run(world.runner(boundaries=boundaries))
    assert (await clans[1].newest()).state == "done"
    assert (await clans[0].standing()).items == []
    assert "snapshot_not_begun" in [line["event"] for line in logged]
