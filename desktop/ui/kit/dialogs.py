"""The foot of a dialog: what went wrong at the left, the buttons at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL


class DialogFoot(QWidget):
    """Stands below a dialog that scrolls. The last button is the default one: Enter presses it."""

    def __init__(self, *buttons: QPushButton) -> None:
        super().__init__()
        self.setProperty("layer", "foot")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_XL, SPACE_M, SPACE_XL, SPACE_M)
        row.setSpacing(SPACE_S)
        self._error = label("", "body", "error", wrap=True)
        row.addWidget(self._error, 1)
        for made in buttons:
            row.addWidget(made)
        buttons[-1].setDefault(True)

    def set_error(self, text: str) -> None:
        """Say what went wrong, "" for nothing."""
        self._error.setText(text)

    def error(self) -> str:
        """What it says, "" for nothing."""
        return self._error.text()
