"""Where boxes are opened: one painted widget, moved by one animation.

What came out is known and stored before anything plays; the animation only shows it, so it may be cut short at any
moment and nothing is lost.
"""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, QSizeF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.kit.charts.base import draw_focus
from desktop.ui.kit.motion import reduced_motion
from desktop.ui.kit.toast import announce
from desktop.ui.lootboxes.scene import Scene, best_of, duration_ms
from desktop.ui.lootboxes.words import Won, spoken
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import RADIUS_M, TYPE_CAPTION

_SKIP_KEYS = {Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Stage(QWidget):
    """Shows a closed box, an opening under way, or what came out. finished: it has been shown, or was skipped."""

    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = ""
        self._name = ""
        self._prizes: tuple[Won, ...] = ()
        self._seed = ""
        self._at: float | None = None
        self._scene: Scene | None = None
        self._animation = QVariantAnimation(self)
        self._animation.valueChanged.connect(self._moved)
        self._animation.finished.connect(self._ended)
        self._playing = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def show_box(self, slug: str, name: str) -> None:
        """Show a closed box; what was shown before is gone."""
        self._finish(silent=True)
        self._box, self._name = slug, name
        self._show((), "", None)

    def play(self, prizes: Sequence[Won], seed: str) -> None:
        """Play an opening from its beginning; at once to its end with reduced motion or when nobody can see it."""
        self._finish(silent=True)
        self._show(tuple(prizes), seed, 0.0)
        self._playing = True
        if reduced_motion() or not self.isVisible():
            self._finish()
            return
        self._made()
        length = duration_ms(best_of(prizes))
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(float(length))
        self._animation.setDuration(length)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._animation.start()

    def show_at(self, prizes: Sequence[Won], seed: str, at: float) -> None:
        """Draw one moment and keep it. at: milliseconds from the beginning; anything past the end shows the end."""
        self._finish(silent=True)
        self._show(tuple(prizes), seed, at)

    def keep_at(self, at: float) -> None:
        """Draw another moment of what `show_at` shows."""
        self._at = at
        self.update()

    def skip(self) -> None:
        """Show the end now."""
        if self._playing:
            self._finish()

    def is_playing(self) -> bool:
        """Whether an opening is under way."""
        return self._playing

    def is_moving(self) -> bool:
        """Whether the animation runs."""
        return self._animation.state() == QVariantAnimation.State.Running

    def prizes(self) -> tuple[Won, ...]:
        """What lies open, or is about to."""
        return self._prizes

    def moment(self) -> float | None:
        """Milliseconds from the beginning of the opening, None for a closed box."""
        return self._at

    def sizeHint(self) -> QSize:
        return QSize(560, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 220)

    # What happens

    def _show(self, prizes: tuple[Won, ...], seed: str, at: float | None) -> None:
        self._prizes, self._seed, self._at = prizes, seed, at
        self._scene = None
        self.setAccessibleName(self._name)
        self.setAccessibleDescription("" if not prizes else self.tr("Opening"))
        if prizes and at is not None and at >= duration_ms(best_of(prizes)):
            self._describe()
        self.update()

    def _moved(self, value: object) -> None:
        if self._playing and isinstance(value, float):
            self._at = value
            self.update()

    def _ended(self) -> None:
        if self._playing:
            self._finish()

    def _finish(self, *, silent: bool = False) -> None:
        """Stop, and show the end. silent: something else is shown next."""
        was_playing, self._playing = self._playing, False
        self._animation.stop()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if not was_playing:
            return
        self._at = float(duration_ms(best_of(self._prizes)))
        self._describe()
        self.update()
        self.finished.emit()
        if not silent:
            announce(self, self.accessibleDescription())

    def _describe(self) -> None:
        self.setAccessibleDescription("; ".join(spoken(prize) for prize in self._prizes))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._playing and event.key() in _SKIP_KEYS:
            # A key that is held down since the box was opened is not a wish to skip.
            if not event.isAutoRepeat():
                self.skip()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._playing:
            self.skip()
        else:
            super().mousePressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.skip()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._scene = None

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._scene = None
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_M, RADIUS_M)
        painter.setClipRect(self.rect().adjusted(1, 1, -1, -1))
        if self._box:
            self._made().draw(painter, self._at)
        if self._playing:
            self._draw_hint(painter)
        painter.setClipping(False)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), RADIUS_M)

    def _made(self) -> Scene:
        if self._scene is None:
            size = QSizeF(self.size())
            self._scene = Scene(size, self.devicePixelRatioF(), self._box, self._prizes, self._seed)
        return self._scene

    def _draw_hint(self, painter: QPainter) -> None:
        theme = current_theme()
        font = text_font(TYPE_CAPTION, QFont.Weight.Medium)
        text = self.tr("Space or a click skips")
        width = QFontMetricsF(font).horizontalAdvance(text) + 20
        pill = QRectF((self.width() - width) / 2, self.height() - 34, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised", 0.85))
        painter.drawRoundedRect(pill, 11, 11)
        painter.setPen(theme.color("text-muted"))
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
