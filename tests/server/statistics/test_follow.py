"""Following: what is taken up when, by several at once, and by one that dies half-way."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from server.accounts import service as accounts
from server.database import Database
from server.statistics import rules, service
from server.statistics.follow import follow, is_anything_due
from server.statistics.running import follow_all, keep_following
from server.statistics.tables import stat_weeks
from shared.ids import new_id
from shared.statistics.rules import Rule
from shared.statistics.verdicts import Reason, week_of
from tests.server.conftest import Clock
from tests.server.player import Desk
from tests.server.statistics import naive
from tests.server.statistics.crowd import Crowd

WEEK = timedelta(weeks=1)


async def runs(crowd: Crowd) -> int:
    async with crowd.database.reading() as session:
        return (await service.boss(session, crowd.catalog, "hard-lucid", today=crowd.today)).runs


async def check(crowd: Crowd, *in_force: Rule) -> naive.Sums:
    async with crowd.database.reading() as session:
        return await naive.check(session, crowd.catalog, crowd.today, list(in_force))


async def some_players(crowd: Crowd, count: int = 3) -> list[tuple[str, str]]:
    """Players with three clears each, and one of their characters."""
    found = []
    for _ in range(count):
        user, aria = await crowd.user(), crowd.character()
        clears = [crowd.run(aria.id, "hard-damien"), crowd.run(aria.id, day=crowd.today - WEEK)]
        await crowd.push(user, aria, *clears, *crowd.lucky(aria.id))
        found.append((user, aria.id))
    return found


async def test_only_who_says_so_is_counted_and_withdrawal_takes_everything_back(crowd: Crowd) -> None:
    user, aria = await crowd.user(shares=False), crowd.character()
    await crowd.push(user, aria, *crowd.lucky(aria.id))
    await crowd.follow()
    assert await runs(crowd) == 0
    for said, counted in (("true", 1), ("false", 0), ('"yes"', 0), ("true", 1)):
        crowd.forward(seconds=1)
        await crowd.push(user, crowd.sharing(said))
        await crowd.follow()
        assert await runs(crowd) == counted
    await check(crowd)


async def test_a_week_is_judged_once_however_much_of_it_came(crowd: Crowd) -> None:
    await crowd.follow()
    await some_players(crowd)
    assert await crowd.follow() == 1
    async with crowd.database.reading() as session:
        before = await service.state(session)
        assert not await is_anything_due(session, crowd.catalog, crowd.now)
    await crowd.follow()
    async with crowd.database.reading() as session:
        assert await service.state(session) == before


async def test_the_version_grows_with_what_is_read_only(crowd: Crowd) -> None:
    ((user, aria),) = await some_players(crowd, 1)
    await crowd.follow()
    async with crowd.database.reading() as session:
        before = await service.state(session)
    crowd.forward(hours=1)
    await crowd.change(user, "boss_runs", crowd.run(aria).id, {"note": "What a fight"})
    assert await crowd.follow() == 1
    async with crowd.database.reading() as session:
        assert await service.state(session) == before
    await crowd.change(user, "boss_runs", crowd.run(aria).id, {"deleted": 1})
    await crowd.follow()
    async with crowd.database.reading() as session:
        after = await service.state(session)
    assert (after.version, after.updated_at) == (before.version + 1, crowd.now)


async def test_a_run_of_tomorrow_counts_when_tomorrow_comes(crowd: Crowd) -> None:
    user, aria = await crowd.user(), crowd.character()
    await crowd.push(user, aria, crowd.run(aria.id, day=crowd.today + timedelta(days=1)))
    await crowd.follow()
    assert await runs(crowd) == 0
    async with crowd.database.reading() as session:
        (refused,) = (await service.mine(session, user)).refused
    assert refused.reason == Reason.IN_THE_FUTURE
    crowd.forward(days=1)
    await crowd.follow()
    assert await runs(crowd) == 1
    async with crowd.database.reading() as session:
        assert (await service.mine(session, user)).refused == ()
    await check(crowd)


async def test_a_monthly_clear_that_moves_leaves_the_week_it_was_in(crowd: Crowd) -> None:
    user, aria = await crowd.user(), crowd.character()
    crowd.forward(days=20)
    run = crowd.run(aria.id, "hard-black-mage", day=crowd.today - WEEK * 2)
    await crowd.push(user, aria, run)
    await crowd.follow()
    for weeks in (0, 1, 2):
        moved = str(crowd.today - WEEK * weeks)
        await crowd.change(user, "boss_runs", run.id, {"occurred_on": moved})
        await crowd.follow()
        found = await check(crowd)
        assert {str(day) for _, day in found.days} == {moved}


async def test_a_refused_run_that_moves_is_refused_once(crowd: Crowd) -> None:
    """Without the id of its clear it may say any period, and was in any week."""
    user, aria = await crowd.user(), crowd.character()
    run = crowd.run(aria.id, id=new_id())
    await crowd.push(user, aria, run)
    for weeks in (0, 3, 9, 1):
        day = str(crowd.today - WEEK * weeks)
        await crowd.change(user, "boss_runs", run.id, {"occurred_on": day, "reset_period": day})
        await crowd.follow()
        assert (await check(crowd)).refused == {(user, run.id): week_of(date.fromisoformat(day))}
    elsewhere = str(crowd.today - WEEK * 5)
    gone = {"deleted": 1, "occurred_on": elsewhere, "reset_period": elsewhere}
    await crowd.change(user, "boss_runs", run.id, gone)
    await crowd.follow()
    assert (await check(crowd)).refused == {}


async def test_its_author_is_told_why(crowd: Crowd) -> None:
    user, aria = await crowd.user(), crowd.character()
    wrong = crowd.lucky(aria.id, item="genesis-badge")
    ticked = crowd.run(aria.id, "hard-damien", client_version="0.9.1")
    await crowd.push(user, aria, *wrong, ticked)
    rule = Rule("bad", "This version lost drops.", client_versions=("0.9.1",))
    async with crowd.database.writing() as session:
        await rules.apply(session, rule, crowd.now)
    await crowd.follow()
    async with crowd.database.reading() as session:
        mine = await service.mine(session, user)
    assert (mine.shared, mine.quarantined) == (True, None)
    told = {each.run_id: (each.reason, each.sentence) for each in mine.refused}
    assert told == {
        wrong[0].id: ("not_in_table", "It lists an item that this boss is not known to drop."),
        ticked.id: ("rule:bad", "This version lost drops."),
    }
    async with crowd.database.writing() as session:
        await rules.quarantine(session, user, "Thirty badges in a week.", crowd.now)
    await crowd.follow()
    async with crowd.database.reading() as session:
        mine = await service.mine(session, user)
    assert (mine.quarantined, mine.refused) == ("Thirty badges in a week.", ())


async def test_consumers_at_once_lose_and_double_nothing(crowd: Crowd, address: str) -> None:
    players = await some_players(crowd, 6)
    others = [Crowd(Database(address), crowd.catalog, crowd.now) for _ in range(3)]
    done = asyncio.Event()

    async def take_up(each: Crowd) -> None:
        while not done.is_set():
            await each.follow()
            await asyncio.sleep(0)

    async def play(user: str, character: str) -> None:
        for week in range(2, 8):
            await crowd.push(user, *crowd.lucky(character, day=crowd.today - WEEK * week))

    consumers = [asyncio.create_task(take_up(each)) for each in others]
    for user, character in players:
        await play(user, character)
    done.set()
    await asyncio.gather(*consumers)
    for each in others:
        await each.database.close()
    await crowd.follow()
    assert await runs(crowd) == 6 * 8
    await check(crowd)


async def test_one_that_dies_at_any_statement_has_done_nothing(crowd: Crowd) -> None:
    class KilledError(Exception):
        """The process is gone."""

    ((user, aria), *_) = await some_players(crowd, 2)
    await crowd.follow()
    await crowd.change(user, "boss_runs", crowd.run(aria).id, {"party_size": 2})
    await crowd.push(user, *crowd.lucky(aria, day=crowd.today - WEEK * 2))
    async with crowd.database.reading() as session:
        before = await naive.kept(session)
    engine = crowd.database.engine.sync_engine
    left = deaths = 0

    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal left
        left -= not statement.startswith("BEGIN")
        if left == 0:
            raise KilledError

    event.listen(engine, "before_cursor_execute", count)
    for at in range(1, 100):
        left = at
        try:
            async with crowd.database.writing() as session:
                await follow(session, crowd.catalog, crowd.now)
            break
        except KilledError:
            deaths += 1
            async with crowd.database.reading() as session:
                assert await naive.kept(session) == before
    event.remove(engine, "before_cursor_execute", count)
    assert deaths > 20
    await check(crowd)
    assert await runs(crowd) == 5


async def test_an_account_goes_with_all_it_contributed(
    app: FastAPI, client: httpx.AsyncClient, desk: Desk, clock: Clock
) -> None:
    crowd = Crowd(app.state.database, now=clock())
    await some_players(crowd, 2)
    await crowd.follow()
    leaving = await desk.desktop("aria")
    aria = crowd.character()
    await crowd.push(leaving.user_id, aria, *crowd.lucky(aria.id), crowd.sharing("true"))
    await crowd.follow()
    assert await runs(crowd) == 5
    answer = await client.delete("/api/auth/me", params={"confirm": "aria"}, headers=leaving.headers)
    assert answer.status_code == 204
    assert await runs(crowd) == 4
    await check(crowd)


async def test_the_database_refuses_to_lose_a_contributor(crowd: Crowd) -> None:
    """Whoever deletes a user without taking their share back is told, instead of everybody reading wrong sums."""
    ((user, _),) = await some_players(crowd, 1)
    await crowd.follow()
    with pytest.raises(IntegrityError):
        async with crowd.database.writing() as session:
            await accounts.delete_user(session, user)


async def test_it_goes_on_by_itself_until_told_to_stop(crowd: Crowd, logged: list[Any]) -> None:
    """A turn that fails is told and tried again."""
    stop = asyncio.Event()
    await some_players(crowd, 2)
    turns = 0

    def now() -> datetime:
        nonlocal turns
        turns += 1
        if turns == 1:
            raise RuntimeError("not yet")
        stop.set()
        return crowd.now

    async with asyncio.timeout(30):
        await keep_following(crowd.database, now, stop)
    assert [line["event"] for line in logged if line["log_level"] == "error"] == ["follow_failed"]
    assert await runs(crowd) == 4
    await check(crowd)


async def test_more_players_than_one_transaction_takes(crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.statistics.follow.MOST_USERS", 4)
    monkeypatch.setattr("server.statistics.follow.MOST_WEEKS", 3)
    await crowd.follow()
    await some_players(crowd, 7)
    # Two weeks each: one player at a time.
    assert await crowd.follow() == 7
    await follow_all(crowd.database, lambda: crowd.now)
    async with crowd.database.reading() as session:
        assert len((await session.execute(select(stat_weeks))).all()) == 14
    await check(crowd)
