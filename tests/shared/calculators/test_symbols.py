"""Symbols: hand-worked cases. Saturday 2026-11-21 is the first day unless said otherwise."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calculators.symbols import SymbolInput, SymbolPoint, SymbolResult, plan_symbol, total_of
from shared.catalog import Catalog, load_catalog
from shared.errors import InvalidInput
from tests.shared.calculators.conftest import SEEDS

SATURDAY = date(2026, 11, 21)
CATALOG = load_catalog(SEEDS)
AREAS = [area.slug for rules in CATALOG.symbols.values() for area in rules.areas]


def plan(catalog: Catalog, area: str, inputs: SymbolInput, today: date = SATURDAY) -> SymbolResult:
    """The plan for one area."""
    return plan_symbol(*catalog.symbol_area(area), inputs, today)


@pytest.mark.parametrize("area", AREAS)
def test_the_whole_way_costs_what_the_table_says(catalog: Catalog, area: str) -> None:
    rules, figures = catalog.symbol_area(area)
    result = plan(catalog, area, SymbolInput(1))
    assert result.symbols_needed == rules.symbols_total == (2679 if rules.kind == "arcane" else 4565)
    assert result.mesos_needed == figures.meso_total
    assert [point.level for point in result.timeline] == list(range(1, rules.max_level + 1))


def test_arcane_with_dailies_and_weeklies(catalog: Catalog) -> None:
    """40 a day and 240 a week: 280 on the first day; 32 days later 2,520, with the fifth Thursday 2,800 ≥
    2,679."""
    result = plan(catalog, "vanishing-journey", SymbolInput(1))
    assert (result.daily_income, result.weekly_income) == (40, 240)
    assert (result.days, result.finished_on) == (33, date(2026, 12, 24))
    assert (result.force_gained, result.main_stat_gained) == (190, 1900)


def test_what_today_already_brought_is_not_counted_twice(catalog: Catalog) -> None:
    """Without today's 40 and 240: 40·33 + 240·5 = 2,520 on the 24th, 159 short, four days more."""
    done = SymbolInput(1, daily_done=True, weekly_clears_done=3)
    assert plan(catalog, "vanishing-journey", done).finished_on == date(2026, 12, 28)


def test_weekly_clears_left_this_week(catalog: Catalog) -> None:
    """Level 5 needs 12 + 15 + 20 + 27 = 74; two clears of 80 left, nothing else: done today, one left:
    too."""
    for clears, day in ((1, SATURDAY), (2, SATURDAY), (3, date(2026, 11, 26))):
        inputs = SymbolInput(1, target_level=5, does_daily=False, weekly_clears_done=clears)
        assert plan(catalog, "arcana", inputs).finished_on == day


def test_a_thursday_begins_its_own_week(catalog: Catalog) -> None:
    thursday = date(2026, 11, 26)
    inputs = SymbolInput(1, target_level=10, does_daily=False, weekly_clears_done=3)
    assert plan(catalog, "arcana", inputs, thursday).finished_on == thursday + timedelta(days=14)


def test_the_extra_quest_doubles_the_first_two_areas_only(catalog: Catalog) -> None:
    without = SymbolInput(1, does_weekly=False, extra_quest=False)
    assert plan(catalog, "chu-chu-island", without).daily_income == 20
    assert plan(catalog, "lachelein", without).daily_income == 40
    assert plan(catalog, "cernium", without).daily_income == 30


def test_sacred(catalog: Catalog) -> None:
    """4,565 at 30 a day takes 153 dailies, today's the first."""
    result = plan(catalog, "cernium", SymbolInput(1))
    assert result.finished_on == SATURDAY + timedelta(days=152) == date(2027, 4, 22)
    assert (result.force_gained, result.main_stat_gained, result.weekly_income) == (100, 2000, 0)


def test_grand_sacred_gives_no_main_stat(catalog: Catalog) -> None:
    """4,565 at 15 a day takes 305 dailies."""
    result = plan(catalog, "geardock", SymbolInput(1))
    assert (result.days, result.main_stat_gained) == (304, 0)
    assert result.mesos_needed == 20_181_300_000


