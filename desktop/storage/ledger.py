"""Posting to the ledger inside a write: all legs, all balances and the outbox line, or nothing.

This is the hot path of a lootbox, so its statements are plain SQL handed straight to the driver.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from desktop.storage.tables import ledger_transactions
from desktop.storage.transaction import Transaction, encode
from shared.economy.ledger import REWARDS, Kind, Legs, check, post, reversal, transaction_id
from shared.errors import Conflict

_BALANCES = (
    "SELECT account, balance, entries FROM ledger_accounts WHERE account IN (SELECT value FROM json_each(?))"
)
_ENTRY = """INSERT INTO ledger_entries (transaction_id, account, account_seq, amount, balance_after)
VALUES (?, ?, ?, ?, ?)"""
_ACCOUNT = "INSERT OR REPLACE INTO ledger_accounts (account, balance, entries) VALUES (?, ?, ?)"
_KNOWN = "SELECT id, legs FROM ledger_transactions WHERE id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Posting:
    """A transaction to post. cause: what it is for, such as `run:{id}`; with kind and turn it happens once.

    reference: JSON-able facts for the list of transactions (names of the day, the item, the box).
    """

    kind: Kind
    cause: str
    legs: Legs
    at: datetime
    reference: Mapping[str, Any]
    turn: int = 0
    reverses: str | None = None

    @property
    def id(self) -> str:
        """The transaction's id, the same on every machine."""
        return transaction_id(self.kind, self.cause, self.turn, reverses=self.reverses is not None)


def post_all(tx: Transaction, postings: Sequence[Posting]) -> list[str]:
    """Post transactions in order. One that was posted before changes nothing. Returns the ids of the new ones.

    Raises NotEnough when a user would go below zero (only the reversal of a reward may do that), Conflict when a
    known cause comes with other legs, LedgerError for legs that break a rule.
    """
    ids = [posting.id for posting in postings]
    known = _known(tx.connection, ids)
    fresh: dict[str, Posting] = {}
    for row_id, posting in zip(ids, postings, strict=True):
        legs = encode(posting.legs)
        if row_id not in known:
            check(posting.legs, reverses=posting.reverses is not None)
            known[row_id] = legs
            fresh[row_id] = posting
        elif known[row_id] != legs:
            raise Conflict("This was booked before with other amounts.")
    if not fresh:
        return []
    keys = list(dict.fromkeys(key for posting in fresh.values() for key, _ in posting.legs))
    rows = tx.connection.exec_driver_sql(_BALANCES, (encode(keys),))
    accounts = {key: (balance, entries) for key, balance, entries in rows}
    balances = {key: accounts[key][0] if key in accounts else 0 for key in keys}
    counts = {key: accounts[key][1] if key in accounts else 0 for key in keys}
    entries: list[tuple[Any, ...]] = []
    for row_id, posting in fresh.items():
        debt = posting.reverses is not None and posting.kind in REWARDS
        post(balances, posting.legs, debt=debt)
        for key, amount in posting.legs:
            balances[key] += amount
            counts[key] += 1
            entries.append((row_id, key, counts[key], amount, balances[key]))
    tx.append(
        ledger_transactions, [_row(row_id, posting, known[row_id]) for row_id, posting in fresh.items()]
    )
    tx.connection.exec_driver_sql(_ENTRY, entries)
    tx.connection.exec_driver_sql(_ACCOUNT, [(key, balances[key], counts[key]) for key in keys])
    return list(fresh)


def balances(connection: Connection) -> dict[str, int]:
    """Every account's balance by key."""
    return _pairs(connection.exec_driver_sql("SELECT account, balance FROM ledger_accounts").fetchall())


def reversed_posting(row_id: str, posting: Posting, at: datetime) -> Posting:
    """The posting that takes an earlier one back."""
    kind = Kind.REFUND if posting.kind is Kind.SHOP_PURCHASE else posting.kind
    return Posting(
        kind, posting.cause, reversal(posting.legs), at, posting.reference, posting.turn, reverses=row_id
    )


def read_posting(row: Any) -> Posting:
    """A stored transaction."""
    return Posting(
        kind=Kind(row.kind),
        cause=row.cause,
        legs=tuple((key, amount) for key, amount in json.loads(row.legs)),
        at=datetime.fromisoformat(row.at),
        reference=json.loads(row.reference),
        turn=row.turn,
        reverses=row.reverses,
    )


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    return _pairs(connection.exec_driver_sql(_KNOWN, (encode(ids),)).fetchall())


def _pairs(rows: Sequence[Any]) -> dict[str, Any]:
    return {row[0]: row[1] for row in rows}


def _row(row_id: str, posting: Posting, legs: str) -> dict[str, Any]:
    return {
        "id": row_id,
        "kind": str(posting.kind),
        "cause": posting.cause,
        "turn": posting.turn,
        "reverses": posting.reverses,
        "at": posting.at.astimezone(UTC).isoformat(timespec="seconds"),
        "legs": legs,
        "reference": encode(dict(posting.reference)),
    }
