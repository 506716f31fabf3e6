"""The clan's log: sentences for what was done, and a check that no line was changed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.demo_clans.cast import LUMEN, ME, WAYFARERS
from desktop.ui.clans.log import LogPart
from desktop.ui.clans.log_words import Names, icon_of, say
from desktop.ui.theme.icons import icon_names
from shared.api.clans import LogLine
from tests.desktop.clan_server import ClanServer
from tests.desktop.ui.clans.conftest import Desk

WRITABLE = st.integers(-(2**53) + 1, 2**53 - 1)
"""What a line of the log can hold: RFC 8785 writes no larger ones."""
OpenDesk = Callable[[], Desk]
NAMES = Names({ME: "aria", "b": "bell"}, {"c": "March"}, {"m": "Aria"})


def line(**event: Any) -> LogLine:
    return LogLine(i=0, at=datetime(2026, 3, 5, tzinfo=UTC), event=event, prev="0" * 64, head="0" * 64)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"kind": "founded", "by": ME}, "aria founded the clan."),
        ({"kind": "role", "by": ME, "user": "b", "role": "officer"}, "aria made bell officer."),
        ({"kind": "left", "by": "b", "user": "b"}, "bell left."),
        ({"kind": "left", "by": ME, "user": "b"}, "aria removed bell."),
        ({"kind": "left", "by": None, "user": "x"}, "Somebody who left left."),
        ({"kind": "members_added", "by": ME, "members": ["m", "n"]}, "aria added 2 members."),
        ({"kind": "member_changed", "by": ME, "member": "m", "name": "Bria"}, "aria renamed Aria to Bria."),
        (
            {"kind": "member_changed", "by": ME, "member": "m", "user_id": None},
            "aria changed whose account Aria is.",
        ),
        (
            {"kind": "commit", "contest_id": "c"},
            "“March” is committed to: its rules and its secret are fixed.",
        ),
        ({"kind": "lock", "contest_id": "c", "n": 1}, "“March” ended: 1 entry locked."),
        ({"kind": "drawn", "contest_id": "z"}, "A contest was drawn."),
        ({"kind": "void", "contest_id": "c", "reason": "No prize."}, "“March” was called off: No prize."),
        ({"kind": "amended", "contest_id": "c", "by": ME, "note": "So."}, "“March”, a remark by aria: So."),
        ({"kind": "snapshot", "done": 57, "failed": 1}, "Snapshot: 57 members read, 1 could not be."),
        ({"kind": "snapshot", "done": 7, "cancelled": True}, "Snapshot: cancelled after 7 members."),
        ({"kind": "snapshot_asked", "by": ME}, "aria ran a clan snapshot."),
        ({"kind": "something_new", "by": ME, "what": 3}, "Something new, by aria (what: 3)."),
    ],
)
def test_a_line_is_a_sentence(event: dict[str, Any], said: str) -> None:
    assert say(line(**event), NAMES) == said
    assert icon_of(line(**event)) in icon_names()


@given(
    st.dictionaries(
        st.sampled_from(
            ["by", "user", "members", "member", "name", "role", "n", "reason", "contest_id", "{x}"]
        ),
        st.one_of(st.none(), WRITABLE, st.text(max_size=8), st.lists(st.integers(), max_size=2)),
    ),
    st.sampled_from(["role", "left", "lock", "void", "members_added", "snapshot", "new_kind", "", "{by}"]),
)
def test_whatever_a_newer_server_writes_is_said(event: dict[str, Any], kind: str) -> None:
    assert say(line(**{**event, "kind": kind}), NAMES)


def test_the_newest_lines_come_first_and_the_older_ones_as_one_scrolls(lumen: Desk) -> None:
    part = lumen.part(LogPart, "log")
    numbers = [row.i for row in part.table.lines.rows]
    assert len(numbers) == 100
    total = part.told_now.value.total
    while part.table.lines.rows[-1].i > 0:
        before = len(part.table.lines.rows)
        part.table.scrollToBottom()
        lumen.settle()
        assert len(part.table.lines.rows) > before
    assert [row.i for row in part.table.lines.rows] == list(range(total - 1, -1, -1))
    assert part.table.lines.index(total - 1, 1).data() == "aria founded the clan."


def test_new_lines_come_on_top(lumen: Desk) -> None:
    part = lumen.part(LogPart, "log")
    clan = lumen.hub().clans[LUMEN]
    clan.log.append(lumen.context.ticker.now(), "snapshot_asked", by=ME)
    part.look()
    lumen.settle()
    assert part.table.lines.index(0, 1).data() == "aria ran a clan snapshot."


@pytest.mark.parametrize("clan", [LUMEN, WAYFARERS])
def test_the_whole_chain_is_checked(lumen: Desk, clan: str) -> None:
    lumen.page.open_with(clan=clan)
    part = lumen.part(LogPart, "log")
    part.check.click()
    assert not part.check.isEnabled()
    lumen.settle()
    total = part.told_now.value.total
    assert f"All {total} lines fit their hashes" in part.verdict.text()
    assert part.verdict.toolTip() == part.table.lines.rows[0].head
    assert part.check.isEnabled()


@pytest.mark.parametrize("number", [0, 17, 398])
def test_a_changed_line_is_found(lumen: Desk, number: int) -> None:
    lines = lumen.hub().clans[LUMEN].log.lines
    changed = {**lines[number].event, "kind": "nothing_to_see"}
    lines[number] = lines[number].model_copy(update={"event": changed})
    part = lumen.part(LogPart, "log")
    part.check.click()
    lumen.settle()
    assert f"Line {number} is not that of its hash" in part.verdict.text()


def test_a_line_that_was_left_out_is_found(lumen: Desk) -> None:
    log = lumen.hub().clans[LUMEN].log
    del log.lines[200]
    part = lumen.part(LogPart, "log")
    part.check.click()
    lumen.settle()
    assert "Line 200" in part.verdict.text()


def test_a_log_of_another_clan_is_not_this_ones(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(LogPart, "log")
    path = f"/api/clans/{LUMEN}/log"
    other = server.hub.answer("GET", f"/api/clans/{WAYFARERS}/log", {"offset": "0", "limit": "100"}, b"")[1]
    server.answer("GET", path, 200, json.loads(other))
    part.check.click()
    desk.settle()
    assert "Line 0 is not that of its hash" in part.verdict.text()


def test_a_check_that_cannot_be_made_says_why(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(LogPart, "log")
    server.down = True
    part.check.click()
    desk.settle()
    assert "The server is busy." in part.verdict.text()
    assert part.check.isEnabled()
