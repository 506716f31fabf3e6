"""Tasks on the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from shared.api.base import EXAMPLE_ID, Asked, Slug, Told
from shared.resets import Reset
from shared.tasks import ACCOUNT, MAX_COUNT, MAX_TASK_NAME

_STRETCH: JsonDict = {
    "name": "Stretch",
    "reset": "daily",
    "owner": "account",
    "category": "own",
    "max_count": 1,
    "reward_coins": 30,
}


class TaskEntry(Asked):
    """A task as a person enters it. owner: a character's id, a world's slug or `account`; reward_coins: 0 for a
    built-in task's usual reward."""

    model_config = ConfigDict(json_schema_extra={"example": _STRETCH})

    name: Annotated[str, Field(min_length=1, max_length=MAX_TASK_NAME)]
    reset: Reset
    owner: Slug = ACCOUNT
    category: Slug = "own"
    max_count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 1
    reward_coins: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class OwnTask(TaskEntry):
    """A task of the player's own, to add."""

    model_config = ConfigDict(json_schema_extra={"example": {"kind": "own", **_STRETCH}})

    kind: Literal["own"]


class TemplateTask(Asked):
    """A built-in task, to add for a character; those of a world or the account are shared and added once."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"kind": "template", "template": "cernium-daily", "character_id": EXAMPLE_ID}
        }
    )

    kind: Literal["template"]
    template: Slug
    character_id: UUID


NewTask = Annotated[OwnTask | TemplateTask, Field(discriminator="kind")]


class TaskInfo(Told):
    """A task in its current period. period: the UTC date it began. count: how often it is done in it."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "3c1f8dfb-19a7-7d3a-9d87-6b0e33f6a5b1",
                "template": None,
                **_STRETCH,
                "scope": "account",
                "period": "2026-03-05",
                "count": 0,
                "completed_this_period": False,
            }
        }
    )

    id: str
    template: str | None
    name: str
    category: str
    reset: Reset
    scope: str
    owner: str
    max_count: int
    reward_coins: int
    period: date
    count: int
    completed_this_period: bool


class TaskList(Told):
    """Tasks in the player's order."""

    items: list[TaskInfo]


class TemplateInfo(Told):
    """A built-in task. scope: character, world or account."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": "cernium-daily",
                "name": "Cernium dailies",
                "category": "sacred-symbol-daily",
                "reset": "daily",
                "scope": "character",
                "max_count": 1,
                "min_level": 260,
            }
        }
    )

    id: str
    name: str
    category: str
    reset: Reset
    scope: str
    max_count: int
    min_level: int | None


class TemplateList(Told):
    """Every built-in task."""

    items: list[TemplateInfo]
