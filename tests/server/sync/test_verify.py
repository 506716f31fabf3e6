"""What was damaged behind sync's back, on either side, is found by comparing and mended without asking anybody."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from desktop.services.runs import RunDraft
from desktop.storage.tables import SYNCED
from desktop.sync.verify import ComparedStore, Verified, verify
from server.database import Database
from server.settings import Settings
from server.sync.tables import SYNCED as SERVER_TABLES
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

Make = Callable[..., Machine]


class Wire(httpx.BaseTransport):
    """Remembers what was asked."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.paths: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path.removeprefix("/api/sync/"))
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def compared(each: Machine) -> Verified:
    """Compare, and what each question was."""
    return verify(ComparedStore(each.database), each.client)


def edit(each: Machine, character: str, **fields: object) -> None:
    """What a player does to a character of theirs."""
    with each.database.write() as writing:
        writing.tx.update(SYNCED["characters"], character, **fields)


def locally(each: Machine, statement: str) -> None:
    """A hand in the local database."""
    with closing(sqlite3.connect(each.database.path)) as connection:
        connection.execute(statement)
        connection.commit()


def on_the_server(settings: Settings, *statements: str) -> None:  # noqa: F811
    """A hand in the server's database, which its guards do not see."""

    async def run() -> None:
        database = Database(settings.address)
        async with database.writing() as session:
            for statement in statements:
                await session.execute(text(statement))
        await database.close()

    asyncio.run(run())


@pytest.fixture
def pair(machine: Make) -> tuple[Machine, Machine]:  # noqa: F811
    """Two machines of a player with runs, coins and a roll, alike."""
    one, two = machine("one"), machine("two")
    aria = one.services.characters.create("Aria", "kronos", job="bishop", level=280)[1]
    for boss in ("hard-lucid", "hard-damien", "chaos-vellum"):
        one.services.runs.log(RunDraft(aria, boss, one.services.runs.today(), note="As it was"))
    one.services.wallet.claim_daily()
    settle(one, two)
    alike(one, two)
    return one, two


def test_where_nothing_differs_one_question_is_asked(pair: tuple[Machine, Machine]) -> None:
    one, _ = pair
    wire = Wire(one.client._connection._http._transport)
    one.client._connection._http._transport = wire
    assert compared(one) == Verified(alike=True)
    assert wire.paths == ["pull", "digest"]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE boss_runs SET note = 'Damaged'",
        "DELETE FROM boss_runs",
        "DELETE FROM characters",
        "DELETE FROM boss_runs; DELETE FROM sync_rows",
        "UPDATE characters SET deleted = 1",
        "UPDATE characters SET level = NULL",
    ],
)
def test_damage_here_is_mended_from_the_server(pair: tuple[Machine, Machine], damage: str) -> None:
    one, two = pair
    for statement in damage.split("; "):
        locally(one, statement)
    one.sync()
    assert one.rows() != two.rows()
    found = compared(one)
    assert found.alike
    assert found.taken > 0
    assert found.again == 0
    settle(one, two)
    alike(one, two)


def test_rows_the_server_lost_are_sent_again(pair: tuple[Machine, Machine], settings: Settings) -> None:  # noqa: F811
    one, two = pair
    before = one.rows()
    on_the_server(settings, "DELETE FROM boss_runs", "DELETE FROM ledger_transactions")
    found = compared(one)
    assert found.alike
    assert found.again == len(before["boss_runs"]) + len(before["ledger_transactions"])
    settle(one, two)
    alike(one, two)
    assert one.rows() == before


def test_a_row_the_server_has_in_an_older_state_is_sent_again(
    pair: tuple[Machine, Machine],
    settings: Settings,  # noqa: F811
    clock: Any,
) -> None:
    one, two = pair
    (aria,) = one.services.characters.all()
    clock.forward(minutes=1)
    edit(one, aria.id, level=285)
    settle(one, two)
    _back_to(settings, "level", 280)
    found = compared(one)
    settle(one, two)
    alike(one, two)
    assert found.again == 1
    assert [each.level for each in two.services.characters.all()] == [285]


def _back_to(settings: Settings, field: str, value: int) -> None:  # noqa: F811
    """Take an edit of a character back on the server, stamp and all."""

    async def run() -> None:
        database = Database(settings.address)
        table = SERVER_TABLES["characters"]
        async with database.writing() as session:
            (row,) = (await session.execute(select(table))).mappings()
            stamps = json.loads(row["clk"])
            # Under its old place, which the guard would not let an UPDATE keep.
            await session.execute(table.delete())
            older = {field: value, "clk": json.dumps({"": stamps["name"]})}
            await session.execute(table.insert().values({**row, **older}))
        await database.close()

    asyncio.run(run())


def test_what_is_damaged_on_the_server_alone_is_the_same_everywhere(
    pair: tuple[Machine, Machine],
    settings: Settings,  # noqa: F811
) -> None:
    """Which of two values under one stamp is right nobody can tell; that all show the same is what counts."""
    one, two = pair
    on_the_server(
        settings,
        "UPDATE boss_runs SET note = 'Damaged', seq = seq + 1000",
        "UPDATE sync_users SET head = head + 1000",
    )
    assert compared(one).alike
    assert compared(two).alike
    settle(one, two)
    alike(one, two)


def test_what_waits_to_be_sent_is_never_given_up(
    pair: tuple[Machine, Machine],
    settings: Settings,  # noqa: F811
) -> None:
    """Edits made between the comparison and the mending lie over what is taken."""
    one, two = pair
    store = ComparedStore(one.database)
    (aria,) = one.services.characters.all()
    places = list(range(64))
    theirs = one.client.rows(store.position(), "characters", places)
    edit(one, aria.id, name="Ariadne")
    locally(one, "UPDATE characters SET level = 1")
    assert store.mend("characters", places, theirs).taken == 1
    assert [(each.name, each.level) for each in one.services.characters.all()] == [("Ariadne", 280)]
    assert store.waiting() == 1
    # Nothing is read into a row that is only here: nobody was told of it yet.
    one.services.characters.create("Brin", "kronos")
    assert store.mend("characters", places, theirs).again == 0
    settle(one, two)
    alike(one, two)
    assert {each.name for each in two.services.characters.all()} == {"Ariadne", "Brin"}


def test_so_many_that_the_player_is_asked_come_by_a_full_pull(pair: tuple[Machine, Machine]) -> None:
    one, _ = pair
    store = ComparedStore(one.database)
    for number in range(50):
        one.services.characters.create(f"C{number}", "kronos")
    one.sync()
    places = list(range(64))
    theirs = [
        replace(row, values={**row.values, "deleted": 1})
        for row in one.client.rows(store.position(), "characters", places)
    ]
    assert store.mend("characters", places, theirs).taken == 0
    assert len(one.services.characters.all()) == 51
    assert store.position().cursor == 0
    assert compared(one).alike
    assert len(one.services.characters.all()) == 51


def test_pages_fetched_in_pieces_are_all_applied(
    pair: tuple[Machine, Machine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.sync.verify._AT_ONCE", 1)
    one, two = pair
    for name in SYNCED:
        if name not in {"ledger_transactions", "lootbox_rolls"}:
            locally(one, f"DELETE FROM {name}")
    assert compared(one).alike
    alike(one, two)
