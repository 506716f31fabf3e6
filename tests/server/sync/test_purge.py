"""Old tombstones go, and whoever never heard of them fetches everything anew without losing what it entered."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from desktop.storage.tables import SYNCED as LOCAL
from desktop.sync.journal import problems
from desktop.sync.session import FixedToken
from desktop.sync.verify import ComparedStore, Verified, verify
from server.accounts.keys import Keys
from server.database import Database
from server.settings import Settings, secret_key
from server.sync.purge import KEPT, MARK, PURGE, mark, purge
from server.sync.tables import SYNCED, sync_marks, sync_users
from shared.ids import new_id
from tests.server.conftest import Clock
from tests.server.player import Desk, Signed, sign_in
from tests.server.sync.machine import Machine as Hand
from tests.server.sync.machine import clear
from tests.server.sync.test_desktops import (  # noqa: F401 - fixtures
    Machine,
    alike,
    catalog,
    machine,
    served,
    settings,
    settle,
    token,
)

YEAR = timedelta(days=366)


class Night:
    """The jobs, when the test says so."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def mark(self) -> None:
        await self._do(mark)

    async def purge(self) -> None:
        await self._do(purge)

    async def _do(self, job: Callable[[AsyncSession, datetime], Awaitable[None]]) -> None:
        async with self._database.writing() as session:
            await job(session, self._clock())

    async def stored(self, name: str) -> set[str]:
        """The ids of every row of a table."""
        async with self._database.reading() as session:
            return set((await session.execute(select(SYNCED[name].c.id))).scalars())

    async def figure(self, column: Any) -> int:
        async with self._database.reading() as session:
            found: int = (await session.execute(select(column))).scalar_one()
            return found


@pytest.fixture
async def player(desk: Desk) -> Signed:
    return await desk.desktop("aria")


@pytest.fixture
def hand(client: httpx.AsyncClient, player: Signed, clock: Clock) -> Hand:
    return Hand(client, player.headers, round(clock().timestamp() * 1000))


@pytest.fixture
def night(app: FastAPI, clock: Clock) -> Night:
    return Night(app.state.database, clock)


async def again(hand: Hand, desk: Desk, clock: Clock) -> None:
    """Time has passed: the machine's clock goes on and it signs in again."""
    hand._headers = (await desk.desktop("aria")).headers
    hand.now_ms = round(clock().timestamp() * 1000)


async def test_a_tombstone_goes_180_days_after_the_night_it_was_seen(
    hand: Hand, night: Night, clock: Clock, desk: Desk
) -> None:
    kept, buried = hand.character(), hand.character()
    await hand.push(kept, buried)
    await hand.push(hand.mutation("update", "characters", buried["id"], deleted=1))
    await night.mark()
    clock.forward(days=179)
    await again(hand, desk, clock)
    late = hand.character()
    await hand.push(late)
    await hand.push(hand.mutation("update", "characters", late["id"], deleted=1))
    await night.mark()
    await night.purge()
    assert await night.stored("characters") == {kept["id"], buried["id"], late["id"]}
    clock.forward(days=1)
    await night.purge()
    assert await night.stored("characters") == {kept["id"], late["id"]}
    assert await night.figure(sync_users.c.purge_seq) == 3
    clock.forward(days=179)
    await night.purge()
    assert await night.stored("characters") == {kept["id"]}
    assert await night.figure(sync_users.c.purge_seq) == 5
    assert await night.figure(func.count(sync_marks.c.head)) == 0
    # What lives is as it was.
    await again(hand, desk, clock)
    await hand.catch_up()
    assert {row_id for _, row_id in hand.rows} == {kept["id"]}


async def test_who_has_heard_of_them_pulls_on_and_who_has_not_fetches_all(
    hand: Hand, night: Night, clock: Clock, desk: Desk, client: httpx.AsyncClient, player: Signed
) -> None:
    rows = [hand.character() for _ in range(4)]
    await hand.push(*rows)
    asleep = Hand(client, player.headers, hand.now_ms)
    await asleep.catch_up()
    await hand.push(hand.mutation("update", "characters", rows[0]["id"], deleted=1))
    await hand.catch_up()
    await night.mark()
    clock.forward(days=200)
    await night.purge()
    await again(hand, desk, clock)
    await again(asleep, desk, clock)
    assert (await hand.pull()).status_code == 200
    refused = await asleep.pull()
    assert (refused.status_code, refused.json()["type"].rsplit(":", 1)[1]) == (410, "resync-required")
    compared = await client.post(
        "/api/sync/rows",
        json={"epoch": asleep.epoch, "cursor": asleep.cursor, "tables": {"characters": {"buckets": [0]}}},
        headers=asleep._headers,
    )
    assert compared.status_code == 410
    # A full pull that was begun before the purge is refused half-way; one begun now is not.
    assert (await asleep.pull(full=True, cursor=2, purge=0)).status_code == 410
    assert (await asleep.pull(full=True, cursor=2, purge=5)).status_code == 200
    fresh = Hand(client, asleep._headers, hand.now_ms)
    await fresh.catch_up()
    assert {row_id for _, row_id in fresh.rows} == {row["id"] for row in rows[1:]}
    # An edit of what is gone is told so, and making it anew is no problem.
    answer = await asleep.push(asleep.mutation("update", "characters", rows[0]["id"], name="Late"))
    assert answer.json()["results"][0]["code"] == "unknown_row"
    assert (await asleep.push(asleep.character(rows[0]["id"]))).json()["results"][0]["status"] == "applied"


