"""Proofs: whatever is changed in one is found, at the step that is about it."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.fairness import beacon as beacons
from shared.fairness.beacon import Beacon
from shared.fairness.draw import Entry
from shared.fairness.proof import NotAProofError, Proof, read_proof
from shared.fairness.verify import Outcome, Verdict, verify
from tests.shared.fairness.contest import CONTEST, END, SECOND, SECRET, Contest, weighted_entries

PROOF = Contest(weighted_entries(6, 1, 1), winners=2, alternates=1).proof()
CONTENT = PROOF.text()
PLAIN: dict[str, Any] = json.loads(CONTENT)
STEPS = {
    "contest_id": "V1",
    "end_time": "V1",
    "commitment": "V1",
    "server_secret": "V1",
    "rules": "V2",
    "rules_hash": "V2",
    "tree": "V3",
    "beacon": "V4",
    "seed": "V5",
    "draws": "V7",
    "winners": "V8",
    "alternates": "V8",
    "skipped": "V8",
    "log": "V9",
}
"""Where a change of each part is found first. Of `draws`, what the seed decides is V6's."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*path, name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, (*path, number))
    else:
        yield path


PLACES = [path for path in places(PLAIN) if path != ("v",)]


def changed(path: tuple[Any, ...], change: Callable[[Any], Any]) -> dict[str, Any]:
    found = deepcopy(PLAIN)
    inner: Any = found
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = change(inner[path[-1]])
    return found


def judged(plain: dict[str, Any]) -> Verdict:
    return verify(Proof.model_validate(plain))


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_one_flipped_bit_anywhere_is_found_at_the_step_that_is_about_it(path: tuple[Any, ...]) -> None:
    def flip(value: Any) -> Any:
        if isinstance(value, int):
            return value ^ 1
        letter = value[-1]
        return value[:-1] + ("1" if letter == "0" else "0") if letter in "0123456789abcdef" else value + "0"

    try:
        verdict = judged(changed(path, flip))
    except ValueError:
        return  # no longer a proof at all
    assert verdict.failed is not None
    expected = STEPS[path[0]]
    if path[0] == "draws" and path[-2 if isinstance(path[-1], int) else -1] in {"i", "index", "nonces"}:
        expected = "V6"
    assert verdict.failed.name == expected
    assert verdict.line == f"INVALID at {expected}: {verdict.failed.says}"


@given(st.integers(0, len(CONTENT) - 1), st.integers(0, 7))
@settings(max_examples=300)
def test_a_flipped_bit_of_the_file_never_passes(place: int, bit: int) -> None:
    content = bytearray(CONTENT)
    content[place] ^= 1 << bit
    try:
        proof = read_proof(bytes(content))
    except NotAProofError:
        return
    assert proof != PROOF
    assert verify(proof).outcome is Outcome.INVALID


def test_the_file_is_read_as_it_was_written() -> None:
    assert read_proof(CONTENT) == PROOF
    assert read_proof(CONTENT).text() == CONTENT
    assert judged(PLAIN) == verify(PROOF)
    assert [check.name for check in verify(PROOF).passed] == [f"V{number}" for number in range(1, 11)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"{" * 100_000,
        b'{"v":' * 100_000,
        CONTENT[:-1],
        CONTENT + b"{}",
        CONTENT.replace(b'"v":"maplehub-draw-proof/v1"', b'"v":"maplehub-draw-proof/v2"'),
        CONTENT.replace(b'"winners":2', b'"winners":2.0'),
        CONTENT.replace(b'"winners":2', b'"winners":NaN'),
        CONTENT.replace(b'"winners":2', b'"winners":true'),
        CONTENT.replace(b'"winners":2', b'"winners":9007199254740992'),
        CONTENT.replace(b'"winners":2', b'"winners":1,"winners":2'),
        CONTENT.replace(b'"seed":', b'"more":1,"seed":'),
        CONTENT.replace(PROOF.seed.encode(), PROOF.seed.upper().encode()),
    ],
)
def test_what_is_no_proof_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NotAProofError, match="not a proof"):
        read_proof(content)


