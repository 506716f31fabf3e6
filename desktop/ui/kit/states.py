"""What a page shows when it has nothing to show yet."""

from typing import Literal

from PySide6.QtCore import QBasicTimer, QRectF, QSize, Qt, QTimerEvent, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.kit.buttons import button
from desktop.ui.kit.labels import label
from desktop.ui.kit.motion import reduced_motion
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import RADIUS_S, SPACE_L, SPACE_M, SPACE_S, SPACE_XL, SPACE_XS

EmptyKind = Literal["nothing_yet", "no_match", "could_not_load"]
_PICTURES = {
    "nothing_yet": ("maple", "accent"),
    "no_match": ("search", "text-muted"),
    "could_not_load": ("offline", "warning"),
}
_DISC = 72


_WIDEST = 420
"""Pixels; longer sentences wrap."""


class _Picture(QWidget):
    """An icon on a soft disc with a ring of falling dots, drawn large enough to be a picture."""

    def __init__(self, icon_name: str, role: str) -> None:
        super().__init__()
        self._icon, self._role = icon_name, role
        self.setFixedSize(_DISC, _DISC)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(self._role, 0.08))
        painter.drawEllipse(QRectF(0, 0, _DISC, _DISC))
        painter.setBrush(theme.color(self._role, 0.12))
        painter.drawEllipse(QRectF(10, 10, _DISC - 20, _DISC - 20))
        draw_icon(painter, QRectF(21, 21, 30, 30), self._icon, theme.color(self._role))


class EmptyState(QWidget):
    """Nothing yet, no match, or could not load: a picture, a sentence, and the one thing to do about it."""

    action = Signal()

    def __init__(
        self,
        kind: EmptyKind,
        title: str,
        text: str,
        action_text: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_S)
        column.addStretch(1)
        column.addWidget(_Picture(*_PICTURES[kind]), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(SPACE_S)
        heading = label(title, "heading")
        column.addWidget(heading, 0, Qt.AlignmentFlag.AlignHCenter)
        self._words = label(text, "body", "muted", wrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._words, 0, Qt.AlignmentFlag.AlignHCenter)
        self.action_button = None
        if action_text is not None:
            column.addSpacing(SPACE_S)
            self.action_button = button(action_text, "primary" if kind == "nothing_yet" else "plain")
            self.action_button.clicked.connect(self._acted)
            column.addWidget(self.action_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def set_text(self, text: str) -> None:
        """Say something else below the title; "" for nothing."""
        self._words.setText(text)
        self.setAccessibleDescription(text)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A box layout that centres a label does not ask it how high it must be for its width.
        text = self._words.text()
        self._words.setVisible(bool(text))
        if text:
            width = min(_WIDEST, self._words.fontMetrics().horizontalAdvance(text) + SPACE_S)
            self._words.setFixedSize(width, self._words.heightForWidth(width))

    def _acted(self) -> None:
        self.action.emit()


class LoadingState(QWidget):
    """Grey bars where the content will be, breathing slowly; still with reduced motion and when hidden."""

    def __init__(self, name: str = "", rows: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = rows
        self._phase = 0
        self._timer = QBasicTimer()
        self.setAccessibleName(name or self.tr("Loading"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def is_moving(self) -> bool:
        """Whether its timer runs."""
        return self._timer.isActive()

    def sizeHint(self) -> QSize:
        return QSize(320, self._rows * 44)

    def showEvent(self, event: QShowEvent) -> None:
        if not reduced_motion():
            self._timer.start(60, self)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def timerEvent(self, _event: QTimerEvent) -> None:
        self._phase = (self._phase + 1) % 30
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for row in range(self._rows):
            wave = abs(15 - (self._phase + 3 * row) % 30) / 15
            painter.setBrush(theme.color("hover", 0.55 + 0.45 * wave))
            y = row * 44 + 4
            painter.drawRoundedRect(QRectF(0, y, 36, 36), RADIUS_S, RADIUS_S)
            width = max(0, self.width() - 48)
            painter.drawRoundedRect(QRectF(48, y + 4, width * (0.42 + 0.13 * (row * 7 % 4)), 12), 4, 4)
            painter.drawRoundedRect(QRectF(48, y + 22, width * (0.24 + 0.09 * (row * 5 % 3)), 10), 4, 4)


class ErrorBanner(QFrame):
    """A strip above the content that says what went wrong and offers one way out."""

    action = Signal()

    def __init__(
        self, message: str, action_text: str = "", parent: QWidget | None = None, *, tone: str = "error"
    ) -> None:
        super().__init__(parent)
        self.setProperty("banner", tone)
        self._tone = tone
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L + SPACE_XL, SPACE_S, SPACE_M, SPACE_S)
        row.setSpacing(SPACE_M)
        self._label = label(message, wrap=True)
        row.addWidget(self._label, 1)
        self.action_button = button(action_text or self.tr("Try again"))
        self.action_button.clicked.connect(self._acted)
        row.addWidget(self.action_button)
        # Not before it is in the row: on its own it would be a window.
        self.action_button.setVisible(bool(action_text))
        self.setContentsMargins(0, SPACE_XS, 0, SPACE_XS)
        self.set_message(message)

    def set_message(self, message: str) -> None:
        """Say something else."""
        self._label.setText(message)
        self.setAccessibleName(message)

    def _acted(self) -> None:
        self.action.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        name = self._tone if self._tone in {"error", "warning", "info"} else "check"
        painter = QPainter(self)
        draw_icon(
            painter, QRectF(SPACE_L, self.height() / 2 - 10, 20, 20), name, current_theme().color(self._tone)
        )
