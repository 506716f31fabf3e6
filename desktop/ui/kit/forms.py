"""Labelled inputs and settings rows, which pass label and help on to screen readers."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.kit.labels import label, set_style_property
from desktop.ui.theme.tokens import SPACE_L, SPACE_XS


class FormField(QWidget):
    """A label above a control, help below it, and in its place an error when there is one."""

    def __init__(
        self,
        label_text: str,
        control: QWidget,
        help: str = "",  # noqa: A002 - the field's name for it
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._help = help
        self._error = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        self.name_label = QLabel(label_text)
        self.name_label.setProperty("type", "caption")
        self.name_label.setBuddy(control)
        self._below = label("", "caption", wrap=True)
        column.addWidget(self.name_label)
        column.addWidget(control)
        column.addWidget(self._below)
        column.addStretch(1)
        control.setAccessibleName(label_text.replace("&", ""))
        self._show()

    def error(self) -> str:
        """The error shown, "" for none."""
        return self._error

    def set_error(self, text: str) -> None:
        """Show an error under the field, or with "" its help again."""
        self._error = text
        self._show()

    def _show(self) -> None:
        text = self._error or self._help
        self._below.setText(text)
        self._below.setVisible(bool(text))
        set_style_property(self._below, "tone", "error" if self._error else "muted")
        set_style_property(self.control, "invalid", bool(self._error))
        self.control.setAccessibleDescription(text)


class SettingsRow(QWidget):
    """A setting: title and help at the left, its control at the right."""

    def __init__(self, title: str, help: str, control: QWidget, parent: QWidget | None = None) -> None:  # noqa: A002
        super().__init__(parent)
        self.control = control
        row = QHBoxLayout(self)
        row.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        row.setSpacing(SPACE_L)
        words = QVBoxLayout()
        words.setSpacing(2)
        name = label(title)
        name.setBuddy(control)
        words.addWidget(name)
        if help:
            words.addWidget(label(help, "caption", wrap=True))
        row.addLayout(words, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        control.setAccessibleName(title)
        control.setAccessibleDescription(help)
