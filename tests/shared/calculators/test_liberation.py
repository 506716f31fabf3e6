"""Liberation: hand-worked cases and properties of the walk."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calculators.liberation import (
    ChosenBoss,
    LiberationInput,
    LiberationResult,
    clear_income,
    plan_liberation,
)
from shared.catalog import Catalog, load_catalog
from shared.errors import InvalidInput
from tests.shared.calculators.conftest import SEEDS

THURSDAY = date(2026, 12, 3)
CATALOG = load_catalog(SEEDS)
HARD = [
    "hard-lotus",
    "hard-damien",
    "hard-lucid",
    "hard-will",
    "chaos-gloom",
    "hard-darknell",
    "hard-verus-hilla",
]


def plan(catalog: Catalog, path: str, inputs: LiberationInput, today: date = THURSDAY) -> LiberationResult:
    """The plan for one path."""
    return plan_liberation(catalog.liberation[path], catalog.bosses, inputs, today)


def solo(*entries: str) -> tuple[ChosenBoss, ...]:
    """Bosses cleared alone, not done yet."""
    return tuple(ChosenBoss(entry) for entry in entries)


def test_one_boss_alone(catalog: Catalog) -> None:
    """6,500 at 50 a week: 130 clears, the first today, 129 weeks to the last."""
    result = plan(catalog, "genesis", LiberationInput(bosses=solo("hard-lotus")))
    assert (result.weekly_income, result.monthly_income, result.remaining) == (50, 0, 6500)
    assert result.weeks == 129
    assert result.liberated_on == THURSDAY + timedelta(weeks=129)
    assert result.stages[0].day == THURSDAY + timedelta(weeks=9)


def test_a_saturday_still_has_this_weeks_clear(catalog: Catalog) -> None:
    """From Saturday 2026-11-21 the second clear is on the 26th: the 130th 128 weeks after it."""
    saturday = date(2026, 11, 21)
    fresh = plan(catalog, "genesis", LiberationInput(bosses=solo("hard-lotus")), saturday)
    assert fresh.liberated_on == date(2029, 5, 10)
    done = LiberationInput(bosses=(ChosenBoss("hard-lotus", done=True),))
    assert plan(catalog, "genesis", done, saturday).liberated_on == date(2029, 5, 17)


def test_all_hard_bosses_and_the_black_mage(catalog: Catalog) -> None:
    """470 a week and 600 a month. Thursdays: 1,070 1,540 2,010 2,480 2,950, 1 January 3,550, then 4,020 4,490
    4,960 5,430. On 1 February 930 are held, 600 come, 1,500 is the cap: 30 are lost, 6,000. Then 6,470,
    6,500."""
    result = plan(catalog, "genesis", LiberationInput(bosses=solo(*HARD, "hard-black-mage")))
    assert (result.weekly_income, result.monthly_income) == (470, 600)
    assert result.lost == 30
    assert result.liberated_on == date(2027, 2, 11)
    assert result.weeks == 10
    assert [(point.day.isoformat(), point.progress) for point in result.timeline] == [
        ("2026-12-03", 1070),
        ("2026-12-10", 1540),
        ("2026-12-17", 2010),
        ("2026-12-24", 2480),
        ("2026-12-31", 2950),
        ("2027-01-01", 3550),
        ("2027-01-07", 4020),
        ("2027-01-14", 4490),
        ("2027-01-21", 4960),
        ("2027-01-28", 5430),
        ("2027-02-01", 6000),
        ("2027-02-04", 6470),
        ("2027-02-11", 6500),
    ]
    assert [stage.day.isoformat() if stage.day else None for stage in result.stages] == [
        "2026-12-03",
        "2026-12-03",
        "2026-12-10",
        "2026-12-31",
        "2027-01-01",
        "2027-01-21",
        "2027-02-01",
        "2027-02-11",
    ]


def test_party_share_and_pass(catalog: Catalog) -> None:
    """A half of 75 is 37; the pass makes three times the rounded share."""
    genesis = catalog.liberation["genesis"]
    assert clear_income(genesis, "hard-will", 2, has_pass=False) == 37
    assert clear_income(genesis, "hard-will", 2, has_pass=True) == 111
    assert clear_income(genesis, "extreme-black-mage", 6, has_pass=False) == 100
    assert clear_income(genesis, "hard-hilla", 1, has_pass=True) == 0


def test_the_pass_reaches_the_cap(catalog: Catalog) -> None:
    """One Black Mage with the pass is 1,800, of which 1,500 can be held: three stages at once."""
    inputs = LiberationInput(has_pass=True, bosses=solo("hard-black-mage"))
    result = plan(catalog, "genesis", inputs)
    assert result.monthly_income == 1800
    assert result.timeline[0].progress == 1500
    assert [stage.day for stage in result.stages[:4]] == [THURSDAY] * 3 + [date(2027, 1, 1)]
    # From the second stage of 1,000 on 500 stay, and 500 + 1,800 is cut to 1,500: 1,000 more each month.
    # Lost: 300, 300, 800, 800, and of the 2,000 still wanted in April 500.
    assert [point.progress for point in result.timeline] == [1500, 3000, 4000, 5000, 6000, 6500]
    assert result.liberated_on == date(2027, 5, 1)
    assert result.lost == 2700


def test_the_monthly_comes_on_the_first(catalog: Catalog) -> None:
    done = LiberationInput(bosses=(ChosenBoss("hard-black-mage", done=True),))
    days = [point.day for point in plan(catalog, "genesis", done).timeline]
    assert days[:3] == [THURSDAY, date(2027, 1, 1), date(2027, 2, 1)]


def test_destiny(catalog: Catalog) -> None:
    """45,000 at 1,200 a week: 38 clears. Stage by stage 2,000 4,500 7,500 17,500 30,000 45,000."""
    result = plan(catalog, "destiny", LiberationInput(bosses=solo("extreme-kaling")))
    assert result.weeks == 37
    assert [(stage.day - THURSDAY).days // 7 for stage in result.stages if stage.day] == [
        1,
        3,
        6,
        14,
        24,
        37,
    ]
    assert result.lost == 0


def test_part_way(catalog: Catalog) -> None:
    """The sixth stage with 500 held is 3,500 + 500; the 2,500 left at 50 a week take 50 clears."""
    result = plan(catalog, "genesis", LiberationInput(6, 500, bosses=solo("hard-lotus")))
    assert result.remaining == 2500
    assert result.weeks == 49
    assert [stage.stage.boss_slug for stage in result.stages] == ["will", "lucid", "verus-hilla"]


def test_enough_held_is_handed_over_today(catalog: Catalog) -> None:
    result = plan(catalog, "genesis", LiberationInput(8, 1200))
    assert (result.liberated_on, result.days, result.weeks) == (THURSDAY, 0, 0)
    assert result.remaining == 0


def test_already_liberated(catalog: Catalog) -> None:
    result = plan(catalog, "genesis", LiberationInput(9, bosses=solo("hard-lotus")))
    assert (result.remaining, result.days, result.stages) == (0, 0, ())


@pytest.mark.parametrize(
    "bosses", [(), (ChosenBoss("hard-chosen-seren", 6),), (ChosenBoss("normal-kalos-the-guardian", 6),)]
)
def test_too_little_never_ends(catalog: Catalog, bosses: tuple[ChosenBoss, ...]) -> None:
    """Nothing; or one a week, which takes centuries."""
    result = plan(catalog, "destiny", LiberationInput(bosses=bosses))
    assert (result.liberated_on, result.days, result.weeks) == (None, None, None)
    assert result.stages[-1].day is None
    assert result.remaining == 45000


def test_a_boss_may_have_a_party_of_its_own_limit(catalog: Catalog) -> None:
    inputs = LiberationInput(bosses=(ChosenBoss("extreme-lotus", 2),))
    assert plan(catalog, "genesis", inputs).weekly_income == 25


@pytest.mark.parametrize(
    ("path", "inputs", "field"),
    [
        ("genesis", LiberationInput(0), "stage"),
        ("genesis", LiberationInput(10), "stage"),
        ("genesis", LiberationInput(held=-1), "held"),
        ("genesis", LiberationInput(held=1501), "held"),
        ("destiny", LiberationInput(has_pass=True), "has_pass"),
        ("genesis", LiberationInput(bosses=solo("hard-hilla")), "bosses"),
        ("genesis", LiberationInput(bosses=solo("hard-pianus")), "bosses"),
        ("genesis", LiberationInput(bosses=solo("hard-lucid", "easy-lucid")), "bosses"),
        ("genesis", LiberationInput(bosses=(ChosenBoss("hard-lucid", 0),)), "party_size"),
        ("genesis", LiberationInput(bosses=(ChosenBoss("extreme-lotus", 3),)), "party_size"),
    ],
)
def test_bad_input_names_its_field(catalog: Catalog, path: str, inputs: LiberationInput, field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        plan(catalog, path, inputs)
    assert raised.value.field == field


def _chosen(path: str) -> st.SearchStrategy[tuple[ChosenBoss, ...]]:
    """Any choice of bosses of distinct clear groups with fitting parties."""

    def boss(entry_id: str) -> st.SearchStrategy[ChosenBoss]:
        most = CATALOG.bosses[entry_id].max_party_size
        return st.builds(ChosenBoss, st.just(entry_id), st.integers(1, most), st.booleans())

    return st.lists(
        st.sampled_from(list(CATALOG.liberation[path].amounts)).flatmap(boss),
        max_size=8,
        unique_by=lambda chosen: CATALOG.bosses[chosen.entry_id].clear_group,
    ).map(tuple)


@settings(deadline=None)
@given(
    data=st.data(),
    path=st.sampled_from(["genesis", "destiny"]),
    held=st.integers(0, 1500),
    day=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
)
def test_more_bosses_are_never_later(data: st.DataObject, path: str, held: int, day: date) -> None:
    bosses = data.draw(_chosen(path))
    stage = data.draw(st.integers(1, len(CATALOG.liberation[path].stages)))
    dropped = data.draw(st.integers(0, len(bosses)))
    many = plan(CATALOG, path, LiberationInput(stage, held, bosses=bosses), day)
    few = plan(CATALOG, path, LiberationInput(stage, held, bosses=bosses[dropped:]), day)
    if few.liberated_on is not None:
        assert many.liberated_on is not None
        assert many.liberated_on <= few.liberated_on
    progress = [point.progress for point in many.timeline]
    assert progress == sorted(progress)
    days = [point.day for point in many.timeline]
    assert days == sorted(set(days))
    assert many.timeline[-1].progress <= CATALOG.liberation[path].total


@settings(deadline=None)
@given(path=st.sampled_from(["genesis", "destiny"]), data=st.data(), party=st.integers(1, 6))
def test_shares_never_exceed_the_whole(path: str, data: st.DataObject, party: int) -> None:
    figures = CATALOG.liberation[path]
    entry = data.draw(st.sampled_from(list(figures.amounts)))
    share = clear_income(figures, entry, party, has_pass=False)
    assert share * party <= figures.amounts[entry] < (share + 1) * party
