"""Which server's figures to show, where nobody is signed in to one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.bridge.settings import SettingsStore
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_XL

_WIDTH = 520


class ServerForm(QWidget):
    """An address and why one is needed. taken: it is in the preferences. account_asked: rather a sign-in."""

    taken = Signal()
    account_asked = Signal()

    def __init__(self, settings: SettingsStore) -> None:
        super().__init__()
        self._settings = settings
        card = Card(self.tr("Whose figures?"))
        card.setFixedWidth(_WIDTH)
        card.add(
            label(
                self.tr(
                    "How often what really drops is added up by a MapleHub server from the runs its players share."
                    " The figures are public: its address is enough, no account is needed."
                ),
                wrap=True,
            )
        )
        self.address = QLineEdit(settings.value.server)
        self.address.setPlaceholderText("https://maplehub.example")
        self.address.setMaxLength(200)
        self.address.returnPressed.connect(self.take)
        self.field = FormField(self.tr("Server"), self.address)
        card.add(self.field)
        row = QHBoxLayout()
        self.show_button = button(self.tr("Show its figures"), "primary", "community")
        self.show_button.clicked.connect(self.take)
        self.account_button = button(self.tr("Sign in instead…"), "quiet")
        self.account_button.clicked.connect(self.account_asked)
        row.addWidget(self.show_button)
        row.addWidget(self.account_button)
        row.addStretch(1)
        card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card)
        across.addStretch(1)
        column.addStretch(1)
        column.addLayout(across)
        column.addStretch(2)

    def take(self, _checked: object = False) -> None:
        """Use the address from now on; what it cannot be is said below it."""
        address = self.address.text().strip()
        if not address:
            self._refuse(self.tr("Enter the address of a MapleHub server."))
            return
        try:
            self._settings.update("server", value=address if "://" in address else f"https://{address}")
        except ValueError:
            self._refuse(self.tr("An address begins with https://"))
            return
        self.field.set_error("")
        self.taken.emit()

    def _refuse(self, why: str) -> None:
        self.field.set_error(why)
        self.address.setFocus()
