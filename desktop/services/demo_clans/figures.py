"""What the made-up members have gained: a few figures a day that come out the same at every start."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from desktop.services.demo_clans.cast import Actor
from shared.api.clans import MemberInfo
from shared.api.progress import (
    Board,
    BoardRow,
    DayGain,
    MemberProgress,
    MetricList,
    MetricProgress,
    Panel,
    Panels,
)
from shared.clans.metrics import CLUES, KILLS, LEVELS, TOTALS, XP, SourceKind
from shared.clans.timeframes import Timeframe, midnight
from shared.resets import utc_date

_BOSSES = (
    "hard-lucid",
    "hard-will",
    "chaos-gloom",
    "hard-darknell",
    "hard-verus-hilla",
    "hard-damien",
    "hard-lotus",
    "chaos-vellum",
    "hard-magnus",
    "hard-black-mage",
)
_SKILLS = (
    "attack",
    "defence",
    "fishing",
    "cooking",
    "mining",
    "prayer",
    "runecraft",
    "slayer",
    "woodcutting",
)
_OSRS_BOSSES = ("vorkath", "zulrah", "the-nightmare", "cerberus", "king-black-dragon", "barrows-chests")
_TIERS = ("beginner", "easy", "medium", "hard", "elite", "master")
_EXPERIENCE = 61_204_117_338_221
"""About what a member of level 275 has, in millions of millions."""


@dataclass(slots=True)
class Followed:
    """A member as the demo keeps it. actor: what its figures come from; user: whose it is."""

    info: MemberInfo
    actor: Actor | None
    daily: dict[tuple[str, date], int] = field(default_factory=dict)

    @property
    def first_day(self) -> date | None:
        """The day it was first seen, None for never."""
        return None if self.info.sampled_at is None else utc_date(self.info.added_at)

    def metrics(self) -> Iterator[str]:
        """Of what something is known, totals too."""
        if self.actor is None or self.info.sampled_at is None:
            return
        yield XP
        yield LEVELS
        if self.actor.source is SourceKind.NEXON:
            return
        yield KILLS
        if self.actor.source is SourceKind.COMPANION:
            yield from (f"kc.{name}" for name in _BOSSES)
            return
        yield CLUES
        yield from (f"kc.{name}" for name in _OSRS_BOSSES)
        yield from (f"xp.{name}" for name in _SKILLS)
        yield from (f"clues.{name}" for name in _TIERS)

    def value(self, metric: str) -> int:
        """The newest."""
        assert self.actor is not None
        if metric == KILLS:
            return sum(
                self.value(name) for name in self.metrics() if name.startswith("kc.") and name != metric
            )
        dice, level = _dice(self.actor.name, metric), self.actor.level
        if metric == LEVELS:
            return level
        if metric == XP and self.actor.source is not SourceKind.OSRS:
            return round(_EXPERIENCE * 1.42 ** (level - 275) * dice.uniform(0.9, 1.1))
        if metric.startswith("xp."):
            return round(dice.uniform(0.2, 1.0) * (320_000_000 if metric == XP else 13_100_000))
        return dice.randrange(12, 900 if metric == CLUES else 260)

    def gained_on(self, metric: str, day: date) -> int:
        """On one UTC day."""
        if self.actor is None or self.first_day is None or day <= self.first_day:
            return 0
        if metric == KILLS:
            return sum(
                self.gained_on(name, day)
                for name in self.metrics()
                if name.startswith("kc.") and name != metric
            )
        found = self.daily.get((metric, day))
        if found is None:
            found = self.daily[metric, day] = _gain(self.actor, metric, day)
        return found

    def gained(self, metric: str, days: Iterable[date]) -> int:
        """On several."""
        return sum(self.gained_on(metric, day) for day in days)

    def since(self, first: date) -> datetime | None:
        """When it was first seen, where that lies in the span."""
        return self.info.added_at if self.first_day is not None and self.first_day >= first else None


def _dice(*names: object) -> random.Random:
    return random.Random("|".join(map(str, names)))  # noqa: S311 - samples, not a draw


def _gain(actor: Actor, metric: str, day: date) -> int:
    dice = _dice(actor.name, metric, day)
    eager = _dice(actor.name).uniform(0.1, 1.0)
    if dice.random() > 0.35 + 0.6 * eager:
        return 0
    osrs = actor.source is SourceKind.OSRS
    if metric == XP and not osrs:
        return round(_EXPERIENCE * 0.004 * 1.3 ** (actor.level - 275) * eager * dice.uniform(0.3, 1.7))
    if metric.startswith("xp."):
        return round((240_000 if metric == XP else 21_000) * eager * dice.uniform(0.1, 2.0))
    if metric == LEVELS:
        return int(dice.random() < (0.3 if osrs else 0.05) * eager)
    if metric.startswith("clues."):
        return int(dice.random() < 0.2 * eager) * dice.randrange(1, 3)
    # Weekly bosses are cleared once a week, most often on the day after their reset.
    return int(dice.random() < (0.4 if osrs else 0.75 if day.weekday() == 4 else 0.05)) * (
        dice.randrange(1, 9) if osrs else 1
    )


def span(timeframe: Timeframe, now: datetime) -> list[date]:
    """The days that count."""
    first, today = timeframe.first_day(utc_date(now)), utc_date(now)
    return [first + timedelta(days=number) for number in range((today - first).days + 1)]


def board(
    clan: str, roster: list[Followed], metric: str, timeframe: Timeframe, now: datetime, asked: dict[str, str]
) -> Board:
    """A page of a leaderboard. asked: sort, descending, offset, limit, as in the address."""
    days = span(timeframe, now)
    rows = []
    for each in roster:
        known = metric in each.metrics()
        rows.append(
            BoardRow(
                place=None,
                member_id=each.info.id,
                name=each.info.name,
                gained=each.gained(metric, days) if known else None,
                value=each.value(metric) if known else None,
                since=each.since(days[0]) if known else None,
                sampled_at=each.info.sampled_at,
            )
        )
    by_gain = sorted((row.gained for row in rows if row.gained is not None), reverse=True)
    places = {gained: place for place, gained in reversed(list(enumerate(by_gain, start=1)))}
    rows = [
        row if row.gained is None else row.model_copy(update={"place": places[row.gained]}) for row in rows
    ]
    sort, descending = asked.get("sort", "gained"), asked.get("descending", "true") == "true"
    key = {"freshness": "sampled_at"}.get(sort, sort)
    rows.sort(key=lambda row: row.name.casefold())
    found = [row for row in rows if getattr(row, key) is not None]
    found.sort(
        key=lambda row: row.name.casefold() if key == "name" else getattr(row, key), reverse=descending
    )
    rows = found + [row for row in rows if getattr(row, key) is None]
    offset, limit = int(asked.get("offset", "0")), int(asked.get("limit", "50"))
    return Board(
        clan=clan,
        metric=metric,
        timeframe=timeframe,
        first_day=days[0],
        until=now,
        total=len(rows),
        items=rows[offset : offset + limit],
    )


def panels(roster: list[Followed], timeframe: Timeframe, now: datetime) -> Panels:
    """Totals of a clan."""
    days, items = span(timeframe, now), []
    for metric in TOTALS:
        known = [each for each in roster if metric in each.metrics()]
        if not known:
            continue
        by_day = [DayGain(day=day, gained=sum(e.gained_on(metric, day) for e in known)) for day in days]
        items.append(
            Panel(
                metric=metric,
                value=sum(each.value(metric) for each in known),
                known=len(known),
                gained=sum(day.gained for day in by_day),
                partial=sum(each.since(days[0]) is not None for each in known),
                days=by_day,
            )
        )
    sampled = [each.info.sampled_at for each in roster if each.info.sampled_at is not None]
    return Panels(
        timeframe=timeframe,
        first_day=days[0],
        until=now,
        members=len(roster),
        sampled_at=max(sampled, default=None),
        items=items,
    )


def member_progress(each: Followed, timeframe: Timeframe, metric: str, now: datetime) -> MemberProgress:
    """All of one member."""
    days = span(timeframe, now)
    gains = [DayGain(day=day, gained=each.gained_on(metric, day)) for day in days]
    return MemberProgress(
        member=each.info,
        timeframe=timeframe,
        first_day=days[0],
        until=now,
        metric=metric,
        items=[
            MetricProgress(
                metric=name, value=each.value(name), gained=each.gained(name, days), since=each.since(days[0])
            )
            for name in sorted(each.metrics())
        ],
        days=[gain for gain in gains if gain.gained],
    )


def metric_list(roster: list[Followed]) -> MetricList:
    """Of what anything is known."""
    return MetricList(items=sorted({name for each in roster for name in each.metrics()}))


def followed(actor: Actor, people: dict[str, str], now: datetime) -> Followed:
    """A member of the cast as the clan knows it today. people: ids by name."""
    seen = (
        None if actor.days is None else now.replace(minute=12, second=0, microsecond=0) - timedelta(hours=3)
    )
    missing = None if actor.missing_days is None else now - timedelta(days=actor.missing_days)
    added = midnight(utc_date(now)) - timedelta(days=actor.days or 0) + timedelta(hours=9)
    info = MemberInfo(
        id=actor.id,
        name=actor.name,
        source=actor.source,
        world=actor.world,
        job=actor.job,
        image=None,
        user_id=people.get(actor.owner or ""),
        user_name=actor.owner,
        added_at=added,
        sampled_at=missing or seen,
        missing_since=missing,
    )
    return Followed(info, actor)
