"""One write: rows, their outbox lines and their way back, committed together or not at all."""

import json
import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, bindparam, insert, select, text, update

from desktop.storage.changes import Changes, Label
from desktop.storage.tables import history
from shared.errors import Conflict, NotFound
from shared.sync.clock import HybridClock

Row = RowMapping | Mapping[str, Any]
"""A stored row, by column name."""
Step = tuple[str, str, dict[str, Any], dict[str, Any]]
"""Table, row id, the changed fields before, the changed fields after."""

_LOCAL_COLUMNS = frozenset({"row", "id"})
_HISTORY_KEPT = 1000
_BATCH = 2000
_OUTBOX_COLUMNS = ("mid", "kind", "row_id", "op", "fields")


def encode(value: object) -> str:
    """Compact JSON, the form of every stored document."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Transaction:
    """Writes rows of synced tables. Made by `Database.write`; reads go through `connection`.

    sends: off for what must never leave this machine, a demo; the outbox then hears nothing of it.
    """

    def __init__(self, connection: Connection, clock: HybridClock, now: datetime) -> None:
        self.connection = connection
        self.now = now
        self.sends = True
        self._clock = clock
        self._steps: list[Step] = []
        self._appended: list[tuple[str, str]] = []
        self._adopted: list[tuple[str, str]] = []
        self._lines: list[tuple[str, str, str, str, str]] = []

    @property
    def touched(self) -> Mapping[str, Sequence[str]]:
        """The ids of rows that were changed here or taken over from the server, by table; not those appended."""
        found: dict[str, dict[str, None]] = {}
        for name, row_id in (*((step[0], step[1]) for step in self._steps), *self._adopted):
            found.setdefault(name, {})[row_id] = None
        return {name: list(ids) for name, ids in found.items()}

    @property
    def adopting(self) -> bool:
        """Whether rows were taken over from the server: what was earned and spent elsewhere is not argued with."""
        return bool(self._adopted)

    def get(self, table: Table, row_id: str) -> Row:
        """The live row. Raises NotFound."""
        row = self._find(table, row_id)
        if row is None or row["deleted"]:
            raise NotFound("This entry no longer exists.", "It may have been removed or undone meanwhile.")
        return row

    def exists(self, table: Table, row_id: str) -> bool:
        """Whether a live row has this id."""
        row = self._find(table, row_id)
        return row is not None and not row["deleted"]

    def rows(self, table: Table, row_ids: Sequence[str]) -> dict[str, Row]:
        """Rows by id, deleted ones too. One parameter, however many ids there are."""
        ids = text("SELECT value FROM json_each(:ids)").bindparams(ids=encode(list(row_ids)))
        found = self.connection.execute(select(table).where(table.c.id.in_(ids))).mappings()
        return {row["id"]: row for row in found}

    def insert(self, table: Table, row_id: str, **fields: object) -> None:
        """Add a row, or bring a deleted one of the same id back with these fields. Raises Conflict if it lives."""
        existing = self._find(table, row_id)
        if existing is None:
            self._insert_new(table, [{"id": row_id, **fields}])
        elif existing["deleted"]:
            self._change(table, existing, {**fields, "deleted": 0})
        else:
            raise Conflict("This entry exists already.")

    def insert_many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        """Add many rows (each with its id); rows whose id lives are left as they are. Returns how many were added."""
        added = 0
        for start in range(0, len(rows), _BATCH):
            chunk = rows[start : start + _BATCH]
            known = self.rows(table, [row["id"] for row in chunk])
            fresh = {row["id"]: dict(row) for row in chunk if row["id"] not in known}
            if fresh:
                self._insert_new(table, list(fresh.values()))
            added += len(fresh)
            for row in chunk:
                existing = known.get(row["id"])
                if existing is not None and existing["deleted"]:
                    self._change(table, existing, {**row, "deleted": 0})
                    added += 1
        return added

    def append(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows (each with its id and the same fields) that nothing ever changes or takes back.

        Undo does not know of them: what follows from a change is booked, and booked back, beside it.
        """
        columns = tuple(rows[0])
        self.connection.exec_driver_sql(
            _insert_sql(table.name, columns), [tuple(row.values()) for row in rows]
        )
        self._appended += [(table.name, row["id"]) for row in rows]
        self._send(table.name, "insert", [(row["id"], row) for row in rows])

    def adopt(self, table: Table, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        """Take rows over as the server has them. columns: theirs; the first is the id, `deleted` is among them.

        Neither undo nor the outbox hears of it.
        """
        taken = ", ".join(f'"{column}" = excluded."{column}"' for column in columns if column != "id")
        statement = f"{_insert_sql(table.name, columns)} ON CONFLICT (id) DO UPDATE SET {taken}"
        self.connection.exec_driver_sql(statement, list(rows))
        self._adopted += [(table.name, row[0]) for row in rows]

    def forget(self, table: Table, row_ids: Sequence[str]) -> None:
        """Remove rows the server does not have, for good. Neither undo nor the outbox hears of it."""
        self.connection.exec_driver_sql(
            f"DELETE FROM {table.name} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608 - our own name
            (encode(list(row_ids)),),
        )
        self._adopted += [(table.name, row_id) for row_id in row_ids]

    def update(self, table: Table, row_id: str, **fields: object) -> None:
        """Change fields of a live row. Raises NotFound."""
        self._change(table, self.get(table, row_id), fields)

    def delete(self, table: Table, row_id: str) -> None:
        """Bury a live row; its content stays under the tombstone. Raises NotFound."""
        self._change(table, self.get(table, row_id), {"deleted": 1})

    def apply(self, steps: Iterable[Step], tables: Mapping[str, Table]) -> int:
        """Replay recorded steps. Fields that are no longer as the step left them stay. Returns how many stayed."""
        skipped = 0
        for batch in _batches(steps):
            table = tables[batch[0][0]]
            rows = self.rows(table, [row_id for _, row_id, _, _ in batch])
            changes: list[tuple[Row, dict[str, Any]]] = []
            for _, row_id, expected, wanted in batch:
                row = rows.get(row_id)
                if row is None:
                    skipped += len(wanted)
                    continue
                fields = {key: value for key, value in wanted.items() if row[key] == expected[key]}
                skipped += len(wanted) - len(fields)
                changes.append((row, fields))
            self._change_all(table, changes)
        return skipped

    def finish(self, label: Label | None, *, action: str = "do", skipped: int = 0) -> Changes:
        """Write the outbox lines and (when there is a label) the history entry; say what happened."""
        if self._lines:
            self.connection.exec_driver_sql(_insert_sql("outbox", _OUTBOX_COLUMNS), self._lines)
        entry = None
        if label is not None and self._steps and action == "do":
            # What had been undone can no longer be redone on top of something new.
            self.connection.execute(history.delete().where(history.c.undone > 0))
            entry = self.connection.execute(
                insert(history)
                .values(
                    at=self.now.astimezone(UTC).isoformat(),
                    label=label.key,
                    arguments=encode(dict(label.arguments)),
                    steps=encode(self._steps),
                )
                .returning(history.c.n)
            ).scalar_one()
            self.connection.execute(history.delete().where(history.c.n <= entry - _HISTORY_KEPT))
        touched = [*((step[0], step[1]) for step in self._steps), *self._appended, *self._adopted]
        return Changes(
            kinds=frozenset(kind for kind, _ in touched),
            ids=frozenset(row_id for _, row_id in touched),
            label=label,
            entry=entry,
            action=action,
            skipped=skipped,
        )

    def _find(self, table: Table, row_id: str) -> Row | None:
        return self.connection.execute(select(table).where(table.c.id == row_id)).mappings().first()

    def _insert_new(self, table: Table, rows: list[dict[str, Any]]) -> None:
        self.connection.execute(insert(table), rows)
        self._steps += [(table.name, row["id"], {"deleted": 1}, {"deleted": 0}) for row in rows]
        self._send(table.name, "insert", [(row["id"], row) for row in rows])

    def _change(self, table: Table, row: Row, fields: Mapping[str, Any]) -> None:
        self._change_all(table, [(row, fields)])

    def _change_all(self, table: Table, changes: Sequence[tuple[Row, Mapping[str, Any]]]) -> None:
        """Set fields of rows, the same fields of many rows at once; what is so already is no change."""
        lines: list[tuple[str, Mapping[str, Any]]] = []
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for row, fields in changes:
            after = {
                key: value for key, value in fields.items() if key not in _LOCAL_COLUMNS and row[key] != value
            }
            if after:
                # SQLAlchemy keeps plain column names for itself in an UPDATE's parameters.
                values = {f"new_{key}": value for key, value in after.items()}
                alike.setdefault(tuple(after), []).append({"row_id": row["id"], **values})
                lines.append((row["id"], after))
                self._steps.append((table.name, row["id"], {key: row[key] for key in after}, after))
        for keys, parameters in alike.items():
            statement = update(table).where(table.c.id == bindparam("row_id"))
            self.connection.execute(
                statement.values({key: bindparam(f"new_{key}") for key in keys}), parameters
            )
        self._send(table.name, "update", lines)

    def _send(self, kind: str, op: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Put a line for each row into the outbox, which is written with the rest at the end."""
        if not self.sends:
            return
        for row_id, row in rows:
            fields = {key: value for key, value in row.items() if key not in _LOCAL_COLUMNS}
            mid = self._clock.tick(time.time_ns() // 1_000_000, random.getrandbits(62))
            self._lines.append((mid, kind, row_id, op, encode(fields)))


@cache
def _insert_sql(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - our own names


def _batches(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Runs of steps in one table that touch each row once, in order, none longer than a batch."""
    batch: list[Step] = []
    seen: set[str] = set()
    for step in steps:
        if batch and (step[0] != batch[0][0] or step[1] in seen or len(batch) == _BATCH):
            yield batch
            batch, seen = [], set()
        batch.append(step)
        seen.add(step[1])
    if batch:
        yield batch
