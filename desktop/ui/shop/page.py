"""The Shop page: what coins can buy, and what has been bought and won."""

from functools import partial
from typing import ClassVar

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.context import Context
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.page import Page
from desktop.ui.shop.presenter import ShopPresenter, Stall
from desktop.ui.shop.purse import PurseLine
from desktop.ui.shop.rows import Action, Card, Order, Row, inventory_rows, shop_rows
from desktop.ui.shop.view import CardView
from desktop.ui.shop.words import CATEGORIES, category_title, give_back_text
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.tokens import PLAIN, SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from shared.economy.things import Material
from shared.errors import MapleHubError

SHOP, INVENTORY = "shop", "inventory"
_ROOM_FOR_NOTE = 900
"""Pixels; a narrower page has only its title beside the purse."""


class ShopPage(Page):
    """Buying, wearing and giving back."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {"purchases", "settings", "lootbox_rolls", "ledger_transactions", "characters"}
    )

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Shop"))
        self.setAccessibleName(self.tr("Shop"))
        self.presenter = ShopPresenter(context.services, context.background, context.operations, self)
        self._stall: Stall | None = None
        self.part = Segmented(
            self.tr("What is shown"),
            [(SHOP, self.tr("Shop"), "shop"), (INVENTORY, self.tr("Inventory"), "box")],
        )
        self.part.changed.connect(self._switch)
        self._materials = context.catalog.economy.materials
        self.purse = PurseLine(self._materials)
        self.controls.addWidget(self.purse)
        self.controls.addSpacing(SPACE_S)
        self.controls.addWidget(self.part)
        self._build_bar()
        self.view = CardView(self._materials)
        self.view.acted.connect(self._act)
        self.view.returned.connect(self.presenter.give_back)
        self.view.asked.connect(self._ask)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self._build_states()
        context.operations.refused.connect(self._refused)

    def refresh(self) -> None:
        self.presenter.load(self._on_stall, self._on_failed)

    def open_with(self, **arguments: object) -> None:
        if arguments.get("part") in {SHOP, INVENTORY}:
            self.part.set_value(arguments["part"])
            self.invalidate()

    def first_focus(self) -> QWidget:
        shown = self.stack.currentWidget()
        if isinstance(shown, EmptyState) and shown.action_button is not None:
            return shown.action_button
        return self.view

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_stall", None) is not None:
            # What is said of accents depends on the theme.
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.note_label.setVisible(self.width() >= _ROOM_FOR_NOTE)

    @property
    def in_shop(self) -> bool:
        """Whether the shop is shown, not the inventory."""
        return self.part.value() == SHOP

    def _build_bar(self) -> None:
        """How the shop is looked through."""
        self.bar = QWidget()
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_S)
        row.setSpacing(SPACE_M)
        self.category = Segmented(
            self.tr("Kind"), [("", self.tr("All")), *((kind, category_title(kind)) for kind in CATEGORIES)]
        )
        self.category.changed.connect(self._arrange)
        self.hide_owned = Chip(self.tr("Hide owned"))
        self.hide_owned.toggled.connect(self._arrange)
        self.order = QComboBox()
        self.order.setAccessibleName(self.tr("Sort by"))
        for order, text in (
            (Order.KIND, self.tr("By kind")),
            (Order.PRICE, self.tr("Cheapest first")),
            (Order.RARITY, self.tr("Rarest first")),
        ):
            self.order.addItem(text, order)
        self.order.activated.connect(self._arrange)
        row.addWidget(self.category)
        row.addStretch(1)
        row.addWidget(self.hide_owned)
        row.addWidget(self.order)
        self.body.addWidget(self.bar)

    def _build_states(self) -> None:
        self.loading = QWidget()
        column = QVBoxLayout(self.loading)
        column.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_XL)
        column.addWidget(LoadingState(self.tr("Loading the shop"), rows=6))
        column.addStretch(1)
        self.nothing_owned = EmptyState(
            "nothing_yet",
            self.tr("Nothing here yet"),
            self.tr("What you buy in the shop and find in boxes is kept here."),
            self.tr("Look around the shop"),
        )
        self.nothing_owned.action.connect(self._to_shop)
        self.all_owned = EmptyState(
            "no_match",
            self.tr("You have all of it"),
            self.tr("Owned things are hidden."),
            self.tr("Show owned"),
        )
        self.all_owned.action.connect(self.hide_owned.click)
        self.failed = EmptyState(
            "could_not_load", self.tr("The shop could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.invalidate)
        for widget in (self.loading, self.view, self.nothing_owned, self.all_owned, self.failed):
            self.stack.addWidget(widget)

    def _on_stall(self, stall: Stall) -> None:
        self._stall = stall
        self._arrange()

    def _arrange(self, _choice: object = None) -> None:
        """Show what is known, with the keyboard on the card where it was."""
        stall = self._stall
        if stall is None:
            return
        self.purse.set_purse(stall.purse)
        owned = len(stall.inventory.cosmetics)
        everything = len(self.context.catalog.economy.cosmetics)
        self.note_label.setText(self.tr("{0} of {1} collected").format(owned, everything))
        self.bar.setVisible(self.in_shop)
        main = next((c for c in self.context.selection.characters if c.is_main), None)
        main = main or self.context.selection.current
        self.view.set_name(main.name if main is not None else self.tr("Your main"))
        before, place = self.view.card(), self.view.currentIndex().row()
        rows = self._rows(stall)
        self.view.cards.set_rows(rows)
        empty = self.all_owned if self.in_shop else self.nothing_owned
        self._show(self.view if rows else empty)
        if before is not None and self.view.cards.row_of(before.slug) < 0:
            # What was just given back or hidden: go on with what took its place.
            self.view.setCurrentIndex(self.view.cards.index(min(place, len(rows) - 1)))
            self.view.ensure_current()
        else:
            self.view.select("" if before is None else before.slug)

    def _rows(self, stall: Stall) -> list[Row]:
        now, plain = self.context.ticker.now(), current_theme().name == PLAIN
        if not self.in_shop:
            return inventory_rows(stall.inventory, self._materials, now, plain=plain)
        return shop_rows(
            stall.items,
            self._materials,
            category=str(self.category.value()),
            order=Order(self.order.currentData()),
            hide_owned=self.hide_owned.isChecked(),
            plain=plain,
            now=now,
        )

    def _show(self, shown: QWidget) -> None:
        """Show one of the states; the keyboard goes along when it was in the one before."""
        before = self.stack.currentWidget()
        focused = self.window().focusWidget()
        had_focus = before is not None and (before is focused or before.isAncestorOf(focused))
        self.stack.setCurrentWidget(shown)
        if had_focus and shown is not before:
            self.first_focus().setFocus()

    def _on_failed(self, error: Exception) -> None:
        self.failed.setAccessibleDescription(str(error) if isinstance(error, MapleHubError) else "")
        self._show(self.failed)

    def _refused(self, _error: object) -> None:
        # What is shown may have been out of date.
        self.invalidate()

    def _switch(self, _part: object) -> None:
        self._arrange()
        self.view.scrollToTop()

    def _to_shop(self) -> None:
        self.part.set_value(SHOP)
        self._arrange()

    def _act(self, card: Card) -> None:
        self.presenter.act(card)

    def _ask(self, card: Card, place: QPoint) -> None:
        menu = self.menu_of(card)
        if menu.isEmpty():
            menu.deleteLater()
        else:
            menu.popup(place)

    def menu_of(self, card: Card) -> QMenu:
        """Everything that can be done with a card; the keys are named, so that they are learnt."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        if card.action is not Action.NONE:
            act = menu.addAction(f"{card.action_text}\tEnter")
            act.setEnabled(card.usable)
            act.triggered.connect(partial(self.presenter.act, card, 1))
        if card.action is Action.BUY and card.usable and isinstance(card.thing, Material):
            for pieces in (2, 5):
                more = menu.addAction(self.tr("Buy {0}").format(pieces))
                more.triggered.connect(partial(self.presenter.act, card, pieces))
        if card.purchase:
            back = menu.addAction(f"{give_back_text()}\tDel")
            back.triggered.connect(partial(self.presenter.give_back, card))
        return menu
