"""Which reminders were given is remembered across restarts, and only so many."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from desktop.services import reminder_store
from desktop.services.reminder_store import StoredReminders
from desktop.storage.database import Database
from desktop.storage.tables import history, outbox, reminders_fired
from shared.errors import StorageError
from tests.desktop.conftest import NOW, Clock


@pytest.fixture
def store(database: Database) -> StoredReminders:
    """A store over the empty database."""
    return StoredReminders(database)


def test_a_marked_reminder_is_known_and_others_are_not(store: StoredReminders) -> None:
    assert not store.fired("daily/2026-11-21/60")
    store.mark(["daily/2026-11-21/60", "monthly/2026-11-01/1440"], NOW)
    assert store.fired("daily/2026-11-21/60")
    assert store.fired("monthly/2026-11-01/1440")
    assert not store.fired("daily/2026-11-21/30")


def test_it_is_known_after_a_restart(tmp_path: Path, clock: Clock) -> None:
    for _ in range(2):
        database = Database.open(tmp_path / "own.sqlite3", tmp_path / "backups", now=clock)
        store = StoredReminders(database)
        already = store.fired("daily/2026-11-21/60")
        store.mark(["daily/2026-11-21/60"], NOW)
        database.close()
    assert already


def test_marking_twice_or_nothing_is_no_error(store: StoredReminders, database: Database) -> None:
    store.mark(["daily/2026-11-21/60"], NOW)
    store.mark(["daily/2026-11-21/60", "daily/2026-11-21/30"], NOW + timedelta(minutes=30))
    store.mark([], NOW)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(reminders_fired)).scalar() == 2


def test_the_oldest_are_forgotten(store: StoredReminders, monkeypatch: pytest.MonkeyPatch) -> None:
    most = 5
    monkeypatch.setattr(reminder_store, "_KEPT", most)
    for number in range(most + 3):
        store.mark([str(number)], NOW + timedelta(days=number))
    assert [store.fired(str(number)) for number in range(most + 3)] == [False] * 3 + [True] * most


def test_reminders_are_neither_synced_nor_undone(store: StoredReminders, database: Database) -> None:
    store.mark(["daily/2026-11-21/60"], NOW)
    with database.read() as connection:
        assert connection.execute(select(outbox)).first() is None
        assert connection.execute(select(history)).first() is None


def impatient(connection: sqlite3.Connection, _record: object) -> None:
    """New connections give up at once instead of after seconds."""
    connection.execute("PRAGMA busy_timeout=1")


def test_when_the_database_is_in_use_nothing_is_marked(store: StoredReminders, database: Database) -> None:
    event.listen(database.engine, "connect", impatient)
    with database.write(), pytest.raises(StorageError):
        store.mark(["daily/2026-11-21/60"], NOW)
    assert not store.fired("daily/2026-11-21/60")
