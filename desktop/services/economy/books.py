"""The ledger as a person reads it: one account's entries, sums by time, a check of everything, and a file to keep."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Select, case, func, select

from desktop.services.csv_text import csv_content
from desktop.services.places import write_atomically
from desktop.storage.database import Database
from desktop.storage.tables import characters, ledger_entries, ledger_transactions
from shared.catalog import Catalog
from shared.economy.ledger import COINS, EXPERIENCE, LOOTBOXER, AccountKind, Entry, Kind, account, audit
from shared.errors import MapleHubError
from shared.resets import Reset, period_of_day, utc_date

PAGE = 200
_CHUNK = 5000
entry, booked = ledger_entries.c, ledger_transactions.c
_COLUMNS = ("number", "time_utc", "kind", "what", "amount", "balance", "taken_back", "cause")


class Bucket(StrEnum):
    """The spans statistics are summed over; a week is the boss week, from Thursday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Order(StrEnum):
    """How entries are listed."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LARGEST = "largest"


@dataclass(frozen=True, slots=True)
class BookFilter:
    """Which entries to show. unit: the account's. kinds: empty for all. Days are UTC and both included.

    incoming: True for what came in, False for what went out, None for both.
    """

    unit: str = COINS
    kinds: frozenset[Kind] = frozenset()
    since: date | None = None
    until: date | None = None
    incoming: bool | None = None
    order: Order = Order.NEWEST


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the chosen account. taken_back: this entry is the reversal of an earlier one.

    who: the character of a run, "" where there is none.
    """

    seq: int
    at: datetime
    kind: Kind
    cause: str
    amount: int
    balance_after: int
    taken_back: bool
    reference: Mapping[str, Any]
    who: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """What came in and what went out (a negative number) in the span that begins on `start`."""

    start: date
    incoming: int
    outgoing: int