def test_the_chart_of_a_short_way(catalog: Catalog) -> None:
    """Held 20 of the 29 that level 2 needs; 15 a day: today 35, six over; 76 more need five dailies."""
    inputs = SymbolInput(1, held=20, target_level=3)
    assert plan(catalog, "arcus", inputs).timeline == (
        SymbolPoint(SATURDAY, 1),
        SymbolPoint(SATURDAY, 2),
        SymbolPoint(SATURDAY + timedelta(days=5), 3),
    )
    assert plan(catalog, "arcus", inputs).symbols_needed == 85
    assert plan(catalog, "arcus", inputs).mesos_needed == 146_500_000


def test_enough_held_is_done_today(catalog: Catalog) -> None:
    inputs = SymbolInput(10, held=5_000, does_daily=False)
    result = plan(catalog, "arcus", inputs)
    assert (result.symbols_needed, result.days, result.finished_on) == (0, 0, SATURDAY)
    assert plan(catalog, "arcus", SymbolInput(11)).timeline == (SymbolPoint(SATURDAY, 11),)


def test_nothing_coming_in_never_ends(catalog: Catalog) -> None:
    result = plan(catalog, "arcus", SymbolInput(1, does_daily=False))
    assert (result.days, result.finished_on) == (None, None)
    assert result.symbols_needed == 4565


def test_totals_over_areas(catalog: Catalog) -> None:
    results = [plan(catalog, area, SymbolInput(1)) for area in AREAS[:6]]
    totals = total_of(results)
    assert totals.symbols_needed == 6 * 2679
    assert totals.mesos_needed == 2_318_520_000
    assert (totals.force_gained, totals.main_stat_gained) == (1140, 11_400)
    assert (totals.days, totals.finished_on) == (33, date(2026, 12, 24))


def test_totals_never_end_when_one_does_not(catalog: Catalog) -> None:
    stuck = plan(catalog, "arcus", SymbolInput(1, does_daily=False))
    totals = total_of([stuck, plan(catalog, "cernium", SymbolInput(1))])
    assert (totals.days, totals.finished_on) == (None, None)
    assert total_of([]).days == 0


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        (SymbolInput(0), "level"),
        (SymbolInput(21), "level"),
        (SymbolInput(5, target_level=4), "target_level"),
        (SymbolInput(5, target_level=21), "target_level"),
        (SymbolInput(5, held=-1), "held"),
        (SymbolInput(5, held=100_000), "held"),
        (SymbolInput(5, weekly_clears_done=4), "weekly_clears_done"),
    ],
)
def test_bad_input_names_its_field(catalog: Catalog, inputs: SymbolInput, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        plan(catalog, "arcana", inputs)
    assert raised.value.field == field


@settings(deadline=None)
@given(
    area=st.sampled_from(AREAS),
    start=st.tuples(st.integers(1, 11), st.integers(0, 3000)),
    more=st.integers(0, 500),
    day=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    daily_done=st.booleans(),
)
def test_more_held_is_never_later(
    area: str, start: tuple[int, int], more: int, day: date, daily_done: bool
) -> None:
    level, held = start
    fewer = plan(CATALOG, area, SymbolInput(level, held, daily_done=daily_done), day)
    greater = plan(CATALOG, area, SymbolInput(level, held + more, daily_done=daily_done), day)
    assert fewer.finished_on is not None
    assert greater.finished_on is not None
    assert greater.finished_on <= fewer.finished_on
    assert greater.mesos_needed == fewer.mesos_needed
    days = [point.day for point in fewer.timeline]
    assert days == sorted(days)
    assert fewer.timeline[-1].day == fewer.finished_on


@settings(deadline=None)
@given(area=st.sampled_from(AREAS), middle=st.integers(1, 11))
def test_mesos_and_force_add_up_over_a_stop(area: str, middle: int) -> None:
    rules, _ = CATALOG.symbol_area(area)
    first = plan(CATALOG, area, SymbolInput(1, target_level=middle))
    second = plan(CATALOG, area, SymbolInput(middle))
    whole = plan(CATALOG, area, SymbolInput(1))
    assert first.mesos_needed + second.mesos_needed == whole.mesos_needed
    assert first.symbols_needed + second.symbols_needed == rules.symbols_total
    assert first.force_gained + second.force_gained == whole.force_gained
