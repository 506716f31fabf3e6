"""The shapes and checks of the economy's seed files."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import PositiveInt

from shared.catalog.economy import Economy
from shared.catalog.files import SeedFile
from shared.economy.events import Effects, EventRules, RotationEvent, SeasonalEvent
from shared.economy.levels import LevelCurve
from shared.economy.lootbox import TOTAL_WEIGHT, Lootbox, LootKind
from shared.economy.rewards import Reward, RewardRules
from shared.economy.shop import UNLIMITED, ShopItem
from shared.economy.things import RARITIES, Cosmetic, Material
from shared.errors import CatalogError
from shared.resets import Reset

_Row = TypeVar("_Row")
_Shape = TypeVar("_Shape", bound=SeedFile)
Read = Callable[[str, type[_Shape]], _Shape]

ECONOMY, SHOP, LOOTBOXES, EVENTS = "economy.json", "shop.json", "lootboxes.json", "events.json"


class EconomyFile(SeedFile):
    """Rewards, level curves, cosmetics and materials."""

    rewards: RewardRules
    player_levels: LevelCurve
    lootboxer_levels: LevelCurve
    materials: tuple[Material, ...]
    cosmetics: tuple[Cosmetic, ...]


class ShopFile(SeedFile):
    """What is for sale, in the order it is shown."""

    items: tuple[ShopItem, ...]


class LootboxesFile(SeedFile):
    """The boxes there are."""

    boxes: tuple[Lootbox, ...]


class EventsFile(SeedFile):
    """The rotation and the seasonal events."""

    anchor: date
    length: PositiveInt
    rotation: tuple[RotationEvent, ...]
    seasonal: tuple[SeasonalEvent, ...]


def read_economy(read: Callable[[str, Any], Any]) -> Economy:
    """The economy from its four files. CatalogError names the file, the place and the problem."""
    base: EconomyFile = read(ECONOMY, EconomyFile)
    shop: ShopFile = read(SHOP, ShopFile)
    boxes: LootboxesFile = read(LOOTBOXES, LootboxesFile)
    events: EventsFile = read(EVENTS, EventsFile)
    materials = _by_slug(ECONOMY, "materials", base.materials, lambda row: row.slug)
    cosmetics = _by_slug(ECONOMY, "cosmetics", base.cosmetics, lambda row: row.slug)
    _check_rewards(base.rewards)
    economy = Economy(
        rewards=base.rewards,
        player_levels=base.player_levels,
        lootboxer_levels=base.lootboxer_levels,
        materials=materials,
        cosmetics=cosmetics,
        shop=_by_slug(SHOP, "items", shop.items, lambda row: row.slug),
        lootboxes=_by_slug(LOOTBOXES, "boxes", boxes.boxes, lambda row: row.slug),
        events=EventRules(events.anchor, events.length, events.rotation, events.seasonal),
    )
    _check_shop(economy)
    for index, box in enumerate(economy.lootboxes.values()):
        _check_box(f"boxes[{index}]", box, economy)
    _check_events(economy)
    return economy


def _by_slug(file: str, where: str, rows: Iterable[_Row], key: Callable[[_Row], str]) -> dict[str, _Row]:
    found: dict[str, _Row] = {}
    for index, row in enumerate(rows):
        if key(row) in found:
            raise CatalogError(file, f"{where}[{index}]", f"{key(row)} stands twice")
        found[key(row)] = row
    return found


def _check_rewards(rules: RewardRules) -> None:
    for name, rewards in (("run", rules.run), ("task", rules.task)):
        for reset in Reset:
            if reset not in rewards:
                raise CatalogError(ECONOMY, f"rewards.{name}", f"{reset} is missing")
            if not _pays(rewards[reset]):
                raise CatalogError(ECONOMY, f"rewards.{name}.{reset}", "a reward is not negative")
    if not _pays(rules.daily) or rules.run_age_days < 0 or rules.task_coins_limit < 0:
        raise CatalogError(ECONOMY, "rewards", "an amount is negative")


def _pays(reward: Reward) -> bool:
    return reward.coins >= 0 and reward.experience >= 0


def _check_shop(economy: Economy) -> None:
    for index, item in enumerate(economy.shop.values()):
        where = f"items[{index}]"
        if item.gives not in economy.cosmetics and item.gives not in economy.materials:
            raise CatalogError(SHOP, where, f"{item.gives} is neither a cosmetic nor a material")
        if item.gives in economy.cosmetics and (item.limit, item.pieces) != (1, 1):
            raise CatalogError(SHOP, where, "a cosmetic is sold once")
        if item.price.coins < 0 or any(amount <= 0 for amount in item.price.materials.values()):
            raise CatalogError(SHOP, f"{where}.price", "an amount is not positive")
        if not item.price.coins and not item.price.materials:
            raise CatalogError(SHOP, f"{where}.price", "it costs nothing")
        _check_materials(SHOP, f"{where}.price", item.price.materials, economy)
        if item.pieces < 1 or item.stock < UNLIMITED or item.limit < UNLIMITED:
            raise CatalogError(SHOP, where, "a number is too small")


def _check_box(where: str, box: Lootbox, economy: Economy) -> None:
    if set(box.weights) != set(RARITIES) or sum(box.weights.values()) != TOTAL_WEIGHT:
        raise CatalogError(LOOTBOXES, f"{where}.weights", f"the five weights do not sum to {TOTAL_WEIGHT}")
    if not any(weight for rarity, weight in box.weights.items() if rarity.is_rare):
        raise CatalogError(
            LOOTBOXES, f"{where}.weights", "nothing is rare or better, so pity could never end"
        )
    if min(box.weights.values()) < 0 or set(box.duplicate_coins) != set(RARITIES):
        raise CatalogError(LOOTBOXES, where, "a rarity is missing or negative")
    if box.price <= 0 or box.pity < 1 or box.experience < 0:
        raise CatalogError(LOOTBOXES, where, "price and pity are positive")
    _by_slug(LOOTBOXES, f"{where}.prizes", box.prizes, lambda row: row.slug)
    for rarity in RARITIES:
        if not any(prize.rarity is rarity for prize in box.prizes):
            raise CatalogError(LOOTBOXES, f"{where}.prizes", f"no prize is {rarity}")
    for index, prize in enumerate(box.prizes):
        known = {LootKind.COSMETIC: economy.cosmetics, LootKind.MATERIAL: economy.materials}.get(
            prize.kind, {"": 0}
        )
        if prize.thing not in known:
            raise CatalogError(
                LOOTBOXES, f"{where}.prizes[{index}]", f"{prize.thing or 'nothing'} is no {prize.kind}"
            )
        if prize.weight < 1 or prize.amount < 1:
            raise CatalogError(LOOTBOXES, f"{where}.prizes[{index}]", "weight and amount are positive")


def _check_events(economy: Economy) -> None:
    rules = economy.events
    day = 0
    for index, part in enumerate(rules.rotation):
        if part.first_day != day or part.days < 1:
            raise CatalogError(EVENTS, f"rotation[{index}]", "the parts do not follow each other")
        day += part.days
        _check_effects(f"rotation[{index}]", part.effects, economy)
    if day != rules.length:
        raise CatalogError(EVENTS, "rotation", f"the parts do not fill {rules.length} days")
    for index, event in enumerate(rules.seasonal):
        where = f"seasonal[{index}]"
        try:
            date(2027, event.month, event.day)  # no leap year: an event must begin every year
        except ValueError:
            raise CatalogError(EVENTS, where, "it does not begin every year") from None
        if not 1 <= event.days <= 180:
            raise CatalogError(EVENTS, where, "it lasts 1 to 180 days")
        _check_effects(where, event.effects, economy)
    slugs = [*(part.slug for part in rules.rotation), *(event.slug for event in rules.seasonal)]
    _by_slug(EVENTS, "events", slugs, str)


def _check_effects(where: str, effects: Effects, economy: Economy) -> None:
    if min(effects.coins, effects.experience, effects.rare_bonus, *effects.materials.values(), 0) < 0:
        raise CatalogError(EVENTS, f"{where}.effects", "a percentage is negative")
    _check_materials(EVENTS, f"{where}.effects", effects.materials, economy)


def _check_materials(file: str, where: str, materials: Mapping[str, int], economy: Economy) -> None:
    for slug in materials:
        if slug not in economy.materials:
            raise CatalogError(file, where, f"{slug} is no material")
