"""Several processes over one data folder: one is first, the others hand over; none loses what it told."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from desktop.services.opening import open_data
from desktop.services.places import places
from desktop.services.plans import Plan
from tests.desktop.conftest import NOW
from tests.end_to_end.conftest import Start

DRIVER = "tests.end_to_end.driver"
KILLS = 4
TOLD_BEFORE_KILL = (1, 3, 2, 4)


def test_a_second_start_raises_the_first_and_ends(start: Start, data: Path) -> None:
    first = start(DRIVER, "watch", "--data-dir", data)
    assert first.expect("ready") == [[]]
    second = start("desktop", "--data-dir", data)
    assert second.wait() == 0
    assert first.expect("raised") == [True]
    assert first.process.poll() is None
    assert second.errors == []


def test_another_data_folder_is_another_program(start: Start, data: Path, tmp_path: Path) -> None:
    start(DRIVER, "watch", "--data-dir", data).expect("ready")
    other = start(DRIVER, "watch", "--data-dir", tmp_path / "other")
    other.expect("ready")
    assert other.process.poll() is None


def test_log_run_opens_the_dialog_of_the_first(start: Start, data: Path) -> None:
    with_character(data)
    first = start(DRIVER, "watch", "--data-dir", data)
    first.expect("ready")
    second = start("desktop", "--log-run", "--data-dir", data)
    assert second.wait() == 0
    assert first.expect("raised") == [True]
    assert first.expect("dialog") == ["Log run"]


@pytest.mark.timeout(120)
def test_what_was_told_survives_a_kill(start: Start, data: Path) -> None:
    with_character(data, count=KILLS)
    told: set[str] = set()
    for number in range(KILLS):
        program = start(DRIVER, "press", number, "--data-dir", data)
        for _ in range(TOLD_BEFORE_KILL[number]):
            kind, ids, toasts = program.expect("told")
            assert kind == "run.cleared"
            assert isinstance(ids, list)
            assert isinstance(toasts, list)
            assert "cleared on" in toasts[-1]
            told.update(ids)
        program.kill()
        for kind, ids, _toasts in program.rest("told"):
            assert kind == "run.cleared"
            assert isinstance(ids, list)
            told.update(ids)
        assert told <= runs(data) | booked(data)
        # A clear and its reward stand or fall together.
        assert len(booked(data)) >= len(runs(data))
    assert len(told & runs(data)) >= sum(TOLD_BEFORE_KILL)
    survivor = start(DRIVER, "watch", "--data-dir", data)
    assert survivor.expect("ready") == [[f"Aria{number}" for number in range(KILLS)]]
    # A killed program holds no lock: a later start is the first, and is raised by the next.
    assert start("desktop", "--data-dir", data).wait() == 0
    assert survivor.expect("raised") == [True]


def with_character(data: Path, count: int = 1) -> None:
    """Characters with plans, made without a window."""
    opened = open_data(places(data), lambda: NOW)
    services = opened.services
    for number in range(count):
        _, known = services.characters.create(f"Aria{number}", "kronos", level=260)
        services.plans.replace(
            known, [Plan(entry, 1) for entry in services.catalog.presets["root-abyss"].entries]
        )
    services.database.close()


def booked(data: Path) -> set[str]:
    """The ids of the ledger's transactions."""
    with closing(sqlite3.connect(places(data).database)) as connection:
        return {row[0] for row in connection.execute("SELECT id FROM ledger_transactions")}


def runs(data: Path) -> set[str]:
    """The ids of the clears in a database that must be whole."""
    with closing(sqlite3.connect(places(data).database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        found = connection.execute("SELECT id FROM boss_runs WHERE deleted = 0 AND cleared = 1")
        return {row[0] for row in found}
