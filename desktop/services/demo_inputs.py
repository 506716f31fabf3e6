"""What the demo's characters left in the calculators: plausible, and never full of defaults."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from desktop.services.characters import Character
from shared.catalog import BossEntry, Catalog, LiberationPath, SymbolKind
from shared.resets import period_of_day
from shared.tracking import DropNote

Inputs = dict[str, Any]
Row = Mapping[str, Any]

_LEVELS_PER_SYMBOL_LEVEL = {SymbolKind.ARCANE: 2, SymbolKind.SACRED: 3, SymbolKind.GRAND_SACRED: 3}
_DESTINY_LEVEL = 285
_ASSUMED_RATE = "1 in 30"
"""Made up like the drops themselves."""


def demo_inputs(
    catalog: Catalog,
    character: Character,
    plan: Sequence[tuple[BossEntry, int]],
    runs: Sequence[Row],
    drops: Sequence[Row],
    today: date,
    dice: random.Random,
) -> dict[str, Inputs]:
    """Inputs by calculator for a character with this plan and these stored runs and drops.

    The keys are those the calculators keep (see `values` in desktop/ui/calculators).
    """
    made = {"symbols": _symbols(catalog, character, today, dice)}
    liberation = _liberation(catalog, character, plan, runs, today, dice)
    if liberation:
        made["liberation"] = liberation
    luck = _luck(catalog, runs, drops)
    if luck:
        made["luck"] = luck
    return made


def _symbols(catalog: Catalog, character: Character, today: date, dice: random.Random) -> Inputs:
    """Older areas further along, none beyond what the level opens; the newest unfinished family in front."""
    level = character.level or 200
    found: Inputs = {"kind": str(SymbolKind.ARCANE)}
    for kind, rules in catalog.symbols.items():
        areas: dict[str, Inputs] = {}
        for area in rules.areas:
            since = level - area.unlock_level
            if since < 0:
                areas[area.slug] = {"included": False}
                continue
            reached = 1 + since // _LEVELS_PER_SYMBOL_LEVEL[kind] + dice.randrange(2)
            reached = min(rules.max_level, reached)
            finished = reached == rules.max_level
            areas[area.slug] = {
                "included": not finished,
                "level": reached,
                "held": 0 if finished else dice.randrange(rules.symbols_required[reached - 1]),
                "daily_done_on": today.isoformat() if dice.random() < 0.5 else "",
            }
        found[str(kind)] = areas
        if any(inputs["included"] for inputs in areas.values()):
            found["kind"] = str(kind)
    return found


def _liberation(
    catalog: Catalog,
    character: Character,
    plan: Sequence[tuple[BossEntry, int]],
    runs: Sequence[Row],
    today: date,
    dice: random.Random,
) -> Inputs:
    """Where the character stands on the path it works on; empty when no boss of its plan brings anything."""
    bosses = {slug: _bosses(path, plan, runs, today) for slug, path in catalog.liberation.items()}
    ahead = (character.level or 0) >= _DESTINY_LEVEL and bool(bosses.get("destiny"))
    chosen = "destiny" if ahead else "genesis"
    if not bosses.get(chosen):
        return {}
    found: Inputs = {"path": chosen}
    for slug, path in catalog.liberation.items():
        if slug == chosen:
            stage = dice.randint(2, len(path.stages) - 1)
            held = dice.randrange(path.stages[stage - 1].required)
        elif slug == "genesis":
            stage, held = len(path.stages) + 1, 0  # Destiny begins where Genesis ended
        else:
            stage, held = 1, 0
        owned = slug == "genesis" and dice.random() < 0.3
        found[slug] = {"stage": stage, "held": held, "pass": owned, "bosses": bosses[slug]}
    return found


def _bosses(
    path: LiberationPath, plan: Sequence[tuple[BossEntry, int]], runs: Sequence[Row], today: date
) -> Inputs:
    cleared = {(run["entry_id"], run["reset_period"]) for run in runs if run["cleared"]}
    found: Inputs = {}
    for entry, party in plan:
        if entry.id in path.amounts:
            period = period_of_day(entry.reset, today).isoformat()
            done_in = period if (entry.id, period) in cleared else ""
            found[entry.clear_group] = {"entry": entry.id, "party": party, "done_in": done_in}
    return found


def _luck(catalog: Catalog, runs: Sequence[Row], drops: Sequence[Row]) -> Inputs:
    """The piece of equipment this character found most, with what its own diary says of it."""
    entries = {run["id"]: run["entry_id"] for run in runs}
    counted = Counter(
        (entries[drop["run_id"]], drop["item"])
        for drop in drops
        if catalog.items[drop["item"]].category == "equipment"
    )
    if not counted:
        return {}
    (entry_id, item), found = counted.most_common(1)[0]
    noted = sum(
        1
        for run in runs
        if run["entry_id"] == entry_id and run["cleared"] and run["drop_note"] != DropNote.UNRECORDED
    )
    return {
        "boss": entry_id,
        "item": item,
        "runs": str(noted),
        "drops": str(found),
        "rate": _ASSUMED_RATE,
        "unit": "one-in",
    }
