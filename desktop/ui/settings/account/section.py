"""Account and sync: who is signed in, how sync stands, and where else."""

from PySide6.QtWidgets import QWidget

from desktop.ui.context import Context
from desktop.ui.settings.account.online import OnlineCards
from desktop.ui.settings.account.sign_in import SignInCard
from desktop.ui.settings.account.status import StatusCard
from desktop.ui.settings.section import SettingsSection


class AccountSection(SettingsSection):
    """Cards that come and go with the state of the account."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.sign_in = SignInCard(context, self)
        self.status = StatusCard(context, self)
        self.online = OnlineCards(context, self)
        for part in (self.status, self.sign_in, self.online):
            self.column.addWidget(part)

    def first_control(self) -> QWidget:
        """Where the keyboard is best begun."""
        return self.status.sync_now if self.status.isVisible() else self.sign_in.address
