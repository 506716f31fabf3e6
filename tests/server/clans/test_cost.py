"""What the database is asked for the pages people look at: as much for a large clan as for a small one."""

from datetime import timedelta

import pytest

from server.clans import roster, service
from server.contests import service as contests
from server.database import Database
from server.progress import recording
from server.settings import Settings
from shared.api.clans import NamedAccount
from shared.clans.roles import Role
from tests.server.clans.players import Clan, found
from tests.server.clans.things import contest, form
from tests.server.conftest import Clock, Configure
from tests.server.player import Desk
from tests.server.rest import statements

LARGE = 100


@pytest.fixture
def settings(configure: Configure, sqlite_address: str) -> Settings:
    return configure(database_url=sqlite_address, rate_user="1000000/minute", rate_address="1000000/minute")


async def _follow(desk: Desk, clan: Clan, first: int, number: int) -> None:
    """Accounts that have gained something since an hour ago."""
    database: Database = desk.app.state.database
    async with database.writing() as session:
        leader = await service.standing(session, clan.id, clan.leader.signed.user_id)
        names = [NamedAccount(name=f"n{each}") for each in range(first, first + number)]
        for place, member in enumerate(await roster.add_named(session, leader, names, desk.now())):
            at = desk.now() - timedelta(hours=1)
            await recording.record(session, member.account.id, {"xp.total": place, "kc.zulrah": 1}, at)
            at += timedelta(minutes=30)
            await recording.record(session, member.account.id, {"xp.total": 2 * place}, at)


async def _asked(desk: Desk, clan: Clan, paths: list[str]) -> dict[str, int]:
    asked = {}
    for path in paths:
        with statements(desk) as seen:
            if path.startswith("/"):
                assert (await desk.client.get(path)).status_code == 200
            else:
                await clan.leader.get(clan.path(path))
        asked[path] = len(seen)
    return asked


async def test_a_large_clan_asks_no_more_than_a_small_one(desk: Desk) -> None:
    clan = await found(desk)
    await _follow(desk, clan, 0, 2)
    contest_id = await contest(clan, desk, "active")
    ended = await contest(clan, desk, "ended")
    paths = [
        "board", "panels", "metrics", "members", "people", "log", "contests", "snapshots", "webhooks",
        f"contests/{contest_id}/standings", f"contests/{ended}/standings", f"contests/{contest_id}/receipts",
        f"/clans/{clan.id}", f"/contests/{ended}",
    ]  # fmt: skip
    await _asked(desk, clan, paths)
    small = await _asked(desk, clan, paths)
    await _follow(desk, clan, 2, LARGE)
    for status in ("draft", "active", "ended") * 5:
        await contest(clan, desk, status)
    assert await _asked(desk, clan, paths) == small
    assert max(small.values()) <= 15, small


async def test_a_start_gives_everybody_their_tickets_in_a_few_statements(desk: Desk, clock: Clock) -> None:
    clan = await found(desk)
    await _follow(desk, clan, 0, 5)
    asked = []
    for number in (0, LARGE):
        await _follow(desk, clan, 5, number)
        start = clock().replace(microsecond=0)
        end = start + timedelta(days=1)
        given = {"start_time": start.isoformat(), "end_time": end.isoformat(), "title": f"With {number}"}
        draft = (await clan.leader.post(clan.path("contests"), **form(desk, **given)))["id"]
        async with desk.app.state.database.writing() as session:
            leader = await service.standing(session, clan.id, clan.leader.signed.user_id, Role.LEADER)
            with statements(desk) as seen:
                await contests.start(session, leader, draft, desk.app.state.draws, clock())
        asked.append(len(seen))
    assert asked[0] == asked[1] < 25
