"""The chosen day: its events, told in full."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.ui.event_look import draw_event_tile
from desktop.ui.event_words import day_words, time_words, window_effects
from desktop.ui.events.badges import draw_effects
from desktop.ui.events.calendar import long_day
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import text_font
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, TYPE_BODY, TYPE_CAPTION
from desktop.ui.words import local_time
from shared.economy.events import EventState, EventWindow
from shared.economy.things import Material
from shared.resets import starts_at

_TILE = 40


class DayLine(QWidget):
    """One event of the day: name, how it stands, when it runs on the player's clock, effects."""

    def __init__(self, materials: Mapping[str, Material]) -> None:
        super().__init__()
        self._materials = materials
        self.window_shown: EventWindow | None = None
        self._state = ""
        self._times = ""
        self._notes: list[str] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_window(self, window: EventWindow, day: date, now: datetime) -> None:
        """Show this event as it stands on a day."""
        self.window_shown = window
        at = max(starts_at(day), window.starts)
        self._state = self.tr("{0} · {1}").format(
            _capital(day_words(window, at)), self._standing(window, now)
        )
        self._times = "\n".join(self._begin_and_end(window, now))
        self._notes = self._cuts(window)
        effects = ", ".join(effect.text for effect in window_effects(window, self._materials))
        self.setAccessibleName(f"{window.name}, {self._state}, {effects}")
        times = self._times.replace("\n", ", ")
        self.setAccessibleDescription(". ".join((window.description, times, *self._notes)))
        self.setToolTip(
            self.tr("{0:%Y-%m-%d %H:%M} to {1:%Y-%m-%d %H:%M} UTC").format(window.starts, window.ends)
        )
        self._fit()
        self.update()

    def notes(self) -> Sequence[str]:
        """What is said of pauses."""
        return self._notes

    def sizeHint(self) -> QSize:
        return QSize(280, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._content(painter)

    def _standing(self, window: EventWindow, now: datetime) -> str:
        state = window.state(now)
        if state is EventState.ACTIVE:
            return self.tr("on now, {0}").format(time_words(window, now))
        return time_words(window, now)

    def _begin_and_end(self, window: EventWindow, now: datetime) -> tuple[str, str]:
        """On the player's own clock."""
        starts, ends = local_time(now, window.starts), local_time(now, window.ends)
        begun = self.tr("Began {0}") if window.starts <= now else self.tr("Begins {0}")
        ended = self.tr("Ended {0}") if window.ends <= now else self.tr("Ends {0}")
        return begun.format(starts), ended.format(ends)

    def _cuts(self, window: EventWindow) -> list[str]:
        found = []
        if window.overrides:
            found.append(self.tr("The rotation pauses meanwhile."))
        if window.resumes:
            found.append(self.tr("Begins late: another event paused the rotation."))
        if window.pauses:
            found.append(self.tr("Ends early: another event pauses the rotation."))
        return found

    def _fit(self) -> None:
        height = round(self._content(None) + 0.5)
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def _content(self, painter: QPainter | None) -> float:
        """Paint, or without a painter measure; returns the height needed."""
        window = self.window_shown
        if window is None:
            return 0.0
        left = float(_TILE + SPACE_M)
        width = max(80.0, self.width() - left)
        if painter is not None:
            draw_event_tile(painter, QRectF(0, 2, _TILE, _TILE), window.icon)
        y = _words(painter, QRectF(left, 0, width, 400), window.name, _bold(TYPE_BODY), "text") + 2
        y += _words(painter, QRectF(left, y, width, 400), self._state, text_font(TYPE_CAPTION), "text-muted")
        y += _words(painter, QRectF(left, y, width, 400), self._times, text_font(TYPE_CAPTION), "text-muted")
        # Below the picture the words have the whole width.
        y = max(y, float(_TILE + 2)) + SPACE_S
        whole = float(max(80, self.width()))
        y += draw_effects(painter, 0, y, whole, window_effects(window, self._materials)) + SPACE_S
        y += _words(painter, QRectF(0, y, whole, 400), window.description, text_font(TYPE_BODY), "text")
        for note in self._notes:
            y += SPACE_S
            y += _words(painter, QRectF(0, y, whole, 400), note, text_font(TYPE_CAPTION), "text-muted")
        return y


class DayCard(Card):
    """A day's events, told in words."""

    def __init__(self, materials: Mapping[str, Material]) -> None:
        super().__init__(" ")
        self._materials = materials
        self.lines: list[DayLine] = []
        self.none = label(self.tr("No event runs on this day."), "body", "muted")
        self.begins = label("", "caption", "muted")
        self.body.setSpacing(SPACE_L)
        self.add(self.none)
        self.body.addStretch(1)
        self.add(self.begins)

    def show_day(self, day: date, windows: Sequence[EventWindow], now: datetime) -> None:
        """Show these events of a UTC day."""
        self.title_label.setText(long_day(day))
        self.setAccessibleName(long_day(day))
        while len(self.lines) > len(windows):
            gone = self.lines.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.lines) < len(windows):
            made = DayLine(self._materials)
            self.body.insertWidget(1 + len(self.lines), made)
            self.lines.append(made)
        for line, window in zip(self.lines, windows, strict=True):
            line.show_window(window, day, now)
        self.none.setVisible(not windows)
        self.begins.setText(
            self.tr("This day begins {0} on your clock.").format(local_time(now, starts_at(day)))
        )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bold(size: int) -> QFont:
    return text_font(size, QFont.Weight.DemiBold)


def _words(painter: QPainter | None, box: QRectF, text: str, font: QFont, role: str) -> float:
    """Wrapped text; returns its height."""
    flags = int(Qt.TextFlag.TextWordWrap)
    height = QFontMetricsF(font).boundingRect(box, flags, text).height()
    if painter is not None:
        painter.setFont(font)
        painter.setPen(current_theme().color(role))
        painter.drawText(box, flags, text)
    return height
