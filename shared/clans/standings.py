"""A contest's standings as they are frozen at its end: one text, one hash, published with the lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.clans.contest import EntryRule, Reached
from shared.fairness.encoding import canonical, digest

VERSION = "maplehub-standings/v1"
_HASHED = b"maplehub-standings/v1\x00"


@dataclass(frozen=True, slots=True)
class Standing:
    """A member at the end. subject: as in their entries; results: by rule, in the contest's order."""

    member_id: str
    subject: str
    results: tuple[Reached, ...]


def standings_text(contest_id: str, rules: Sequence[EntryRule], standings: Iterable[Standing]) -> bytes:
    """RFC 8785 JSON of everybody's results, by member: {"v", "contest_id", "rules": [{"kind", "least", "metrics"}],
    "members": [{"member_id", "subject", "amounts": [whole number or null], "satisfied": [place of a rule]}]}."""
    members: list[dict[str, Any]] = [
        {
            "member_id": each.member_id,
            "subject": each.subject,
            "amounts": [result.amount for result in each.results],
            "satisfied": [
                place
                for place, (rule, result) in enumerate(zip(rules, each.results, strict=True))
                if result.satisfies(rule)
            ],
        }
        for each in sorted(standings, key=lambda each: each.member_id)
    ]
    return canonical(
        {
            "v": VERSION,
            "contest_id": contest_id,
            "rules": [
                {"kind": str(rule.kind), "least": rule.least, "metrics": list(rule.metrics)} for rule in rules
            ],
            "members": members,
        }
    )


def standings_hash(text: bytes) -> bytes:
    """What is published of the standings: 32 bytes."""
    return digest(_HASHED, text)
