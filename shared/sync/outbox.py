"""The desktop's side of a push: what the outbox becomes on the wire, and what an answer means for it.

A line of the outbox is one edit as it was made. Several lines of a row travel as one mutation in which every field
keeps the stamp of its own edit: were an older edit sent again under a newer stamp, it would beat what others have
made of it since. Nothing here knows how lines and rows are kept.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from shared.sync.records import TABLES, Code, Values
from shared.sync.stamps import NO_STAMP
from shared.sync.wire import (
    MAX_MUTATIONS,
    MAX_PUSH_BYTES,
    Key,
    Mutation,
    Op,
    PushAnswer,
    Result,
    Row,
    Stamps,
    Status,
)

_MUTATION_BYTES = 240
_STAMP_BYTES = 80
"""A field's stamp by name."""


@dataclass(frozen=True, slots=True)
class Line:
    """An edit that waits to be sent. mid: its stamp; the outbox is ordered by it."""

    mid: str
    table: str
    id: str
    op: Op
    fields: Values

    @property
    def key(self) -> Key:
        """Table and id."""
        return self.table, self.id

    def written(self) -> dict[str, object]:
        """The fields it writes. Who inserts a row means it to live."""
        if self.op is Op.INSERT:
            return {"deleted": 0, **self.fields}
        return dict(self.fields)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one push carries. lines: by mutation's mid, the mids of the outbox lines it stands for."""

    mutations: tuple[Mutation, ...]
    lines: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pending:
    """A row and every outbox line of it."""

    row: Row
    lines: tuple[Line, ...]


def restored(lines: Iterable[Line]) -> frozenset[Key]:
    """The rows that these lines bring back from their tombstone. `compact` wants them whole."""
    return frozenset(
        line.key for line in lines if line.op is not Op.INSERT and line.fields.get("deleted") == 0
    )


def compact(
    lines: Sequence[Line],
    whole: Mapping[Key, Pending],
    *,
    limit: int = MAX_MUTATIONS,
    max_bytes: int = MAX_PUSH_BYTES,
) -> Batch:
    """As many of the first lines as a push may carry, in their order, one mutation for a row where that is possible.

    whole: the rows of `restored(lines)`. A row that is brought back is sent with all its lines and all that is known
    of it, for the server may have thrown its tombstone away. A single line above max_bytes travels alone.
    """
    drafts: list[_Draft] = []
    latest: dict[Key, _Draft] = {}
    complete: set[Key] = set()
    size = 0
    for line in lines:
        if line.key in complete:
            continue
        draft = latest.get(line.key)
        fresh = draft is None or _moves(line)
        pending = whole.get(line.key)
        is_whole = pending is not None and bool(pending.row.stamps) and draft is None
        if is_whole and pending is not None:
            size += _whole_size(pending)
        else:
            # With a second edit, fields of the first may have to name their stamps too.
            size += _size(line.fields, 0 if fresh or draft is None else len(draft) + len(line.fields))
        if drafts and (size > max_bytes or (fresh and len(drafts) >= limit)):
            break
        if draft is None or fresh:
            draft = _Draft(line.key, line.op)
            drafts.append(draft)
            latest[line.key] = draft
        if is_whole and pending is not None:
            draft.begin_whole(pending.row)
            complete.add(line.key)
            for each in pending.lines:
                draft.add(each)
        else:
            draft.add(line)
    mutations = tuple(draft.mutation() for draft in drafts)
    named = zip(mutations, drafts, strict=True)
    return Batch(mutations, {mutation.mid: tuple(draft.mids) for mutation, draft in named})


def fitting(rows: Sequence[Pending], *, max_bytes: int = MAX_PUSH_BYTES) -> Sequence[Pending]:
    """As many of the first rows, whole, as a push may carry; always one."""
    size = 0
    for count, pending in enumerate(rows):
        size += _whole_size(pending)
        if size > max_bytes and count:
            return rows[:count]
    return rows


def upload_again(rows: Iterable[Pending]) -> tuple[Mutation, ...]:
    """Confirmed rows with their original stamps, for a server that may have lost them.

    Fields with edits still waiting travel with those edits' own stamps: what they hid is no longer known here.
    """
    mutations = []
    for pending in rows:
        draft = _Draft(pending.row.key, Op.REUPLOAD)
        draft.begin_whole(pending.row)
        for line in pending.lines:
            draft.add(line)
        mutations.append(draft.mutation())
    return tuple(mutations)


class Overwritten(StrEnum):
    """Why a text is in the journal though its edit was taken."""

    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a player can read under "Sync problems": the fields as they were entered, and why they are gone."""

    mid: str
    table: str
    id: str
    reason: Code | Overwritten
    fields: Values


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What to do about an answer, all in one transaction.

    done: mids of outbox lines to remove, no others. stamps: what to write over the stamps of rows, NO_STAMP for
    fields whose value was rejected. removed: rows to remove, which the server does not have.
    """

    done: frozenset[str]
    stamps: Mapping[Key, Stamps]
    removed: frozenset[Key]
    journal: tuple[Entry, ...]


