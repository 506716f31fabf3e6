"""The Coins page: what it shows, its filters, the check, the file, and its states."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from desktop.services.economy.books import PAGE, BookFilter
from desktop.services.registry import Services
from desktop.ui.coins.model import Column
from desktop.ui.coins.page import CoinsPage
from desktop.ui.context import Context
from desktop.ui.kit.states import EmptyState
from shared.economy.ledger import COINS, Kind
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.conftest import RecordingShell

Settle = Callable[[], None]
OpenPage = Callable[[], CoinsPage]


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Settle) -> OpenPage:
    def show() -> CoinsPage:
        page = CoinsPage(context)
        qtbot.addWidget(page)
        page.resize(1092, 740)
        page.show()
        settle()
        return page

    return show


@pytest.fixture
def earned(services: Services, character: str, clock: Clock) -> Services:
    """Three days of rewards and one clear taken back."""
    clock.now = NOW - timedelta(days=2)
    for _ in range(3):
        services.wallet.claim_daily()
        clock.now += timedelta(days=1)
    clock.now = NOW
    services.runs.tick(character, "hard-lucid")
    services.runs.untick(character, "hard-lucid")
    services.runs.tick(character, "hard-damien")
    return services


def texts(page: CoinsPage, column: Column) -> list[str]:
    return [str(page.model.index(row, column).data()) for row in range(page.model.rowCount())]


def test_an_empty_ledger_shows_the_way(
    open_page: OpenPage, shell: RecordingShell, qtbot: QtBot, character: str
) -> None:
    page = open_page()
    shown = page.stack.currentWidget()
    assert isinstance(shown, EmptyState)
    focus = page.first_focus()
    assert isinstance(focus, QPushButton)
    qtbot.keyClick(focus, Qt.Key.Key_Space)
    assert shell.went == [("bosses", {})]
    assert not page.export_button.isEnabled()


def test_entries_say_what_they_are_for(earned: Services, open_page: OpenPage) -> None:
    page = open_page()
    names = texts(page, Column.WHAT)
    assert any("Hard Damien · Aria" in name for name in names)
    assert any(name.startswith("Taken back: ") and "Hard Lucid" in name for name in names)
    assert names.count("Daily reward") == 3
    amounts = texts(page, Column.AMOUNT)
    assert amounts[names.index("Daily reward")] == "+100"
    assert any(amount.startswith("−") for amount in amounts)
    spoken = page.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert amounts[0] in spoken
    assert names[0] in spoken
    assert page.summary.coins.text() == texts(page, Column.BALANCE)[0]


def test_the_model_keeps_qts_rules(earned: Services, open_page: OpenPage) -> None:
    page = open_page()
    QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    page.refresh()


def test_a_new_reward_is_there_at_once(
    earned: Services, context: Context, open_page: OpenPage, character: str, settle: Settle
) -> None:
    page = open_page()
    before = page.model.rowCount()
    context.operations.perform(lambda: earned.runs.tick(character, "chaos-vellum"))
    settle()
    assert page.model.rowCount() > before


def test_chips_and_lists_narrow_it(
    earned: Services, open_page: OpenPage, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page()
    qtbot.keyClick(page.filters.kinds[Kind.DAILY], Qt.Key.Key_Space)
    settle()
    assert set(texts(page, Column.WHAT)) == {"Daily reward"}
    page.filters.when.setCurrentIndex(page.filters.when.findData("day"))
    settle()
    assert page.model.rowCount() == 1
    assert page.count.text() == "1 entry"
    page.filters.unit.setCurrentIndex(page.filters.unit.findData("phoenix-feather"))
    settle()
    shown = page.stack.currentWidget()
    assert isinstance(shown, EmptyState)
    focus = page.first_focus()
    assert isinstance(focus, QPushButton)
    qtbot.keyClick(focus, Qt.Key.Key_Space)
    settle()
    assert not page.filters.narrowed


def test_two_days_may_be_given_in_any_order(earned: Services, open_page: OpenPage, settle: Settle) -> None:
    from PySide6.QtCore import QDate

    page = open_page()
    page.filters.when.setCurrentIndex(page.filters.when.findData("custom"))
    settle()
    assert page.filters.since.isVisible()
    page.filters.since.setDate(QDate(2026, 11, 20))
    page.filters.until.setDate(QDate(2026, 11, 19))
    settle()
    wanted = page.filters.filter()
    assert (wanted.since, wanted.until) == (NOW.date() - timedelta(days=2), NOW.date() - timedelta(days=1))
    assert texts(page, Column.WHAT).count("Daily reward") == 2


def test_long_lists_are_read_as_they_are_scrolled(
    demo_context: Context, open_page: OpenPage, settle: Settle
) -> None:
    page = open_page()
    assert page.model.rowCount() == PAGE
    page.table.scrollToBottom()
    settle()
    assert page.model.rowCount() == 2 * PAGE
    whole = demo_context.services.books.lines(BookFilter(), 0, 2 * PAGE)
    assert [page.model.line(row) for row in range(2 * PAGE)] == whole


def test_the_chart_follows_the_span(
    earned: Services, open_page: OpenPage, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page()
    week = page.flow.chart.accessibleDescription()
    qtbot.keyClick(page.flow.bucket_choice, Qt.Key.Key_Left)
    settle()
    assert page.flow.bucket == "day"
    assert page.flow.chart.accessibleDescription() != week


def test_the_books_are_checked(
    earned: Services, open_page: OpenPage, shell: RecordingShell, settle: Settle
) -> None:
    page = open_page()
    page.check_button.click()
    settle()
    assert "The books are right" in shell.toasts[-1]
    with earned.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_accounts SET balance = 7 WHERE account = 'user:coins'")
    page.check_button.click()
    settle()
    assert "wrong in" in shell.toasts[-1]
    assert "kept as 7" in shell.toasts[-1]


def test_a_file_is_written_and_told(
    earned: Services, open_page: OpenPage, shell: RecordingShell, settle: Settle, tmp_path: Path
) -> None:
    page = open_page()
    path = tmp_path / "coins.csv"
    page.export_to(path)
    settle()
    assert len(path.read_text("utf-8-sig").splitlines()) == page.model.rowCount() + 1
    assert "coins.csv" in shell.toasts[-1]
    assert page.export_button.text() == "Export…"
    (tmp_path / "file").write_text("no folder")
    page.export_to(tmp_path / "file" / "coins.csv")
    settle()
    assert "could not be written" in shell.toasts[-1]


def test_everything_has_a_name_and_a_place_in_the_tab_order(earned: Services, open_page: OpenPage) -> None:
    page = open_page()
    controls = [page.check_button, page.export_button, page.table, page.flow.chart]
    controls += [*page.findChildren(QComboBox), *page.filters.kinds.values()]
    for control in controls:
        assert control.accessibleName(), control
        if control.isVisible():
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
            assert control.height() >= 24
    assert page.first_focus() is page.table
    assert page.filters.filter().unit == COINS
