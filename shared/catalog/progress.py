"""Symbols and liberation: what each step asks for and what a day or a clear brings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class SymbolKind(StrEnum):
    """The three families of symbols."""

    ARCANE = "arcane"
    SACRED = "sacred"
    GRAND_SACRED = "grand-sacred"


@dataclass(frozen=True, slots=True)
class Linear:
    """A figure that grows evenly with the symbol's level."""

    base: int
    per_level: int

    def at(self, level: int) -> int:
        """The figure at a level of 1 or more."""
        return self.base + self.per_level * level


@dataclass(frozen=True, slots=True)
class SymbolArea:
    """One symbol. Index 0 of meso_cost is the step from level 1 to 2; the daily brings daily_symbols_max with
    the area's extra quest line done (or where there is none), daily_symbols_base without."""

    slug: str
    name: str
    unlock_level: int
    item_id: int
    daily_quest: str
    daily_symbols_base: int
    daily_symbols_max: int
    meso_cost: tuple[int, ...]
    meso_total: int
    verified: bool
    coupon_item_id: int | None = None
    extra_quest: str | None = None
    weekly_content: str | None = None
    max_level_damage_bonus_boss: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SymbolRules:
    """What the symbols of a kind share. Index 0 of symbols_required is the step from level 1 to 2.

    Figures that a kind lacks are None. catalyst_retention: share kept by a transfer. max_level_bonus:
    percent.
    """

    kind: SymbolKind
    max_level: int
    symbols_required: tuple[int, ...]
    symbols_total: int
    force: Linear
    main_stat: Linear
    areas: tuple[SymbolArea, ...]
    demon_avenger_hp: Linear | None = None
    xenon_each: Linear | None = None
    exp_percent: Linear | None = None
    meso_percent: Linear | None = None
    drop_percent: Linear | None = None
    weekly_clears: int = 0
    weekly_symbols_per_clear: int = 0
    catalyst_retention: float | None = None
    meso_formula: str | None = None
    max_level_bonus: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class SymbolRates:
    """The symbol income that held from a day (None: always) to a day (None: still). `patch` brought it in."""

    starts: date | None
    ends: date | None
    arcane_daily: int
    arcane_daily_before_extra_quest: int
    arcane_weekly_per_clear: int
    arcane_weekly_clears: int
    cernium_daily: int
    sacred_daily: int
    grand_daily: int
    verified: bool
    patch: str | None = None


@dataclass(frozen=True, slots=True)
class LiberationStage:
    """A step of the quest line: hand over `required`, beat the boss. cumulative_before: handed over
    earlier."""

    order: int
    boss_slug: str
    required: int
    cumulative_before: int
    part: int | None = None
    battle_difficulty: str | None = None


@dataclass(frozen=True, slots=True)
class LiberationPass:
    """A bought pass that multiplies what clears give."""

    name: str
    multiplier: int
    verified: bool
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class LiberationPath:
    """A liberation quest line. amounts: what one clear of an entry gives alone, by entry id.

    bank_cap: the most of the currency a character can hold at once.
    """

    slug: str
    name: str
    currency: str
    total: int
    bank_cap: int
    stages: tuple[LiberationStage, ...]
    amounts: Mapping[str, int]
    liberation_pass: LiberationPass | None
    verified: bool
    sources: tuple[str, ...]
