"""The odds of boxes: exact at every level, pity state and event, and no box is a money machine."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalog import load_catalog
from shared.economy.events import NO_MODIFIERS, Modifiers, modifiers
from shared.economy.loot_table import LIMIT, content_hash, loot_table, read_table
from shared.economy.lootbox import (
    Lootbox,
    LootKind,
    Prize,
    coins_of,
    expected_coins,
    expected_openings,
    is_forced,
    long_run_odds,
    multiplier,
    next_pity,
    prize_odds,
    rare_chance,
    rare_within,
    rarity_odds,
)
from shared.economy.things import RARITIES, Rarity
from shared.errors import InvalidInput

ECONOMY = load_catalog(Path(__file__).resolve().parents[3] / "seeds").economy
BOXES = list(ECONOMY.lootboxes.values())
MAPLE = ECONOMY.lootboxes["maple-box"]
LEVELS = range(1, ECONOMY.lootboxer_levels.max_level + 1)
PARTS: list[Any] = [*ECONOMY.events.rotation, *ECONOMY.events.seasonal]


def changes_by(*parts: Any) -> Modifiers:
    """What events change when they run together."""
    return modifiers([SimpleNamespace(effects=part.effects) for part in parts])  # type: ignore[list-item]


def every_change() -> Iterator[Modifiers]:
    """No event, every one, every pair, and all at once."""
    for count in (0, 1, 2, len(PARTS)):
        for chosen in itertools.combinations(PARTS, count):
            yield changes_by(*chosen)


factors = st.fractions(min_value=0, max_value=4, max_denominator=100)
any_modifiers = st.builds(
    Modifiers,
    rare_bonus=st.fractions(min_value=0, max_value=5, max_denominator=100),
    materials=st.dictionaries(st.sampled_from(sorted(ECONOMY.materials)), factors),
)
boxes = st.sampled_from(BOXES)
levels = st.sampled_from(LEVELS)


def tiny(pity: int = 4, rare: int = 100_000) -> Lootbox:
    """A box small enough to enumerate."""
    rest = 1_000_000 - rare
    weights = {
        Rarity.COMMON: rest - rest // 4,
        Rarity.UNCOMMON: rest // 4,
        Rarity.RARE: rare - rare // 4,
        Rarity.EPIC: rare // 4 - rare // 20,
        Rarity.LEGENDARY: rare // 20,
    }
    prizes = tuple(Prize(str(rarity), rarity, LootKind.COINS) for rarity in RARITIES)
    return Lootbox("tiny", "Tiny", "", 10, weights, pity, 1, dict.fromkeys(RARITIES, 1), prizes)


def test_odds_sum_to_one_at_every_pity_level_and_event() -> None:
    for box in BOXES:
        for change in every_change():
            for level in LEVELS:
                # Every count below the limit has the same odds; the two sides of the limit are all there is.
                for pity in (0, box.pity - 1, box.pity, box.pity + 1):
                    assert sum(rarity_odds(box, level, pity, change).values()) == 1
        for pity in range(box.pity + 1):
            assert sum(prize_odds(box, 7, pity)) == 1
            assert rarity_odds(box, 7, pity) == rarity_odds(box, 7, box.pity if pity == box.pity else 0)


@given(boxes, levels, st.integers(0, 50), any_modifiers)
def test_odds_sum_to_one_whatever_events_do(box: Lootbox, level: int, pity: int, change: Modifiers) -> None:
    odds, rarities = prize_odds(box, level, pity, change), rarity_odds(box, level, pity, change)
    assert sum(odds) == sum(rarities.values()) == 1
    assert min(odds) >= 0
    for rarity in RARITIES:
        own = (chance for prize, chance in zip(box.prizes, odds, strict=True) if prize.rarity is rarity)
        assert sum(own) == rarities[rarity]
    assert sum(long_run_odds(box, level, change).values()) == 1


def test_the_odds_of_the_description() -> None:
    odds = rarity_odds(MAPLE, 1, 0)
    assert [odds[rarity] for rarity in RARITIES] == [
        Fraction(70, 100),
        Fraction(20, 100),
        Fraction(8, 100),
        Fraction(15, 1000),
        Fraction(5, 1000),
    ]
    assert multiplier(1) == 1
    assert multiplier(50, Modifiers(rare_bonus=Fraction(1, 2))) == Fraction(444, 100)
    # Level 11: 1.6 times 10 beside 90.
    assert rare_chance(MAPLE, 11, 0) == Fraction(16, 106)
    forced = rarity_odds(MAPLE, 1, MAPLE.pity)
    assert [forced[rarity] for rarity in RARITIES] == [
        0,
        0,
        Fraction(80, 100),
        Fraction(15, 100),
        Fraction(5, 100),
    ]
    assert rarity_odds(MAPLE, 50, MAPLE.pity) == forced, "the multiplier cancels among rare and better"


def test_better_levels_and_events_are_never_worse() -> None:
    for box in BOXES:
        bonuses = [Fraction(part, 100) for part in (0, 25, 50, 75, 100)]
        table = [
            [rarity_odds(box, level, 0, Modifiers(rare_bonus=bonus)) for bonus in bonuses] for level in LEVELS
        ]
        for one, next_one in [
            *itertools.pairwise(row[0] for row in table),
            *(pair for row in table for pair in itertools.pairwise(row)),
        ]:
            for rarity in RARITIES:
                if rarity.is_rare:
                    assert one[rarity] < next_one[rarity]
                else:
                    assert one[rarity] > next_one[rarity]


def test_a_material_is_likelier_among_its_rarity_only() -> None:
    doubled = Modifiers(materials={"phoenix-feather": Fraction(2)})
    assert rarity_odds(MAPLE, 3, 0, doubled) == rarity_odds(MAPLE, 3, 0)
    before = dict(zip(MAPLE.prizes, prize_odds(MAPLE, 1, 0), strict=True))
    after = dict(zip(MAPLE.prizes, prize_odds(MAPLE, 1, 0, doubled), strict=True))
    (feather,) = (prize for prize in MAPLE.prizes if prize.thing == "phoenix-feather")
    assert before[feather] == Fraction(8, 100) * Fraction(4, 10)
    assert after[feather] == Fraction(8, 100) * Fraction(8, 14)
    for prize in MAPLE.prizes:
        if prize.rarity is not Rarity.RARE:
            assert before[prize] == after[prize]


def test_an_event_that_would_empty_a_rarity_changes_nothing_in_it() -> None:
    ore = Prize("ore", Rarity.EPIC, LootKind.MATERIAL, "legendary-ore")
    box = replace(tiny(), prizes=(*(p for p in tiny().prizes if p.rarity is not Rarity.EPIC), ore))
    none = Modifiers(materials={"legendary-ore": Fraction(0)})
    assert prize_odds(box, 1, 0, none) == prize_odds(box, 1, 0)


@pytest.mark.parametrize("pity", [1, 3, 6])
@pytest.mark.parametrize("level", [1, 9])
def test_long_run_within_and_expected_by_enumeration(pity: int, level: int) -> None:
    box = tiny(pity)
    # Every path of openings from every count, its chance as a fraction.
    for start in range(pity + 1):
        assert expected_openings(box, level, start) == _walk_mean(box, level, start)
        for openings in range(pity + 3):
            missed = Fraction(0)
            for path in itertools.product([Rarity.COMMON, Rarity.UNCOMMON], repeat=openings):
                chance, count = Fraction(1), start
                for rarity in path:
                    chance *= rarity_odds(box, level, count)[rarity]
                    count = next_pity(count, rarity)
                missed += chance
            assert rare_within(box, level, start, openings) == 1 - missed
    # The long run: the one distribution of the count that an opening leaves as it is.
    stationary = _stationary(box, level)
    rates = long_run_odds(box, level)
    for rarity in RARITIES:
        assert rates[rarity] == sum(
            share * rarity_odds(box, level, count)[rarity] for count, share in enumerate(stationary)
        )
    rare = sum(rates[rarity] for rarity in RARITIES if rarity.is_rare)
    assert rare == 1 / expected_openings(box, level, 0)


def _walk_mean(box: Lootbox, level: int, start: int) -> Fraction:
    """The mean number of openings until Rare or better, one opening at a time."""
    mean, alive = Fraction(0), Fraction(1)
    for step, count in enumerate(range(start, box.pity + 1), 1):
        chance = rare_chance(box, level, count)
        mean += step * alive * chance
        alive *= 1 - chance
    assert alive == 0
    return mean


def _stationary(box: Lootbox, level: int) -> list[Fraction]:
    """Solved from the balance equations: the share of k + 1 is that of k times the chance to miss."""
    shares = [Fraction(1)]
    for count in range(box.pity):
        shares.append(shares[-1] * (1 - rare_chance(box, level, count)))
    total = sum(shares)
    shares = [share / total for share in shares]
    back = sum(share * rare_chance(box, level, count) for count, share in enumerate(shares))
    assert back == shares[0], "what comes back to 0 is what is there"
    return shares


def test_forty_in_a_row_force_one_and_only_rare_or_better_resets() -> None:
    count = 0
    for number in range(MAPLE.pity):
        assert not is_forced(MAPLE, count)
        assert 0 < rare_chance(MAPLE, 1, count) < 1
        count = next_pity(count, Rarity.UNCOMMON if number % 2 else Rarity.COMMON)
    assert count == MAPLE.pity == 40
    assert is_forced(MAPLE, count)
    assert rare_chance(MAPLE, 1, count) == 1
    assert [next_pity(count, rarity) for rarity in RARITIES] == [41, 41, 0, 0, 0]
    assert rare_within(MAPLE, 1, 30, 10) < 1
    assert rare_within(MAPLE, 1, 31, 10) == 1


def test_no_opening_gives_its_price_back_on_average() -> None:
    everything = frozenset(ECONOMY.cosmetics)
    for box in BOXES:
        for change in every_change():
            for level in (1, 10, 25, 50):
                for pity in (0, box.pity):
                    assert expected_coins(box, level, pity, everything, change) < box.price
        nothing = expected_coins(box, 1, 0, frozenset())
        assert 0 < nothing < expected_coins(box, 1, 0, everything)


def test_what_a_prize_pays() -> None:
    coins, title = MAPLE.prizes[0], next(p for p in MAPLE.prizes if p.thing == "title-odds-breaker")
    dust = next(p for p in MAPLE.prizes if p.thing == "celestial-dust")
    owned = frozenset({"title-odds-breaker", "celestial-dust"})
    assert coins_of(MAPLE, coins, owned) == coins.amount
    assert coins_of(MAPLE, dust, owned) == 0
    assert coins_of(MAPLE, title, frozenset()) == 0
    assert coins_of(MAPLE, title, owned) == MAPLE.duplicate_coins[Rarity.EPIC]


@given(boxes, levels, st.booleans(), st.sets(st.integers(0, len(PARTS) - 1)))
def test_a_tables_whole_weights_are_the_odds_exactly(
    box: Lootbox, level: int, forced: bool, parts: set[int]
) -> None:
    change = changes_by(*(PARTS[at] for at in parts))
    pity = box.pity if forced else 0
    table = loot_table(box, level, pity, change)
    by_slug = {prize.slug: Fraction(prize.weight, table.total) for prize in table.prizes}
    odds = prize_odds(box, level, pity, change)
    assert by_slug == {prize.slug: chance for prize, chance in zip(box.prizes, odds, strict=True) if chance}
    assert table.total == sum(prize.weight for prize in table.prizes) < LIMIT
    assert table.rarities == rarity_odds(box, level, pity, change)
    assert table.forced is forced
    assert {prize.rarity.is_rare for prize in table.prizes} == ({True} if forced else {True, False})


@given(boxes, levels, st.booleans())
def test_a_table_comes_back_from_its_text(box: Lootbox, level: int, forced: bool) -> None:
    table = loot_table(box, level, box.pity if forced else 0)
    again = read_table(table.content)
    assert again == table
    assert again.hash == table.hash == content_hash(table.content)
    assert table.content.isascii()
    assert " " not in table.content


def test_a_tables_text_is_canonical() -> None:
    table = loot_table(tiny(), 1, 4)
    assert table.content == (
        '{"box":"tiny","duplicates":[1,1,1,1,1],"forced":true,"level":1,"pity":4,"price":10,"prizes":['
        '{"amount":1,"kind":"coins","rarity":2,"slug":"rare","thing":"","weight":"15"},'
        '{"amount":1,"kind":"coins","rarity":3,"slug":"epic","thing":"","weight":"4"},'
        '{"amount":1,"kind":"coins","rarity":4,"slug":"legendary","thing":"","weight":"1"}]}'
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"level":1', '"level":1.0'),
        ('"level":1', '"level": 1'),
        ('"rarity":2', '"rarity":-1'),
        ('"weight":"15"', '"weight":"-15"'),
        ('"weight":"15"', '"weight":"x"'),
        ('"kind":"coins"', '"kind":"gems"'),
        ('"box":"tiny",', ""),
        ('"weight":"15"', f'"weight":"{LIMIT}"'),
    ],
)
def test_a_text_that_is_no_table_is_refused(before: str, after: str) -> None:
    content = loot_table(tiny(), 1, 4).content
    assert before in content
    with pytest.raises(InvalidInput):
        read_table(content.replace(before, after))
    for text in ("", "[]", "{}", "null", '{"prizes":[]}'):
        with pytest.raises(InvalidInput):
            read_table(text)


def test_odds_that_cannot_be_rolled_exactly_are_refused() -> None:
    odd = {slug: Fraction(99_989 + 2 * at, 100_003) for at, slug in enumerate(ECONOMY.materials)}
    with pytest.raises(ValueError, match="63 bits"):
        loot_table(MAPLE, 49, 0, Modifiers(rare_bonus=Fraction(1, 99_991), materials=odd))


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="level"):
        rarity_odds(MAPLE, 0, 0)
    with pytest.raises(ValueError, match="negative"):
        rarity_odds(MAPLE, 1, -1)
    poor = replace(MAPLE, weights={**dict.fromkeys(RARITIES, 0), Rarity.COMMON: 1_000_000})
    with pytest.raises(ValueError, match="Rare or better"):
        rarity_odds(poor, 1, poor.pity, NO_MODIFIERS)
    assert rarity_odds(poor, 1, 0)[Rarity.COMMON] == 1
