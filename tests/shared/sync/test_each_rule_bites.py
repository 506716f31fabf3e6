"""Each rule of sync has a short history that goes well with it and wrong without it."""

from dataclasses import dataclass, fields, replace

import pytest

from tests.shared.sync.model.rules import ALL, Rules, Violation
from tests.shared.sync.model.world import LATER, NO_ANSWER, OK, Step, World

HOUR = 3_600_000
SETTING = 2


@dataclass(frozen=True)
class History:
    """offsets: how far the three clocks are off; says: what is noticed without the rule."""

    steps: tuple[Step, ...]
    says: str
    offsets: tuple[int, int, int] = (0, 0, 0)


HISTORIES = {
    # A sees B's newer edit only under its own; when its own has lost, nothing would ever send B's again.
    "bump_losers": History(
        (
            ("insert", 0, SETTING, 0),
            ("sync", 0),
            ("sync", 1),
            ("edit", 0, 0, 0),
            ("edit", 1, 0, 0),
            ("sync", 1),
            ("pull", 0, OK),
        ),
        "a and the server differ",
    ),
    # C's clock is half a minute fast. Who replaces what C wrote must write later than C did.
    "recv": History(
        (("insert", 2, SETTING, 0), ("sync", 2), ("sync", 0), ("edit", 0, 0, 0), ("sync", 0)),
        "which somebody had seen and replaced",
        (0, 0, 30_000),
    ),
    "overlay": History(
        (
            ("insert", 0, SETTING, 0),
            ("sync", 0),
            ("sync", 1),
            ("edit", 1, 0, 0),
            ("edit", 0, 0, 0),
            ("sync", 0),
            ("pull", 1, OK),
        ),
        "and it is not shown",
    ),
    # The row is changed again while its push is under way.
    "exact_ack": History(
        (("insert", 0, SETTING, 0), ("send", 0, OK), ("edit", 0, 0, 0), ("receive", 0)),
        "and it is gone",
    ),
    # Three rows, two on a page.
    "next_is_last": History(
        (("insert", 0, 0, 0), ("insert", 0, 0, 0), ("insert", 0, 0, 0), ("sync", 0), ("sync", 1)),
        "and it is gone",
    ),
    # C's clock is two hours fast; a minute later A, whose clock is right, writes the same setting.
    "clamp": History(
        (
            ("insert", 2, SETTING, 0),
            ("send", 2, OK),
            ("wait", 61_000),
            ("insert", 0, SETTING, 0),
            ("sync", 0),
        ),
        "an honest clock's",
        (0, 0, 2 * HOUR),
    ),
    # The first push of a fast clock arrives once more after its row was buried.
    "remember_clamp": History(
        (("insert", 2, SETTING, 0), ("sync", 2), ("bury", 2, 0), ("sync", 2), ("replay", 0)),
        "which somebody had seen and replaced",
        (0, 0, 2 * HOUR),
    ),
    # A has a row that B buried and the server has forgotten.
    "full_flag": History(
        (("insert", 0, SETTING, 0), ("sync", 0), ("sync", 1), ("bury", 1, 0), ("sync", 1), ("purge",)),
        "a and the server differ",
    ),
    # B is half-way through its first pages when a row on the first one is buried and forgotten.
    "purge_echo": History(
        (
            ("insert", 0, SETTING, 0),
            ("insert", 0, 0, 0),
            ("insert", 0, 0, 0),
            ("sync", 0),
            ("pull", 1, OK),
            ("bury", 0, 2),
            ("sync", 0),
            ("purge",),
        ),
        "b and the server differ",
    ),
    "reupload": History(
        (("backup",), ("insert", 0, SETTING, 0), ("sync", 0), ("restore",)),
        "and it is gone",
    ),
    # A renames and B, later but first to arrive, changes the level.
    "per_field": History(
        (
            ("insert", 0, 0, 0),
            ("sync", 0),
            ("sync", 1),
            ("edit", 0, 0, 0),
            ("edit", 1, 0, 1),
            ("sync", 1),
            ("sync", 0),
        ),
        "greatest is",
    ),
}

BESIDE = {
    "a lost answer and an edit between": History(
        # A's edit was taken, the answer lost; B replaced it; A sends it again beside a newer one of another field.
        (
            ("insert", 0, 0, 0),
            ("sync", 0),
            ("sync", 1),
            ("edit", 0, 0, 0),
            ("send", 0, NO_ANSWER),
            ("sync", 1),
            ("edit", 1, 0, 0),
            ("sync", 1),
            ("edit", 0, 0, 1),
            ("sync", 0),
        ),
        "",
    ),
    "a fast clock's replaced edit comes late": History(
        # A push that carries only the first edit is delivered after the second edit was.
        (
            ("insert", 2, SETTING, 0),
            ("sync", 2),
            ("set_clock", 2, 2 * HOUR),
            ("edit", 2, 0, 0),
            ("send", 2, LATER),
            ("edit", 2, 0, 0),
            ("sync", 2),
            ("replay", 1),
        ),
        "",
    ),
    "an edit that had lost is part of a row that comes back": History(
        (
            ("insert", 0, SETTING, 0),
            ("sync", 0),
            ("sync", 1),
            ("edit", 0, 0, 0),
            ("edit", 1, 0, 0),
            ("sync", 1),
            ("send", 0, OK),
            ("receive", 0),
            ("bury", 0, 0),
            ("unbury", 0, 0),
            ("sync", 0),
        ),
        "",
    ),
}


def play(history: History, rules: Rules) -> None:
    world = World(history.offsets, rules)
    try:
        world.run(history.steps)
    finally:
        world.close()


def test_every_rule_has_a_history() -> None:
    assert set(HISTORIES) == {each.name for each in fields(Rules)}


@pytest.mark.parametrize("rule", sorted(HISTORIES))
def test_with_its_rule_the_history_goes_well(rule: str) -> None:
    play(HISTORIES[rule], ALL)


@pytest.mark.parametrize("rule", sorted(HISTORIES))
def test_without_its_rule_the_history_goes_wrong(rule: str) -> None:
    with pytest.raises(Violation, match=HISTORIES[rule].says):
        play(HISTORIES[rule], replace(ALL, **{rule: False}))


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_what_no_single_rule_is_for_goes_well_too(name: str) -> None:
    play(BESIDE[name], ALL)


def test_a_row_comes_back_that_the_server_has_forgotten() -> None:
    world = World()
    try:
        world.run(
            [
                ("insert", 0, SETTING, 0),
                ("sync", 0),
                ("bury", 0, 0),
                ("sync", 0),
                ("unbury", 0, 0),
                ("purge",),
            ]
        )
        (row,) = world.server.rows().values()
        assert row.live
        assert row.values["value"] == "v1"
        assert world.clients[0].journal() == []
    finally:
        world.close()


def test_an_edit_of_a_row_the_server_has_forgotten_can_be_read_in_the_journal() -> None:
    world = World()
    try:
        world.run(
            [
                ("insert", 0, SETTING, 0),
                ("sync", 0),
                ("sync", 1),
                ("bury", 1, 0),
                ("sync", 1),
                ("purge",),
                ("edit", 0, 0, 0),
            ]
        )
        assert world.server.rows() == world.clients[0].rows() == {}
        ((key, entered),) = world.clients[0].journal()
        assert (key[0], entered) == ("settings", {"value": "v2"})
    finally:
        world.close()
