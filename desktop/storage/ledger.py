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

_KNOWN = """SELECT NULL, id, legs FROM ledger_transactions WHERE id IN (SELECT value FROM json_each(?))
UNION ALL
SELECT entries, account, balance FROM ledger_accounts WHERE account IN (SELECT value FROM json_each(?))"""
"""What was booked before under these ids, and how the accounts stand, in one question."""
_ENTRY = """INSERT INTO ledger_entries (transaction_id, account, account_seq, amount, balance_after)
VALUES (?, ?, ?, ?, ?)"""
_ENTERED = """SELECT transaction_id, account, sum(amount) FROM ledger_entries
WHERE transaction_id IN (SELECT value FROM json_each(?)) GROUP BY transaction_id, account"""
_ACCOUNT = "INSERT OR REPLACE INTO ledger_accounts (account, balance, entries) VALUES (?, ?, ?)"


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


def post_all(tx: Transaction, postings: Sequence[Posting], *, debt: bool = False) -> list[str]:
    """Post transactions in order. One that was posted before changes nothing. Returns the ids of the new ones.

    debt: users may go below zero, because what follows was decided on another machine.

    Raises NotEnough when a user would go below zero (only the reversal of a reward may do that), Conflict when a
    known cause comes with other legs, LedgerError for legs that break a rule.
    """
    ids = [posting.id for posting in postings]
    keys = list(dict.fromkeys(key for posting in postings for key, _ in posting.legs))
    known, balances, counts = _stand(tx.connection, ids, keys)
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
    entries: list[tuple[Any, ...]] = []
    for row_id, posting in fresh.items():
        may_owe = debt or (posting.reverses is not None and posting.kind in REWARDS)
        post(balances, posting.legs, debt=may_owe)
        for key, amount in posting.legs:
            balances[key] += amount
            counts[key] += 1
            entries.append((row_id, key, counts[key], amount, balances[key]))
    tx.append(
        ledger_transactions, [_row(row_id, posting, known[row_id]) for row_id, posting in fresh.items()]
    )
    tx.connection.exec_driver_sql(_ENTRY, entries)
    moved = [(key, balances[key], counts[key]) for key in keys if counts[key]]
    tx.connection.exec_driver_sql(_ACCOUNT, moved)
    return list(fresh)


def take_over(tx: Transaction, legs: Mapping[str, Legs]) -> None:
    """Enter transactions that came from the server into this machine's accounts, by id.

    Of one that was entered before with other amounts, only the difference is entered.
    """
    entered: dict[str, dict[str, int]] = {row_id: {} for row_id in legs}
    rows = tx.connection.exec_driver_sql(_ENTERED, (encode(list(legs)),))
    for row_id, account, amount in rows:
        entered[row_id][account] = amount
    wanted: list[tuple[str, str, int]] = []
    for row_id, each in legs.items():
        sums: dict[str, int] = {}
        for account, amount in each:
            sums[account] = sums.get(account, 0) + amount
        for account in sums.keys() | entered[row_id].keys():
            difference = sums.get(account, 0) - entered[row_id].get(account, 0)
            if difference:
                wanted.append((row_id, account, difference))
    keys = list(dict.fromkeys(account for _, account, _ in wanted))
    _, balances, counts = _stand(tx.connection, (), keys)
    entries = []
    for row_id, account, amount in wanted:
        balances[account] += amount
        counts[account] += 1
        entries.append((row_id, account, counts[account], amount, balances[account]))
    if entries:
        tx.connection.exec_driver_sql(_ENTRY, entries)
        tx.connection.exec_driver_sql(_ACCOUNT, [(key, balances[key], counts[key]) for key in keys])


def balances(connection: Connection) -> dict[str, int]:
    """Every account's balance by key."""
    rows = connection.exec_driver_sql("SELECT account, balance FROM ledger_accounts")
    return {account: balance for account, balance in rows}  # noqa: C416 - rows are no pairs to dict()


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


def _stand(
    connection: Connection, ids: Sequence[str], keys: Sequence[str]
) -> tuple[dict[str, str], dict[str, int], dict[str, int]]:
    """Legs of known transactions by id; balances and numbers of entries by account, 0 for a new one."""
    known: dict[str, str] = {}
    balances, counts = dict.fromkeys(keys, 0), dict.fromkeys(keys, 0)
    for entries, name, value in connection.exec_driver_sql(_KNOWN, (encode(ids), encode(keys))):
        if entries is None:
            known[name] = value
        else:
            balances[name], counts[name] = value, entries
    return known, balances, counts


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
