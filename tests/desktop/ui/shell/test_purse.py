"""The balance in the top bar."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from desktop.storage.ledger import Posting, post_all
from desktop.ui.shell.coin_chip import CoinChip
from shared.economy.ledger import COINS, Kind, issue
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.window import Desk


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """The app with an empty purse."""
    return open_desk()


def chip(desk: Desk) -> CoinChip:
    return desk.app.window.top_bar.coin_chip


def give(desk: Desk, coins: int) -> None:
    """Coins from nowhere, as an administrator would."""
    database = desk.controller.context.services.database

    def work() -> object:
        with database.write() as writing:
            post_all(writing.tx, [Posting(Kind.ADMIN_ADJUST, f"test {coins}", issue(COINS, coins), NOW, {})])
        return writing.changes

    desk.controller.operations.perform(work, quiet=True)
    desk.settle()


def test_it_says_coins_level_and_that_the_reward_waits(desk: Desk) -> None:
    assert chip(desk).isVisible()
    assert chip(desk).accessibleName() == "0 coins, level 1, today’s reward is not claimed yet"
    assert chip(desk).reward_waits
    assert min(chip(desk).width(), chip(desk).height()) >= 24


def test_it_follows_every_booking(desk: Desk) -> None:
    give(desk, 1)
    assert chip(desk).accessibleName().startswith("1 coin, level 1")
    give(desk, 1233)
    assert chip(desk).text() == "1,234"
    give(desk, 3_000_000_000)
    assert chip(desk).text() == "3,000,001,234"
    assert chip(desk).width() >= chip(desk).sizeHint().width()
    assert not chip(desk).grab().isNull()


def test_claiming_takes_the_mark_away_until_the_next_day(desk: Desk, clock: Clock) -> None:
    wallet = desk.controller.context.services.wallet
    desk.controller.operations.perform(wallet.claim_daily)
    desk.settle()
    assert chip(desk).accessibleName() == "150 coins, level 1"
    assert not chip(desk).reward_waits
    clock.now = NOW + timedelta(hours=6)
    desk.controller.ticker.tick()
    desk.settle()
    assert chip(desk).reward_waits


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_it_opens_the_coins(desk: Desk, key: Qt.Key) -> None:
    chip(desk).setFocus()
    desk.press(key)
    assert desk.controller.page == "coins"


def test_the_bar_holds_it_in_the_smallest_window(desk: Desk) -> None:
    give(desk, 123_456_789)
    desk.app.window.resize(960, 640)
    desk.settle()
    bar = desk.app.window.top_bar
    right = bar.log_button.mapTo(bar, bar.log_button.rect().topRight()).x()
    assert right <= bar.rect().right()
    assert chip(desk).width() >= chip(desk).sizeHint().width()
