"""The Events page."""

from desktop.ui.context import Context
from desktop.ui.page import Page


class EventsPage(Page):
    """Events."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "Events")

    def refresh(self) -> None:
        """Read again what the page shows."""
