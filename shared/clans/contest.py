"""What a contest asks for. Each rule somebody satisfies is one entry in the draw; several stack.

Everything is gained over the contest's own span. The baseline is the value *at* its start: where that is unknown, the
metric adds nothing, whatever the first sample after the start says.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.clans.metrics import LEVELS, MAX_VALUE, XP, Family, family, is_metric
from shared.clans.progress import Point

MAX_RULES = 10
MAX_CHOSEN = 100


class RuleKind(StrEnum):
    """What has to be gained."""

    SKILL_XP = "skill_xp"
    LEVELS = "levels"
    BOSS_KILLS = "boss_kills"
    CLUES = "clues"
    TOTAL_XP = "total_xp"


_FAMILY = {RuleKind.SKILL_XP: Family.XP, RuleKind.BOSS_KILLS: Family.KC, RuleKind.CLUES: Family.CLUES}
_FIXED = {RuleKind.LEVELS: (LEVELS,), RuleKind.TOTAL_XP: (XP,)}


@dataclass(frozen=True, slots=True)
class EntryRule:
    """A condition. metrics: what is added up, chosen for skills, bosses and tiers; least: how much is enough.

    ValueError for one that cannot be.
    """

    kind: RuleKind
    least: int
    metrics: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.least <= MAX_VALUE:
            raise ValueError("a rule asks for 1 or more")
        if self.kind in _FIXED:
            if self.metrics:
                raise ValueError("this rule counts everything and takes no choice")
            return
        if not 1 <= len(self.metrics) <= MAX_CHOSEN or len(set(self.metrics)) != len(self.metrics):
            raise ValueError(f"choose between one and {MAX_CHOSEN}, each once")
        if not all(is_metric(name) and family(name) is _FAMILY[self.kind] for name in self.metrics):
            raise ValueError("something chosen is of another kind than the rule")

    @property
    def counted(self) -> tuple[str, ...]:
        """The metrics whose gains are added up."""
        return _FIXED.get(self.kind, self.metrics)


@dataclass(frozen=True, slots=True)
class Proving:
    """The two points that prove what was gained of one metric."""

    metric: str
    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Reached:
    """How far somebody came with a rule. amount: None where no baseline is known. proving: the points behind it."""

    amount: int | None
    proving: tuple[Proving, ...] = ()

    def satisfies(self, rule: EntryRule) -> bool:
        """Whether it is enough for an entry."""
        return self.amount is not None and self.amount >= rule.least


def reached(rule: EntryRule, start: Mapping[str, Point], end: Mapping[str, Point]) -> Reached:
    """How far somebody came. start, end: V as points, by metric, at the contest's start and at its end or now."""
    proving = tuple(
        Proving(name, start[name], end[name]) for name in rule.counted if name in start and name in end
    )
    if not proving:
        return Reached(None)
    return Reached(sum(each.end.value - each.start.value for each in proving), proving)