def acknowledge(
    batch: Batch, answer: PushAnswer, confirmed: Mapping[Key, Stamps], pending: Mapping[Key, Sequence[Line]]
) -> Acknowledged:
    """What an answer means. ValueError when it is not the answer to this batch.

    confirmed: stamps of the batch's rows before it. pending: all outbox lines of these rows, those made since too.
    """
    work = _Answered(batch, confirmed, pending)
    for mutation, result in zip(batch.mutations, answer.results, strict=True):
        if mutation.mid != result.mid:
            raise ValueError("the answer is to another push")
        work.take(mutation, result)
    return Acknowledged(frozenset(work.done), work.stamps, frozenset(work.removed), tuple(work.journal))


@dataclass(slots=True)
class _Answered:
    batch: Batch
    confirmed: Mapping[Key, Stamps]
    pending: Mapping[Key, Sequence[Line]]
    done: set[str] = field(default_factory=set)
    stamps: dict[Key, dict[str, str]] = field(default_factory=dict)
    removed: set[Key] = field(default_factory=set)
    journal: list[Entry] = field(default_factory=list)

    def take(self, mutation: Mutation, result: Result) -> None:
        """Go by one result."""
        self.done.update(self.batch.lines.get(mutation.mid, ()))
        if result.status is Status.REJECTED:
            self._reject(mutation, result.code or Code.BAD_TYPE)
            return
        taken = self.stamps.setdefault(mutation.key, {})
        # Those that had lost too: until the row comes, this is what the value shown was written under.
        if mutation.stamps or result.clamped:
            for name in mutation.fields:
                stamp = mutation.stamp(name)
                taken[name] = result.clamped.get(stamp, stamp)
        else:
            taken.update(dict.fromkeys(mutation.fields, mutation.mid))
        if result.lost:
            self._mourn(mutation, result.lost)

    def _mourn(self, mutation: Mutation, lost: Iterable[str]) -> None:
        fields = TABLES[mutation.table].fields
        prose = {name: mutation.fields[name] for name in lost if name in fields and fields[name].prose}
        if prose:
            self._write(mutation.mid, mutation.key, Overwritten.LOST, prose)

    def _reject(self, mutation: Mutation, code: Code) -> None:
        key = mutation.key
        self._write(mutation.mid, key, code, mutation.fields)
        known = key in self.stamps or bool(self.confirmed.get(key))
        if known and code is not Code.UNKNOWN_ROW:
            # The row goes on showing what nobody confirmed, until it comes.
            self.stamps.setdefault(key, {}).update(dict.fromkeys(mutation.fields, NO_STAMP))
            return
        self.removed.add(key)
        sent = {mid for mids in self.batch.lines.values() for mid in mids}
        for line in self.pending.get(key, ()):
            if line.mid not in sent and line.mid not in self.done:
                self.done.add(line.mid)
                self._write(line.mid, key, code, line.fields)

    def _write(self, mid: str, key: Key, reason: Code | Overwritten, fields: Values) -> None:
        self.journal.append(Entry(mid, *key, reason, fields))


class _Draft:
    """A mutation that is being put together."""

    def __init__(self, key: Key, op: Op) -> None:
        self.key = key
        self.op = op
        self.mids: list[str] = []
        self._fields: dict[str, object] = {}
        self._stamps: dict[str, str] = {}

    def __len__(self) -> int:
        """How many fields it has so far."""
        return len(self._fields)

    def begin_whole(self, row: Row) -> None:
        """Begin with all that is confirmed of a row."""
        self.op = Op.REUPLOAD
        for name, stamp in row.stamps.items():
            if stamp == NO_STAMP:
                continue
            self._fields[name], self._stamps[name] = row.values[name], stamp

    def add(self, line: Line) -> None:
        """Write a later edit over it."""
        self.mids.append(line.mid)
        if line.op is Op.INSERT and self.op is Op.UPDATE:
            self.op = Op.INSERT
        for name, value in line.written().items():
            self._fields[name], self._stamps[name] = value, line.mid

    def mutation(self) -> Mutation:
        """What it has become, under the stamp most of its fields have (of a row's own edits, so no other has it)."""
        counted = Counter(self._stamps.values())
        mid = max(counted, key=lambda stamp: (counted[stamp], stamp))
        others = {name: stamp for name, stamp in self._stamps.items() if stamp != mid}
        past = tuple(mid for mid in self.mids if mid not in counted)
        return Mutation(mid, *self.key, self.op, self._fields, others, past)


def _moves(line: Line) -> bool:
    """Whether an update names a parent, which may have been made after the row's first line."""
    table = TABLES.get(line.table)
    return line.op is Op.UPDATE and table is not None and any(name in line.fields for name in table.parents)


def _whole_size(pending: Pending) -> int:
    return _size(pending.row.values, len(pending.row.values)) + sum(
        _size(line.fields, len(line.fields)) for line in pending.lines
    )


def _size(fields: Values, stamps: int) -> int:
    """An upper bound of the bytes these fields add to a push. stamps: how many are named beside them."""
    size = _MUTATION_BYTES + _STAMP_BYTES * stamps
    for name, value in fields.items():
        size += len(name) + 4
        if type(value) is not str:
            size += 21
        elif value.isascii() and value.isprintable():
            # Of what is printable, only quotes and backslashes need another character before them.
            size += 2 * len(value) + 2 if '"' in value or "\\" in value else len(value) + 2
        else:
            # At worst, two escapes of six characters for one.
            size += 12 * len(value) + 2
    return size
