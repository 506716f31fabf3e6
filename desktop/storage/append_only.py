"""Guards in the database itself: the ledger and the rolls are never changed nor deleted, whoever tries.

But for one: of two machines that booked the same thing offline, the server keeps one row, and the other machine takes
it over. It says so in the local state while it does.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

APPEND_ONLY = {
    "ledger_entries": "",
    "ledger_transactions": " OF id, kind, cause, turn, reverses, at, legs, reference, deleted",
    "lootbox_rolls": (
        " OF id, seed_id, nonce, client_seed, table_hash, box, pity, level, prize, rarity, kind, thing, amount,"
        " cost, duplicate_coins, at, deleted"
    ),
}
"""Tables, and the columns that say what happened ("" for all)."""

ADOPTABLE = frozenset({"ledger_transactions", "lootbox_rolls"})
_ADOPTING = "sync.adopting"
_UNLESS = " WHEN NOT EXISTS (SELECT 1 FROM local_state WHERE key = 'sync.adopting')"


def guard(connection: Connection) -> None:
    """Refuse every UPDATE and DELETE from now on."""
    for table, columns in APPEND_ONLY.items():
        for verb, of in (("UPDATE", columns), ("DELETE", "")):
            connection.exec_driver_sql(_trigger(table, verb, of))


def unguard(connection: Connection) -> None:
    """Take the guards away. Only for a demo that is made anew, and migrations."""
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")


@contextmanager
def adopting(connection: Connection) -> Iterator[None]:
    """Let rows be replaced by the server's, in this transaction."""
    connection.exec_driver_sql("INSERT INTO local_state (key, value) VALUES (?, 'true')", (_ADOPTING,))
    yield
    connection.exec_driver_sql("DELETE FROM local_state WHERE key = ?", (_ADOPTING,))


def _trigger(table: str, verb: str, columns: str) -> str:
    unless = _UNLESS if verb == "UPDATE" and table in ADOPTABLE else ""
    return (
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb}{columns} ON {table}{unless} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
