"""The Clans page: the ways to a clan, its parts, what is said without a connection, by keyboard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QWidget

from desktop.bridge.sync_state import SyncState
from desktop.services.demo_clans.cast import LUMEN, LUMEN_CAST, WAYFARERS
from desktop.ui.clans.board import BoardPart
from desktop.ui.clans.clan_dialog import ClanDialog
from desktop.ui.clans.contests import ContestsPart
from desktop.ui.clans.overview import OverviewPart
from desktop.ui.clans.page import ClansPage
from desktop.ui.clans.part import Part
from desktop.ui.clans.parts import PARTS
from desktop.ui.context import Context
from desktop.ui.theme.tokens import TARGET
from tests.desktop.clan_server import ClanServer
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.clans.conftest import Desk, texts
from tests.desktop.ui.conftest import RecordingShell

OpenDesk = Callable[[], Desk]


def test_without_an_account_it_says_what_a_clan_is_and_leads_to_one(
    open_desk_on: OpenDesk, shell: RecordingShell
) -> None:
    page = open_desk_on().page
    assert page.stack.currentWidget() is page.gate
    assert not page.parts.isVisible()
    assert page.first_focus() is page.gate.account
    QTest.keyClick(page.gate.account, Qt.Key.Key_Space)
    assert shell.went == [("settings", {"section": "account"})]


def test_signed_out_it_says_so(open_desk_on: OpenDesk, server: ClanServer, context: Context) -> None:
    desk = open_desk_on()
    assert desk.page.stack.currentWidget() is desk.page.part_stack
    account = context.syncing.state.account
    assert account is not None
    context.syncing.state = SyncState(account=replace(account, signed_in=False))
    context.syncing.changed.emit(context.syncing.state)
    desk.settle()
    assert desk.page.stack.currentWidget() is desk.page.gate
    assert "signed out" in texts(desk.page)
    assert server.asked


def test_without_a_clan_one_joins_or_founds(open_desk_on: OpenDesk, server: ClanServer) -> None:
    server.hub.clans.clear()
    desk = open_desk_on()
    page, welcome = desk.page, desk.page.welcome
    assert page.stack.currentWidget() is welcome
    welcome.join()
    assert "Paste the code" in welcome.code_field.error()
    welcome.code.setText("mhi_wrong")
    QTest.keyClick(welcome.code, Qt.Key.Key_Return)
    desk.settle()
    assert "lets nobody in" in welcome.code_field.error()
    welcome.found()
    assert "name" in welcome.name_field.error()
    welcome.name.setText("Ember")
    QTest.keyClick(welcome.name, Qt.Key.Key_Return)
    desk.settle()
    assert page.stack.currentWidget() is page.part_stack
    assert page.clan is not None
    assert page.clan.name == page.title_label.text() == "Ember"
    assert not page.chooser.isVisible()


def test_of_several_clans_the_chosen_one_is_remembered(lumen: Desk, context: Context) -> None:
    page = lumen.page
    assert page.chooser.isVisible()
    page.chooser.setCurrentIndex(page.chooser.findData(WAYFARERS))
    page.chooser.activated.emit(page.chooser.currentIndex())
    lumen.settle()
    assert page.clan is not None
    assert page.clan.id == WAYFARERS
    again = ClansPage(context)
    lumen.qtbot.addWidget(again)
    again.show()
    lumen.settle()
    assert again.clan is not None
    assert again.clan.id == WAYFARERS


def test_another_clan_can_be_founded_beside(lumen: Desk) -> None:
    page = lumen.page
    page.more.click()
    assert page.stack.currentWidget() is page.welcome
    page.welcome.back.click()
    assert page.stack.currentWidget() is page.part_stack
    page.more.click()
    page.welcome.name.setText("Ember")
    page.welcome.found()
    lumen.settle()
    assert page.clan is not None
    assert page.clan.name == "Ember"
    assert page.chooser.count() == 3


@pytest.mark.parametrize("name", list(PARTS))
def test_every_part_opens_with_words_for_everything(lumen: Desk, name: str) -> None:
    part = lumen.part(Part, name)
    assert part.states.currentWidget() is part.body
    assert part.accessibleName()
    kinds = (QAbstractButton, QComboBox, QLineEdit)
    controls = [each for kind in kinds for each in lumen.page.findChildren(kind) if each.isVisible()]
    assert len(controls) > 8
    for control in controls:
        if control.objectName().startswith("qt_"):
            continue
        assert control.accessibleName() or getattr(control, "text", str)(), control
        assert min(control.width(), control.height()) >= TARGET, (control.accessibleName(), control.size())


@pytest.mark.parametrize("name", list(PARTS))
@pytest.mark.parametrize("size", [(772, 588), (1092, 748), (1732, 1028)])
def test_every_part_fits_its_window(lumen: Desk, name: str, size: tuple[int, int]) -> None:
    lumen.page.resize(*size)
    part = lumen.part(Part, name)
    assert (lumen.page.width(), lumen.page.height()) == size
    for control in part.findChildren(QAbstractButton):
        if control.isVisible():
            right = control.mapTo(lumen.page, control.rect().topRight()).x()
            assert right < size[0], (control.accessibleName(), right)


class _Windows(QObject):
    """Notes every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


