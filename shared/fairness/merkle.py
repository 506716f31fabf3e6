"""The tree over a contest's entries, as in RFC 6962 (section 2.1): its root names every entry, a path proves one.

Nodes are kept level by level, each level one run of 32-byte hashes, so that a million entries need 64 MB.
"""

from collections.abc import Sequence
from hashlib import sha256

from shared.fairness.encoding import HASH_BYTES, digest

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of an entry."""
    return digest(_LEAF, entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node over two."""
    return digest(_NODE, left, right)


class MerkleTree:
    """A tree over leaf hashes in their order."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        level = b"".join(leaves)
        if len(level) != HASH_BYTES * len(leaves):
            raise ValueError("a leaf is 32 bytes")
        self._levels = [level]
        while len(level) > HASH_BYTES:
            level = _above(level)
            self._levels.append(level)

    def __len__(self) -> int:
        """How many leaves it has."""
        return len(self._levels[0]) // HASH_BYTES

    @property
    def root(self) -> bytes:
        """The root; the hash of nothing where there is no leaf."""
        return self._levels[-1] or digest()

    def path(self, index: int) -> tuple[bytes, ...]:
        """The neighbours of a leaf on its way up. IndexError for a leaf it has not."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        found = []
        for level in self._levels[:-1]:
            start = (index ^ 1) * HASH_BYTES
            # The last of an odd number has no neighbour and rises as it is.
            if start < len(level):
                found.append(level[start : start + HASH_BYTES])
            index //= 2
        return tuple(found)


def root_of_path(leaf: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root that a path leads to from the leaf at this index of so many; None where it has another length."""
    node, rest = leaf, list(reversed(path))
    while count > 1:
        neighbour = index ^ 1
        if neighbour < count:
            if not rest:
                return None
            other = rest.pop()
            node = node_hash(other, node) if neighbour < index else node_hash(node, other)
        index, count = index // 2, (count + 1) // 2
    return None if rest else node


def _above(level: bytes) -> bytes:
    # Written out: for a million entries this is where the time goes.
    pair = 2 * HASH_BYTES
    even = len(level) // pair * pair
    nodes = [sha256(_NODE + level[start : start + pair]).digest() for start in range(0, even, pair)]
    return b"".join(nodes) + level[even:]
