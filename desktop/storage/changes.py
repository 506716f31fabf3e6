"""What a write did, as the rest of the app hears it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Label:
    """What a change is called, as a message key with its arguments; the user interface turns it into a sentence."""

    key: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """The result of one committed write.

    kinds: names of the tables that changed. ids: ids of the rows that changed.
    label: what to call it, None when it is not worth telling. entry: its number in the history, None when it
    cannot be undone. action: how it came about. skipped: fields an undo left alone because they had changed since.
    """

    kinds: frozenset[str]
    ids: frozenset[str]
    label: Label | None = None
    entry: int | None = None
    action: str = "do"
    skipped: int = 0

    def __bool__(self) -> bool:
        return bool(self.ids)


NOTHING = Changes(frozenset(), frozenset())
