"""Sync on the wire: pushes, pulls and digests. Stamps are UUIDv7 text; times are milliseconds since 1970, UTC.

The models say the same as the plain values in `shared.sync.wire`, which both sides compute with.
"""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.sync import wire
from shared.sync.digest import BUCKETS, Digest
from shared.sync.records import SCHEMA, Code
from shared.sync.wire import MAX_MUTATIONS, MAX_PAGE, Op, Status

PROTOCOL = 1
"""Grows when old clients and new servers could no longer talk."""

_MID = "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a"
_ROW = "7b0c2f0e-5f5e-5c1a-9a2e-0d6f3c1b2a90"
_EPOCH = "01a1fe77-2d69-7000-bf19-3bcb9068c8f0"

Stamp = Annotated[
    str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
RowId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Epoch = Annotated[str, StringConstraints(max_length=36)]
Value = str | int | None
Millis = Annotated[int, Field(ge=0, lt=1 << 48)]
Place = Annotated[int, Field(ge=0, lt=1 << 63)]


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MutationModel(_Wire):
    """Fields of one row. stamps: of fields with another stamp than mid. past: stamps of edits this one replaces."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"mid": _MID, "t": "characters", "id": _ROW, "op": "update", "set": {"name": "Aria"}}
        }
    )

    mid: Stamp
    t: Name
    id: RowId
    op: Op
    set: dict[Name, Value] = Field(max_length=64)
    stamps: dict[Name, Stamp] = Field(default_factory=dict, max_length=64)
    past: tuple[Stamp, ...] = Field(default=(), max_length=MAX_MUTATIONS)

    def plain(self) -> wire.Mutation:
        """The value both sides compute with."""
        return wire.Mutation(self.mid, self.t, self.id, self.op, self.set, self.stamps, self.past)


class PushRequest(_Wire):
    """What a client has changed. epoch is "" before the first answer; cursor: how far it has pulled;
    sent_at: its clock."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "protocol": PROTOCOL,
                "schema": SCHEMA,
                "epoch": _EPOCH,
                "sent_at": 1772733600000,
                "mutations": [
                    {"mid": _MID, "t": "characters", "id": _ROW, "op": "update", "set": {"name": "Aria"}}
                ],
            }
        }
    )

    protocol: int = PROTOCOL
    schema_version: int = Field(default=SCHEMA, alias="schema", ge=1, le=1 << 31)
    epoch: Epoch = Field(default="", examples=[_EPOCH])
    cursor: Place = 0
    sent_at: Millis = 0
    mutations: tuple[MutationModel, ...] = Field(max_length=MAX_MUTATIONS)

    def plain(self) -> wire.Push:
        """The value both sides compute with."""
        mutations = tuple(each.plain() for each in self.mutations)
        return wire.Push(self.epoch, mutations, self.schema_version, self.cursor)


class ResultModel(_Wire):
    """What became of a mutation. stamp: the effective one; lost: fields that had a later edit; code: why rejected."""

    mid: str
    status: Status
    stamp: str
    lost: tuple[str, ...] = ()
    code: Code | None = None
    clamped: dict[str, str] = Field(default_factory=dict)


class PushResponse(_Wire):
    """head: the last place given in the user's history; hlc: the greatest stamp the server knows, "" for none."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "epoch": _EPOCH,
                "head": 7,
                "hlc": _MID,
                "server_time": 1772733600000,
                "results": [{"mid": _MID, "status": "applied", "stamp": _MID}],
            }
        }
    )

    epoch: str
    head: int
    hlc: str
    server_time: int
    results: tuple[ResultModel, ...]


class PullRequestModel(_Wire):
    """Where a client stands. full with cursor 0 asks for everything anew."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"epoch": _EPOCH, "full": False, "cursor": 7, "purge": 0, "limit": MAX_PAGE}
        }
    )

    protocol: int = PROTOCOL
    schema_version: int = Field(default=SCHEMA, alias="schema", ge=1, le=1 << 31)
    epoch: Epoch = Field(default="", examples=[_EPOCH])
    full: bool = False
    cursor: Place = 0
    purge: Place = 0
    limit: int = Field(default=MAX_PAGE, ge=1, le=MAX_PAGE)

    def plain(self) -> wire.PullRequest:
        """The value both sides compute with."""
        return wire.PullRequest(self.epoch, self.full, self.cursor, self.purge, self.limit)


