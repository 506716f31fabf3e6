"""What the server does with a push: per field the later stamp wins, and whoever lost will hear of it.

A pure function. Around it the server locks the user, loads what `needed` and `sent_stamps` name, and stores what
comes back, in one transaction.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from shared.sync.records import (
    SCHEMA,
    TABLES,
    Code,
    Table,
    Values,
    check_change,
    check_fields,
    check_new,
)
from shared.sync.stamps import NO_STAMP, clamp
from shared.sync.wire import Account, Key, Mutation, Op, Push, Refusal, Result, Row, Stamps, Status


@dataclass(frozen=True, slots=True)
class Merged:
    """What to store after a push, and what to answer.

    saved: rows that are new or were touched, each with its new seq, in that order. clamps: new ones to remember.
    """

    account: Account
    saved: tuple[Row, ...]
    clamps: Stamps
    results: tuple[Result, ...]


def refuse_push(account: Account, push: Push) -> Refusal | None:
    """Whether a push is for another history than the server's. One without an epoch is a client's first."""
    if push.epoch not in {"", account.epoch}:
        return Refusal.EPOCH_CHANGED
    return Refusal.CURSOR_AHEAD if push.cursor > account.head else None


def needed(mutations: Iterable[Mutation]) -> frozenset[Key]:
    """The rows to load before merging: those changed and those named as parents."""
    keys: set[Key] = set()
    for mutation in mutations:
        table = TABLES.get(mutation.table)
        if table is not None:
            keys.add(mutation.key)
            keys.update(_parents(table, mutation.fields))
    return frozenset(keys)


def sent_stamps(mutations: Iterable[Mutation]) -> frozenset[str]:
    """The stamps whose remembered clamps to load before merging."""
    return frozenset(stamp for mutation in mutations for stamp in mutation.all_stamps() if stamp)


def merge(
    account: Account,
    rows: Mapping[Key, Row],
    clamps: Stamps,
    mutations: Sequence[Mutation],
    *,
    now_ms: int,
    schema: int = SCHEMA,
) -> Merged:
    """Merge mutations in their order into rows.

    rows: what is stored of `needed(mutations)`. clamps: what is remembered of `sent_stamps(mutations)`. now_ms: the
    server's clock, milliseconds since 1970. schema: the sender's; fields only a newer one knows are kept unread.
    """
    stamps = sent_stamps(mutations)
    effective = clamp(stamps, now_ms=now_ms, greatest=account.max_stamp, remembered=clamps)
    work = _Work(dict(rows), effective, newer=schema > SCHEMA)
    results = tuple(work.take(mutation) for mutation in mutations)
    saved = tuple(
        Row(row.table, row.id, row.values, row.stamps, place)
        for place, row in enumerate(map(work.rows.__getitem__, work.touched), start=account.head + 1)
    )
    greatest = max((effective.get(stamp, stamp) for stamp in stamps), default=NO_STAMP)
    after = replace(account, head=account.head + len(saved), max_stamp=max(account.max_stamp, greatest))
    fresh = {
        stamp: effective[stamp] for stamp in effective if stamp not in clamps and effective[stamp] != stamp
    }
    return Merged(after, saved, fresh, results)


class _Work:
    """Rows as they are half-way through a push."""

    def __init__(self, rows: dict[Key, Row], effective: Stamps, *, newer: bool) -> None:
        self.rows = rows
        self.touched: dict[Key, None] = {}
        self._effective = effective
        self._moved = {stamp: counts for stamp, counts in effective.items() if counts != stamp}
        self._newer = newer

    def take(self, mutation: Mutation) -> Result:
        """Merge one mutation, or reject it and leave everything but the row's place in the history."""
        stored = self.rows.get(mutation.key)
        fields = {"deleted": 0, **mutation.fields} if mutation.op is Op.INSERT else mutation.fields
        table = TABLES.get(mutation.table)
        code = Code.UNKNOWN_TABLE if table is None else self._problem(table, mutation, fields, stored)
        lost: tuple[str, ...] = ()
        if table is None or code is not None:
            # The author shows what was not taken, and needs the row as it is.
            if stored is not None:
                self.touched[mutation.key] = None
            return self._result(mutation, Status.REJECTED, code=code)
        if mutation.stamps:
            stamps = {name: self._stamp(mutation.stamp(name)) for name in fields}
        else:
            stamps = dict.fromkeys(fields, self._stamp(mutation.mid))
        if stored is None:
            written = {name: stamp for name, stamp in stamps.items() if stamp} if mutation.stamps else stamps
            self._put(Row(mutation.table, mutation.id, {**table.defaults, **fields}, written))
        elif table.insert_only:
            lost = self._keep_first(stored, fields, stamps)
        else:
            lost = self._merge_fields(stored, fields, stamps)
        return self._result(mutation, Status.MERGED if lost else Status.APPLIED, lost)

    def _problem(self, table: Table, mutation: Mutation, fields: Values, stored: Row | None) -> Code | None:
        code = check_fields(table, fields, newer=self._newer)
        if code is not None:
            return code
        if table.insert_only and (mutation.op is Op.UPDATE or fields.get("deleted")):
            return Code.INSERT_ONLY
        if stored is None:
            if mutation.op is Op.UPDATE:
                return Code.UNKNOWN_ROW
            code = check_new(table, mutation.id, fields)
        else:
            code = check_change(table, mutation.id, stored.values, fields)
        # What the server had once is taken back with or without its parent: that one may be on its way.
        checked = code is None and mutation.op is not Op.REUPLOAD
        if checked and any(parent not in self.rows for parent in _parents(table, fields)):
            return Code.MISSING_PARENT
        return code

    def _merge_fields(self, stored: Row, fields: Values, sent: Stamps) -> tuple[str, ...]:
        values, stamps = dict(stored.values), dict(stored.stamps)
        lost = []
        for name, value in fields.items():
            have = stamps.get(name, NO_STAMP)
            if sent[name] == have and _same(value, values.get(name)):
                continue
            if (sent[name], _canonical(value)) > (have, _canonical(values.get(name))):
                values[name], stamps[name] = value, sent[name]
            else:
                lost.append(name)
            # A loser counts too: the row goes out again, or its author would never learn.
            self.touched[stored.key] = None
        self.rows[stored.key] = replace(stored, values=values, stamps=stamps)
        return tuple(lost)

    def _keep_first(self, stored: Row, fields: Values, sent: Stamps) -> tuple[str, ...]:
        """Of rows that never change, the one that came first stays whole."""
        if any(sent[name] != stored.stamps.get(name, NO_STAMP) for name in fields):
            self.touched[stored.key] = None
        return tuple(name for name in fields if not _same(fields[name], stored.values.get(name)))

    def _put(self, row: Row) -> None:
        self.rows[row.key] = row
        self.touched[row.key] = None

    def _stamp(self, stamp: str) -> str:
        return self._effective.get(stamp, stamp)

    def _result(
        self, mutation: Mutation, status: Status, lost: tuple[str, ...] = (), code: Code | None = None
    ) -> Result:
        moved = self._moved
        clamped = {stamp: moved[stamp] for stamp in mutation.all_stamps() if stamp in moved} if moved else {}
        return Result(mutation.mid, status, self._stamp(mutation.mid), lost, code, clamped)


def _parents(table: Table, fields: Values) -> list[Key]:
    return [
        (parent, row_id)
        for name, parent in table.parents.items()
        if isinstance(row_id := fields.get(name), str)
    ]


def _same(one: object, other: object) -> bool:
    return type(one) is type(other) and one == other


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
