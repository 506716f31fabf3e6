"""The calculators on the wire. Days are UTC dates, beginning with today's; amounts mesos."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from shared.api.base import Asked, Slug, Told
from shared.calculators.symbols import MAX_HELD
from shared.resets import Reset
from shared.tracking import MAX_CHARACTERS

Party = Annotated[int, Field(ge=1, le=30)]
Level = Annotated[int, Field(ge=1, le=30)]


class LiberationBoss(Asked):
    """A boss cleared every reset. done: already cleared in the current one."""

    boss_id: Slug
    party_size: Party = 1
    done: bool = False


class LiberationRequest(Asked):
    """Where a character stands: the stage it works on, from 1, and what it holds toward it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "path": "genesis",
                "stage": 8,
                "held": 300,
                "bosses": [{"boss_id": "hard-lucid", "party_size": 2}],
            }
        }
    )

    path: Literal["genesis", "destiny"]
    stage: Annotated[int, Field(ge=1, le=100)] = 1
    held: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    has_pass: bool = False
    bosses: Annotated[list[LiberationBoss], Field(max_length=50)]


class LiberationStageDate(Told):
    """A stage still ahead and the day enough is held for it; null when that never comes."""

    stage: int
    boss: str
    required: int
    day: date | None


class LiberationAnswer(Told):
    """The earliest way to the end. lost: what the cap on what can be held cost on the way; days, weeks and
    liberated_on are null when it never ends."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "weekly_income": 32,
                "monthly_income": 0,
                "remaining": 700,
                "days": 147,
                "weeks": 21,
                "liberated_on": "2026-07-30",
                "lost": 0,
                "stages": [{"stage": 8, "boss": "verus-hilla", "required": 1_000, "day": "2026-07-30"}],
                "income": {"hard-lucid": 32},
            }
        }
    )

    weekly_income: int
    monthly_income: int
    remaining: int
    days: int | None
    weeks: int | None
    liberated_on: date | None
    lost: int
    stages: list[LiberationStageDate]
    income: dict[str, int]


class SymbolEntry(Asked):
    """One symbol. held: toward the next level; target_level: null for the highest."""

    area: Slug
    level: Level
    held: Annotated[int, Field(ge=0, le=MAX_HELD)] = 0
    target_level: Level | None = None
    does_daily: bool = True
    does_weekly: bool = True
    extra_quest: bool = True
    daily_done: bool = False
    weekly_clears_done: Annotated[int, Field(ge=0, le=10)] = 0


class SymbolsRequest(Asked):
    """Symbols to raise, each area once."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"symbols": [{"area": "cernium", "level": 5, "held": 20, "target_level": 6}]}
        }
    )

    symbols: Annotated[list[SymbolEntry], Field(min_length=1, max_length=20)]


class SymbolLevel(Told):
    """The day a level is reached."""

    day: date
    level: int


class SymbolAnswer(Told):
    """The way of one symbol. days and finished_on are null when nothing is coming in."""

    area: str
    level: int
    target_level: int
    symbols_needed: int
    mesos_needed: int
    daily_income: int
    weekly_income: int
    days: int | None
    finished_on: date | None
    force_gained: int
    main_stat_gained: int
    timeline: list[SymbolLevel]


class SymbolTotal(Told):
    """All symbols together."""

    symbols_needed: int
    mesos_needed: int
    days: int | None
    finished_on: date | None
    force_gained: int
    main_stat_gained: int


class SymbolsAnswer(Told):
    """Every symbol's way, and all together."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "symbols": [
                    {
                        "area": "cernium",
                        "level": 5,
                        "target_level": 6,
                        "symbols_needed": 305,
                        "mesos_needed": 331_500_000,
                        "daily_income": 30,
                        "weekly_income": 0,
                        "days": 10,
                        "finished_on": "2026-03-15",
                        "force_gained": 10,
                        "main_stat_gained": 200,
                        "timeline": [{"day": "2026-03-05", "level": 5}, {"day": "2026-03-15", "level": 6}],
                    }
                ],
                "total": {
                    "symbols_needed": 305,
                    "mesos_needed": 331_500_000,
                    "days": 10,
                    "finished_on": "2026-03-15",
                    "force_gained": 10,
                    "main_stat_gained": 200,
                },
            }
        }
    )

    symbols: list[SymbolAnswer]
    total: SymbolTotal


class IncomeBoss(Asked):
    """A boss cleared every reset."""

    boss_id: Slug
    party_size: Party = 1


class IncomeEntry(Asked):
    """A character and what it clears. id: any name of it, each once."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    world: Slug
    bosses: Annotated[list[IncomeBoss], Field(max_length=100)]


class IncomeRequest(Asked):
    """The characters whose crystals are counted together."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "characters": [
                    {"id": "Aria", "world": "kronos", "bosses": [{"boss_id": "hard-lucid", "party_size": 2}]}
                ]
            }
        }
    )

    characters: Annotated[list[IncomeEntry], Field(max_length=MAX_CHARACTERS)]


class IncomeLine(Told):
    """One boss of one character. crystals: obtained a week, or a month for a monthly boss; sold: those the caps
    leave."""

    boss_id: str
    reset: Reset
    party_size: int
    price: int
    crystals: int
    sold: int
    mesos: int


class CharacterIncomeInfo(Told):
    """A character's week, monthly bosses apart."""

    id: str
    world: str
    weekly_mesos: int
    monthly_mesos: int
    lines: list[IncomeLine]


class WorldIncomeInfo(Told):
    """A world's week against its cap."""

    world: str
    weekly_mesos: int
    monthly_mesos: int
    crystals_sold: int
    crystals_left: int


class IncomeAnswer(Told):
    """Everything together. average_weekly_mesos: with monthly crystals spread over their weeks."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "weekly_mesos": 252_000_000,
                "monthly_mesos": 0,
                "average_weekly_mesos": 252_000_000,
                "characters": [
                    {
                        "id": "Aria",
                        "world": "kronos",
                        "weekly_mesos": 252_000_000,
                        "monthly_mesos": 0,
                        "lines": [
                            {
                                "boss_id": "hard-lucid",
                                "reset": "weekly-thursday",
                                "party_size": 2,
                                "price": 252_000_000,
                                "crystals": 1,
                                "sold": 1,
                                "mesos": 252_000_000,
                            }
                        ],
                    }
                ],
                "worlds": [
                    {
                        "world": "kronos",
                        "weekly_mesos": 252_000_000,
                        "monthly_mesos": 0,
                        "crystals_sold": 1,
                        "crystals_left": 179,
                    }
                ],
            }
        }
    )

    weekly_mesos: int
    monthly_mesos: int
    average_weekly_mesos: int
    characters: list[CharacterIncomeInfo]
    worlds: list[WorldIncomeInfo]
