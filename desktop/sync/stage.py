"""Pulled pages on their way into the tables. They are made ready while the next one is fetched, so that at the end,
when all are applied in one transaction, little is left to do."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json, to_json

from desktop.storage.transaction import encode
from desktop.sync.rows import stored_stamps
from shared.sync.outbox import Line
from shared.sync.overlay import overlay
from shared.sync.records import TABLES, Table
from shared.sync.stamps import NO_STAMP
from shared.sync.wire import Key, PulledRow, Row, unpack

_ORDER = {name: place for place, name in enumerate(TABLES)}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows as they will be written, by table, parents before their children.

    tables: name to (lines of id and fields in the table's order; of each the id, what is confirmed and what only newer
    versions know, as `sync_rows` keeps them). Tables this version does not know are left out.
    """

    tables: Mapping[str, tuple[list[list[Any]], list[list[Any]]]]

    @classmethod
    def of(cls, rows: Iterable[PulledRow]) -> "Page":
        """Rows made ready."""
        found: dict[str, tuple[list[list[Any]], list[list[Any]]]] = {}
        for row in rows:
            table = TABLES.get(row.table)
            if table is not None:
                lines, kept = found.setdefault(row.table, ([], []))
                lines.append(_line(table, row))
                kept.append([row.id, *_kept(table, row)])
        return cls({name: found[name] for name in sorted(found, key=_ORDER.__getitem__)})

    @classmethod
    def read(cls, text: str) -> "Page":
        """A page that was staged."""
        return cls({name: (lines, kept) for name, (lines, kept) in from_json(text).items()})

    def text(self) -> str:
        """How it is staged."""
        return to_json(self.tables).decode()

    def keys(self) -> Iterator[Key]:
        """Which rows they are."""
        return ((name, line[0]) for name, (lines, _) in self.tables.items() for line in lines)

    def dead(self) -> list[Row]:
        """The tombstones among them, without their stamps."""
        found = []
        for name, (lines, _) in self.tables.items():
            fields = TABLES[name].fields
            place = 1 + list(fields).index("deleted")
            found += [
                Row(name, line[0], dict(zip(fields, line[1:], strict=True))) for line in lines if line[place]
            ]
        return found

    def put_under(self, waiting: Mapping[Key, Sequence[Line]]) -> None:
        """Show over them the edits that wait to be sent."""
        if not waiting:
            return
        for name, (lines, _) in self.tables.items():
            fields = TABLES[name].fields
            for line in lines:
                edits = waiting.get((name, line[0]))
                if edits:
                    shown = overlay(dict(zip(fields, line[1:], strict=True)), edits)
                    line[1:] = [shown[field] for field in fields]


def _line(table: Table, row: PulledRow) -> list[Any]:
    values, defaults = row.values, table.defaults
    return [row.id, *[values[field] if field in values else defaults.get(field) for field in table.fields]]


def _kept(table: Table, row: PulledRow) -> tuple[str, str | None]:
    if row.values.keys() == table.fields.keys() and not row.stamps and row.stamp != NO_STAMP:
        return f'{{"":"{row.stamp}"}}', None  # nearly every row
    extra = table.split(row.values)[1]
    return stored_stamps(table.name, unpack(row).stamps, extra), encode(extra) if extra else None
