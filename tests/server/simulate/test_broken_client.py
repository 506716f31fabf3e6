"""A broken client among 100,000 runs: one rule removes what it logged, and every total follows exactly."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from server.catalog import service as catalogs
from server.database import Database
from server.simulate.population import BROKEN_VERSION, everybody, players
from server.simulate.progress import Progress
from server.simulate.service import simulate
from server.statistics import rules, service
from server.statistics.preview import preview
from server.statistics.running import follow_all
from shared.statistics.rules import Rule
from shared.statistics.verdicts import Run
from tests.server.conftest import NOW
from tests.server.simulate.contents import contents

GAME = catalogs.read()
RULE = Rule("lost-drops", "This version lost every drop.", client_versions=(BROKEN_VERSION,))
Counts = Counter[tuple[str, str]]
"""By entry and item: "" for noted runs, "unrecorded" for others."""


def counted(runs: Iterable[Run]) -> Counts:
    """What runs add up to, counted plainly."""
    found: Counts = Counter()
    for run in runs:
        found[run.entry_id, "unrecorded" if run.drop_note == "unrecorded" else ""] += 1
        found.update((run.entry_id, item) for item, _ in run.drops)
    return found


async def told(database: Database) -> Counts:
    """What anybody can read."""
    found: Counts = Counter()
    async with database.reading() as session:
        for boss in await service.overview(session, GAME, today=NOW.date(), days=0):
            found[boss.entry_id, ""] = boss.runs
            found[boss.entry_id, "unrecorded"] = boss.unrecorded
            found.update({(boss.entry_id, item.item): item.all.x for item in boss.items})
    return found


async def statistics_of(database: Database) -> dict[str, object]:
    """Everything that is kept for the statistics, but for when."""
    found = await contents(database, "stat_")
    return {name: rows for name, rows in found.items() if name != "stat_state"}


@pytest.mark.timeout(120)
async def test_one_rule_removes_a_broken_client(sqlite_address: str) -> None:
    population = everybody(GAME, 440, 26, 3, NOW.date() - timedelta(days=1), broken=0.1)
    population = replace(population, rates=dict(islice(population.rates.items(), 12)))
    database = Database(sqlite_address)
    progress = Progress(population.users)
    await simulate(database, population, lambda: NOW, progress, bulk=True)
    assert progress.runs >= 100_000
    shared = [each for each in players(population, GAME, range(population.users)) if each.shares]
    runs = [run for player in shared for week in player.weeks for run in week]
    broken = [run for run in runs if run.client_version == BROKEN_VERSION]
    everything, right = counted(runs), counted(runs) - counted(broken)
    before = await statistics_of(database)
    assert await told(database) == everything

    async with database.reading() as session:
        seen = await preview(session, GAME, RULE, NOW)
    assert (seen.runs, seen.back) == (len(broken), 0)
    assert seen.users == sum(player.weeks[0][0].client_version == BROKEN_VERSION for player in shared)
    for rate in seen.rates:
        item = rate.item or ""
        assert rate.before == (everything[rate.entry_id, item], everything[rate.entry_id, ""])
        assert rate.after == (right[rate.entry_id, item], right[rate.entry_id, ""])

    async with database.writing() as session:
        await rules.apply(session, RULE, NOW)
    await follow_all(database, lambda: NOW)
    assert await told(database) == right

    async with database.writing() as session:
        await rules.withdraw(session, RULE.id)
    await follow_all(database, lambda: NOW)
    assert await statistics_of(database) == before
    await database.close()
