"""The server: the rules of merge and paging around one user's SQLite file."""

from dataclasses import replace
from pathlib import Path

from shared.sync.merge import Merged, merge, needed, refuse_push, sent_stamps
from shared.sync.paging import page, refuse_pull
from shared.sync.wire import (
    Account,
    Key,
    PullAnswer,
    PullRequest,
    Push,
    PushAnswer,
    Refusal,
    Row,
    pack,
)
from tests.shared.sync.model.files import File, dump, row_of
from tests.shared.sync.model.rules import Rules

SCHEMA = """
CREATE TABLE IF NOT EXISTS account (epoch TEXT, head INTEGER, max_stamp TEXT, purge_seq INTEGER);
CREATE TABLE IF NOT EXISTS rows (
    t TEXT, id TEXT, vals TEXT, clk TEXT, seq INTEGER UNIQUE, PRIMARY KEY (t, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS clamps (mid TEXT PRIMARY KEY, eff TEXT) WITHOUT ROWID;
"""


class Server:
    """Everything a request does happens in one transaction."""

    def __init__(self, folder: Path, rules: Rules) -> None:
        self.rules = rules
        self.file = File(folder / "server.sqlite3", SCHEMA)
        self.file.run("INSERT INTO account VALUES ('epoch-0', 0, '', 0)")
        self._copy = folder / "backup.sqlite3"
        self._backup: File | None = None
        self._epochs = 0

    def close(self) -> None:
        self.file.close()
        if self._backup is not None:
            self._backup.close()

    def account(self) -> Account:
        return Account(*self.file.run("SELECT epoch, head, max_stamp, purge_seq FROM account")[0])

    def push(self, push: Push, now: int) -> PushAnswer | Refusal:
        with self.file.transaction():
            account = self.account()
            refusal = refuse_push(account, push)
            if refusal is not None:
                return refusal
            rows = {key: row for key in needed(push.mutations) if (row := self.row(key)) is not None}
            clamps = {}
            if self.rules.remember_clamp:
                for stamp in sent_stamps(push.mutations):
                    for (eff,) in self.file.run("SELECT eff FROM clamps WHERE mid = ?", stamp):
                        clamps[stamp] = eff
            merged = self._merge(account, rows, clamps, push, now)
            self._save(merged)
        after = merged.account
        return PushAnswer(after.epoch, after.head, after.max_stamp, now, merged.results)

    def pull(self, request: PullRequest, now: int) -> PullAnswer | Refusal:
        account = self.account()
        if request.full and request.cursor and not self.rules.purge_echo:
            request = replace(request, purge=account.purge_seq)
        refusal = refuse_pull(account, request)
        if refusal is not None:
            return refusal
        found = self.file.run(
            "SELECT t, id, vals, clk, seq FROM rows WHERE seq > ? ORDER BY seq LIMIT ?",
            request.cursor,
            request.limit + 1,
        )
        answer = page(account, request, [pack(row_of(*each)) for each in found], now_ms=now)
        return answer if self.rules.next_is_last else replace(answer, next=account.head)

    def purge(self) -> frozenset[Key]:
        """Throw all tombstones away, as if they were 180 days old."""
        with self.file.transaction():
            old = [row for row in self.rows().values() if not row.live]
            for row in old:
                self.file.run("DELETE FROM rows WHERE t = ? AND id = ?", *row.key)
            if old:
                self.file.run("UPDATE account SET purge_seq = ?", max(row.seq for row in old))
        return frozenset(row.key for row in old)

    def backup(self) -> None:
        if self._backup is None:
            self._backup = File(self._copy, SCHEMA)
        self.file.copy_to(self._backup)

    def restore(self) -> bool:
        """Yesterday's file again, in a new epoch, if there is one."""
        if self._backup is None:
            return False
        self._backup.copy_to(self.file)
        self._epochs += 1
        self.file.run("UPDATE account SET epoch = ?", f"epoch-{self._epochs}")
        return True

    def row(self, key: Key) -> Row | None:
        found = self.file.run("SELECT t, id, vals, clk, seq FROM rows WHERE t = ? AND id = ?", *key)
        return row_of(*found[0]) if found else None

    def rows(self) -> dict[Key, Row]:
        found = [row_of(*each) for each in self.file.run("SELECT t, id, vals, clk, seq FROM rows")]
        return {row.key: row for row in found}

    def _merge(
        self, account: Account, rows: dict[Key, Row], clamps: dict[str, str], push: Push, now: int
    ) -> Merged:
        believed = now if self.rules.clamp else 2**47
        merged = merge(account, rows, clamps, push.mutations, now_ms=believed)
        if not self.rules.per_field:
            merged = replace(merged, saved=tuple(_by_row(rows.get(row.key), row) for row in merged.saved))
        if not self.rules.bump_losers:
            changed = [
                row
                for row in merged.saved
                if row.key not in rows
                or (row.values, row.stamps) != (rows[row.key].values, rows[row.key].stamps)
            ]
            merged = replace(merged, saved=tuple(changed))
        return merged

    def _save(self, merged: Merged) -> None:
        for row in merged.saved:
            self.file.run(
                "INSERT OR REPLACE INTO rows VALUES (?, ?, ?, ?, ?)",
                *row.key,
                dump(row.values),
                dump(row.stamps),
                row.seq,
            )
        for mid, eff in merged.clamps.items():
            self.file.run("INSERT OR REPLACE INTO clamps VALUES (?, ?)", mid, eff)
        after = merged.account
        self.file.run("UPDATE account SET head = ?, max_stamp = ?", after.head, after.max_stamp)


def _by_row(before: Row | None, after: Row) -> Row:
    """A merge as it would be where a row only knows when it was changed last: an edit older than that is dropped."""
    if before is None:
        return after
    latest = max(before.stamps.values())
    values, stamps = dict(after.values), dict(after.stamps)
    for name, stamp in after.stamps.items():
        if stamp < latest:
            values[name], stamps[name] = before.values[name], before.stamps.get(name, "")
    return replace(after, values=values, stamps=stamps)
