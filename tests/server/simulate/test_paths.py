"""Both ways of filling a database end in the same one, on both kinds, and nothing in it is wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.catalog import service as catalogs
from server.database import Database
from server.simulate import bulk, writing
from server.simulate.population import Population, everybody
from server.simulate.progress import Progress
from server.simulate.service import simulate
from server.statistics import check
from shared.errors import Conflict
from tests.server.conftest import NOW
from tests.server.simulate.conftest import Fresh
from tests.server.simulate.contents import contents
from tests.server.statistics import naive
from tests.server.statistics.crowd import Crowd

GAME = catalogs.read()


def some(users: int) -> Population:
    """Players of three months, some of whom list what their boss does not drop."""
    found = everybody(GAME, users, 13, 7, NOW.date() - timedelta(days=1), broken=0.2)
    rates = {entry: {**odds, "genesis-badge": 0.02} for entry, odds in found.rates.items()}
    return replace(found, rates=rates)


async def filled(database: Database, population: Population, *, in_bulk: bool) -> Database:
    """The database, with the population in it."""
    await simulate(database, population, lambda: NOW, Progress(population.users), bulk=in_bulk)
    return database


async def differences(database: Database) -> list[check.Difference]:
    """What `maplehub-server statistics check` would find."""
    found: list[check.Difference] = []
    async with database.writing() as session:
        for week in await check.weeks_to_check(session):
            found += await check.check_week(session, GAME, week, NOW)
        return found + await check.check_totals(session, NOW)


async def test_the_services_and_bulk_fill_the_same_database(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several portions and transactions, as there are when there are millions of runs.
    monkeypatch.setattr(bulk, "_PORTION", 5)
    monkeypatch.setattr(bulk, "_COMMIT", 500)
    population = some(16)
    slow = await filled(fresh(), population, in_bulk=False)
    fast = await filled(fresh(), population, in_bulk=True)
    right, found = await contents(slow), await contents(fast)
    for name, rows in right.items():
        assert found[name] == rows, name
    empty = {name for name, rows in right.items() if name.startswith("stat_") and not rows}
    assert empty == {"stat_quarantine", "stat_rules"}
    assert await differences(slow) == await differences(fast) == []


async def test_its_sums_are_those_of_its_runs(fresh: Fresh) -> None:
    database = await filled(fresh(), some(6), in_bulk=True)
    async with database.reading() as session:
        sums = await naive.check(session, GAME, NOW.date(), [])
    assert sums.totals
    assert sums.refused


@pytest.mark.parametrize("in_bulk", [False, True])
async def test_stopped_it_leaves_whole_players_and_goes_on_from_there(
    fresh: Fresh, in_bulk: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_PORTION", 2)
    monkeypatch.setattr(writing, "_PORTION", 2)
    population = some(7)

    class Impatient(Progress):
        def add(self, players: int, runs: int) -> None:
            super().add(players, runs)
            if self.players >= 4:
                self.stop()

    database, progress = fresh(), Impatient(population.users)
    await simulate(database, population, lambda: NOW, progress, bulk=in_bulk)
    assert progress.players == len((await contents(database))["users"]) == 4
    assert await differences(database) == []
    await filled(database, population, in_bulk=in_bulk)
    whole = await filled(fresh(), population, in_bulk=in_bulk)
    assert await contents(database) == await contents(whole)


async def test_it_keeps_away_from_real_players(fresh: Fresh) -> None:
    database = fresh()
    crowd = Crowd(database)
    crowd._names = 10**17
    await crowd.user()
    population = some(2)
    with pytest.raises(Conflict):
        await filled(database, population, in_bulk=True)
    assert len((await contents(database))["users"]) == 1
    await simulate(database, population, lambda: NOW, Progress(2), bulk=True, beside_players=True)
    assert len((await contents(database))["users"]) == 3
