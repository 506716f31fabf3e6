"""The vectors of maplehub-draw/v1, from the protocol's text."""

import pytest

from shared.fairness.beacon import CHAIN, ROUND_ONE_AT, Beacon, Signed, round_at, time_of
from shared.fairness.commitment import commit
from shared.fairness.encoding import instant_of, u64
from shared.fairness.merkle import MerkleTree, leaf_hash
from shared.fairness.verify import Outcome, verify
from tests.shared.fairness.contest import CONTEST, END, ROUND_1000, SECRET, Contest, weighted_entries

INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
"""Of Certificate Transparency's own tests of RFC 6962."""


def test_the_commitment() -> None:
    assert (
        commit(SECRET, CONTEST, END).hex()
        == "40564d387b7b02410a0badbc81ddd985a207947ef82c13a2364ce291f6673506"
    )


def test_the_plain_contest() -> None:
    proof = Contest().proof()
    assert proof.rules_hash == "15893b4cfb486c5930040aa658105d91687acd00870357c6e7c41934b547e13c"
    assert proof.tree.root == "3822e3b27241873288812c1f9a8812d18bfa9a46771e4f292fea10f29970482b"
    assert proof.seed == "de3324d546eb405b4b053e1178461dae61a69f19d58ac71b237c4a093493eb71"
    assert (proof.winners, proof.alternates, proof.skipped) == ([2, 3, 6], [4, 9], [])
    subjects = {row.index: row.entry.subject[-3:] for row in proof.draws}
    assert [subjects[index] for index in proof.winners] == ["000", "009", "006"]
    assert [row.nonces for row in proof.draws] == [[0], [1], [2], [3], [4]]
    assert verify(proof).outcome is Outcome.VALID


def test_the_weighted_contest() -> None:
    proof = Contest(weighted_entries(6, 1, 1), winners=2, alternates=1).proof()
    assert proof.tree.root == "a70e95b877006280df67dc3fc3c0cc16a5e793e66d3c8aef7c7ae69689672ff1"
    assert proof.seed == "36134da7760fb42665175848a68d564ea80dcb692e8a8002f9c4c6211b221c08"
    assert (proof.winners, proof.alternates, proof.skipped) == ([4, 0], [6], [3, 5])
    subjects = {row.index: row.entry.subject for row in proof.draws}
    assert [subjects[index] for index in proof.winners] == ["acct:a", "acct:b"]
    assert verify(proof).outcome is Outcome.VALID


def test_the_trees_of_certificate_transparency() -> None:
    assert MerkleTree([]).root.hex().startswith("e3b0c442")
    assert MerkleTree([]).root.hex().endswith("b855")
    leaves = [leaf_hash(bytes.fromhex(each)) for each in INPUTS]
    assert MerkleTree(leaves).root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize(
    ("number", "signature", "randomness"),
    [
        (
            42,
            "95a9f9f5b231b7714de1553105d8ffdf3dcda24cfdb1e689319bccf79a9c8ce430a91b811fbfaf763900bc998b5d686a",
            "8ada64bae5c6c0f5540a6a13af56e663240edfbd2c76ac6a8f27671eb7259ce3",
        ),
        (1000, ROUND_1000.signature.hex(), ROUND_1000.randomness.hex()),
    ],
)
def test_real_beacons(number: int, signature: str, randomness: str) -> None:
    right = Beacon(number, bytes.fromhex(signature), bytes.fromhex(randomness))
    assert right.signed() is Signed.YES
    assert Beacon(number + 1, right.signature, right.randomness).signed() is Signed.NO
    assert Beacon(number, right.signature, bytes(32)).signed() is Signed.NO
    assert Beacon(number, bytes(48), right.randomness).signed() is Signed.NO
    assert Beacon(number, right.signature[:-1], right.randomness).signed() is Signed.NO
    assert right.written() == bytes.fromhex(CHAIN) + u64(number) + right.randomness


def test_rounds_and_their_times() -> None:
    assert round_at(instant_of("2023-08-23T15:59:24Z")) == 1000
    assert time_of(1000) == instant_of("2023-08-23T15:59:24Z")
    assert round_at(instant_of("2023-08-23T15:59:25Z")) == 1001
    assert round_at(instant_of("2000-01-01T00:00:00Z")) == 1
    assert round_at(ROUND_ONE_AT) == 1
    assert time_of(round_at(END)) >= END
