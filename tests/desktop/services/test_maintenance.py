"""Backups by hand: made whole, listed newest first, the oldest let go."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from desktop.services.maintenance import back_up, kept
from desktop.services.places import Places, places
from desktop.services.registry import Services
from desktop.storage import backups
from desktop.storage.database import Database
from tests.desktop.conftest import NOW, Clock


def here(tmp_path: Path) -> Places:
    """The folders the `database` fixture uses."""
    return places(tmp_path)


def test_without_anything_there_is_nothing_kept(tmp_path: Path) -> None:
    found = kept(places(tmp_path / "nowhere"))
    assert (found.backups, found.backups_size, found.database_size) == ((), 0, 0)


def test_a_backup_by_hand_holds_what_was_just_written(
    services: Services, character: str, tmp_path: Path
) -> None:
    path = back_up(here(tmp_path), NOW, keep=3)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM characters").fetchall() == [("Aria",)]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_is_kept_is_counted_in_bytes(database: Database, tmp_path: Path) -> None:
    where = here(tmp_path)
    first = back_up(where, NOW, keep=5)
    second = back_up(where, NOW + timedelta(minutes=1), keep=5)
    found = kept(where)
    assert [backup.path for backup in found.backups] == [second, first]
    assert [backup.reason for backup in found.backups] == ["manual", "manual"]
    assert found.backups_size == first.stat().st_size + second.stat().st_size
    assert found.database_size >= where.database.stat().st_size > 0


def test_only_so_many_by_hand_stay_and_others_are_not_counted(database: Database, tmp_path: Path) -> None:
    where = here(tmp_path)
    daily = backups.make(where.database, where.backups, "daily", NOW - timedelta(days=9))
    made = [back_up(where, NOW + timedelta(minutes=minute), keep=2) for minute in range(4)]
    assert {backup.path for backup in kept(where).backups} == {*made[2:], daily}


def test_two_backups_in_one_second_are_two(database: Database, clock: Clock, tmp_path: Path) -> None:
    where = here(tmp_path)
    assert back_up(where, clock(), keep=5) != back_up(where, clock(), keep=5)
    assert len(kept(where).backups) == 2
