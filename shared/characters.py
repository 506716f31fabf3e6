"""A character as a person enters it: what may be said, and who is the same as whom. The same on both sides."""

from collections.abc import Iterable
from typing import Any

from shared.catalog import Catalog
from shared.errors import Conflict, InvalidInput
from shared.tracking import MAX_NAME_LENGTH, WorldType

MAX_LEVEL = 300


def character_fields(
    catalog: Catalog,
    name: str,
    world: str,
    job: str | None,
    level: int | None,
    *,
    others: Iterable[tuple[str, str]],
) -> dict[str, Any]:
    """The stored form of a character's details. others: names and worlds of the player's other characters.

    Raises InvalidInput with the field, Conflict for a name the player has in that world already.
    """
    name = " ".join(name.split())
    if not name:
        raise InvalidInput("name", "A character needs a name.")
    if len(name) > MAX_NAME_LENGTH:
        raise InvalidInput("name", f"A name has at most {MAX_NAME_LENGTH} letters.")
    if world not in catalog.worlds:
        raise InvalidInput("world", "Choose the character's world.")
    if job is not None and job not in catalog.jobs:
        raise InvalidInput("job", "This job is not known.", "Choose one from the list.")
    if level is not None and not 1 <= level <= MAX_LEVEL:
        raise InvalidInput("level", f"A level is between 1 and {MAX_LEVEL}.")
    for other, there in others:
        if other.casefold() == name.casefold() and there == world:
            raise Conflict(f"You already have {other} in this world.", "Choose another name or world.")
    return {"name": name, "world": world, "job": job, "level": level}


def world_type(catalog: Catalog, world: str) -> WorldType:
    """A world's type; a world this catalogue does not know counts as interactive, the lower price."""
    known = catalog.worlds.get(world)
    return WorldType.INTERACTIVE if known is None else known.world_type
