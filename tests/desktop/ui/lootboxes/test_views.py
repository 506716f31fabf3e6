"""History, luck and fairness on the Lootboxes page."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.storage.database import Database
from desktop.ui.context import Context
from shared.economy.rolls import read_proof, verify_proof
from shared.economy.things import RARITIES
from tests.desktop.ui.conftest import RecordingShell
from tests.desktop.ui.lootboxes.conftest import OpenPage, Settle


def test_history_is_read_page_by_page_and_filtered(
    open_page: OpenPage, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page(1_000_000)
    for _ in range(25):
        services.lootboxes.open("maple-box", 10)
    services.lootboxes.open("moonlit-chest")
    page.open_with(view="history")
    settle()
    history = page.history
    assert history.count.text() == "251 openings"
    assert history.model.rowCount() == 100
    history.list.setFocus()
    qtbot.keyClick(history.list, Qt.Key.Key_End)
    settle()
    qtbot.keyClick(history.list, Qt.Key.Key_End)
    settle()
    qtbot.keyClick(history.list, Qt.Key.Key_End)
    settle()
    assert [roll.number for roll in history.model.rolls()] == list(range(251, 0, -1))
    for rarity in RARITIES:
        if rarity.is_rare:
            qtbot.keyClick(history.chips[rarity], Qt.Key.Key_Space)
    settle()
    assert {roll.rarity.is_rare for roll in history.model.rolls()} == {True}
    history.box.setCurrentIndex(history.box.findData("moonlit-chest"))
    for chip in history.chips.values():
        chip.setChecked(False)
    settle()
    assert [roll.box for roll in history.model.rolls()] == ["moonlit-chest"]
    # What cannot be found offers the way back.
    rarity = history.model.rolls()[0].rarity
    other = next(each for each in RARITIES if each is not rarity)
    history.chips[other].click()
    settle()
    assert history.stack.currentWidget() is history.no_match
    qtbot.keyClick(history.first_focus(), Qt.Key.Key_Space)
    settle()
    assert history.count.text() == "251 openings"
    assert history.list.hasFocus()


def test_the_history_model_keeps_qts_rules(
    open_page: OpenPage, services: Services, settle: Settle, qtmodeltester: ModelTester
) -> None:
    page = open_page(20_000, view="history")
    services.lootboxes.open("maple-box", 10)
    page.refresh()
    settle()
    qtmodeltester.check(page.history.model)
    text = page.history.model.data(page.history.model.index(0))
    assert isinstance(text, str)
    assert "Maple Box" in text


def test_nothing_opened_yet_offers_to_open_one(open_page: OpenPage, qtbot: QtBot, settle: Settle) -> None:
    page = open_page()
    for view, shown in (("history", page.history), ("luck", page.luck)):
        page.open_with(view=view)
        settle()
        assert shown.stack.currentWidget() is shown.nothing
        start = page.first_focus()
        assert start is shown.nothing.action_button
        start.setFocus()
        qtbot.keyClick(start, Qt.Key.Key_Space)
        settle()
        assert page.view == "open"
        assert page.opening.one.hasFocus()


def test_luck_tells_what_came_against_what_was_expected(
    open_page: OpenPage, services: Services, settle: Settle
) -> None:
    page = open_page(1_000_000)
    for _ in range(30):
        services.lootboxes.open("maple-box", 10)
    page.open_with(view="luck")
    settle()
    found = services.lootboxes.book.statistics()
    assert page.luck.figures["openings"].value.text() == "300"
    assert page.luck.sentence.text().startswith(f"{found.luck.hits} Rare or better in 300 openings, ")
    assert "Luckier than" in page.luck.sentence.text()
    for rate in found.rates:
        assert page.luck.counts[rate.rarity].text() == str(rate.count)
        assert f"{rate.count} of 300 openings" in page.luck.bars[rate.rarity].accessibleDescription()
    assert page.luck._best_flow.count() == len(found.best) > 0
    page.luck.box.setCurrentIndex(page.luck.box.findData("moonlit-chest"))
    settle()
    assert page.luck.stack.currentWidget() is page.luck.nothing


def test_the_own_seed_counts_from_the_next_roll_on(
    open_page: OpenPage, services: Services, shell: RecordingShell, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page(view="fairness")
    fairness = page.fairness
    assert fairness.commitment.text() == services.lootboxes.seeds.current().commitment
    assert not fairness.save.isEnabled()
    assert not fairness.rotate.isEnabled(), "there is nothing to tell yet"
    fairness.client_seed.setFocus()
    qtbot.keyClicks(fairness.client_seed, "my seed")
    assert fairness.save.isEnabled()
    qtbot.keyClick(fairness.client_seed, Qt.Key.Key_Return)
    settle()
    assert services.lootboxes.seeds.client_seed() == "my seed"
    assert not fairness.save.isEnabled()
    assert shell.toasts == ["Your seed counts from the next roll on"]
    # What is being typed is not lost when something else refreshes the page.
    qtbot.keyClicks(fairness.client_seed, " 2")
    services.lootboxes.open("maple-box")
    page.refresh()
    settle()
    assert fairness.client_seed.text() == "my seed 2"
    fairness.client_seed.setText("tab\there")
    fairness.save.click()
    settle()
    assert fairness.field.error()
    assert services.lootboxes.seeds.client_seed() == "my seed"


def test_a_seed_is_told_verified_and_proved(
    open_page: OpenPage, services: Services, shell: RecordingShell, settle: Settle, tmp_path: Path
) -> None:
    page = open_page(50_000)
    page.opening.ten.click()
    settle()
    page.open_with(view="fairness")
    settle()
    fairness = page.fairness
    before = fairness.commitment.text()
    fairness.commitment.copy.click()
    assert QGuiApplication.clipboard().text() == before
    fairness.rotate.click()
    settle()
    assert fairness.commitment.text() != before
    assert shell.toasts == ["The secret is told; a new seed has begun"]
    (current, ended) = services.lootboxes.seeds.epochs()
    row = fairness.rows[ended.id]
    assert fairness.rows[current.id].save is None, "no proof while the secret is in use"
    row.check.click()
    settle()
    assert row.verdict.text() == "10 openings repeated: every one is what its seeds say."
    assert row.verdict.property("tone") == "success"
    # The verdict stays when the page refreshes.
    page.refresh()
    settle()
    assert not fairness.rows[ended.id].verdict.isHidden()
    file = tmp_path / "proof.json"
    page.export_to(ended.id, file)
    settle()
    assert verify_proof(read_proof(file.read_text("utf-8"))) == []
    assert shell.toasts[-1] == "Exported the proof to proof.json"
    page.export_to(ended.id, tmp_path / "no such folder" / "proof.json")
    settle()
    assert shell.toasts[-1].startswith("The file could not be written")
    fairness.rows[ended.id].save.click()  # type: ignore[union-attr]
    (dialog,) = page.findChildren(QFileDialog)
    dialog.reject()


def test_tampering_is_told_in_red(
    open_page: OpenPage, services: Services, database: Database, settle: Settle
) -> None:
    from desktop.storage.append_only import unguard

    page = open_page(50_000)
    services.lootboxes.open("maple-box", 10)
    with database.write() as writing:
        unguard(writing.tx.connection)
        writing.tx.connection.exec_driver_sql("UPDATE lootbox_rolls SET amount = amount + 1")
    page.open_with(view="fairness")
    settle()
    (row,) = page.fairness.rows.values()
    row.check.click()
    settle()
    assert row.verdict.property("tone") == "error"
    assert row.verdict.text().startswith("This does not hold.\nRoll 0: ")
    assert row.verdict.text().endswith("and 7 more")
