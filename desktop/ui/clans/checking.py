"""Checking a draw's proof on this computer, and that it is the draw of the contest that was published."""

from dataclasses import dataclass

from shared.api.contests import ContestInfo
from shared.fairness.proof import NotAProofError, read_proof
from shared.fairness.verify import Check, Outcome, verify

STEPS = 10


@dataclass(frozen=True, slots=True)
class Checked:
    """outcome: None for what is no proof. passed, failed: steps V1 to V10. published: what the proof says otherwise
    than the contest that was shown, "" for nothing. line: the verdict in one line."""

    outcome: Outcome | None
    passed: tuple[Check, ...]
    failed: Check | None
    published: str
    line: str

    @property
    def good(self) -> bool:
        """Whether the draw is what was published, as far as this computer can tell."""
        return self.outcome not in {None, Outcome.INVALID} and not self.published


def check_proof(content: bytes, contest: ContestInfo) -> Checked:
    """Repeat the draw in a proof. It takes as long as it takes: not for the window's thread."""
    try:
        proof = read_proof(content)
    except NotAProofError as error:
        return Checked(None, (), None, "", str(error))
    verdict = verify(proof)
    told = (proof.contest_id, proof.commitment, proof.rules_hash, proof.tree.root)
    shown = (contest.id, contest.commitment, contest.rules_hash, contest.root)
    published = "" if told == shown else "The proof is not of the contest that was published here."
    return Checked(verdict.outcome, verdict.passed, verdict.failed, published, verdict.line)
