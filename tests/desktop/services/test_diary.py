"""The diary's SQL against the same questions answered in plain Python over random runs."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from desktop.services.diary import DiaryFilter, Show, SortKey, Totals, _numbers
from desktop.services.registry import Services
from desktop.storage.tables import boss_run_drops, boss_runs, characters
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote
from tests.benchmarks.seed import LAST_DAY, seed

COUNT = 600
Row = dict[str, Any]


class Plain:
    """Every run as a dict with its drops under "drops" and its owner's name under "name"."""

    def __init__(self, services: Services) -> None:
        self.catalog = services.catalog
        with services.database.read() as connection:
            names = {c.id: c.name for c in connection.execute(select(characters))}
            drops = defaultdict(list)
            for drop in connection.execute(select(boss_run_drops)).mappings():
                if not drop["deleted"]:
                    drops[drop["run_id"]].append(dict(drop))
            self.runs: list[Row] = [
                {**run, "drops": drops[run["id"]], "name": names[run["character_id"]]}
                for run in connection.execute(select(boss_runs)).mappings()
                if not run["deleted"]
            ]

    def matching(self, condition: DiaryFilter) -> list[Row]:
        return [run for run in self.runs if self.matches(run, condition)]

    def matches(self, run: Row, condition: DiaryFilter) -> bool:
        day = date.fromisoformat(run["occurred_on"])
        shown = {
            Show.ALL: True,
            Show.WITH_DROPS: run["drop_note"] == "list",
            Show.UNRESOLVED: bool(run["cleared"]) and run["drop_note"] == "unrecorded",
            Show.NOTHING: run["drop_note"] == "nothing",
            Show.FAILED: not run["cleared"],
        }[condition.show]
        return (
            shown
            and condition.character_id in {None, run["character_id"]}
            and condition.boss_slug in {None, run["boss_slug"]}
            and (condition.item is None or any(d["item"] == condition.item for d in run["drops"]))
            and (condition.since is None or day >= condition.since)
            and (condition.until is None or day <= condition.until)
            and all(self.found(run, word.lower()) for word in condition.text.split())
        )

    def found(self, run: Row, word: str) -> bool:
        words = [run["note"], run["name"], self.catalog.boss_name(run["entry_id"])]
        words += [self.catalog.item_name(d["item"]) for d in run["drops"]]
        return any(word in text.lower() for text in words)


def sold(run: Row) -> int:
    return sum(d["sold_for"] or 0 for d in run["drops"])


def drops_rank(run: Row) -> int:
    return ["unrecorded", "nothing", "list"].index(run["drop_note"]) + 1 if run["cleared"] else 0


KEYS: dict[SortKey, Callable[[Row], Any]] = {
    SortKey.DATE: lambda run: (run["occurred_on"], run["row"]),
    SortKey.CHARACTER: lambda run: (run["name"].lower(), run["character_id"]),
    SortKey.BOSS: lambda run: (run["boss_slug"], run["entry_id"]),
    SortKey.PARTY: lambda run: run["party_size"],
    SortKey.DROPS: drops_rank,
    SortKey.CRYSTAL: lambda run: run["crystal_mesos"] or 0,
    SortKey.SOLD: sold,
    SortKey.NOTE: lambda run: run["note"].lower(),
}


@pytest.fixture
def plain(services: Services) -> Plain:
    seed(services.database, services.catalog, COUNT)
    return Plain(services)


def conditions(plain: Plain) -> list[DiaryFilter]:
    some = next(run for run in plain.runs if run["drops"])
    middle = LAST_DAY - timedelta(days=20)
    found = [
        DiaryFilter(),
        *(DiaryFilter(show=show) for show in Show),
        DiaryFilter(character_id=some["character_id"]),
        DiaryFilter(boss_slug=some["boss_slug"]),
        DiaryFilter(item=some["drops"][0]["item"]),
        DiaryFilter(since=middle),
        DiaryFilter(until=middle),
        DiaryFilter(since=middle, until=middle),
        DiaryFilter(item="no-such-item"),
        DiaryFilter(character_id="nobody"),
        DiaryFilter(since=LAST_DAY, until=LAST_DAY - timedelta(days=1)),
    ]
    found += [
        DiaryFilter(character_id=some["character_id"], show=show, since=middle, text=text)
        for show, text in product(Show, ("", "lucid", "hard"))
    ]
    found += [DiaryFilter(text=text) for text in TEXTS]
    return found


