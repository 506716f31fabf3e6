"""Backups of the database file: made by SQLite itself, so that what is still in the write-ahead log is in them."""

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared.errors import DatabaseCorruptError, StorageError

_NAME = re.compile(r"maplehub-(\d{8}T\d{6}Z)-([a-z]+)(?:-\d+)?\.db")
_COUNTED = ("boss_runs", "characters", "user_tasks")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file: when it was made (UTC), why (daily, migration, import, restore, manual), its size in bytes."""

    path: Path
    made_at: datetime
    reason: str
    size: int


def make(database: Path, folder: Path, reason: str, now: datetime, keep: int = 14) -> Path:
    """Copy the database into the folder and drop the oldest backups of the same reason beyond `keep`.

    Raises OSError or sqlite3.Error; a half-written copy never carries a backup's name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = _free_name(folder, f"maplehub-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{reason}")
    partial = target.with_suffix(".partial")
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    for old in [backup for backup in listing(folder) if backup.reason == reason][keep:]:
        old.path.unlink(missing_ok=True)
    return target


def listing(folder: Path) -> list[Backup]:
    """The backups in a folder, newest first."""
    found = []
    for path in folder.glob("maplehub-*.db") if folder.is_dir() else ():
        match = _NAME.fullmatch(path.name)
        if match:
            made_at = datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            found.append(Backup(path, made_at, match[2], path.stat().st_size))
    return sorted(found, key=lambda backup: (backup.made_at, backup.path.name), reverse=True)


def due(folder: Path, now: datetime) -> bool:
    """Whether today's (UTC) daily backup is still to be made."""
    days = {backup.made_at.date() for backup in listing(folder) if backup.reason == "daily"}
    return now.astimezone(UTC).date() not in days


def restore(
    backup: Path, database: Path, folder: Path, now: datetime, *, replace_fuller: bool = False
) -> None:
    """Put a backup in the database's place; what was there is backed up first (or kept aside when damaged).

    The database must be closed. Raises DatabaseCorruptError when the backup is damaged, and StorageError when the
    backup is empty while the database is not, unless replace_fuller.
    """
    kept = count(backup)
    if database.exists() and database.stat().st_size:
        try:
            present = count(database)
        except DatabaseCorruptError:
            database.replace(_free_name(database.parent, f"{database.stem}-damaged-{now:%Y%m%dT%H%M%SZ}"))
        else:
            if kept == 0 < present and not replace_fuller:
                raise StorageError(
                    "This backup is empty, but your database is not.",
                    "Choose another backup. Nothing was changed.",
                )
            make(database, folder, "restore", now)
    staged = database.with_suffix(".restoring")
    try:
        with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(staged)) as copy:
            source.backup(copy)
        # A log left over from the replaced file must not be replayed into the restored one.
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        staged.replace(database)
    finally:
        staged.unlink(missing_ok=True)


def count(path: Path) -> int:
    """How many live rows a person would miss. Raises DatabaseCorruptError when the file is damaged."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
                raise DatabaseCorruptError(f"The file {path.name} is damaged.", "Choose another backup.")
            return sum(
                connection.execute(f"SELECT count(*) FROM {table} WHERE deleted = 0").fetchone()[0]  # noqa: S608
                for table in _COUNTED
            )
    except sqlite3.DatabaseError as error:
        raise DatabaseCorruptError(f"The file {path.name} is damaged.", "Choose another backup.") from error


def _free_name(folder: Path, stem: str) -> Path:
    path = folder / f"{stem}.db"
    number = 2
    while path.exists():
        path = folder / f"{stem}-{number}.db"
        number += 1
    return path
