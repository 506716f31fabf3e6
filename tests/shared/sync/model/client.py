"""A desktop: rows, outbox, stage, journal and position in one SQLite file, the rules of sync around it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

from shared.sync.clock import HybridClock, skew_after
from shared.sync.outbox import Batch, Line, Pending, acknowledge, compact, restored, upload_again
from shared.sync.overlay import plan_apply
from shared.sync.paging import Position, Staging
from shared.sync.records import TABLES, Values
from shared.sync.wire import Key, Op, PullAnswer, PullRequest, Push, PushAnswer, Refusal, Row, unpack
from tests.shared.sync.model.files import File, dump, row_of
from tests.shared.sync.model.rules import Rules

SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (
    t TEXT, id TEXT, vals TEXT, clk TEXT, again INTEGER DEFAULT 0, PRIMARY KEY (t, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (mid TEXT PRIMARY KEY, t TEXT, id TEXT, op TEXT, fields TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stage (
    t TEXT, id TEXT, vals TEXT, clk TEXT, seq INTEGER, PRIMARY KEY (t, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS journal (mid TEXT, t TEXT, id TEXT, reason TEXT, fields TEXT);
CREATE TABLE IF NOT EXISTS state (position TEXT, clock TEXT, seen TEXT, skew INTEGER);
"""
PAGE = 2
BATCH = 3
_ORDER = {name: place for place, name in enumerate(TABLES)}


