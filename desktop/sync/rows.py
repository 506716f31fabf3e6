"""What sync reads of the local database: rows with what is confirmed of them, and the outbox."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json, to_json

from desktop.storage.database import Database
from desktop.storage.tables import SYNCED
from desktop.storage.transaction import encode
from shared.sync.outbox import Line
from shared.sync.records import TABLES
from shared.sync.stamps import NO_STAMP
from shared.sync.wire import Key, Op, Row, Stamps, pack_stamps, unpack_stamps

_LINES = "SELECT mid, kind, row_id, op, fields FROM outbox"
_GREATEST = ""
"""The key of the stamp that every field has which is not named: most rows were written at once."""


def stored_stamps(name: str, stamps: Stamps, extra: Iterable[str] = ()) -> str:
    """The stamps of a row of this table as they are kept; "{}" for none. extra: fields only newer versions know."""
    greatest, others = pack_stamps(stamps, [*TABLES[name].fields, *extra])
    if not others:
        return "{}" if greatest == NO_STAMP else f'{{"":"{greatest}"}}'
    return to_json({_GREATEST: greatest, **others}).decode()


class StoredRows:
    """Belongs to the database thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def _rows(self, keys: Iterable[Key]) -> dict[Key, Row]:
        """Rows whole, with newer versions' fields and what is confirmed of them. Those nobody has are left out."""
        found: dict[Key, Row] = {}
        for name, ids in by_table(keys).items():
            fields = tuple(TABLES[name].fields)
            columns = ", ".join(f'r."{field}"' for field in fields)
            query = (
                f"SELECT r.id, s.stamps, s.extra, {columns} FROM {name} AS r"  # noqa: S608 - our own names
                " LEFT JOIN sync_rows AS s ON s.kind = ? AND s.row_id = r.id"
                " WHERE r.id IN (SELECT value FROM json_each(?))"
            )
            for row_id, stamps, extra, *known in self._database.peek(query, (name, encode(ids))):
                values = dict(zip(fields, known, strict=True))
                if extra is not None:
                    values |= json.loads(extra)
                found[name, row_id] = Row(name, row_id, values, _unpacked(stamps, values))
        return found

    def _confirmed(self, keys: Iterable[Key]) -> dict[Key, dict[str, str]]:
        """What is confirmed of rows, whether they are here or not."""
        query = (
            "SELECT row_id, stamps, extra FROM sync_rows"
            " WHERE kind = ? AND row_id IN (SELECT value FROM json_each(?))"
        )
        return {
            (name, row_id): _unpacked(stamps, [*TABLES[name].fields, *(json.loads(extra) if extra else ())])
            for name, ids in by_table(keys).items()
            for row_id, stamps, extra in self._database.peek(query, (name, encode(ids)))
        }

    def _lines(self, rest: str, *parameters: object) -> list[Line]:
        return [
            Line(mid, kind, row_id, Op(op), from_json(fields))
            for mid, kind, row_id, op, fields in self._database.peek(f"{_LINES} {rest}", parameters)
        ]

    def _lines_of(self, keys: Iterable[Key]) -> dict[Key, list[Line]]:
        ids = encode([row_id for _, row_id in keys])
        return by_row(self._lines("WHERE row_id IN (SELECT value FROM json_each(?)) ORDER BY mid", ids))

    def _live_keys(self) -> dict[Key, bool]:
        """Every local row, and whether it lives."""
        return {
            (name, row_id): not deleted
            for name in SYNCED
            for row_id, deleted in self._database.peek(f"SELECT id, deleted FROM {name}")  # noqa: S608
        }

    def _living(self, keys: Iterable[Key]) -> dict[Key, bool]:
        """Those of the rows that live."""
        query = "SELECT id FROM {} WHERE deleted = 0 AND id IN (SELECT value FROM json_each(?))"
        return {
            (name, row_id): True
            for name, ids in by_table(keys).items()
            for (row_id,) in self._database.peek(query.format(name), (encode(ids),))
        }

    def _count_living(self) -> int:
        query = "SELECT count(*) FROM {} WHERE deleted = 0"
        return sum(self._database.peek(query.format(name))[0][0] for name in SYNCED)

    def _state(self, key: str) -> Any:
        found = self._database.peek("SELECT value FROM local_state WHERE key = ?", (key,))
        return json.loads(found[0][0]) if found else None


def by_table(keys: Iterable[Key]) -> dict[str, list[str]]:
    """Row ids by their table."""
    found: dict[str, list[str]] = {}
    for name, row_id in keys:
        found.setdefault(name, []).append(row_id)
    return found


def by_row(lines: Iterable[Line]) -> dict[Key, list[Line]]:
    """Lines by the row they are of, in their order."""
    found: dict[Key, list[Line]] = {}
    for line in lines:
        found.setdefault(line.key, []).append(line)
    return found


def _unpacked(stored: str | None, names: Iterable[str]) -> dict[str, str]:
    if stored is None or stored == "{}":
        return {}
    others = from_json(stored)
    return unpack_stamps(others.pop(_GREATEST), others, names)
