"""What an app synced, as a source of metrics."""

import json
from typing import Any

import pytest
from fastapi import FastAPI

from server.catalog import service as catalog
from server.sources.companion import Companion
from server.sources.source import Known, NotFoundThere
from shared.clans.metrics import SourceKind
from shared.economy.ledger import COINS, EXPERIENCE, issue
from shared.ids import new_id
from tests.server.player import Desk
from tests.server.rest import Player, join, statements
from tests.server.sync.machine import Machine


def _source(app: FastAPI) -> Companion:
    return Companion(app.state.database, catalog.read())


def _known(player: Player, character: str) -> Known:
    return Known("a", SourceKind.COMPANION, character, "Old name", player.signed.user_id)


async def _earn(machine: Machine, *amounts: int, legs: Any = None) -> None:
    for amount in amounts:
        fields: dict[str, Any] = {
            "kind": "run_reward",
            "cause": f"run:{new_id()}",
            "turn": 0,
            "at": "2026-03-05T18:00:00+00:00",
            "legs": json.dumps(legs or [*issue(COINS, 5), *issue(EXPERIENCE, amount)]),
            "reference": "{}",
        }
        answer = await machine.push(machine.mutation("insert", "ledger_transactions", new_id(), **fields))
        assert not answer.json().get("rejected"), answer.text


async def test_level_kills_and_the_players_experience(app: FastAPI, desk: Desk) -> None:
    player = await join(desk)
    main = await player.character("Aria", level=281, job="phantom", is_main=True)
    other = await player.character("Bell", world="scania")
    machine = player.machine()
    await machine.catch_up()
    await _earn(machine, 25, 40)
    for wrong in ("no legs", [["experience", 5]], [["user:experience", 1e300]], [[":experience", None]]):
        await _earn(machine, 0, legs=wrong)
    first = await player.run(main)
    await player.run(main, "normal-zakum")
    await player.run(main, "hard-lotus", cleared=False)
    await player.run(other, "hard-lotus")
    found = await _source(app).fetch(_known(player, main))
    bosses = {f"kc.{entry}": 0 for entry in catalog.read().bosses}
    assert found.metrics == {
        **bosses,
        "kc.hard-lucid": 1,
        "kc.normal-zakum": 1,
        "level.total": 281,
        "xp.companion": 65,
    }
    assert (found.key, found.name) == (main, "Aria")
    assert found.details == {"world": "Kronos", "job": "Phantom"}
    # The experience is the player's: it counts once, with their main character.
    found = await _source(app).fetch(_known(player, other))
    assert found.metrics == {**bosses, "kc.hard-lotus": 1}
    assert found.details == {"world": "Scania"}
    assert (await player.ask("DELETE", f"/tracking/boss-runs/{first['id']}")).status_code == 204
    assert (await _source(app).fetch(_known(player, main))).metrics["kc.hard-lucid"] == 0


async def test_a_deleted_character_and_another_players_are_not_there(app: FastAPI, desk: Desk) -> None:
    player, stranger = await join(desk), await join(desk, "bell")
    character = await player.character("Aria")
    with pytest.raises(NotFoundThere):
        await _source(app).fetch(_known(stranger, character))
    assert (await player.ask("DELETE", f"/characters/{character}")).status_code == 204
    with pytest.raises(NotFoundThere, match="deleted"):
        await _source(app).fetch(_known(player, character))


async def test_however_much_was_logged_it_takes_three_questions(app: FastAPI, desk: Desk) -> None:
    player = await join(desk)
    character = await player.character("Aria", is_main=True)
    for boss in ("hard-lucid", "hard-lotus", "normal-zakum"):
        await player.run(character, boss)
    with statements(desk) as seen:
        await _source(app).fetch(_known(player, character))
    assert len([each for each in seen if each.startswith("SELECT")]) == 3
