"""What can be done on the Shop page."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop.bridge.background import Background, Latest
from desktop.bridge.operations import Operations
from desktop.services.economy.shop import Inventory, ShopState
from desktop.services.economy.wallet import Purse
from desktop.services.registry import Services
from desktop.ui.shop.rows import Action, Card
from shared.economy.things import Cosmetic


@dataclass(frozen=True, slots=True)
class Stall:
    """Everything the page shows."""

    purse: Purse
    items: tuple[ShopState, ...]
    inventory: Inventory


class ShopPresenter(QObject):
    """Reads shop and inventory and turns keys and clicks into use cases."""

    def __init__(
        self, services: Services, background: Background, operations: Operations, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._operations = operations
        self._reads = Latest(background, self)

    def load(self, done: Callable[[Stall], None], failed: Callable[[Exception], None]) -> None:
        """Read all of it in one go."""
        services = self._services
        self._reads.database(
            lambda: Stall(services.wallet.purse(), tuple(services.shop.items()), services.shop.inventory()),
            done,
            failed,
        )

    def act(self, card: Card, pieces: int = 1) -> None:
        """Do what the card's button says. What cannot be done is refused with a sentence."""
        shop, wearing, thing = self._services.shop, self._services.wearing, card.thing
        if card.action is Action.BUY:
            self._operations.perform(lambda: shop.buy(card.slug, pieces))
        elif card.action is Action.WEAR:
            self._operations.perform(lambda: wearing.wear(thing.slug))
        elif card.action is Action.TAKE_OFF and isinstance(thing, Cosmetic):
            kind = thing.kind
            self._operations.perform(lambda: wearing.take_off(kind))

    def give_back(self, card: Card) -> None:
        """Give the card's purchase back; nothing when there is none that could be."""
        shop, purchase = self._services.shop, card.purchase
        if purchase:
            self._operations.perform(lambda: shop.refund(purchase))
