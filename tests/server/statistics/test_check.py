"""What is wrong is found and mended, and old months are put together without anything changing."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Update, delete, insert, select, update

from server.statistics import check, tables
from server.statistics.compaction import compact
from server.statistics.running import check_next, night
from shared.statistics.weeks import NOTHING
from tests.server.statistics import naive
from tests.server.statistics.crowd import Crowd

WEEK = timedelta(weeks=1)


async def diaries(crowd: Crowd) -> tuple[str, str]:
    """Two players with runs now and half a year ago. Returns one of them with a character."""
    for _ in range(2):
        user, aria = await crowd.user(), crowd.character()
        rows = [aria]
        for weeks in (0, 1, 26, 27, 31):
            day = crowd.today - WEEK * weeks
            rows += [
                *crowd.lucky(aria.id, day=day),
                crowd.run(aria.id, "hard-damien", day, drop_note="unrecorded"),
            ]
            rows += [crowd.run(aria.id, boss, day) for boss in ("chaos-vellum", "hard-lotus", "hard-will")]
        wrong = crowd.lucky(aria.id, item="genesis-badge", day=crowd.today - WEEK * 2)
        await crowd.push(user, *rows, *wrong)
    await crowd.follow()
    return user, aria.id


async def kept(crowd: Crowd) -> naive.Sums:
    async with crowd.database.reading() as session:
        return await naive.kept(session)


async def test_putting_months_together_changes_no_sum(crowd: Crowd) -> None:
    await diaries(crowd)
    before = await kept(crowd)
    async with crowd.database.writing() as session:
        await compact(session, crowd.now)
    after = await kept(crowd)
    assert (after.days, after.totals, after.total_items) == (before.days, before.totals, before.total_items)
    assert {day for _, day, _ in before.day_items} - {day for _, day, _ in after.day_items}
    assert all(day >= date(2026, 1, 1) for _, day, _ in after.day_items)
    sums: dict[Any, list[int]] = {}
    for (key, day, item), (x, q) in before.day_items.items():
        if day < date(2026, 1, 1):
            month = sums.setdefault((key, day.replace(day=1), item), [0, 0])
            month[0], month[1] = month[0] + x, month[1] + q
    assert after.month_items == {place: tuple(counts) for place, counts in sums.items()}


async def test_a_late_upload_and_an_edit_of_an_old_month_reach_it(crowd: Crowd) -> None:
    user, aria = await diaries(crowd)
    async with crowd.database.writing() as session:
        await compact(session, crowd.now)
    await crowd.push(user, *crowd.lucky(aria, day=crowd.today - WEEK * 30))
    await crowd.change(user, "boss_runs", crowd.run(aria, day=crowd.today - WEEK * 31).id, {"deleted": 1})
    await crowd.follow()
    async with crowd.database.writing() as session:
        await compact(session, crowd.now)
        await naive.check(session, crowd.catalog, crowd.today, [])


WRONG: list[tuple[str, Update | Any]] = [
    ("days", update(tables.stat_days).values(n=tables.stat_days.c.n + 1)),
    ("days lost", delete(tables.stat_days)),
    ("day items", update(tables.stat_day_items).values(x=7)),
    ("day items lost", delete(tables.stat_day_items)),
    ("month items", update(tables.stat_month_items).values(q=tables.stat_month_items.c.q + 1)),
    ("weeks", update(tables.stat_weeks).values(counted=NOTHING.to_json())),
    ("weeks lost", delete(tables.stat_weeks)),
    ("refused", update(tables.stat_refused).values(reason="demo")),
    ("refused lost", delete(tables.stat_refused)),
    ("players", update(tables.stat_players).values(sums="{}")),
    ("players lost", delete(tables.stat_players)),
    ("totals", update(tables.stat_totals).values(m=5, cn=tables.stat_totals.c.cn + 1)),
    ("totals lost", delete(tables.stat_totals)),
    ("item totals", update(tables.stat_total_items).values(nx=0)),
]


@pytest.mark.parametrize(("what", "wrong"), WRONG, ids=[what for what, _ in WRONG])
async def test_a_difference_planted_by_hand_is_found_told_and_mended(
    crowd: Crowd, what: str, wrong: Any
) -> None:
    await diaries(crowd)
    async with crowd.database.writing() as session:
        await compact(session, crowd.now)
    assert await everything(crowd) == []
    before = await kept(crowd)
    async with crowd.database.writing() as session:
        await session.execute(wrong)
    assert await everything(crowd) != []
    assert await kept(crowd) == before
    assert await everything(crowd) == []


async def everything(crowd: Crowd) -> list[check.Difference]:
    """Check all there is."""
    found: list[check.Difference] = []
    async with crowd.database.writing() as session:
        for week in await check.weeks_to_check(session):
            found += await check.check_week(session, crowd.catalog, week, crowd.now)
        found += await check.check_totals(session, crowd.now)
    return found


async def test_weeks_that_changed_are_checked_the_next_day_each_once(crowd: Crowd, logged: list[Any]) -> None:
    await diaries(crowd)

    async def turns() -> int:
        done = 0
        while True:
            async with crowd.database.writing() as session:
                earlier = tables.stat_dirty.c.day < crowd.today
                if not (await session.execute(select(tables.stat_dirty).where(earlier))).first():
                    return done
                await check_next(session, crowd.now)
            done += 1

    assert await turns() == 0
    crowd.forward(days=1)
    async with crowd.database.writing() as session:
        await session.execute(
            update(tables.stat_days).where(tables.stat_days.c.day == date(2026, 2, 26)).values(n=9)
        )
    assert await turns() == 6
    told = [line for line in logged if line["event"] == "statistics_differed"]
    assert {line["where"].split()[-1] for line in told} == {"2026-02-26"}
    assert await turns() == 0
    async with crowd.database.writing() as session:
        await night(session, crowd.now)
        await naive.check(session, crowd.catalog, crowd.today, [])
    assert [line for line in logged if line["event"] == "statistics_differed"] == told


async def test_what_was_not_followed_yet_is_no_difference(crowd: Crowd) -> None:
    user, aria = await diaries(crowd)
    await crowd.push(user, *crowd.lucky(aria, day=crowd.today - WEEK * 3))
    await crowd.change(user, "boss_runs", crowd.run(aria).id, {"deleted": 1})
    assert await everything(crowd) == []


async def test_sums_that_became_nothing_go_by_night(crowd: Crowd) -> None:
    await diaries(crowd)
    async with crowd.database.writing() as session:
        key = (await session.execute(select(tables.stat_keys.c.id))).scalars().first()
        await session.execute(insert(tables.stat_days).values(key_id=key, day=date(2020, 1, 1), n=0, m=0))
        await night(session, crowd.now)
        days = select(tables.stat_days.c.day).where(tables.stat_days.c.day == date(2020, 1, 1))
        assert (await session.execute(days)).first() is None
