"""Joins sync to the window: made from the options, shown in the top bar."""

import platform
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop.bridge.background import Background
from desktop.bridge.operations import Operations
from desktop.bridge.sync_state import SyncState
from desktop.bridge.syncing import Syncing
from desktop.bridge.ticker import Ticker
from desktop.services.maintenance import back_up_before_sync
from desktop.services.opening import Opened
from desktop.services.runs import client_version
from desktop.system.secrets import system_secrets
from desktop.ui.shell.sync_chip import SyncChip
from desktop.ui.sync_words import sync_words

if TYPE_CHECKING:
    from desktop.bootstrap import Options


def make_syncing(
    opened: Opened,
    background: Background,
    operations: Operations,
    ticker: Ticker,
    options: "Options",
    parent: QObject,
) -> Syncing:
    """Sync over this data."""
    return Syncing(
        opened.services.database,
        background,
        operations,
        ticker,
        backup=partial(back_up_before_sync, options.places, options.now, opened.preferences.backups.keep),
        secrets=options.secrets or system_secrets(),
        open_browser=options.open_browser or open_in_browser,
        device=platform.node()[:80] or "desktop",
        version=client_version(),
        possible=options.demo_characters is None,
        parent=parent,
    )


def open_in_browser(link: str) -> bool:
    """Open a page in the player's browser; whether there is one. Not on the main thread: some take their time."""
    import webbrowser

    return webbrowser.open(link)


class SyncWatch(QObject):
    """Keeps the chip in the top bar true; what it says ages, so it is said anew with every tick."""

    def __init__(self, syncing: Syncing, chip: SyncChip, ticker: Ticker, parent: QObject) -> None:
        super().__init__(parent)
        self._syncing, self._chip, self._ticker = syncing, chip, ticker
        syncing.changed.connect(self._show)
        ticker.ticked.connect(self._on_tick)
        self._show(syncing.state)
        chip.show()

    def _on_tick(self, _now: object) -> None:
        self._show(self._syncing.state)

    def _show(self, state: SyncState) -> None:
        words = sync_words(state, self._ticker.now())
        self._chip.show_state(words.short, words.full, words.icon, words.role)
