"""Events: a 28-day rotation and seasonal ones, computed for any instant, and what they change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Effects:
    """What an event changes, in per cent of what holds without it.

    coins and experience: 150 is half as much again. rare_bonus: 50 adds 0.5 to the multiplier of rare and better.
    materials: the weight of these materials among the prizes of their rarity.
    """

    coins: int = 100
    experience: int = 100
    rare_bonus: int = 0
    materials: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RotationEvent:
    """A part of the rotation: from day `first_day` for `days` days, days counted from 0."""

    slug: str
    name: str
    description: str
    first_day: int
    days: int
    effects: Effects
    icon: str = "star"


@dataclass(frozen=True, slots=True)
class SeasonalEvent:
    """An event of every year, from a UTC date for `days` days. overrides: the rotation pauses meanwhile."""

    slug: str
    name: str
    description: str
    month: int
    day: int
    days: int
    effects: Effects
    overrides: bool = False
    icon: str = "star"


@dataclass(frozen=True, slots=True)
class EventRules:
    """The whole schedule. anchor: the UTC date a rotation begins on; it repeats every `length` days, both ways."""

    anchor: date
    length: int
    rotation: tuple[RotationEvent, ...]
    seasonal: tuple[SeasonalEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What all active events together change: factors multiply, bonuses add. Exact."""

    coins: Fraction = Fraction(1)
    experience: Fraction = Fraction(1)
    rare_bonus: Fraction = Fraction(0)
    materials: Mapping[str, Fraction] = field(default_factory=dict)


NO_MODIFIERS = Modifiers()
