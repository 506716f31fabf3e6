"""Bosses on the wire. A boss here is one at a difficulty, as in `hard-lucid`."""

from typing import Literal

from pydantic import ConfigDict
from pydantic.config import JsonDict

from shared.api.base import Told
from shared.catalog import Difficulty
from shared.resets import Reset

ResetType = Literal["daily", "weekly", "monthly"]
RESETS: dict[ResetType, Reset] = {
    "daily": Reset.DAILY,
    "weekly": Reset.WEEKLY,
    "monthly": Reset.MONTHLY,
}
_LUCID: JsonDict = {
    "id": "hard-lucid",
    "name": "Hard Lucid",
    "boss": "lucid",
    "difficulty": "hard",
    "reset_type": "weekly",
    "clear_group": "weekly:lucid",
    "max_party_size": 6,
    "entry_level": 220,
}


class BossInfo(Told):
    """A boss. Bosses of one clear_group share one clear per reset."""

    model_config = ConfigDict(json_schema_extra={"example": _LUCID})

    id: str
    name: str
    boss: str
    difficulty: Difficulty
    reset_type: ResetType
    clear_group: str
    max_party_size: int
    entry_level: int


class Bosses(Told):
    """Bosses in the game's order."""

    items: list[BossInfo]


class BossDrop(Told):
    """An item a boss can drop. is_guaranteed: null where no source says."""

    item_id: str
    item_name: str
    is_guaranteed: bool | None


class BossDetail(BossInfo):
    """A boss with its drops, those that players note first. drops_known: false when no source lists any."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **_LUCID,
                "drops_known": True,
                "drops": [{"item_id": "dreamy-belt", "item_name": "Dreamy Belt", "is_guaranteed": False}],
            }
        }
    )

    drops_known: bool
    drops: list[BossDrop]
