"""A read costs the same whatever the number of runs, and says no to what is not there."""

from datetime import timedelta
from typing import Self

import pytest
from sqlalchemy import event

from server.statistics import service
from shared.errors import InvalidInput, NotFound
from tests.server.statistics.crowd import Crowd

WEEK = timedelta(weeks=1)


class Cost:
    """Counts statements and the rows they give."""

    def __init__(self, crowd: Crowd) -> None:
        self._engine = crowd.database._reading.sync_engine
        self.statements = 0

    def __enter__(self) -> Self:
        event.listen(self._engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.statements += not statement.startswith("BEGIN")


async def cost(crowd: Crowd) -> tuple[int, int, int]:
    with Cost(crowd) as one:
        async with crowd.database.reading() as session:
            found = await service.boss(session, crowd.catalog, "hard-lucid", today=crowd.today)
    with Cost(crowd) as all_of_them:
        async with crowd.database.reading() as session:
            await service.overview(session, crowd.catalog, today=crowd.today)
    return one.statements, all_of_them.statements, sum(len(item.days) for item in found.items)


async def test_more_runs_make_no_more_work(crowd: Crowd) -> None:
    async def play(players: int) -> None:
        for _ in range(players):
            user, aria = await crowd.user(), crowd.character()
            runs = [row for week in range(20) for row in crowd.lucky(aria.id, day=crowd.today - WEEK * week)]
            await crowd.push(user, aria, *runs)
        await crowd.follow()

    await play(2)
    few = await cost(crowd)
    await play(20)
    assert await cost(crowd) == few
    assert few[0] == few[1] == 5


async def test_who_holds_how_much(crowd: Crowd) -> None:
    users = []
    for weeks in (1, 3):
        user, aria = await crowd.user(), crowd.character()
        users.append(user)
        runs = [row for week in range(weeks) for row in crowd.lucky(aria.id, day=crowd.today - WEEK * week)]
        await crowd.push(user, aria, *runs)
    await crowd.follow()
    async with crowd.database.reading() as session:
        found = [each async for each in service.players(session, "hard-lucid", epoch="1")]
        none = [each async for each in service.players(session, "hard-lucid", epoch="1", party="2")]
    assert {(each.user_id, each.n, each.items["dreamy-belt"]) for each in found} == {
        (users[0], 1, 1),
        (users[1], 3, 3),
    }
    assert none == []


async def test_what_is_not_there_is_said(crowd: Crowd) -> None:
    async with crowd.database.reading() as session:

        async def ask(boss: str = "hard-lucid", **given: str) -> None:
            await service.boss(session, crowd.catalog, boss, today=crowd.today, **given)

        with pytest.raises(NotFound):
            await ask("hard-maple")
        for epoch in ("0", "2", "x", ""):
            with pytest.raises(NotFound):
                await ask(epoch=epoch)
        for filters in ({"world": "bera"}, {"party": "4"}):
            with pytest.raises(InvalidInput):
                await ask(**filters)
        with pytest.raises(NotFound):
            await service.history(session, crowd.catalog, "hard-lucid", "genesis-badge", today=crowd.today)
        empty = await service.history(session, crowd.catalog, "hard-lucid", "dreamy-belt", today=crowd.today)
        assert (empty.months, empty.days) == ((), ())
        assert await service.overview(session, crowd.catalog, today=crowd.today, min_sample=1) == []
        nothing = await service.boss(session, crowd.catalog, "hard-lucid", today=crowd.today)
    assert (nothing.runs, nothing.since, len(nothing.items)) == (0, None, 8)
