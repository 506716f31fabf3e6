"""Which reminders were given, kept in the local database; it is this machine's own knowledge and not synced."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select

from desktop.storage.database import Database
from desktop.storage.tables import reminders_fired

_KEPT = 1000


class StoredReminders:
    """A ReminderStore over the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fired(self, key: str) -> bool:
        """Whether the reminder with this key is settled."""
        with self._database.read() as connection:
            found = connection.execute(
                select(reminders_fired.c.key).where(reminders_fired.c.key == key)
            ).first()
        return found is not None

    def knows(self, prefix: str) -> bool:
        """Whether any key that begins so is settled."""
        with self._database.read() as connection:
            found = connection.execute(
                select(reminders_fired.c.key)
                .where(reminders_fired.c.key.startswith(prefix, autoescape=True))
                .limit(1)
            ).first()
        return found is not None

    def mark(self, keys: Collection[str], at: datetime) -> None:
        """Settle all of them in one transaction; old ones are forgotten on the way."""
        if not keys:
            return
        stamp = at.isoformat()
        with self._database.write() as writing:
            connection = writing.tx.connection
            connection.execute(
                insert(reminders_fired).prefix_with("OR IGNORE"),
                [{"key": key, "fired_at": stamp} for key in keys],
            )
            newest = select(reminders_fired.c.key).order_by(reminders_fired.c.fired_at.desc()).limit(_KEPT)
            connection.execute(delete(reminders_fired).where(reminders_fired.c.key.not_in(newest)))