async def test_no_orphans_are_made(hand: Hand, night: Night, clock: Clock) -> None:
    """A run logged offline for a character that was deleted meanwhile keeps its tombstone."""
    full, empty = hand.character(), hand.character()
    await hand.push(full, empty)
    run, gone = clear(hand, full["id"], "2026-03-05"), clear(hand, empty["id"], "2026-03-05")
    await hand.push(run, gone)
    await hand.push(
        *(hand.mutation("update", "characters", each["id"], deleted=1) for each in (full, empty)),
        hand.mutation("update", "boss_runs", gone["id"], deleted=1),
    )
    await night.mark()
    clock.forward(days=181)
    await night.purge()
    assert await night.stored("characters") == {full["id"]}
    assert await night.stored("boss_runs") == {run["id"]}


async def test_users_are_looked_after_some_at_a_time(
    night: Night,
    clock: Clock,
    desk: Desk,
    client: httpx.AsyncClient,
    app: FastAPI,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("server.sync.purge._USERS", 2)
    for name in ("aria", "brin", "cleo"):
        signed = await desk.desktop(name)
        machine = Hand(client, signed.headers, round(clock().timestamp() * 1000))  # noqa: F811
        made = machine.character(new_id())
        await machine.push(made)
        await machine.push(machine.mutation("update", "characters", made["id"], deleted=1))
    await night.mark()
    await night.mark()
    assert await night.figure(func.count(sync_marks.c.head)) == 3
    clock.forward(days=180)
    assert (KEPT, len({MARK.name, PURGE.name})) == (timedelta(days=180), 2)
    left = []
    for _ in range(3):
        await night.purge()
        left.append(len(await night.stored("characters")))
    assert left == [1, 0, 0]


async def test_it_does_not_hold_up_pushes_of_others_and_loses_none(
    night: Night, clock: Clock, desk: Desk, client: httpx.AsyncClient, hand: Hand
) -> None:
    """A push of the same user waits for the lock, and both are done."""
    old = hand.character()
    await hand.push(old)
    await hand.push(hand.mutation("update", "characters", old["id"], deleted=1))
    await night.mark()
    clock.forward(days=180)
    await again(hand, desk, clock)
    made = [hand.character() for _ in range(8)]
    _, *answers = await asyncio.gather(night.purge(), *(hand.push(each) for each in made))
    assert [answer.json()["results"][0]["status"] for answer in answers] == ["applied"] * 8
    assert await night.stored("characters") == {each["id"] for each in made}


# A desktop that slept a year


def sign_in_again(settings: Settings, clock: Clock, *machines: Machine) -> None:  # noqa: F811
    """Tokens of a year ago are none."""

    async def run() -> Signed:
        database = Database(settings.address)
        signed = await sign_in(database, Keys(secret_key(settings)), clock())
        await database.close()
        return signed

    for each in machines:
        each.client._credentials = FixedToken(asyncio.run(run()).tokens.access_token)


def nightly(settings: Settings, clock: Clock, job: Callable[[Night], Awaitable[None]]) -> None:  # noqa: F811
    async def run() -> None:
        database = Database(settings.address)
        await job(Night(database, clock))
        await database.close()

    asyncio.run(run())


def test_a_desktop_a_year_asleep_keeps_what_it_entered(
    machine: Callable[..., Machine],  # noqa: F811
    settings: Settings,  # noqa: F811
    clock: Clock,
) -> None:
    one, asleep = machine("one"), machine("asleep")
    aria = one.services.characters.create("Aria", "kronos")[1]
    brin = one.services.characters.create("Brin", "kronos")[1]
    one.services.runs.tick(brin, "hard-lucid")
    settle(one, asleep)
    alike(one, asleep)
    one.services.characters.remove(brin)
    settle(one)
    nightly(settings, clock, Night.mark)
    # Just before it sleeps, something is entered here: of one that stays, of one that will be gone, and a new one.
    with asleep.database.write() as writing:
        writing.tx.update(LOCAL["characters"], aria, level=290)
        writing.tx.update(LOCAL["characters"], brin, name="Brinna")
    asleep.services.characters.create("Cleo", "kronos")
    clock.now += YEAR
    nightly(settings, clock, Night.purge)
    sign_in_again(settings, clock, asleep, one)
    settle(asleep, one)
    # Who heard of it keeps the tombstone; what lives is the same everywhere.
    for each in (asleep, one):
        assert each.store.waiting() == 0
        assert verify(ComparedStore(each.database), each.client) == Verified(alike=True)
    assert {(each.name, each.level) for each in asleep.services.characters.all()} == {
        ("Aria", 290),
        ("Cleo", None),
    }
    texts = {(each.reason, str(each.fields.get("name"))) for each in problems(asleep.database)}
    assert ("unknown_row", "Brinna") in texts
    assert not asleep.database.peek("SELECT 1 FROM boss_runs WHERE character_id = ? AND deleted = 0", (brin,))
