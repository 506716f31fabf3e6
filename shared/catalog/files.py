"""The shape of each seed file, as pydantic reads it. Unknown keys are refused: a misspelt one would lose a
figure.

Rows that need no joining are validated straight into the catalogue's own frozen dataclasses.
"""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from shared.catalog.bosses import Conflict, Difficulty, SaleCaps
from shared.catalog.items import Drop, Item
from shared.catalog.lists import Job, Level, Preset, TaskTemplate, World
from shared.catalog.progress import LiberationPass, LiberationStage, Linear, SymbolArea, SymbolKind
from shared.resets import Reset

Facts = dict[str, Any]
"""Kept for readers of the file; the app does not compute with it."""


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class MetaShape(BaseModel):
    """What a file says of itself. Further keys are free text for readers."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)
    as_of: str
    gathered: date
    sources: tuple[str, ...] = Field(min_length=1)
    notes: tuple[str, ...] = ()


class SeedFile(_Shape):
    """Every seed file begins with its meta."""

    meta: MetaShape


class FamilyRow(_Shape):
    """A boss over all its difficulties."""

    slug: str
    name: str
    short_name: str
    icon_id: PositiveInt
    era: str


class EntryRow(_Shape):
    """A boss at one difficulty."""

    id: str
    boss_slug: str
    difficulty: Difficulty
    display_name: str
    reset: Reset
    clear_group: str
    max_party_size: PositiveInt
    entry_level: PositiveInt
    monster_level: PositiveInt
    hp: PositiveInt
    hp_phases: tuple[int, ...] = ()
    hp_is_estimate: bool
    pdr_percent: NonNegativeInt | None = None
    force_type: str | None = None
    force_required: PositiveInt | None = None
    force_required_by_phase: tuple[int, ...] = ()
    force_phase_source: str | None = None
    time_limit_min: PositiveInt | None = None
    death_count: NonNegativeInt | None = None
    death_system: str | None = None
    sol_erda_energy: NonNegativeInt | None = None
    cms_min_combat_power: NonNegativeInt | None = None
    entries_per_day: PositiveInt | None = None
    verified: bool
    unverified_fields: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: str | None = None


class BossesFile(SeedFile):
    """bosses.json"""

    families: tuple[FamilyRow, ...]
    entries: tuple[EntryRow, ...]
    other_bosses: tuple[Facts, ...] = ()


class PriceRow(_Shape):
    """An entry's price from a day on."""

    entry_id: str
    starts: date | None = Field(alias="from")
    interactive: PositiveInt | None
    conflicts: tuple[Conflict, ...] = ()


class PricesFile(SeedFile):
    """crystal_prices.json"""

    heroic_multiplier: PositiveInt
    sale_caps: SaleCaps
    prices: tuple[PriceRow, ...]


class ItemsFile(SeedFile):
    """items.json"""

    icon_url_template: str
    diary_items: tuple[str, ...]
    items: tuple[Item, ...]


class TableRow(_Shape):
    """One entry's drops."""

    entry_id: str
    drops: tuple[Drop, ...] = Field(min_length=1)


class DropTablesFile(SeedFile):
    """drop_tables.json"""

    source_keys: dict[str, str]
    known_none: dict[str, str]
    without_table: tuple[str, ...]
    tables: tuple[TableRow, ...]


class DropEpochRow(_Shape):
    """A change of the drop tables of some entries."""

    starts: date = Field(alias="from")
    entries: tuple[str, ...] = Field(min_length=1)
    note: str = Field(min_length=1)
    source: str = Field(min_length=1)


class DropEpochsFile(SeedFile):
    """drop_epochs.json"""

    epochs: tuple[DropEpochRow, ...]


class SymbolRulesRow(_Shape):
    """One kind of symbol with its areas."""

    kind: SymbolKind
    max_level: PositiveInt
    symbols_required: tuple[PositiveInt, ...]
    symbols_total: PositiveInt
    force: Linear
    main_stat: Linear
    areas: tuple[SymbolArea, ...]
    demon_avenger_hp: Linear | None = None
    xenon_each: Linear | None = None
    exp_percent: Linear | None = None
    meso_percent: Linear | None = None
    drop_percent: Linear | None = None
    weekly_clears: NonNegativeInt = 0
    weekly_symbols_per_clear: NonNegativeInt = 0
    catalyst_retention: float | None = None
    meso_formula: str | None = None
    max_level_bonus: dict[str, int] | None = None


class RatesRow(_Shape):
    """Symbol income over a span of days."""

    starts: date | None = Field(alias="from")
    ends: date | None = Field(alias="to")
    patch: str | None = None
    arcane_daily: int
    arcane_daily_before_extra_quest: int
    arcane_weekly_per_clear: int
    arcane_weekly_clears: int
    cernium_daily: int
    sacred_daily: int
    grand_daily: int
    verified: bool


class SymbolsFile(SeedFile):
    """symbols.json"""

    kinds: tuple[SymbolRulesRow, ...]
    rate_history: tuple[RatesRow, ...]
    announced_changes: tuple[Facts, ...] = ()
    selector_coupon_works_on: Facts = Field(default_factory=dict)
    conflicts: tuple[Facts, ...] = ()
    arcane_force_extra: Facts = Field(default_factory=dict)
    sacred_force_extra: Facts = Field(default_factory=dict)
    force_damage_tables: Facts = Field(default_factory=dict)


class AmountRow(_Shape):
    """What one clear gives alone."""

    entry_id: str
    amount: PositiveInt


class PathRow(_Shape):
    """One liberation quest line."""

    slug: str
    name: str
    currency: str
    total: PositiveInt
    bank_cap: PositiveInt
    party_rule: str
    verified: bool
    liberation_pass: LiberationPass | None = Field(default=None, alias="pass")
    battle_difficulty_source: str | None = None
    sources: tuple[str, ...]
    stages: tuple[LiberationStage, ...]
    amounts: tuple[AmountRow, ...]


class LiberationFile(SeedFile):
    """liberation.json"""

    genesis: PathRow
    destiny: PathRow
    astra_secondary: Facts


class TaskTemplatesFile(SeedFile):
    """task_templates.json"""

    templates: tuple[TaskTemplate, ...]


class WorldsFile(SeedFile):
    """worlds.json"""

    worlds: tuple[World, ...]
    former: tuple[Facts, ...] = ()


class JobsFile(SeedFile):
    """jobs.json"""

    jobs: tuple[Job, ...]


class ExperienceFile(SeedFile):
    """experience.json"""

    max_level: PositiveInt
    levels: tuple[Level, ...]


class PresetsFile(SeedFile):
    """presets.json"""

    presets: tuple[Preset, ...]
