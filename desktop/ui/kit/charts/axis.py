"""Where the labels below a chart go."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_GAP = 8.0
"""What two labels keep between them, pixels."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label that is drawn: which one, and where it begins and ends, pixels."""

    index: int
    left: float
    right: float


def place_labels(
    centres: Sequence[float], widths: Sequence[float], left: float, right: float, gap: float = LEAST_GAP
) -> list[Placed]:
    """The labels that fit between left and right, each below its point, at least `gap` apart; newest first.

    Every nth label, counted from the end, so that the newest point always has its own and the rest stand at equal
    steps. A label whose point lies near an edge moves inwards; n allows for that.
    """
    for every in range(1, len(centres) + 1):
        placed = [
            _place(index, centres[index], widths[index], left, right)
            for index in range(len(centres) - 1, -1, -every)
        ]
        if all(older.right + gap <= newer.left for newer, older in itertools.pairwise(placed)):
            return placed
    return []


def _place(index: int, centre: float, width: float, left: float, right: float) -> Placed:
    start = max(left, min(centre - width / 2, right - width))
    return Placed(index, start, start + width)
