"""Meso income: right to the meso, by hand, and properties of the caps."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.calculators.meso_income import Income, IncomeCharacter, PlannedBoss, meso_income
from shared.catalog import Catalog, load_catalog
from shared.errors import InvalidInput
from shared.resets import Reset
from shared.tracking import WorldType
from tests.shared.calculators.conftest import SEEDS

DAY = date(2026, 11, 21)
CATALOG = load_catalog(SEEDS)
FOURTEEN = CATALOG.presets["first-fourteen"].entries
WEEK = 281_087_500
"""16.2 + 11.25 + 12.8 + 14.45 + 16.2 + 16.2 + 16.2 + 21.0125 + 19.0125 + 26.45 + 16.2 + 28.8 + 32.5125 + 33.8
million: the interactive prices of FOURTEEN, added by hand."""


def character(*entries: str, key: str = "a", world: str = "kronos", party: int = 1) -> IncomeCharacter:
    """A character in a world of the catalogue; one party size for all."""
    world_type = CATALOG.worlds[world].world_type
    return IncomeCharacter(key, world, world_type, tuple(PlannedBoss(e, party) for e in entries))


def income(catalog: Catalog, *characters: IncomeCharacter) -> Income:
    """The income of these at today's prices."""
    return meso_income(catalog, characters, DAY)


def test_an_interactive_week(catalog: Catalog) -> None:
    result = income(catalog, character(*FOURTEEN, world="scania"))
    assert result.weekly_mesos == WEEK
    assert (result.characters[0].weekly_crystals, result.characters[0].unsold_crystals) == (14, 0)


def test_a_heroic_week(catalog: Catalog) -> None:
    assert income(catalog, character(*FOURTEEN)).weekly_mesos == 5 * WEEK == 1_405_437_500


def test_a_party_of_three(catalog: Catalog) -> None:
    """Hard Lotus 444,675,000 / 3 and Hard Verus Hilla 762,105,000 / 3, Guardian Angel Slime 600,578,125 /
    3."""
    bosses = ("hard-lotus", "hard-verus-hilla", "chaos-guardian-angel-slime")
    result = income(catalog, character(*bosses, party=3))
    assert [line.price for line in result.characters[0].lines] == [148_225_000, 254_035_000, 200_192_708]
    assert result.weekly_mesos == 602_452_708


def test_the_best_fourteen(catalog: Catalog) -> None:
    """With Hard Lucid as a fifteenth, Hard Hilla, the cheapest, stays unsold."""
    result = income(catalog, character("hard-lucid", *FOURTEEN, world="scania"))
    mine = result.characters[0]
    assert result.weekly_mesos == WEEK + 100_800_000 - 11_250_000
    assert [line.entry_id for line in mine.lines if not line.among_best] == ["hard-hilla"]
    assert (mine.unsold_crystals, mine.unsold_mesos) == (1, 11_250_000)


def test_equal_prices_keep_the_order_given(catalog: Catalog) -> None:
    """Five bosses pay 16.2 million; fifteen of which the last of the equal and cheapest goes."""
    dearer = "hard-lotus hard-damien hard-lucid hard-will chaos-gloom hard-darknell hard-verus-hilla"
    others = "chaos-papulatus chaos-vellum hard-magnus normal-akechi-mitsuhide"
    equal = "chaos-zakum chaos-pierre chaos-von-bon chaos-crimson-queen"
    result = income(catalog, character(*equal.split(), *dearer.split(), *others.split()))
    unmarked = [line.entry_id for line in result.characters[0].lines if not line.among_best]
    assert unmarked == ["chaos-crimson-queen"]


def test_dailies_pay_seven_a_week_and_leave_the_fourteen_alone(catalog: Catalog) -> None:
    result = income(catalog, character("normal-zakum", *FOURTEEN, world="bera"))
    daily = result.characters[0].lines[0]
    assert (daily.crystals, daily.sold, daily.mesos) == (7, 7, 4_287_500)
    assert result.weekly_mesos == WEEK + 4_287_500
    assert result.characters[0].unsold_crystals == 0


def test_the_world_sells_180(catalog: Catalog) -> None:
    """Thirteen characters bring 182; two Hard Hillas at 11.25 million are left, those of the last two."""
    many = [character(*FOURTEEN, key=str(n), world="scania") for n in range(13)]
    result = income(catalog, *many)
    world = result.worlds[0]
    assert (world.crystals_sold, world.crystals_left, world.unsold_crystals) == (180, 0, 2)
    assert result.weekly_mesos == world.weekly_mesos == 13 * WEEK - 2 * 11_250_000
    assert [mine.unsold_crystals for mine in result.characters] == [0] * 11 + [1, 1]
    assert world.unsold_mesos == 22_500_000