TEXTS = (
    *("luck", "LUCK", "lucid", "hard lucid", "aria", "%", "_", "100%", "e_c", "%%", "\\", "'"),
    *("émile", "ÉMILE", "Déjà", "déjà vu", "box", "twice. ran", "nothing like this anywhere", "   "),
)


def test_every_filter_lets_through_what_plain_python_lets_through(services: Services, plain: Plain) -> None:
    sizes = set()
    for condition in conditions(plain):
        rows = services.diary.rows(condition)
        expected = {run["row"] for run in plain.matching(condition)}
        assert set(rows) == expected, condition
        assert len(rows) == len(expected), condition
        sizes.add(len(expected))
    assert len(sizes) > 12, "the filters hardly differ: the test data is too poor"


def test_like_wildcards_are_plain_letters(services: Services, plain: Plain) -> None:
    for text, note in (("%", "100% luck"), ("_", "snake_case")):
        rows = services.diary.rows(DiaryFilter(text=text))
        notes = {entry.run.draft.note for entry in services.diary.page(list(rows)[:200])}
        assert notes == {note}
    assert not services.diary.rows(DiaryFilter(text="s%case"))
    assert not services.diary.rows(DiaryFilter(text="100_"))


@pytest.mark.parametrize("sort", list(SortKey))
@pytest.mark.parametrize("descending", [True, False])
def test_every_order_is_python_s_with_the_newest_first_among_equals(
    services: Services, plain: Plain, sort: SortKey, descending: bool
) -> None:
    for condition in (DiaryFilter(), DiaryFilter(show=Show.WITH_DROPS, text="a")):
        newest = sorted(plain.matching(condition), key=KEYS[SortKey.DATE], reverse=True)
        expected = sorted(newest, key=KEYS[sort], reverse=descending)  # stable both ways
        rows = services.diary.rows(condition, sort, descending=descending)
        assert list(rows) == [run["row"] for run in expected]


def test_a_page_holds_its_lines_in_the_order_asked_and_skips_what_is_gone(
    services: Services, plain: Plain
) -> None:
    rows = list(services.diary.rows(DiaryFilter(), SortKey.SOLD))[:50]
    services.runs.remove(services.diary.ids(rows[3:4]))
    page = services.diary.page(rows)
    assert [entry.row for entry in page] == rows[:3] + rows[4:]
    by_row = {run["row"]: run for run in plain.runs}
    for entry in page:
        run = by_row[entry.row]
        assert entry.character == run["name"]
        assert entry.sold_mesos == sold(run)
        assert entry.run.id == run["id"]
        assert {d.item for d in entry.run.draft.drops} == {d["item"] for d in run["drops"]}
    assert services.diary.page([]) == []
    assert services.diary.page([10**12]) == []


def test_ids_of_rows_and_of_open_clears(services: Services, plain: Plain) -> None:
    rows = [run["row"] for run in plain.runs[:300]]
    assert set(services.diary.ids(rows)) == {run["id"] for run in plain.runs[:300]}
    unresolved = {r["id"] for r in plain.runs[:300] if r["cleared"] and r["drop_note"] == "unrecorded"}
    assert unresolved
    assert set(services.diary.ids(rows, open_only=True)) == unresolved
    assert services.diary.ids([]) == []


