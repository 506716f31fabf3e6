"""Snapshots, leaderboards and panels of clans on the wire. Days are UTC dates; values and gains whole numbers.

What is not known is null, never 0.
"""

from datetime import date, datetime
from typing import Literal

from pydantic.config import JsonDict

from shared.api.base import EXAMPLE_ID, Told
from shared.api.clans import MemberInfo, example
from shared.clans.timeframes import Timeframe

MOST_A_DAY = 2
"""Snapshots of a clan in a UTC day."""
BOARD_LIMIT = 100
SortBy = Literal["gained", "value", "name", "freshness"]
_AT = "2026-03-05T18:00:00Z"


class MemberError(Told):
    """A member whose source could not be read in a snapshot. error: a sentence."""

    member_id: str
    name: str
    error: str


_SNAPSHOT: JsonDict = {
    "id": EXAMPLE_ID,
    "kind": "scheduled",
    "asked_by": None,
    "state": "done",
    "created_at": _AT,
    "started_at": _AT,
    "finished_at": "2026-03-05T18:01:10Z",
    "total": 58,
    "done": 57,
    "failed": 1,
    "errors": [{"member_id": EXAMPLE_ID, "name": "Aria", "error": "The ranking does not know this name."}],
}


class SnapshotInfo(Told):
    """A batch over a clan. asked_by: the name of who pressed Run now. done, failed: members so far, of total.
    errors: of those that failed, by name."""

    model_config = example(_SNAPSHOT)

    id: str
    kind: Literal["scheduled", "manual"]
    asked_by: str | None
    state: Literal["waiting", "running", "done", "cancelled"]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    total: int
    done: int
    failed: int
    errors: list[MemberError]


class SnapshotStanding(Told):
    """How a clan stands with its snapshots. items: the newest first. used, most: snapshots of this UTC day.
    refusal: why none can be run now, null when one can."""

    model_config = example(
        {
            "cadence_hours": 24,
            "next_at": "2026-03-06T17:41:00Z",
            "used": 1,
            "most": MOST_A_DAY,
            "refusal": None,
            "items": [_SNAPSHOT],
        }
    )

    cadence_hours: int
    next_at: datetime
    used: int
    most: int
    refusal: str | None
    items: list[SnapshotInfo]


class BoardRow(Told):
    """A member on a board. place: those alike share one. gained: null where nothing is known. value: the newest one.
    since: the first point, where it lies inside the span: what came before it is unknown and not counted."""

    place: int | None
    member_id: str
    name: str
    gained: int | None
    value: int | None
    since: datetime | None
    sampled_at: datetime | None


_ROW: JsonDict = {
    "place": 1,
    "member_id": EXAMPLE_ID,
    "name": "Aria",
    "gained": 41_200_000_000,
    "value": 1_204_117_338_221_904,
    "since": None,
    "sampled_at": _AT,
}


class Board(Told):
    """A leaderboard. first_day: the first UTC day that counts. until: now. total: members, of which items is a page."""

    model_config = example(
        {
            "clan": "Lumen",
            "metric": "xp.total",
            "timeframe": "7d",
            "first_day": "2026-02-27",
            "until": _AT,
            "total": 58,
            "items": [_ROW],
        }
    )

    clan: str
    metric: str
    timeframe: Timeframe
    first_day: date
    until: datetime
    total: int
    items: list[BoardRow]


class MetricList(Told):
    """The metrics of which anything is known in a clan, by name."""

    model_config = example({"items": ["kc.hard-lucid", "level.total", "xp.total"]})

    items: list[str]


class DayGain(Told):
    """What was gained on a UTC day."""

    day: date
    gained: int


class Panel(Told):
    """A total of the clan. value: the sum of what is known of `known` members, null where nothing is. gained: in the
    span. partial: members who were first seen inside it. days: every day of the span, in order."""

    metric: str
    value: int | None
    known: int
    gained: int | None
    partial: int
    days: list[DayGain]


class Panels(Told):
    """Totals and what was gained of them: those of xp.total, level.total, kc.total, clues.all that are known."""

    model_config = example(
        {
            "timeframe": "7d",
            "first_day": "2026-02-27",
            "until": _AT,
            "members": 58,
            "sampled_at": _AT,
            "items": [
                {
                    "metric": "xp.total",
                    "value": 61_204_117_338_221_904,
                    "known": 57,
                    "gained": 904_117_338_221,
                    "partial": 1,
                    "days": [{"day": "2026-02-27", "gained": 104_117_338_221}],
                }
            ],
        }
    )

    timeframe: Timeframe
    first_day: date
    until: datetime
    members: int
    sampled_at: datetime | None
    items: list[Panel]


class MetricProgress(Told):
    """A member's metric: its newest value and what was gained in the span."""

    metric: str
    value: int
    gained: int
    since: datetime | None


class MemberProgress(Told):
    """All that is known of a member, by metric. days: of the chosen metric, those on which something was gained."""

    model_config = example(
        {
            "member": {
                "id": EXAMPLE_ID,
                "name": "Aria",
                "source": "nexon",
                "world": "Kronos",
                "job": "Adele",
                "image": None,
                "user_id": None,
                "user_name": None,
                "added_at": _AT,
                "sampled_at": _AT,
                "missing_since": None,
            },
            "timeframe": "7d",
            "first_day": "2026-02-27",
            "until": _AT,
            "metric": "xp.total",
            "items": [
                {
                    "metric": "xp.total",
                    "value": 1_204_117_338_221_904,
                    "gained": 41_200_000_000,
                    "since": None,
                }
            ],
            "days": [{"day": "2026-02-27", "gained": 11_200_000_000}],
        }
    )

    member: MemberInfo
    timeframe: Timeframe
    first_day: date
    until: datetime
    metric: str
    items: list[MetricProgress]
    days: list[DayGain]
