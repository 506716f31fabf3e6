"""The Lootboxes page, by keyboard."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QFileDialog, QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.storage.database import Database
from desktop.storage.ledger import Posting, post_all
from desktop.ui.context import Context
from desktop.ui.kit.motion import set_reduced_motion
from desktop.ui.lootboxes.page import LootboxesPage
from desktop.ui.lootboxes.words import percentages
from desktop.ui.theme.apply import apply_theme
from shared.economy.ledger import Kind, issue
from shared.economy.rolls import read_proof, verify_proof
from shared.economy.things import RARITIES, Rarity
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.conftest import RecordingShell

Settle = Callable[[], None]
OpenPage = Callable[..., LootboxesPage]


@pytest.fixture
def coins(services: Services, database: Database) -> Callable[[int], None]:
    """Give the player coins; the secrets of the boxes are the same in every run."""
    numbers = iter(range(100))

    def secret(size: int) -> bytes:
        return hashlib.sha256(f"page {next(numbers)}".encode()).digest()[:size]

    services.lootboxes.seeds._token = secret

    def give(amount: int) -> None:
        with database.write() as writing:
            cause = f"test:{next(numbers)}"
            post_all(writing.tx, [Posting(Kind.ADMIN_ADJUST, cause, issue("coins", amount), NOW, {})])

    return give


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Settle, coins: Callable[[int], None]) -> OpenPage:
    """Open the page as the window would, with so many coins."""

    def build(have: int = 5000, **arguments: object) -> LootboxesPage:
        if have:
            coins(have)
        made = LootboxesPage(context)
        qtbot.addWidget(made)
        made.resize(1092, 748)
        made.open_with(**arguments)
        made.show()
        made.activateWindow()
        settle()
        made.first_focus().setFocus()
        return made

    return build


def rolls(services: Services) -> int:
    return services.lootboxes.book.count()


def test_the_odds_stand_beside_the_box_before_anything_is_opened(
    open_page: OpenPage, services: Services
) -> None:
    page = open_page()
    state = services.lootboxes.state("maple-box")
    odds = page.opening.odds
    texts = [odds.chances[rarity].text() for rarity in RARITIES]
    assert texts == percentages([state.rarities[rarity] for rarity in RARITIES])
    assert sum(float(text.removesuffix(" %")) for text in texts) == pytest.approx(100, abs=1e-9)
    assert odds.pity_count.text() == "0 of 40"
    assert odds.within.text() == "65.13 %"
    assert odds.mean.text() == "9.9"
    assert set(odds._shares) == {prize.slug for prize in state.box.prizes}
    assert page.opening.one.text() == "Open · 100 coins"
    assert page.opening.ten.text() == "Open 10 · 1,000 coins"
    assert page.opening.outcome.text() == "You have 5,000 coins."
    assert page.opening.stage.moment() is None


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_a_key_opens_a_box_and_says_what_came_out(
    open_page: OpenPage, services: Services, qtbot: QtBot, settle: Settle, key: Qt.Key
) -> None:
    page = open_page()
    assert page.opening.one.hasFocus()
    qtbot.keyClick(page.opening.one, key)
    settle()
    (roll,) = services.lootboxes.book.page()
    (prize,) = page.opening.stage.prizes()
    assert prize.rarity is roll.rarity
    assert not page.opening.stage.is_playing(), "motion is reduced here, so the result is there at once"
    assert prize.name in page.opening.stage.accessibleDescription()
    assert prize.name in page.opening.outcome.text()
    assert page.opening.odds.level_note.text().startswith("10 of 100")
    assert page.opening.one.hasFocus()
    qtbot.keyClick(page.opening.one, key)
    settle()
    assert rolls(services) == 2


def test_ten_at_once_are_all_shown(
    open_page: OpenPage, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page()
    qtbot.keyClick(page.opening.one, Qt.Key.Key_Tab)
    assert page.opening.ten.hasFocus()
    qtbot.keyClick(page.opening.ten, Qt.Key.Key_Return)
    settle()
    assert rolls(services) == 10
    assert len(page.opening.stage.prizes()) == 10
    assert len(page.opening.stage.accessibleDescription().split("; ")) == 10
    coins = services.lootboxes.state("maple-box").coins
    assert page.opening.outcome.text().endswith(f"You have {coins:,} coins.")


def test_who_has_too_little_is_told_how_much_is_missing(
    open_page: OpenPage, services: Services, settle: Settle
) -> None:
    page = open_page(160)
    assert page.opening.one.isEnabled()
    assert not page.opening.ten.isEnabled()
    assert page.opening.ten.accessibleDescription().startswith("840 coins short")
    page.opening.one.click()
    settle()
    have = services.lootboxes.state("maple-box").coins
    assert have < 100, "the secret is the same in every run, and this one does not win its price back"
    assert not page.opening.one.isEnabled()
    assert f"{100 - have} coins short" in page.opening.outcome.text()
    assert page.opening.odds.hasFocus(), "the keyboard is not lost with the button"


def test_an_empty_purse_is_a_sentence(open_page: OpenPage) -> None:
    page = open_page(0)
    assert page.opening.outcome.text() == (
        "You have 0 coins. 100 coins short. Runs, tasks and the daily reward bring coins."
    )
    assert page.first_focus() is page.opening.odds


def test_a_refusal_is_shown_and_stays(
    open_page: OpenPage, services: Services, coins: Callable[[int], None], settle: Settle
) -> None:
    page = open_page(100)
    services.lootboxes.open("maple-box")
    assert services.lootboxes.state("maple-box").coins < 100
    page.opening.one.click()
    settle()
    assert page.opening.outcome.text().startswith("This takes 100 coins, and you have ")
    assert page.opening.outcome.property("tone") == "error"
    assert rolls(services) == 1


def test_another_box_shows_its_own_odds(
    open_page: OpenPage, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page()
    chosen = page.opening.chooser._group.button(0)
    chosen.setFocus()
    qtbot.keyClick(chosen, Qt.Key.Key_Right)
    settle()
    assert page.opening.box.slug == "moonlit-chest"
    assert page.opening.one.text() == "Open · 250 coins"
    assert page.opening.odds.pity_count.text() == "0 of 30"
    assert "accent-dragonfruit" in page.opening.odds._shares
    page.opening.one.click()
    settle()
    assert services.lootboxes.book.page()[0].box == "moonlit-chest"
    page.open_with(box="maple-box")
    settle()
    assert page.opening.box.slug == "maple-box"
    page.open_with(box="pandora", view="nonsense")
    assert page.opening.box.slug == "maple-box"


def test_the_animation_plays_and_is_skipped_by_a_key(
    open_page: OpenPage, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page()
    set_reduced_motion(False)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
        before = rolls(services)
        page.opening.one.click()
        settle()
        stage = page.opening.stage
        assert stage.is_playing()
        assert stage.is_moving()
        assert stage.hasFocus()
        assert rolls(services) == before + 1, "it is stored before it is shown"
        # What came of it is not told beside the stage before it is seen.
        assert page.opening.odds.level_note.text().startswith(f"{10 * before} of 100")
        qtbot.keyClick(stage, key)
        settle()
        assert not stage.is_playing()
        assert not stage.is_moving()
        assert page.opening.one.hasFocus()
        assert page.opening.odds.level_note.text().startswith(f"{10 * (before + 1)} of 100")
    page.opening.one.click()
    settle()
    QTest.mouseClick(page.opening.stage, Qt.MouseButton.LeftButton)
    assert not page.opening.stage.is_moving()


def test_the_animation_ends_by_itself(open_page: OpenPage, qtbot: QtBot, settle: Settle) -> None:
    page = open_page()
    set_reduced_motion(False)
    page.opening.one.click()
    settle()
    with qtbot.waitSignal(page.opening.stage.finished, timeout=5000):
        pass
    settle()
    assert not page.opening.stage.is_moving()
    assert page.opening.one.hasFocus()
    assert page.opening.odds.level_note.text().startswith("10 of 100")


def test_a_second_key_while_a_box_is_opened_opens_no_other(
    open_page: OpenPage, services: Services, settle: Settle
) -> None:
    page = open_page()
    set_reduced_motion(False)
    page.opening.one.click()
    page.opening.one.click()
    page.opening.ten.click()
    settle()
    page.opening.ten.click()
    settle()
    assert rolls(services) == 1
    page.opening.stage.skip()


@pytest.mark.parametrize("leave", ["view", "hide", "close"])
def test_leaving_half_way_loses_nothing_and_leaves_nothing_running(
    open_page: OpenPage, services: Services, settle: Settle, leave: str
) -> None:
    page = open_page()
    set_reduced_motion(False)
    page.opening.ten.click()
    settle()
    assert page.opening.stage.is_moving()
    if leave == "view":
        page.open_with(view="history")
    elif leave == "hide":
        page.hide()
    else:
        page.close()
    settle()
    assert not page.opening.stage.is_moving()
    assert not page.opening.busy
    assert rolls(services) == 10
    page.show()
    settle()
    if leave == "view":
        assert len(page.history.model.rolls()) == 10
    else:
        assert page.opening.odds.level_note.text().startswith("0 of 200")


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


def test_an_event_that_begins_changes_the_odds_shown(
    open_page: OpenPage, services: Services, context: Context, clock: Clock, settle: Settle
) -> None:
    page = open_page()
    before = page.opening.odds.chances[Rarity.LEGENDARY].text()
    hunt = next(w for w in services.events.upcoming(clock.now, 12) if w.slug == "legendary-hunt")
    clock.now = hunt.starts + timedelta(hours=1)
    context.ticker.tick()
    settle()
    odds = page.opening.odds
    assert odds.chances[Rarity.LEGENDARY].text() != before
    assert "Legendary Hunt" in odds.events.text()
    assert "0.5\N{NO-BREAK SPACE}from\N{NO-BREAK SPACE}events" in odds.formula.text()


def test_a_failed_read_offers_to_try_again(
    open_page: OpenPage, services: Services, monkeypatch: pytest.MonkeyPatch, settle: Settle
) -> None:
    from shared.errors import StorageError

    def broken(*_: object) -> object:
        raise StorageError("The disk could not be read or written.", "Check the disk and try again.")

    with monkeypatch.context() as patched:
        patched.setattr(type(services.lootboxes), "state", broken)
        page = open_page()
        assert page.stack.currentWidget() is page.failed
    assert page.failed.action_button is not None
    page.failed.action_button.click()
    settle()
    assert page.stack.currentWidget() is page.opening


def test_every_control_has_a_name_and_can_be_hit(
    open_page: OpenPage, services: Services, settle: Settle
) -> None:
    page = open_page(50_000)
    services.lootboxes.open("maple-box", 10)
    services.lootboxes.seeds.rotate()
    for view in ("open", "history", "luck", "fairness"):
        page.open_with(view=view)
        settle()
        seen = 0
        for kind in (QAbstractButton, QComboBox, QLineEdit):
            for made in page.findChildren(kind):
                if made.isVisible() and made.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                    seen += 1
                    assert made.accessibleName(), made
                    assert made.height() >= 24
                    assert made.width() >= 24
        assert seen > 3


@pytest.mark.parametrize("view", ["open", "history", "luck", "fairness"])
def test_tab_reaches_every_control_and_comes_round(
    open_page: OpenPage, services: Services, settle: Settle, view: str
) -> None:
    page = open_page(50_000)
    services.lootboxes.open("maple-box", 10)
    page.open_with(view=view)
    settle()
    start = page.first_focus()
    start.setFocus()
    seen = {start}
    for _ in range(60):
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is start:
            break
        seen.add(focused)
    assert QApplication.focusWidget() is start
    wanted = [
        made
        for made in page.findChildren(QAbstractButton)
        if made.isVisible() and made.isEnabled() and made.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert set(wanted) <= seen


def test_every_theme_and_size_paints(open_page: OpenPage, services: Services, settle: Settle) -> None:
    page = open_page(50_000)
    services.lootboxes.open("maple-box", 10)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for theme in ("dark", "light", "high-contrast"):
        apply_theme(app, theme)
        for view in ("open", "history", "luck", "fairness"):
            page.open_with(view=view)
            settle()
            for size in ((772, 588), (1092, 748), (1700, 1000)):
                page.resize(*size)
                QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
                assert not page.grab().isNull()
                assert page.width() == size[0], "nothing is wider than the window"
