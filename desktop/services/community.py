"""The player's own runs beside the community's: judged here as the server judges them, also without a network."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from desktop.storage.database import Database
from desktop.storage.transaction import encode
from shared.calculators.luck import (
    dry_streak,
    jeffreys_interval,
    percentile_of_estimate,
    zero_hits_bound,
)
from shared.catalog import Catalog
from shared.resets import Reset
from shared.statistics.strata import Stratum, epoch_of
from shared.statistics.verdicts import Judged, Run, Verdict, has_week, judge_week, week_of
from shared.tracking import EntryMethod

if TYPE_CHECKING:
    from shared.api.stats import DropHistory, DropRate, RatePeriod

_RUN = ", ".join(f"r.{name}" for name in Run._fields if name not in {"world", "drops"})
_WEEK = timedelta(days=6)


@dataclass(slots=True)
class OwnCount:
    """The player's counted runs of a boss. unrecorded: clears whose drops nobody noted. hits: runs with it, by item;
    last: the place, from 1, of the last of these among the runs."""

    runs: int = 0
    unrecorded: int = 0
    hits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    last: dict[str, int] = field(default_factory=dict)


Own = Mapping[Stratum, OwnCount]
"""By stratum and by every sum of strata, as the server keeps them: any filter is read at once."""


class DropLine(NamedTuple):
    """A line of the table. rate: None where nothing may be told of it. runs, hits: the player's own that count.

    luck: 0 to 100, the mid-p share of players who had less of it in as many runs; None without a run or a rate.
    dry: own runs since the last hit. streak: the probability of so many without one; None without a rate. place: in
    the game's order.
    """

    place: int
    boss_id: str
    boss_name: str
    item_id: str
    item_name: str
    rate: "DropRate | None"
    runs: int
    hits: int
    luck: float | None
    dry: int
    streak: float | None


class OwnRuns:
    """Reads runs as verdicts need them. Belongs to the database thread."""

    def __init__(self, database: Database, catalog: Catalog) -> None:
        self._database = database
        self._catalog = catalog

    def span(self) -> tuple[date, date] | None:
        """The UTC days of the first and the last run that is in a week; None without one."""
        days = [
            found
            for (day,) in self._database.peek("SELECT DISTINCT occurred_on FROM boss_runs WHERE deleted = 0")
            if has_week(found := date.fromisoformat(day))
        ]
        return (min(days), max(days)) if days else None

    def between(self, first: date, last: date) -> list[Run]:
        """Every live run of these UTC days, both included."""
        days = (first.isoformat(), last.isoformat())
        drops: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for run_id, item, quantity in self._database.peek(
            "SELECT d.run_id, d.item, d.quantity FROM boss_run_drops AS d JOIN boss_runs AS r ON r.id = d.run_id"
            " WHERE d.deleted = 0 AND r.deleted = 0 AND r.occurred_on BETWEEN ? AND ?",
            days,
        ):
            drops[run_id].append((item, quantity))
        found = self._database.peek(
            f"SELECT {_RUN}, c.world FROM boss_runs AS r"  # noqa: S608 - our own names
            " LEFT JOIN characters AS c ON c.id = r.character_id AND c.deleted = 0"
            " WHERE r.deleted = 0 AND r.occurred_on BETWEEN ? AND ?",
            days,
        )
        return [Run._make((*row, drops.get(row[0], ()))) for row in found]

    def verdicts(self, run_ids: Collection[str], today: date) -> dict[str, Judged]:
        """What becomes of runs, each judged together with its week. Those that are gone are left out."""
        days = self._database.peek(
            "SELECT DISTINCT occurred_on FROM boss_runs WHERE deleted = 0"
            " AND id IN (SELECT value FROM json_each(?))",
            (encode(list(run_ids)),),
        )
        weeks = {week_of(found) for (day,) in days if has_week(found := date.fromisoformat(day))}
        return {
            each.run.id: each
            for week in weeks
            for each in judge_week(self.between(week, week + _WEEK), self._catalog, today)
            if each.run.id in run_ids
        }


def count_own(runs: Iterable[Sequence[Run]], catalog: Catalog, today: date, *, examples: bool = False) -> Own:
    """What runs count for, judged week by week. runs: in lists of whole weeks.

    examples: count the runs of a demo as if they were real.
    """
    found: dict[Stratum, OwnCount] = defaultdict(OwnCount)
    for some in runs:
        weeks: dict[date, list[Run]] = defaultdict(list)
        for run in some:
            real = run._replace(entry_method=EntryMethod.DIALOG) if _is_example(run) and examples else run
            weeks[week_of(date.fromisoformat(run.occurred_on))].append(real)
        for _, of_week in sorted(weeks.items()):
            judged = judge_week(of_week, catalog, today)
            for each in sorted(
                judged, key=lambda each: (each.run.occurred_on, each.run.logged_at, each.run.id)
            ):
                _add(found, each)
    return dict(found)


def _is_example(run: Run) -> bool:
    return run.entry_method == EntryMethod.DEMO


def _add(found: dict[Stratum, OwnCount], judged: Judged) -> None:
    if judged.stratum is None:
        return
    for key in judged.stratum.every_key():
        count = found[key]
        if judged.verdict is Verdict.UNRECORDED:
            count.unrecorded += 1
            continue
        count.runs += 1
        for item, _ in judged.run.drops:
            count.hits[item] += 1
            count.last[item] = count.runs


def listing(
    catalog: Catalog, rates: Sequence["DropRate"], own: Own, today: date, world: str, party: str
) -> list[DropLine]:
    """A line for every item of every boss that can count, with what the community and the player know of it.

    world, party: the filter that rates were asked for; the player's own runs are those of the same.
    """
    told: dict[str, dict[str, DropRate]] = defaultdict(dict)
    names: dict[str, str] = {}
    for rate in rates:
        told[rate.boss_id][rate.item_id] = rate
        names[rate.boss_id] = rate.boss_name
    for entry in catalog.bosses.values():
        table = catalog.drop_tables.get(entry.id)
        if entry.reset is not Reset.ONCE and table is not None:
            names.setdefault(entry.id, entry.display_name)
    lines: list[DropLine] = []
    known = [entry_id for entry_id in catalog.bosses if entry_id in names]
    for boss_id in dict.fromkeys([*known, *names]):
        of_boss = told.get(boss_id, {})
        items = [*of_boss] or [drop.item for drop in catalog.drop_tables[boss_id].drops]
        epoch = next(iter(of_boss.values())).epoch if of_boss else epoch_of(catalog, boss_id, today)
        mine = own.get(Stratum(boss_id, world, epoch, party)) or OwnCount()
        for item in items:
            given = of_boss.get(item)
            name = given.item_name if given is not None else catalog.item_name(item)
            hits = mine.hits.get(item, 0)
            dry = mine.runs - mine.last.get(item, 0)
            luck, streak = _luck(mine.runs, hits, dry, given)
            own_part = (given, mine.runs, hits, luck, dry, streak)
            lines.append(DropLine(len(lines), boss_id, names[boss_id], item, name, *own_part))
    return lines


def by_week(history: "DropHistory") -> "list[RatePeriod]":
    """A history's months, then game weeks instead of days, which hold too few runs each to draw."""
    from shared.api.stats import RatePeriod

    weeks: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day in history.days:
        for place, count in enumerate((day.runs, day.drops, day.quantity)):
            weeks[week_of(day.start)][place] += count
    found = list(history.months)
    for week, (runs, drops, quantity) in weeks.items():
        low, high = jeffreys_interval(drops, runs)
        high = high if drops else zero_hits_bound(runs)
        told = RatePeriod(
            start=week, runs=runs, drops=drops, quantity=quantity, rate=drops / runs, low=low, high=high
        )
        found.append(told)
    return found


def _luck(runs: int, hits: int, dry: int, rate: "DropRate | None") -> tuple[float | None, float | None]:
    """Percentile and streak by what is known of the rate: as many runs as it rests on, less those that are alike."""
    if (
        not runs
        or rate is None
        or not rate.drop_rate
        or rate.total_runs is None
        or rate.design_effect is None
    ):
        return None, None
    known = rate.total_runs / rate.design_effect
    a, b = rate.drop_rate * known + 0.5, (1 - rate.drop_rate) * known + 0.5
    return percentile_of_estimate(runs, hits, a, b), dry_streak(dry, a, b)
