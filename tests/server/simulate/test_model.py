"""The population of which is known what it must show, through the code that judges, adds up and estimates real runs.

600 players of 4 to 26 weeks of 6 clears at 2 %; three in ten note a dry run with probability 0.3 and a hit always,
three in ten come in the week of their first hit and note nothing before it.
"""

from datetime import timedelta
from statistics import fmean

import pytest

from server.catalog import service as catalogs
from server.database import Database
from server.simulate.population import Habits, Population, players
from server.simulate.progress import Progress
from server.simulate.service import simulate
from server.statistics import service
from server.statistics.counts import Cluster
from server.statistics.formulas import estimates
from server.statistics.judging import Judgement, judged_week
from server.statistics.sums import Delta, Totals
from shared.statistics.strata import ALL, Stratum
from tests.server.conftest import NOW

BOSS, ITEM, RATE = "hard-lucid", "dreamy-belt", 0.02
GAME = catalogs.read()
YESTERDAY = NOW.date() - timedelta(days=1)
"""The last day of a game week: all weeks are whole."""


def model(seed: int, users: int = 600) -> Population:
    """One of these populations."""
    habits = Habits(selective=0.3, late=0.3)
    return Population(users, 26, seed, YESTERDAY, {BOSS: {ITEM: RATE}}, (6, 6), (1, 1), habits)


def in_memory(population: Population) -> tuple[Cluster, Cluster, int]:
    """Of every run, of those of complete weeks, and how many runs were not noted."""
    judgement, delta = Judgement(GAME, (), NOW.date()), Delta()
    for player in players(population, GAME, range(population.users)):
        for runs in player.weeks:
            delta.add(player.discord_id, judged_week(judgement, runs).counted, 1)
    totals = Totals()
    totals.add_cells(delta)
    for shares in delta.shares.values():
        totals.add_player({}, shares)
    key = Stratum(BOSS, ALL, "1", ALL)
    n, m, users, nn, cn, cusers, cnn = totals.keys[key]
    x, _, xx, nx, cx, cxx, cnx = totals.items[key, ITEM]
    return Cluster(users, n, x, nn, xx, nx), Cluster(cusers, cn, cx, cnn, cxx, cnx), m


@pytest.mark.timeout(240)
def test_complete_weeks_see_through_selective_logging() -> None:
    naive, cohort, kept, floor = [], [], [], []
    for seed in range(40):
        told = in_memory(model(seed))
        of_all, of_cohort = estimates(told[:2])
        assert of_all is not None
        assert of_cohort is not None
        naive.append(of_all.rate / RATE)
        cohort.append(of_cohort.rate / RATE)
        kept.append(of_cohort.n / of_all.n)
        floor.append(of_all.x / (of_all.n + told[2]) / RATE)
    assert fmean(naive) == pytest.approx(1.44, abs=0.03)
    assert fmean(cohort) == pytest.approx(1.03, abs=0.03)
    assert fmean(kept) == pytest.approx(0.87, abs=0.02)
    assert fmean(floor) == pytest.approx(1.15, abs=0.03)


async def test_through_the_services_it_shows_the_same(sqlite_address: str) -> None:
    population, database = model(0, users=100), Database(sqlite_address)
    await simulate(database, population, lambda: NOW, Progress(population.users), bulk=False)
    async with database.reading() as session:
        counts = await service.boss(session, GAME, BOSS, today=NOW.date())
    await database.close()
    item = next(each for each in counts.items if each.item == ITEM)
    assert (item.all, item.cohort, item.unrecorded) == in_memory(population)
