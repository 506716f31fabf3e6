"""When to sync next. Pure: instants are seconds of a clock that never goes back; randomness is an argument."""

from collections.abc import Callable
from dataclasses import dataclass

SETTLE = 2.0
"""Seconds without a further edit before what was entered is sent."""
PATIENCE = 15.0
"""Seconds after which it is sent although the player goes on."""
INTERVAL = 300.0
"""Seconds between looks at what other machines did, when nothing else asks for one."""
FIRST_DELAY = 2.0
LONGEST_DELAY = 600.0


@dataclass(slots=True)
class Schedule:
    """chance: gives numbers in 0–1, so that a server that comes back is not asked by everybody at once."""

    chance: Callable[[], float]
    _first_edit: float | None = None
    _last_edit: float | None = None
    _poke: float | None = None
    _regular: float = 0.0
    _not_before: float = 0.0
    _failures: int = 0

    def edited(self, at: float) -> None:
        """The player changed something."""
        if self._first_edit is None:
            self._first_edit = at
        self._last_edit = at

    def poked(self, at: float) -> None:
        """The server says that there is something new."""
        self._poke = at

    def asked(self, at: float) -> None:
        """The player, or the network that has come back, wants it now, whatever failed before."""
        self._poke = at
        self._not_before = at
        self._failures = 0

    def began(self) -> None:
        """A round is on its way; it carries every edit, and sees everything the server told of, until here."""
        self._first_edit = self._last_edit = self._poke = None

    def succeeded(self, at: float) -> None:
        """The round is done."""
        self._failures = 0
        self._not_before = at
        self._regular = at + INTERVAL

    def failed(self, at: float, retry_after: float | None = None) -> None:
        """The server could not be reached: wait longer each time, and at least as long as it asked for."""
        longest = min(LONGEST_DELAY, FIRST_DELAY * 2**self._failures)
        self._failures = min(self._failures + 1, 16)
        self._not_before = at + (retry_after or 0.0) + longest * self.chance()
        self._regular = self._not_before

    def due(self) -> float:
        """When the next round is to begin."""
        wanted = self._regular
        if self._first_edit is not None and self._last_edit is not None:
            wanted = min(wanted, self._last_edit + SETTLE, self._first_edit + PATIENCE)
        if self._poke is not None:
            wanted = min(wanted, self._poke)
        return max(wanted, self._not_before)
