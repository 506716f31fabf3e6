"""The desktop's side of a pull: pulled rows go under what the player has entered since, never over it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from shared.sync.outbox import Line
from shared.sync.records import Values
from shared.sync.wire import Key, Row

FUSE_ROWS = 20
FUSE_PERCENT = 30


@dataclass(frozen=True, slots=True)
class Application:
    """What applying a stage does, in one transaction with the new position and the empty stage.

    save: rows to write whole. remove: rows to take away. buried: live rows that are gone afterwards.
    """

    save: tuple[Row, ...]
    remove: frozenset[Key]
    buried: frozenset[Key]


def overlay(values: Values, lines: Iterable[Line]) -> dict[str, object]:
    """A row as the player sees it: what the server says, with the edits that wait to be sent over it."""
    seen = dict(values)
    for line in lines:
        seen.update(line.written())
    return seen


def plan_apply(
    staged: Iterable[Row],
    local: Mapping[Key, bool],
    pending: Mapping[Key, Sequence[Line]],
    *,
    full: bool,
    keep: AbstractSet[Key] = frozenset(),
) -> Application:
    """What becomes of the local rows.

    local: every local row, and whether it lives. pending: outbox lines by row, in their order. full: the stage is
    all there is, and what is neither on it, nor pending, nor in `keep` (rows still to be uploaded again), is removed.
    """
    save = []
    buried: set[Key] = set()
    seen: set[Key] = set()
    for row in staged:
        seen.add(row.key)
        waiting = pending.get(row.key)
        shown = replace(row, values=overlay(row.values, waiting)) if waiting else row
        save.append(shown)
        if local.get(row.key, False) and not shown.live:
            buried.add(row.key)
    remove: frozenset[Key] = frozenset()
    if full:
        remove = frozenset(local.keys() - seen - pending.keys() - keep)
        buried.update(key for key in remove if local[key])
    return Application(tuple(save), remove, frozenset(buried))


def too_many(buried: int, live: int) -> bool:
    """The fuse: more than 20 rows and more than 30 % of all that live. The player is asked first, after a backup."""
    return buried > FUSE_ROWS and buried * 100 > FUSE_PERCENT * live
