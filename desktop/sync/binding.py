"""Whose data a local database holds: the account it is synced with, kept in the database itself.

A position in one account's history means nothing in another's, so a database belongs to one account of one server
until it is released.
"""

import json
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path

from desktop.storage.database import Database
from desktop.storage.transaction import encode

_BINDING = "sync.account"


@dataclass(frozen=True, slots=True)
class Binding:
    """An account on a server. server: its address. signed_in: whether this machine may still speak for it."""

    server: str
    user_id: str
    name: str
    signed_in: bool = True

    def same_account(self, other: "Binding") -> bool:
        """Whether both are of one player on one server."""
        return (self.server, self.user_id) == (other.server, other.user_id)

    @property
    def profile(self) -> str:
        """What a database of the account's own is called by: 12 hex digits, the same on every machine."""
        return sha256(f"{self.server} {self.user_id}".encode()).hexdigest()[:12]


def bound(database: Database) -> Binding | None:
    """The account this database belongs to; None before the first sign-in."""
    found = database.peek("SELECT value FROM local_state WHERE key = ?", (_BINDING,))
    return Binding(**json.loads(found[0][0])) if found else None


def owner(path: Path) -> Binding | None:
    """Whose data a database file holds that is not open here; None for nobody's, or what cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT value FROM local_state WHERE key = ?", (_BINDING,)).fetchone()
    except sqlite3.Error:
        return None
    return Binding(**json.loads(found[0])) if found else None


def bind(database: Database, account: Binding) -> None:
    """The database belongs to this account from now on. ValueError when it belongs to another."""
    before = bound(database)
    if before is not None and not before.same_account(account):
        raise ValueError("the database belongs to another account")
    _keep(database, account)


def signed_out(database: Database) -> None:
    """The account may no longer be asked; its data stays, and so does its place in the history."""
    before = bound(database)
    if before is not None:
        _keep(database, replace(before, signed_in=False))


def release(database: Database) -> None:
    """The data belongs to nobody: the next account that signs in is given all of it."""
    with database.write() as writing:
        run = writing.tx.connection.exec_driver_sql
        run("DELETE FROM local_state WHERE key IN ('sync.account', 'sync.position', 'sync.removal')")
        run("DELETE FROM sync_stage")
        run("UPDATE sync_rows SET again = 1 WHERE stamps <> '{}'")


def _keep(database: Database, account: Binding) -> None:
    with database.write() as writing:
        writing.tx.connection.exec_driver_sql(
            "INSERT OR REPLACE INTO local_state (key, value) VALUES (?, ?)",
            (_BINDING, encode(asdict(account))),
        )
