"""The Coins page."""

from desktop.ui.context import Context
from desktop.ui.page import Page


class CoinsPage(Page):
    """Coins."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "Coins")

    def refresh(self) -> None:
        """Read again what the page shows."""
