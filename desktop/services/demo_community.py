"""Made-up community figures for a look around: the same at every start, and never from a network.

They go with the demo's runs, as both use its invented chances. Intervals are Wilson's here, which needs no table.
"""

import math
import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from desktop.services.demo import demo_chance
from shared.api.stats import (
    BossClearCount,
    BossClears,
    CohortRate,
    DropHistory,
    DropRate,
    DropRates,
    RatePeriod,
    RecentRate,
)
from shared.catalog import BossEntry, Catalog
from shared.errors import NotFound
from shared.resets import Reset, next_period, period_of_day, utc_date
from shared.statistics import words
from shared.statistics.strata import ALL, epoch_of

_WORLDS = {ALL: 1.0, "heroic": 0.62, "interactive": 0.38}
_PARTIES = {ALL: 1.0, "1": 0.7, "2": 0.14, "3": 0.06, "4-6": 0.1}
_RUNS_EACH = 15
_FEWEST, _MOST = 40, 60_000
_DAYS = 360
_DRAWN_DAYS = 60
_Z = 1.96


def sample(
    catalog: Catalog, path: str, params: Mapping[str, str], now: datetime
) -> DropRates | DropHistory | BossClears:
    """What a server might answer. path, params: as in `desktop.services.questions`. Raises NotFound."""
    made = _Samples(catalog, params.get("world", ALL), params.get("party", ALL), now)
    what, *names = path.split("/")
    if what == "boss-clears":
        return made.clears()
    return made.history(*names) if names else made.rates()


