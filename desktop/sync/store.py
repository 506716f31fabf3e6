"""What sync keeps in the local database, and how it changes the player's rows.

Everything an answer means happens in one transaction: a crash before it leaves the question to be asked again, a crash
after it leaves nothing to do.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from enum import StrEnum
from typing import Any

from desktop.storage.append_only import ADOPTABLE, adopting
from desktop.storage.changes import Changes
from desktop.storage.database import CLOCK
from desktop.storage.ledger import take_over
from desktop.storage.tables import SYNCED, ledger_transactions
from desktop.storage.transaction import Transaction, encode
from desktop.sync.journal import write_down
from desktop.sync.rows import StoredRows, by_row, by_table, stored_stamps
from desktop.sync.stage import Page
from shared.errors import MapleHubError
from shared.sync.clock import skew_after
from shared.sync.outbox import Batch, Pending, acknowledge, compact, fitting, restored, upload_again
from shared.sync.overlay import FUSE_ROWS, plan_apply, too_many
from shared.sync.paging import Position, Staging
from shared.sync.records import TABLES
from shared.sync.wire import (
    MAX_MUTATIONS,
    MAX_PAGE,
    Key,
    Op,
    PullAnswer,
    PulledRow,
    PullRequest,
    PushAnswer,
    Refusal,
    Status,
)

_POSITION, _SEEN, _SKEW, _REMOVAL = "sync.position", "sync.seen", "sync.skew", "sync.removal"
_ORDER = {name: place for place, name in enumerate(TABLES)}
_CONFIRM = (
    "INSERT INTO sync_rows (kind, row_id, stamps, extra) VALUES ('{}', ?, ?, ?)"
    " ON CONFLICT (kind, row_id) DO UPDATE SET stamps = excluded.stamps, extra = excluded.extra"
)
Pieces = Callable[[], Iterator[Page]]
"""Rows as the server has them, page by page, from the first one each time: never all of them in memory."""


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


class SyncStore(StoredRows):
    """Belongs to the database thread. now_ms: this computer's clock, milliseconds since 1970."""

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
        again = self._again(limit)
        if again:
            rows, lines = self._rows(again), self._lines_of(again)
            pending = [Pending(rows[key], tuple(lines.get(key, ()))) for key in again if key in rows]
            return Batch(upload_again(fitting(pending)), {})
        prefix = self._lines("ORDER BY mid LIMIT ?", limit)
        if not prefix:
            return None
        wanted = restored(prefix)
        rows, lines = self._rows(wanted), self._lines_of(wanted)
        whole = {key: Pending(rows[key], tuple(lines.get(key, ()))) for key in wanted if key in rows}
        return compact(prefix, whole, limit=limit)

    def batch_behind(self, sent: Batch, limit: int = MAX_MUTATIONS) -> Batch | None:
        """What may follow a full batch before its answer is known; None when that must be waited for.

        Whatever the answer, only rows of the batch change by it: lines of other rows stay what they are.
        """
        if len(sent.mutations) < limit or any(each.op is Op.REUPLOAD for each in sent.mutations):
            return None
        last = max(mid for mids in sent.lines.values() for mid in mids)
        lines = self._lines("WHERE mid > ? ORDER BY mid LIMIT ?", last, limit)
        rows = {mutation.key for mutation in sent.mutations}
        if not lines or restored(lines) or any(line.key in rows for line in lines):
            return None
        return compact(lines, {}, limit=limit)

    def _again(self, limit: int) -> list[Key]:
        """The first rows to upload again, parents before their children."""
        found: list[Key] = []
        query = "SELECT row_id FROM sync_rows WHERE again = 1 AND kind = ? ORDER BY row_id LIMIT ?"
        names = self._database.peek("SELECT DISTINCT kind FROM sync_rows WHERE again = 1")
        for name in sorted((name for (name,) in names), key=_ORDER.__getitem__):
            rows = self._database.peek(query, (name, limit - len(found)))
            found += [(name, row_id) for (row_id,) in rows]
        return found

    def acknowledge(self, batch: Batch, answer: PushAnswer, *, sent_ms: int) -> Changes:
        """Go by an answer. sent_ms: when the push left, by this computer's clock."""
        keys = list(dict.fromkeys(mutation.key for mutation in batch.mutations))
        refused = [
            mutation.key
            for mutation, result in zip(batch.mutations, answer.results, strict=True)
            if result.status is Status.REJECTED
        ]
        with self._database.write() as writing:
            tx = writing.tx
            confirmed = self._confirmed(keys)
            what = acknowledge(batch, answer, confirmed, self._lines_of(refused) if refused else {})
            _run(
                tx,
                "DELETE FROM outbox WHERE mid IN (SELECT value FROM json_each(?))",
                encode(sorted(what.done)),
            )
            self._remove(tx, what.removed)
            kept = [
                (*key, stored_stamps(key[0], {**confirmed.get(key, {}), **stamps}))
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
            position = self.position()
            earlier = position.staging is not None
            position = position.staged(request, answer)
            self._hear(tx, answer.hlc, answer.server_ms, sent_ms)
            if not answer.has_more:
                full = position.staging is not None and position.staging.full
                asks = self._apply(tx, lambda: self._pages(tx, answer.rows, earlier=earlier), full=full)
            if asks is None and not answer.has_more:
                position = position.applied(answer)
                _run(tx, "DELETE FROM sync_stage")
            elif answer.rows:
                _run(tx, "INSERT INTO sync_stage (rows) VALUES (?)", Page.of(answer.rows).text())
            self._keep(tx, position)
        if asks is not None:
            raise asks
        return writing.changes

    @staticmethod
    def _pages(tx: Transaction, last: Sequence[PulledRow], *, earlier: bool) -> Iterator[Page]:
        """The staged pages, then the one that completes them."""
        if earlier:
            numbers = tx.connection.exec_driver_sql("SELECT n FROM sync_stage ORDER BY n").scalars().all()
            for n in numbers:
                stored = tx.connection.exec_driver_sql("SELECT rows FROM sync_stage WHERE n = ?", (n,))
                yield Page.read(stored.scalar_one())
        yield Page.of(last)

    def decide(self, removal: Removal, asked: AskFirst) -> None:
        """What the player says. It holds for the next apply, and for not more than was asked about."""
        with self._database.write() as writing:
            self._set(writing.tx, _REMOVAL, {"answer": str(removal), "rows": asked.rows})

    def _apply(self, tx: Transaction, pages: Pieces, *, full: bool) -> AskFirst | None:
        """Take rows over, and with full remove what is not among them; a question instead when too much would go."""
        waiting = by_row(self._lines("ORDER BY mid"))
        local = self._live_keys() if full else {}
        keep = frozenset(key for key in local if TABLES[key[0]].insert_only)
        buried: set[Key] = set()
        given: set[Key] = set()
        for page in pages() if local or not full else ():
            given.update(page.keys())
            # Nothing but a tombstone buries.
            dead = page.dead()
            living = local if full else self._living(row.key for row in dead)
            buried |= plan_apply(dead, living, waiting, full=False).buried
        missing = {key: lives for key, lives in local.items() if key not in given}
        removal = plan_apply((), missing, waiting, full=full, keep=keep)
        buried |= removal.buried
        kept = frozenset[Key]()
        live = self._count_living() if len(buried) > FUSE_ROWS else 0
        if too_many(len(buried), live):
            answer = self._state(_REMOVAL)
            if answer is None or len(buried) > answer["rows"]:
                return AskFirst(len(buried), live)
            kept = frozenset(buried) if answer["answer"] == Removal.KEEP else kept
        _run(tx, "DELETE FROM local_state WHERE key = ?", _REMOVAL)
        with adopting(tx.connection):
            for page in pages():
                page.put_under(waiting)
                self._adopt(tx, page)
        self._remove(tx, removal.remove - kept)
        lost = (keep - given - waiting.keys()) | (removal.remove & kept)
        _many(tx, "UPDATE sync_rows SET again = 1 WHERE kind = ? AND row_id = ?", list(lost))
        # What was buried elsewhere lives again by an edit, which every machine will follow. Parents come first.
        for name, row_id in sorted(kept - removal.remove, key=lambda key: _ORDER[key[0]]):
            tx.insert(SYNCED[name], row_id)
        return None

    def _adopt(self, tx: Transaction, page: Page) -> None:
        for name, (lines, kept) in page.tables.items():
            fields = list(TABLES[name].fields)
            tx.adopt(SYNCED[name], ("id", *fields), list(map(tuple, lines)))
            if name == ledger_transactions.name:
                place = 1 + fields.index("legs")
                legs = {line[0]: json.loads(line[place]) for line in lines}
                take_over(
                    tx,
                    {
                        row_id: tuple((account, amount) for account, amount in each)
                        for row_id, each in legs.items()
                    },
                )
            _many(tx, _CONFIRM.format(name), list(map(tuple, kept)))

    def _remove(self, tx: Transaction, keys: Iterable[Key]) -> None:
        """Remove rows the server does not have; what is only added to stays, with nothing confirmed of it."""
        for name, ids in by_table(keys).items():
            if name not in ADOPTABLE:
                tx.forget(SYNCED[name], ids)
            pairs = [(name, row_id) for row_id in ids]
            _many(tx, "DELETE FROM sync_rows WHERE kind = ? AND row_id = ?", pairs)

    # What is kept

    def _hear(self, tx: Transaction, hlc: str, server_ms: int, sent_ms: int) -> None:
        skew = skew_after(self.skew_ms(), sent_ms=sent_ms, received_ms=self.now_ms(), server_ms=server_ms)
        self._set(tx, _SKEW, skew)
        if hlc:
            self._database.clock.observe(hlc)
            self._set(tx, _SEEN, max(hlc, str(self._state(_SEEN) or "")))

    def _keep(self, tx: Transaction, position: Position) -> None:
        self._set(tx, _POSITION, asdict(position))
        self._set(tx, CLOCK, self._database.clock.last())

    @staticmethod
    def _set(tx: Transaction, key: str, value: object) -> None:
        _run(tx, "INSERT OR REPLACE INTO local_state (key, value) VALUES (?, ?)", key, encode(value))


def _run(tx: Transaction, statement: str, *parameters: object) -> None:
    tx.connection.exec_driver_sql(statement, parameters)


def _many(tx: Transaction, statement: str, rows: list[Any]) -> None:
    if rows:
        tx.connection.exec_driver_sql(statement, rows)
