"""A task as a person enters it, and whose it is. The same on both sides."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from shared.catalog import Catalog, TaskTemplate
from shared.errors import InvalidInput, NotFound
from shared.resets import Reset

ACCOUNT = "account"
MAX_COUNT = 99
MAX_TASK_NAME = 80


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A task as a person enters it. owner: a character's id, a world's slug or `account`."""

    name: str
    reset: Reset
    owner: str
    category: str = "own"
    max_count: int = 1
    reward_coins: int = 0


def task_fields(catalog: Catalog, draft: TaskDraft, characters: Container[str]) -> dict[str, Any]:
    """The stored form of a draft. characters: ids of those there are.

    Raises InvalidInput with the field, NotFound when its owner is no longer there.
    """
    name = " ".join(draft.name.split())
    if not name:
        raise InvalidInput("name", "A task needs a name.")
    if len(name) > MAX_TASK_NAME:
        raise InvalidInput("name", f"A task's name has at most {MAX_TASK_NAME} letters.")
    if not 1 <= draft.max_count <= MAX_COUNT:
        raise InvalidInput("max_count", f"A task is done 1 to {MAX_COUNT} times.")
    limit = catalog.economy.rewards.task_coins_limit
    if not 0 <= draft.reward_coins <= limit:
        raise InvalidInput("reward_coins", f"A reward is 0 to {limit} coins.")
    return {
        "name": name,
        "category": draft.category,
        "reset": str(draft.reset),
        "scope": _scope(catalog, draft.owner, characters),
        "owner": draft.owner,
        "max_count": draft.max_count,
        "reward_coins": draft.reward_coins,
    }


def template_fields(template: TaskTemplate, owner: str) -> dict[str, Any]:
    """The stored form of a built-in task of an owner."""
    return {
        "template": template.slug,
        "name": template.name,
        "category": template.category,
        "reset": str(template.reset),
        "scope": template.scope,
        "owner": owner,
        "max_count": template.max_count,
        "reward_coins": 0,
    }


def template_of(catalog: Catalog, slug: str) -> TaskTemplate:
    """A built-in task. Raises InvalidInput for one nobody knows."""
    template = catalog.task_templates.get(slug)
    if template is None:
        raise InvalidInput("template", f"“{slug}” is no known task.", "Choose one from the list.")
    return template


def owner_of(scope: str, character_id: str, world: str) -> str:
    """Who has a task of this scope, for a character: itself, its world or the account."""
    return {"character": character_id, "world": world}.get(scope, ACCOUNT)


def present_owners(characters: Iterable[tuple[str, str]]) -> list[str]:
    """Everyone whose tasks count, from the ids and worlds of the characters there are.

    What belongs to a removed character waits for it to come back.
    """
    there = list(characters)
    return [*(row_id for row_id, _ in there), *{world for _, world in there}, ACCOUNT]


def _scope(catalog: Catalog, owner: str, characters: Container[str]) -> str:
    if owner == ACCOUNT:
        return "account"
    if owner in catalog.worlds:
        return "world"
    if owner not in characters:
        raise NotFound("The character this task is for no longer exists.", "Choose another one.")
    return "character"