def test_totals_are_the_sums_of_what_is_listed(services: Services, plain: Plain) -> None:
    for condition in conditions(plain):
        runs = plain.matching(condition)
        expected = Totals(
            runs=len(runs),
            cleared=sum(run["cleared"] for run in runs),
            with_drops=sum(run["drop_note"] == "list" for run in runs),
            unresolved=sum(run["cleared"] and run["drop_note"] == "unrecorded" for run in runs),
            crystal_mesos=sum(run["crystal_mesos"] or 0 for run in runs),
            sold_mesos=sum(sold(run) for run in runs),
        )
        assert services.diary.totals(condition) == expected, condition


def test_a_week_of_income_begins_on_thursday(services: Services, plain: Plain) -> None:
    for condition in (DiaryFilter(), DiaryFilter(show=Show.WITH_DROPS), DiaryFilter(text="nobody at all")):
        expected: dict[date, list[int]] = {}
        for run in plain.matching(condition):
            day = date.fromisoformat(run["occurred_on"])
            while day.weekday() != 3:
                day -= timedelta(days=1)
            week = expected.setdefault(day, [0, 0])
            week[0] += run["crystal_mesos"] or 0
            week[1] += sold(run)
        found = services.diary.income_by_week(condition)
        assert found == [(week, *expected[week]) for week in sorted(expected)]


def test_drops_by_item_and_resolved_by_boss(services: Services, plain: Plain) -> None:
    for condition in (DiaryFilter(), DiaryFilter(text="hard"), DiaryFilter(since=LAST_DAY)):
        runs = plain.matching(condition)
        quantity: Counter[str] = Counter()
        money: Counter[str] = Counter()
        for drop in (drop for run in runs for drop in run["drops"]):
            quantity[drop["item"]] += drop["quantity"]
            money[drop["item"]] += drop["sold_for"] or 0
        items = services.diary.drops_by_item(condition)
        assert items == [
            (slug, count, money[slug])
            for slug, count in sorted(quantity.items(), key=lambda p: (-p[1], p[0]))
        ]
        known = [run for run in runs if run["cleared"] and run["drop_note"] != "unrecorded"]
        clears = Counter(run["entry_id"] for run in known)
        hits = Counter(run["entry_id"] for run in known if run["drop_note"] == "list")
        assert services.diary.resolved_by_boss(condition) == [
            (entry, count, hits[entry])
            for entry, count in sorted(clears.items(), key=lambda p: (-p[1], p[0]))
        ]


def test_what_is_removed_or_undone_is_not_counted(services: Services, character: str) -> None:
    draft = RunDraft(
        character,
        "hard-lucid",
        date(2026, 11, 20),
        drop_note=DropNote.LIST,
        drops=(Drop("dawn-whisper-crystal", 2, 5_000_000_000_000, date(2026, 11, 21)),),
    )
    changes, run_id = services.runs.log(draft)
    assert services.diary.totals(DiaryFilter()).runs == 1
    services.runs.remove([run_id])
    assert services.diary.totals(DiaryFilter()) == Totals(0, 0, 0, 0, 0, 0)
    assert services.diary.drops_by_item(DiaryFilter()) == []
    assert services.diary.income_by_week(DiaryFilter()) == []
    services.database.undo()
    totals = services.diary.totals(DiaryFilter())
    assert totals.runs == 1
    assert totals.sold_mesos == sum(drop.sold_for or 0 for drop in draft.drops)
    assert services.diary.item_counts("hard-lucid") == {drop.item: 1 for drop in draft.drops}
    assert changes.entry is not None


def test_an_empty_diary(services: Services) -> None:
    assert len(services.diary.rows(DiaryFilter())) == 0
    assert services.diary.totals(DiaryFilter()) == Totals(0, 0, 0, 0, 0, 0)
    assert services.diary.resolved_by_boss(DiaryFilter()) == []


@given(st.lists(st.integers(min_value=1, max_value=2**62), max_size=40), st.integers(1, 60))
def test_numbers_are_read_whole_whatever_the_bites(numbers: list[int], bite: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("desktop.services.diary._BITE", bite)
        assert list(_numbers(",".join(map(str, numbers)))) == numbers
