"""The seeds rolls come from: this machine's epoch, its commitment, the player's own seed, and their proof."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from desktop.storage.changes import Changes
from desktop.storage.database import Database
from desktop.storage.tables import lootbox_seeds
from desktop.storage.transaction import Transaction, encode
from shared.economy.lootbox import LootKind, next_pity
from shared.economy.rolls import (
    CLIENT_SEED_LENGTH,
    FORMAT,
    SECRET_BYTES,
    Finding,
    Proof,
    RecordedRoll,
    commitment_of,
    verify_proof,
)
from shared.economy.things import RARITIES
from shared.errors import Conflict, InvalidInput, NotFound
from shared.ids import new_id

EPOCH_KEY, CLIENT_SEED_KEY = "loot-epoch", "loot-client-seed"
"""Local state: every machine rolls in an epoch of its own, so that no two of them use one counter."""

_EPOCHS = (
    "SELECT s.id, s.commitment, s.secret, s.begun_at, s.revealed_at,"
    " (SELECT count(*) FROM lootbox_rolls WHERE seed_id = s.id) AS rolls FROM lootbox_seeds s"
)
_OPEN = (
    " JOIN local_state l ON s.id = json_extract(l.value, '$')"
    " WHERE l.key = ? AND s.deleted = 0 AND s.revealed_at IS NULL"
)
_ROLLS = (
    "SELECT id, nonce, client_seed, table_hash, box, pity, level, prize, rarity, kind, thing, amount, cost,"
    " duplicate_coins FROM lootbox_rolls WHERE seed_id = ? ORDER BY nonce"
)
_TABLES = (
    "SELECT hash, content FROM lootbox_tables"
    " WHERE hash IN (SELECT table_hash FROM lootbox_rolls WHERE seed_id = ?)"
)
_BEFORE = (
    "SELECT pity, rarity FROM lootbox_rolls WHERE box = ?1"
    " AND row < (SELECT min(row) FROM lootbox_rolls WHERE seed_id = ?2) ORDER BY row DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Epoch:
    """All rolls of one secret. secret: hexadecimal, "" while it is not told. rolls: how many there are."""

    id: str
    commitment: str
    begun_at: datetime
    revealed_at: datetime | None
    rolls: int
    secret: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of repeating an epoch's rolls; no findings when every one is what its seeds say."""

    epoch: str
    rolls: int
    findings: tuple[Finding, ...]


