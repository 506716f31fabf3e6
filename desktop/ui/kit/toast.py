"""Short messages at the bottom of the window that say what happened and offer the way back."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.labels import label
from desktop.ui.kit.motion import animate, reduced_motion
from desktop.ui.theme.icons import pixmap
from desktop.ui.theme.tokens import MOTION_NORMAL, SPACE_M, SPACE_S, SPACE_XL

MAX_TOASTS = 3
_ICONS = {"info": "info", "success": "check", "warning": "warning", "error": "error"}


def announce(source: QObject, text: str, *, urgent: bool = False) -> None:
    """Have a screen reader say a text; nothing happens when none runs."""
    if not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(source, text)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


class Toast(QFrame):
    """One message. Made by ToastHost.show_toast."""

    gone = Signal(object)
    """The toast itself, once it is over."""

    def __init__(
        self,
        text: str,
        parent: QWidget,
        *,
        action_text: str | None,
        on_action: Callable[[], object] | None,
        tone: str,
        timeout_ms: int,
    ) -> None:
        super().__init__(parent)
        self.text = text
        self.tone = tone
        self._on_action = on_action
        self._over = False
        self.setProperty("toast", "true")
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_M, SPACE_S, SPACE_S, SPACE_S)
        row.setSpacing(SPACE_S)
        self._icon = QLabel()
        row.addWidget(self._icon)
        words = label(text)
        words.setMaximumWidth(480)
        if words.sizeHint().width() > 480:
            words.setWordWrap(True)
            words.setMinimumWidth(480)
        row.addWidget(words, 1)
        self.action_button = None
        if action_text is not None:
            self.action_button = button(action_text)
            self.action_button.clicked.connect(self._acted)
            row.addSpacing(SPACE_S)
            row.addWidget(self.action_button)
        self.close_button = IconButton("close", self.tr("Dismiss"), "Esc")
        self.close_button.clicked.connect(self.dismiss)
        row.addWidget(self.close_button)
        for control in (self.action_button, self.close_button):
            if control is not None:
                control.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self._timeout = timeout_ms
        self._paint_icon()
        if timeout_ms > 0:
            self._timer.start(timeout_ms)

    def is_waiting(self) -> bool:
        """Whether its time runs."""
        return self._timer.isActive()

    def dismiss(self) -> None:
        """Go away now."""
        if self._over:
            return
        self._over = True
        self._timer.stop()
        self.hide()
        self.gone.emit(self)

    def _acted(self) -> None:
        act, self._on_action = self._on_action, None
        self.dismiss()
        if act is not None:
            act()

    def _pause(self) -> None:
        self._timer.stop()

    def _resume(self) -> None:
        if not (self._over or self._timeout <= 0 or self.underMouse() or self._has_focus()):
            self._timer.start(self._timeout)

    def _has_focus(self) -> bool:
        return self.close_button.hasFocus() or (
            self.action_button is not None and self.action_button.hasFocus()
        )

    def enterEvent(self, event: QEnterEvent) -> None:
        self._pause()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self._over and self._timeout > 0 and not self._has_focus():
            self._timer.start(self._timeout)
        super().leaveEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._pause()
        elif event.type() == QEvent.Type.FocusOut:
            self._resume()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_icon"):
            self._paint_icon()

    def _paint_icon(self) -> None:
        from desktop.ui.theme.apply import current_theme

        color = current_theme().color(self.tone)
        self._icon.setPixmap(pixmap(_ICONS.get(self.tone, "info"), 20, color, self.devicePixelRatioF()))


class ToastHost(QWidget):
    """Stacks toasts at the bottom centre of its parent; newest lowest, at most three."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._toasts: list[Toast] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_S)
        self.setAccessibleName(self.tr("Messages"))
        parent.installEventFilter(self)
        self.hide()

    def show_toast(
        self,
        text: str,
        action_text: str | None = None,
        on_action: Callable[[], object] | None = None,
        tone: str = "info",
        timeout_ms: int = 6000,
    ) -> Toast:
        """Show a message. timeout_ms 0 keeps it until dismissed. Hovering or focusing it stops the clock."""
        while len(self._toasts) >= MAX_TOASTS:
            self._toasts[0].dismiss()
        toast = Toast(
            text, self, action_text=action_text, on_action=on_action, tone=tone, timeout_ms=timeout_ms
        )
        toast.gone.connect(self._remove)
        self._toasts.append(toast)
        self._column.addWidget(toast, 0, Qt.AlignmentFlag.AlignHCenter)
        toast.show()
        self.show()
        self._place()
        self.raise_()
        self._fade_in(toast)
        announce(toast, text, urgent=tone == "error")
        return toast

    def toasts(self) -> list[Toast]:
        """The messages in sight, oldest first."""
        return list(self._toasts)

    def dismiss_newest(self) -> bool:
        """Close the newest message; False when there was none. For Esc in the window."""
        if not self._toasts:
            return False
        self._toasts[-1].dismiss()
        return True

    def clear(self) -> None:
        """Close every message."""
        for toast in self.toasts():
            toast.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent():
            if event.type() == QEvent.Type.Resize:
                self._place()
            elif event.type() == QEvent.Type.Close:
                self.clear()
        return super().eventFilter(watched, event)

    def _remove(self, toast: Toast) -> None:
        if toast in self._toasts:
            self._toasts.remove(toast)
        self._column.removeWidget(toast)
        toast.deleteLater()
        if self._toasts:
            self._place()
        else:
            self.hide()

    def _place(self) -> None:
        parent = self.parentWidget()
        if parent is None:
            return
        area = parent.rect()
        self._column.activate()
        size = self._column.sizeHint()
        width = min(size.width(), max(0, area.width() - 2 * SPACE_XL))
        self.setGeometry(
            (area.width() - width) // 2, area.height() - SPACE_XL - size.height(), width, size.height()
        )

    @staticmethod
    def _fade_in(toast: Toast) -> None:
        if reduced_motion():
            return
        effect = QGraphicsOpacityEffect(toast)
        toast.setGraphicsEffect(effect)
        animate(effect, "opacity", 1.0, duration=MOTION_NORMAL, start=0.0, then=effect.deleteLater)
