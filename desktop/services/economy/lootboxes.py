"""Opening boxes: what the next opening may give, and openings themselves, decided and stored in one write."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from desktop.services.economy.events import Events
from desktop.services.economy.loot_book import LootBook, Roll
from desktop.services.economy.loot_seeds import CLIENT_SEED_KEY, EPOCH_KEY, LootSeeds
from desktop.storage.changes import Changes
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, post_all
from desktop.storage.tables import lootbox_rolls, lootbox_tables
from desktop.storage.transaction import Transaction, encode
from shared.catalog import Catalog
from shared.economy.events import NO_MODIFIERS, EventWindow, Modifiers, modifiers
from shared.economy.ledger import COINS, LOOTBOXER, AccountKind, Kind, Legs, account, issue, sink
from shared.economy.loot_table import LootTable, loot_table
from shared.economy.lootbox import (
    Lootbox,
    LootKind,
    Prize,
    expected_openings,
    is_forced,
    long_run_odds,
    multiplier,
    next_pity,
    prize_odds,
    rare_within,
    rarity_odds,
)
from shared.economy.rolls import roll, roll_id
from shared.economy.shop import CannotPay
from shared.economy.things import RARITIES, Rarity
from shared.errors import Conflict, InvalidInput, NotFound
from shared.ids import natural_id

TEN = 10
_STANDING = (
    "SELECT s.id, s.commitment, s.secret,"
    " (SELECT json_extract(value, '$') FROM local_state WHERE key = ?3),"
    " (SELECT max(nonce) FROM lootbox_rolls WHERE seed_id = s.id),"
    " (SELECT pity FROM lootbox_rolls WHERE box = ?1 ORDER BY row DESC LIMIT 1),"
    " (SELECT rarity FROM lootbox_rolls WHERE box = ?1 ORDER BY row DESC LIMIT 1),"
    " (SELECT balance FROM ledger_accounts WHERE account = ?4),"
    " (SELECT balance FROM ledger_accounts WHERE account = ?5)"
    " FROM local_state l JOIN lootbox_seeds s ON s.id = json_extract(l.value, '$')"
    " WHERE l.key = ?2 AND s.deleted = 0 AND s.revealed_at IS NULL"
)
_OWNED = (
    "SELECT gives FROM purchases WHERE deleted = 0 AND gives IN (SELECT value FROM json_each(?1))"
    " UNION SELECT thing FROM lootbox_rolls WHERE thing IN (SELECT value FROM json_each(?1))"
    " AND kind = 'cosmetic' AND duplicate_coins IS NULL"
)
_MINE = {unit: account(AccountKind.USER, unit) for unit in (COINS, LOOTBOXER)}
_HAS_TABLE = "SELECT 1 FROM lootbox_tables WHERE id = ?"


@dataclass(frozen=True, slots=True)
class BoxState:
    """A box as it stands now. All odds hold for the next opening and sum to exactly 1.

    pity: openings in a row without Rare or better. level, gained, needed: the lootboxer's level, the experience in it
    and what it takes (0 at the highest). multiplier: of rare and better weights, rare_bonus the events' part of it.
    events: those that change boxes. prizes: by the slug of the prize. within_ten: the chance of at least one Rare or
    better in the next ten. until_rare: how many openings that takes on average. owned: slugs of cosmetics.
    """

    box: Lootbox
    coins: int
    pity: int
    level: int
    gained: int
    needed: int
    multiplier: Fraction
    rare_bonus: Fraction
    experience: int
    events: tuple[EventWindow, ...]
    rarities: Mapping[Rarity, Fraction]
    prizes: Mapping[str, Fraction]
    long_run: Mapping[Rarity, Fraction]
    within_ten: Fraction
    until_rare: Fraction
    owned: frozenset[str]
    commitment: str
    client_seed: str
    nonce: int

    @property
    def affordable(self) -> int:
        """How many can be paid for."""
        return max(0, self.coins) // self.box.price


@dataclass(frozen=True, slots=True)
class Opening:
    """What came out, in order, and the lootboxer's level before and after."""

    rolls: tuple[Roll, ...]
    level_before: int
    level_after: int

    @property
    def best(self) -> Roll:
        """The rarest, the first of those."""
        return max(self.rolls, key=lambda each: each.rarity.rank)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What an opening goes on from. client_seed and secret as the roll takes them."""

    epoch: str
    commitment: str
    secret: bytes
    client_seed: str
    nonce: int
    pity: int
    coins: int
    experience: int


@dataclass(frozen=True, slots=True)
class _Running:
    """The events between two instants at which one begins or ends."""

    since: datetime
    until: datetime
    events: tuple[EventWindow, ...]
    modifiers: Modifiers


class Lootboxes:
    """seeds: where rolls come from. book: what was opened. token: where secret bytes come from."""

    def __init__(
        self,
        database: Database,
        catalog: Catalog,
        events: Events,
        now: Callable[[], datetime],
        token: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.seeds = LootSeeds(database, now, token)
        self.book = LootBook(database)
        self._database = database
        self._economy = catalog.economy
        self._events = events
        self._now = now
        never = datetime.max.replace(tzinfo=UTC)
        self._running = _Running(never, never, (), NO_MODIFIERS)
        self._tables: dict[tuple[str, int, bool], LootTable] = {}
        self._stored: set[str] = set()
        self._begun = False

    def boxes(self) -> list[Lootbox]:
        """The boxes there are, in their order."""
        return list(self._economy.lootboxes.values())

    def state(self, slug: str) -> BoxState:
        """A box as it stands now; the commitment to the next roll is stored by then. Raises NotFound."""
        box = self._box(slug)
        running = self._run(self._now())
        change = running.modifiers
        self._begin()
        with self._database.read() as connection:
            standing = _standing(connection, box)
            things = [prize.thing for prize in box.prizes if prize.kind is LootKind.COSMETIC]
            owned = _owned(connection, things)
        curve = self._economy.lootboxer_levels
        level, pity = curve.level(standing.experience), standing.pity
        gained, needed = curve.progress(standing.experience)
        odds = prize_odds(box, level, pity, change)
        return BoxState(
            box=box,
            coins=standing.coins,
            pity=pity,
            level=level,
            gained=gained,
            needed=needed,
            multiplier=multiplier(level, change),
            rare_bonus=change.rare_bonus,
            experience=_learned(box, change),
            events=running.events,
            rarities=rarity_odds(box, level, pity, change),
            prizes={prize.slug: chance for prize, chance in zip(box.prizes, odds, strict=True)},
            long_run=long_run_odds(box, level, change),
            within_ten=rare_within(box, level, pity, TEN, change),
            until_rare=expected_openings(box, level, pity, change),
            owned=owned,
            commitment=standing.commitment,
            client_seed=standing.client_seed,
            nonce=standing.nonce,
        )

    def open(self, slug: str, count: int = 1) -> tuple[Changes, Opening]:
        """Open a box once or ten times: all of it is paid, decided and stored, or nothing is.

        Final: no undo takes it back. Raises NotFound, InvalidInput for another count, CannotPay when there are not
        coins for all of them beforehand.
        """
        box = self._box(slug)
        if count not in {1, TEN}:
            raise InvalidInput("count", f"Boxes are opened one or {TEN} at a time.")
        now = self._now()
        change = self._run(now).modifiers
        self._begin()
        with self._database.write() as writing:
            standing = _standing(writing.tx.connection, box)
            if standing.coins < box.price * count:
                raise CannotPay(COINS, standing.coins, box.price * count, "coins")
            opening = self._open(writing.tx, box, count, standing, change, now)
        self._stored.update(each.table for each in opening.rolls)
        return writing.changes, opening

    def _open(
        self, tx: Transaction, box: Lootbox, count: int, start: _Standing, change: Modifiers, now: datetime
    ) -> Opening:
        curve, learned = self._economy.lootboxer_levels, _learned(box, change)
        pity, experience = start.pity, start.experience
        tables: dict[str, LootTable] = {}
        found: set[str] = set()
        rolls: list[Roll] = []
        for nonce in range(start.nonce, start.nonce + count):
            level = curve.level(experience)
            table = self._table(box, level, pity, change)
            tables[table.hash] = table
            prize = table.prizes[roll(start.secret, table, start.client_seed, nonce)]
            rolls.append(
                Roll(
                    id=roll_id(start.commitment, table.hash, start.client_seed, nonce),
                    at=now,
                    box=box.slug,
                    nonce=nonce,
                    table=table.hash,
                    level=level,
                    pity=pity,
                    prize=prize.slug,
                    rarity=prize.rarity,
                    kind=prize.kind,
                    thing=prize.thing,
                    amount=prize.amount,
                    cost=box.price,
                    duplicate_coins=_duplicate(tx.connection, box, prize, found),
                )
            )
            pity = next_pity(pity, prize.rarity)
            experience += learned
        self._store(tx, tables)
        post_all(tx, [_posting(box, each, learned) for each in rolls])
        tx.append(lootbox_rolls, [_row(each, start) for each in rolls])
        return Opening(tuple(rolls), rolls[0].level, curve.level(experience))

    def _begin(self) -> None:
        """There is a seed, and its commitment is stored, before anything is rolled."""
        if not self._begun:
            self.seeds.current()
            self._begun = True

    def _box(self, slug: str) -> Lootbox:
        box = self._economy.lootboxes.get(slug)
        if box is None:
            raise NotFound("There is no such box.")
        return box

    def _run(self, now: datetime) -> _Running:
        """The events of an instant; worked out anew only when one has begun or ended since."""
        if not self._running.since <= now < self._running.until:
            active = self._events.active(now)
            ahead = self._events.upcoming(now, 1)
            ends = [window.ends for window in active] + [window.starts for window in ahead]
            changing = tuple(window for window in active if _changes_boxes(window))
            self._running = _Running(now, min(ends, default=now), changing, modifiers(active))
            self._tables.clear()
        return self._running

    def _table(self, box: Lootbox, level: int, pity: int, change: Modifiers) -> LootTable:
        key = (box.slug, level, is_forced(box, pity))
        if key not in self._tables:
            self._tables[key] = loot_table(box, level, pity, change)
        return self._tables[key]

    def _store(self, tx: Transaction, tables: Mapping[str, LootTable]) -> None:
        """Keep the tables' texts, each once. What is known to be there is not asked for again."""
        for table_hash, table in tables.items():
            if table_hash in self._stored:
                continue
            row_id = natural_id("table", table_hash)
            if tx.connection.exec_driver_sql(_HAS_TABLE, (row_id,)).first() is None:
                tx.append(lootbox_tables, [{"id": row_id, "hash": table_hash, "content": table.content}])


