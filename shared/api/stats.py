"""Community statistics on the wire. Rates are probabilities per run, days UTC dates.

A run here is a clear whose drops were noted. Of fewer than five players nothing is told: `suppressed` is true and every
figure null.
"""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from shared.api.base import EXAMPLE_ID, Told

MIN_SAMPLE = 100
"""Runs a boss needs to be listed, unless asked for otherwise."""
MAX_MIN_SAMPLE = 1_000_000_000
WorldFilter = Literal["all", "heroic", "interactive"]
PartyFilter = Literal["all", "1", "2", "3", "4-6"]
Confidence = Literal["high", "medium", "low"]
Precision = Literal["A", "B", "C"]
Trend = Literal["up", "down", "stable"]

_COHORT: JsonDict = {
    "runs": 2_700,
    "drops": 50,
    "players": 190,
    "rate": 0.0185,
    "low": 0.0139,
    "high": 0.0241,
}
_RATE: JsonDict = {
    "boss_id": "hard-lucid",
    "boss_name": "Hard Lucid",
    "item_id": "dreamy-belt",
    "item_name": "Dreamy Belt",
    "world": "all",
    "party": "all",
    "epoch": "1",
    "suppressed": False,
    "total_runs": 3_104,
    "total_drops": 60,
    "total_quantity": 60,
    "players": 212,
    "unrecorded_runs": 418,
    "since": "2026-06-18",
    "drop_rate": 0.01933,
    "low": 0.01492,
    "high": 0.02439,
    "design_effect": 1.02,
    "floor": 0.01704,
    "cohort": _COHORT,
    "logging_bias": False,
    "mean_quantity": 0.01933,
    "last_7_days_rate": 0.0213,
    "last_30_days_rate": 0.0187,
    "recent": {"rate": 0.0201, "low": 0.0131, "high": 0.0292, "runs": 1030.5},
    "trend": "stable",
    "course": [0.0188, 0.0192, 0.0201],
    "confidence": "high",
    "precision": "B",
    "headline": "1 in 52",
    "sentence": "1 in 52 (between 1 in 41 and 1 in 67), 60 in 3,104 runs by 212 players since 2026-06-18",
    "last_calculated": "2026-09-03T18:00:00Z",
}
_FILTERS: JsonDict = {"world": "all", "party": "all"}
_CALCULATED: JsonDict = {"last_calculated": "2026-09-03T18:00:00Z"}


class CohortRate(Told):
    """The rate in complete weeks only: a player's weeks with four cleared runs or more, the drops of all noted."""

    runs: int
    drops: int
    players: int
    rate: float
    low: float
    high: float


class RecentRate(Told):
    """The rate of late: a run weighs half as much every seven days. runs: how many unweighted ones it is worth."""

    rate: float
    low: float
    high: float
    runs: float


class DropRate(Told):
    """How often a boss drops an item.

    total_runs: every run of the boss that counts, the same for all its items. total_drops: those of them with the item.
    total_quantity: pieces of it. unrecorded_runs: clears nobody noted the drops of, which are never taken for empty.
    drop_rate: total_drops / total_runs. low, high: its 95 % interval; where the item never dropped, high is the exact
    one-sided bound. design_effect: how much runs of the same player are alike, 1 for not at all; the interval knows.
    floor: the rate if nothing dropped in any unrecorded run. logging_bias: whether players seem to note lucky runs
    rather than others; `cohort` is the better rate then, null where it has fewer than five players.
    mean_quantity: pieces per run. last_7_days_rate, last_30_days_rate: null without a run in these days.
    trend: up or down only where chance is no likely reason. course: the recent rate at the end of each of the last
    thirty days, without those before the first run of them. confidence: high above 1,000 runs, medium from 100.
    precision: A, B or C for an interval within 10, 25 or 50 % of the rate, null for a wider one.
    headline, sentence: for people, in English.
    """

    model_config = ConfigDict(json_schema_extra={"example": _RATE})

    boss_id: str
    boss_name: str
    item_id: str
    item_name: str
    world: str
    party: str
    epoch: str
    suppressed: bool
    total_runs: int | None
    total_drops: int | None
    total_quantity: int | None
    players: int | None
    unrecorded_runs: int | None
    since: date | None
    drop_rate: float | None
    low: float | None
    high: float | None
    design_effect: float | None
    floor: float | None
    cohort: CohortRate | None
    logging_bias: bool | None
    mean_quantity: float | None
    last_7_days_rate: float | None
    last_30_days_rate: float | None
    recent: RecentRate | None
    trend: Trend | None
    course: tuple[float, ...]
    confidence: Confidence | None
    precision: Precision | None
    headline: str
    sentence: str
    last_calculated: datetime


