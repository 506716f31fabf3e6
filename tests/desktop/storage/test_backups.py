"""Backups hold what was committed, rotate, and come back without losing what was there."""

from datetime import timedelta
from pathlib import Path

import pytest

from desktop.services.registry import Services
from desktop.storage import backups
from desktop.storage.database import Database
from shared.errors import DatabaseCorruptError, StorageError
from tests.desktop.conftest import NOW, Clock


def test_a_backup_holds_what_is_still_in_the_log(
    services: Services, database: Database, character: str, tmp_path: Path
) -> None:
    services.runs.tick(character, "hard-lucid")
    assert database.path.with_name(database.path.name + "-wal").stat().st_size > 0
    made = backups.make(database.path, tmp_path / "kept", "manual", NOW)
    assert backups.count(made) == 2
    assert not list(made.parent.glob("*-wal"))


def test_backups_of_a_reason_rotate_and_others_stay(
    services: Services, database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    backups.make(database.path, folder, "import", NOW)
    for day in range(6):
        backups.make(database.path, folder, "daily", NOW + timedelta(days=day), keep=3)
    found = backups.listing(folder)
    assert [(b.reason, (b.made_at - NOW).days) for b in found] == [
        ("daily", 5),
        ("daily", 4),
        ("daily", 3),
        ("import", 0),
    ]


def test_two_backups_in_one_second_are_two(services: Services, database: Database, tmp_path: Path) -> None:
    first = backups.make(database.path, tmp_path / "kept", "manual", NOW)
    second = backups.make(database.path, tmp_path / "kept", "manual", NOW)
    assert first != second
    assert len(backups.listing(tmp_path / "kept")) == 2


def test_one_daily_backup_a_day(services: Services, database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert backups.due(folder, NOW)
    backups.make(database.path, folder, "daily", NOW)
    assert not backups.due(folder, NOW + timedelta(hours=5))
    assert backups.due(folder, NOW + timedelta(hours=6))


def test_restoring_brings_everything_back_and_keeps_what_was_there(
    services: Services, database: Database, character: str, tmp_path: Path
) -> None:
    folder = tmp_path / "kept"
    services.runs.tick(character, "hard-lucid")
    old = backups.make(database.path, folder, "manual", NOW)
    services.runs.tick(character, "hard-will")
    database.close()
    backups.restore(old, database.path, folder, NOW + timedelta(minutes=1))
    assert backups.count(database.path) == 2
    safety = [b for b in backups.listing(folder) if b.reason == "restore"]
    assert [backups.count(b.path) for b in safety] == [3]
    again = Database.open(database.path, folder, now=Clock())
    assert again.next_undo() is not None
    again.close()


def test_an_empty_backup_does_not_replace_a_full_database(
    services: Services, database: Database, tmp_path: Path
) -> None:
    empty = backups.make(database.path, tmp_path / "kept", "manual", NOW)
    services.characters.create("Aria", "kronos")
    database.close()
    with pytest.raises(StorageError, match="empty"):
        backups.restore(empty, database.path, tmp_path / "kept", NOW)
    assert backups.count(database.path) == 1


def test_a_damaged_backup_is_refused(
    services: Services, database: Database, character: str, tmp_path: Path
) -> None:
    made = backups.make(database.path, tmp_path / "kept", "manual", NOW)
    content = bytearray(made.read_bytes())
    content[4096:12288] = bytes(8192)
    made.write_bytes(content)
    database.close()
    before = database.path.read_bytes()
    with pytest.raises(DatabaseCorruptError):
        backups.restore(made, database.path, tmp_path / "kept", NOW)
    assert database.path.read_bytes() == before


def test_a_damaged_database_is_kept_aside_when_a_backup_takes_its_place(
    services: Services, database: Database, character: str, tmp_path: Path
) -> None:
    made = backups.make(database.path, tmp_path / "kept", "daily", NOW)
    database.close()
    database.path.write_bytes(b"SQLite format 3\x00" + b"rubbish" * 1000)
    with pytest.raises(DatabaseCorruptError, match="damaged"):
        Database.open(database.path, tmp_path / "kept")
    backups.restore(made, database.path, tmp_path / "kept", NOW)
    assert backups.count(database.path) == 1
    assert len(list(database.path.parent.glob("*damaged*"))) == 1
