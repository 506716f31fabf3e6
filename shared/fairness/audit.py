"""A clan's log of what was done: every line is chained to the one before, so that none can be changed unnoticed."""

from collections.abc import Mapping
from typing import Any

from shared.fairness.encoding import canonical, digest, u64

_GENESIS, _LINE = b"maplehub-log/v1/genesis\x00", b"maplehub-log/v1\x00"
Event = Mapping[str, Any]


def genesis(clan_id: str) -> bytes:
    """What the first line of a clan's log is chained to: 32 bytes. clan_id: lower-case UUID."""
    return digest(_GENESIS, clan_id.encode())


def head_of(previous: bytes, number: int, event: Event) -> bytes:
    """The head after a line: 32 bytes. previous: the head before; number: the line's, from 0."""
    return digest(_LINE, previous, u64(number), digest(canonical(event)))
