"""A reel of names as a picture of every moment. Where it ends is given; nothing here decides anything."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEasingCurve

LONGEST_MS, SHORTEST_MS, WHOLE_MS = 3600, 700, 9000
"""How long one winner's run may take, and all of them together."""
HOLD = 0.16
"""The part of a run at its end in which the name stands still."""
_LAPS = 34
_AFTER = 4
_SLOWS = QEasingCurve(QEasingCurve.Type.OutQuint)


@dataclass(frozen=True, slots=True)
class Moment:
    """What is drawn. winner: which one is being run for; at: the place on its strip, in names; held: it stands."""

    winner: int
    at: float
    held: bool


class Reel:
    """names: of all tickets. winners: in prize order. seed: what mixes the names that run past."""

    def __init__(self, names: Sequence[str], winners: Sequence[str], seed: str) -> None:
        self.winners = tuple(winners)
        dice = random.Random(seed)  # noqa: S311 - which names run past decides nothing
        pool = list(dict.fromkeys(names)) or list(winners)
        self.strips = [_strip(pool, winner, dice) for winner in winners]
        each = WHOLE_MS / max(1, len(winners))
        self.each_ms = max(SHORTEST_MS, min(LONGEST_MS, int(each)))

    @property
    def duration(self) -> int:
        """Milliseconds until the last winner stands."""
        return self.each_ms * len(self.winners)

    def moment(self, at: float) -> Moment:
        """What is to be seen, milliseconds from the beginning; past the end, the end."""
        last = len(self.winners) - 1
        winner = min(last, int(at // self.each_ms))
        share = 1.0 if at >= self.duration else (at - winner * self.each_ms) / self.each_ms
        run = min(1.0, share / (1 - HOLD))
        return Moment(winner, self.target(winner) * _SLOWS.valueForProgress(run), run >= 1.0)

    def target(self, winner: int) -> int:
        """The winner's place on its strip."""
        return len(self.strips[winner]) - 1 - _AFTER

    def stood(self, at: float) -> int:
        """How many winners stand already."""
        found = self.moment(at)
        return found.winner + int(found.held)


def _strip(pool: Sequence[str], winner: str, dice: random.Random) -> list[str]:
    """Names in a random order without the same one twice in a row, with the winner near the end."""
    strip: list[str] = []
    for place in range(_LAPS + 1 + _AFTER):
        if place == _LAPS:
            strip.append(winner)
            continue
        near = {strip[-1]} if strip else set()
        if abs(place - _LAPS) == 1:
            near.add(winner)
        others = [name for name in pool if name not in near] or list(pool)
        strip.append(dice.choice(others))
    return strip
