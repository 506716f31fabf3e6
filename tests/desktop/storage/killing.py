"""Run as a program: starts writers, kills each at a random moment, and prints what they reported and what is there.

Usage: killing.py FOLDER KILLS SEED. A process of its own, because it forks and must have no other threads.
"""

import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from desktop.services.opening import SEEDS
from desktop.services.registry import build_services
from desktop.storage.database import Database
from shared.catalog import load_catalog
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote

_WARM = 0.8
"""So many writers are killed after their first run, the others before or in it."""
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def main() -> None:
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    dice = random.Random(seed)
    catalog = load_catalog(SEEDS)
    path = folder / "maplehub.sqlite3"
    database = Database.open(path, folder / "backups")
    character = build_services(database, catalog, lambda: NOW).characters.create("Aria", "kronos")[1]
    database.close()
    reported: set[str] = set()
    hits = 0
    for round_number in range(kills):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _write_until_killed(path, catalog, character, round_number, writing)
        os.close(writing)
        if dice.random() < _WARM:
            # However slow the machine is, most are killed while they write.
            select.select([reading], [], [], 20)
        time.sleep(dice.uniform(0.002, 0.04))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading) as pipe:
            lines = pipe.read().split("\n")
        # The last piece has no newline: a report that was cut off was never made.
        reported.update(lines[:-1])
        hits += len(lines) > 1
    with closing(sqlite3.connect(path)) as connection:
        found = {row for (row,) in connection.execute("SELECT id FROM boss_runs WHERE deleted = 0")}
        outbox = {row for (row,) in connection.execute("SELECT row_id FROM outbox WHERE kind = 'boss_runs'")}
        torn = connection.execute(
            "SELECT count(*) FROM boss_runs WHERE drop_note = 'list' AND id NOT IN (SELECT run_id FROM boss_run_drops)"
        ).fetchone()[0]
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
    answer = {
        "kills": kills,
        "hits": hits,
        "reported": len(reported),
        "lost": sorted(reported - found),
        "without_outbox": sorted(found ^ outbox),
        "torn": torn,
        "integrity": check,
    }
    sys.stdout.write(json.dumps(answer))


def _write_until_killed(path: Path, catalog: object, character: str, start: int, pipe: int) -> None:
    database = Database(path)
    runs = build_services(database, catalog, lambda: NOW).runs  # type: ignore[arg-type]
    number = 0
    while True:
        # Every week of thirty years, each round in its own place, so that every run is a new one.
        day = NOW.date() - timedelta(weeks=number % 900, days=0)
        entry = list(catalog.bosses.values())[(start + number // 900) % 84]  # type: ignore[attr-defined]
        draft = RunDraft(
            character,
            entry.id,
            day,
            drop_note=DropNote.LIST,
            drops=(Drop("dreamy-belt"),),
            note=f"{start}.{number}",
        )
        _, run_id = runs.log(draft)
        os.write(pipe, f"{run_id}\n".encode())
        number += 1


if __name__ == "__main__":
    main()
