"""What the formulas and the API read of the roll-ups. Plain counts, no estimates."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sums over players u: n_u of their runs count, in x_u of them the item dropped.

    users: Σ1 over players with a run. n, x: Σn_u, Σx_u. nn, xx, nx: Σn_u², Σx_u², Σn_u·x_u.
    """

    users: int
    n: int
    x: int
    nn: int
    xx: int
    nx: int


@dataclass(frozen=True, slots=True)
class DayCount:
    """One UTC day (or a month, by its first day): n runs, x of them with the item, q pieces of it."""

    day: date
    n: int
    x: int
    q: int


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """One item of a boss.

    all: every counted run. cohort: those of complete weeks only. quantity: pieces in all counted runs.
    unrecorded: cleared runs nobody noted the drops of. days: those asked for that have a run, ascending.
    """

    item: str
    all: Cluster
    cohort: Cluster
    quantity: int
    unrecorded: int
    days: tuple[DayCount, ...]


@dataclass(frozen=True, slots=True)
class BossCounts:
    """One boss at one difficulty under one filter; world and party may be "all".

    runs: counted runs, the same for every item. users: players who have one. since: UTC day of the first one.
    items: those of the drop table in its order, dropped or not.
    """

    entry_id: str
    world: str
    epoch: str
    party: str
    runs: int
    unrecorded: int
    users: int
    since: date | None
    items: tuple[ItemCounts, ...]


@dataclass(frozen=True, slots=True)
class History:
    """How one item came over time, ascending: whole months, then the days after them. n only counts days with runs."""

    months: tuple[DayCount, ...]
    days: tuple[DayCount, ...]


@dataclass(frozen=True, slots=True)
class BossClears:
    """How often an entry was cleared, in every world, epoch and party. runs: with drops noted; unrecorded: without.

    users: players with counted runs in the epoch that has the most of them.
    """

    entry_id: str
    runs: int
    unrecorded: int
    users: int


@dataclass(frozen=True, slots=True)
class PlayerCounts:
    """One player's share of a BossCounts: n runs, and by item the x of them in which it dropped."""

    user_id: str
    n: int
    items: dict[str, int]


@dataclass(frozen=True, slots=True)
class State:
    """Which state of the statistics it is: grows with every change. updated_at: when it changed last."""

    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A run of the asking player that is not counted. reason: a `Reason`, or "rule:<id>"; sentence: for its author."""

    run_id: str
    week: date
    reason: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Mine:
    """What the statistics make of a player. shared: they said yes. quarantined: nothing of theirs counts, and why."""

    shared: bool
    quarantined: str | None
    refused: tuple[Refused, ...]
