"""What is worn shows in the whole app, at once and after a restart."""

import json
from collections.abc import Callable

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop.ui.home.page import HomePage
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import icon
from desktop.ui.theme.tokens import load_theme
from shared.economy.things import CosmeticKind
from shared.ids import natural_id
from tests.desktop.services.economy.test_shop import give
from tests.desktop.ui.window import Desk

LAGOON = load_theme("dark", accent="lagoon").color("accent")
OWN = load_theme("dark").color("accent")


def perform(desk: Desk, work: Callable[[], object]) -> None:
    """Do something as a page would."""
    desk.controller.operations.perform(work)
    desk.settle()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    """The app of a player who owns an accent, a frame, a title and an icon."""
    made = open_desk()
    services = made.controller.context.services
    perform(made, lambda: services.characters.create("Aria", "kronos", is_main=True))
    made.app.background.database(lambda: give(services, coins=3000, experience=3000))
    made.settle()
    for slug in ("accent-lagoon", "frame-twine", "title-early-bird", "tray-acorn"):
        perform(made, lambda slug=slug: services.shop.buy(slug))
    return made


def same(one: QIcon, other: QIcon) -> bool:
    return bool(one.pixmap(24, 24).toImage() == other.pixmap(24, 24).toImage())


def test_an_accent_recolours_the_app_at_once_and_undo_takes_it_off(desk: Desk) -> None:
    services, controller = desk.controller.context.services, desk.controller
    perform(desk, lambda: services.wearing.wear("accent-lagoon"))
    assert current_theme().color("accent") == LAGOON
    assert LAGOON.name() in QApplication.instance().styleSheet()
    assert controller.settings.value.appearance.accent == "lagoon"
    controller.operations.undo()
    desk.settle()
    assert current_theme().color("accent") == OWN
    assert controller.settings.value.appearance.accent == ""


def test_giving_a_worn_accent_back_takes_it_off_everywhere(desk: Desk) -> None:
    services = desk.controller.context.services
    perform(desk, lambda: services.wearing.wear("accent-lagoon"))
    perform(desk, lambda: services.shop.refund(natural_id("purchase", "accent-lagoon")))
    assert current_theme().color("accent") == OWN


def test_a_theme_named_at_the_start_stays_when_an_accent_is_worn(desk: Desk) -> None:
    services = desk.controller.context.services
    assert desk.app.options.theme == "dark"
    perform(desk, lambda: services.wearing.wear("accent-lagoon"))
    assert desk.app.theme.preference == "dark"
    desk.controller.settings.update("appearance", theme="light")
    assert desk.app.theme.preference == "light"
    assert (current_theme().name, current_theme().accent) == ("light", "lagoon")


def test_the_accent_is_there_before_the_data_is(desk: Desk, open_desk: Callable[..., Desk]) -> None:
    services = desk.controller.context.services
    perform(desk, lambda: services.wearing.wear("accent-lagoon"))
    stored = json.loads(desk.app.options.places.preferences.read_text("utf-8"))
    assert stored["appearance"]["accent"] == "lagoon"
    desk.close()
    desk.app.theme.set_accent("")
    assert current_theme().color("accent") == OWN
    from desktop.bootstrap import App

    app = App(QApplication.instance(), desk.app.options)
    assert app.controller is None
    assert current_theme().color("accent") == LAGOON
    app.close()


def test_what_the_preferences_remember_wrongly_is_put_right(
    desk: Desk, open_desk: Callable[..., Desk]
) -> None:
    desk.controller.settings.update("appearance", accent="ember")
    desk.settle()
    desk.close()
    again = open_desk()
    assert again.controller.settings.value.appearance.accent == ""
    assert current_theme().color("accent") == OWN


def test_the_worn_icon_is_the_windows_icon_and_follows_the_accent(desk: Desk) -> None:
    services = desk.controller.context.services
    assert same(QApplication.windowIcon(), icon("maple", "accent"))
    perform(desk, lambda: services.wearing.wear("tray-acorn"))
    assert same(QApplication.windowIcon(), icon("acorn", "accent"))
    plain = QApplication.windowIcon()
    perform(desk, lambda: services.wearing.wear("accent-lagoon"))
    assert same(QApplication.windowIcon(), icon("acorn", "accent"))
    assert not same(QApplication.windowIcon(), plain)
    perform(desk, lambda: services.wearing.take_off(CosmeticKind.TRAY))
    assert same(QApplication.windowIcon(), icon("maple", "accent"))


def test_home_wears_frame_and_title(desk: Desk) -> None:
    services, controller = desk.controller.context.services, desk.controller
    controller.go("home")
    desk.settle()
    home = controller.window.findChild(HomePage)
    assert home is not None
    button = home.characters.buttons[0]
    before = button.grab().toImage()
    perform(desk, lambda: services.wearing.wear("frame-twine"))
    framed = button.grab().toImage()
    assert framed != before
    perform(desk, lambda: services.wearing.wear("title-early-bird"))
    assert button.accessibleName().startswith("Aria, Early Bird, ")
    assert button.grab().toImage() != framed
    switcher = controller.window.top_bar.switcher
    assert switcher.toolTip().startswith("Early Bird\n")
    perform(desk, lambda: services.wearing.take_off(CosmeticKind.TITLE))
    assert "Early Bird" not in switcher.toolTip() + switcher.accessibleDescription()


def test_boss_cards_wear_the_frame(desk: Desk) -> None:
    from desktop.ui.bosses.page import BossesPage

    services, controller = desk.controller.context.services, desk.controller
    controller.go("bosses", view="cards")
    desk.settle()
    page = controller.window.findChild(BossesPage)
    assert page is not None
    page.everything.click()
    desk.settle()
    before = page.cards.viewport().grab().toImage()
    perform(desk, lambda: services.wearing.wear("frame-twine"))
    assert page.cards.viewport().grab().toImage() != before
