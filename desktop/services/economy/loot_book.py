"""Every opening there was: pages of them, and how lucky they were."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from desktop.storage.database import Database
from desktop.storage.transaction import encode
from shared.calculators.luck import jeffreys_interval
from shared.economy.loot_luck import LootLuck, loot_luck
from shared.economy.loot_table import LootTable, read_table
from shared.economy.lootbox import LootKind
from shared.economy.things import RARITIES, Rarity

BEST_SHOWN = 6
_BETTER = frozenset(rarity for rarity in RARITIES if rarity.is_rare)

_PAGE = (
    "SELECT row, id, at, box, nonce, table_hash, level, pity, prize, rarity, kind, thing, amount, cost, duplicate_coins"
    " FROM lootbox_rolls WHERE (?1 = '' OR box = ?1) AND rarity IN (SELECT value FROM json_each(?2))"
    " AND row < ?3 ORDER BY row DESC LIMIT ?4"
)
_BEST = _PAGE.replace("ORDER BY", "ORDER BY rarity DESC,")
_COUNT = (
    "SELECT count(*) FROM lootbox_rolls"
    " WHERE (?1 = '' OR box = ?1) AND rarity IN (SELECT value FROM json_each(?2))"
)
_LAST = 2**63 - 1
_BY_TABLE = (
    "SELECT table_hash, rarity, count(*) AS openings, sum(cost) AS spent,"
    " sum(CASE kind WHEN 'coins' THEN amount ELSE coalesce(duplicate_coins, 0) END) AS won,"
    " max(CASE WHEN rarity < ?2 THEN pity + 1 ELSE pity END) AS dry"
    " FROM lootbox_rolls WHERE (?1 = '' OR box = ?1) GROUP BY table_hash, rarity"
)
_THINGS = (
    "SELECT kind, thing, sum(amount) AS pieces, count(*) - count(duplicate_coins) AS fresh"
    " FROM lootbox_rolls WHERE kind <> 'coins' AND (?1 = '' OR box = ?1) GROUP BY kind, thing"
)
_TABLES = "SELECT hash, content FROM lootbox_tables WHERE hash IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Roll:
    """One opening. table: the hash of its table. prize, thing: slugs.

    pity: openings of the box before it without Rare or better. duplicate_coins: paid instead of a cosmetic that was
    owned already, else None. number: its place among all, from 1; 0 while it is new.
    """

    id: str
    at: datetime
    box: str
    nonce: int
    table: str
    level: int
    pity: int
    prize: str
    rarity: Rarity
    kind: LootKind
    thing: str
    amount: int
    cost: int
    duplicate_coins: int | None
    number: int = 0


@dataclass(frozen=True, slots=True)
class RarityRate:
    """How often a rarity came: count of all openings, expected by each opening's own odds; the Jeffreys 95 %
    interval of its share."""

    rarity: Rarity
    count: int
    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LootStatistics:
    """All openings together. spent, won: coins, those for duplicates included. driest: the longest run without Rare or
    better. materials: pieces by slug. cosmetics: how many new ones. best: the rarest, then the newest."""

    openings: int
    spent: int
    won: int
    rates: tuple[RarityRate, ...]
    luck: LootLuck
    driest: int
    materials: Mapping[str, int]
    cosmetics: int
    best: tuple[Roll, ...]


class LootBook:
    """Reads what was opened."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rarities: dict[str, Mapping[Rarity, float]] = {}

    def page(
        self,
        box: str = "",
        rarities: frozenset[Rarity] = frozenset(RARITIES),
        before: int | None = None,
        limit: int = 100,
    ) -> list[Roll]:
        """Openings, the newest first. box: a slug, "" for every box. before: only those with a lower number."""
        values = (box, _ranks(rarities), _LAST if before is None else before, limit)
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_PAGE, values).all()
        return [_roll(row) for row in rows]

    def count(self, box: str = "", rarities: frozenset[Rarity] = frozenset(RARITIES)) -> int:
        """How many there are."""
        with self._database.read() as connection:
            return int(connection.exec_driver_sql(_COUNT, (box, _ranks(rarities))).scalar_one())

    def statistics(self, box: str = "") -> LootStatistics:
        """What all openings of a box, or of every box, say."""
        with self._database.read() as connection:
            groups = connection.exec_driver_sql(_BY_TABLE, (box, Rarity.RARE.rank)).all()
            things = connection.exec_driver_sql(_THINGS, (box,)).all()
            best = connection.exec_driver_sql(_BEST, (box, _ranks(_BETTER), _LAST, BEST_SHOWN)).all()
            tables = self._tables(connection, {row.table_hash for row in groups})
        counts: Counter[Rarity] = Counter()
        expected = dict.fromkeys(RARITIES, 0.0)
        chances: Counter[float] = Counter()
        for row in groups:
            counts[RARITIES[row.rarity]] += row.openings
            odds = tables[row.table_hash]
            for rarity, chance in odds.items():
                expected[rarity] += chance * row.openings
            chances[_rare(odds)] += row.openings
        total = sum(counts.values())
        hits = sum(number for rarity, number in counts.items() if rarity.is_rare)
        return LootStatistics(
            openings=total,
            spent=sum(row.spent for row in groups),
            won=sum(row.won for row in groups),
            rates=tuple(
                RarityRate(r, counts[r], expected[r], *jeffreys_interval(counts[r], total)) for r in RARITIES
            )
            if total
            else (),
            luck=loot_luck(chances, hits),
            driest=max((row.dry for row in groups), default=0),
            materials={row.thing: row.pieces for row in things if row.kind == LootKind.MATERIAL},
            cosmetics=sum(row.fresh for row in things if row.kind == LootKind.COSMETIC),
            best=tuple(_roll(row) for row in best),
        )

    def _tables(self, connection: Connection, hashes: set[str]) -> dict[str, Mapping[Rarity, float]]:
        """The odds of rarities by table; a table's text never changes, so it is read once."""
        wanted = hashes - set(self._rarities)
        if wanted:
            for table_hash, content in connection.exec_driver_sql(_TABLES, (encode(sorted(wanted)),)):
                self._rarities[table_hash] = _odds(read_table(content))
        return {each: self._rarities[each] for each in hashes}


def _odds(table: LootTable) -> dict[Rarity, float]:
    return {rarity: float(chance) for rarity, chance in table.rarities.items()}


def _rare(odds: Mapping[Rarity, float]) -> float:
    # From the other side, so that a forced opening has exactly 1.
    return 1.0 - sum(chance for rarity, chance in odds.items() if not rarity.is_rare)


def _ranks(rarities: frozenset[Rarity]) -> str:
    return encode(sorted(rarity.rank for rarity in rarities))


def _roll(row: Any) -> Roll:
    return Roll(
        id=row.id,
        at=datetime.fromisoformat(row.at),
        box=row.box,
        nonce=row.nonce,
        table=row.table_hash,
        level=row.level,
        pity=row.pity,
        prize=row.prize,
        rarity=RARITIES[row.rarity],
        kind=LootKind(row.kind),
        thing=row.thing,
        amount=row.amount,
        cost=row.cost,
        duplicate_coins=row.duplicate_coins,
        number=row.row,
    )
