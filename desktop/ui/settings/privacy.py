"""What leaves this computer: nothing, until the player says so."""

from PySide6.QtWidgets import QComboBox

from desktop.ui.context import Context
from desktop.ui.kit.labels import label
from desktop.ui.settings.section import SettingsSection


class PrivacySection(SettingsSection):
    """The choice is kept now; sharing begins when the community statistics are shown here."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._settings = context.settings
        self.share = QComboBox()
        for text, value in (
            (self.tr("Ask me when it becomes possible"), None),
            (self.tr("Yes, share my runs"), True),
            (self.tr("No, never"), False),
        ):
            self.share.addItem(text, value)
        chosen = context.settings.value.privacy.share_statistics
        self.share.setCurrentIndex({None: 0, True: 1, False: 2}[chosen])
        self.share.activated.connect(self._share)
        card = self.card(
            self.tr("Community statistics"),
            self.row(
                self.tr("Share my runs for honest drop rates"),
                self.tr(
                    "Runs, drops, party size and world; never names or notes. You can withdraw at any time."
                ),
                self.share,
            ),
        )
        card.add(
            label(
                self.tr(
                    "This version does not share anything with the statistics yet, whatever is chosen here. What you"
                    " sync with a server is counted by nobody."
                ),
                "caption",
                wrap=True,
            )
        )

    def _share(self, _index: int) -> None:
        self._settings.update("privacy", share_statistics=self.share.currentData())