def test_worlds_have_their_own_cap(catalog: Catalog) -> None:
    there = [character(*FOURTEEN, key=f"s{n}", world="scania") for n in range(7)]
    here = [character(*FOURTEEN, key=f"k{n}", world="bera") for n in range(7)]
    assert income(catalog, *there, *here).weekly_mesos == 14 * WEEK


def test_the_black_mage_is_apart(catalog: Catalog) -> None:
    """900 million a month: × 12 × 7 / 365.2425 a week, rounded down."""
    result = income(catalog, character(*FOURTEEN, "hard-black-mage", world="scania"))
    assert result.weekly_mesos == WEEK
    assert result.monthly_mesos == result.characters[0].monthly_mesos == 900_000_000
    assert result.average_weekly_mesos == WEEK + 206_985_769
    assert result.characters[0].lines[-1].among_best


def test_a_monthly_crystal_takes_a_place_of_the_180(catalog: Catalog) -> None:
    """It pushes out a third Hard Hilla, so the month gains 11.25 million less."""
    many = [character(*FOURTEEN, key=str(n), world="scania") for n in range(13)]
    mage = character("hard-black-mage", key="mage", world="scania")
    result = income(catalog, *many, mage)
    assert result.monthly_mesos == 900_000_000 - 11_250_000
    assert result.weekly_mesos == 13 * WEEK - 22_500_000


def test_a_boss_without_a_crystal_pays_nothing(catalog: Catalog) -> None:
    line = income(catalog, character("hard-gollux")).characters[0].lines[0]
    assert (line.price, line.crystals, line.among_best, line.mesos) == (0, 0, False, 0)


def test_nobody(catalog: Catalog) -> None:
    result = income(catalog)
    assert (result.weekly_mesos, result.average_weekly_mesos, result.worlds) == (0, 0, ())


@pytest.mark.parametrize(
    ("characters", "field"),
    [
        ([character("hard-pianus")], "bosses"),
        ([character("hard-lucid", "easy-lucid")], "bosses"),
        ([character("hard-lucid", party=0)], "party_size"),
        ([character("hard-limbo", party=4)], "party_size"),
        ([character(), character()], "characters"),
        (
            [character(), IncomeCharacter("b", "kronos", WorldType.INTERACTIVE, ())],
            "world_type",
        ),
    ],
)
def test_bad_input_names_its_field(catalog: Catalog, characters: list[IncomeCharacter], field: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        income(catalog, *characters)
    assert raised.value.field == field


@settings(deadline=None)
@given(
    entry=st.sampled_from(list(CATALOG.bosses)),
    world_type=st.sampled_from(WorldType),
    data=st.data(),
)
def test_party_shares_never_exceed_the_crystal(
    entry: str, world_type: WorldType, data: st.DataObject
) -> None:
    party = data.draw(st.integers(1, CATALOG.bosses[entry].max_party_size))
    solo = CATALOG.crystal_price(entry, world_type, 1, DAY)
    share = CATALOG.crystal_price(entry, world_type, party, DAY)
    if solo is None:
        assert share is None
    else:
        assert share is not None
        assert share * party <= solo < (share + 1) * party


def _planned(most: int) -> st.SearchStrategy[list[PlannedBoss]]:
    weekly = [entry.id for entry in CATALOG.bosses.values() if entry.reset is Reset.WEEKLY]
    return st.lists(
        st.builds(PlannedBoss, st.sampled_from(weekly), st.integers(1, 2)),
        max_size=most,
        unique_by=lambda planned: CATALOG.bosses[planned.entry_id].clear_group,
    )


@settings(deadline=None)
@given(planned=_planned(17))
def test_no_other_fourteen_is_better(planned: list[PlannedBoss]) -> None:
    result = meso_income(CATALOG, [IncomeCharacter("a", "kronos", WorldType.HEROIC, tuple(planned))], DAY)
    prices = [line.price for line in result.characters[0].lines]
    kept = min(14, len(prices))
    assert result.weekly_mesos == max(sum(some) for some in combinations(prices, kept))
    assert sum(line.among_best for line in result.characters[0].lines) == kept


@settings(deadline=None)
@given(teams=st.lists(_planned(14), max_size=16), data=st.data())
def test_a_world_never_sells_more_than_180_and_one_more_boss_never_costs(
    teams: list[list[PlannedBoss]], data: st.DataObject
) -> None:
    everyone = [
        IncomeCharacter(str(n), "kronos", WorldType.HEROIC, tuple(team)) for n, team in enumerate(teams)
    ]
    result = meso_income(CATALOG, everyone, DAY)
    assert sum(mine.weekly_crystals for mine in result.characters) <= 180
    assert sum(mine.weekly_mesos for mine in result.characters) == result.weekly_mesos
    fewer = everyone[data.draw(st.integers(0, len(everyone))) :]
    assert meso_income(CATALOG, fewer, DAY).weekly_mesos <= result.weekly_mesos
