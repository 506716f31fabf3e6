"""Run as a program: opens boxes, kills each opener at a random moment, and prints what they reported and what is there.

Usage: killing_boxes.py FOLDER KILLS SEED. A process of its own, because it forks and must have no other threads.
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
from datetime import UTC, datetime
from pathlib import Path

from desktop.services.opening import SEEDS
from desktop.services.registry import build_services
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, post_all
from shared.catalog import Catalog, load_catalog
from shared.economy.ledger import Kind, issue

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BOX, RICH = "maple-box", 10**12
_WARM = 0.8
"""So many openers are killed after their first box, the others before or in it."""


def main() -> None:
    folder, kills, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    dice = random.Random(seed)
    catalog = load_catalog(SEEDS)
    path = folder / "maplehub.sqlite3"
    database = Database.open(path, folder / "backups")
    with database.write() as writing:
        post_all(writing.tx, [Posting(Kind.ADMIN_ADJUST, "test", issue("coins", RICH), NOW, {})])
    build_services(database, catalog, lambda: NOW).lootboxes.state(BOX)
    database.close()
    reported: set[str] = set()
    hits = 0
    for _ in range(kills):
        reading, writing_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _open_until_killed(path, catalog, writing_end)
        os.close(writing_end)
        if dice.random() < _WARM:
            # However slow the machine is, most are killed while they open.
            select.select([reading], [], [], 20)
        time.sleep(dice.uniform(0.002, 0.04))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading) as pipe:
            lines = pipe.read().split("\n")
        # The last piece has no newline: a report that was cut off was never made.
        reported.update(lines[:-1])
        hits += len(lines) > 1
    sys.stdout.write(json.dumps(_answer(path, catalog, reported) | {"kills": kills, "hits": hits}))


def _answer(path: Path, catalog: Catalog, reported: set[str]) -> dict[str, object]:
    with closing(sqlite3.connect(path)) as connection:
        rolls = dict(connection.execute("SELECT id, nonce FROM lootbox_rolls").fetchall())
        paid = {
            cause.removeprefix("lootbox:")
            for (cause,) in connection.execute("SELECT cause FROM ledger_transactions WHERE kind = 'lootbox'")
        }
        coins = connection.execute(
            "SELECT balance FROM ledger_accounts WHERE account = 'user:coins'"
        ).fetchone()
        moved = connection.execute(
            "SELECT sum(CASE kind WHEN 'coins' THEN amount ELSE coalesce(duplicate_coins, 0) END - cost)"
            " FROM lootbox_rolls"
        ).fetchone()
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
    database = Database(path)
    seeds = build_services(database, catalog, lambda: NOW).lootboxes.seeds
    findings = [finding.text for finding in seeds.verify(seeds.current().id).findings]
    database.close()
    return {
        "reported": len(reported),
        "rolls": len(rolls),
        "lost": sorted(reported - set(rolls)),
        "unpaid": sorted(set(rolls) ^ paid),
        "gaps": sorted(set(range(len(rolls))) ^ set(rolls.values())),
        "coins": coins[0] - RICH - moved[0],
        "findings": findings,
        "integrity": check,
    }


def _open_until_killed(path: Path, catalog: Catalog, pipe: int) -> None:
    database = Database(path)
    boxes = build_services(database, catalog, lambda: NOW).lootboxes
    number = 0
    while True:
        _, opening = boxes.open(BOX, 10 if number % 3 == 2 else 1)
        os.write(pipe, "".join(f"{roll.id}\n" for roll in opening.rolls).encode())
        number += 1


if __name__ == "__main__":
    main()
