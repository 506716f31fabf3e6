"""What a week contributes, and which weeks are complete."""

import json

from shared.statistics.strata import Stratum
from shared.statistics.verdicts import judge_week
from shared.statistics.weeks import NOTHING, Contribution, contribution
from tests.shared.statistics.test_verdicts import CATALOG, TODAY, listing, run

FOUR = ("hard-lucid", "hard-damien", "hard-will", "hard-lotus")


def told(*runs: object) -> Contribution:
    return contribution(judge_week(runs, CATALOG, TODAY))  # type: ignore[arg-type]


def test_runs_pieces_and_unrecorded_ones_are_told_apart() -> None:
    found = told(
        listing(("dreamy-belt", 1), ("dawn-whisper-crystal", 4)),
        run("hard-damien", drop_note="unrecorded"),
        run("hard-will"),
    )
    lucid = found.cells[Stratum("hard-lucid", "heroic", "1", "1")][str(TODAY)]
    assert (lucid.n, lucid.m, lucid.items) == (1, 0, {"dreamy-belt": [1, 1], "dawn-whisper-crystal": [1, 4]})
    damien = found.cells[Stratum("hard-damien", "heroic", "1", "1")][str(TODAY)]
    assert (damien.n, damien.m, damien.items) == (0, 1, {})
    assert not found.complete


def test_a_week_is_complete_from_four_clears_all_of_them_noted() -> None:
    assert not told(*(run(boss) for boss in FOUR[:3])).complete
    assert told(*(run(boss) for boss in FOUR)).complete
    assert not told(*(run(boss) for boss in FOUR), run("chaos-vellum", drop_note="unrecorded")).complete
    # What cannot be was no clear: it neither makes nor breaks a week.
    impossible = run("chaos-vellum", drop_note="unrecorded", party_size=9)
    assert told(*(run(boss) for boss in FOUR), impossible).complete
    assert not told(*(run(boss) for boss in FOUR[:3]), impossible).complete


def test_the_same_is_always_the_same_text() -> None:
    runs = [listing(("dreamy-belt", 1), ("dawn-whisper-crystal", 4)), *(run(boss) for boss in FOUR[1:])]
    text = told(*runs).to_json()
    assert text == told(*reversed(runs)).to_json()
    assert json.loads(text)["complete"] is True
    assert Contribution.from_json(text) == told(*runs)
    assert not NOTHING
    assert Contribution.from_json(NOTHING.to_json()) == NOTHING
