"""Opening boxes on the Lootboxes page, by keyboard."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.kit.motion import set_reduced_motion
from desktop.ui.lootboxes.words import percentages
from desktop.ui.theme.apply import apply_theme
from shared.economy.things import RARITIES, Rarity
from tests.desktop.conftest import Clock
from tests.desktop.ui.lootboxes.conftest import OpenPage, Settle


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


def test_a_look_at_another_box_meanwhile_does_not_mix_them_up(
    open_page: OpenPage, services: Services, settle: Settle
) -> None:
    page = open_page()
    page.opening.one.click()
    page.opening.choose("moonlit-chest")
    settle()
    assert services.lootboxes.book.page()[0].box == "maple-box"
    assert page.opening.box.slug == "maple-box"
    assert page.opening.odds.pity_count.text() == f"{services.lootboxes.state('maple-box').pity} of 40"
    assert len(page.opening.stage.prizes()) == 1


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
