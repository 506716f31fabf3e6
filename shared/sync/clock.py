"""The hybrid logical clock whose readings are mutation ids, and how far a computer's own clock is off.

A mutation id is a UUIDv7: 48 bits of milliseconds, 12 bits of counter where RFC 9562 puts `rand_a`, 62 random bits.
Its text order is the order of the changes, even when the computer's clock steps back.
"""

from uuid import UUID

_COUNTER_MAX = 0xFFF
_RANDOM_BITS = 62


class HybridClock:
    """Never reads the same twice and never goes back. Not thread-safe: one writer owns it."""

    __slots__ = ("_counter", "_ms")

    def __init__(self, last: str | None = None) -> None:
        """`last` is the greatest mutation id seen before, if any."""
        self._ms, self._counter = 0, 0
        if last is not None:
            self.observe(last)

    def tick(self, now_ms: int, random_bits: int) -> str:
        """The next mutation id.

        now_ms: wall clock plus skew, milliseconds since 1970; random_bits: 62 random bits.
        """
        if now_ms > self._ms:
            self._ms, self._counter = now_ms, 0
        elif self._counter < _COUNTER_MAX:
            self._counter += 1
        else:
            self._ms, self._counter = self._ms + 1, 0
        return self._stamp(random_bits & ((1 << _RANDOM_BITS) - 1))

    def observe(self, stamp: str) -> None:
        """Move past a mutation id made elsewhere or earlier. ValueError when it is no UUIDv7."""
        self._ms, self._counter = max((self._ms, self._counter), _reading(stamp))

    def settle(self, seen: str) -> None:
        """Go back to the greatest stamp the server ever showed, after a wrong clock ran ahead of it.

        Only when every mutation made here has been answered: those made ahead have other, smaller stamps by then, and
        new edits need not be clamped any more.
        """
        self._ms, self._counter = min((self._ms, self._counter), _reading(seen))

    def last(self) -> str:
        """Where the clock stands, as a stamp to store and to begin from again."""
        return self._stamp(0)

    def _stamp(self, random_bits: int) -> str:
        value = self._ms << 80 | 0x7 << 76 | self._counter << 64 | 0b10 << _RANDOM_BITS
        return str(UUID(int=value | random_bits))


def skew_after(skew_ms: int, *, sent_ms: int, received_ms: int, server_ms: int) -> int:
    """How far the server's clock is ahead of this computer's, in milliseconds, after one more answer.

    sent_ms, received_ms: this computer's clock around the request; server_ms: the server's time in the answer. The
    server's time minus the middle of the request, unless what was believed before is possible still: an answer that
    took long must not move a clock that is right.
    """
    least, most = server_ms - received_ms, server_ms - sent_ms
    if least <= skew_ms <= most:
        return skew_ms
    return (least + most) // 2


def _reading(stamp: str) -> tuple[int, int]:
    value = UUID(stamp)
    if value.version != 7:
        raise ValueError(f"{stamp} is not a version 7 UUID")
    return value.int >> 80, value.int >> 64 & _COUNTER_MAX
