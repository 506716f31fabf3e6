"""`maplehub verify proof.json`: checks the proof of a contest's draw, without network, server or window."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from shared.fairness.proof import NotAProofError, read_proof
from shared.fairness.verify import Outcome, verify

NOT_A_PROOF = 2


def main(arguments: Sequence[str]) -> int:
    """Say step by step what holds, and the verdict in the last line. 0: valid; 1: invalid; 2: no proof at all."""
    parser = argparse.ArgumentParser(
        prog="maplehub verify",
        description="Check the proof of a contest's draw. Nothing is sent or fetched.",
    )
    parser.add_argument("proof", help="the file, - for standard input")
    path = parser.parse_args(arguments).proof
    try:
        proof = read_proof(sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes())
    except NotAProofError as error:
        sys.stderr.write(f"{error.message}\n{error.action}\n")
        return NOT_A_PROOF
    except OSError as error:
        sys.stderr.write(f"{path} cannot be read: {error.strerror or error}.\n")
        return NOT_A_PROOF
    verdict = verify(proof)
    for check in verdict.passed:
        sys.stdout.write(f"{check.name}: {check.says}\n")
    if verdict.outcome is not Outcome.INVALID:
        subjects = {row.index: row.entry.subject for row in proof.draws}
        for place, index in enumerate(proof.winners, start=1):
            sys.stdout.write(f"Winner {place}: {_shown(subjects[index])}\n")
    sys.stdout.write(f"{verdict.line}\n")
    return int(verdict.outcome is Outcome.INVALID)


def _shown(text: str) -> str:
    """Without what would move a terminal's cursor: the file may be anybody's."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
