"""Comparing this machine's rows with the server's, weekly and on demand, and mending what differs.

In the end both hold the same, without asking the player: what the server has is taken over, what it lacks is sent
again. It is meant for damage (a disk, a bug, a hand in the database); what was only not synced yet is synced first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desktop.storage.changes import NOTHING, Changes
from desktop.storage.transaction import Transaction
from desktop.sync.client import Refused, SyncClient
from desktop.sync.round import sync_once
from desktop.sync.stage import Page
from desktop.sync.store import SyncStore
from shared.sync.digest import BUCKETS, Digest, add_up, bucket_of, differing, missing_there, whole
from shared.sync.records import TABLES
from shared.sync.wire import Key, Row, pack

_TRIES = 4
_WEEK_MS = 7 * 24 * 60 * 60 * 1000
_COMPARED = "sync.compared"
_AT_ONCE = 8
"""Buckets whose rows are fetched together: what is held in memory at once is an eighth of a table."""
_PIECE = 1000


@dataclass(slots=True)
class Verified:
    """What a comparison found. alike: both hold the same now. taken: rows that were taken over; again: rows that were
    sent again."""

    alike: bool = False
    taken: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done about some buckets of a table."""

    changes: Changes = NOTHING
    taken: int = 0
    again: int = 0


class ComparedStore(SyncStore):
    """A store that can be compared with the server's."""

    def comparison_due(self, version: str) -> bool:
        """Whether the last comparison was a week ago or by another version. The first week begins with the first
        sync, whose pull is as good as one."""
        last = self._state(_COMPARED)
        if last is None:
            self.note_compared(version)
            return False
        return bool(last["version"] != version or self.now_ms() - last["at"] > _WEEK_MS)

    def note_compared(self, version: str) -> None:
        """Both hold the same, as of now."""
        with self._database.write() as writing:
            self._set(writing.tx, _COMPARED, {"at": self.now_ms(), "version": version})

    def buckets(self, name: str) -> tuple[Digest, ...]:
        """The digests of one table's buckets, edits that wait to be sent included."""
        found = [Digest()] * BUCKETS
        fields = tuple(TABLES[name].fields)
        columns = ", ".join(f'"{field}"' for field in fields)
        query = f"SELECT id, {columns} FROM {name} WHERE deleted = 0"  # noqa: S608 - our own names
        with self._database.read() as connection:
            for piece in connection.exec_driver_sql(query).partitions(_PIECE):
                rows = (
                    Row(name, row_id, dict(zip(fields, values, strict=True))) for row_id, *values in piece
                )
                add_up(found, rows)
        return tuple(found)

    def mend(self, name: str, places: Sequence[int], theirs: Sequence[Row]) -> Mended:
        """Go by what the server has in some buckets of a table.

        A row is sent again when the server has nothing of it, not even a tombstone, or less than it confirmed once.
        Nothing is done while pulled pages wait for their last one.
        """
        with self._database.write() as writing:
            if self.position().staging is not None:
                return Mended()
            wanted = frozenset(places)
            keys = [
                (name, row_id)
                for (row_id,) in self._database.peek(f"SELECT id FROM {name}")  # noqa: S608
                if bucket_of(row_id) in wanted
            ]
            mine, pending = self._rows(keys), self._lines_of(keys).keys()
            lost = missing_there(theirs, {key: row.live for key, row in mine.items()}, pending)
            less = {row.key for row in theirs if row.key in mine and _knows_less(row, mine[row.key])}
            taken = [row for row in theirs if row.key not in less and _differs(row, mine.get(row.key), name)]
            self._send_again(writing.tx, lost | less)
            if not self._take_over(writing.tx, taken):
                # So much would go that the player is asked first: a full pull does that.
                self._keep(writing.tx, self.position().resync())
                taken = []
        return Mended(writing.changes, len(taken), len(lost | less))

    def _send_again(self, tx: Transaction, keys: Iterable[Key]) -> None:
        for name, row_id in keys:
            tx.connection.exec_driver_sql(
                "UPDATE sync_rows SET again = 1 WHERE kind = ? AND row_id = ?", (name, row_id)
            )

    def _take_over(self, tx: Transaction, rows: Sequence[Row]) -> bool:
        """Apply rows as if they had been pulled; False when that needs the player's word first."""
        return self._apply(tx, lambda: iter([Page.of(map(pack, rows))]), full=False) is None


def verify(
    store: ComparedStore, client: SyncClient, tell: Callable[[Changes], None] = lambda _: None
) -> Verified:
    """Sync, compare, and mend what differs. tell: hears what changed for the player.

    Raises what a round of sync raises. Not alike at the end: others wrote all the while, or it could not be mended.
    """
    done = Verified()
    for _ in range(_TRIES):
        sync_once(store, client, tell)
        tables = [
            name
            for name, digest in client.digest().tables.items()
            if name in TABLES and whole(store.buckets(name)) != digest.plain()
        ]
        if not tables:
            done.alike = True
            return done
        try:
            for name in tables:
                _mend(store, client, name, done, tell)
        except Refused:
            # The next round of sync is refused too, and knows what to do.
            continue
    return done


def _mend(
    store: ComparedStore, client: SyncClient, name: str, done: Verified, tell: Callable[[Changes], None]
) -> None:
    places = differing(store.buckets(name), client.buckets(name))
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        mended = store.mend(name, some, client.rows(store.position(), name, some))
        done.taken += mended.taken
        done.again += mended.again
        if mended.changes:
            tell(mended.changes)


def _knows_less(theirs: Row, mine: Row) -> bool:
    """Whether the server has an older state of a field than it once confirmed here."""
    return any(stamp > theirs.stamps.get(field, "") for field, stamp in mine.stamps.items())


def _differs(theirs: Row, mine: Row | None, name: str) -> bool:
    if mine is None:
        return True
    known = TABLES[name].fields
    return mine.stamps != theirs.stamps or any(
        theirs.values.get(field) != value for field, value in mine.values.items() if field in known
    )
