"""How far it is, told to whoever waits, and whether to go on."""

import sys
import time


class Progress:
    """Counts players and runs that are written. `stopped` says to end after what is under way."""

    def __init__(self, users: int) -> None:
        """users: how many there will be."""
        self.players = self.runs = 0
        self.stopped = False
        self._users = users
        self._began = time.monotonic()
        self._live = sys.stderr.isatty()

    def add(self, players: int, runs: int) -> None:
        """So many more."""
        self.players += players
        self.runs += runs
        if self._live:
            sys.stderr.write(f"\r{self}")
            sys.stderr.flush()

    def stop(self) -> None:
        """Leave it at what is under way."""
        self.stopped = True

    def end(self) -> None:
        """Leave the line on which it was told."""
        if self._live:
            sys.stderr.write("\n")

    def __str__(self) -> str:
        seconds = time.monotonic() - self._began
        speed = self.runs / seconds if seconds else 0
        return f"{self.players:,} of {self._users:,} players, {self.runs:,} runs, {speed:,.0f} a second"
