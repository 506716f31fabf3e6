"""Full disks, read-only folders, damage and kill -9: a clear sentence, and nothing that was saved is lost."""

import ctypes
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from desktop.services.registry import Services
from desktop.storage import backups
from desktop.storage.database import Database
from shared.errors import DatabaseCorruptError, StorageError
from shared.runs import RunDraft

_KILLS = 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kill_minus_nine_loses_no_reported_run(tmp_path: Path) -> None:
    program = Path(__file__).with_name("killing.py")
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path), str(_KILLS), "20261121"],
        check=True,
        capture_output=True,
        text=True,
    )
    answer = json.loads(done.stdout)
    assert answer["lost"] == []
    assert answer["without_outbox"] == []
    assert answer["torn"] == 0
    assert answer["integrity"] == "ok"
    assert answer["kills"] == _KILLS
    # The test only says something if most writers were killed while they wrote.
    assert answer["hits"] > _KILLS // 2
    assert answer["reported"] > _KILLS // 4


def test_a_full_disk_is_told_and_loses_nothing(
    services: Services, database: Database, character: str
) -> None:
    services.runs.tick(character, "hard-lucid")

    def no_more_pages(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(database.engine, "connect", no_more_pages)
    database.engine.dispose()

    def fill() -> None:
        for number in range(50):
            services.characters.create(f"Somebody {number}", "kronos")
            services.runs.log(RunDraft(character, "hard-will", services.runs.today(), note="x" * 500))
            services.runs.untick(character, "hard-will")

    with pytest.raises(StorageError, match="disk is full"):
        fill()
    event.remove(database.engine, "connect", no_more_pages)
    database.engine.dispose()
    assert services.runs.find_clear(character, "hard-lucid", services.runs.today()) is not None
    assert backups.count(database.path) >= 2
    before = len(services.characters.all())
    services.characters.create("After", "kronos")
    assert len(services.characters.all()) == before + 1


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="cannot be used"):
        Database.open(tmp_path / "file" / "data" / "maplehub.sqlite3", tmp_path / "backups")


_READ_ONLY = """
import ctypes, os, sys
from pathlib import Path
if os.geteuid() == 0:
    # Root may write anywhere; without these two capabilities it is like anybody else.
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    assert libc.capget(header, data) == 0
    keep = ~((1 << 1) | (1 << 2))
    data[0] &= keep; data[1] &= keep
    assert libc.capset(header, data) == 0
from desktop.storage.database import Database
from shared.errors import StorageError
folder = Path(sys.argv[1])
try:
    Database.open(folder / "maplehub.sqlite3", folder / "backups")
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="takes root's rights away the Linux way")
@pytest.mark.parametrize("existing", [True, False])
def test_a_read_only_folder_is_told_and_not_touched(tmp_path: Path, existing: bool) -> None:
    assert ctypes.sizeof(ctypes.c_uint32) == 4
    folder = tmp_path / "data"
    folder.mkdir()
    if existing:
        Database.open(folder / "maplehub.sqlite3", tmp_path / "backups").close()
        (folder / "maplehub.sqlite3").chmod(0o444)
    before = sorted(path.name for path in folder.iterdir())
    folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _READ_ONLY, str(folder)], check=True, capture_output=True, text=True
        )
        assert "cannot be" in done.stdout
        assert "--data-dir" in done.stdout
        assert sorted(path.name for path in folder.iterdir()) == before
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize(
    "content", [b"not a database at all, just text" * 200, b"SQLite format 3\x00" + b"\xff" * 9000]
)
def test_a_corrupt_database_is_told_and_not_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "maplehub.sqlite3"
    path.write_bytes(content)
    with pytest.raises(DatabaseCorruptError, match="damaged"):
        Database.open(path, tmp_path / "backups")
    assert path.read_bytes() == content


def test_a_page_damaged_later_is_told_when_it_is_read(
    services: Services, database: Database, character: str, tmp_path: Path
) -> None:
    services.runs.tick(character, "hard-lucid")
    database.close()
    with closing(sqlite3.connect(database.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
    content = bytearray(database.path.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 4096] = b"\x00" * 4096
    database.path.write_bytes(content)
    with pytest.raises(DatabaseCorruptError, match="damaged"):
        Database.open(database.path, tmp_path / "backups").read().__enter__()
