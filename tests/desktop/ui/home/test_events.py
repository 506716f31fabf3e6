"""The strip of events on Home and the daily reward."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.home.page import HomePage
from desktop.ui.theme.apply import apply_theme
from shared.economy.events import EventRules
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.conftest import RecordingShell

Settle = Callable[[], None]


@pytest.fixture
def page(context: Context, character: str, qtbot: QtBot, settle: Settle) -> HomePage:
    """Home of one character, while Merchant's Fortune is on."""
    context.selection.set_characters(tuple(context.services.characters.all()))
    made = HomePage(context)
    qtbot.addWidget(made)
    made.resize(1092, 748)
    made.show()
    settle()
    return made


def test_it_says_what_is_on_and_what_comes(page: HomePage) -> None:
    strip = page.events.events
    assert strip.accessibleName() == (
        "Merchant's Fortune, 4 d 5 h left, Coins ×1.5, next Legendary Hunt in 4 d 5 h"
    )
    assert "Merchant's Fortune until " in strip.toolTip()
    assert "Legendary Hunt begins " in strip.toolTip()


def test_enter_opens_the_events(page: HomePage, shell: RecordingShell, qtbot: QtBot) -> None:
    page.events.events.setFocus()
    qtbot.keyClick(page.events.events, Qt.Key.Key_Return)
    qtbot.keyClick(page.events.events, Qt.Key.Key_Space)
    assert shell.went == [("events", {}), ("events", {})]


def test_the_daily_reward_is_claimed_once(
    page: HomePage, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    daily = page.events.daily
    assert daily.button.text() == "Claim 150 coins"
    assert daily.button.accessibleDescription() == "50 of them from events"
    assert daily.status_label.text() == "renews in 5 h 30 min"
    daily.button.setFocus()
    qtbot.keyClick(daily.button, Qt.Key.Key_Space)
    assert not daily.button.isEnabled()
    settle()
    assert services.wallet.purse().coins == 150
    assert services.wallet.purse().daily_claimed
    assert not daily.button.isVisible()
    assert daily.done.isVisible()
    assert daily.status_label.text() == "Claimed · next in 5 h 30 min"
    assert QApplication.focusWidget() is not daily.button


def test_it_is_there_again_the_next_day(
    page: HomePage, services: Services, context: Context, clock: Clock, qtbot: QtBot, settle: Settle
) -> None:
    qtbot.keyClick(page.events.daily.button, Qt.Key.Key_Space)
    settle()
    clock.now = NOW + timedelta(hours=5, minutes=29)
    context.ticker.tick()
    assert page.events.daily.status_label.text() == "Claimed · next in 1 min"
    clock.now = NOW + timedelta(hours=5, minutes=30)
    context.ticker.tick()
    settle()
    assert page.events.daily.button.isVisible()
    assert page.events.daily.button.isEnabled()
    qtbot.keyClick(page.events.daily.button, Qt.Key.Key_Space)
    settle()
    assert services.wallet.purse().coins == 300


def test_one_that_was_taken_elsewhere_is_told_and_shown(
    page: HomePage, services: Services, shell: RecordingShell, qtbot: QtBot, settle: Settle
) -> None:
    services.wallet.claim_daily()
    qtbot.keyClick(page.events.daily.button, Qt.Key.Key_Space)
    settle()
    assert services.wallet.purse().coins == 150
    assert any("taken already" in text for text in shell.toasts)
    assert not page.events.daily.button.isVisible()


def test_the_next_event_takes_over(page: HomePage, context: Context, clock: Clock, settle: Settle) -> None:
    clock.now = datetime(2026, 11, 25, 23, 59, tzinfo=UTC)
    context.ticker.tick()
    settle()
    assert "1 min left" in page.events.events.accessibleName()
    clock.now = datetime(2026, 11, 26, tzinfo=UTC)
    context.ticker.tick()
    settle()
    assert page.events.events.accessibleName().startswith("Legendary Hunt, 7 d 0 h left, Rare and better")
    assert page.events.daily.button.text() == "Claim 100 coins"
    assert page.events.daily.button.accessibleDescription() == ""


def test_several_events_are_told_together(
    page: HomePage, context: Context, clock: Clock, settle: Settle
) -> None:
    clock.now = datetime(2027, 5, 12, 9, tzinfo=UTC)
    context.ticker.tick()
    settle()
    name = page.events.events.accessibleName()
    assert "Merchant's Fortune" in name
    assert "Anniversary Week" in name
    assert "Coins ×2.25" in name
    assert page.events.daily.button.text() == "Claim 225 coins"


@pytest.mark.parametrize("nothing", [False, True])
def test_it_is_drawn_in_every_theme(
    page: HomePage, services: Services, settle: Settle, nothing: bool
) -> None:
    if nothing:
        services.events._rules = replace(EventRules(date(2026, 1, 1), 28, ()))
        page.refresh()
        settle()
        assert page.events.events.accessibleName() == "No event runs now"
    for theme in ("dark", "light", "high-contrast"):
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        assert not page.events.grab().isNull()
    assert page.events.events.height() >= 24
    assert page.events.daily.button.height() >= 24


def test_without_a_character_there_is_no_strip(context: Context, qtbot: QtBot, settle: Settle) -> None:
    made = HomePage(context)
    qtbot.addWidget(made)
    made.show()
    settle()
    assert not made.events.isVisible()
