"""Changes made on the server itself reach every machine, lose to later edits, and never step on each other."""

import asyncio
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from server.sync import reading
from server.sync.editing import Edit, user_writer
from server.sync.tables import sync_clamps, sync_users
from shared.errors import Conflict, InvalidInput, NotFound
from shared.ids import new_id
from shared.sync.stamps import milliseconds
from shared.sync.wire import MAX_MUTATIONS
from tests.server.conftest import Clock
from tests.server.player import Desk
from tests.server.rest import Player, join
from tests.server.sync.machine import FIELDS, clear


@pytest.fixture
async def aria(desk: Desk) -> Player:
    return await join(desk)


async def _write(app: FastAPI, player: Player, clock: Clock, *edits: Edit) -> None:
    async with app.state.database.writing() as session:
        writer = await user_writer(session, player.signed.user_id, clock())
        await writer.write(edits)


async def test_a_row_made_here_is_pulled_and_edited_offline_elsewhere(
    app: FastAPI, aria: Player, clock: Clock
) -> None:
    row_id = new_id()
    await _write(app, aria, clock, Edit("characters", row_id, FIELDS))
    desktop = aria.machine()
    await desktop.catch_up()
    assert desktop.rows["characters", row_id]["name"] == "Aria"
    # Of two edits of one field the later wins, whoever pushes first; other fields stand side by side.
    desktop.now_ms += 1_000
    early = desktop.mutation("update", "characters", row_id, name="Offline", level=280)
    clock.forward(seconds=10)
    await _write(app, aria, clock, Edit("characters", row_id, {"name": "Here"}))
    assert (await desktop.push(early)).json()["results"][0]["lost"] == ["name"]
    desktop.now_ms += 60_000
    await desktop.push(desktop.mutation("update", "characters", row_id, job="bishop"))
    await desktop.catch_up()
    row = desktop.rows["characters", row_id]
    assert (row["name"], row["level"], row["job"]) == ("Here", 280, "bishop")


async def test_an_edit_here_is_later_than_whatever_the_server_has_seen(
    app: FastAPI, aria: Player, clock: Clock
) -> None:
    desktop = aria.machine()
    desktop.now_ms += 50_000
    made = desktop.character()
    await desktop.push(made)
    await _write(app, aria, clock, Edit("characters", made["id"], {"name": "Later"}))
    await desktop.catch_up()
    assert desktop.rows["characters", made["id"]]["name"] == "Later"
    async with app.state.database.reading() as session:
        (greatest,) = (await session.execute(select(sync_users.c.max_stamp))).scalars()
        assert greatest > made["mid"]
        assert milliseconds(greatest) == milliseconds(made["mid"])


async def test_a_server_whose_clock_went_back_still_edits_and_remembers_no_clamp(
    app: FastAPI, aria: Player, clock: Clock
) -> None:
    row_id = new_id()
    await _write(app, aria, clock, Edit("characters", row_id, FIELDS))
    clock.forward(hours=-2)
    await _write(
        app,
        aria,
        clock,
        Edit("characters", row_id, {"name": "Still"}),
        Edit("characters", new_id(), {**FIELDS, "name": "New"}),
    )
    async with app.state.database.reading() as session:
        rows = await reading.rows(session, aria.signed.user_id, "characters")
        assert (await session.execute(select(sync_clamps))).all() == []
    assert {row.values["name"] for row in rows} == {"Still", "New"}


async def test_what_is_so_already_is_no_change(app: FastAPI, aria: Player, clock: Clock) -> None:
    row_id = new_id()
    for _ in range(2):
        await _write(app, aria, clock, Edit("characters", row_id, FIELDS))
    await _write(app, aria, clock, Edit("characters", new_id(), bury=True))
    async with app.state.database.reading() as session:
        assert list((await session.execute(select(sync_users.c.head))).scalars()) == [1]


async def test_a_buried_row_comes_back_under_its_id(app: FastAPI, aria: Player, clock: Clock) -> None:
    row_id = new_id()
    await _write(app, aria, clock, Edit("characters", row_id, {**FIELDS, "level": 200}))
    await _write(app, aria, clock, Edit("characters", row_id, bury=True))
    async with app.state.database.reading() as session:
        with pytest.raises(NotFound):
            await reading.get(session, aria.signed.user_id, "characters", row_id)
    await _write(app, aria, clock, Edit("characters", row_id, {**FIELDS, "name": "Back"}))
    async with app.state.database.reading() as session:
        row = await reading.get(session, aria.signed.user_id, "characters", row_id)
    assert (row.values["name"], row.values["level"]) == ("Back", 200)