def _standing(connection: Connection, box: Lootbox) -> _Standing:
    values = (box.slug, EPOCH_KEY, CLIENT_SEED_KEY, _MINE[COINS], _MINE[LOOTBOXER])
    found = connection.exec_driver_sql(_STANDING, values).first()
    if found is None:
        raise Conflict("The seed of the next roll is gone.", "Close MapleHub and start it again.")
    epoch, commitment, secret, client_seed, nonce, pity, rarity, coins, experience = found
    return _Standing(
        epoch=epoch,
        commitment=commitment,
        secret=bytes.fromhex(secret),
        client_seed=client_seed or "",
        nonce=0 if nonce is None else nonce + 1,
        pity=0 if pity is None else next_pity(pity, RARITIES[rarity]),
        coins=coins or 0,
        experience=experience or 0,
    )


def _owned(connection: Connection, things: Iterable[str]) -> frozenset[str]:
    return frozenset(connection.exec_driver_sql(_OWNED, (encode(list(things)),)).scalars())


def _duplicate(connection: Connection, box: Lootbox, prize: Prize, found: set[str]) -> int | None:
    """Coins for a cosmetic that is owned, or was found earlier in the same opening; None for anything new."""
    if prize.kind is not LootKind.COSMETIC:
        return None
    if prize.thing in found or _owned(connection, [prize.thing]):
        return box.duplicate_coins[prize.rarity]
    found.add(prize.thing)
    return None