class PulledRowModel(_Wire):
    """A row. s: its greatest stamp, "" for none; c: only the stamps of fields that have another; v: its values."""

    t: str
    id: str
    seq: int
    s: str
    c: dict[str, str] = Field(default_factory=dict)
    v: dict[str, Any]

    @classmethod
    def of(cls, row: wire.PulledRow) -> "PulledRowModel":
        """The row as it goes over the wire."""
        return cls.model_construct(
            t=row.table, id=row.id, seq=row.seq, s=row.stamp, c=dict(row.stamps), v=dict(row.values)
        )

    def plain(self) -> wire.PulledRow:
        """The value both sides compute with."""
        return wire.PulledRow(self.t, self.id, self.seq, self.s, self.c, self.v)


class PullResponse(_Wire):
    """A page of the user's history. next: the place of its last row, or the cursor asked with."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "epoch": _EPOCH,
                "next": 7,
                "has_more": False,
                "purge": 0,
                "hlc": _MID,
                "server_time": 1772733600000,
                "rows": [
                    {
                        "t": "settings",
                        "id": _ROW,
                        "seq": 7,
                        "s": _MID,
                        "c": {},
                        "v": {"key": "week", "value": "1"},
                    }
                ],
            }
        }
    )

    epoch: str
    next: int
    has_more: bool
    purge: int
    hlc: str
    server_time: int
    rows: tuple[PulledRowModel, ...]


class TableDigest(_Wire):
    """n: live rows. sum: the sum of their hashes modulo 2⁶⁴, as text, because JSON's numbers end at 2⁵³."""

    n: int
    sum: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]

    @classmethod
    def of(cls, digest: Digest) -> "TableDigest":
        """A digest as it goes over the wire."""
        return cls(n=digest.count, sum=str(digest.total))

    def plain(self) -> Digest:
        """The value both sides compute with."""
        return Digest(self.n, int(self.sum))


class DigestResponse(_Wire):
    """Every table's digest at one moment; head: the place in the history it was taken at. Only fields that a version
    of the schema knows count: the one asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "epoch": _EPOCH,
                "head": 7,
                "tables": {"characters": {"n": 1, "sum": "9223372036854775809"}},
            }
        }
    )

    epoch: str
    head: int
    tables: dict[str, TableDigest]


class BucketsResponse(_Wire):
    """The digests of the 64 parts a table is divided into by the hash of the rows' ids, at one moment."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"epoch": _EPOCH, "head": 7, "buckets": [{"n": 1, "sum": "9223372036854775809"}]}
        }
    )

    epoch: str
    head: int
    buckets: tuple[TableDigest, ...]

    def plain(self) -> tuple[Digest, ...]:
        """The value both sides compute with."""
        return tuple(each.plain() for each in self.buckets)


class Buckets(_Wire):
    """Which parts of a table, by number."""

    buckets: tuple[Annotated[int, Field(ge=0, lt=BUCKETS)], ...] = Field(max_length=BUCKETS)


class RowAt(_Wire):
    """A row by its table and its id."""

    t: Name
    id: UUID


class RowsRequest(_Wire):
    """Which parts to read again. epoch, cursor, purge: as in a pull. after: the `next` of the answer before."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "epoch": _EPOCH,
                "cursor": 7,
                "purge": 0,
                "tables": {"characters": {"buckets": [3, 17]}},
            }
        }
    )

    protocol: int = PROTOCOL
    schema_version: int = Field(default=SCHEMA, alias="schema", ge=1, le=1 << 31)
    epoch: Epoch = Field(default="", examples=[_EPOCH])
    cursor: Place = 0
    purge: Place = 0
    tables: dict[Name, Buckets] = Field(max_length=64)
    after: RowAt | None = None
    limit: int = Field(default=MAX_PAGE, ge=1, le=MAX_PAGE)


class RowsResponse(_Wire):
    """Rows of these parts, tombstones too, as in a pull. next: where to go on, or null when these were the last."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "rows": [
                    {
                        "t": "settings",
                        "id": _ROW,
                        "seq": 7,
                        "s": _MID,
                        "c": {},
                        "v": {"key": "week", "value": "1"},
                    }
                ],
                "next": None,
            }
        }
    )

    rows: tuple[PulledRowModel, ...]
    next: RowAt | None


class DeviceInfo(_Wire):
    """A machine that syncs, by its session. seen_at: when it last did, within a minute; current: the one that asks."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": _ROW,
                "name": "Aria's laptop",
                "seen_at": "2026-03-05T18:00:00Z",
                "current": True,
            }
        }
    )

    id: str
    name: str
    seen_at: datetime
    current: bool


class DevicesResponse(_Wire):
    """The machines of a player, the last seen first."""

    items: list[DeviceInfo]
