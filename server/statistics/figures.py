"""From counts to what is told of them: every estimate of many bosses at once, so that trends are judged together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from server.statistics.counts import BossCounts, ItemCounts
from server.statistics.formulas import CONTRIBUTORS, Estimate, estimates, is_biased
from server.statistics.trend import Recent, Trend, Window, course, recent, together, trends, windows


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What the counts of one item say. cohort: None where too few players have a complete week.

    last_7, last_30: the days up to today. course: the recent rate at the end of each of the last thirty days.
    """

    counts: ItemCounts
    all: Estimate
    cohort: Estimate | None
    is_biased: bool
    last_7: Window
    last_30: Window
    recent: Recent | None
    course: tuple[float, ...]
    trend: Trend

    @property
    def floor(self) -> float:
        """The rate if nothing had dropped in any run nobody noted the drops of."""
        return self.all.x / (self.all.n + self.counts.unrecorded)


@dataclass(frozen=True, slots=True)
class BossFigures:
    """One boss. items: None where it has too few players for any figure to be told."""

    counts: BossCounts
    items: tuple[ItemFigures, ...] | None

    @property
    def is_suppressed(self) -> bool:
        """Whether nothing is told of it."""
        return self.items is None


def figures(bosses: Iterable[BossCounts], today: date) -> list[BossFigures]:
    """The figures of these bosses, in their order. Which trends hold is judged over all of them."""
    given = list(bosses)
    items = [item for boss in given if boss.users >= CONTRIBUTORS for item in boss.items]
    told = iter(_items(items, today))
    return [
        BossFigures(boss, tuple(next(told) for _ in boss.items) if boss.users >= CONTRIBUTORS else None)
        for boss in given
    ]


def _items(items: Sequence[ItemCounts], today: date) -> list[ItemFigures]:
    everything = estimates(item.all for item in items)
    cohorts = estimates(item.cohort for item in items)
    spans = [windows(item.days, today) for item in items]
    courses = [course(item.days, today) for item in items]
    late = recent([each[-1] if each else None for each in courses])
    found = []
    for place, trend in enumerate(trends(spans)):
        of_all, cohort = everything[place], cohorts[place]
        assert of_all is not None  # five players have five runs
        if cohort is not None and cohort.users < CONTRIBUTORS:
            cohort = None
        found.append(
            ItemFigures(
                items[place],
                of_all,
                cohort,
                is_biased(of_all, cohort),
                spans[place][0],
                together(*spans[place]),
                late[place],
                tuple(each.hits / each.total for each in courses[place]),
                trend,
            )
        )
    return found
