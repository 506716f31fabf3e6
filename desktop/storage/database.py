"""The local database file: opening it safely, reading it, writing it, undo and redo."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine, event, func, select, update
from sqlalchemy.exc import DatabaseError, OperationalError

from desktop.storage import backups, schema
from desktop.storage.changes import NOTHING, Changes, Label
from desktop.storage.tables import SYNCED, history, local_state, outbox
from desktop.storage.transaction import Transaction
from shared.errors import DatabaseCorruptError, MapleHubError, StorageError
from shared.sync.clock import HybridClock

_READ_ONLY = "maplehub_read_only"
CLOCK = "sync.clock"
"""The key in the local state under which sync keeps how far the clock of stamps has come."""


def utc_now() -> datetime:
    """The wall clock as an aware UTC instant."""
    return datetime.now(UTC)


Rule = Callable[[Transaction], None]
"""What must follow from the steps of any write, undo and redo: posted in the same transaction."""


class Write:
    """A write under way. `tx` does the work; `changes` is there once it has committed."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.label: Label | None = None
        self.changes: Changes = NOTHING


class Database:
    """One SQLite file. Belongs to one thread at a time; nothing here knows of Qt.

    rules: run at the end of every write, undo and redo that changed rows; a rule that raises undoes it all.
    clock: gives every edit its stamp.
    """

    def __init__(self, path: Path, *, now: Callable[[], datetime] = utc_now) -> None:
        self.path = path
        self.now = now
        self.rules: list[Rule] = []
        self.engine = make_engine(path)
        self._peeking: PoolProxiedConnection | None = None
        self._closed = False
        with self.read() as connection:
            last = connection.execute(select(func.max(outbox.c.mid))).scalar()
            stored = connection.execute(
                select(local_state.c.value).where(local_state.c.key == CLOCK)
            ).scalar()
        self.clock = HybridClock(max(last or "", json.loads(str(stored)) if stored else "") or None)

    @classmethod
    def open(
        cls, path: Path, backup_folder: Path, *, now: Callable[[], datetime] = utc_now, keep: int = 14
    ) -> "Database":
        """Open the file, making or migrating it when needed; a backup comes before any migration.

        Raises StorageError (folder cannot be written, disk full), DatabaseCorruptError, DatabaseTooNewError,
        MigrationError. Whatever it raises, the file holds what it held before.
        """
        with translated_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            schema.prepare(
                path, make_engine, lambda: backups.make(path, backup_folder, "migration", now(), keep)
            )
            return cls(path, now=now)

    def close(self) -> None:
        """Let go of the file. Who uses it afterwards gets StorageError: the file may be another one by then."""
        self._closed = True
        if self._peeking is not None:
            self._peeking.close()
            self._peeking = None
        self.engine.dispose()

    def peek(self, statement: str, parameters: Sequence[object] = ()) -> list[Any]:
        """The rows of one reading statement, by the shortest way: for figures that are read all the time.

        It sees what was committed last; what belongs together needs one statement, or `read`.
        """
        self._check_open()
        try:
            if self._peeking is None:
                self._peeking = self.engine.raw_connection()
            plain = cast("sqlite3.Connection", self._peeking.driver_connection)
            return plain.execute(statement, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            known = explain(error, self.path)
            if known is None:
                raise
            raise known from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of the data that never waits for a writer."""
        self._check_open()
        with translated_errors(self.path), self.engine.connect() as connection:
            connection.execution_options(**{_READ_ONLY: True})
            with connection.begin():
                yield connection

    @contextmanager
    def write(self, label: Label | None = None) -> Iterator[Write]:
        """A write that commits when the block ends and vanishes when it raises.

        label: what undo calls it; None for a write that cannot be undone. It may also be set inside the block.
        """
        with self._begin() as tx:
            writing = Write(tx)
            writing.label = label
            yield writing
            self._follow(tx)
            writing.changes = tx.finish(writing.label)

    def undo(self, entry: int | None = None) -> Changes:
        """Take back the newest change, or the given history entry. Nothing to undo gives empty Changes."""
        condition = history.c.undone == 0
        if entry is not None:
            condition &= history.c.n == entry
        return self._replay(condition, history.c.n.desc(), backwards=True)

    def redo(self) -> Changes:
        """Bring back what was undone last. Nothing to redo gives empty Changes."""
        return self._replay(history.c.undone > 0, history.c.undone.desc(), backwards=False)

    def next_undo(self) -> Label | None:
        """What `undo` would take back."""
        return self._peek(history.c.undone == 0, history.c.n.desc())

    def next_redo(self) -> Label | None:
        """What `redo` would bring back."""
        return self._peek(history.c.undone > 0, history.c.undone.desc())

    def _peek(self, condition: Any, order: Any) -> Label | None:
        columns = select(history.c.label, history.c.arguments)
        with self.read() as connection:
            found = connection.execute(columns.where(condition).order_by(order).limit(1)).first()
        return None if found is None else Label(found.label, json.loads(found.arguments))

    def _replay(self, condition: Any, order: Any, *, backwards: bool) -> Changes:
        with self._begin() as tx:
            found = tx.connection.execute(select(history).where(condition).order_by(order).limit(1)).first()
            if found is None:
                return NOTHING
            steps = json.loads(found.steps)
            if backwards:
                steps = [(name, row, after, before) for name, row, before, after in reversed(steps)]
                mark = 1 + (tx.connection.execute(select(func.max(history.c.undone))).scalar() or 0)
            else:
                mark = 0
            skipped = tx.apply(steps, SYNCED)
            tx.connection.execute(update(history).where(history.c.n == found.n).values(undone=mark))
            label = Label(found.label, json.loads(found.arguments))
            self._follow(tx)
            return tx.finish(label, action="undo" if backwards else "redo", skipped=skipped)

    @contextmanager
    def _begin(self) -> Iterator[Transaction]:
        self._check_open()
        with translated_errors(self.path), self.engine.begin() as connection:
            yield Transaction(connection, self.clock, self.now())

    def _check_open(self) -> None:
        if self._closed:
            raise StorageError("The data was closed.")

    def _follow(self, tx: Transaction) -> None:
        if tx.touched:
            for rule in self.rules:
                rule(tx)


def make_engine(path: Path) -> Engine:
    """An engine with the settings every connection needs. Explicit BEGIN: sqlite3's own would commit before DDL."""
    engine = create_engine(f"sqlite:///{path}", pool_size=2, max_overflow=2)

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA busy_timeout=5000")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA temp_store=MEMORY")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get(_READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine


@contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system say into sentences; our own errors and bugs pass unchanged."""
    try:
        yield
    except MapleHubError:
        raise
    except (DatabaseError, sqlite3.DatabaseError) as error:
        known = explain(error, path)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        raise StorageError(
            f"The data folder {path.parent} cannot be used: {error.strerror or error}.",
            "Choose another folder with --data-dir, or change its permissions.",
        ) from error


def explain(error: Exception, path: Path) -> StorageError | None:
    """The known troubles of a database file; None for an error that is a bug of ours."""
    original = getattr(error, "orig", None) or error
    said = str(original)
    if "disk is full" in said:
        return StorageError(
            "The disk is full, so the change was not saved. Everything saved before is safe.",
            "Free some space and try again.",
        )
    if "malformed" in said or "not a database" in said or "disk image" in said:
        return DatabaseCorruptError(
            f"The database {path.name} is damaged.",
            "Restore a backup in Settings › Backups; the damaged file is kept beside it.",
        )
    if "readonly" in said or "unable to open" in said:
        return StorageError(
            f"The data folder {path.parent} cannot be written.",
            "Choose another folder with --data-dir, or change its permissions.",
        )
    if isinstance(error, OperationalError | sqlite3.OperationalError) and "locked" in said:
        return StorageError("Another program is using the database.", "Close it and try again.")
    if isinstance(error, OperationalError | sqlite3.OperationalError) and "I/O" in said:
        return StorageError("The disk could not be read or written.", "Check the disk and try again.")
    return None