@dataclass(frozen=True, slots=True)
class Totals:
    """How many entries match, what they bring in and take out, and the incoming and outgoing sum by kind."""

    count: int
    incoming: int
    outgoing: int
    by_kind: Mapping[Kind, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Check:
    """The result of checking everything. faults: a sentence each, none when all is well."""

    transactions: int
    entries: int
    accounts: int
    faults: tuple[str, ...]


class Books:
    """Reads only."""

    def __init__(self, database: Database, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._catalog = catalog
        self._now = now

    def units(self) -> list[str]:
        """Everything that is counted: coins, the two kinds of experience, materials."""
        return [COINS, EXPERIENCE, LOOTBOXER, *self._catalog.economy.materials]

    def lines(self, wanted: BookFilter, offset: int = 0, limit: int = PAGE) -> list[Line]:
        """A page of entries in the asked order."""
        order = {
            Order.NEWEST: (entry.account_seq.desc(),),
            Order.OLDEST: (entry.account_seq,),
            Order.LARGEST: (func.abs(entry.amount).desc(), entry.account_seq.desc()),
        }[wanted.order]
        query = _entries(
            wanted,
            *(entry.account_seq, booked.at, booked.kind, booked.cause),
            *(entry.amount, entry.balance_after, booked.reverses, booked.reference),
        )
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(*order).limit(limit).offset(offset)).fetchall()
            # Removed ones too: what they earned stays in the books.
            names = {
                row.id: row.name for row in connection.execute(select(characters.c.id, characters.c.name))
            }
        return [_line(row, names) for row in rows]

    def totals(self, wanted: BookFilter) -> Totals:
        """Counts and sums over everything that matches."""
        query = _entries(
            wanted,
            booked.kind,
            func.count(),
            func.sum(func.max(entry.amount, 0)),
            func.sum(func.min(entry.amount, 0)),
        ).group_by(booked.kind)
        with self._database.read() as connection:
            rows = connection.execute(query).fetchall()
        return Totals(
            count=sum(row[1] for row in rows),
            incoming=sum(row[2] for row in rows),
            outgoing=sum(row[3] for row in rows),
            by_kind={Kind(row[0]): (row[2], row[3]) for row in rows},
        )

    def statistics(self, wanted: BookFilter, bucket: Bucket, spans: int = 26) -> list[Sums]:
        """Sums of the newest spans up to the last wanted day (or today), oldest first, empty ones too.

        What was taken back counts against what it took back, not as spending.
        """
        last = _start(bucket, wanted.until or utc_date(self._now()))
        starts = [last]
        while len(starts) < spans:
            starts.append(_start(bucket, starts[-1] - timedelta(days=1)))
        starts.reverse()
        gained = (entry.amount > 0) == booked.reverses.is_(None)
        day = func.substr(booked.at, 1, 10)
        query = (
            _entries(
                wanted,
                day,
                func.sum(case((gained, entry.amount), else_=0)),
                func.sum(case((gained, 0), else_=entry.amount)),
            )
            .where(booked.at >= starts[0].isoformat())
            .group_by(day)
        )
        sums = {start: [0, 0] for start in starts}
        with self._database.read() as connection:
            for text, incoming, outgoing in connection.execute(query):
                into = sums.get(_start(bucket, date.fromisoformat(text)))
                if into is not None:
                    into[0] += incoming
                    into[1] += outgoing
        return [Sums(start, *sums[start]) for start in starts]

    def check(self) -> Check:
        """Replay every entry and hold it against every balance, every transaction's legs and every reversal."""
        with self._database.read() as connection:

            def entries() -> Iterator[Entry]:
                query = (
                    "SELECT transaction_id, account, account_seq, amount, balance_after FROM ledger_entries"
                    " ORDER BY n"
                )
                for row in connection.exec_driver_sql(query).yield_per(_CHUNK):
                    counted[0] += 1
                    yield Entry(*row)

            counted = [0]
            kept = {
                row[0]: row[1]
                for row in connection.exec_driver_sql("SELECT account, balance FROM ledger_accounts")
            }
            faults = audit(entries(), kept)
            transactions = connection.exec_driver_sql("SELECT count(*) FROM ledger_transactions").scalar_one()
            for sentence, query in _CHECKS:
                faults += [sentence.format(row[0]) for row in connection.exec_driver_sql(query)]
        return Check(transactions, counted[0], len(kept), tuple(faults))

    def export(
        self,
        wanted: BookFilter,
        path: Path,
        names: Callable[[Line], str],
        *,
        report: Callable[[float], None] = lambda _share: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> int:
        """Write the matching entries to a CSV file, whole or not at all; returns how many, 0 when cancelled.

        names: what to call an entry. report is told the share done, 0–1. Raises MapleHubError when the file cannot
        be written.
        """
        total = max(1, self.totals(wanted).count)
        rows: list[tuple[object, ...]] = []
        while page := self.lines(wanted, len(rows), _CHUNK):
            if cancelled():
                return 0
            for line in page:
                what = (line.kind.value, names(line), line.amount, line.balance_after, int(line.taken_back))
                rows.append((line.seq, line.at.isoformat(), *what, line.cause))
            report(len(rows) / total)
        try:
            write_atomically(path, csv_content(_COLUMNS, rows))
        except OSError as error:
            raise MapleHubError(
                f"{path.name} could not be written: {error.strerror or error}.", "Choose another place."
            ) from error
        return len(rows)


_CHECKS = (
    (
        "{0} was taken back twice.",
        "SELECT reverses FROM ledger_transactions WHERE reverses IS NOT NULL GROUP BY reverses HAVING count(*) > 1",
    ),
    (
        "{0} takes back something that is not there.",
        """SELECT t.id FROM ledger_transactions t LEFT JOIN ledger_transactions o ON o.id = t.reverses
        WHERE t.reverses IS NOT NULL AND o.id IS NULL""",
    ),
    (
        "{0} has no entries.",
        "SELECT id FROM ledger_transactions WHERE id NOT IN (SELECT transaction_id FROM ledger_entries)",
    ),
    (
        "{0} has entries but no transaction.",
        """SELECT DISTINCT transaction_id FROM ledger_entries
        WHERE transaction_id NOT IN (SELECT id FROM ledger_transactions)""",
    ),
)


def _entries(wanted: BookFilter, *columns: Any) -> Select[Any]:
    query = (
        select(*columns)
        .join_from(ledger_entries, ledger_transactions, booked.id == entry.transaction_id)
        .where(entry.account == account(AccountKind.USER, wanted.unit))
    )
    if wanted.kinds:
        query = query.where(booked.kind.in_(sorted(wanted.kinds)))
    if wanted.since is not None:
        query = query.where(booked.at >= wanted.since.isoformat())
    if wanted.until is not None:
        query = query.where(booked.at < (wanted.until + timedelta(days=1)).isoformat())
    if wanted.incoming is not None:
        query = query.where(entry.amount > 0 if wanted.incoming else entry.amount < 0)
    return query


def _line(row: Sequence[Any], names: Mapping[str, str]) -> Line:
    reference = json.loads(row[7])
    return Line(
        seq=row[0],
        at=datetime.fromisoformat(row[1]),
        kind=Kind(row[2]),
        cause=row[3],
        amount=row[4],
        balance_after=row[5],
        taken_back=row[6] is not None,
        reference=reference,
        who=names.get(reference.get("character", ""), ""),
    )


def _start(bucket: Bucket, day: date) -> date:
    if bucket is Bucket.DAY:
        return day
    return period_of_day(Reset.WEEKLY if bucket is Bucket.WEEK else Reset.MONTHLY, day)
