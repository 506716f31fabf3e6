"""The draw itself: from what was fixed before, one seed; from the seed, everybody's place."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.fairness.encoding import canonical, u64
from shared.fairness.merkle import leaf_hash
from shared.fairness.rng import Block, Numbers, blocks

_SEED = b"maplehub-draw/v1/seed\x00"
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One ticket of one subject. salt: 16 random bytes in hexadecimal, so that nobody can guess who entered.

    subject: who, such as "discord:80351110224678912"; ticket: 0, 1, 2 … of a subject with several.
    """

    contest_id: str
    entry_id: str
    salt: str
    subject: str
    ticket: int

    def plain(self) -> dict[str, Any]:
        """As its owner's receipt shows it."""
        return {
            "contest_id": self.contest_id,
            "entry_id": self.entry_id,
            "salt": self.salt,
            "subject": self.subject,
            "ticket": self.ticket,
        }

    def leaf(self) -> bytes:
        """Its leaf in the contest's tree: 32 bytes."""
        return leaf_hash(canonical(self.plain()))


def seed_of(
    secret: bytes, *, commitment: bytes, root: bytes, count: int, rules_hash: bytes, beacon: bytes
) -> bytes:
    """The seed of a draw: 32 bytes. count: how many leaves; beacon: its 72 bytes."""
    message = _SEED + commitment + root + u64(count) + rules_hash + beacon
    return hmac.digest(secret, message, "sha256")


@dataclass(frozen=True, slots=True)
class Step:
    """One ticket that was drawn. index: its leaf's place; nonces: those it took."""

    index: int
    nonces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw came to. tickets: how many were drawn; the others by their leaf's place, in the order of drawing."""

    tickets: int
    winners: tuple[int, ...]
    alternates: tuple[int, ...]
    skipped: tuple[int, ...]


def picks(seed: bytes, count: int, block: Block | None = None) -> Iterator[Step]:
    """All tickets in the order they are drawn: a partial Fisher-Yates shuffle of their leaves' places.

    block: another source than the seed's, for tests.
    """
    numbers = Numbers(block or blocks(seed))
    swapped: dict[int, int] = {}  # only what was moved, for there may be a million
    for place in range(count):
        offset, nonces = numbers.below(count - place)
        chosen = place + offset
        index = swapped.get(chosen, chosen)
        swapped[chosen] = swapped.pop(place, place)
        yield Step(index, nonces)


def seat(subjects: Iterable[tuple[int, str]], *, winners: int, alternates: int) -> Drawn:
    """Who stands where, given tickets (place, subject) in the order they are drawn. A subject stands once.

    Takes no more of them than it needs.
    """
    standing: dict[str, int] = {}
    skipped: list[int] = []
    drawn = 0
    for index, subject in subjects:
        drawn += 1
        if subject in standing:
            skipped.append(index)
        else:
            standing[subject] = index
        if len(standing) == winners + alternates:
            break
    taken = tuple(standing.values())
    return Drawn(drawn, taken[:winners], taken[winners:], tuple(skipped))
