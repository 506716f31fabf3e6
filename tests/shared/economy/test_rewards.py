"""Rewards under events: exact, rounded down, and the added part told apart."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from shared.economy.events import NO_MODIFIERS, Modifiers
from shared.economy.rewards import Reward, RewardRules, task_reward, with_events
from shared.resets import Reset


def test_half_as_much_again_is_rounded_down() -> None:
    modifiers = Modifiers(coins=Fraction(3, 2), experience=Fraction(2))
    assert with_events(Reward(15, 10), modifiers) == Reward(22, 20, 7, 10)


def test_without_events_nothing_is_added() -> None:
    assert with_events(Reward(15, 10), NO_MODIFIERS) == Reward(15, 10)


@given(st.integers(0, 10**6), st.fractions(1, 10))
def test_the_parts_sum_to_the_whole_and_never_less_than_the_base(coins: int, factor: Fraction) -> None:
    reward = with_events(Reward(coins, 0), Modifiers(coins=factor))
    assert reward.coins == coins + reward.event_coins
    assert reward.event_coins >= 0
    assert 0 <= coins * factor - reward.coins < 1


def test_a_task_pays_the_usual_or_what_its_owner_says_within_reason() -> None:
    usual = {reset: Reward(8, 9) for reset in Reset}
    rules = RewardRules(Reward(100, 25), usual, usual, run_age_days=14, task_coins_limit=100)
    assert task_reward(rules, Reset.DAILY, 0, built_in=True) == Reward(8, 9)
    assert task_reward(rules, Reset.DAILY, 30, built_in=True) == Reward(30, 9)
    assert task_reward(rules, Reset.DAILY, 0, built_in=False) == Reward(0, 9)
    assert task_reward(rules, Reset.DAILY, 10_000, built_in=False) == Reward(100, 9)