def test_winners_that_were_not_drawn_are_found() -> None:
    """Whoever makes a proof anew must still follow the seed."""
    fewer = deepcopy(PLAIN)
    fewer["draws"].pop()
    fewer["alternates"] = []
    assert judged(fewer).line.startswith("INVALID at V8: more or fewer tickets")
    swapped = deepcopy(PLAIN)
    swapped["draws"][0], swapped["draws"][1] = swapped["draws"][1], swapped["draws"][0]
    assert judged(swapped).line.startswith("INVALID at V6")
    none = deepcopy(PLAIN)
    none["draws"], none["winners"], none["alternates"], none["skipped"] = [], [], [], []
    assert judged(none).line.startswith("INVALID at V8")


def test_leaves_that_are_there_twice_or_out_of_order_are_found() -> None:
    for leaves in (
        PLAIN["tree"]["leaves"][::-1],
        PLAIN["tree"]["leaves"][:-1] + PLAIN["tree"]["leaves"][-2:-1],
    ):
        assert judged(changed(("tree", "leaves"), lambda _, leaves=leaves: leaves)).line.startswith(
            "INVALID at V3: the leaves are not in their order"
        )
    assert "without entries" in judged(changed(("tree", "leaves"), lambda _: [])).line


def test_an_entry_that_is_not_the_contests_is_found() -> None:
    """It has a leaf and a path, but was somebody else's ticket."""
    foreign = [Entry("another", f"e{i}", f"{i:032x}", f"acct:{i}", 0) for i in range(4)]
    assert verify(Contest(foreign).proof()).line.startswith(
        "INVALID at V7: the entry drawn at step 0 is of another"
    )


@pytest.mark.parametrize(
    ("times", "line"),
    [
        ({"revealed": END + timedelta(seconds=299)}, "VALID"),
        ({"revealed": END + timedelta(seconds=300)}, "VALID (late)"),
        ({"locked": END + timedelta(days=1), "revealed": END + timedelta(days=1)}, "VALID (late)"),
        ({"locked": END - SECOND}, "INVALID at V10: the entries were locked before the end"),
        ({"committed": END}, "INVALID at V10: commitment, lock and reveal are in another order"),
        ({"revealed": END - SECOND}, "INVALID at V10: commitment, lock and reveal are in another order"),
    ],
)
def test_when_it_happened(times: dict[str, Any], line: str) -> None:
    assert verify(Contest(**times).proof()).line == line


def test_a_log_in_another_order_or_about_something_else_is_found() -> None:
    other = Contest(winners=4).log()
    proof = Contest().proof()
    for part in ("commit", "reveal"):
        log = proof.log.model_copy(update={part: getattr(other, part)})
        verdict = verify(proof.model_copy(update={"log": log}))
        assert (verdict.failed is None) == (part == "reveal"), "only the rules differ"
    secret = Contest(secret=SECRET[::-1]).log()
    log = proof.log.model_copy(update={"reveal": secret.reveal})
    assert "another secret" in verify(proof.model_copy(update={"log": log})).line


def test_without_the_library_the_beacon_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beacons, "verify_quicknet", None)
    proof = Contest().proof()
    assert verify(proof).line == "VALID (beacon not checked)"
    late = Contest(revealed=END + timedelta(hours=1)).proof()
    assert verify(late).line == "VALID (beacon not checked)"
    wrong = proof.beacon.model_copy(update={"randomness": "00" * 32})
    assert verify(proof.model_copy(update={"beacon": wrong})).line.startswith("INVALID at V4")


def test_without_a_beacon_the_operator_is_trusted_and_that_is_said() -> None:
    proof = Contest(beacon=None).proof()
    assert proof.beacon.randomness == "00" * 32
    assert verify(proof).line == "VALID (operator-trusted)"
    with_one = proof.model_copy(update={"beacon": Contest().proof().beacon})
    assert verify(with_one).line.startswith("INVALID at V4: the rules name no beacon")


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="no draw"):
        Contest([]).proof()
    with pytest.raises(ValueError, match="another beacon"):
        Contest(beacon=Beacon(1001, bytes(48), bytes(32))).proof()


def test_losers_stay_private() -> None:
    contest = Contest()
    proof = contest.proof()
    opened = {row.entry.subject for row in proof.draws}
    for entry in contest.entries:
        assert (entry.subject in proof.text().decode()) == (entry.subject in opened)
        assert (entry.salt in proof.text().decode()) == (entry.subject in opened)
    assert len(opened) == 5
    assert CONTEST in proof.text().decode()
