"""How the demo's player uses coins: the daily reward on most days, something from the shop now and then, boxes."""

import random
from datetime import UTC, date, datetime, timedelta

from desktop.services.registry import Services
from desktop.storage.ledger import Posting, post_all
from desktop.storage.transaction import Transaction
from shared.economy.ledger import COINS, EXPERIENCE, Kind, issue

_CLAIMS = 0.7


class DemoSpending:
    """Claims and spends at instants of the past."""

    def __init__(self, services: Services, dice: random.Random) -> None:
        self._services = services
        self._random = dice

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
        """Buy and open what the week's coins allow."""
