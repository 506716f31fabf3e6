"""How the demo's player uses coins: the daily reward on most days, something from the shop now and then, boxes."""

import random
from datetime import UTC, date, datetime, timedelta

from desktop.services.economy.events import Events
from desktop.services.economy.lootboxes import Lootboxes
from desktop.services.economy.shop import Shop
from desktop.services.registry import Services
from desktop.storage.ledger import Posting, post_all
from desktop.storage.transaction import Transaction
from shared.economy.ledger import COINS, EXPERIENCE, Kind, issue
from shared.economy.things import CosmeticKind
from shared.errors import MapleHubError

_CLAIMS = 0.7
_BUYS = 0.4
_EVERY = 3
"""Of what is for sale, every so-manieth thing is wished for."""
_KEPT = 900
_SPENT_ON_TEN = 1500
_MOST_OPENINGS = 2
"""Ten boxes at once, at most so often in a week."""


class DemoSpending:
    """Claims and spends at instants of the past."""

    def __init__(self, services: Services, dice: random.Random) -> None:
        self._services = services
        self._random = dice
        self._at = services.now()
        events = Events(services.catalog, self._now)
        self._shop = Shop(services.database, services.catalog, self._now)
        self._lootboxes = Lootboxes(services.database, services.catalog, events, self._now, dice.randbytes)
        sold = services.catalog.economy.shop.values()
        self._wishes = [item.slug for item in sold if item.active][::_EVERY]

    def _now(self) -> datetime:
        return self._at

    def claim(self, tx: Transaction, first: str, until: str) -> None:
        """Take the daily reward on most days from `first` up to, not including, `until`."""
        daily = self._services.catalog.economy.rewards.daily
        day = date.fromisoformat(first)
        postings = []
        while day.isoformat() < until:
            if self._random.random() < _CLAIMS:
                at = datetime(day.year, day.month, day.day, 19, tzinfo=UTC)
                legs = issue(COINS, daily.coins) + issue(EXPERIENCE, daily.experience)
                postings.append(Posting(Kind.DAILY, f"daily:{day.isoformat()}", legs, at, {}))
            day += timedelta(days=1)
        if postings:
            post_all(tx, postings)

    def spend(self, until: str) -> None:
        """Buy and open what the week's coins allow, at its last evening."""
        day = date.fromisoformat(until) - timedelta(days=1)
        self._at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
        if self._wishes and self._random.random() < _BUYS:
            self._buy()
        # A little is kept back, so that the shop shows what can be bought.
        coins = self._services.wallet.purse().coins - _KEPT
        for _ in range(min(_MOST_OPENINGS, coins // _SPENT_ON_TEN)):
            self._lootboxes.open("maple-box", 10)

    def dress(self) -> None:
        """Put a frame and a title on."""
        cosmetics = self._services.shop.inventory().cosmetics
        owned = {each.cosmetic.kind: each.cosmetic.slug for each in reversed(cosmetics)}
        for kind in (CosmeticKind.FRAME, CosmeticKind.TITLE):
            if kind in owned:
                self._services.wearing.wear(owned[kind])

    def _buy(self) -> None:
        wish = self._wishes[0]
        try:
            self._shop.buy(wish)
        except MapleHubError:
            # Too dear for now, or not for this level: next week.
            self._wishes.append(self._wishes.pop(0))
        else:
            self._wishes.pop(0)