def test_no_part_flashes_a_window(lumen: Desk, themed: QApplication) -> None:
    windows = _Windows()
    themed.installEventFilter(windows)
    for name in PARTS:
        lumen.part(Part, name)
    contests = lumen.part(ContestsPart, "contests")
    for row in list(contests.table.lines.rows):
        lumen.part(ContestsPart, "contests", contest=row.id)
    lumen.part(Part, "members", member=LUMEN_CAST[0].id)
    themed.removeEventFilter(windows)
    assert not windows.seen


def test_the_parts_are_walked_by_the_arrows(lumen: Desk) -> None:
    page = lumen.page
    page.activateWindow()
    segment = next(each for each in page.parts.findChildren(QAbstractButton) if each.isChecked())
    segment.setFocus()
    QTest.keyClick(segment, Qt.Key.Key_Right)
    lumen.settle()
    assert page.parts.value() == "members"


def test_what_was_told_stays_when_the_server_goes_away(
    open_desk_on: OpenDesk, server: ClanServer, clock: Clock, context: Context
) -> None:
    desk = open_desk_on()
    page = desk.page
    assert not page.away.isVisible()
    assert "just now" in page.note_label.text()
    server.down = True
    clock.now = NOW + timedelta(hours=3)
    context.ticker.tick()
    desk.settle()
    assert page.stack.currentWidget() is page.part_stack
    assert page.away.isVisible()
    assert "3 h ago" in page.away.accessibleName()
    assert "as of 3 h ago" in page.note_label.text()
    server.down = False
    context.ticker.tick()
    desk.settle()
    assert not page.away.isVisible()


def test_a_server_that_is_away_from_the_first_can_be_asked_again(
    open_desk_on: OpenDesk, server: ClanServer
) -> None:
    server.down = True
    desk = open_desk_on()
    page = desk.page
    assert page.stack.currentWidget() is page.failed
    server.down = False
    assert page.failed.action_button is not None
    page.failed.action_button.click()
    desk.settle()
    assert page.stack.currentWidget() is page.part_stack


def test_a_part_that_could_not_be_loaded_says_why(open_desk_on: OpenDesk, server: ClanServer) -> None:
    path = f"/api/clans/{LUMEN}/log"
    server.refuse("GET", path, 403, "forbidden", "The log is closed.", action="Ask a leader.")
    desk = open_desk_on()
    part = desk.part(Part, "log")
    assert "The log is closed. Ask a leader." in texts(part)
    server.answers.clear()
    retry = next(each for each in part.findChildren(QAbstractButton) if each.text() == "Try again")
    retry.click()
    desk.settle()
    assert part.states.currentWidget() is part.body


