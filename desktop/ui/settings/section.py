"""What every settings section is built from."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.ui.kit.containers import Card, Divider
from desktop.ui.kit.forms import SettingsRow
from desktop.ui.theme.tokens import SPACE_L


class SettingsSection(QWidget):
    """Cards of rows, one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SPACE_L)

    def card(self, title: str, *rows: QWidget) -> Card:
        """Add a card with rows, parted by lines."""
        made = Card(title)
        for index, row in enumerate(rows):
            if index:
                made.add(Divider())
            made.add(row)
        self.column.addWidget(made)
        return made

    @staticmethod
    def row(title: str, help: str, control: QWidget) -> SettingsRow:  # noqa: A002
        """A row: title and help at the left, its control at the right."""
        return SettingsRow(title, help, control)
