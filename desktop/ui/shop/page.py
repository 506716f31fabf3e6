"""The Shop page."""

from desktop.ui.context import Context
from desktop.ui.page import Page


class ShopPage(Page):
    """Shop."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "Shop")

    def refresh(self) -> None:
        """Read again what the page shows."""
