"""What the player has: coins, experience, levels, materials."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from desktop.services.economy.events import Events
from desktop.storage.changes import Changes
from desktop.storage.database import Database
from shared.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Level:
    """A level, the experience gained in it and what the whole level takes ((…, 0, 0) at the highest)."""

    level: int
    gained: int
    needed: int


@dataclass(frozen=True, slots=True)
class Purse:
    """Everything the player has. materials: pieces by slug, none left out. daily_claimed: today, by UTC."""

    coins: int
    player: Level
    lootboxer: Level
    materials: Mapping[str, int]
    daily_claimed: bool


class Wallet:
    """Reads the ledger's balances; claims the daily reward."""

    def __init__(
        self, database: Database, catalog: Catalog, events: Events, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._events = events
        self._now = now

    def purse(self) -> Purse:
        """What there is now."""
        raise NotImplementedError

    def claim_daily(self) -> Changes:
        """Take today's reward. Raises Conflict when it was taken."""
        raise NotImplementedError
