"""Buying and giving back."""

from collections.abc import Callable
from datetime import datetime

from desktop.storage.database import Database
from shared.catalog import Catalog


class Shop:
    """What is for sale, what is owned."""

    def __init__(self, database: Database, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._catalog = catalog
        self._now = now
