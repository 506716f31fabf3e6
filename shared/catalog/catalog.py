"""The whole catalogue, joined and checked, with the questions the app asks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.catalog.bosses import BossEntry, CrystalPrice, SaleCaps
from shared.catalog.economy import Economy
from shared.catalog.items import Drop, DropEpoch, DropTable, Item
from shared.catalog.lists import Job, Level, Meta, Preset, TaskTemplate, World
from shared.catalog.progress import (
    LiberationPath,
    SymbolArea,
    SymbolKind,
    SymbolRates,
    SymbolRules,
)
from shared.tracking import WorldType

_CATEGORY_RANK = {"equipment": 0, "box": 1, "enhancement": 2, "material": 3, "symbol": 4, "currency": 5}
_GUARANTEED_RANK = {False: 0, None: 1, True: 2}
_CRYSTAL = "boss-crystal"


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything the seed files say. Mappings keep the files' order; treat them as read-only.

    version: 12 hexadecimal digits that change with any figure, the same on every machine.
    as_of: the latest day any file's figures were gathered. meta: freshness and sources by file stem
    ("bosses"). prices: by entry id, oldest first. groups: entries by clear group, in game order.
    icon_url_template: an item picture's address, with {version} and {item_id} to fill in.
    diary_items: slugs of what players usually note in a diary. without_table: entries whose drops nobody
    lists. drop_epochs: changes of the drop table by entry id, oldest first; no key without one.
    """

    version: str
    as_of: date
    meta: Mapping[str, Meta]
    bosses: Mapping[str, BossEntry]
    groups: Mapping[str, tuple[BossEntry, ...]]
    prices: Mapping[str, tuple[CrystalPrice, ...]]
    heroic_multiplier: int
    sale_caps: SaleCaps
    items: Mapping[str, Item]
    icon_url_template: str
    diary_items: tuple[str, ...]
    drop_tables: Mapping[str, DropTable]
    drop_sources: Mapping[str, str]
    drop_epochs: Mapping[str, tuple[DropEpoch, ...]]
    without_table: frozenset[str]
    worlds: Mapping[str, World]
    jobs: Mapping[str, Job]
    task_templates: Mapping[str, TaskTemplate]
    presets: Mapping[str, Preset]
    symbols: Mapping[SymbolKind, SymbolRules]
    symbol_rate_history: tuple[SymbolRates, ...]
    liberation: Mapping[str, LiberationPath]
    levels: tuple[Level, ...]
    max_level: int
    economy: Economy
    _quick: Mapping[str, tuple[Drop, ...]]
    _sources: Mapping[str, tuple[BossEntry, ...]]

    def boss_name(self, entry_id: str) -> str:
        """ "Hard Lucid"; the id itself for an entry this catalogue no longer knows."""
        entry = self.bosses.get(entry_id)
        return entry_id if entry is None else entry.display_name

    def item_name(self, slug: str) -> str:
        """The item's name; the slug itself for one this catalogue no longer knows."""
        item = self.items.get(slug)
        return slug if item is None else item.name

    def crystal_price(self, entry_id: str, world_type: WorldType, party_size: int, on: date) -> int | None:
        """Mesos one member gets for the entry's crystal on a UTC day; None when it pays none or none is
        known.

        floor(solo price / party size), solo being the interactive price, times five in heroic worlds
        (MapleStory Wiki, GMS v.270; see seeds/crystal_prices.json). KeyError for an unknown entry, ValueError
        for a party of less than one.
        """
        if party_size < 1:
            raise ValueError("a party has at least one member")
        solo: int | None = None
        for price in self.prices[entry_id]:
            if price.starts is not None and price.starts > on:
                break
            solo = price.interactive
        if solo is None:
            return None
        return solo * (self.heroic_multiplier if world_type is WorldType.HEROIC else 1) // party_size

    def drops_of(self, entry_id: str) -> tuple[Drop, ...]:
        """The entry's drops for quick entry: chance drops that players note first, then other chance drops
        (equipment, boxes, materials), then those whose chance nobody states, guaranteed ones last; no boss
        crystal.

        Empty also for an entry without a table: ask has_drop_table. KeyError for an unknown entry.
        """
        if entry_id not in self.bosses:
            raise KeyError(entry_id)
        return self._quick.get(entry_id, ())

    def has_drop_table(self, entry_id: str) -> bool:
        """False when no source lists what the entry drops, which is not the same as dropping nothing."""
        return entry_id in self.drop_tables

    def item_sources(self, item: str) -> tuple[BossEntry, ...]:
        """The entries whose tables list the item, in game order. KeyError for an unknown item."""
        if item not in self.items:
            raise KeyError(item)
        return self._sources.get(item, ())

    def symbol_area(self, slug: str) -> tuple[SymbolRules, SymbolArea]:
        """A symbol area with the rules of its kind. KeyError for an unknown slug."""
        for rules in self.symbols.values():
            for area in rules.areas:
                if area.slug == slug:
                    return rules, area
        raise KeyError(slug)


def quick_drops(table: DropTable, items: Mapping[str, Item], diary_items: frozenset[str]) -> tuple[Drop, ...]:
    """A table's drops in the order drops_of promises. The sort is stable, so the source's order breaks
    ties."""

    def rank(drop: Drop) -> tuple[int, bool, int]:
        item = items[drop.item]
        category = _CATEGORY_RANK.get(item.category, len(_CATEGORY_RANK))
        return _GUARANTEED_RANK[drop.guaranteed], drop.item not in diary_items, category

    return tuple(sorted((d for d in table.drops if items[d.item].subcategory != _CRYSTAL), key=rank))
