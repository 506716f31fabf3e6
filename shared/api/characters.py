"""Characters on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from shared.api.base import EXAMPLE_ID, Asked, Slug, Told
from shared.characters import MAX_LEVEL
from shared.tracking import MAX_NAME_LENGTH

_ARIA: JsonDict = {
    "character_name": "Aria",
    "world": "kronos",
    "job": "bishop",
    "level": 280,
    "is_main": True,
}


class CharacterEntry(Asked):
    """A character as a person enters it. world, job: slugs; job and level are null when not told."""

    model_config = ConfigDict(json_schema_extra={"example": _ARIA})

    character_name: Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH)]
    world: Slug
    job: Slug | None = None
    level: Annotated[int, Field(ge=1, le=MAX_LEVEL)] | None = None
    is_main: bool = False


class CharacterInfo(Told):
    """A character."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"id": EXAMPLE_ID, **_ARIA, "created_at": "2026-03-05T18:00:00Z"}}
    )

    id: str
    character_name: str
    world: str
    job: str | None
    level: int | None
    is_main: bool
    created_at: datetime


class CharacterList(Told):
    """The player's characters in their own order."""

    items: list[CharacterInfo]
