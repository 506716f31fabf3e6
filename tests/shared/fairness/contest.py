"""The contest of the protocol's vectors, and others made like it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from shared.fairness.audit import genesis, head_of
from shared.fairness.beacon import Beacon
from shared.fairness.commitment import BeaconKind, Rules, commit
from shared.fairness.draw import Entry
from shared.fairness.encoding import digest, instant_of, instant_text
from shared.fairness.merkle import MerkleTree
from shared.fairness.proof import (
    CommitEvent,
    CommitLine,
    LockEvent,
    LockLine,
    Proof,
    ProofLog,
    RevealEvent,
    RevealLine,
    make_proof,
)

SECRET = bytes(range(32))
CONTEST = "7b0c2f0e-5f5e-4c1a-9a2e-0d6f3c1b2a90"
CLAN = "0b8ce7a4-9a10-4a6e-8a6b-3f0a5f3a9c11"
END = instant_of("2023-08-23T15:54:24Z")
ROUND_1000 = Beacon(
    1000,
    bytes.fromhex(
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"
    ),
    bytes.fromhex("fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"),
)
SECOND = timedelta(seconds=1)


def plain_entries(count: int = 10) -> list[Entry]:
    """One ticket each."""
    return [
        Entry(CONTEST, f"e{i:02}", digest(f"salt{i}".encode())[:16].hex(), f"discord:{10**17 + i}", 0)
        for i in range(count)
    ]


def weighted_entries(*weights: int) -> list[Entry]:
    """acct:a, acct:b … with so many tickets each."""
    subjects = [f"acct:{letter}" for letter in "abcdefgh"]
    return [
        Entry(
            CONTEST, f"w-{subject}", digest(f"salt-{subject}-{ticket}".encode())[:16].hex(), subject, ticket
        )
        for subject, weight in zip(subjects, weights, strict=False)
        for ticket in range(weight)
    ]


@dataclass
class Contest:
    """A contest that has ended. The times are those of the log."""

    entries: Sequence[Entry] = field(default_factory=plain_entries)
    winners: int = 3
    alternates: int = 2
    secret: bytes = SECRET
    beacon: Beacon | None = ROUND_1000
    committed: datetime = END - timedelta(days=7)
    locked: datetime = END
    revealed: datetime = END + SECOND

    @property
    def rules(self) -> Rules:
        """Its rules."""
        kind = BeaconKind.NONE if self.beacon is None else BeaconKind.DRAND
        return Rules(CONTEST, END, self.winners, self.alternates, beacon=kind)

    @cached_property
    def by_leaf(self) -> dict[bytes, Entry]:
        """Entries by their leaf, in the tree's order."""
        return dict(sorted((entry.leaf(), entry) for entry in self.entries))

    @property
    def leaves(self) -> list[bytes]:
        """The tree's leaves."""
        return list(self.by_leaf)

    def log(self) -> ProofLog:
        """Three lines of a clan's log, others between them."""
        head = genesis(CLAN)
        events = (
            CommitEvent(
                at=instant_text(self.committed),
                commitment=commit(self.secret, CONTEST, END).hex(),
                contest_id=CONTEST,
                end_time=instant_text(END),
                kind="commit",
                rules_hash=self.rules.hash().hex(),
            ),
            LockEvent(
                at=instant_text(self.locked),
                contest_id=CONTEST,
                kind="lock",
                n=len(self.entries),
                root=MerkleTree(self.leaves).root.hex(),
            ),
            RevealEvent(
                at=instant_text(self.revealed),
                contest_id=CONTEST,
                kind="reveal",
                server_secret=self.secret.hex(),
            ),
        )
        lines = []
        for number, event in enumerate(events):
            between = {"kind": "role", "n": number}
            head = head_of(head, 2 * number, between)
            after = head_of(head, 2 * number + 1, event.model_dump())
            lines.append({"i": 2 * number + 1, "prev": head.hex(), "head": after.hex(), "event": event})
            head = after
        return ProofLog(
            commit=CommitLine(**lines[0]), lock=LockLine(**lines[1]), reveal=RevealLine(**lines[2])
        )

    def proof(self) -> Proof:
        """The proof of its draw."""
        leaves = self.leaves
        return make_proof(
            self.rules,
            self.secret,
            leaves,
            lambda index: self.by_leaf[leaves[index]],
            self.beacon,
            self.log(),
        )
