"""Stamps: the mutation ids that decide which edit of a field wins. Text order is their order."""

import re
from collections.abc import Iterable, Mapping
from uuid import UUID

from shared.sync.clock import HybridClock

NO_STAMP = ""
"""Of a field nobody has written: it holds its default. Smaller than every stamp."""
AHEAD_MS = 60_000
"""How far ahead of the server a stamp may be before it is clamped, in milliseconds."""

_STAMP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_RANDOM = (1 << 62) - 1


def is_stamp(text: str) -> bool:
    """Whether this is a stamp in the one spelling whose text order counts: lower case, with hyphens."""
    return _STAMP.fullmatch(text) is not None


def milliseconds(stamp: str) -> int:
    """When a stamp says it was made: milliseconds since 1970."""
    return int(stamp[:8] + stamp[9:13], 16)


def clamp(
    stamps: Iterable[str], *, now_ms: int, greatest: str, remembered: Mapping[str, str]
) -> dict[str, str]:
    """The effective stamp of each stamp that has another than itself.

    now_ms: the server's clock. greatest: the greatest effective stamp of this user so far. remembered: earlier
    clamps, stamp to effective stamp. A stamp too far ahead counts as made now, after everything known and in its
    author's order; it is never raised. Whoever calls this keeps what is new, so that a repeat gets the same answer.
    """
    effective: dict[str, str] = {}
    ahead: list[str] = []
    known = greatest
    for stamp in stamps:
        if not stamp or stamp in effective:
            continue
        if stamp in remembered:
            effective[stamp] = remembered[stamp]
        elif milliseconds(stamp) > now_ms + AHEAD_MS:
            ahead.append(stamp)
        else:
            known = max(known, stamp)
    clock = HybridClock(known or None)
    for stamp in sorted(set(ahead)):
        made = clock.tick(now_ms, UUID(stamp).int & _RANDOM)
        effective[stamp] = min(made, stamp)
    return effective
