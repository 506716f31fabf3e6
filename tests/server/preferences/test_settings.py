"""The settings a player's machines share: a few keys, and only what can be worn."""

import json
from typing import Any

import pytest

from server.catalog import service as catalog
from shared.ids import new_id, setting_id
from shared.preferences import KEYS
from shared.statistics import SHARE
from tests.server.player import Desk
from tests.server.rest import Player, join, slug

ACCENT = "/settings/cosmetic.accent"


@pytest.fixture
async def aria(desk: Desk) -> Player:
    return await join(desk)


def _cosmetic(kind: str) -> str:
    return next(slug for slug, each in catalog.read().economy.cosmetics.items() if each.kind == kind)


async def _buy(aria: Player, gives: str) -> str:
    desktop = aria.machine()
    row_id = new_id()
    fields: dict[str, Any] = {"item": gives, "name": gives, "gives": gives, "pieces": 1, "price": "{}"}
    bought = desktop.mutation("insert", "purchases", row_id, bought_at="2026-03-05T18:00:00Z", **fields)
    assert (await desktop.push(bought)).json()["results"][0]["status"] == "applied"
    return row_id


async def test_what_is_owned_can_be_worn_and_taken_off(aria: Player) -> None:
    accent = _cosmetic("accent")
    unset = [{"key": key, "value": None} for key in KEYS]
    assert await aria.get("/settings") == {"items": unset}
    assert slug(await aria.ask("PUT", ACCENT, {"value": accent})) == (409, "conflict")
    await _buy(aria, accent)
    worn = await aria.ask("PUT", ACCENT, {"value": accent})
    assert worn.json() == await aria.get(ACCENT) == {"key": "cosmetic.accent", "value": accent}
    desktop = aria.machine()
    await desktop.catch_up()
    assert desktop.rows["settings", setting_id("cosmetic.accent")]["value"] == json.dumps(accent)
    for _ in range(2):
        off = await aria.ask("PUT", ACCENT, {"value": None})
        assert (off.status_code, off.json()["value"]) == (200, None)
    assert await aria.get("/settings") == {"items": unset}


async def test_what_was_won_is_owned_and_a_duplicate_paid_out_is_not(aria: Player) -> None:
    accent = _cosmetic("accent")
    desktop = aria.machine()
    seed = desktop.mutation(
        "insert", "lootbox_seeds", new_id(), commitment="c", secret="s", begun_at="2026-03-05T18:00:00Z"
    )

    def roll(**given: object) -> dict[str, Any]:
        fields: dict[str, object] = {
            "seed_id": seed["id"],
            "client_seed": "x",
            "table_hash": "h",
            "box": "bronze",
            "prize": "p",
            "kind": "cosmetic",
            "thing": accent,
            "at": "2026-03-05T18:00:00Z",
        }
        numbers = dict.fromkeys(("nonce", "pity", "level", "rarity", "amount", "cost"), 1)
        return desktop.mutation("insert", "lootbox_rolls", new_id(), **{**fields, **numbers, **given})

    answer = (await desktop.push(seed, roll(duplicate_coins=50), roll(kind="coins"))).json()
    assert {result["status"] for result in answer["results"]} == {"applied"}
    assert (await aria.ask("PUT", ACCENT, {"value": accent})).status_code == 409
    await desktop.push(roll())
    assert (await aria.ask("PUT", ACCENT, {"value": accent})).status_code == 200


async def test_runs_are_shared_and_withdrawn(aria: Player) -> None:
    for share in (True, False, True):
        told = await aria.ask("PUT", f"/settings/{SHARE}", {"value": share})
        assert told.json() == await aria.get(f"/settings/{SHARE}") == {"key": SHARE, "value": share}
        assert (await aria.get("/stats/mine"))["shared"] is share
        desktop = aria.machine()
        await desktop.catch_up()
        assert desktop.rows["settings", setting_id(SHARE)]["value"] == json.dumps(share)
    assert (await aria.ask("PUT", f"/settings/{SHARE}", {"value": None})).json()["value"] is None
    assert (await aria.get("/stats/mine"))["shared"] is False
    for wrong in ("true", 1, "accent-lagoon"):
        assert slug(await aria.ask("PUT", f"/settings/{SHARE}", {"value": wrong})) == (422, "invalid-input")
    assert slug(await aria.ask("PUT", ACCENT, {"value": True})) == (422, "invalid-input")


async def test_other_keys_and_values_are_refused(aria: Player) -> None:
    frame = _cosmetic("frame")
    await _buy(aria, frame)
    for key in ("theme", "window.geometry", "cosmetic.shoe"):
        assert slug(await aria.ask("PUT", f"/settings/{key}", {"value": frame})) == (404, "not-found")
        assert slug(await aria.ask("GET", f"/settings/{key}")) == (404, "not-found")
    for wrong in ({"value": frame}, {"value": "crown"}, {"value": ""}, {"value": "x" * 101}, {}, {"worn": 1}):
        assert slug(await aria.ask("PUT", ACCENT, wrong)) == (422, "invalid-input")


async def test_anybody_elses_are_not_seen_and_rubbish_is_nothing(desk: Desk, aria: Player) -> None:
    desktop = aria.machine()
    row_id = setting_id("cosmetic.accent")
    for value in ("{", "[1]", '"lagoon"'):
        desktop.now_ms += 1_000
        await desktop.push(desktop.mutation("insert", "settings", row_id, key="cosmetic.accent", value=value))
        told = await aria.get(ACCENT)
        assert told["value"] == ("lagoon" if value == '"lagoon"' else None)
    assert (await (await join(desk, "bell")).get(ACCENT))["value"] is None
