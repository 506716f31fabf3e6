"""What goes wrong elsewhere: the five wrongs, each as a test through the real push and the real roll-ups."""

from datetime import date, timedelta

from server.statistics import service
from server.statistics.counts import BossCounts, ItemCounts
from tests.server.statistics.crowd import Crowd

WEEK = timedelta(weeks=1)


async def lucid(crowd: Crowd, entry: str = "hard-lucid", **given: str) -> BossCounts:
    async with crowd.database.reading() as session:
        return await service.boss(session, crowd.catalog, entry, today=crowd.today, **given)


def item(counts: BossCounts, slug: str = "dreamy-belt") -> ItemCounts:
    (found,) = (each for each in counts.items if each.item == slug)
    return found


async def test_a_hundred_clears_with_two_drops_read_two_in_a_hundred(crowd: Crowd) -> None:
    user = await crowd.user()
    aria = crowd.character()
    clears = [crowd.run(aria.id, day=crowd.today - WEEK * week) for week in range(98)]
    lucky = [crowd.lucky(aria.id, day=crowd.today - WEEK * week) for week in (98, 99)]
    await crowd.push(user, aria, *clears, *lucky[0], *lucky[1])
    await crowd.follow()
    counts = await lucid(crowd)
    assert (counts.runs, counts.unrecorded, counts.users) == (100, 0, 1)
    assert counts.since == crowd.today - WEEK * 99
    belt, other = item(counts), item(counts, "twilight-mark")
    assert (belt.all.x, belt.all.n, belt.quantity) == (2, 100, 2)
    # The denominator is every run of the boss, also for what never dropped.
    assert (other.all.x, other.all.n) == (0, 100)
    assert (belt.all.nn, belt.all.xx, belt.all.nx) == (10_000, 4, 200)


async def test_drops_of_failed_runs_and_further_pieces_do_not_count_as_runs(crowd: Crowd) -> None:
    user = await crowd.user()
    aria = crowd.character()
    failed = crowd.run(aria.id, id=crowd.character().id, cleared=0, drop_note="list")
    won = crowd.run(aria.id, drop_note="list")
    drops = [
        crowd.drop(failed, "dreamy-belt"),
        crowd.drop(won, "dawn-whisper-crystal", 5),
        crowd.drop(won, "lucidroid"),
    ]
    await crowd.push(user, aria, failed, won, *drops)
    await crowd.follow()
    counts = await lucid(crowd)
    assert counts.runs == 1
    assert item(counts).all.x == 0
    crystal = item(counts, "dawn-whisper-crystal")
    assert (crystal.all.x, crystal.quantity) == (1, 5)


async def test_a_tick_is_unrecorded_and_never_a_zero(crowd: Crowd) -> None:
    user = await crowd.user()
    aria = crowd.character()
    ticked = crowd.run(aria.id, drop_note="unrecorded", entry_method="tick")
    noted = crowd.run(aria.id, day=crowd.today - WEEK)
    await crowd.push(user, aria, ticked, noted)
    await crowd.follow()
    counts = await lucid(crowd)
    assert (counts.runs, counts.unrecorded) == (1, 1)
    assert item(counts).unrecorded == 1
    async with crowd.database.reading() as session:
        (clears,) = await service.clears(session)
    assert (clears.entry_id, clears.runs, clears.unrecorded) == ("hard-lucid", 1, 1)


async def test_a_late_upload_is_counted_on_the_day_of_the_event(crowd: Crowd) -> None:
    user = await crowd.user()
    aria = crowd.character()
    played = crowd.today - timedelta(days=6)
    await crowd.push(user, aria, *crowd.lucky(aria.id, day=played))
    crowd.forward(days=3)
    await crowd.follow()
    counts = await lucid(crowd)
    (day,) = item(counts).days
    assert (day.day, day.n, day.x, day.q) == (played, 1, 1, 1)


async def test_nothing_recomputes_because_somebody_asks(crowd: Crowd) -> None:
    """Nothing there is to call from outside leads to any work: reading writes nothing, and only the job follows."""
    user = await crowd.user()
    aria = crowd.character()
    await crowd.push(user, aria, *crowd.lucky(aria.id))
    assert (await lucid(crowd)).runs == 0
    await crowd.follow()
    assert (await lucid(crowd)).runs == 1


async def test_any_filter_sees_its_own_runs_and_every_player_once(crowd: Crowd) -> None:
    user = await crowd.user()
    heroic, bera = crowd.character(), crowd.character("bera")
    runs = [
        crowd.run(heroic.id),
        crowd.run(heroic.id, day=crowd.today - WEEK, party_size=2),
        crowd.run(heroic.id, day=crowd.today - WEEK * 2, party_size=6),
        crowd.run(bera.id, party_size=2, world_type="interactive"),
    ]
    await crowd.push(user, heroic, bera, *runs)
    await crowd.follow()
    for given, runs_here in (
        ({}, 4),
        ({"world": "heroic"}, 3),
        ({"world": "interactive"}, 1),
        ({"party": "2"}, 2),
        ({"party": "4-6"}, 1),
        ({"world": "heroic", "party": "2"}, 1),
        ({"world": "interactive", "party": "1"}, 0),
    ):
        counts = await lucid(crowd, **given)
        assert (counts.runs, counts.users) == (runs_here, min(runs_here, 1)), given
        assert item(counts).all.nn == runs_here**2


async def test_only_weeks_noted_whole_are_the_cohort(crowd: Crowd) -> None:
    user = await crowd.user()
    aria = crowd.character()
    whole = ["hard-lucid", "hard-damien", "hard-lotus", "chaos-vellum"]
    this_week = [crowd.run(aria.id, entry) for entry in whole]
    last_week = [crowd.run(aria.id, entry, crowd.today - WEEK) for entry in whole[:3]]
    await crowd.push(user, aria, *this_week, *last_week)
    await crowd.follow()
    belt = item(await lucid(crowd))
    assert (belt.all.n, belt.cohort.n, belt.cohort.nn) == (2, 1, 1)
    # One clear nobody noted the drops of, and the week is not whole any more.
    await crowd.push(user, crowd.run(aria.id, "normal-gloom", drop_note="unrecorded"))
    await crowd.follow()
    assert item(await lucid(crowd)).cohort.n == 0


async def test_history_goes_by_month_where_it_is_old(crowd: Crowd) -> None:
    from server.statistics.compaction import compact

    user = await crowd.user()
    aria = crowd.character()
    days = [date(2025, 10, 2), date(2025, 10, 9), date(2026, 2, 5), date(2026, 3, 5)]
    rows = [row for day in days for row in crowd.lucky(aria.id, day=day)]
    await crowd.push(user, aria, *rows)
    await crowd.follow()
    async with crowd.database.writing() as session:
        await compact(session, crowd.now)
    async with crowd.database.reading() as session:
        found = await service.history(session, crowd.catalog, "hard-lucid", "dreamy-belt", today=crowd.today)
    assert [(each.day, each.n, each.x, each.q) for each in found.months] == [(date(2025, 10, 1), 2, 2, 2)]
    assert [each.day for each in found.days] == days[2:]
    assert (await lucid(crowd)).since == days[0]
