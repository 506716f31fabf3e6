"""Checking a proof, step by step, from nothing but the proof."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import islice, pairwise

from shared.fairness.audit import head_of
from shared.fairness.beacon import CHAIN, Beacon, Signed, time_of
from shared.fairness.commitment import BeaconKind, Rules, commit
from shared.fairness.draw import picks, seat, seed_of
from shared.fairness.encoding import NO_HASH, instant_of
from shared.fairness.merkle import MerkleTree, root_of_path
from shared.fairness.proof import Proof, written_beacon

_SHOWN = "%Y-%m-%d %H:%M:%S"


class Outcome(StrEnum):
    """What a proof proves, in the words of the protocol."""

    VALID = "VALID"
    LATE = "VALID (late)"
    """Valid, but the entries were locked or the secret told when the beacon's round could be known already."""
    UNCHECKED = "VALID (beacon not checked)"
    """Valid as far as this computer can tell: it cannot check the beacon's signature."""
    TRUSTED = "VALID (operator-trusted)"
    """Valid, but no beacon took part: whoever ran the server could try secrets until a winner pleased them."""
    INVALID = "INVALID"


@dataclass(frozen=True, slots=True)
class Check:
    """One step. name: V1 to V10; says: what was found."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """outcome, the steps that passed, and where it failed, if it did."""

    outcome: Outcome
    passed: tuple[Check, ...]
    failed: Check | None = None

    @property
    def line(self) -> str:
        """The verdict in one line."""
        if self.failed is None:
            return str(self.outcome)
        return f"{self.outcome} at {self.failed.name}: {self.failed.says}"


class _DiffersError(Exception):
    pass


def verify(proof: Proof) -> Verdict:
    """Repeat a draw. It stops at the first step that does not hold."""
    work = _Verification(proof)
    passed: list[Check] = []
    for number, step in enumerate(work.steps(), start=1):
        name = f"V{number}"
        try:
            passed.append(Check(name, step()))
        except _DiffersError as error:
            return Verdict(Outcome.INVALID, tuple(passed), Check(name, str(error)))
    return Verdict(work.outcome(), tuple(passed))


@dataclass(slots=True)
class _Verification:
    proof: Proof
    _signed: Signed = Signed.NO
    _late: bool = False

    def steps(self) -> tuple[Callable[[], str], ...]:
        """The ten steps in their order."""
        return (
            self._commitment,
            self._rules,
            self._tree,
            self._beacon,
            self._seed,
            self._replay,
            self._entries,
            self._places,
            self._log,
            self._times,
        )

    def outcome(self) -> Outcome:
        """What all ten together mean; of two reservations the graver one."""
        if self.proof.rules.beacon.kind == "none":
            return Outcome.TRUSTED
        if self._signed is Signed.UNCHECKED:
            return Outcome.UNCHECKED
        return Outcome.LATE if self._late else Outcome.VALID

    def _commitment(self) -> str:
        proof = self.proof
        try:
            end = instant_of(proof.end_time)
        except ValueError as error:
            raise _DiffersError("the end is at no time there is") from error
        made = commit(bytes.fromhex(proof.server_secret), proof.contest_id, end)
        _same(made.hex(), proof.commitment, "the commitment is not to this secret, contest and end")
        return "the secret is the one that was committed to"

    def _rules(self) -> str:
        proof, told = self.proof, self.proof.rules
        try:
            rules = Rules(
                proof.contest_id,
                instant_of(proof.end_time),
                told.winners,
                told.alternates,
                timedelta(seconds=told.beacon.delay_s),
                BeaconKind(told.beacon.kind),
            )
            plain = rules.plain()
        except (ValueError, OverflowError) as error:
            raise _DiffersError(f"the rules cannot be: {error}") from error
        _same(plain, told.model_dump(), "the rules are of another contest, end, beacon or round")
        _same(rules.hash().hex(), proof.rules_hash, "the rules are not those of their hash")
        return f"the rules are those of their hash; round {told.beacon.round} decides"

    def _tree(self) -> str:
        tree = self.proof.tree
        if not tree.leaves:
            raise _DiffersError("without entries there is no draw")
        _same(len(tree.leaves), tree.n, "there are not as many leaves as the tree says")
        if not all(one < other for one, other in pairwise(tree.leaves)):
            raise _DiffersError("the leaves are not in their order, or one is there twice")
        root = MerkleTree([bytes.fromhex(leaf) for leaf in tree.leaves]).root
        _same(root.hex(), tree.root, "the root is not that of the leaves")
        return f"{tree.n:,} entries lead to the root"

    def _beacon(self) -> str:
        told, rules = self.proof.beacon, self.proof.rules.beacon
        if rules.kind == "none":
            _same(
                (told.chain, told.round, told.signature, told.randomness),
                (NO_HASH.hex(), 0, "", NO_HASH.hex()),
                "the rules name no beacon, the proof does",
            )
            return "no beacon took part: the operator has to be trusted"
        _same((told.chain, told.round), (CHAIN, rules.round), "the beacon is of another chain or round")
        beacon = Beacon(told.round, bytes.fromhex(told.signature), bytes.fromhex(told.randomness))
        self._signed = beacon.signed()
        if self._signed is Signed.NO:
            raise _DiffersError("the beacon's signature or randomness is wrong")
        if self._signed is Signed.UNCHECKED:
            return "the beacon's signature cannot be checked on this computer (the package drand-verify is missing)"
        return f"drand signed round {told.round}"

    def _seed(self) -> str:
        proof = self.proof
        made = seed_of(
            bytes.fromhex(proof.server_secret),
            commitment=bytes.fromhex(proof.commitment),
            root=bytes.fromhex(proof.tree.root),
            count=proof.tree.n,
            rules_hash=bytes.fromhex(proof.rules_hash),
            beacon=written_beacon(proof.beacon),
        )
        _same(made.hex(), proof.seed, "the seed is another one")
        return "the seed is the one all this gives"

    def _replay(self) -> str:
        proof = self.proof
        steps = islice(picks(bytes.fromhex(proof.seed), proof.tree.n), len(proof.draws))
        again = [(number, step.index, list(step.nonces)) for number, step in enumerate(steps)]
        told = [(row.i, row.index, row.nonces) for row in proof.draws]
        _same(again, told, "the seed draws other tickets, or in another order")
        return f"{len(told):,} tickets are drawn again"

    def _entries(self) -> str:
        proof = self.proof
        root = bytes.fromhex(proof.tree.root)
        for row in proof.draws:
            leaf = row.entry.plain().leaf()
            path = [bytes.fromhex(node) for node in row.path]
            if leaf.hex() != row.leaf or row.leaf != proof.tree.leaves[row.index]:
                raise _DiffersError(f"the entry drawn at step {row.i} is not that of its leaf")
            if root_of_path(leaf, row.index, proof.tree.n, path) != root:
                raise _DiffersError(f"the path of the entry drawn at step {row.i} does not lead to the root")
            _same(
                row.entry.contest_id,
                proof.contest_id,
                f"the entry drawn at step {row.i} is of another contest",
            )
        return "their entries are those of the tree"

    def _places(self) -> str:
        proof = self.proof
        subjects = [(row.index, row.entry.subject) for row in proof.draws]
        drawn = seat(subjects, winners=proof.rules.winners, alternates=proof.rules.alternates)
        full = len(drawn.winners) + len(drawn.alternates) == proof.rules.winners + proof.rules.alternates
        if drawn.tickets != len(subjects) or not (full or drawn.tickets == proof.tree.n):
            raise _DiffersError("more or fewer tickets were drawn than there are places for")
        _same(list(drawn.winners), proof.winners, "the winners are others")
        _same(list(drawn.alternates), proof.alternates, "the alternates are others")
        _same(list(drawn.skipped), proof.skipped, "other tickets have to be skipped")
        winners, alternates = _many(proof.winners, "winner"), _many(proof.alternates, "alternate")
        return f"{winners}, {alternates}, {len(proof.skipped):,} skipped"

    def _log(self) -> str:
        proof, log = self.proof, self.proof.log
        for line in (log.commit, log.lock, log.reveal):
            head = head_of(bytes.fromhex(line.prev), line.i, line.event.model_dump())
            _same(head.hex(), line.head, f"the log's line {line.i} is not that of its head")
            _same(line.event.contest_id, proof.contest_id, f"the log's line {line.i} is of another contest")
        if not log.commit.i < log.lock.i < log.reveal.i:
            raise _DiffersError("the log's lines are in another order")
        _same(
            (log.commit.event.commitment, log.commit.event.end_time, log.commit.event.rules_hash),
            (proof.commitment, proof.end_time, proof.rules_hash),
            "the log tells of another commitment, end or rules",
        )
        _same(
            (log.lock.event.n, log.lock.event.root),
            (proof.tree.n, proof.tree.root),
            "the log tells of other entries",
        )
        _same(log.reveal.event.server_secret, proof.server_secret, "the log tells of another secret")
        return "the clan's log says the same"

    def _times(self) -> str:
        proof, log = self.proof, self.proof.log
        try:
            committed, locked, revealed = (
                instant_of(line.event.at) for line in (log.commit, log.lock, log.reveal)
            )
        except ValueError as error:
            raise _DiffersError("the log tells of a time there is none") from error
        if not committed < locked <= revealed:
            raise _DiffersError("commitment, lock and reveal are in another order")
        if locked < instant_of(proof.end_time):
            raise _DiffersError("the entries were locked before the end")
        if proof.rules.beacon.kind == "none":
            return "committed, locked and told in this order"
        told = time_of(proof.rules.beacon.round)
        self._late = revealed >= told
        known = (
            f"not before the round of {told:{_SHOWN}}"
            if self._late
            else f"before the round of {told:{_SHOWN}}"
        )
        return f"locked {locked:{_SHOWN}}, secret told {revealed:{_SHOWN}}, {known} UTC"


def _many(places: Sequence[int], word: str) -> str:
    return f"{len(places):,} {word}{'' if len(places) == 1 else 's'}"


def _same(one: object, other: object, otherwise: str) -> None:
    if one != other:
        raise _DiffersError(otherwise)
