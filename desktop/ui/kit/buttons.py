"""Buttons. One primary per card or dialog; the rest are plain or quiet."""

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import bind_icon
from desktop.ui.theme.tokens import CONTROL

ButtonKind = Literal["primary", "plain", "quiet", "danger"]
_ICON_ROLES = {"primary": "accent-text", "plain": "text", "quiet": "text-muted", "danger": "error"}


def button(text: str, kind: ButtonKind = "plain", icon: str | None = None, *, hint: str = "") -> QPushButton:
    """A push button of a kind, with an icon of the set and a tooltip if given."""
    made = _PrimaryButton(text) if kind == "primary" else QPushButton(text)
    made.setProperty("kind", kind)
    made.setAccessibleName(text.replace("&", ""))
    made.setAutoDefault(False)
    if hint:
        made.setToolTip(hint)
        made.setAccessibleDescription(hint)
    if icon is not None:
        made.setIconSize(QSize(16, 16))
        bind_icon(made, icon, _ICON_ROLES[kind])
    return made


class _PrimaryButton(QPushButton):
    """Its focus ring is double: the outer half is seen on the page, the inner half on the accent."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.isEnabled():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(current_theme().color("accent-text"), 1.5))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.75, 2.75, -2.75, -2.75), 4, 4)


class IconButton(QToolButton):
    """A square button that shows only an icon; its name is its tooltip and what a screen reader says."""

    def __init__(
        self,
        icon_name: str,
        accessible_name: str,
        shortcut_hint: str = "",
        parent: QWidget | None = None,
        *,
        role: str = "text-muted",
    ) -> None:
        super().__init__(parent)
        self._role = role
        self._name = ""
        self._hint = shortcut_hint
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setIconSize(QSize(20, 20))
        self.setFixedSize(CONTROL, CONTROL)
        self.set_name(accessible_name)
        self.set_icon(icon_name)

    def set_icon(self, icon_name: str, role: str | None = None) -> None:
        """Show another icon of the set, in another role's colour if given."""
        self._role = role or self._role
        bind_icon(self, icon_name, self._role)

    def set_name(self, accessible_name: str) -> None:
        """Say what the button does now."""
        self._name = accessible_name
        self.setAccessibleName(accessible_name)
        self.setToolTip(f"{accessible_name} ({self._hint})" if self._hint else accessible_name)