class _Samples:
    def __init__(self, catalog: Catalog, world: str, party: str, now: datetime) -> None:
        self._catalog = catalog
        self._world, self._party = world, party
        self._now = now.replace(minute=0, second=0, microsecond=0)
        self._today = utc_date(now)

    def rates(self) -> DropRates:
        return DropRates(
            items=tuple(self._rate(*drop) for drop in self._drops()),
            min_sample=0,
            world=self._world,
            party=self._party,
            last_calculated=self._now,
        )

    def history(self, boss_id: str, item_id: str) -> DropHistory:
        found = next((d for d in self._drops() if (d[0].id, d[1]) == (boss_id, item_id)), None)
        if found is None:
            raise NotFound("This boss is not known to drop this.")
        rate = self._rate(*found)
        months, days = self._periods(rate)
        return DropHistory(
            **rate.model_dump(exclude={"cohort", "recent"}),
            cohort=rate.cohort,
            recent=rate.recent,
            months=tuple(months),
            days=tuple(days),
        )

    def clears(self) -> BossClears:
        counts = [
            (entry, self._runs(entry), self._unrecorded(entry)) for entry in self._catalog.bosses.values()
        ]
        return BossClears(
            items=tuple(
                BossClearCount(
                    boss_id=entry.id,
                    boss_name=entry.display_name,
                    clears=runs + unrecorded,
                    recorded_clears=runs,
                    unrecorded_clears=unrecorded,
                )
                for entry, runs, unrecorded in counts
                if runs >= _FEWEST
            ),
            last_calculated=self._now,
        )

    def _drops(self) -> Iterator[tuple[BossEntry, str]]:
        """Bosses with enough players to be told of, with what they may drop."""
        for entry in self._catalog.bosses.values():
            table = self._catalog.drop_tables.get(entry.id)
            if table is not None and self._runs(entry) >= _FEWEST:
                for drop in table.drops:
                    if not drop.guaranteed:
                        yield entry, drop.item

    def _runs(self, entry: BossEntry) -> int:
        least = _FEWEST / 2
        whole = least * math.exp(math.log(_MOST / least) * _dice(entry.id).random())
        return round(whole * _WORLDS[self._world] * _PARTIES[self._party])

    def _unrecorded(self, entry: BossEntry) -> int:
        return round(self._runs(entry) * _dice("unrecorded", entry.id).uniform(0.04, 0.5))

    def _rate(self, entry: BossEntry, item: str) -> DropRate:
        dice = _dice(entry.id, item, self._world, self._party)
        n = self._runs(entry)
        p = demo_chance(self._catalog.items[item])
        x = min(n, max(0, round(dice.gauss(n * p, math.sqrt(n * p * (1 - p))))))
        low, high = _interval(x, n)
        rate, players = x / n, math.ceil(n / _RUNS_EACH)
        unrecorded = self._unrecorded(entry)
        since = self._today - timedelta(days=_DAYS)
        trend = dice.choice(("stable", "stable", "stable", "stable", "up", "down")) if x > 20 else "stable"
        course = _course(dice, rate, {"up": 1.3, "down": 0.72}.get(trend, 1.0))
        complete = (round(n * 0.87), round(x * 0.84))
        return DropRate.model_validate(
            {
                "boss_id": entry.id,
                "boss_name": entry.display_name,
                "item_id": item,
                "item_name": self._catalog.item_name(item),
                "world": self._world,
                "party": self._party,
                "epoch": epoch_of(self._catalog, entry.id, self._today),
                "suppressed": False,
                "total_runs": n,
                "total_drops": x,
                "total_quantity": x,
                "players": players,
                "unrecorded_runs": unrecorded,
                "since": since,
                "drop_rate": rate,
                "low": low,
                "high": high,
                "design_effect": 1.0,
                "floor": x / (n + unrecorded),
                "cohort": CohortRate(
                    runs=complete[0],
                    drops=complete[1],
                    players=math.ceil(players * 0.9),
                    rate=complete[1] / complete[0],
                    low=_interval(complete[1], complete[0])[0],
                    high=_interval(complete[1], complete[0])[1],
                ),
                "logging_bias": x > 30 and dice.random() < 0.06,
                "mean_quantity": rate,
                "last_7_days_rate": course[-1],
                "last_30_days_rate": sum(course) / len(course),
                "recent": RecentRate(rate=course[-1], low=low, high=high, runs=n / 30),
                "trend": trend,
                "course": course,
                "confidence": "high" if n > 1000 else "medium" if n >= 100 else "low",
                "precision": words.tier(rate, low, high),
                "headline": words.headline(x, n, low, high),
                "sentence": words.sentence(x, n, players, low, high, since),
                "last_calculated": self._now,
            }
        )

    def _periods(self, rate: DropRate) -> tuple[list[RatePeriod], list[RatePeriod]]:
        """A year by month, its last two months by day."""
        assert rate.total_runs is not None
        assert rate.drop_rate is not None
        assert rate.since is not None
        dice = _dice("history", rate.boss_id, rate.item_id)
        drawn_from = period_of_day(Reset.MONTHLY, self._today - timedelta(days=_DRAWN_DAYS))
        a_day = rate.total_runs / _DAYS
        months: list[RatePeriod] = []
        month = period_of_day(Reset.MONTHLY, rate.since)
        while month < drawn_from:
            months.append(_period(dice, month, a_day * 30, rate.drop_rate))
            following = next_period(Reset.MONTHLY, month)
            assert following is not None
            month = following
        span = (self._today - drawn_from).days + 1
        days = [_period(dice, drawn_from + timedelta(days=day), a_day, rate.drop_rate) for day in range(span)]
        return months, [each for each in days if each.runs]


def _dice(*names: str) -> random.Random:
    return random.Random("|".join(names))  # noqa: S311 - samples, not a draw


def _course(dice: random.Random, rate: float, end: float) -> list[float]:
    """Thirty days that wander about the rate and end at so many times it."""
    noise = 0.05 if rate else 0.0
    return [
        max(0.0, rate * (1 + (end - 1) * (day / 29) ** 2 + dice.gauss(0, noise) * (1 - day / 40)))
        for day in range(30)
    ]


def _period(dice: random.Random, start: object, runs: float, rate: float) -> RatePeriod:
    n = max(0, round(dice.gauss(runs, math.sqrt(runs))))
    drops = min(n, max(0, round(dice.gauss(n * rate, math.sqrt(n * rate * (1 - rate))))))
    low, high = _interval(drops, n) if n else (0.0, 1.0)
    return RatePeriod.model_validate(
        {
            "start": start,
            "runs": n,
            "drops": drops,
            "quantity": drops,
            "rate": drops / n if n else 0.0,
            "low": low,
            "high": high,
        }
    )


def _interval(x: int, n: int) -> tuple[float, float]:
    middle = (x + _Z * _Z / 2) / (n + _Z * _Z)
    half = _Z / (n + _Z * _Z) * math.sqrt(x * (n - x) / n + _Z * _Z / 4)
    return (max(0.0, middle - half) if x else 0.0), (min(1.0, middle + half) if x < n else 1.0)
