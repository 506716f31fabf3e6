"""Where a draw is seen: names run past and stand still on the winners that the server's proof names.

Who won is known before anything moves, so it may be cut short at any moment and nothing is lost.
"""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.clans.reel import Moment, Reel
from desktop.ui.kit.charts.base import draw_focus
from desktop.ui.kit.motion import reduced_motion
from desktop.ui.kit.toast import announce
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import RADIUS_M, SPACE_L, SPACE_M, TYPE_BODY, TYPE_CAPTION, TYPE_TITLE

_SKIP_KEYS = {Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
_LINE = 44.0
_SIDES = 3
_SHOWN = 6
_LIST = 250.0


class Spinner(QWidget):
    """finished: the winners have been shown, or it was skipped."""

    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._reel: Reel | None = None
        self._at = 0.0
        self._playing = False
        self._animation = QVariantAnimation(self)
        self._animation.valueChanged.connect(self._moved)
        self._animation.finished.connect(self._finish)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("The draw"))

    def play(self, names: Sequence[str], winners: Sequence[str], seed: str) -> None:
        """Run from the beginning; at once to its end with reduced motion or when nobody can see it."""
        self.show_at(names, winners, seed, 0.0)
        reel = self._reel
        assert reel is not None
        self._playing = True
        if reduced_motion() or not self.isVisible():
            self._finish()
            return
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(float(reel.duration))
        self._animation.setDuration(reel.duration)
        self.setAccessibleDescription(self.tr("Drawing"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._animation.start()

    def show_at(self, names: Sequence[str], winners: Sequence[str], seed: str, at: float) -> None:
        """Draw one moment and keep it. at: milliseconds from the beginning."""
        self._playing = False
        self._animation.stop()
        self._reel, self._at = Reel(names, winners, seed), at
        if at >= self._reel.duration:
            self._describe()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._playing = False
        self._animation.stop()
        self._reel = None
        self.update()

    @property
    def playing(self) -> bool:
        """Whether it runs."""
        return self._playing

    def is_moving(self) -> bool:
        """Whether its animation runs."""
        return self._animation.state() == QVariantAnimation.State.Running

    def shown(self) -> str:
        """The name in the middle, "" for none."""
        if self._reel is None:
            return ""
        moment = self._reel.moment(self._at)
        return self._reel.strips[moment.winner][round(moment.at)]

    def skip(self) -> None:
        """Show the end now."""
        if self._playing:
            self._finish()

    def sizeHint(self) -> QSize:
        return QSize(560, round(_LINE * 5) + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, round(_LINE * 5) + 8)

    # What happens

    def _moved(self, value: object) -> None:
        if self._playing and isinstance(value, float):
            before = self._reel.stood(self._at) if self._reel is not None else 0
            self._at = value
            if self._reel is not None and self._reel.stood(value) > before:
                winner = self._reel.winners[self._reel.moment(value).winner]
                announce(self, self.tr("Prize {0}: {1}").format(before + 1, winner))
            self.update()

    def _finish(self) -> None:
        was, self._playing = self._playing, False
        self._animation.stop()
        if not was or self._reel is None:
            return
        self._at = float(self._reel.duration)
        self._describe()
        self.update()
        self.finished.emit()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        announce(self, self.accessibleDescription())

    def _describe(self) -> None:
        if self._reel is not None:
            said = [self.tr("Prize {0}: {1}").format(n, name) for n, name in enumerate(self._reel.winners, 1)]
            self.setAccessibleDescription(". ".join(said))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._playing and event.key() in _SKIP_KEYS:
            # A key that is held down since the draw was asked for is not a wish to skip.
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

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("sunken"))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS_M, RADIUS_M)
        reel = self._reel
        if reel is not None and reel.winners:
            painter.setClipRect(self.rect().adjusted(1, 1, -1, -1))
            moment = reel.moment(self._at)
            several = len(reel.winners) > 1 and self.width() > 2 * _LIST
            strip = frame.adjusted(0, 0, -_LIST if several else 0, 0)
            self._draw_strip(painter, strip, reel, moment)
            if several:
                self._draw_list(painter, frame.adjusted(strip.width(), 0, 0, 0), reel)
            if self._playing:
                self._draw_hint(painter, strip)
            painter.setClipping(False)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()), RADIUS_M)

    def _draw_strip(self, painter: QPainter, area: QRectF, reel: Reel, moment: Moment) -> None:
        theme, middle = current_theme(), area.center().y()
        window = QRectF(area.left() + SPACE_L, middle - _LINE / 2, area.width() - 2 * SPACE_L, _LINE)
        won = moment.held
        painter.setPen(QPen(theme.color("accent", 1.0 if won else 0.5), 2 if won else 1))
        painter.setBrush(theme.color("accent", 0.16 if won else 0.06))
        painter.drawRoundedRect(window, RADIUS_M, RADIUS_M)
        strip = reel.strips[moment.winner]
        near = round(moment.at)
        for place in range(max(0, near - _SIDES), min(len(strip), near + _SIDES + 1)):
            away = place - moment.at
            opacity = max(0.0, 1 - abs(away) / 2.6)
            if won and place != near:
                opacity *= 0.35
            size = TYPE_TITLE + 4 if won and place == near else TYPE_TITLE - round(min(6.0, 3 * abs(away)))
            weight = QFont.Weight.DemiBold if abs(away) < 0.5 else QFont.Weight.Normal
            font = text_font(size, weight)
            painter.setFont(font)
            painter.setPen(theme.color("accent" if won and place == near else "text", opacity))
            line = QRectF(window.left() + 40, middle + away * _LINE - _LINE / 2, window.width() - 80, _LINE)
            text = QFontMetricsF(font).elidedText(strip[place], Qt.TextElideMode.ElideRight, line.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
        if won:
            box = QRectF(window.left() + SPACE_M, middle - 11, 22, 22)
            draw_icon(painter, box, "trophy", theme.color("accent"))

    def _draw_list(self, painter: QPainter, area: QRectF, reel: Reel) -> None:
        """The winners so far, in prize order."""
        theme = current_theme()
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(area.topLeft(), area.bottomLeft())
        stood = reel.stood(self._at)
        first = max(0, min(stood, len(reel.winners)) - _SHOWN + (1 if stood < len(reel.winners) else 0))
        row = area.height() / _SHOWN
        for number, place in enumerate(range(first, min(len(reel.winners), first + _SHOWN))):
            line = QRectF(area.left() + SPACE_L, area.top() + number * row, area.width() - 2 * SPACE_L, row)
            known = place < stood
            painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
            painter.setPen(theme.color("accent" if known else "text-disabled"))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), f"{place + 1}.")
            font = text_font(TYPE_BODY, QFont.Weight.DemiBold if known else QFont.Weight.Normal)
            painter.setFont(font)
            painter.setPen(theme.color("text" if known else "text-disabled"))
            words = reel.winners[place] if known else "…"
            name = line.adjusted(28, 0, 0, 0)
            shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, name.width())
            painter.drawText(name, int(Qt.AlignmentFlag.AlignVCenter), shown)

    def _draw_hint(self, painter: QPainter, area: QRectF) -> None:
        theme, text = current_theme(), self.tr("Space or a click skips")
        font = text_font(TYPE_CAPTION, QFont.Weight.Medium)
        width = QFontMetricsF(font).horizontalAdvance(text) + 20
        pill = QRectF(area.center().x() - width / 2, area.bottom() - 30, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("raised", 0.9))
        painter.drawRoundedRect(pill, 11, 11)
        painter.setPen(theme.color("text-muted"))
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
