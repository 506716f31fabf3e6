"""A rule removes a broken client's runs: what the preview says is what happens, and taking it back brings them back."""

from datetime import timedelta
from random import Random

import pytest

from server.statistics import rules, service
from server.statistics.preview import Rate, preview
from shared.errors import Conflict, InvalidInput, NotFound
from shared.statistics.rules import Rule, Versions
from tests.server.statistics import naive
from tests.server.statistics.crowd import Crowd

WEEK = timedelta(weeks=1)
BAD = Rule("lost-drops", "MapleHub 0.9.1 to 0.9.3 lost drops.", client_range=Versions("0.9.1", "0.9.3"))
VERSIONS = ("0.9.0", "0.9.0", "0.9.1", "0.9.2.1", "0.10.0")


async def crowd_with_a_broken_client(crowd: Crowd) -> None:
    dice = Random(5)
    for version in VERSIONS:
        user, aria = await crowd.user(), crowd.character()
        rows = [aria]
        for week in range(6):
            day = crowd.today - WEEK * week
            lucky = version < "0.9.1" and dice.random() < 0.5
            # Who is broken was not always.
            given = {"day": day, "client_version": version if week < 4 else "0.9.0"}
            rows += crowd.lucky(aria.id, **given) if lucky else [crowd.run(aria.id, **given)]
            rows.append(crowd.run(aria.id, "hard-damien", drop_note="unrecorded", **given))
        await crowd.push(user, *rows)
    await crowd.follow()


async def rates(crowd: Crowd) -> dict[tuple[str, str, str | None], tuple[int, int]]:
    found: dict[tuple[str, str, str | None], tuple[int, int]] = {}
    async with crowd.database.reading() as session:
        for boss in await service.overview(session, crowd.catalog, today=crowd.today):
            found[boss.entry_id, boss.epoch, None] = (boss.runs, boss.runs)
            for item in boss.items:
                found[boss.entry_id, boss.epoch, item.item] = (item.all.x, item.all.n)
    return found


async def test_applied_it_does_exactly_what_the_preview_says(crowd: Crowd) -> None:
    await crowd_with_a_broken_client(crowd)
    before = await rates(crowd)
    async with crowd.database.reading() as session:
        told = await preview(session, crowd.catalog, BAD, crowd.now)
    # Four weeks of two players, two runs a week.
    assert (told.runs, told.back, told.users) == (16, 0, 2)
    assert told.rates[0] == Rate("hard-lucid", "1", None, (30, 30), (22, 22))
    assert all(before[rate.entry_id, rate.epoch, rate.item] == rate.before for rate in told.rates)
    async with crowd.database.writing() as session:
        assert await rules.apply(session, BAD, crowd.now) == 2
    await crowd.follow()
    after = await rates(crowd)
    for rate in told.rates:
        assert after.pop((rate.entry_id, rate.epoch, rate.item)) == rate.after
    # Nothing else changed.
    assert all(before[place] == counts for place, counts in after.items() if place[2] is None or counts[0])
    meant = Rule("x", "The same, by name.", client_versions=("0.9.1", "0.9.2.1"))
    async with crowd.database.writing() as session:
        await naive.check(session, crowd.catalog, crowd.today, [meant])
        assert await rules.withdraw(session, BAD.id) == 2
    await crowd.follow()
    assert await rates(crowd) == before


async def test_what_was_beyond_the_weekly_limit_comes_in_its_place(crowd: Crowd) -> None:
    user, aria = await crowd.user(), crowd.character()
    weekly = [entry.id for entry in crowd.catalog.bosses.values() if entry.clear_group.startswith("weekly:")]
    bosses = list({crowd.catalog.bosses[boss].clear_group: boss for boss in weekly}.values())[:16]
    runs = [
        crowd.run(
            aria.id, boss, logged_at=f"2026-03-05T10:{minute:02}:00+00:00", client_version=f"0.{minute}.0"
        )
        for minute, boss in enumerate(bosses)
    ]
    await crowd.push(user, aria, *runs)
    await crowd.follow()
    rule = Rule("three", "The first three.", client_versions=("0.0.0", "0.1.0", "0.2.0"))
    async with crowd.database.reading() as session:
        told = await preview(session, crowd.catalog, rule, crowd.now)
    assert (told.runs, told.back, told.users) == (3, 2, 1)
    async with crowd.database.writing() as session:
        await rules.apply(session, rule, crowd.now)
    await crowd.follow()
    async with crowd.database.reading() as session:
        await naive.check(session, crowd.catalog, crowd.today, [rule])
        assert len((await service.mine(session, user)).refused) == 3


async def test_a_rule_has_one_id_and_must_be_there_to_go(crowd: Crowd) -> None:
    async with crowd.database.writing() as session:
        await rules.apply(session, BAD, crowd.now)
        assert await rules.rules_in_force(session) == (BAD,)
        with pytest.raises(Conflict):
            await rules.apply(session, BAD, crowd.now)
        with pytest.raises(NotFound):
            await rules.withdraw(session, "nothing")
        with pytest.raises(NotFound):
            await rules.release(session, "01966e0a-0000-7000-8000-000000000000")
        with pytest.raises(NotFound):
            await rules.quarantine(session, "01966e0a-0000-7000-8000-000000000000", "Who?", crowd.now)


@pytest.mark.parametrize(
    "content",
    [
        '{"id": "x", "reason": "Misspelt.", "client_version": ["0.9.1"]}',
        '{"id": "x", "reason": "No range.", "client_range": {}}',
        '{"id": "x", "reason": "Everything."}',
    ],
)
def test_what_is_no_rule_is_not_read(content: str) -> None:
    with pytest.raises((InvalidInput, ValueError)):
        rules.RuleShape.model_validate_json(content).rule()
