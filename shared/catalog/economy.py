"""The seeds of the economy, joined: rewards, levels, things, shop, lootboxes and events."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.economy.events import EventRules
from shared.economy.levels import LevelCurve
from shared.economy.lootbox import Lootbox
from shared.economy.rewards import RewardRules
from shared.economy.shop import ShopItem
from shared.economy.things import Cosmetic, Material


@dataclass(frozen=True, slots=True)
class Economy:
    """Everything `economy.json`, `shop.json`, `lootboxes.json` and `events.json` say, by slug in their order."""

    rewards: RewardRules
    player_levels: LevelCurve
    lootboxer_levels: LevelCurve
    materials: Mapping[str, Material]
    cosmetics: Mapping[str, Cosmetic]
    shop: Mapping[str, ShopItem]
    lootboxes: Mapping[str, Lootbox]
    events: EventRules