class LootSeeds:
    """Epochs of this machine. `token`: where secret bytes come from."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        token: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._database = database
        self._now = now
        self._token = token

    def current(self) -> Epoch:
        """The epoch the next roll belongs to; one is begun when there is none, so that its commitment comes first."""
        with self._database.read() as connection:
            found = connection.exec_driver_sql(_EPOCHS + _OPEN, (EPOCH_KEY,)).first()
        if found is None:
            with self._database.write() as writing:
                self._begin(writing.tx)
            return self.current()
        return _epoch(found)

    def epochs(self) -> list[Epoch]:
        """Every epoch, the newest first."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_EPOCHS + " WHERE s.deleted = 0 ORDER BY s.row DESC").all()
        return [_epoch(row) for row in rows]

    def client_seed(self) -> str:
        """The player's part of the next roll; "" until one is set."""
        query = "SELECT value FROM local_state WHERE key = ?"
        with self._database.read() as connection:
            found = connection.exec_driver_sql(query, (CLIENT_SEED_KEY,)).scalar()
        return "" if found is None else str(json.loads(found))

    def set_client_seed(self, text: str) -> Changes:
        """Use this from the next roll on. Raises InvalidInput above 64 characters or for unprintable ones."""
        text = text.strip()
        if len(text) > CLIENT_SEED_LENGTH:
            raise InvalidInput("client_seed", f"A seed has at most {CLIENT_SEED_LENGTH} characters.")
        if not text.isprintable():
            raise InvalidInput("client_seed", "A seed is made of characters that can be seen.")
        with self._database.write() as writing:
            _remember(writing.tx.connection, CLIENT_SEED_KEY, text)
        return writing.changes

    def rotate(self) -> tuple[Changes, str]:
        """Tell the secret and begin a new epoch; returns the id of the one that ended.

        Raises Conflict when nothing was rolled yet. It cannot be undone: what has been told stays told.
        """
        ended = self.current()
        if not ended.rolls:
            raise Conflict("Nothing was opened with this seed yet.", "Open a box first; then it can be told.")
        with self._database.write() as writing:
            revealed_at = self._now().isoformat(timespec="seconds")
            writing.tx.update(lootbox_seeds, ended.id, revealed_at=revealed_at)
            self._begin(writing.tx)
        return writing.changes, ended.id

    def verify(self, epoch: str) -> Verdict:
        """Repeat every roll of an epoch, told or not. Raises NotFound."""
        proof = self._proof(epoch)
        return Verdict(epoch, len(proof.rolls), tuple(verify_proof(proof)))

    def proof(self, epoch: str) -> Proof:
        """All it takes to check an epoch elsewhere. Raises NotFound, and Conflict before its secret is told."""
        proof = self._proof(epoch)
        if not proof.revealed_at:
            raise Conflict(
                "The secret of this seed is still in use, and a proof would tell it.",
                "Begin a new seed first.",
            )
        return proof

    def _begin(self, tx: Transaction) -> None:
        secret, row_id = self._token(SECRET_BYTES), new_id()
        tx.insert(
            lootbox_seeds,
            row_id,
            commitment=commitment_of(secret),
            secret=secret.hex(),
            begun_at=self._now().isoformat(timespec="seconds"),
            revealed_at=None,
        )
        _remember(tx.connection, EPOCH_KEY, row_id)

    def _proof(self, epoch: str) -> Proof:
        with self._database.read() as connection:
            found = connection.exec_driver_sql(
                _EPOCHS + " WHERE s.id = ? AND s.deleted = 0", (epoch,)
            ).first()
            if found is None:
                raise NotFound("This seed is not known here.")
            rows = connection.exec_driver_sql(_ROLLS, (epoch,)).all()
            tables = {row.hash: row.content for row in connection.exec_driver_sql(_TABLES, (epoch,))}
            counts = {}
            for box in {row.box for row in rows}:
                before = connection.exec_driver_sql(_BEFORE, (box, epoch)).first()
                if before is not None:
                    counts[box] = next_pity(before.pity, RARITIES[before.rarity])
        return Proof(
            format=FORMAT,
            commitment=found.commitment,
            secret=found.secret,
            tables=tables,
            rolls=tuple(_recorded(row) for row in rows),
            pity=counts,
            begun_at=found.begun_at,
            revealed_at=found.revealed_at or "",
        )


def _remember(connection: Connection, key: str, value: str) -> None:
    connection.exec_driver_sql(
        "INSERT OR REPLACE INTO local_state (key, value) VALUES (?, ?)", (key, encode(value))
    )


def _epoch(row: Any) -> Epoch:
    revealed = None if row.revealed_at is None else datetime.fromisoformat(row.revealed_at)
    return Epoch(
        id=row.id,
        commitment=row.commitment,
        begun_at=datetime.fromisoformat(row.begun_at),
        revealed_at=revealed,
        rolls=row.rolls,
        secret="" if revealed is None else row.secret,
    )


def _recorded(row: Any) -> RecordedRoll:
    return RecordedRoll(
        id=row.id,
        nonce=row.nonce,
        client_seed=row.client_seed,
        table=row.table_hash,
        box=row.box,
        pity=row.pity,
        level=row.level,
        prize=row.prize,
        rarity=row.rarity,
        kind=LootKind(row.kind),
        thing=row.thing,
        amount=row.amount,
        cost=row.cost,
        duplicate_coins=row.duplicate_coins,
    )
