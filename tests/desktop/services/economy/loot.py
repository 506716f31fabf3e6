"""What the tests of boxes share."""

import hashlib
from collections.abc import Callable

from desktop.storage.database import Database
from desktop.storage.ledger import balances

BOX = "maple-box"


def counted(start: int = 0) -> Callable[[int], bytes]:
    """Secret bytes that are the same in every run."""
    number = start

    def token(size: int) -> bytes:
        nonlocal number
        number += 1
        return hashlib.sha256(f"secret {number}".encode()).digest()[:size]

    return token


def held(database: Database) -> dict[str, int]:
    """What the player has, by unit."""
    with database.read() as connection:
        found = balances(connection)
    return {key.removeprefix("user:"): amount for key, amount in found.items() if key.startswith("user:")}


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.read() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]
