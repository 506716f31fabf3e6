"""Numbers below N from a seed, each equally likely: HMAC-SHA256 in counter mode, with rejection."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.fairness.encoding import u64

_WORDS = 1 << 64
Block = Callable[[int], bytes]
"""A nonce's 32 bytes."""


def blocks(seed: bytes) -> Block:
    """block(nonce) = HMAC-SHA256(seed, U64(nonce))."""
    return lambda nonce: hmac.digest(seed, u64(nonce), "sha256")


@dataclass(slots=True)
class Numbers:
    """A stream of numbers. nonce: the next one to be used; none is used twice."""

    block: Block
    nonce: int = field(default=0, init=False)

    def below(self, limit: int) -> tuple[int, tuple[int, ...]]:
        """A number from 0 to below `limit` (at least 1), and the nonces it took, rejected ones too."""
        accepted = _WORDS - _WORDS % limit
        used = []
        while True:
            used.append(self.nonce)
            word = int.from_bytes(self.block(self.nonce)[:8], "big")
            self.nonce += 1
            if word < accepted:
                return word % limit, tuple(used)
