"""Metrics: what can be measured of a member, by name. They are data, so that a game's next boss needs no new column.

`xp.total`, `xp.<skill>`, `level.total`, `level.<skill>`, `kc.<boss>`, `clues.<tier>`; `score.<activity>` for whatever
else a hiscore counts. Values are whole numbers; one that is not known has no value, never 0.
"""

import re
from enum import StrEnum

_NAME = re.compile(r"(xp|level|kc|clues|score)\.[a-z0-9]+(-[a-z0-9]+)*")
MAX_METRIC = 80
MAX_VALUE = 2**53 - 1
"""What canonical JSON can carry; the experience of level 300 is 8.5 × 10¹⁵ and fits."""


class Game(StrEnum):
    """What a clan plays."""

    MAPLESTORY = "maplestory"
    OSRS = "osrs"


class SourceKind(StrEnum):
    """Where a member's metrics come from."""

    COMPANION = "companion"
    NEXON = "nexon"
    OSRS = "osrs"


SOURCES: dict[Game, tuple[SourceKind, ...]] = {
    Game.MAPLESTORY: (SourceKind.COMPANION, SourceKind.NEXON, SourceKind.OSRS),
    Game.OSRS: (SourceKind.OSRS,),
}
"""Where a clan's members can come from: a MapleStory clan may follow its players' Old School accounts too."""
RANKINGS = {Game.MAPLESTORY: SourceKind.NEXON, Game.OSRS: SourceKind.OSRS}
"""Where accounts of a game are found by name."""


def of_game(game: Game) -> tuple[SourceKind, ...]:
    """The sources that tell of one game. Boards never compare the experience of two."""
    return (SourceKind.OSRS,) if game is Game.OSRS else (SourceKind.COMPANION, SourceKind.NEXON)


class Family(StrEnum):
    """The first part of a metric's name."""

    XP = "xp"
    LEVEL = "level"
    KC = "kc"
    CLUES = "clues"
    SCORE = "score"


XP, LEVELS, KILLS, CLUES = "xp.total", "level.total", "kc.total", "clues.all"
TOTALS = (XP, LEVELS, KILLS, CLUES)
"""What panels show. All are measured but kills, whose gain is the sum of every boss's."""


def is_metric(name: str) -> bool:
    """Whether a name is one of a metric that can be measured."""
    return len(name) <= MAX_METRIC and name != KILLS and _NAME.fullmatch(name) is not None


def slug(name: str) -> str:
    """A game's own name of something as the second part of a metric: "Clue Scrolls (all)" is clue-scrolls-all."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")


def family(metric: str) -> Family:
    """The family of a metric. ValueError for what is none."""
    return Family(metric.partition(".")[0])


def total_of(metric: str) -> str | None:
    """The total that is added up from this metric, None where there is none."""
    return KILLS if metric != KILLS and family(metric) is Family.KC else None
