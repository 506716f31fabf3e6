"""Identifiers. UUIDv7 for things only one machine can make; UUIDv5 of the natural key for things that two machines
may both make offline, so that they make the *same* row and it merges instead of conflicting."""

from datetime import date
from hashlib import sha1
from uuid import UUID

from uuid6 import uuid7

NAMESPACE = UUID("7a3de3cc-5a52-5f0c-9d5f-6d61706c6568")
"""Root of every natural-key id. Never changes: stored ids depend on it."""
_ROOT = NAMESPACE.bytes
SEPARATOR = "\x1f"
"""Between the parts of a natural key."""


def new_id() -> str:
    """A fresh UUIDv7 as lower-case text; later calls sort later."""
    return str(uuid7())


def natural_id(kind: str, *parts: str) -> str:
    """UUIDv5 of a kind and its natural key. Parts are joined by a unit separator, which no part may contain.

    Written out, as `str(uuid5(…))` would take eight times as long, and every row that is merged or counted asks.
    """
    key = SEPARATOR.join((kind, *parts))
    if key.count(SEPARATOR) != len(parts):
        raise ValueError("a natural key part contains the separator")
    digest = sha1(_ROOT + key.encode(), usedforsecurity=False).hexdigest()
    variant = f"{int(digest[16:18], 16) & 0x3F | 0x80:02x}"
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[18:20]}-{digest[20:32]}"


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
