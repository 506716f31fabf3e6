"""Pages as HTML, from what the API tells of the same thing."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.statistics import presenting
from server.statistics.counts import DayCount
from server.statistics.formulas import CONTRIBUTORS
from server.web import drawing
from shared.api import stats as wire
from shared.statistics import words
from shared.statistics.verdicts import week_of

_FOLDER = Path(__file__).resolve().parent / "templates"
STYLE = Path(__file__).resolve().parents[2] / "resources" / "web" / "style.css"
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
"""The Content-Security-Policy: a style sheet of ours, a form that comes back here, and nothing that runs."""
WORLDS = {"all": "Every world", "heroic": "Heroic", "interactive": "Interactive"}
PARTIES = {"all": "Any size", "1": "Alone", "2": "2", "3": "3", "4-6": "4 to 6"}
SAMPLES = (0, 100, 1000, 10_000)
TRENDS = {"up": "more often lately", "down": "less often lately", "stable": "steady"}
Choice = dict[str, str]
"""The filters of a page that are not at their default, as they stand in its address."""


class Listed:
    """A boss on the list. items: what is told of it. note: why nothing is, or ""."""

    def __init__(self, boss_id: str, name: str, items: tuple[wire.DropRate, ...], note: str) -> None:
        self.boss_id = boss_id
        self.name = name
        self.items = items
        self.note = note


def overview(bosses: Iterable[wire.BossDropRates], choice: Choice, min_sample: int, calculated: str) -> bytes:
    """Every boss: those with enough runs with their items, the others by name."""
    listed = [_listed(boss, min_sample) for boss in bosses if boss.items]
    return page(
        "stats.html",
        title="Drop rates",
        listed=[each for each in listed if each.items],
        others=[each for each in listed if not each.items],
        choice=choice,
        min_sample=min_sample,
        calculated=calculated,
    )


def boss(told: wire.BossDropRates, choice: Choice) -> bytes:
    """One boss."""
    return page(
        "boss.html",
        title=f"{told.boss_name} drop rates",
        boss=told,
        choice=choice,
        calculated=_instant(told),
    )


def item(told: wire.DropHistory, boss: wire.BossDropRates, choice: Choice) -> bytes:
    """One item of a boss, with its history."""
    periods = (*told.months, *_by_week(told.days))
    return page(
        "item.html",
        title=f"{told.item_name} from {told.boss_name}",
        item=told,
        boss=boss,
        months=len(told.months),
        periods=periods,
        chart=drawing.chart(periods),
        choice=choice,
        calculated=_instant(told),
    )


@cache
def style() -> tuple[bytes, str]:
    """The style sheet, and its name, which changes with it."""
    content = STYLE.read_bytes()
    return content, f"style-{hashlib.sha256(content).hexdigest()[:12]}.css"


def _listed(boss: wire.BossDropRates, min_sample: int) -> Listed:
    note = ""
    if boss.suppressed or boss.total_runs is None:
        note = f"fewer than {CONTRIBUTORS} players"
    elif boss.total_runs < min_sample:
        note = f"{boss.total_runs:,} runs"
    return Listed(boss.boss_id, boss.boss_name, () if note else boss.items, note)


def _by_week(days: Iterable[wire.RatePeriod]) -> tuple[wire.RatePeriod, ...]:
    """Game weeks instead of days, which hold too few runs each to draw."""
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in days:
        for number, count in enumerate((each.runs, each.drops, each.quantity)):
            sums[week_of(each.start)][number] += count
    return presenting.periods(DayCount(week, *counts) for week, counts in sums.items())


def _instant(told: wire.DropRate | wire.BossDropRates) -> str:
    return f"{told.last_calculated:%Y-%m-%d %H:%M} UTC"


def _in_short(told: wire.DropRate) -> str:
    """The headline for a cell beside the interval: a wide one need not be told twice."""
    if told.low is None or told.high is None or not told.total_drops or told.precision is not None:
        return told.headline
    return words.span(told.low, told.high)


def _between(told: wire.DropRate) -> str:
    """The interval in words."""
    if told.low is None or told.high is None:
        return ""
    return words.between(told.low, told.high) if told.total_drops else f"less than {words.one_in(told.high)}"


def ask(choice: Choice, **more: str) -> str:
    """A query for a link, with its question mark; "" for an empty one."""
    query = urlencode({**choice, **more})
    return f"?{query}" if query else ""


def _rate(rate: float | None) -> str:
    return "–" if rate is None else words.percent(rate)


def page(template: str, **content: object) -> bytes:
    """A page as HTML. content: what its template names."""
    return _environment().get_template(template).render(**content).encode()


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(
        ask=ask,
        drawing=drawing,
        parties=PARTIES,
        samples=SAMPLES,
        style=f"/stats/{style()[1]}",
        trends=TRENDS,
        worlds=WORLDS,
    )
    found.filters.update(between=_between, in_short=_in_short, rate=_rate, one_in=words.one_in)
    return found
