"""What a clear, a task and a day are worth in coins and experience."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.economy.events import Modifiers
from shared.resets import Reset


@dataclass(frozen=True, slots=True)
class Reward:
    """Coins and experience, with the part of them that events added."""

    coins: int
    experience: int
    event_coins: int = 0
    event_experience: int = 0


@dataclass(frozen=True, slots=True)
class RewardRules:
    """Base amounts by how often the chance comes back.

    run_age_days: a run pays when it is logged within so many days. task_coins_limit: the most an own task pays.
    """

    daily: Reward
    run: Mapping[Reset, Reward]
    task: Mapping[Reset, Reward]
    run_age_days: int
    task_coins_limit: int


def with_events(base: Reward, modifiers: Modifiers) -> Reward:
    """A base reward under events; what they add is rounded down."""
    coins = int(base.coins * modifiers.coins)
    experience = int(base.experience * modifiers.experience)
    return Reward(coins, experience, coins - base.coins, experience - base.experience)


def task_reward(rules: RewardRules, reset: Reset, own_coins: int, *, built_in: bool) -> Reward:
    """What finishing a task pays before events.

    own_coins: what its owner thinks it is worth, paid within reason; 0 is the usual reward for a built-in task and
    nothing for an own one.
    """
    usual = rules.task[reset]
    if built_in and not own_coins:
        return usual
    return Reward(min(own_coins, rules.task_coins_limit), usual.experience)
