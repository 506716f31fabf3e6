"""What the player has: coins, experience, levels, materials."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from desktop.services.economy.events import Events
from desktop.storage.changes import Changes, Label
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, post_all
from shared.catalog import Catalog
from shared.economy.ledger import COINS, EXPERIENCE, LOOTBOXER, AccountKind, Kind, account, issue
from shared.economy.levels import LevelCurve
from shared.economy.rewards import Reward, with_events
from shared.errors import Conflict
from shared.resets import utc_date

_BALANCE = "SELECT balance FROM ledger_accounts WHERE account = ?"
_PURSE = "SELECT account, balance FROM ledger_accounts"
_CLAIMED = "SELECT 1 FROM ledger_transactions WHERE cause = ? LIMIT 1"


@dataclass(frozen=True, slots=True)
class Level:
    """A level, the experience gained in it and what the whole level takes ((…, 0, 0) at the highest)."""

    level: int
    gained: int
    needed: int


@dataclass(frozen=True, slots=True)
class Purse:
    """Everything the player has. materials: pieces by slug, none left out. daily_claimed: today, by UTC."""

    coins: int
    player: Level
    lootboxer: Level
    materials: Mapping[str, int]
    daily_claimed: bool


class Wallet:
    """Reads the ledger's balances; claims the daily reward."""

    def __init__(
        self, database: Database, catalog: Catalog, events: Events, now: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._catalog = catalog
        self._events = events
        self._now = now

    def coins(self) -> int:
        """The balance, below zero when spent rewards were taken back."""
        rows = self._database.peek(_BALANCE, (account(AccountKind.USER, COINS),))
        return int(rows[0][0]) if rows else 0

    def purse(self) -> Purse:
        """What there is now."""
        economy = self._catalog.economy
        held: dict[str, int] = dict(self._database.peek(_PURSE))
        claimed = bool(self._database.peek(_CLAIMED, (_cause(utc_date(self._now())),)))

        def have(unit: str) -> int:
            return held.get(account(AccountKind.USER, unit), 0)

        return Purse(
            coins=have(COINS),
            player=_level(economy.player_levels, have(EXPERIENCE)),
            lootboxer=_level(economy.lootboxer_levels, have(LOOTBOXER)),
            materials={slug: have(slug) for slug in economy.materials},
            daily_claimed=claimed,
        )

    def daily_reward(self) -> Reward:
        """What today's reward is, with what the events add to it."""
        return with_events(self._catalog.economy.rewards.daily, self._events.modifiers(self._now()))

    def claim_daily(self) -> Changes:
        """Take today's reward: once per UTC day. Raises Conflict when it was taken."""
        now = self._now()
        day = utc_date(now)
        reward = self.daily_reward()
        base = self._catalog.economy.rewards.daily
        grants = {
            Kind.DAILY: issue(COINS, base.coins) + issue(EXPERIENCE, base.experience),
            Kind.EVENT_BONUS: issue(COINS, reward.event_coins) + issue(EXPERIENCE, reward.event_experience),
        }
        with self._database.write(Label("coins.daily", {"coins": reward.coins})) as writing:
            if writing.tx.connection.exec_driver_sql(_CLAIMED, (_cause(day),)).first() is not None:
                raise Conflict("Today’s reward is taken already.", "The next one comes at 00:00 UTC.")
            post_all(
                writing.tx,
                [Posting(kind, _cause(day), legs, now, {}) for kind, legs in grants.items() if legs],
            )
        return writing.changes


def _cause(day: date) -> str:
    return f"daily:{day.isoformat()}"


def _level(curve: LevelCurve, experience: int) -> Level:
    return Level(curve.level(experience), *curve.progress(experience))
