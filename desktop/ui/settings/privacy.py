"""What leaves this computer: nothing, until the player says so."""

from PySide6.QtWidgets import QCheckBox

from desktop.ui.context import Context
from desktop.ui.kit.labels import label
from desktop.ui.settings.section import SettingsSection
from desktop.ui.sync_words import host_of


class PrivacySection(SettingsSection):
    """Whether the player's runs count in the community statistics."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._community = context.community
        self._syncing = context.syncing
        self.share = QCheckBox()
        self.share.clicked.connect(self._community.decide)
        self.state = label("", "strong", wrap=True)
        card = self.card(
            self.tr("Community statistics"),
            self.row(
                self.tr("Count my runs in the drop rates"),
                self.tr(
                    "What counts of a clear: boss, day, party size, kind of world, what dropped. Never your name, your"
                    " characters’ names or your notes."
                ),
                self.share,
            ),
        )
        card.add(self.state)
        card.add(
            label(
                self.tr(
                    "Take it back at any time, and your runs leave the totals. Only the files of past months that were"
                    " published before keep them, under a number that is another one every month."
                ),
                "caption",
                wrap=True,
            )
        )
        self._community.changed.connect(self._show)
        self._syncing.changed.connect(self._show)
        self._show()

    def _show(self, _state: object = None) -> None:
        sharing = self._community.sharing
        self.share.setChecked(bool(sharing))
        self.share.setEnabled(self._syncing.possible)
        self.state.setText(self._words(sharing))

    def _words(self, sharing: bool | None) -> str:
        account = self._syncing.state.account
        if not self._syncing.possible:
            return self.tr("This is the demo: its runs are made up and never count.")
        if account is None:
            return self.tr("You have no account here, so nothing is sent and nothing counts.")
        if not account.signed_in:
            return self.tr("You are signed out. What you choose reaches {0} when you sign in again.").format(
                host_of(account.server)
            )
        if sharing:
            return self.tr("Your runs count at {0}.").format(host_of(account.server))
        if sharing is None:
            return self.tr("Your runs do not count before you say yes.")
        return self.tr("Your runs do not count.")
