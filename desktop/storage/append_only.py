"""Guards in the database itself: the ledger and the rolls are never changed nor deleted, whoever tries."""

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


def guard(connection: Connection) -> None:
    """Refuse every UPDATE and DELETE from now on."""
    for table, columns in APPEND_ONLY.items():
        for verb, of in (("UPDATE", columns), ("DELETE", "")):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb}{of} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def unguard(connection: Connection) -> None:
    """Take the guards away. Only for a demo that is made anew, and migrations."""
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
