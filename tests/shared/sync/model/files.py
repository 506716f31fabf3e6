"""SQLite files, kept thin: every transaction is real, and a crash leaves what had been committed."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shared.sync.wire import Row
from tests.shared.sync.model.rules import Killed

# The files outlive a killed process here, not a power cut: waiting for the disk would only cost histories.
PRAGMAS = "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE;"


def dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


class File:
    """A SQLite file whose connection can be lost in the middle of a transaction."""

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._schema = schema
        self._left: int | None = None
        self.open()

    def open(self) -> None:
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.executescript(PRAGMAS + self._schema)

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def transaction(self, crash: int | None = None) -> Iterator[None]:
        """All or nothing. crash: the process ends before this statement, counted from 1 (the commit counts)."""
        self._left = crash
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._count()
            self.connection.execute("COMMIT")
        except BaseException:
            self.connection.rollback()
            raise
        finally:
            self._left = None

    def run(self, statement: str, *parameters: object) -> list[Any]:
        self._count()
        return self.connection.execute(statement, parameters).fetchall()

    def copy_to(self, other: "File") -> None:
        self.connection.backup(other.connection)

    def _count(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                raise Killed


def row_of(table: str, row_id: str, values: str, stamps: str, seq: int = 0) -> Row:
    return Row(table, row_id, json.loads(values), json.loads(stamps), seq)
