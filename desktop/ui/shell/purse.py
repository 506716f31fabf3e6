"""Keeps the balance in the top bar true."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from desktop.bridge.background import Latest
from desktop.services.economy.wallet import Purse
from desktop.storage.changes import Changes
from desktop.ui.context import Context
from desktop.ui.page import Page
from desktop.ui.shell.coin_chip import CoinChip
from shared.errors import MapleHubError


class PurseWatch(QObject):
    """Reads the purse at the start, after every booking and on a new day, and shows it on the chip.

    What a page is about to reveal is not told before it has.
    """

    def __init__(
        self, context: Context, chip: CoinChip, front: Callable[[], Page | None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._front = front
        self._chip = chip
        self._reads = Latest(context.background, self)
        context.operations.changed.connect(self._on_changes)
        context.ticker.day_changed.connect(self.read)
        self.read()

    def read(self, _day: object = None) -> None:
        """Ask for the purse now."""
        self._reads.database(self._context.services.wallet.purse, self._show, self._not_read)

    def _on_changes(self, changes: Changes) -> None:
        if "ledger_transactions" not in changes.kinds:
            return
        page = self._front()
        if page is not None and page.keeps_secret:
            page.revealed.connect(self.read, Qt.ConnectionType.SingleShotConnection)
        else:
            self.read()

    def _show(self, purse: Purse) -> None:
        self._chip.show_purse(purse.coins, purse.player.level, claimed=purse.daily_claimed)

    def _not_read(self, error: Exception) -> None:
        """A database in trouble is told where something is done with it; the old figure stays."""
        if not isinstance(error, MapleHubError):
            self._context.background.crashed.emit(error)
