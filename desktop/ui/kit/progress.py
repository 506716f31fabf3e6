"""Long work with a bar and a way out."""

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_S

_STEPS = 1000


class Progress(QObject):
    """Carries the share done from the working thread to the window's, and asks the work to stop.

    It belongs to something that outlives the dialog, because the work may.
    """

    moved = Signal(float)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stopped = False

    def report(self, share: float) -> None:
        """How far the work is, 0–1; from any thread."""
        self.moved.emit(share)

    def stop(self) -> None:
        """Ask the work to stop."""
        self._stopped = True

    def stopped(self) -> bool:
        """Whether it was asked to stop; from any thread."""
        return self._stopped


def busy_bar(name: str) -> QProgressBar:
    """A bar for what takes as long as it takes."""
    made = QProgressBar()
    made.setRange(0, 0)
    made.setTextVisible(False)
    made.setAccessibleName(name)
    return made


class ProgressPanel(QWidget):
    """A sentence over a bar, in the middle of its room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = label("", "heading")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(360)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE_S)
        column.addStretch(1)
        for widget in (self._words, self.bar):
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def begin(self, text: str) -> None:
        """Say what goes on. The bar moves without an end until the first share is known."""
        self._words.setText(text)
        self.bar.setAccessibleName(text)
        self.bar.setRange(0, 0)

    def show_share(self, share: float) -> None:
        """How far it is, 0–1."""
        self.bar.setRange(0, _STEPS)
        self.bar.setValue(round(share * _STEPS))
