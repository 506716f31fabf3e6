"""Boss entries (a boss at a difficulty) and what their crystals pay."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.resets import Reset


class Difficulty(StrEnum):
    """The game's difficulties, easiest first. Gollux alone has hell."""

    EASY = "easy"
    NORMAL = "normal"
    HARD = "hard"
    CHAOS = "chaos"
    EXTREME = "extreme"
    HELL = "hell"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A figure another source gives for the same field."""

    field: str
    value: int
    source: str


@dataclass(frozen=True, slots=True)
class BossEntry:
    """One boss at one difficulty. None means unknown, never zero.

    clear_group: entries that share it share one clear per reset period.
    hp: total over all phases, an estimate of the wiki; hp_phases sums may differ where a phase heals.
    force_type: "arcane" or "sacred"; None where no force is asked for. pdr_percent: physical defence rate.
    icon_id: the boss's number in the game's own boss list. order: place in the game's list, from 0.
    unverified_fields: fields of this row that rest on a single or foreign source.
    """

    id: str
    boss_slug: str
    name: str
    display_name: str
    short_name: str
    difficulty: Difficulty
    reset: Reset
    clear_group: str
    max_party_size: int
    entry_level: int
    monster_level: int
    hp: int
    hp_phases: tuple[int, ...]
    hp_is_estimate: bool
    pdr_percent: int | None
    force_type: str | None
    force_required: int | None
    force_required_by_phase: tuple[int, ...]
    force_phase_source: str | None
    time_limit_min: int | None
    death_count: int | None
    death_system: str | None
    sol_erda_energy: int | None
    cms_min_combat_power: int | None
    entries_per_day: int | None
    icon_id: int
    era: str
    order: int
    verified: bool
    unverified_fields: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    notes: str | None


@dataclass(frozen=True, slots=True)
class CrystalPrice:
    """What an entry's Intense Power Crystal pays alone in an interactive world from a day on, in mesos.

    starts None: as far back as is known. interactive None: the entry pays no crystal.
    """

    starts: date | None
    interactive: int | None
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class SaleCaps:
    """How many crystals can be sold in a week, Thursday to Thursday.

    weekly_per_character counts crystals of weekly bosses; per_world counts daily and weekly ones too, and
    monthly ones where monthly_counts_per_world says so. effective_from None: no source gives the date the
    caps began.
    """

    weekly_per_character: int
    per_world: int
    monthly_counts_per_character: bool
    monthly_counts_per_world: bool
    crystal_lifetime_days: int
    sold_to: str
    verified: bool
    effective_from: date | None = None
