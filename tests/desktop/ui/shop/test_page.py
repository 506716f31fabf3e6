"""The Shop page, by keyboard and by mouse, over a real database."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.kit.frames import draw_frame, frame_looks
from desktop.ui.kit.states import EmptyState
from desktop.ui.shop.delegate import buttons_of, frame_of
from desktop.ui.shop.model import CardModel
from desktop.ui.shop.page import INVENTORY, ShopPage
from desktop.ui.shop.rows import Action, Card, Heading
from desktop.ui.theme.apply import apply_theme
from desktop.ui.theme.icons import icon_names
from shared.catalog import Catalog
from shared.economy.things import CosmeticKind
from tests.desktop.conftest import NOW, Clock
from tests.desktop.services.economy.test_shop import give, have, win

Settle = Callable[[], None]
OpenPage = Callable[[], ShopPage]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Settle) -> OpenPage:
    """Open the page as the window would, with what the database has now."""

    def build() -> ShopPage:
        made = ShopPage(context)
        qtbot.addWidget(made)
        made.resize(1092, 748)
        made.show()
        settle()
        made.first_focus().setFocus()
        return made

    return build


@pytest.fixture
def page(services: Services, open_page: OpenPage) -> ShopPage:
    """The shop, for somebody with 1,000 coins at level 5."""
    give(services, coins=1000, experience=1000)
    return open_page()


def slugs(page: ShopPage) -> list[str]:
    return [row.slug for row in page.view.cards.rows() if isinstance(row, Card)]


def card(page: ShopPage, slug: str) -> Card:
    found = page.view.cards.rows()[page.view.cards.row_of(slug)]
    assert isinstance(found, Card)
    return found


def test_everything_for_sale_stands_under_its_kind(page: ShopPage, services: Services) -> None:
    headings = [row.title for row in page.view.cards.rows() if isinstance(row, Heading)]
    assert headings == ["Accents", "Card frames", "Titles", "Icons", "Materials"]
    assert set(slugs(page)) == {state.item.slug for state in services.shop.items()}
    assert page.note_label.text() == "0 of 32 collected"
    assert page.purse.accessibleName().startswith("Your purse: 1,000 coins, level 5, 0 Legendary Ore")


def test_each_card_says_what_can_be_done(page: ShopPage) -> None:
    said = {slug: (card(page, slug).action_text, card(page, slug).usable) for slug in slugs(page)}
    assert said["accent-lagoon"] == ("Buy", True)
    assert said["accent-lantern"] == ("200 coins short", False)
    assert said["frame-phoenix"] == ("Level 15", False)
    assert said["tray-dewdrop"] == ("Sold out", False)
    lantern = card(page, "accent-lantern").spoken
    assert lantern == (
        "Lantern, Rare, Warm yellow light left on for latecomers, 1,200 coins, 200 coins short"
    )


def test_enter_buys_then_wears_then_takes_off_and_undo_goes_all_the_way_back(
    page: ShopPage, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    assert page.view.card() == card(page, "accent-lagoon")
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    settle()
    assert have(services, "coins") == 700
    assert (card(page, "accent-lagoon").action, page.view.hasFocus()) == (Action.WEAR, True)
    assert page.note_label.text() == "1 of 32 collected"
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    settle()
    assert card(page, "accent-lagoon").worn
    assert context.wardrobe.look(CosmeticKind.ACCENT) == "lagoon"
    qtbot.keyClick(page.view, Qt.Key.Key_Space)
    settle()
    assert context.wardrobe.worn(CosmeticKind.ACCENT) is None
    for _ in range(3):
        context.operations.undo()
        settle()
    assert have(services, "coins") == 1000
    assert card(page, "accent-lagoon").action is Action.BUY


def test_what_cannot_be_bought_is_refused_with_a_sentence(
    page: ShopPage, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    refused: list[str] = []
    context.operations.refused.connect(lambda error: refused.append(error.message))
    for slug in ("accent-lantern", "frame-phoenix", "tray-dewdrop"):
        page.view.select(slug)
        qtbot.keyClick(page.view, Qt.Key.Key_Return)
        settle()
    assert refused == [
        "This takes 1,200 coins, and you have 1,000.",
        "This needs level 15, and you are level 5.",
        "This is sold out.",
    ]
    assert have(services, "coins") == 1000
    assert page.view.card() == card(page, "tray-dewdrop")


def test_arrows_walk_over_cards_and_past_headings(page: ShopPage, qtbot: QtBot) -> None:
    order = slugs(page)
    for expected in order[1:4]:
        qtbot.keyClick(page.view, Qt.Key.Key_Right)
        current = page.view.card()
        assert current is not None
        assert current.slug == expected
    for _ in range(12):
        qtbot.keyClick(page.view, Qt.Key.Key_Down)
    current = page.view.card()
    assert current is not None
    assert current.slug in order[-4:]
    for _ in range(12):
        qtbot.keyClick(page.view, Qt.Key.Key_Up)
    current = page.view.card()
    assert current is not None
    assert current.slug in order[:4]
    assert page.view.verticalScrollBar().value() == 0


def test_only_a_cards_button_buys_by_mouse(
    page: ShopPage, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    index = page.view.cards.index(page.view.cards.row_of("accent-clover"))
    rect = page.view.visualRect(index)
    qtbot.mouseClick(page.view.viewport(), LEFT, pos=rect.topLeft() + QPoint(60, 60))
    settle()
    assert have(services, "coins") == 1000
    assert page.view.card() == card(page, "accent-clover")
    button = buttons_of(frame_of(rect), card(page, "accent-clover"))["action"]
    assert min(button.width(), button.height()) >= 24
    qtbot.mouseMove(page.view.viewport(), button.center().toPoint())
    qtbot.mouseClick(page.view.viewport(), LEFT, pos=button.center().toPoint())
    settle()
    assert have(services, "coins") == 700


def test_pressing_one_button_and_letting_go_elsewhere_does_nothing(
    page: ShopPage, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    index = page.view.cards.index(page.view.cards.row_of("accent-clover"))
    rect = page.view.visualRect(index)
    button = buttons_of(frame_of(rect), card(page, "accent-clover"))["action"].center().toPoint()
    qtbot.mousePress(page.view.viewport(), LEFT, pos=button)
    qtbot.mouseRelease(page.view.viewport(), LEFT, pos=rect.topLeft() + QPoint(60, 60))
    settle()
    assert have(services, "coins") == 1000


def test_category_order_and_hiding_what_is_owned(
    page: ShopPage, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    context.operations.perform(lambda: services.shop.buy("frame-twine"))
    settle()
    page.category.setFocus()
    qtbot.keyClick(page.category, Qt.Key.Key_Right)
    qtbot.keyClick(page.category, Qt.Key.Key_Right)
    assert slugs(page) == ["frame-twine", "frame-vine", "frame-brass", "frame-starlit", "frame-phoenix"]
    qtbot.keyClick(page.hide_owned, Qt.Key.Key_Space)
    assert slugs(page)[0] == "frame-vine"
    page.order.setCurrentIndex(2)
    page.order.activated.emit(2)
    assert slugs(page) == ["frame-phoenix", "frame-starlit", "frame-brass", "frame-vine"]
    page.order.setCurrentIndex(1)
    page.order.activated.emit(1)
    assert slugs(page)[0] == "frame-vine"
    assert not any(isinstance(row, Heading) for row in page.view.cards.rows())


def test_with_all_of_a_kind_owned_and_hidden_the_page_says_so(
    page: ShopPage, services: Services, catalog: Catalog, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    for cosmetic in catalog.economy.cosmetics.values():
        if cosmetic.kind is CosmeticKind.TITLE:
            win(services, cosmetic.slug)
    page.invalidate()
    settle()
    page.category.set_value("title")
    page.view.setFocus()
    page.hide_owned.click()
    assert page.stack.currentWidget() is page.all_owned
    focused = QApplication.focusWidget()
    assert focused is page.all_owned.action_button
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert page.stack.currentWidget() is page.view
    assert page.view.hasFocus()


def test_an_empty_inventory_leads_to_the_shop(open_page: OpenPage, qtbot: QtBot) -> None:
    page = open_page()
    page.part.setFocus()
    qtbot.keyClick(page.part, Qt.Key.Key_Right)
    assert page.stack.currentWidget() is page.nothing_owned
    assert isinstance(page.first_focus(), QAbstractButton)
    qtbot.keyClick(page.first_focus(), Qt.Key.Key_Space)
    assert page.in_shop
    assert page.stack.currentWidget() is page.view


def test_the_inventory_shows_what_is_owned_and_where_from(
    services: Services, open_page: OpenPage, settle: Settle
) -> None:
    give(services, coins=2000, experience=1000)
    services.shop.buy("accent-lagoon")
    services.shop.buy("phoenix-feather", 2)
    win(services, "title-maple-storm")
    page = open_page()
    page.open_with(part=INVENTORY)
    settle()
    assert slugs(page) == [
        "accent-lagoon",
        "title-maple-storm",
        "legendary-ore",
        "celestial-dust",
        "phoenix-feather",
    ]
    assert card(page, "accent-lagoon").note == "bought for 300 coins"
    assert card(page, "title-maple-storm").note == "from the Maple Box"
    feathers = card(page, "phoenix-feather")
    assert (feathers.pieces, feathers.action) == (2, Action.NONE)
    assert feathers.spoken == (
        "2 × Phoenix Feather, Rare, Still smoulders a little, for Ember, Phoenix, Feather,"
        " can be given back for 24 h"
    )


def test_delete_gives_back_while_there_is_time(
    services: Services, open_page: OpenPage, clock: Clock, qtbot: QtBot, settle: Settle
) -> None:
    give(services, coins=1000)
    services.shop.buy("accent-lagoon")
    services.shop.buy("title-tidy-bag")
    page = open_page()
    page.open_with(part=INVENTORY)
    settle()
    page.view.select("accent-lagoon")
    qtbot.keyClick(page.view, Qt.Key.Key_Delete)
    settle()
    assert have(services, "coins") == 850
    current = page.view.card()
    assert current is not None
    assert current.slug == "title-tidy-bag"
    assert page.view.hasFocus()
    clock.now = NOW + timedelta(hours=72)
    page.invalidate()
    settle()
    assert not card(page, "title-tidy-bag").returnable
    qtbot.keyClick(page.view, Qt.Key.Key_Delete)
    settle()
    assert have(services, "coins") == 850


def test_give_back_has_its_own_button(
    services: Services, open_page: OpenPage, qtbot: QtBot, settle: Settle
) -> None:
    give(services, coins=1000)
    services.shop.buy("accent-lagoon")
    page = open_page()
    page.open_with(part=INVENTORY)
    settle()
    index = page.view.cards.index(page.view.cards.row_of("accent-lagoon"))
    places = buttons_of(frame_of(page.view.visualRect(index)), card(page, "accent-lagoon"))
    assert not places["return"].intersects(places["action"])
    qtbot.mouseClick(page.view.viewport(), LEFT, pos=places["return"].center().toPoint())
    settle()
    assert have(services, "coins") == 1000
    assert "accent-lagoon" not in slugs(page)


def test_the_menu_names_the_keys_and_buys_several(page: ShopPage, services: Services, settle: Settle) -> None:
    menu = page.menu_of(card(page, "celestial-dust"))
    assert [action.text() for action in menu.actions()] == ["Buy\tEnter", "Buy 2", "Buy 5"]
    menu.actions()[2].trigger()
    settle()
    assert have(services, "celestial-dust") == 5
    menu.close()
    again = page.menu_of(card(page, "celestial-dust"))
    assert again.actions()[-1].text() == "Give back\tDel"
    again.close()


def test_every_control_has_a_name_and_a_place_in_the_tab_order(page: ShopPage) -> None:
    controls = [
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    assert {page.view, page.hide_owned, page.order} <= set(controls)
    for widget in controls:
        if isinstance(widget, QAbstractButton | QComboBox) or widget is page.view:
            assert widget.accessibleName(), widget


def test_names_of_titles_are_shown_on_the_main_character(
    services: Services, context: Context, character: str, open_page: OpenPage
) -> None:
    context.selection.set_characters(tuple(services.characters.all()))
    page = open_page()
    assert page.view._painter.name == "Aria"


def test_the_shop_that_cannot_be_read_says_so_and_tries_again(
    page: ShopPage, services: Services, qtbot: QtBot, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shared.errors import StorageError

    def broken() -> list[object]:
        raise StorageError("The database is damaged.")

    with monkeypatch.context() as patched:
        patched.setattr(services.shop, "items", broken)
        page.invalidate()
        settle()
        shown = page.stack.currentWidget()
        assert isinstance(shown, EmptyState)
        assert shown.kind == "could_not_load"
    assert page.failed.action_button is not None
    qtbot.mouseClick(page.failed.action_button, LEFT)
    settle()
    assert page.stack.currentWidget() is page.view


def test_accents_say_that_high_contrast_keeps_its_own(page: ShopPage, themed: QApplication) -> None:
    apply_theme(themed, "high-contrast")
    heading = page.view.cards.rows()[0]
    assert isinstance(heading, Heading)
    assert "high contrast keeps its own" in heading.note


def test_the_model_keeps_the_rules_of_models(page: ShopPage, qtmodeltester: ModelTester) -> None:
    model = CardModel()
    qtmodeltester.check(model)
    model.set_rows(page.view.cards.rows())
    model.set_rows(page.view.cards.rows())
    model.set_rows(page.view.cards.rows()[:3])
    model.set_rows([])


def test_every_look_of_the_catalogue_can_be_drawn(themed: QApplication, catalog: Catalog) -> None:
    cosmetics = catalog.economy.cosmetics.values()
    assert {c.look for c in cosmetics if c.kind is CosmeticKind.FRAME} == set(frame_looks())
    assert {c.look for c in cosmetics if c.kind is CosmeticKind.TRAY} <= set(icon_names())
    assert {m.icon for m in catalog.economy.materials.values()} <= set(icon_names())


def test_frames_differ_and_stay_at_the_edge(themed: QApplication, tmp_path: Path) -> None:
    from PySide6.QtCore import QRectF

    seen: list[bytes] = []
    for look in sorted(frame_looks()):
        image = QImage(260, 88, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        draw_frame(painter, QRectF(0.5, 0.5, 259, 87), look)
        painter.end()
        inside = image.copy(12, 12, 236, 64)
        assert all(inside.pixelColor(x, y).alpha() == 0 for x in range(236) for y in range(64)), look
        seen.append(bytes(image.constBits()))
    assert len(set(seen)) == len(frame_looks())
