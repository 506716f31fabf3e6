"""Whether the player's runs may count in the community statistics: asked once, changed at any time."""

from desktop.storage.changes import Changes
from desktop.storage.database import Database
from desktop.storage.tables import settings
from desktop.storage.transaction import encode
from shared.ids import setting_id
from shared.statistics import SHARE

_ROW = setting_id(SHARE)


class Sharing:
    """The answer is a synced setting, so it holds on every machine of the player's and on the server."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def answer(self) -> bool | None:
        """What the player said; None until they were asked."""
        found = self._database.peek("SELECT value FROM settings WHERE id = ? AND deleted = 0", (_ROW,))
        return found[0][0].strip() == "true" if found else None

    def decide(self, share: bool) -> Changes:
        """Keep the answer. It is not in the undo history: a withdrawal must not be taken back by Ctrl+Z."""
        with self._database.write() as writing:
            tx, value = writing.tx, encode(share)
            if tx.exists(settings, _ROW):
                tx.update(settings, _ROW, value=value)
            else:
                tx.insert(settings, _ROW, key=SHARE, value=value)
        return writing.changes
