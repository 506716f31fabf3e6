"""The community's figures and the clans for the window: made from the options."""

from typing import TYPE_CHECKING

from desktop.bridge.clans import Clans
from desktop.bridge.community import Community
from desktop.services.registry import Services

if TYPE_CHECKING:
    from desktop.ui.shell.controller import ShellController


def make_community(shell: "ShellController", services: Services) -> Community:
    """Figures of the account's server, or samples for a demo."""
    return Community(
        services,
        shell.background,
        shell.operations,
        shell.ticker,
        shell.settings,
        shell.syncing,
        shell.options.places.figures,
        samples=shell.options.demo_characters is not None,
        parent=shell,
    )


def make_clans(shell: "ShellController", services: Services) -> Clans:
    """The clans of the account, or a made-up one for a demo."""
    return Clans(
        shell.background,
        shell.ticker,
        shell.syncing,
        services.catalog,
        samples=shell.options.demo_characters is not None,
        parent=shell,
    )
