"""The plain lists: worlds, jobs, task templates, boss presets, experience; and what every seed file says of
itself."""

from dataclasses import dataclass
from datetime import date

from shared.resets import Reset
from shared.tracking import WorldType


@dataclass(frozen=True, slots=True)
class Meta:
    """How fresh a file is: the version or day its figures held, the day they were gathered, and from
    where."""

    as_of: str
    gathered: date
    sources: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """A GMS world. nexon_world_ids: its numbers in the official rankings. Seasonal worlds come and go."""

    slug: str
    name: str
    world_type: WorldType
    nexon_world_ids: tuple[int, ...]
    verified: bool
    region: str | None = None
    region_verified: bool = False
    seasonal: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A playable job. nexon_job_name: how the official rankings write it."""

    slug: str
    name: str
    faction: str
    branches: tuple[str, ...]
    nexon_job_name: str
    job_id_verified: bool
    verified: bool
    nexon_job_id: int | None = None
    nexon_job_detail: int | None = None


@dataclass(frozen=True, slots=True)
class TaskTemplate:
    """A task the game hands out. max_count per reset and owner (scope: character, world or account).

    symbol: the symbol area it feeds, symbols_per_completion each time. group: templates that share
    account_max_count. free_count of the max_count cost nothing, counted per free_scope.
    """

    slug: str
    name: str
    category: str
    reset: Reset
    scope: str
    max_count: int
    verified: bool
    source: str
    min_level: int | None = None
    quest: str | None = None
    symbol: str | None = None
    symbols_per_completion: int | None = None
    boss_entry_id: str | None = None
    boss_slug: str | None = None
    group: str | None = None
    account_max_count: int | None = None
    world_max_count: int | None = None
    free_count: int | None = None
    free_scope: str | None = None
    conflict: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Entries of distinct clear groups to plan at once: MapleHub's own choice, not a figure of the game."""

    slug: str
    name: str
    description: str
    min_level: int
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """EXP from a level to the next. The other figures are what other sources give, None where they agree."""

    level: int
    exp_to_next: int
    verified: bool
    exp_to_next_kms_crown: int | None = None
    alternate: int | None = None
