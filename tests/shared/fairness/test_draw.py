"""The draw: everybody's chance is their tickets' share, nobody wins twice, and nothing decides but the seed."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chisquare

from shared.fairness.draw import Drawn, picks, seat
from shared.fairness.encoding import digest, u64
from shared.fairness.rng import Numbers, blocks
from tests.shared.fairness.contest import Contest, plain_entries

SEEDS = [digest(u64(number)) for number in range(20_000)]
SUBJECTS = st.lists(st.sampled_from("abcdefg"), max_size=30)


def drawn(seed: bytes, subjects: list[str], winners: int, alternates: int = 0) -> Drawn:
    steps = ((step.index, subjects[step.index]) for step in picks(seed, len(subjects)))
    return seat(steps, winners=winners, alternates=alternates)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 200))
def test_every_ticket_is_drawn_once(seed: bytes, count: int) -> None:
    steps = list(picks(seed, count))
    assert sorted(step.index for step in steps) == list(range(count))
    nonces = [nonce for step in steps for nonce in step.nonces]
    assert nonces == list(range(len(nonces)))


@given(st.binary(min_size=32, max_size=32), SUBJECTS, st.integers(1, 6), st.integers(0, 6))
def test_who_stands_where(seed: bytes, subjects: list[str], winners: int, alternates: int) -> None:
    found = drawn(seed, subjects, winners, alternates)
    order = [step.index for step in picks(seed, len(subjects))][: found.tickets]
    firsts: dict[str, int] = {}
    for index in order:
        firsts.setdefault(subjects[index], index)
    standing = [*found.winners, *found.alternates]
    assert standing == list(firsts.values())
    assert sorted([*standing, *found.skipped]) == sorted(order)
    assert len(found.winners) == min(winners, len(set(subjects)))
    assert len(standing) == min(winners + alternates, len(set(subjects)))
    if len(standing) == winners + alternates and order:
        assert order[-1] == standing[-1], "no more is drawn than is needed"


@pytest.mark.parametrize(
    ("subjects", "winners", "expected"),
    [
        ([], 3, 0),
        (["a"], 1, 1),
        (["a", "b"], 5, 2),
        (["a"] * 9, 2, 1),
    ],
)
def test_fewer_than_there_are_prizes(subjects: list[str], winners: int, expected: int) -> None:
    found = drawn(SEEDS[0], subjects, winners, 2)
    assert len(found.winners) == expected
    assert found.alternates == ()
    assert found.tickets == len(subjects) if expected < winners else found.tickets >= expected


def test_every_place_is_as_likely() -> None:
    counts = Counter(next(picks(seed, 13)).index for seed in SEEDS)
    assert chisquare([counts[place] for place in range(13)]).pvalue > 0.001


def test_every_order_is_as_likely() -> None:
    counts = Counter(tuple(step.index for step in picks(seed, 4)) for seed in SEEDS)
    assert len(counts) == 24
    assert chisquare(list(counts.values())).pvalue > 0.001


@pytest.mark.parametrize("weight", [1, 3, 7])
def test_tickets_are_chances(weight: int) -> None:
    subjects = ["heavy"] * weight + [f"other{number}" for number in range(10 - weight)]
    wins = sum(subjects[drawn(seed, subjects, 1).winners[0]] == "heavy" for seed in SEEDS)
    assert binomtest(wins, len(SEEDS), weight / 10).pvalue > 0.001


def test_what_would_favour_small_numbers_is_rejected() -> None:
    """Of 2⁶⁴ words the last 2⁶⁴ mod N count for nothing."""
    words = {0: 2**64 - 1, 1: 2**64 - 2**64 % 10, 2: 2**64 - 2**64 % 10 - 1}
    numbers = Numbers(lambda nonce: u64(words[nonce]) + bytes(24))
    assert numbers.below(10) == ((2**64 - 2**64 % 10 - 1) % 10, (0, 1, 2))
    assert numbers.nonce == 3
    edge = Numbers(lambda nonce: u64(2**64 - 1) + bytes(24))
    assert edge.below(2**16) == (2**16 - 1, (0,)), "nothing is left over, so nothing is rejected"
    steps = list(picks(b"", 2, lambda nonce: u64([2**64 - 1, 0, 0][nonce]) + bytes(24)))
    assert [step.nonces for step in steps] == [(0,), (1,)]
    steps = list(picks(b"", 3, lambda nonce: u64([2**64 - 1, 0, 0, 0][nonce]) + bytes(24)))
    assert [step.nonces for step in steps] == [(0, 1), (2,), (3,)]


def test_a_block_is_used_once_and_is_what_the_protocol_says() -> None:
    import hmac

    assert blocks(SEEDS[3])(7) == hmac.new(SEEDS[3], bytes(7) + b"\x07", "sha256").digest()


def test_the_order_of_arrival_changes_nothing() -> None:
    entries = plain_entries(25)
    proofs = set()
    for number in range(5):
        Random(number).shuffle(entries)
        proofs.add(Contest(list(entries)).proof().text())
    assert len(proofs) == 1
