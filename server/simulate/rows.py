"""A player's diary as the rows that their desktop makes of it. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from random import Random
from typing import NamedTuple

from server.simulate.population import Player
from shared.ids import drop_id, setting_id
from shared.resets import RULES_VERSION
from shared.statistics import SHARE
from shared.statistics.verdicts import Run
from shared.sync.clock import HybridClock
from shared.sync.records import Values

_BITS = 62


class Entered(NamedTuple):
    """A new row, whole. stamp: of all of its fields."""

    table: str
    id: str
    stamp: str
    values: Values


def rows(player: Player) -> Iterator[Entered]:
    """Every row of a player who began with the first week's reset, in the order they were entered."""
    clock, dice = HybridClock(), Random(player.discord_id)  # noqa: S311 - no secret
    begun = datetime.combine(date.fromisoformat(player.weeks[0][0].reset_period), time.min, UTC)

    def stamp(at: datetime) -> str:
        return clock.tick(int(at.timestamp() * 1000), dice.getrandbits(_BITS))

    if player.shares:
        shared = {"key": SHARE, "value": "true", "deleted": 0}
        yield Entered("settings", setting_id(SHARE), stamp(begun), shared)
    for place, character in enumerate(player.characters):
        values = {
            "name": character.name,
            "world": character.world,
            "job": None,
            "level": None,
            "is_main": int(not place),
            "position": place,
            "created_at": begun.isoformat(),
            "deleted": 0,
        }
        yield Entered("characters", character.id, stamp(begun), values)
    for week in player.weeks:
        for run in week:
            at = datetime.fromisoformat(run.logged_at)
            yield Entered("boss_runs", run.id, stamp(at), _values(run))
            for item, quantity in run.drops:
                drop = {
                    "run_id": run.id,
                    "item": item,
                    "quantity": quantity,
                    "sold_for": None,
                    "sold_on": None,
                    "deleted": 0,
                }
                yield Entered("boss_run_drops", drop_id(run.id, item), stamp(at), drop)


def _values(run: Run) -> Values:
    return {
        "character_id": run.character_id,
        "entry_id": run.entry_id,
        "boss_slug": run.boss_slug,
        "clear_group": run.clear_group,
        "reset_period": run.reset_period,
        "occurred_on": run.occurred_on,
        "logged_at": run.logged_at,
        "cleared": run.cleared,
        "party_size": run.party_size,
        "drop_note": run.drop_note,
        "crystal_mesos": None,
        "world_type": run.world_type,
        "note": "",
        "entry_method": run.entry_method,
        "client_version": run.client_version,
        "catalog_version": run.catalog_version,
        "rules_version": RULES_VERSION,
        "deleted": 0,
    }
