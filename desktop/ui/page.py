"""What every page has in common: it refreshes when what it shows has changed, and not while nobody looks."""

from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.storage.changes import Changes
from desktop.ui.context import Context
from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_XL


class Page(QWidget):
    """A page of the main window. Subclasses fill `body`, put controls into `controls` and implement `refresh`.

    kinds: names of the tables whose changes make it stale. per_character: whether it shows the chosen character.
    """

    revealed = Signal()
    """What the page kept to itself has been seen."""

    kinds: ClassVar[frozenset[str]] = frozenset()
    per_character: ClassVar[bool] = False

    def __init__(self, context: Context, title: str) -> None:
        super().__init__()
        self.context = context
        self._stale = True
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.header = QWidget()
        row = QHBoxLayout(self.header)
        row.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_M)
        row.setSpacing(SPACE_M)
        self.title_label = label(title, "title")
        self.note_label = label("", "body", "muted")
        row.addWidget(self.title_label)
        row.addWidget(self.note_label)
        row.addStretch(1)
        self.controls = QHBoxLayout()
        self.controls.setSpacing(SPACE_M)
        row.addLayout(self.controls)
        outer.addWidget(self.header)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        outer.addLayout(self.body, 1)
        context.operations.changed.connect(self._on_changes)
        context.ticker.day_changed.connect(self._on_day)
        if self.per_character:
            context.selection.changed.connect(self.invalidate)

    @property
    def keeps_secret(self) -> bool:
        """Whether it is just about to show what the rest of the window should not tell before it."""
        return False

    def refresh(self) -> None:
        """Read again what the page shows."""
        raise NotImplementedError

    def open_with(self, **arguments: object) -> None:
        """Take the arguments the page was opened with. Called before it is shown."""

    def first_focus(self) -> QWidget | None:
        """Where the keyboard starts on this page."""
        return None

    def invalidate(self) -> None:
        """What is shown is no longer true: refresh now, or when somebody looks."""
        if self.isVisible():
            self._stale = False
            self.refresh()
        else:
            self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def _on_changes(self, changes: Changes) -> None:
        if changes.kinds & self.kinds:
            self.invalidate()

    def _on_day(self, _day: object) -> None:
        self.invalidate()
