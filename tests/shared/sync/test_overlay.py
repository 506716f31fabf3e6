"""Pulled rows go under what waits to be sent, and absence removes only where it may."""

import pytest

from shared import ids
from shared.sync.outbox import Line
from shared.sync.overlay import overlay, plan_apply, too_many
from shared.sync.wire import Key, Op, Row

ONE: Key = ("settings", ids.setting_id("one"))
TWO: Key = ("settings", ids.setting_id("two"))


def line(key: Key, op: Op = Op.UPDATE, /, **fields: object) -> Line:
    return Line("", *key, op, fields)


def test_what_waits_lies_over_what_comes() -> None:
    server = {"value": "theirs", "key": "one", "deleted": 1}
    assert overlay(server, [line(ONE, value="mine"), line(ONE, value="mine again")]) == {
        **server,
        "value": "mine again",
    }
    assert overlay(server, [line(ONE, Op.INSERT, key="one", value="mine")])["deleted"] == 0


def test_a_page_of_news_removes_nothing() -> None:
    plan = plan_apply([Row(*ONE, {"value": "1"})], {ONE: True, TWO: True}, {}, full=False)
    assert (plan.remove, plan.buried) == (frozenset(), frozenset())


def test_a_full_pull_removes_what_is_neither_on_it_nor_waiting() -> None:
    local = {ONE: True, TWO: True, ("settings", "three"): True, ("settings", "four"): False}
    plan = plan_apply(
        [Row(*ONE, {"value": "1"})],
        local,
        {TWO: [line(TWO, value="mine")]},
        full=True,
        keep={("settings", "three")},
    )
    assert plan.remove == {("settings", "four")}
    assert plan.buried == frozenset()


def test_the_stamps_are_the_servers_whatever_waits() -> None:
    plan = plan_apply(
        [Row(*ONE, {"value": "1"}, {"value": "s"}, 4)], {}, {ONE: [line(ONE, value="2")]}, full=False
    )
    assert plan.save == (Row(*ONE, {"value": "2"}, {"value": "s"}, 4),)


def test_what_would_go_is_counted_and_a_restored_row_does_not_go() -> None:
    gone = {"value": "1", "deleted": 1}
    staged = [Row(*ONE, gone), Row(*TWO, gone), Row("settings", "new", gone)]
    plan = plan_apply(staged, {ONE: True, TWO: True}, {TWO: [line(TWO, deleted=0)]}, full=True)
    assert plan.buried == {ONE}


@pytest.mark.parametrize(
    ("buried", "live", "fused"),
    [(20, 20, False), (21, 21, True), (21, 70, False), (22, 70, True), (300, 1000, False), (301, 1000, True)],
)
def test_the_fuse_is_twenty_rows_or_thirty_per_cent_whichever_is_more(
    buried: int, live: int, fused: bool
) -> None:
    assert too_many(buried, live) is fused


def test_a_full_pull_counts_what_is_missing_from_it() -> None:
    local = {("settings", str(n)): n % 2 == 0 for n in range(30)}
    assert len(plan_apply([], local, {}, full=True).buried) == 15
