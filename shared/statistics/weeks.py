"""What one player's one week adds to the statistics, in a form that can be kept and taken back exactly."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.statistics.strata import Stratum
from shared.statistics.verdicts import Judged, Verdict

COMPLETE_FROM = 4
"""Cleared runs a week needs to be complete. With one, whoever logs only lucky runs would pass: the cohort's rate
would read 1.68 times the truth."""


@dataclass(slots=True)
class Cell:
    """One stratum on one day: n counted runs, m unrecorded ones, items by slug as [runs with it, pieces]."""

    n: int = 0
    m: int = 0
    items: dict[str, list[int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contribution:
    """cells: by stratum, then by day as ISO text. complete: at least four cleared runs, the drops of all of them
    noted; such weeks make up the cohort."""

    cells: Mapping[Stratum, Mapping[str, Cell]]
    complete: bool

    def __bool__(self) -> bool:
        return bool(self.cells)

    def to_json(self) -> str:
        """Canonical JSON: the same contribution is always the same text."""
        cells = {
            str(stratum): {
                day: [cell.n, cell.m, cell.items] if cell.items else [cell.n, cell.m]
                for day, cell in days.items()
            }
            for stratum, days in self.cells.items()
        }
        return json.dumps({"cells": cells, "complete": self.complete}, separators=(",", ":"), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Contribution":
        """What `to_json` wrote."""
        read: dict[str, Any] = json.loads(text)
        cells = {
            Stratum.parse(stratum): {day: Cell(*cell) for day, cell in days.items()}
            for stratum, days in read["cells"].items()
        }
        return cls(cells, read["complete"])


NOTHING = Contribution({}, complete=False)


def contribution(judged: Iterable[Judged]) -> Contribution:
    """What a player's week adds, judged whole."""
    cells: dict[Stratum, dict[str, Cell]] = {}
    counted = unrecorded = 0
    for each in judged:
        if each.stratum is None:
            continue
        cell = cells.setdefault(each.stratum, {}).setdefault(each.run.occurred_on, Cell())
        if each.verdict is Verdict.UNRECORDED:
            unrecorded += 1
            cell.m += 1
            continue
        counted += 1
        cell.n += 1
        for item, quantity in each.run.drops:
            found = cell.items.setdefault(item, [0, 0])
            found[0] += 1
            found[1] += quantity
    return Contribution(cells, complete=counted >= COMPLETE_FROM and not unrecorded)