def test_who_was_removed_sees_the_clan_no_more(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    server.hub.clans.pop(LUMEN)
    desk.page.again.click()
    desk.settle()
    assert desk.page.clan is not None
    assert desk.page.clan.id == WAYFARERS


def test_whose_part_is_gone_is_led_to_the_clans_that_are_left(
    open_desk_on: OpenDesk, server: ClanServer, clock: Clock, context: Context
) -> None:
    desk = open_desk_on()
    server.hub.clans.pop(LUMEN)
    clock.now = NOW + timedelta(minutes=5)
    context.ticker.tick()
    desk.settle()
    assert desk.page.clan is not None
    assert desk.page.clan.id == WAYFARERS


# Overview


def test_a_snapshot_runs_is_followed_and_counted(lumen: Desk) -> None:
    part = lumen.part(OverviewPart, "overview")
    card = part.snapshot
    assert "1 of 2 used" in texts(card)
    assert "2 could not be" in card.result.text()
    assert "Rookhaven: The ranking does not know this name." in card.errors.text()
    card.run.click()
    lumen.settle()
    assert card.running is not None
    assert card.progress.isVisible()
    assert not card.run.isEnabled()
    assert "under way" in card.why.text()
    assert part._poll.isActive()
    while card.running is not None:
        before = card.running.done
        part._look_at_snapshot()
        lumen.settle()
        assert card.running is None or card.running.done > before
    assert not card.progress.isVisible()
    assert not part._poll.isActive()
    assert "Run by aria" in card.result.text()
    assert "2 of 2 used" in texts(card)
    assert not card.run.isEnabled()
    assert "used up" in card.why.text()


def test_a_snapshot_can_be_cancelled(lumen: Desk) -> None:
    part = lumen.part(OverviewPart, "overview")
    part.snapshot.run.click()
    lumen.settle()
    part.snapshot.cancel.click()
    lumen.settle()
    assert part.snapshot.running is None
    assert "cancelled after" in part.snapshot.result.text()


def test_a_snapshot_that_is_refused_says_why(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(OverviewPart, "overview")
    path = f"/api/clans/{LUMEN}/snapshots"
    server.refuse("POST", path, 409, "conflict", "Two were run today.", action="Come back tomorrow.")
    part.snapshot.run.click()
    desk.settle()
    assert part.snapshot.why.text() == "Two were run today. Come back tomorrow."


def test_a_hidden_page_follows_no_snapshot(lumen: Desk) -> None:
    part = lumen.part(OverviewPart, "overview")
    part.snapshot.run.click()
    lumen.settle()
    lumen.page.hide()
    assert not part._poll.isActive()


def test_panels_tell_totals_gains_and_what_is_not_known(lumen: Desk) -> None:
    part = lumen.part(OverviewPart, "overview")
    cards = part._cards
    assert list(cards) == ["xp.total", "level.total", "kc.total"]
    xp = cards["xp.total"]
    assert xp.gained.text().startswith("+")
    assert xp.gained.text().endswith("t")
    assert len(xp.gained.toolTip().replace(",", "")) >= 13
    assert "3 members were first seen in these days" in xp.note.text()
    assert "Nothing is known of 1 member." in xp.note.text()
    assert "Nothing is known of" in cards["kc.total"].note.text()
    part.timeframe.set_value("30d")
    part.look()
    lumen.settle()
    assert len(xp.chart._labels) == 30


def test_a_panel_leads_to_its_leaderboard_over_the_same_days(lumen: Desk) -> None:
    part = lumen.part(OverviewPart, "overview")
    part.timeframe.set_value("mtd")
    part._cards["kc.total"].board.click()
    lumen.settle()
    board = lumen.page.part
    assert isinstance(board, BoardPart)
    assert board.told_now.value.metric == "kc.total"
    assert board.told_now.value.timeframe == "mtd"


def test_a_leader_changes_the_clan_and_others_do_not(lumen: Desk) -> None:
    part = lumen.part(OverviewPart, "overview")
    part.edit.click()
    dialog = lumen.dialog(ClanDialog)
    dialog.name.setText("  ")
    dialog.submit()
    assert dialog.fields["name"].error()
    dialog.name.setText("Lumen Nova")
    dialog.cadence.setCurrentIndex(dialog.cadence.findData(168))
    dialog.submit()
    lumen.settle()
    assert lumen.page.clan is not None
    assert (lumen.page.clan.name, lumen.page.clan.cadence_hours) == ("Lumen Nova", 168)
    lumen.page.open_with(clan=WAYFARERS)
    lumen.settle()
    assert not part.edit.isVisible()


def test_the_boards_link_is_copied(open_desk_on: OpenDesk, server: ClanServer) -> None:
    desk = open_desk_on()
    part = desk.part(OverviewPart, "overview")
    part.link.click()
    assert QGuiApplication.clipboard().text() == f"{server.url}/clans/{LUMEN}"


def test_a_closed_window_leaves_no_timer(lumen: Desk) -> None:
    lumen.part(OverviewPart, "overview").snapshot.run.click()
    lumen.settle()
    widgets: list[QWidget] = QApplication.topLevelWidgets()
    assert lumen.page in widgets
    lumen.page.close()
    part = lumen.page.part
    assert isinstance(part, OverviewPart)
    assert not part._poll.isActive()
