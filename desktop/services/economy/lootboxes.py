"""Opening boxes."""

from collections.abc import Callable
from datetime import datetime

from desktop.services.economy.events import Events
from desktop.storage.database import Database
from shared.catalog import Catalog


class Lootboxes:
    """Odds, rolls, history and their proof."""

    def __init__(
        self, database: Database, catalog: Catalog, events: Events, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._events = events
        self._now = now
