"""Contests: the list, the form with its rules, what a leader may do when, and what everybody reads."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from desktop.services.demo_clans.cast import LUMEN, WAYFARERS, made_id
from desktop.ui.clans.contest_form import ContestDialog
from desktop.ui.clans.contests import ContestsPart
from desktop.ui.clans.dialogs import ConfirmDialog, ReasonDialog
from desktop.ui.clans.rule_rows import ChooseDialog
from shared.api.contests import ContestInfo
from shared.clans.contest import RuleKind
from tests.desktop.clan_server import ClanServer
from tests.desktop.conftest import NOW
from tests.desktop.ui.clans.conftest import Desk, texts

SPRING = made_id("contest/Spring Cleaning")
LUCID = made_id("contest/March of Lucid")
SPRINT = made_id("contest/Summer Sprint")


def open_list(desk: Desk) -> ContestsPart:
    return desk.part(ContestsPart, "contests")


def open_contest(desk: Desk, contest_id: str) -> ContestsPart:
    return desk.part(ContestsPart, "contests", contest=contest_id)


def shown(part: ContestsPart) -> ContestInfo:
    assert part.contest.shown is not None
    return part.contest.shown


# The list


def test_the_list_tells_every_state_in_words(lumen: Desk) -> None:
    part = open_list(lumen)
    lines = part.table.lines
    assert [row.title for row in lines.rows][:3] == ["Spring Cleaning", "Frostfall", "March of Lucid"]
    states = {str(lines.index(row, 1).data()) for row in range(lines.rowCount())}
    assert states == {
        "Draft",
        "Upcoming",
        "Running",
        "Locking",
        "Waiting for the round",
        "Waiting for the beacon",
        "Ready to draw",
        "No entries",
        "Void",
        "Drawn",
    }
    assert lines.index(2, 2).data() == "ends in 3 d 0 h"


def test_a_contest_is_opened_and_left_by_keys(lumen: Desk) -> None:
    part = open_list(lumen)
    part.table.setCurrentIndex(part.table.lines.index(2, 0))
    QTest.keyClick(part.table, Qt.Key.Key_Return)
    lumen.settle()
    assert part.stack.currentWidget() is part.contest
    assert shown(part).id == LUCID
    QTest.keyClick(part.contest.back, Qt.Key.Key_Escape)
    lumen.settle()
    assert part.stack.currentWidget() is part.list
    assert part.table.current().id == LUCID


@pytest.mark.parametrize("size", [(772, 588), (1092, 748), (1732, 1028)])
def test_a_contest_fits_its_window(lumen: Desk, size: tuple[int, int]) -> None:
    part = open_contest(lumen, SPRINT)
    lumen.page.resize(*size)
    lumen.settle()
    assert (lumen.page.width(), lumen.page.height()) == size
    for control in part.contest.findChildren(QAbstractButton):
        if control.isVisible():
            assert control.mapTo(lumen.page, control.rect().topRight()).x() < size[0]


def test_members_of_another_rank_read_and_change_nothing(lumen: Desk) -> None:
    open_list(lumen)
    lumen.page.open_with(clan=WAYFARERS)
    lumen.settle()
    part = open_list(lumen)
    assert not part.new.isVisible()
    assert part.lists.currentWidget() is part.empty
    assert part.empty.action_button is not None
    assert not part.empty.action_button.isVisible()


# The form


def test_a_contest_is_written_down_and_started(lumen: Desk) -> None:
    part = open_list(lumen)
    part.new.click()
    dialog = lumen.dialog(ContestDialog)
    lumen.settle()
    dialog.submit()
    assert dialog.fields["title"].error()
    dialog.title.setText("Winter Run")
    dialog.prize.setText("A sled")
    dialog.submit()
    assert "how much" in dialog.rules.error_label.text()
    row = dialog.rules.rows[0]
    row.least.setText("4")
    dialog.submit()
    assert "Choose what counts" in dialog.rules.error_label.text()
    assert "kc.hard-lucid" in row.choices()
    assert "kc.total" not in row.choices()
    row.choose.click()
    choose = lumen.dialog(ChooseDialog)
    choose.search.setText("hard lucid")
    visible = [each for each in range(choose.list.count()) if not choose.list.item(each).isHidden()]
    assert len(visible) == 1
    choose.list.item(visible[0]).setCheckState(Qt.CheckState.Checked)
    choose.take.click()
    lumen.settle()
    assert row.choose.text() == "Hard Lucid"
    dialog.rules.more.click()
    second = dialog.rules.rows[1]
    second.kind.setCurrentIndex(second.kind.findData(RuleKind.TOTAL_XP))
    second.least.setText("2.5t")
    assert not second.choose.isVisible()
    dialog.end_at.setDateTime(dialog.start_at.dateTime().addDays(-1))
    dialog.submit()
    assert "before it begins" in dialog.fields["end_time"].error()
    end = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
    dialog.end_at.setDateTime(QDateTime.fromSecsSinceEpoch(int(end.timestamp())).toLocalTime())
    dialog.winners.setValue(2)
    dialog.delay.setValue(10)
    assert "10 minutes after the end" in dialog.explained.text()
    dialog.submit()
    lumen.settle()
    made = shown(part)
    assert (made.title, made.prize, made.winners, made.delay_s) == ("Winter Run", "A sled", 2, 600)
    assert made.end_time == end
    assert [(rule.kind, rule.least, rule.metrics) for rule in made.rules] == [
        (RuleKind.BOSS_KILLS, 4, ("kc.hard-lucid",)),
        (RuleKind.TOTAL_XP, 2_500_000_000_000, ()),
    ]
    assert made.phase == "draft"
    part.contest.start.click()
    lumen.dialog(ConfirmDialog).confirm.click()
    lumen.settle()
    started = shown(part)
    assert started.phase in {"upcoming", "running"}
    assert started.commitment is not None
    assert not part.contest.start.isVisible()
    assert not part.contest.edit.isVisible()


def test_without_a_beacon_the_form_warns(lumen: Desk) -> None:
    part = open_list(lumen)
    part.new.click()
    dialog = lumen.dialog(ContestDialog)
    dialog.beacon.set_value("none")
    dialog._explain()
    assert "could try secrets" in dialog.explained.text()
    assert not dialog.fields["delay_s"].isEnabled()
    dialog.reject()


def test_a_draft_is_edited_and_thrown_away(lumen: Desk) -> None:
    part = open_contest(lumen, SPRING)
    part.contest.edit.click()
    dialog = lumen.dialog(ContestDialog)
    assert dialog.title.text() == "Spring Cleaning"
    dialog.title.setText("Summer Cleaning")
    dialog.submit()
    lumen.settle()
    assert part.contest.title.text() == "Summer Cleaning"
    part.contest.delete.click()
    lumen.dialog(ConfirmDialog).confirm.click()
    lumen.settle()
    assert part.stack.currentWidget() is part.list
    assert SPRING not in [row.id for row in part.table.lines.rows]


def test_what_the_server_refuses_stands_where_it_belongs(
    open_desk_on: Callable[[], Desk], server: ClanServer
) -> None:
    desk = open_desk_on()
    part = open_contest(desk, SPRING)
    path = f"/api/clans/{LUMEN}/contests/{SPRING}"
    server.refuse("PUT", path, 422, "invalid-input", "It has begun already.", field="start_time")
    part.contest.edit.click()
    dialog = desk.dialog(ContestDialog)
    dialog.submit()
    desk.settle()
    assert dialog.isVisible()
    assert dialog.fields["start_time"].error() == "It has begun already."
    server.refuse("PUT", path, 409, "conflict", "Only a draft can be changed.")
    dialog.submit()
    desk.settle()
    assert dialog.foot.error() == "Only a draft can be changed."
    dialog.reject()


# Calling off, remarks


def test_calling_off_asks_for_a_reason_and_the_title(lumen: Desk) -> None:
    part = open_contest(lumen, LUCID)
    part.contest.void.click()
    dialog = lumen.dialog(ReasonDialog)
    dialog.reason.setPlainText("The prize is gone.")
    assert not dialog.confirm.isEnabled()
    dialog.name.setText("March of Lucid")
    assert dialog.confirm.isEnabled()
    dialog.confirm.click()
    lumen.settle()
    assert shown(part).phase == "void"
    assert "Called off: The prize is gone." in texts(part.contest)
    assert not part.contest.void.isVisible()


def test_a_remark_stands_beside_what_was_frozen(lumen: Desk) -> None:
    part = open_contest(lumen, SPRINT)
    assert "Saltmarsh changed worlds" in texts(part.contest.amendments)
    part.contest.amend.click()
    dialog = lumen.dialog(ReasonDialog)
    dialog.reason.setPlainText("The hiscores were wrong for a day.")
    dialog.confirm.click()
    lumen.settle()
    assert "The hiscores were wrong for a day." in texts(part.contest.amendments)


# What everybody reads


def test_the_players_own_progress_stands_at_every_rule(lumen: Desk) -> None:
    part = open_contest(lumen, LUCID)
    said = texts(part.contest.rules)
    assert said.count("Maplewhisk") == 3
    assert "3 kills of Hard Lucid or Hard Will" in said
    assert "2.5t XP gained" in said
    assert "1 level gained" in said


def test_standings_are_sorted_and_unknown_is_not_nothing(lumen: Desk) -> None:
    part = open_contest(lumen, LUCID)
    table = part.contest.standings.table
    assert table is not None
    entries = [len(line.row.entries) for line in table.lines.rows]
    assert entries == sorted(entries, reverse=True)
    unknown = [
        (row, place)
        for row, line in enumerate(table.lines.rows)
        for place, amount in enumerate(line.row.amounts)
        if amount is None
    ]
    assert unknown
    for row, place in unknown:
        assert table.lines.index(row, place + 1).data() == "–"
    assert "So far" in part.contest.standings.note.text()
    assert any(line.mine for line in table.lines.rows)


def test_hashes_are_explained_and_copied(lumen: Desk) -> None:
    part = open_contest(lumen, SPRINT)
    lines = part.contest.fairness.lines
    told = shown(part)
    for name, line in lines.items():
        assert line.text() == getattr(told, name)
        assert line.isVisible()
    lines["commitment"].copy.click()
    assert QGuiApplication.clipboard().text() == told.commitment
    part = open_contest(lumen, LUCID)
    assert [name for name, line in lines.items() if line.isVisible()] == ["commitment", "rules_hash"]
    assert "nobody can know it before" in part.contest.fairness.words.text()


def test_receipts_are_saved_with_what_was_committed_to(lumen: Desk, tmp_path: Path) -> None:
    part = open_contest(lumen, SPRINT)
    receipts = part.contest.receipts
    assert receipts.isVisible()
    receipts.save_to(tmp_path / "mine.json")
    found = json.loads((tmp_path / "mine.json").read_text())
    assert found["commitment"] == shown(part).commitment
    assert {receipt["entry"]["contest_id"] for receipt in found["receipts"]} == {SPRINT}
    assert all(len(receipt["leaf"]) == 64 for receipt in found["receipts"])


def test_a_contest_about_to_end_is_looked_at_soon_and_no_other(lumen: Desk) -> None:
    part = open_contest(lumen, LUCID)
    assert not part.contest._soon.isActive()
    part = open_contest(lumen, made_id("contest/Last Call"))
    assert part.contest._soon.isActive()
    lumen.page.hide()
    assert not part.contest._soon.isActive()
    assert shown(part).end_time > NOW - timedelta(minutes=1)
