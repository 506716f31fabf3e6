"""The cosmetics that are worn."""

from desktop.storage.database import Database
from shared.catalog import Catalog


class Wearing:
    """Puts owned cosmetics on and takes them off."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog
