"""One tick through the whole write path, against the same rows by plain sqlite3."""

import sqlite3
import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from desktop.services.opening import SEEDS
from desktop.services.registry import build_services
from desktop.storage.database import Database
from desktop.storage.tables import boss_runs, history, outbox
from shared.catalog import load_catalog
from tests.benchmarks.measure import Options, Result, benchmark, milliseconds

_NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
_TICKS = 200


@benchmark("tick")
def tick(options: Options) -> Iterator[Result]:
    """A clear noted, with its outbox line and its way back, committed to a file."""
    database = Database.open(options.folder / "tick.sqlite3", options.folder / "backups", now=_now)
    services = build_services(database, load_catalog(SEEDS), _now)
    owner = services.characters.create("Aria", "kronos")[1]
    days = [date(2026, 11, 21) - timedelta(weeks=number) for number in range(_TICKS)]
    services.runs.tick(owner, "hard-lucid", day=date(2026, 11, 21) + timedelta(weeks=-_TICKS - 1))
    ours = [milliseconds(lambda day=day: services.runs.tick(owner, "hard-lucid", day=day)) for day in days]
    rows = _written(database)
    database.close()
    other = Database.open(options.folder / "plain.sqlite3", options.folder / "backups", now=_now)
    other.close()
    plain = sqlite3.connect(options.folder / "plain.sqlite3", isolation_level=None)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("PRAGMA synchronous=NORMAL")
    theirs = [
        milliseconds(lambda at=at: _write(plain, [found[at] for found in rows])) for at in range(_TICKS)
    ]
    plain.close()
    yield Result("tick", statistics.median(ours), "ms", statistics.median(theirs))
    yield Result(
        "tick, slowest of 100", sorted(ours)[int(_TICKS * 0.99)], "ms", sorted(theirs)[int(_TICKS * 0.99)]
    )


def _now() -> datetime:
    return _NOW


def _written(database: Database) -> list[list[tuple[str, tuple[object, ...]]]]:
    """What the ticks wrote, newest last, as plain statements."""
    found = []
    for made, order in ((boss_runs, "row"), (outbox, "n"), (history, "n")):
        names = [column.name for column in made.columns if column.name != order]
        statement = f"INSERT INTO {made.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        with database.engine.connect() as connection:
            query = f"SELECT {', '.join(names)} FROM {made.name} ORDER BY {order} DESC LIMIT {_TICKS}"
            rows = connection.exec_driver_sql(query).all()
        found.append([(statement, tuple(row)) for row in reversed(rows)])
    return found


def _write(connection: sqlite3.Connection, statements: list[tuple[str, tuple[object, ...]]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for statement, values in statements:
        connection.execute(statement, values)
    connection.execute("COMMIT")
