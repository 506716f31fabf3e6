"""What a player entered and what did not stand of it, kept so that no words are lost."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from desktop.storage.database import Database
from desktop.storage.transaction import Transaction, encode
from shared.sync.outbox import Entry

_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Problem:
    """An edit that did not stand. reason: a code of `shared.sync.records.Code`, or "lost" to a later edit elsewhere."""

    at: datetime
    table: str
    row_id: str
    reason: str
    fields: Mapping[str, Any]


def problems(database: Database) -> list[Problem]:
    """What did not stand in the last 90 days, newest first."""
    rows = database.peek("SELECT at, kind, row_id, reason, fields FROM sync_journal ORDER BY n DESC")
    return [
        Problem(datetime.fromisoformat(at), kind, row_id, reason, json.loads(fields))
        for at, kind, row_id, reason, fields in rows
    ]


def count_problems(database: Database) -> int:
    """How many there are."""
    return int(database.peek("SELECT count(*) FROM sync_journal")[0][0])


def forget_problems(database: Database) -> None:
    """The player has read them."""
    with database.write() as writing:
        writing.tx.connection.exec_driver_sql("DELETE FROM sync_journal")


def write_down(tx: Transaction, entries: Iterable[Entry]) -> None:
    """Keep these in the transaction that removes them from the outbox; the oldest go."""
    now = tx.now.astimezone(UTC)
    at = now.isoformat(timespec="seconds")
    lines = [
        (at, entry.mid, entry.table, entry.id, str(entry.reason), encode(dict(entry.fields)))
        for entry in entries
    ]
    if lines:
        tx.connection.exec_driver_sql(
            "INSERT INTO sync_journal (at, mid, kind, row_id, reason, fields) VALUES (?, ?, ?, ?, ?, ?)",
            lines,
        )
    old = (now - _KEPT).isoformat(timespec="seconds")
    tx.connection.exec_driver_sql("DELETE FROM sync_journal WHERE at < ?", (old,))
