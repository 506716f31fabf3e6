"""The proof of a draw: one JSON file with all that is needed to repeat it, and only those entries that were drawn."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from shared.errors import MapleHubError
from shared.fairness.beacon import Beacon
from shared.fairness.commitment import BeaconKind, Rules, commit
from shared.fairness.draw import Drawn, Entry, Step, picks, seat, seed_of
from shared.fairness.encoding import NO_HASH, instant_text
from shared.fairness.merkle import MerkleTree

_WHOLE = Field(ge=0, lt=2**53)


def _hex(length: int) -> Any:
    return StringConstraints(pattern=f"^[0-9a-f]{{{2 * length}}}$")


Hash = Annotated[str, _hex(32)]
Whole = Annotated[int, _WHOLE]
Instant = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")
]
Text = Annotated[str, StringConstraints(max_length=200)]


class NotAProofError(MapleHubError):
    """The file is something else, or broken."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class RulesBeacon(_Part):
    """Which beacon decides."""

    chain: Hash
    delay_s: Whole
    kind: Literal["drand", "none"]
    round: Whole


class ProofRules(_Part):
    """The rules as they were published."""

    alternates: Whole
    beacon: RulesBeacon
    contest_id: Text
    end_time: Instant
    order: Text
    v: Text
    weights: Text
    winners: Whole


class ProofTree(_Part):
    """The leaves of all entries, in their order."""

    n: Whole
    root: Hash
    leaves: list[Hash]


class ProofBeacon(_Part):
    """The round that decided; all zeros, and no signature, where there is none."""

    chain: Hash
    round: Whole
    signature: Annotated[str, StringConstraints(pattern="^([0-9a-f]{96})?$")]
    randomness: Hash


class ProofEntry(_Part):
    """An entry that was drawn."""

    contest_id: Text
    entry_id: Text
    salt: Annotated[str, _hex(16)]
    subject: Text
    ticket: Whole

    def plain(self) -> Entry:
        """The value everybody computes with."""
        return Entry(self.contest_id, self.entry_id, self.salt, self.subject, self.ticket)


class ProofDraw(_Part):
    """One ticket that was drawn. path: from the leaf up; nonces: those it took, rejected ones too."""

    i: Whole
    index: Whole
    leaf: Hash
    entry: ProofEntry
    path: list[Hash]
    nonces: list[Whole]


class CommitEvent(_Part):
    """The clan's log on the commitment."""

    at: Instant
    commitment: Hash
    contest_id: Text
    end_time: Instant
    kind: Literal["commit"]
    rules_hash: Hash


class LockEvent(_Part):
    """The clan's log on the end."""

    at: Instant
    contest_id: Text
    kind: Literal["lock"]
    n: Whole
    root: Hash


class RevealEvent(_Part):
    """The clan's log on the secret."""

    at: Instant
    contest_id: Text
    kind: Literal["reveal"]
    server_secret: Hash


class _Line(_Part):
    i: Whole
    prev: Hash
    head: Hash


class CommitLine(_Line):
    """A line of the log."""

    event: CommitEvent


class LockLine(_Line):
    """A line of the log."""

    event: LockEvent


class RevealLine(_Line):
    """A line of the log."""

    event: RevealEvent


class ProofLog(_Part):
    """The three lines of the clan's log that say when."""

    commit: CommitLine
    lock: LockLine
    reveal: RevealLine


class Proof(_Part):
    """Everything about a draw. winners, alternates, skipped: leaves' places, in the order they were drawn."""

    v: Literal["maplehub-draw-proof/v1"]
    contest_id: Text
    end_time: Instant
    commitment: Hash
    server_secret: Hash
    rules: ProofRules
    rules_hash: Hash
    tree: ProofTree
    beacon: ProofBeacon
    seed: Hash
    draws: list[ProofDraw]
    winners: list[Whole]
    alternates: list[Whole]
    skipped: list[Whole]
    log: ProofLog

    def text(self) -> bytes:
        """The file: the same bytes whenever it is written."""
        return self.model_dump_json().encode()


def read_proof(content: bytes) -> Proof:
    """The proof in a file. Raises NotAProofError."""
    try:
        found = json.loads(content, object_pairs_hook=_no_name_twice, parse_constant=_no_such_number)
        return Proof.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise NotAProofError(
            f"This is not a proof of a draw: {where or 'the file'}: {first['msg']}.",
            "Download the proof again.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise NotAProofError(
            f"This is not a proof of a draw: {error}.", "Download the proof again."
        ) from error


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")  # readers would differ in which one counts
    return found


def _no_such_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number")


def make_proof(
    rules: Rules,
    secret: bytes,
    leaves: Sequence[bytes],
    entry_of: Callable[[int], Entry],
    beacon: Beacon | None,
    log: ProofLog,
) -> Proof:
    """Draw, and prove it. ValueError where nothing can be drawn: there is no entry, or the beacon is another one.

    leaves: of all tickets, sorted. entry_of: a ticket by its leaf's place; asked only for those drawn. beacon: the
    rules' round, None where they name none.
    """
    if not leaves:
        raise ValueError("without entries there is no draw")
    if (beacon is None) != (rules.beacon is BeaconKind.NONE) or (beacon and beacon.round != rules.round):
        raise ValueError("the rules name another beacon")
    tree = MerkleTree(leaves)
    shown = _beacon(rules, beacon)
    commitment, rules_hash = commit(secret, rules.contest_id, rules.end_time), rules.hash()
    seed = seed_of(
        secret,
        commitment=commitment,
        root=tree.root,
        count=len(tree),
        rules_hash=rules_hash,
        beacon=written_beacon(shown),
    )
    steps: list[tuple[Step, Entry]] = []

    def subjects() -> Any:
        for step in picks(seed, len(tree)):
            entry = entry_of(step.index)
            steps.append((step, entry))
            yield step.index, entry.subject

    drawn: Drawn = seat(subjects(), winners=rules.winners, alternates=rules.alternates)
    return Proof(
        v="maplehub-draw-proof/v1",
        contest_id=rules.contest_id,
        end_time=instant_text(rules.end_time),
        commitment=commitment.hex(),
        server_secret=secret.hex(),
        rules=ProofRules.model_validate(rules.plain()),
        rules_hash=rules_hash.hex(),
        # There may be a million, and nobody else made them.
        tree=ProofTree.model_construct(
            n=len(tree), root=tree.root.hex(), leaves=[leaf.hex() for leaf in leaves]
        ),
        beacon=shown,
        seed=seed.hex(),
        draws=[
            ProofDraw(
                i=number,
                index=step.index,
                leaf=leaves[step.index].hex(),
                entry=ProofEntry(**entry.plain()),
                path=[node.hex() for node in tree.path(step.index)],
                nonces=list(step.nonces),
            )
            for number, (step, entry) in enumerate(steps)
        ],
        winners=list(drawn.winners),
        alternates=list(drawn.alternates),
        skipped=list(drawn.skipped),
        log=log,
    )


def _beacon(rules: Rules, beacon: Beacon | None) -> ProofBeacon:
    if beacon is None:
        return ProofBeacon(chain=NO_HASH.hex(), round=0, signature="", randomness=NO_HASH.hex())
    return ProofBeacon(
        chain=rules.plain()["beacon"]["chain"],
        round=beacon.round,
        signature=beacon.signature.hex(),
        randomness=beacon.randomness.hex(),
    )


def written_beacon(beacon: ProofBeacon) -> bytes:
    """The 72 bytes that go into the seed: zeros where there is none."""
    return bytes.fromhex(beacon.chain) + beacon.round.to_bytes(8, "big") + bytes.fromhex(beacon.randomness)