class DropRates(Told):
    """Drop rates, bosses in the game's order, each with its items in the order of its drop table."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"items": [_RATE], "min_sample": MIN_SAMPLE, **_FILTERS, **_CALCULATED}}
    )

    items: tuple[DropRate, ...]
    min_sample: int
    world: str
    party: str
    last_calculated: datetime


class BossDropRates(Told):
    """Everything one boss drops, however few runs there are. epochs: every epoch of its drop table, the oldest first;
    a change of the table began each but the first. total_runs, unrecorded_runs, players, since: null where suppressed.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "boss_id": "hard-lucid",
                "boss_name": "Hard Lucid",
                **_FILTERS,
                "epoch": "1",
                "epochs": ["1"],
                "suppressed": False,
                "total_runs": 3_104,
                "unrecorded_runs": 418,
                "players": 212,
                "since": "2026-06-18",
                "items": [_RATE],
                **_CALCULATED,
            }
        }
    )

    boss_id: str
    boss_name: str
    world: str
    party: str
    epoch: str
    epochs: tuple[str, ...]
    suppressed: bool
    total_runs: int | None
    unrecorded_runs: int | None
    players: int | None
    since: date | None
    items: tuple[DropRate, ...]
    last_calculated: datetime


class RatePeriod(Told):
    """Some days of an item's history. start: the first of them. rate, low, high: as of these runs alone."""

    start: date
    runs: int
    drops: int
    quantity: int
    rate: float
    low: float
    high: float


class DropHistory(DropRate):
    """A drop rate with its history: whole months, then each day after them; only those with a run."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **_RATE,
                "months": [
                    {
                        "start": "2026-06-01",
                        "runs": 512,
                        "drops": 9,
                        "quantity": 9,
                        "rate": 0.0176,
                        "low": 0.0086,
                        "high": 0.0319,
                    }
                ],
                "days": [],
            }
        }
    )

    months: tuple[RatePeriod, ...]
    days: tuple[RatePeriod, ...]


class BossClearCount(Told):
    """How often players who share their runs cleared a boss. recorded_clears: with their drops noted."""

    boss_id: str
    boss_name: str
    clears: int
    recorded_clears: int
    unrecorded_clears: int


class BossClears(Told):
    """Clears by boss, in the game's order; bosses of fewer than five players are left out."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "boss_id": "hard-lucid",
                        "boss_name": "Hard Lucid",
                        "clears": 3_522,
                        "recorded_clears": 3_104,
                        "unrecorded_clears": 418,
                    }
                ],
                **_CALCULATED,
            }
        }
    )

    items: tuple[BossClearCount, ...]
    last_calculated: datetime


class NotCounted(Told):
    """A cleared run of the caller's that is not counted. week: the Thursday its game week began. reason: never changes;
    `rule:…` for one that a rule took out. sentence: the reason for a person."""

    run_id: str
    week: date
    reason: str
    sentence: str


class OwnStanding(Told):
    """What the statistics make of the caller's runs. shared: they said yes to being counted. quarantined: why nothing
    of theirs counts at the moment, null where it does."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "shared": True,
                "quarantined": None,
                "not_counted": [
                    {
                        "run_id": EXAMPLE_ID,
                        "week": "2026-03-05",
                        "reason": "in_the_future",
                        "sentence": "Its day is still to come (in UTC, the game's time).",
                    }
                ],
            }
        }
    )

    shared: bool
    quarantined: str | None
    not_counted: tuple[NotCounted, ...]


class DumpFile(Told):
    """A month of runs, one JSON object a line, packed by Zstandard. rows, sha256: of what the file holds when unpacked,
    and of the file itself. bytes: how long the file is."""

    month: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    name: str
    rows: int
    bytes: int
    sha256: str


class Dumps(Told):
    """Every month there is a dump of, the newest first."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "items": [
                    {
                        "month": "2026-08",
                        "name": "maplehub-runs-2026-08.jsonl.zst",
                        "rows": 120_411,
                        "bytes": 1_904_332,
                        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                    }
                ]
            }
        }
    )

    items: tuple[DumpFile, ...]
