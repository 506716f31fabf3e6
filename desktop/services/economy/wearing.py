"""The cosmetics that are worn."""

import json

from sqlalchemy import Connection, select

from desktop.services.economy.ownership import owned_cosmetics
from desktop.storage.changes import Changes, Label
from desktop.storage.database import Database
from desktop.storage.tables import live, settings
from desktop.storage.transaction import Transaction, encode
from shared.catalog import Catalog
from shared.economy.things import Cosmetic, CosmeticKind
from shared.errors import Conflict, NotFound
from shared.ids import setting_id
from shared.preferences import WORN, worn_key


class Wearing:
    """Puts owned cosmetics on and takes them off; one of each kind at a time."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    def worn(self) -> dict[CosmeticKind, Cosmetic]:
        """What is worn, of what is owned: a purchase undone takes its cosmetic off, and redone puts it on again."""
        with self._database.read() as connection:
            slugs, owned = worn_slugs(connection), owned_cosmetics(connection)
        cosmetics = self._catalog.economy.cosmetics
        return {kind: cosmetics[slug] for kind, slug in slugs.items() if slug in owned and slug in cosmetics}

    def wear(self, slug: str) -> Changes:
        """Put a cosmetic on, in place of what was worn of its kind. Raises NotFound, Conflict when it is not owned."""
        cosmetic = self._catalog.economy.cosmetics.get(slug)
        if cosmetic is None:
            raise NotFound("There is no such thing to wear.")
        key = worn_key(cosmetic.kind)
        with self._database.write(Label("cosmetic.worn", {"cosmetic": cosmetic.name})) as writing:
            tx = writing.tx
            if slug not in owned_cosmetics(tx.connection):
                raise Conflict("You do not have this yet.", "Buy it, or find it in a box.")
            row_id = setting_id(key)
            if tx.exists(settings, row_id):
                tx.update(settings, row_id, value=encode(slug))
            else:
                tx.insert(settings, row_id, key=key, value=encode(slug))
        return writing.changes

    def take_off(self, kind: CosmeticKind) -> Changes:
        """Wear nothing of a kind. Raises NotFound when nothing is worn."""
        with self._database.write() as writing:
            tx = writing.tx
            row_id = setting_id(worn_key(kind))
            if not tx.exists(settings, row_id):
                raise NotFound("Nothing of this kind is worn.")
            slug = json.loads(tx.get(settings, row_id)["value"])
            tx.delete(settings, row_id)
            cosmetic = self._catalog.economy.cosmetics.get(slug)
            writing.label = Label("cosmetic.taken_off", {"cosmetic": cosmetic.name if cosmetic else slug})
        return writing.changes


def worn_slugs(connection: Connection) -> dict[CosmeticKind, str]:
    """What the settings say is worn, whether or not it is owned."""
    query = select(settings.c.key, settings.c.value).where(settings.c.key.in_(WORN), live(settings))
    return {WORN[row.key]: json.loads(row.value) for row in connection.execute(query)}


def take_off_unowned(tx: Transaction, catalog: Catalog) -> None:
    """Take off, in this write, whatever is worn and not owned any more."""
    owned = owned_cosmetics(tx.connection)
    for kind, slug in worn_slugs(tx.connection).items():
        if slug in catalog.economy.cosmetics and slug not in owned:
            tx.delete(settings, setting_id(worn_key(kind)))
