"""Which events there are now and next."""

from collections.abc import Callable
from datetime import datetime

from shared.catalog import Catalog


class Events:
    """The schedule at the app's clock. Computed, so it needs no database."""

    def __init__(self, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._rules = catalog.economy.events
        self._now = now