async def test_refusals_are_of_the_family_and_leave_nothing(app: FastAPI, aria: Player, clock: Clock) -> None:
    good = Edit("characters", new_id(), FIELDS)
    orphan = {"run_id": new_id(), "item": "dreamy-belt", "quantity": 1}
    run = clear(aria.machine(), new_id(), "2026-03-05")
    for edit, error in (
        (Edit("characters", new_id(), {**FIELDS, "name": "A\0ria"}), InvalidInput),
        (Edit("boss_runs", run["id"], run["set"]), NotFound),
        (Edit("boss_run_drops", new_id(), orphan), Conflict),
    ):
        with pytest.raises(error):
            await _write(app, aria, clock, good, edit)
    async with app.state.database.reading() as session:
        assert await reading.rows(session, aria.signed.user_id, "characters") == []


async def test_a_text_that_no_natural_key_could_hold_is_refused_not_fallen_over(aria: Player) -> None:
    desktop = aria.machine()
    setting = desktop.mutation("insert", "settings", new_id(), key="a\x1fb", value="1")
    character = desktop.character(name="Prose\x1fmay")
    answer = (await desktop.push(setting, character)).json()["results"]
    assert [(each["status"], each.get("code")) for each in answer] == [
        ("rejected", "bad_type"),
        ("applied", None),
    ]


async def test_more_edits_than_a_push_takes_are_written_in_one_transaction(
    app: FastAPI, aria: Player, clock: Clock
) -> None:
    edits = [
        Edit("characters", new_id(), {**FIELDS, "position": place}) for place in range(MAX_MUTATIONS + 5)
    ]
    await _write(app, aria, clock, *edits)
    desktop = aria.machine()
    await desktop.catch_up()
    assert len(desktop.rows) == desktop.cursor == len(edits)
    bad = Edit("characters", new_id(), {**FIELDS, "level": "high"})
    with pytest.raises(InvalidInput):
        await _write(app, aria, clock, *(Edit(edit.table, edit.id, bury=True) for edit in edits), bad)
    async with app.state.database.reading() as session:
        assert len(await reading.rows(session, aria.signed.user_id, "characters")) == len(edits)


async def test_pages_by_a_field_meet_without_gap_or_repeat(app: FastAPI, aria: Player, clock: Clock) -> None:
    days = [clock() - timedelta(days=number // 3) for number in range(20)]
    edits = [Edit("characters", new_id(), {**FIELDS, "created_at": day.isoformat()}) for day in days]
    await _write(app, aria, clock, *edits)
    async with app.state.database.reading() as session:
        seen: list[str] = []
        after = None
        while True:
            page = reading.Page("created_at", 7, after)
            rows = await reading.rows(session, aria.signed.user_id, "characters", None, page)
            if not rows:
                break
            seen += [row.id for row in rows]
            after = (str(rows[-1].values["created_at"]), rows[-1].id)
    assert len(seen) == 20
    assert set(seen) == {edit.id for edit in edits}


async def test_eight_writers_lose_nothing(desk: Desk) -> None:
    """By hand and by push at once, while somebody pulls."""
    aria = await join(desk)
    made = await asyncio.gather(*(aria.character(f"Hero {number}") for number in range(8)))
    runs = await asyncio.gather(
        *(aria.run(character, boss) for character in made for boss in ("hard-lucid", "hard-damien"))
    )
    desktop = aria.machine()
    desktop.now_ms += 1_000
    more = [desktop.character(name=f"Pushed {number}") for number in range(8)]

    async def push() -> None:
        for each in more:
            answer = await desktop.push(each)
            assert answer.json()["results"][0]["status"] == "applied"

    async def note(run: dict[str, str]) -> None:
        answer = await aria.ask("POST", f"/tracking/boss-runs/{run['id']}/drops", {"item_id": "dreamy-belt"})
        assert answer.status_code == 201, answer.text

    puller = aria.machine()
    pushing = asyncio.gather(push(), *(note(run) for run in runs))
    while not pushing.done():
        await puller.catch_up(3)
        await asyncio.sleep(0)
    await pushing
    await puller.catch_up(3)
    tables = [name for name, _ in puller.rows]
    assert {name: tables.count(name) for name in set(tables)} == {
        "characters": 16,
        "boss_runs": 16,
        "boss_run_drops": 16,
    }
    assert all(row["drop_note"] == "list" for (name, _), row in puller.rows.items() if name == "boss_runs")
    assert len([row for row in puller.rows.values() if row.get("is_main")]) == 1
