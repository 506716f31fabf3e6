"""Cards, sections and what holds them."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_L, SPACE_S, SPACE_XL


class Card(QFrame):
    """A surface with an optional title row and a body. `trailing` stands at the right end of the title row.

    Put content into `body`; `title_label` can be changed at run time.
    """

    def __init__(
        self,
        title: str = "",
        trailing: QWidget | None = None,
        parent: QWidget | None = None,
        *,
        layer: str = "surface",
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", "true" if layer == "surface" else layer)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        outer.setSpacing(SPACE_S)
        self.title_label = label(title, "heading")
        self.header = QHBoxLayout()
        self.header.setSpacing(SPACE_S)
        self.header.addWidget(self.title_label, 1)
        if title or trailing is not None:
            outer.addLayout(self.header)
        else:
            self.title_label.setParent(self)
            self.title_label.hide()
        if trailing is not None:
            self.header.addWidget(trailing)
        if title:
            self.setAccessibleName(title)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_S)
        outer.addLayout(self.body, 1)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Add a widget at the end of the body."""
        self.body.addWidget(widget, stretch)


class Section(QWidget):
    """A titled part of a page without a frame; `note` is a quiet line beside the title."""

    def __init__(
        self, title: str, note: str = "", trailing: QWidget | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(SPACE_S)
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        self.title_label = label(title, "heading")
        self.note_label = label(note, "caption")
        row.addWidget(self.title_label)
        row.addWidget(self.note_label, 1, Qt.AlignmentFlag.AlignBottom)
        if trailing is not None:
            row.addWidget(trailing)
        outer.addLayout(row)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACE_S)
        outer.addLayout(self.body, 1)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Add a widget at the end of the body."""
        self.body.addWidget(widget, stretch)


class Divider(QFrame):
    """A hairline, one pixel."""

    def __init__(
        self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("divider", "true")
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
        else:
            self.setFixedWidth(1)


class ScrollArea(QScrollArea):
    """Scrolls vertically only; the content is as wide as the view but at most `max_width`, and then centred.

    Put content into `body`.
    """

    def __init__(self, max_width: int = 1440, margin: int = SPACE_XL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._max_width = max_width
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.content = QWidget()
        self.content.setProperty("bare", "true")
        centre = QHBoxLayout(self.content)
        centre.setContentsMargins(margin, margin, margin, margin)
        centre.setSpacing(0)
        self._column = QWidget()
        self._column.setMaximumWidth(max_width)
        self.body = QVBoxLayout(self._column)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(SPACE_L)
        centre.addStretch(1)
        centre.addWidget(self._column, 1000)
        centre.addStretch(1)
        self.setWidget(self.content)
        self.content.installEventFilter(self)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Add a widget at the end of the content."""
        self.body.addWidget(widget, stretch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The narrowest content decides how narrow the page can get, since nothing scrolls sideways.
        if watched is self.content and event.type() == QEvent.Type.LayoutRequest:
            self.setMinimumWidth(min(self.content.minimumSizeHint().width(), self._max_width))
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), 120)


def elide_label(made: QLabel, text: str, width: int) -> None:
    """Shorten a text to a width in pixels and keep the whole of it as tooltip."""
    made.setText(made.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width))
    made.setToolTip(text if made.text() != text else "")
