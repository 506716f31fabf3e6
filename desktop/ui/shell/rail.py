"""The left rail: one button per page."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop.ui.kit.labels import label
from desktop.ui.theme.icons import bind_icon
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS

WIDTH = 188


class Rail(QWidget):
    """chosen: the id of the page a person picked."""

    chosen = Signal(str)

    def __init__(self, entries: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        """entries: (page id, title, icon name); the last one stands at the bottom."""
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("layer", "rail")
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(self.tr("Pages"))
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_M, SPACE_L, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_XS)
        column.addLayout(self._brand())
        column.addSpacing(SPACE_M)
        for index, (page, title, icon_name) in enumerate(entries):
            if index == len(entries) - 1:
                column.addStretch(1)
            column.addWidget(self._button(page, title, icon_name))
        self._group.buttonClicked.connect(self._clicked)

    def select(self, page: str) -> None:
        """Show which page is open."""
        if page in self._buttons:
            self._buttons[page].setChecked(True)

    def set_hidden(self, pages: frozenset[str]) -> None:
        """Leave these pages out; their shortcuts go on working."""
        for page, button in self._buttons.items():
            button.setVisible(page not in pages)

    def tell_keys(self, keys: Mapping[str, str]) -> None:
        """Say each page's shortcut in its tooltip."""
        for page, shortcut in keys.items():
            button = self._buttons[page]
            button.setToolTip(f"{button.text()} ({shortcut})" if shortcut else button.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        shown = [button for button in self._buttons.values() if button.isVisible()]
        focused = self.focusWidget()
        if step is None or focused not in shown:
            super().keyPressEvent(event)
            return
        shown[(shown.index(focused) + step) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)

    def _brand(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_S, 0, 0, 0)
        row.setSpacing(SPACE_S)
        mark = QLabel()
        mark.setObjectName("mark")
        mark.setFixedSize(24, 24)
        self._mark = mark
        row.addWidget(mark)
        row.addWidget(label("MapleHub", "heading"))
        row.addStretch(1)
        self._draw_mark()
        return row

    def _draw_mark(self) -> None:
        from desktop.ui.theme.apply import current_theme
        from desktop.ui.theme.icons import pixmap

        self._mark.setPixmap(pixmap("maple", 24, current_theme().color("accent"), self.devicePixelRatioF()))

    def changeEvent(self, event: object) -> None:
        from PySide6.QtCore import QEvent

        super().changeEvent(event)  # type: ignore[arg-type]
        if isinstance(event, QEvent) and event.type() == QEvent.Type.PaletteChange and hasattr(self, "_mark"):
            self._draw_mark()

    def _button(self, page: str, title: str, icon_name: str) -> QToolButton:
        button = QToolButton()
        button.setText(title)
        button.setAccessibleName(title)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setIconSize(QSize(20, 20))
        button.setProperty("kind", "rail")
        button.setFixedSize(WIDTH - 2 * SPACE_M, 36)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        bind_icon(button, icon_name, "text-muted")
        self._buttons[page] = button
        self._group.addButton(button)
        return button

    def _clicked(self, button: QToolButton) -> None:
        for page, own in self._buttons.items():
            if own is button:
                self.chosen.emit(page)
