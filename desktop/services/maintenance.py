"""Backups by hand and the way back from one, for a program that is running."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from desktop.services.places import Places
from desktop.storage import backups
from desktop.storage.backups import Backup
from shared.errors import StorageError


@dataclass(frozen=True, slots=True)
class Kept:
    """The backups there are and how much room they and the database take, bytes."""

    backups: tuple[Backup, ...]
    backups_size: int
    database_size: int


def kept(places: Places) -> Kept:
    """What is there now."""
    found = tuple(backups.listing(places.backups))
    log = places.database.with_name(places.database.name + "-wal")
    size = sum(file.stat().st_size for file in (places.database, log) if file.exists())
    return Kept(found, sum(backup.size for backup in found), size)


def back_up_before_sync(places: Places, now: Callable[[], datetime], keep: int) -> Path:
    """Make a backup before another machine's data comes in, or much of it goes. Raises StorageError."""
    try:
        return backups.make(places.database, places.backups, "sync", now(), keep)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            f"The backup before syncing could not be made ({error}).", "Free some space; sync goes on then."
        ) from error


def back_up(places: Places, now: datetime, keep: int) -> Path:
    """Make a backup by hand."""
    return backups.make(places.database, places.backups, "manual", now, keep)
