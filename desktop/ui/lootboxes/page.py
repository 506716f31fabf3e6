"""The Lootboxes page."""

from desktop.ui.context import Context
from desktop.ui.page import Page


class LootboxesPage(Page):
    """Lootboxes."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "Lootboxes")

    def refresh(self) -> None:
        """Read again what the page shows."""
