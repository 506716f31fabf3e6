"""The tree over the entries: every leaf has a path to the root, and nothing else has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.fairness.encoding import digest
from shared.fairness.merkle import MerkleTree, leaf_hash, node_hash, root_of_path

LEAVES = st.integers(1, 40).map(lambda count: [leaf_hash(str(number).encode()) for number in range(count)])


def rfc6962(leaves: list[bytes]) -> bytes:
    """The root as the RFC's section 2.1 words it."""
    if not leaves:
        return digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(rfc6962(leaves[:split]), rfc6962(leaves[split:]))


@given(LEAVES)
def test_the_root_is_the_rfcs(leaves: list[bytes]) -> None:
    assert MerkleTree(leaves).root == rfc6962(leaves)
    assert len(MerkleTree(leaves)) == len(leaves)


@given(LEAVES, st.data())
def test_a_path_leads_from_its_leaf_to_the_root_and_from_no_other(
    leaves: list[bytes], data: st.DataObject
) -> None:
    tree, count = MerkleTree(leaves), len(leaves)
    index = data.draw(st.integers(0, count - 1))
    path = tree.path(index)
    assert root_of_path(leaves[index], index, count, path) == tree.root
    assert root_of_path(digest(b"another"), index, count, path) != tree.root
    assert root_of_path(leaves[index], index, count, (*path, bytes(32))) is None
    if path:
        assert root_of_path(leaves[index], index, count, path[:-1]) is None
        place = data.draw(st.integers(0, len(path) - 1))
        changed = (*path[:place], bytes(32), *path[place + 1 :])
        assert root_of_path(leaves[index], index, count, changed) != tree.root
    other = data.draw(st.integers(0, count - 1).filter(lambda other: other != index)) if count > 1 else None
    if other is not None:
        assert root_of_path(leaves[index], other, count, path) != tree.root


def test_what_is_no_leaf_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MerkleTree([b"short"])
    tree = MerkleTree([bytes(32)])
    for index in (-1, 1):
        with pytest.raises(IndexError):
            tree.path(index)
