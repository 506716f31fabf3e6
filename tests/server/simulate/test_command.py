"""`maplehub-server simulate`, as a host types it."""

import re
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from server.__main__ import main
from tests.server.test_processes import PATIENCE, Process

RIGHT = re.compile(r"\d+ weeks? checked, 0 differences found and mended\.\n")


@pytest.fixture
def address(sqlite_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server's database."""
    monkeypatch.setenv("DATABASE_URL", sqlite_address)
    return sqlite_address


def query(address: str, statement: str) -> int:
    """One number of the database."""
    with closing(sqlite3.connect(address.removeprefix("sqlite+aiosqlite:///"))) as connection:
        (found,) = connection.execute(statement).fetchone()
        return int(found)


def test_it_fills_a_database_and_the_check_finds_nothing_wrong(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = ["--data-dir", str(tmp_path / "data")]
    size = ["--users", "12", "--weeks", "5", "--seed", "9", "--broken", "0.5"]
    assert main(["simulate", *size, "--bulk", *folder]) == 0
    players, runs = (query(address, f"SELECT count(*) FROM {table}") for table in ("users", "boss_runs"))
    assert capsys.readouterr().out.startswith(f"{players} of 12 players, {runs} runs, ")
    assert query(address, "SELECT count(*) FROM boss_runs WHERE client_version = '0.9.1'")
    assert main(["simulate", *size, *folder]) == 0
    assert capsys.readouterr().out.startswith("0 of 12 players, 0 runs, ")
    assert main(["statistics", "check", *folder]) == 0
    assert RIGHT.fullmatch(capsys.readouterr().out)


def test_where_real_people_play_it_wants_to_be_told(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(address.removeprefix("sqlite+aiosqlite:///"))) as connection:
        at = "2026-03-05 18:00:00"
        values = ("0" * 32, "80351110224678912", "aria", None, at, at)
        connection.execute("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)", values)
        connection.commit()
    words = ["simulate", "--users", "1", "--data-dir", str(tmp_path / "data")]
    assert main(words) == 2
    assert "--beside-players" in capsys.readouterr().err
    assert query(address, "SELECT count(*) FROM users") == 1
    assert main([*words, "--beside-players"]) == 0
    assert query(address, "SELECT count(*) FROM users") == 2


@pytest.mark.parametrize(
    "words",
    [["--users", "0"], ["--users", "many"], ["--weeks", "1001"], ["--broken", "2"], ["--broken", "x"]],
)
def test_sizes_it_cannot_do_are_said(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["simulate", *words])
    assert "between " in capsys.readouterr().err


def test_interrupted_it_leaves_whole_players(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = {"CWD": str(tmp_path), "DATABASE_URL": address, "MAPLEHUB_DATA_DIR": str(tmp_path / "data")}
    process = Process(["simulate", "--users", "100000", "--weeks", "4", "--bulk"], environment)
    try:
        wal = Path(f"{address.removeprefix('sqlite+aiosqlite:///')}-wal")
        until = time.monotonic() + PATIENCE
        # Nothing can be seen of it before its end, but that something is written.
        while not wal.exists() or wal.stat().st_size < 300_000:
            assert process.process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        process.process.send_signal(signal.SIGINT)
        status, said, wrong = process.finish()
    finally:
        process.close()
    assert (status, wrong) == (0, "")
    players, runs = (query(address, f"SELECT count(*) FROM {table}") for table in ("users", "boss_runs"))
    assert players > 0
    assert said.startswith(f"{players:,} of 100,000 players, {runs:,} runs, ")
    assert main(["statistics", "check", "--data-dir", str(tmp_path / "data")]) == 0
    assert RIGHT.fullmatch(capsys.readouterr().out)
