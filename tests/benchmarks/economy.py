"""Opening boxes and reading balances, against the same by plain sqlite3."""

import json
import sqlite3
import statistics
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from desktop.services.economy.books import BookFilter
from desktop.services.opening import SEEDS
from desktop.services.registry import Services, build_services
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, post_all
from shared.catalog import load_catalog
from shared.economy.ledger import Kind, issue
from tests.benchmarks.measure import Options, Result, benchmark, milliseconds, side_by_side

_NOW = datetime(2026, 11, 21, 18, 30, tzinfo=UTC)
_OPENINGS = 1000
_ENTRIES_PER_RUN = 10
"""Ledger entries for each run asked for: a million beside the usual hundred thousand runs."""


@benchmark("economy")
def economy(options: Options) -> Iterator[Result]:
    """Opening boxes one by one, then reading what there is from a very long ledger."""
    openings = max(20, min(_OPENINGS, options.rows))
    ours, theirs = _openings(options.folder, openings)
    name = f"open {openings:,} boxes one by one"
    yield Result(name, sum(ours), "ms", sum(theirs), most_ratio=3)
    yield Result("one opening", statistics.median(ours), "ms", statistics.median(theirs))
    yield from _balances(options)


def _openings(folder: Path, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each opening: ours, and the very same statements by plain sqlite3, on copies of one file."""
    services = _services(folder / "boxes.sqlite3")
    box = next(iter(services.lootboxes.boxes()))
    with services.database.write() as writing:
        legs = issue("coins", box.price * (count + 1))
        post_all(writing.tx, [Posting(Kind.ADMIN_ADJUST, "bench", legs, _NOW, {})])
    services.lootboxes.open(box.slug)
    plain = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
    with closing(sqlite3.connect(services.database.path)) as source:
        source.backup(plain)
        with closing(sqlite3.connect(folder / "heard.sqlite3")) as other:
            source.backup(other)
    plain.execute("PRAGMA journal_mode=WAL")
    plain.execute("PRAGMA synchronous=NORMAL")
    ours = [milliseconds(lambda: services.lootboxes.open(box.slug)) for _ in range(count)]
    services.database.close()
    # The same seed rolls the same prizes, so a second run says what the first one did.
    heard = _services(folder / "heard.sqlite3")
    heard.lootboxes.state(box.slug)
    said = _Said(heard.database.engine)
    openings = []
    for _ in range(count):
        heard.lootboxes.open(box.slug)
        openings.append(said.take())
    heard.database.close()
    theirs = [milliseconds(lambda one=one: _replay(plain, one)) for one in openings]
    plain.close()
    return ours, theirs


class _Said:
    """The statements an engine runs, as plain sqlite3 would."""

    def __init__(self, engine: Engine) -> None:
        self._heard: list[tuple[str, Any, bool]] = []
        event.listen(engine, "before_cursor_execute", self._hear)

    def take(self) -> list[tuple[str, Any, bool]]:
        """What was said since the last time."""
        heard, self._heard = self._heard, []
        return heard

    def _hear(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        self._heard.append((statement, parameters, rest[-1]))


def _replay(connection: sqlite3.Connection, statements: list[tuple[str, Any, bool]]) -> None:
    for statement, parameters, many in statements:
        cursor = connection.cursor()
        if many:
            cursor.executemany(statement, parameters)
        else:
            cursor.execute(statement, parameters)
            if statement.startswith("SELECT"):
                cursor.fetchall()
        cursor.close()
    if not connection.in_transaction:
        raise AssertionError("an opening did not write")
    connection.execute("COMMIT")


def _balances(options: Options) -> Iterator[Result]:
    """What the top bar reads, and one balance, from a ledger of a million entries."""
    services = _services(options.folder / "balances.sqlite3")
    entries = options.rows * _ENTRIES_PER_RUN
    _fill(options.folder / "balances.sqlite3", entries)
    plain = sqlite3.connect(options.folder / "balances.sqlite3", isolation_level=None)
    one = "SELECT balance FROM ledger_accounts WHERE account = 'user:coins'"

    def many(work: Callable[[], object]) -> Callable[[], None]:
        def run() -> None:
            for _ in range(100):
                work()

        return run

    ours, theirs = side_by_side(
        many(services.wallet.coins), many(lambda: plain.execute(one).fetchone()[0]), options.repeats
    )
    assert services.wallet.coins() == plain.execute(one).fetchone()[0] > 0
    name = f"balance of {entries:,} entries, 100 times"
    yield Result(name, ours, "ms", theirs, most_ratio=2)
    slow = "SELECT sum(amount) FROM ledger_entries WHERE account = 'user:coins'"
    naive = milliseconds(lambda: plain.execute(slow).fetchone())
    yield Result("the same by adding up, once", ours / 100, "ms", naive)
    accounts = "SELECT account, balance FROM ledger_accounts"
    ours, theirs = side_by_side(
        services.wallet.purse, lambda: dict(plain.execute(accounts).fetchall()), options.repeats
    )
    yield Result("everything there is (purse)", ours, "ms", theirs)
    ours, theirs = side_by_side(
        lambda: services.books.lines(BookFilter()),
        lambda: plain.execute(_PAGE).fetchall(),
        options.repeats,
    )
    yield Result("the newest 200 entries", ours, "ms", theirs)
    plain.close()
    services.database.close()


_PAGE = """SELECT e.account_seq, t.at, t.kind, t.cause, e.amount, e.balance_after, t.reverses, t.reference
FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id
WHERE e.account = 'user:coins' ORDER BY e.account_seq DESC LIMIT 200"""


def _services(path: Path) -> Services:
    database = Database.open(path, path.parent / "backups", now=_now)
    return build_services(database, load_catalog(SEEDS), _now)


def _now() -> datetime:
    return _NOW


def _fill(path: Path, entries: int) -> None:
    """A ledger of so many entries: rewards of one coin, two legs each."""
    count = entries // 2
    legs = json.dumps([["mint:coins", -1], ["user:coins", 1]])
    transactions = (
        (f"t{n}", "run_reward", f"run:{n}", 0, None, "2026-11-21T18:30:00+00:00", legs, "{}")
        for n in range(count)
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(
            "INSERT INTO ledger_transactions (id, kind, cause, turn, reverses, at, legs, reference)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            transactions,
        )
        for account, sign in (("mint:coins", -1), ("user:coins", 1)):
            connection.executemany(
                "INSERT INTO ledger_entries (transaction_id, account, account_seq, amount, balance_after)"
                " VALUES (?, ?, ?, ?, ?)",
                ((f"t{n}", account, n + 1, sign, sign * (n + 1)) for n in range(count)),
            )
            connection.execute("INSERT INTO ledger_accounts VALUES (?, ?, ?)", (account, sign * count, count))
        connection.commit()
