"""Identifiers. UUIDv7 for things only one machine can make; UUIDv5 of the natural key for things that two machines
may both make offline, so that they make the *same* row and it merges instead of conflicting."""

from datetime import date
from uuid import UUID, uuid5

from uuid6 import uuid7

NAMESPACE = UUID("7a3de3cc-5a52-5f0c-9d5f-6d61706c6568")
"""Root of every natural-key id. Never changes: stored ids depend on it."""
SEPARATOR = "\x1f"
"""Between the parts of a natural key."""


def new_id() -> str:
    """A fresh UUIDv7 as lower-case text; later calls sort later."""
    return str(uuid7())


def natural_id(kind: str, *parts: str) -> str:
    """UUIDv5 of a kind and its natural key. Parts are joined by a unit separator, which no part may contain."""
    key = SEPARATOR.join((kind, *parts))
    if key.count(SEPARATOR) != len(parts):
        raise ValueError("a natural key part contains the separator")
    return str(uuid5(NAMESPACE, key))


def clear_id(character_id: str, clear_group: str, period: date) -> str:
    """The one clear a character can have of a clear group in a reset period."""
    return natural_id("clear", character_id, clear_group, period.isoformat())


def drop_id(run_id: str, item: str) -> str:
    """The drop line of one item in one run; quantity says how many."""
    return natural_id("drop", run_id, item)


def plan_id(character_id: str, clear_group: str) -> str:
    """A character's plan for one clear group."""
    return natural_id("plan", character_id, clear_group)


def task_id(template: str, owner: str) -> str:
    """A built-in task made from a template for an owner (a character id, a world slug or `account`)."""
    return natural_id("task", template, owner)


def completion_id(task: str, owner: str, period: date) -> str:
    """A task's completion by an owner in one reset period."""
    return natural_id("completion", task, owner, period.isoformat())


def setting_id(key: str) -> str:
    """A synced setting."""
    return natural_id("setting", key)


def calculator_id(calculator: str, owner: str) -> str:
    """The inputs one character (or `account`) last used in a calculator."""
    return natural_id("calculator", calculator, owner)
