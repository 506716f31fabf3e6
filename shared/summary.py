"""What some days brought, boss by boss: clears, drops, crystals and sales."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunFact:
    """A run on one of the days. crystal_mesos: this member's share, None where it is not known."""

    entry_id: str
    cleared: bool
    crystal_mesos: int | None


@dataclass(frozen=True, slots=True)
class DropFact:
    """A drop, with the day its run happened on. Days are ISO dates, UTC; sold_for: mesos, None while unsold."""

    entry_id: str
    occurred_on: str
    quantity: int
    sold_for: int | None = None
    sold_on: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Amounts in mesos. drops: items, each counted as often as it fell; sold_mesos: sales of these days, whenever it
    dropped."""

    clears: int = 0
    drops: int = 0
    crystal_mesos: int = 0
    sold_mesos: int = 0

    @property
    def mesos(self) -> int:
        """Crystals and sales together."""
        return self.crystal_mesos + self.sold_mesos

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.clears + other.clears,
            self.drops + other.drops,
            self.crystal_mesos + other.crystal_mesos,
            self.sold_mesos + other.sold_mesos,
        )


def tally(runs: Iterable[RunFact], drops: Iterable[DropFact], first: str, last: str) -> Mapping[str, Tally]:
    """What each boss entry brought from a day to a day, both included.

    runs: those of these days. drops: at least those of these runs and those sold on these days, each once; a sale
    without a day was noted together with the run.
    """
    found: dict[str, Tally] = {}
    for run in runs:
        gain = Tally(clears=int(run.cleared), crystal_mesos=run.crystal_mesos or 0)
        found[run.entry_id] = found.get(run.entry_id, Tally()) + gain
    for drop in drops:
        fell = first <= drop.occurred_on <= last
        sold = first <= (drop.sold_on or drop.occurred_on) <= last
        gain = Tally(drops=drop.quantity * fell, sold_mesos=(drop.sold_for or 0) * sold)
        if fell or gain.sold_mesos:
            found[drop.entry_id] = found.get(drop.entry_id, Tally()) + gain
    return found