class Client:
    """One machine. offset: how far its clock is off, in milliseconds."""

    def __init__(self, name: str, folder: Path, offset: int, rules: Rules) -> None:
        self.name = name
        self.offset = offset
        self.rules = rules
        self._random = Random(name)
        self.file = File(folder / f"{name}.sqlite3", SCHEMA)
        if not self.file.run("SELECT 1 FROM state"):
            self.file.run("INSERT INTO state VALUES (?, '', '', 0)", dump(asdict(Position())))
        self.load()

    def load(self) -> None:
        """What a start reads: where it stands, and how far its clock has come."""
        position, clock, seen, skew = self.file.run("SELECT position, clock, seen, skew FROM state")[0]
        stored = json.loads(position)
        staging = stored.pop("staging")
        self.position = Position(**stored, staging=Staging(**staging) if staging else None)
        self.clock = HybridClock(clock or None)
        self.seen, self.skew = seen, skew

    def restart(self) -> None:
        self.file.close()
        self.file.open()
        self.load()

    # What the player does

    def write(self, key: Key, op: Op, fields: Values, now: int) -> Line:
        """An edit and its outbox line, in one transaction."""
        line = Line(
            self.clock.tick(now + self.offset + self.skew, self._random.getrandbits(62)), *key, op, fields
        )
        with self.file.transaction():
            old = self.row(key)
            values = {**TABLES[key[0]].defaults, **(old.values if old else {}), **line.written()}
            self._save(Row(*key, values, old.stamps if old else {}))
            self.file.run("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)", line.mid, *key, str(op), dump(fields))
            self._save_state()
        return line

    # Push

    def next_batch(self) -> Batch | None:
        """What to push next, rows to upload again before all else."""
        again = [row_of(*each) for each in self.file.run("SELECT t, id, vals, clk FROM rows WHERE again = 1")]
        if again:
            again.sort(key=lambda row: (_ORDER[row.table], row.id))
            first = again[:BATCH]
            lines = self.lines({row.key for row in first})
            return Batch(upload_again(Pending(row, tuple(lines.get(row.key, ()))) for row in first), {})
        prefix = self._lines("ORDER BY mid LIMIT ?", 2 * BATCH)
        if not prefix:
            return None
        keys = restored(prefix)
        waiting = self.lines(keys)
        whole = {key: Pending(row, tuple(waiting[key])) for key in keys if (row := self.row(key)) is not None}
        return compact(prefix, whole, limit=BATCH)

    def push(self, batch: Batch) -> Push:
        return Push(self.position.epoch, batch.mutations)

    def acknowledge(
        self, batch: Batch, answer: PushAnswer, *, sent: int, now: int, crash: int | None = None
    ) -> None:
        """Go by an answer. sent: when the push left, by this machine's clock."""
        keys = {mutation.key for mutation in batch.mutations}
        with self.file.transaction(crash):
            rows = {key: row for key in keys if (row := self.row(key)) is not None}
            lines = self.lines(keys)
            what = acknowledge(batch, answer, {key: row.stamps for key, row in rows.items()}, lines)
            done = what.done
            if not self.rules.exact_ack:
                done |= {line.mid for each in lines.values() for line in each if batch.lines}
            for mid in done:
                self.file.run("DELETE FROM outbox WHERE mid = ?", mid)
            for key, row in rows.items():
                if key in what.removed:
                    self.file.run("DELETE FROM rows WHERE t = ? AND id = ?", *key)
                else:
                    self._save(replace(row, stamps={**row.stamps, **what.stamps.get(key, {})}))
                    if not batch.lines:
                        self.file.run("UPDATE rows SET again = 0 WHERE t = ? AND id = ?", *key)
            for entry in what.journal:
                self.file.run(
                    "INSERT INTO journal VALUES (?, ?, ?, ?, ?)",
                    entry.mid,
                    entry.table,
                    entry.id,
                    str(entry.reason),
                    dump(entry.fields),
                )
            self.position = replace(self.position, epoch=answer.epoch)
            self._hear(answer.hlc, answer.server_ms, sent, now)
            if self.seen and self.rules.recv and not self.file.run("SELECT 1 FROM outbox LIMIT 1"):
                self.clock.settle(self.seen)
            self._save_state()

    def refused(self, refusal: Refusal, epoch: str) -> None:
        with self.file.transaction():
            if refusal is Refusal.RESYNC_REQUIRED:
                self.position = self.position.resync()
            else:
                self.position = self.position.new_epoch(epoch)
                if self.rules.reupload:
                    self.file.run("UPDATE rows SET again = 1 WHERE clk <> '{}'")
            self.file.run("DELETE FROM stage")
            self._save_state()

    # Pull

    def may_pull(self) -> bool:
        """Not while the server may lack what this client has: an older row would go over a newer one."""
        return not self.file.run("SELECT 1 FROM rows WHERE again = 1 LIMIT 1")

    def request(self) -> PullRequest:
        return self.position.request(PAGE)

    def take_page(
        self, request: PullRequest, answer: PullAnswer, *, now: int, crash: int | None = None
    ) -> None:
        """Stage a page, and apply the stage when it was the last one."""
        with self.file.transaction(crash):
            for row in map(unpack, answer.rows):
                self.file.run(
                    "INSERT OR REPLACE INTO stage VALUES (?, ?, ?, ?, ?)",
                    *row.key,
                    dump(row.values),
                    dump(row.stamps),
                    row.seq,
                )
            self.position = self.position.staged(request, answer)
            self._hear(answer.hlc, answer.server_ms, now + self.offset, now)
            if not answer.has_more:
                self._apply(answer)
            self._save_state()

    def _apply(self, answer: PullAnswer) -> None:
        staging = self.position.staging
        staged = [row_of(*each) for each in self.file.run("SELECT t, id, vals, clk, seq FROM stage")]
        pending = self.lines() if self.rules.overlay else {}
        local = {key: row.live for key, row in self.rows().items()}
        full = staging is not None and staging.full and self.rules.full_flag
        plan = plan_apply(staged, local, pending, full=full)
        for row in plan.save:
            self._save(row)
        for key in plan.remove:
            self.file.run("DELETE FROM rows WHERE t = ? AND id = ?", *key)
        self.position = self.position.applied(answer)
        self.file.run("DELETE FROM stage")

    # The file

    def row(self, key: Key) -> Row | None:
        found = self.file.run("SELECT t, id, vals, clk FROM rows WHERE t = ? AND id = ?", *key)
        return row_of(*found[0]) if found else None

    def rows(self) -> dict[Key, Row]:
        found = [row_of(*each) for each in self.file.run("SELECT t, id, vals, clk FROM rows")]
        return {row.key: row for row in found}

    def lines(self, keys: Iterable[Key] | None = None) -> dict[Key, list[Line]]:
        """Outbox lines by row."""
        found: dict[Key, list[Line]] = {}
        for line in self._lines("ORDER BY mid"):
            found.setdefault(line.key, []).append(line)
        return found if keys is None else {key: found[key] for key in keys if key in found}

    def journal(self) -> list[tuple[Key, Mapping[str, object]]]:
        found = self.file.run("SELECT t, id, fields FROM journal")
        return [((table, row_id), json.loads(fields)) for table, row_id, fields in found]

    def _lines(self, rest: str, *parameters: object) -> list[Line]:
        found = self.file.run(f"SELECT mid, t, id, op, fields FROM outbox {rest}", *parameters)
        return [
            Line(mid, table, row_id, Op(op), json.loads(fields)) for mid, table, row_id, op, fields in found
        ]

    def _save(self, row: Row) -> None:
        """A row as it is now. Whether it is to be uploaded again stays as it was."""
        self.file.run(
            "INSERT INTO rows VALUES (?, ?, ?, ?, 0)"
            " ON CONFLICT (t, id) DO UPDATE SET vals = excluded.vals, clk = excluded.clk",
            *row.key,
            dump(row.values),
            dump(row.stamps),
        )

    def _hear(self, hlc: str, server: int, sent: int, now: int) -> None:
        self.skew = skew_after(self.skew, sent_ms=sent, received_ms=now + self.offset, server_ms=server)
        if hlc and self.rules.recv:
            self.clock.observe(hlc)
            self.seen = max(self.seen, hlc)

    def _save_state(self) -> None:
        self.file.run(
            "UPDATE state SET position = ?, clock = ?, seen = ?, skew = ?",
            dump(asdict(self.position)),
            self.clock.last(),
            self.seen,
            self.skew,
        )
