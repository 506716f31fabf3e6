"""The one way anything but a push changes synced rows: stamped by the server's own clock and merged like a push, so
that every machine of the player hears of it and later edits made offline still win."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from server.sync import store
from shared.errors import Conflict, InvalidInput, MapleHubError, NotFound
from shared.sync.clock import HybridClock
from shared.sync.merge import merge, needed
from shared.sync.records import TABLES, Code, Values
from shared.sync.wire import MAX_MUTATIONS, Account, Key, Mutation, Op, Row, Status


@dataclass(frozen=True, slots=True)
class Edit:
    """What fields of a row shall be. A row that is not there is made, a buried one comes back."""

    table: str
    id: str
    fields: Values = field(default_factory=dict)
    bury: bool = False

    @property
    def key(self) -> Key:
        """Table and id."""
        return self.table, self.id

    @property
    def values(self) -> Values:
        """The fields with the tombstone's."""
        return {"deleted": 1} if self.bury else {**self.fields, "deleted": 0}


async def user_writer(session: AsyncSession, user_id: str, now: datetime) -> "Writer":
    """A user's rows, theirs alone to change until the transaction ends: what is read from here on stays true."""
    return Writer(session, user_id, await store.lock(session, user_id), now)


class Writer:
    """Reads and changes rows of one user under their lock. Made by `user_writer`."""

    def __init__(self, session: AsyncSession, user_id: str, account: Account, now: datetime) -> None:
        self.session = session
        self.user_id = user_id
        self.now = now
        self._account = account
        self._clock = HybridClock(account.max_stamp or None)
        self._rows: dict[Key, Row] = {}
        self._known: set[Key] = set()

    async def fetch(self, keys: Iterable[Key]) -> None:
        """Read rows at once that `find`, `get` and `write` will want."""
        missing = set(keys) - self._known
        if missing:
            self._rows |= await store.load(self.session, self.user_id, missing)
            self._known |= missing

    async def find(self, table: str, row_id: str) -> Row | None:
        """A live row as it is now."""
        await self.fetch([(table, row_id)])
        found = self._rows.get((table, row_id))
        return found if found is not None and found.live else None

    async def get(self, table: str, row_id: str) -> Row:
        """A live row as it is now. Raises NotFound."""
        found = await self.find(table, row_id)
        if found is None:
            raise NotFound("This does not exist, or no longer does.")
        return found

    async def write(self, edits: Sequence[Edit]) -> None:
        """Make edits, each of another row, parents before their children. What is so already is no change.

        Raises InvalidInput, NotFound for a parent that is not there, and Conflict; all of the transaction is then to
        be given up.
        """
        for start in range(0, len(edits), MAX_MUTATIONS):
            await self._merge(edits[start : start + MAX_MUTATIONS])

    async def _merge(self, edits: Sequence[Edit]) -> None:
        await self.fetch(edit.key for edit in edits)
        mutations = [mutation for edit in edits if (mutation := self._mutation(edit)) is not None]
        if not mutations:
            return
        wanted = needed(mutations)
        await self.fetch(wanted)
        rows = {key: self._rows[key] for key in wanted if key in self._rows}
        # No clamps to remember: these stamps are never sent again.
        merged = merge(self._account, rows, {}, mutations, now_ms=round(self.now.timestamp() * 1000))
        for mutation, result in zip(mutations, merged.results, strict=True):
            if result.status is Status.REJECTED:
                raise _error(mutation, result.code)
        await store.save(self.session, self.user_id, merged.account, merged.saved, merged.clamps, self.now)
        self._account = merged.account
        self._rows |= {row.key: row for row in merged.saved}
        self._known.update(row.key for row in merged.saved)

    def _mutation(self, edit: Edit) -> Mutation | None:
        """The edit with its stamp; None where it would change nothing."""
        stored = self._rows.get(edit.key)
        fields = edit.values
        if stored is not None:
            fields = {name: value for name, value in fields.items() if stored.values.get(name) != value}
        if not fields or (stored is None and edit.bury):
            return None
        stamp = self._clock.tick(round(self.now.timestamp() * 1000), secrets.randbits(62))
        return Mutation(stamp, edit.table, edit.id, Op.INSERT if stored is None else Op.UPDATE, fields)


def _error(mutation: Mutation, code: Code | None) -> MapleHubError:
    if code is Code.BAD_TYPE:
        known = TABLES[mutation.table].fields
        wrong = next(name for name, value in mutation.fields.items() if not known[name].accepts(value))
        return InvalidInput(wrong, "This value cannot be kept.")
    if code is Code.MISSING_PARENT:
        return NotFound("What this belongs to does not exist.")
    return Conflict("This cannot be changed any more.")
