"""Which boss comes next: the plan's open ones, in the order the cards stand in."""

from dataclasses import dataclass
from datetime import datetime

from desktop.services.board import SHOWN_RESETS, Board, Tile
from shared.resets import Reset, next_reset


@dataclass(frozen=True, slots=True)
class BossQueue:
    """A character's plan as a queue.

    planned: the plan's bosses, cleared ones too, weekly before monthly before daily. at: the clear group in front,
    "" when nothing is open.
    """

    character_id: str = ""
    planned: tuple[Tile, ...] = ()
    at: str = ""

    @property
    def open(self) -> tuple[Tile, ...]:
        """What is still to be cleared."""
        return tuple(tile for tile in self.planned if tile.run is None)

    @property
    def front(self) -> Tile | None:
        """The boss to do next, None when there is none."""
        return next((tile for tile in self.open if tile.entry.clear_group == self.at), None)

    def renewed(self, board: Board, wanted: str = "") -> "BossQueue":
        """The queue of a newly read board.

        The boss in front stays there while it is open; once cleared, the next open one after it comes, around the
        end. Another character begins with its first. wanted: a clear group to be in front if it is open.
        """
        planned = tuple(
            tile
            for reset in SHOWN_RESETS
            for tile in board.tiles
            if tile.planned and tile.entry.reset is reset
        )
        known = self.at if board.character.id == self.character_id else ""
        return BossQueue(board.character.id, planned, _first_open(planned, wanted or known))

    def skipped(self, step: int) -> "BossQueue":
        """With the next (1) or previous (−1) open boss in front, around the ends."""
        groups = [tile.entry.clear_group for tile in self.open]
        if self.at not in groups:
            return self
        place = (groups.index(self.at) + step) % len(groups)
        return BossQueue(self.character_id, self.planned, groups[place])

    def soonest(self, now: datetime) -> tuple[Reset, datetime] | None:
        """Which of the plan's resets comes first after `now`, and when; None when nothing is planned."""
        found = [
            (at, reset)
            for reset in SHOWN_RESETS
            if any(tile.entry.reset is reset for tile in self.planned)
            and (at := next_reset(reset, now)) is not None
        ]
        # Where two fall together, the one that opens more: they are listed weekly first.
        return min(((reset, at) for at, reset in found), key=lambda pair: pair[1], default=None)


def _first_open(planned: tuple[Tile, ...], group: str) -> str:
    """The clear group itself if it is open, else the first open one after it, around the end; "" for none."""
    groups = [tile.entry.clear_group for tile in planned]
    start = groups.index(group) if group in groups else 0
    for tile in (*planned[start:], *planned[:start]):
        if tile.run is None:
            return tile.entry.clear_group
    return ""
