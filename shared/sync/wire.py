"""What client and server say to each other, as plain values. Their JSON form is the business of shared/api."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol

from typing_extensions import TypeVar

from shared.sync.records import SCHEMA, Code, Values
from shared.sync.stamps import NO_STAMP

Key = tuple[str, str]
"""Table and row id."""
Stamps = Mapping[str, str]
"""Field to the stamp of the edit that wrote it."""

MAX_MUTATIONS = 500
MAX_PUSH_BYTES = 1 << 20
MAX_PAGE = 2000


class Op(StrEnum):
    """What a mutation is meant to do. `reupload` says all that is known of a row and makes it where it is missing."""

    INSERT = "insert"
    UPDATE = "update"
    REUPLOAD = "reupload"


class Status(StrEnum):
    """What became of a mutation: all of it stands, some of it had lost to later edits, or none was taken."""

    APPLIED = "applied"
    MERGED = "merged"
    REJECTED = "rejected"


class Refusal(StrEnum):
    """Why a whole request was refused."""

    EPOCH_CHANGED = "epoch-changed"
    CURSOR_AHEAD = "cursor-ahead"
    RESYNC_REQUIRED = "resync-required"


@dataclass(frozen=True, slots=True)
class Row:
    """A synced row: its values, `deleted` and fields of newer versions included, and who wrote each of them when.

    On the server `seq` is its place in the user's history; on the desktop `stamps` are what the server confirmed,
    empty for a row it has never seen.
    """

    table: str
    id: str
    values: Values
    stamps: Stamps = field(default_factory=dict)
    seq: int = 0

    @property
    def key(self) -> Key:
        """Table and id."""
        return self.table, self.id

    @property
    def live(self) -> bool:
        """Whether it is no tombstone."""
        return not self.values.get("deleted")


@dataclass(frozen=True, slots=True)
class Mutation:
    """Fields of one row, each with the stamp of its edit.

    mid: stamp of every field that is not in `stamps`. past: stamps of edits this one replaces and that may have been
    sent before; they carry nothing, but the server must give them their effective stamp first.
    """

    mid: str
    table: str
    id: str
    op: Op
    fields: Values
    stamps: Stamps = field(default_factory=dict)
    past: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Table and id."""
        return self.table, self.id

    def stamp(self, name: str) -> str:
        """The stamp of a field."""
        return self.stamps.get(name, self.mid)

    def all_stamps(self) -> Iterator[str]:
        """Every stamp it names."""
        yield self.mid
        yield from self.stamps.values()
        yield from self.past


@dataclass(frozen=True, slots=True)
class Push:
    """A request to `push`. epoch is "" before the first answer; cursor: how far the client has pulled.

    A server whose history is shorter than that was restored. It must be noticed before the push makes it longer.
    """

    epoch: str
    mutations: tuple[Mutation, ...]
    schema: int = SCHEMA
    cursor: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mutation.

    stamp: the effective stamp of its mid. lost: fields whose edit had lost. clamped: stamps of it that count as
    another one, by the stamp that was sent.
    """

    mid: str
    status: Status
    stamp: str
    lost: tuple[str, ...] = ()
    code: Code | None = None
    clamped: Stamps = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """hlc: the greatest stamp the server knows for this user, "" for none; server_ms: milliseconds since 1970."""

    epoch: str
    head: int
    hlc: str
    server_ms: int
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class PullRequest:
    """cursor: the `next` of the page before, 0 to begin; purge: the `purge` known when these pages were begun."""

    epoch: str
    full: bool
    cursor: int
    purge: int
    limit: int = MAX_PAGE


@dataclass(frozen=True, slots=True)
class PulledRow:
    """A row on its way to a client. stamp: its greatest stamp; stamps: only those of fields with another one."""

    table: str
    id: str
    seq: int
    stamp: str
    stamps: Stamps
    values: Values


class Placed(Protocol):
    """A row in whatever form, with its place in the user's history."""

    @property
    def seq(self) -> int:
        """The place."""


PlacedRow = TypeVar("PlacedRow", bound=Placed, default=PulledRow)


@dataclass(frozen=True, slots=True)
class PullAnswer(Generic[PlacedRow]):
    """A page. next: the seq of its last row, or the cursor asked with; purge: the newest seq ever purged."""

    epoch: str
    next: int
    has_more: bool
    purge: int
    hlc: str
    server_ms: int
    rows: tuple[PlacedRow, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What the server counts for one user.

    epoch: changes when the server was restored; head: the last seq given; max_stamp: the greatest effective stamp;
    purge_seq: the greatest seq of a tombstone that was thrown away.
    """

    epoch: str
    head: int = 0
    max_stamp: str = NO_STAMP
    purge_seq: int = 0


def pack(row: Row) -> PulledRow:
    """The form that travels: one stamp for most fields, the others by name."""
    greatest, others = pack_stamps(row.stamps, row.values)
    return PulledRow(row.table, row.id, row.seq, greatest, others, row.values)


def unpack(pulled: PulledRow) -> Row:
    """The row that was packed."""
    stamps = unpack_stamps(pulled.stamp, pulled.stamps, pulled.values)
    return Row(pulled.table, pulled.id, pulled.values, stamps, pulled.seq)


def pack_stamps(stamps: Stamps, names: Collection[str]) -> tuple[str, dict[str, str]]:
    """The greatest stamp, and those of the named fields that have another; NO_STAMP for one that has none."""
    different = set(stamps.values())
    if len(different) == 1 and stamps.keys() == set(names):
        return different.pop(), {}
    greatest = max(different, default=NO_STAMP)
    return greatest, {name: stamp for name in names if (stamp := stamps.get(name, NO_STAMP)) != greatest}


def unpack_stamps(greatest: str, others: Stamps, names: Iterable[str]) -> dict[str, str]:
    """The stamps that were packed, of these fields."""
    if not others and greatest != NO_STAMP:
        return dict.fromkeys(names, greatest)
    return {name: stamp for name in names if (stamp := others.get(name, greatest)) != NO_STAMP}
