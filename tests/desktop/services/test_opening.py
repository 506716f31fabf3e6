"""From the first frame to the data: everything is opened, or nothing is left open."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.services.opening import SEEDS, Opened, daily_backup, open_data
from desktop.services.places import places
from desktop.services.preferences import Preferences
from desktop.services.tasks import Tasks
from desktop.storage import backups
from shared.errors import CatalogError, DatabaseCorruptError, StorageError
from tests.desktop.conftest import NOW, Clock


@contextmanager
def opened(folder: Path, clock: Clock) -> Iterator[Opened]:
    """Open and, in the end, close."""
    found = open_data(places(folder), clock)
    try:
        yield found
    finally:
        found.services.database.close()


def test_a_first_start_has_defaults_and_nobody(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path / "new", clock) as found:
        assert found.characters == ()
        assert found.chosen == ""
        assert found.notes == ()
        assert found.preferences == Preferences()
    assert backups.listing(places(tmp_path / "new").backups) == []


def test_a_second_start_knows_the_characters_and_who_was_chosen(tmp_path: Path, clock: Clock) -> None:
    with opened(tmp_path, clock) as found:
        _, known = found.services.characters.create("Aria", "kronos", level=280)
        found.services.remembered.set("character", known)
    with opened(tmp_path, clock) as found:
        assert [character.name for character in found.characters] == ["Aria"]
        assert found.chosen == known


def test_damaged_preferences_do_not_keep_the_data_shut(tmp_path: Path, clock: Clock) -> None:
    places(tmp_path).preferences.write_text(json.dumps({"backups": {"keep": "many", "daily": False}}))
    with opened(tmp_path, clock) as found:
        assert not found.preferences.backups.daily
        assert found.preferences.backups.keep == Preferences().backups.keep
        assert any("backups.keep" in note for note in found.notes)


def test_seeds_that_cannot_be_used_are_named_before_anything_is_written(tmp_path: Path, clock: Clock) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(SEEDS, seeds)
    (seeds / "bosses.json").write_text("[]")
    with pytest.raises(CatalogError, match="bosses"):
        open_data(places(tmp_path / "data"), clock, seeds)
    assert not places(tmp_path / "data").database.exists()


def test_a_damaged_database_is_refused_and_left_alone(tmp_path: Path, clock: Clock) -> None:
    rubbish = b"SQLite format 3\x00" + b"rubbish" * 2000
    places(tmp_path).database.write_bytes(rubbish)
    with pytest.raises(DatabaseCorruptError):
        open_data(places(tmp_path), clock)
    assert places(tmp_path).database.read_bytes() == rubbish


def test_a_failure_after_the_database_was_opened_lets_go_of_it(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StorageError("The disk could not be read.", "Check it.")

    monkeypatch.setattr(Tasks, "__init__", refuse)
    with pytest.raises(StorageError, match="disk"):
        open_data(places(tmp_path), clock)
    # Nobody holds it: the write-ahead log can be folded in and goes away with the last connection.
    with closing(sqlite3.connect(places(tmp_path).database)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    assert not places(tmp_path).database.with_name("maplehub.sqlite3-wal").exists()


def test_the_daily_backup_is_made_once_a_utc_day(tmp_path: Path, clock: Clock) -> None:
    where = places(tmp_path)
    with opened(tmp_path, clock) as found:
        found.services.characters.create("Aria", "kronos")
        made = daily_backup(where, NOW, keep=2)
        assert made is not None
        with closing(sqlite3.connect(made)) as connection:
            assert connection.execute("SELECT name FROM characters").fetchall() == [("Aria",)]
        assert daily_backup(where, NOW.replace(hour=23, minute=59), keep=2) is None
        later = [daily_backup(where, NOW + timedelta(days=days), keep=2) for days in (1, 2)]
    assert None not in later
    assert {backup.path for backup in backups.listing(where.backups)} == set(later)


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    assert daily_backup(places(tmp_path), NOW, keep=2) is None
    assert backups.listing(places(tmp_path).backups) == []
