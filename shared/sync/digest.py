"""Whether both sides hold the same rows, told in a few numbers, and which rows to read again when they do not."""

import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from shared.sync.records import SCHEMA, TABLES
from shared.sync.wire import Key, Row

BUCKETS = 64
"""How many parts a table is divided into, by the hash of the row's id."""

_MODULUS = 1 << 64
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Digest:
    """How many live rows there are, and the sum of their hashes modulo 2⁶⁴."""

    count: int = 0
    total: int = 0

    def plus(self, hashed: int) -> "Digest":
        """With one more row."""
        return Digest(self.count + 1, (self.total + hashed) % _MODULUS)


@cache
def _hashed(table: str, schema: int) -> tuple[str, ...]:
    return tuple(sorted(TABLES[table].known(schema) - {"deleted"}))


def row_hash(row: Row, schema: int = SCHEMA) -> int:
    """The first 8 bytes of BLAKE2b(id | canonical JSON) of the fields a version of the schema knows, big-endian.

    Text and whole numbers only, names in ASCII: sorted and compact, this is RFC 8785's form.
    """
    fields = {name: row.values[name] for name in _hashed(row.table, schema) if name in row.values}
    text = _compact(fields)
    return int.from_bytes(blake2b(f"{row.id}|{text}".encode()).digest()[:8], "big")


def bucket_of(row_id: str) -> int:
    """The bucket of a row, 0 to BUCKETS - 1."""
    return blake2b(row_id.encode()).digest()[0] % BUCKETS


def digests(rows: Iterable[Row], schema: int = SCHEMA) -> dict[str, Digest]:
    """Every table's digest; tombstones do not count."""
    found = dict.fromkeys(TABLES, Digest())
    for row in rows:
        if row.live:
            found[row.table] = found[row.table].plus(row_hash(row, schema))
    return found


def bucket_digests(rows: Iterable[Row], schema: int = SCHEMA) -> tuple[Digest, ...]:
    """The digests of one table's buckets."""
    found = [Digest()] * BUCKETS
    add_up(found, rows, schema)
    return tuple(found)


def add_up(buckets: list[Digest], rows: Iterable[Row], schema: int = SCHEMA) -> None:
    """Count more rows of one table into its buckets' digests: for tables that are read piece by piece."""
    for row in rows:
        if row.live:
            place = bucket_of(row.id)
            buckets[place] = buckets[place].plus(row_hash(row, schema))


def whole(buckets: Iterable[Digest]) -> Digest:
    """A table's digest, from those of its buckets."""
    counts, totals = zip(*((each.count, each.total) for each in buckets), strict=True)
    return Digest(sum(counts), sum(totals) % _MODULUS)


def differing(mine: Sequence[Digest], theirs: Sequence[Digest]) -> tuple[int, ...]:
    """The buckets whose rows must be read again."""
    return tuple(place for place, (one, other) in enumerate(zip(mine, theirs, strict=True)) if one != other)


def missing_there(
    answered: Iterable[Row], local: Mapping[Key, bool], pending: AbstractSet[Key]
) -> frozenset[Key]:
    """Which live confirmed rows of the differing buckets the server did not name, not even as a tombstone.

    Absence is never read as deletion: they are uploaded again. The rows it named are applied like pulled ones.
    """
    return frozenset(key for key, live in local.items() if live) - {row.key for row in answered} - pending