def _learned(box: Lootbox, change: Modifiers) -> int:
    """What an opening teaches under these events; a fraction is dropped."""
    return int(box.experience * change.experience)


def _posting(box: Lootbox, made: Roll, learned: int) -> Posting:
    """The price, what was learned and what was won, as one transaction. A new cosmetic is owned by its roll."""
    legs: Legs = sink(COINS, made.cost) + issue(LOOTBOXER, learned)
    if made.kind is LootKind.MATERIAL:
        legs += issue(made.thing, made.amount)
    elif made.kind is LootKind.COINS:
        legs += issue(COINS, made.amount)
    elif made.duplicate_coins is not None:
        legs += issue(COINS, made.duplicate_coins)
    reference = {"box": box.slug, "name": box.name, "prize": made.prize, "rarity": str(made.rarity)}
    if made.thing:
        reference["thing"] = made.thing
    return Posting(Kind.LOOTBOX, f"lootbox:{made.id}", legs, made.at, reference)


def _row(made: Roll, start: _Standing) -> dict[str, Any]:
    return {
        "id": made.id,
        "seed_id": start.epoch,
        "nonce": made.nonce,
        "client_seed": start.client_seed,
        "table_hash": made.table,
        "box": made.box,
        "pity": made.pity,
        "level": made.level,
        "prize": made.prize,
        "rarity": made.rarity.rank,
        "kind": str(made.kind),
        "thing": made.thing,
        "amount": made.amount,
        "cost": made.cost,
        "duplicate_coins": made.duplicate_coins,
        "at": made.at.isoformat(timespec="seconds"),
    }


def _changes_boxes(window: EventWindow) -> bool:
    effects = window.effects
    return (
        bool(effects.rare_bonus)
        or effects.experience != 100
        or any(p != 100 for p in effects.materials.values())
    )
