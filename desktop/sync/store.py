"""What sync keeps in the local database, and how it changes the player's rows.

Everything an answer means happens in one transaction: a crash before it leaves the question to be asked again, a crash
after it leaves nothing to do.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any

from desktop.storage.append_only import ADOPTABLE, adopting
from desktop.storage.changes import Changes
from desktop.storage.database import CLOCK, Database
from desktop.storage.ledger import take_over
from desktop.storage.tables import SYNCED, ledger_transactions
from desktop.storage.transaction import Transaction, encode
from desktop.sync.journal import write_down
from shared.errors import MapleHubError
from shared.sync.clock import skew_after
from shared.sync.outbox import Batch, Line, Pending, acknowledge, compact, fitting, restored, upload_again
from shared.sync.overlay import FUSE_ROWS, plan_apply, too_many
from shared.sync.paging import Position, Staging
from shared.sync.records import TABLES
from shared.sync.wire import (
    MAX_MUTATIONS,
    MAX_PAGE,
    Key,
    Op,
    PullAnswer,
    PullRequest,
    PushAnswer,
    Refusal,
    Row,
    unpack,
)

_POSITION, _SEEN, _SKEW, _REMOVAL = "sync.position", "sync.seen", "sync.skew", "sync.removal"
_LINES = "SELECT mid, kind, row_id, op, fields FROM outbox"
_ORDER = {name: place for place, name in enumerate(TABLES)}


class Removal(StrEnum):
    """What the player says to the question whether so much may go."""

    GO_ON = "go_on"
    KEEP = "keep"


class AskFirst(MapleHubError):  # noqa: N818 - a question
    """What was pulled would remove much of what this machine has. rows: how much; live: of how much."""

    def __init__(self, rows: int, live: int) -> None:
        super().__init__(
            f"Sync would remove {rows:,} of your {live:,} entries.",
            "Decide in Settings whether they may go. Nothing was removed; a backup was made.",
        )
        self.rows = rows
        self.live = live


class SyncStore:
    """Belongs to the database thread. now_ms: this computer's clock, milliseconds since 1970."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now_ms(self) -> int:
        """This computer's clock."""
        return round(self._database.now().timestamp() * 1000)

    def waiting(self) -> int:
        """How many edits wait to be sent."""
        return int(self._database.peek("SELECT count(*) FROM outbox")[0][0])

    def position(self) -> Position:
        """Where this machine stands in the player's history."""
        stored = self._state(_POSITION)
        if stored is None:
            return Position()
        staging = stored.pop("staging")
        return Position(**stored, staging=Staging(**staging) if staging else None)

    def skew_ms(self) -> int:
        """How far the server's clock is ahead of this computer's, as far as is known."""
        return int(self._state(_SKEW) or 0)

    # Push

    def next_batch(self, limit: int = MAX_MUTATIONS) -> Batch | None:
        """What to push next, rows to upload again before all else; None when nothing waits."""
        again = self._database.peek("SELECT kind, row_id FROM sync_rows WHERE again = 1")
        if again:
            keys = sorted(
                ((kind, row_id) for kind, row_id in again), key=lambda key: (_ORDER[key[0]], key[1])
            )
            first = keys[:limit]
            rows, lines = self._rows(first), self._lines_of(first)
            pending = [Pending(rows[key], tuple(lines.get(key, ()))) for key in first if key in rows]
            return Batch(upload_again(fitting(pending)), {})
        prefix = self._lines("ORDER BY mid LIMIT ?", 2 * limit)
        if not prefix:
            return None
        wanted = restored(prefix)
        rows, lines = self._rows(wanted), self._lines_of(wanted)
        whole = {key: Pending(rows[key], tuple(lines.get(key, ()))) for key in wanted if key in rows}
        return compact(prefix, whole, limit=limit)

    def acknowledge(self, batch: Batch, answer: PushAnswer, *, sent_ms: int) -> Changes:
        """Go by an answer. sent_ms: when the push left, by this computer's clock."""
        keys = list(dict.fromkeys(mutation.key for mutation in batch.mutations))
        with self._database.write() as writing:
            tx = writing.tx
            confirmed = self._confirmed(keys)
            what = acknowledge(batch, answer, confirmed, self._lines_of(keys))
            _run(
                tx,
                "DELETE FROM outbox WHERE mid IN (SELECT value FROM json_each(?))",
                encode(sorted(what.done)),
            )
            gone: dict[str, list[str]] = {}
            for table, row_id in what.removed:
                gone.setdefault(table, []).append(row_id)
            for table, ids in gone.items():
                if table not in ADOPTABLE:
                    tx.forget(SYNCED[table], ids)
                self._unconfirm(tx, table, ids)
            kept = [
                (*key, encode({**confirmed.get(key, {}), **stamps}))
                for key, stamps in what.stamps.items()
                if key not in what.removed
            ]
            _many(
                tx,
                "INSERT INTO sync_rows (kind, row_id, stamps) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, row_id) DO UPDATE SET stamps = excluded.stamps",
                kept,
            )
            if not batch.lines:
                _many(tx, "UPDATE sync_rows SET again = 0 WHERE kind = ? AND row_id = ?", keys)
            write_down(tx, what.journal)
            self._hear(tx, answer.hlc, answer.server_ms, sent_ms)
            drained = tx.connection.exec_driver_sql("SELECT 1 FROM outbox LIMIT 1").first() is None
            seen = max(answer.hlc, str(self._state(_SEEN) or ""))
            if drained and seen:
                self._database.clock.settle(seen)
            self._keep(tx, replace(self.position(), epoch=answer.epoch))
        return writing.changes

    def refused(self, refusal: Refusal, epoch: str) -> None:
        """The server has another history: go on as it says."""
        with self._database.write() as writing:
            tx = writing.tx
            position = self.position()
            if refusal is Refusal.RESYNC_REQUIRED:
                self._keep(tx, position.resync())
            else:
                self._keep(tx, position.new_epoch(epoch))
                _run(tx, "UPDATE sync_rows SET again = 1 WHERE stamps <> '{}'")
            _run(tx, "DELETE FROM sync_stage")

    # Pull

    def may_pull(self) -> bool:
        """Not while the server may lack what this machine has: an older row would go over a newer one."""
        return not self._database.peek("SELECT 1 FROM sync_rows WHERE again = 1 LIMIT 1")

    def request(self, limit: int = MAX_PAGE) -> PullRequest:
        """What to ask for next."""
        return self.position().request(limit)

    def take_page(self, request: PullRequest, answer: PullAnswer, *, sent_ms: int) -> Changes:
        """Stage a page; the last one applies the stage. Returns what changed for the player.

        Raises AskFirst when so much would go that the player must `decide`; the stage is kept.
        """
        asks: AskFirst | None = None
        with self._database.write() as writing:
            tx = writing.tx
            self._stage(tx, map(unpack, answer.rows))
            position = self.position().staged(request, answer)
            self._hear(tx, answer.hlc, answer.server_ms, sent_ms)
            if not answer.has_more:
                asks = self._apply(tx, full=position.staging is not None and position.staging.full)
                if asks is None:
                    position = position.applied(answer)
                    _run(tx, "DELETE FROM sync_stage")
            self._keep(tx, position)
        if asks is not None:
            raise asks
        return writing.changes

    @staticmethod
    def _stage(tx: Transaction, rows: Iterable[Row]) -> None:
        _many(
            tx,
            "INSERT OR REPLACE INTO sync_stage (kind, row_id, seq, content, stamps) VALUES (?, ?, ?, ?, ?)",
            [
                (row.table, row.id, row.seq, encode(dict(row.values)), encode(dict(row.stamps)))
                for row in rows
            ],
        )

    def decide(self, removal: Removal, asked: AskFirst) -> None:
        """What the player says. It holds for the next apply, and for not more than was asked about."""
        with self._database.write() as writing:
            self._set(writing.tx, _REMOVAL, {"answer": str(removal), "rows": asked.rows})

    def _apply(self, tx: Transaction, *, full: bool) -> AskFirst | None:
        rows = tx.connection.exec_driver_sql(
            "SELECT kind, row_id, seq, content, stamps FROM sync_stage ORDER BY seq"
        )
        staged = [
            Row(kind, row_id, json.loads(content), json.loads(stamps), seq)
            for kind, row_id, seq, content, stamps in rows
            if kind in SYNCED
        ]
        pending: dict[Key, list[Line]] = {}
        for line in self._lines("ORDER BY mid"):
            pending.setdefault(line.key, []).append(line)
        local = self._live_keys() if full else self._live_of(staged)
        keep = frozenset(key for key in local if TABLES[key[0]].insert_only) if full else frozenset()
        plan = plan_apply(staged, local, pending, full=full, keep=keep)
        kept: frozenset[Key] = frozenset()
        live = self._live() if len(plan.buried) > FUSE_ROWS else 0
        if too_many(len(plan.buried), live):
            answer = self._state(_REMOVAL)
            if answer is None or len(plan.buried) > answer["rows"]:
                return AskFirst(len(plan.buried), live)
            kept = plan.buried if answer["answer"] == Removal.KEEP else kept
        _run(tx, "DELETE FROM local_state WHERE key = ?", _REMOVAL)
        by_table: dict[str, list[Row]] = {}
        for row in plan.save:
            by_table.setdefault(row.table, []).append(row)
        with adopting(tx.connection):
            for name in TABLES:
                if name in by_table:
                    self._adopt(tx, name, by_table[name])
        gone: dict[str, list[str]] = {}
        for name, row_id in plan.remove - kept:
            gone.setdefault(name, []).append(row_id)
        for name, ids in gone.items():
            tx.forget(SYNCED[name], ids)
            self._unconfirm(tx, name, ids)
        lost = (keep - {row.key for row in staged} - pending.keys()) | (plan.remove & kept)
        _many(tx, "UPDATE sync_rows SET again = 1 WHERE kind = ? AND row_id = ?", list(lost))
        # What was buried elsewhere lives again by an edit, which every machine will follow. Parents come first.
        for name, row_id in sorted(kept - plan.remove, key=lambda key: _ORDER[key[0]]):
            tx.insert(SYNCED[name], row_id)
        return None

    def _adopt(self, tx: Transaction, name: str, rows: list[Row]) -> None:
        table = TABLES[name]
        values = [{"id": row.id, **table.defaults(), **table.split(row.values)[0]} for row in rows]
        order = ("id", *table.fields)
        tx.adopt(SYNCED[name], [{key: each[key] for key in order} for each in values])
        if name == ledger_transactions.name:
            take_over(
                tx,
                {
                    str(each["id"]): tuple((key, amount) for key, amount in json.loads(str(each["legs"])))
                    for each in values
                },
            )
        _many(
            tx,
            "INSERT INTO sync_rows (kind, row_id, stamps, extra) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, row_id) DO UPDATE SET stamps = excluded.stamps, extra = excluded.extra",
            [
                (
                    name,
                    row.id,
                    encode(dict(row.stamps)),
                    encode(extra) if (extra := table.split(row.values)[1]) else None,
                )
                for row in rows
            ],
        )

    # What is stored

    def _rows(self, keys: Iterable[Key]) -> dict[Key, Row]:
        wanted: dict[str, list[str]] = {}
        for name, row_id in keys:
            wanted.setdefault(name, []).append(row_id)
        confirmed = self._confirmed([(name, row_id) for name, ids in wanted.items() for row_id in ids])
        found: dict[Key, Row] = {}
        for name, ids in wanted.items():
            fields = tuple(TABLES[name].fields)
            columns = ", ".join(f'"{field}"' for field in fields)
            query = f"SELECT id, {columns} FROM {name} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
            for row_id, *values in self._database.peek(query, (encode(ids),)):
                key = (name, row_id)
                found[key] = Row(name, row_id, dict(zip(fields, values, strict=True)), confirmed.get(key, {}))
        return found

    def _confirmed(self, keys: Iterable[Key]) -> dict[Key, dict[str, str]]:
        ids = encode([row_id for _, row_id in keys])
        query = "SELECT kind, row_id, stamps FROM sync_rows WHERE row_id IN (SELECT value FROM json_each(?))"
        return {
            (kind, row_id): json.loads(stamps) for kind, row_id, stamps in self._database.peek(query, (ids,))
        }

    def _lines(self, rest: str, *parameters: object) -> list[Line]:
        return [
            Line(mid, kind, row_id, Op(op), json.loads(fields))
            for mid, kind, row_id, op, fields in self._database.peek(f"{_LINES} {rest}", parameters)
        ]

    def _lines_of(self, keys: Iterable[Key]) -> dict[Key, list[Line]]:
        ids = encode([row_id for _, row_id in keys])
        found: dict[Key, list[Line]] = {}
        for line in self._lines("WHERE row_id IN (SELECT value FROM json_each(?)) ORDER BY mid", ids):
            found.setdefault(line.key, []).append(line)
        return found

    def _live_keys(self) -> dict[Key, bool]:
        return {
            (name, row_id): not deleted
            for name in SYNCED
            for row_id, deleted in self._database.peek(f"SELECT id, deleted FROM {name}")  # noqa: S608
        }

    def _live(self) -> int:
        return sum(self._live_keys().values())

    def _live_of(self, rows: Iterable[Row]) -> dict[Key, bool]:
        return {key: row.live for key, row in self._rows(row.key for row in rows).items()}

    @staticmethod
    def _unconfirm(tx: Transaction, name: str, ids: Iterable[str]) -> None:
        _many(tx, "DELETE FROM sync_rows WHERE kind = ? AND row_id = ?", [(name, row_id) for row_id in ids])

    def _hear(self, tx: Transaction, hlc: str, server_ms: int, sent_ms: int) -> None:
        skew = skew_after(self.skew_ms(), sent_ms=sent_ms, received_ms=self.now_ms(), server_ms=server_ms)
        self._set(tx, _SKEW, skew)
        if hlc:
            self._database.clock.observe(hlc)
            self._set(tx, _SEEN, max(hlc, str(self._state(_SEEN) or "")))

    def _keep(self, tx: Transaction, position: Position) -> None:
        self._set(tx, _POSITION, asdict(position))
        self._set(tx, CLOCK, self._database.clock.last())

    def _state(self, key: str) -> Any:
        found = self._database.peek("SELECT value FROM local_state WHERE key = ?", (key,))
        return json.loads(found[0][0]) if found else None

    @staticmethod
    def _set(tx: Transaction, key: str, value: object) -> None:
        _run(tx, "INSERT OR REPLACE INTO local_state (key, value) VALUES (?, ?)", key, encode(value))


def _run(tx: Transaction, statement: str, *parameters: object) -> None:
    tx.connection.exec_driver_sql(statement, parameters)


def _many(tx: Transaction, statement: str, rows: list[Any]) -> None:
    if rows:
        tx.connection.exec_driver_sql(statement, rows)
