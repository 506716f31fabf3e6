"""The strip of events on Home, and the daily reward beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QKeyEvent, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.services.economy.events import EventsOverview
from desktop.ui.event_look import draw_event_tile, event_ground
from desktop.ui.event_words import effect_words, in_brief, time_words, until_words
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import (
    RADIUS_M,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    TYPE_BODY,
    TYPE_CAPTION,
    TYPE_HEADING,
)
from desktop.ui.words import countdown, local_time
from shared.economy.events import EventWindow, modifiers
from shared.economy.rewards import Reward
from shared.economy.things import Material
from shared.resets import Reset, next_reset

_HEIGHT = 68
_TILE = 40
_CHEVRON = 28.0
_ROOM_FOR_NEXT = 560
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class StripState:
    """What the strip shows. reward: today's, with what events add; claimed: whether it was taken."""

    events: EventsOverview
    reward: Reward
    claimed: bool


class EventButton(QAbstractButton):
    """What is on, what it does, how long; and what comes next. Pressing it opens the Events page."""

    def __init__(self, materials: Mapping[str, Material]) -> None:
        super().__init__()
        self._materials = materials
        self._events: EventsOverview | None = None
        self._now: datetime | None = None
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(self.tr("Events"))

    def show_events(self, events: EventsOverview, now: datetime) -> None:
        """Show these as they stand now."""
        self._events, self._now = events, now
        parts = [
            self.tr("{0}, {1}").format(window.name, time_words(window, now)) for window in events.active
        ] or [self.tr("No event runs now")]
        parts += [effect.text for effect in effect_words(events.modifiers, self._materials)]
        if events.upcoming:
            parts.append(self.tr("next {0}").format(self.next_text()))
        self.setAccessibleName(", ".join(parts))
        self.setAccessibleDescription(self.tr("Open the events"))
        tips = [f"{window.name} {until_words(window, now)}" for window in events.active]
        tips += [
            self.tr("{0} begins {1}").format(window.name, local_time(now, window.starts))
            for window in events.upcoming[:1]
        ]
        self.setToolTip("\n".join(tips))
        self.update()

    def next_text(self) -> str:
        """ "Legendary Hunt in 4 d 9 h"; "" when nothing is planned."""
        if self._events is None or self._now is None or not self._events.upcoming:
            return ""
        window = self._events.upcoming[0]
        return f"{window.name} {countdown(self._now, window.starts)}"

    def sizeHint(self) -> QSize:
        return QSize(420, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, _HEIGHT)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        if self._events is None or self._now is None:
            return
        theme = current_theme()
        right = self.width() - _CHEVRON
        draw_icon(painter, QRectF(right, _HEIGHT / 2 - 8, 16, 16), "chevron-right", theme.color("text-muted"))
        right -= SPACE_S
        if self.width() >= _ROOM_FOR_NEXT and self._events.upcoming:
            right -= self._paint_next(painter, right, self._events.upcoming[0]) + SPACE_L
        x = float(SPACE_L)
        for window in self._events.active[:3]:
            draw_event_tile(painter, QRectF(x, (_HEIGHT - _TILE) / 2, _TILE, _TILE), window.icon)
            x += _TILE + SPACE_S
        x += SPACE_M - SPACE_S if self._events.active else 0
        name = " + ".join(window.name for window in self._events.active) or self.tr("No event runs now")
        painter.setPen(theme.color("text"))
        _line(painter, QRectF(x, 12, right - x, 22), name, text_font(TYPE_HEADING, QFont.Weight.DemiBold))
        painter.setPen(theme.color("text-muted"))
        _line(painter, QRectF(x, 35, right - x, 18), self._line_below(), tabular(text_font(TYPE_CAPTION)))

    def _line_below(self) -> str:
        assert self._events is not None
        assert self._now is not None
        if not self._events.active:
            return self.tr("next: {0}").format(self.next_text()) if self._events.upcoming else ""
        first = min(self._events.active, key=_end)
        brief = in_brief(self._events.modifiers, self._materials)
        return f"{time_words(first, self._now)} · {brief}"

    def _paint_next(self, painter: QPainter, right: float, window: EventWindow) -> float:
        """What comes next, at the right; returns its width."""
        assert self._now is not None
        theme = current_theme()
        lines = (
            (self.tr("Next: {0}").format(window.name), text_font(TYPE_BODY, QFont.Weight.Medium), "text"),
            (
                f"{countdown(self._now, window.starts)} · {in_brief(modifiers([window]), self._materials)}",
                tabular(text_font(TYPE_CAPTION)),
                "text-muted",
            ),
        )
        width, most = 0.0, self.width() * 0.45
        for number, (words, font, role) in enumerate(lines):
            painter.setFont(font)
            painter.setPen(theme.color(role))
            box = QRectF(right - most, 12 + number * 22, most, 22 if not number else 20)
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(most))
            painter.drawText(box, _RIGHT, shown)
            width = max(width, float(painter.fontMetrics().horizontalAdvance(shown)))
        return width

    def _paint_ground(self, painter: QPainter) -> None:
        theme = current_theme()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        lit = self.underMouse() or self.isDown()
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(theme.color("hover" if lit else "surface"))
        if not lit and self._events is not None and self._events.active:
            tint = QLinearGradient(box.topLeft(), box.topRight())
            icon = self._events.active[0].icon
            tint.setColorAt(0, event_ground(icon, 0.18 if theme.dark else 0.12))
            tint.setColorAt(0.6, theme.color("surface"))
            painter.setBrush(tint)
        painter.drawRoundedRect(box, RADIUS_M, RADIUS_M)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_M, RADIUS_M)


class DailyCard(Card):
    """Today's reward: a button until it is taken, then when the next one comes. claimed: the button was pressed."""

    claimed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_S)
        self.setAccessibleName(self.tr("Daily reward"))
        self._taken = False
        words = QVBoxLayout()
        words.setSpacing(0)
        self.status_label = label("", "caption", "muted")
        words.addStretch(1)
        words.addWidget(label(self.tr("Daily reward"), "strong"))
        words.addWidget(self.status_label)
        words.addStretch(1)
        self.button = button(self.tr("Claim"), "primary", "coin")
        self.button.clicked.connect(self._claim)
        self.done = _Done()
        row = QHBoxLayout()
        row.setSpacing(SPACE_L)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        row.addWidget(self.done)
        self.body.addLayout(row)

    def show_reward(self, reward: Reward, now: datetime, *, taken: bool) -> None:
        """Show what today's is worth, or that it was taken."""
        self._taken = taken
        focused = self.button.hasFocus()
        self.button.setVisible(not taken)
        self.button.setEnabled(not taken)
        self.done.setVisible(taken)
        if focused and taken:
            # The keyboard is not left on what is gone.
            self.focusNextChild()
        text = self.tr("Claim {0} coins").format(grouped(reward.coins))
        self.button.setText(text)
        self.button.setAccessibleName(text)
        extra = self.tr("{0} of them from events").format(grouped(reward.event_coins))
        self.button.setToolTip(extra if reward.event_coins else "")
        self.button.setAccessibleDescription(extra if reward.event_coins else "")
        self.show_now(now)

    def show_now(self, now: datetime) -> None:
        """Say when the next one comes, or how long this one waits."""
        at = next_reset(Reset.DAILY, now)
        if at is None:
            return
        template = self.tr("Claimed · next {0}") if self._taken else self.tr("renews {0}")
        self.status_label.setText(template.format(countdown(now, at)))
        self.setToolTip(self.tr("The next one comes {0} on your clock").format(local_time(now, at)))

    def _claim(self) -> None:
        # A second press before the answer would only be refused.
        self.button.setEnabled(False)
        self.claimed.emit()


class _Done(QWidget):
    """A tick where the button was."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(28, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("success", 0.14))
        painter.drawEllipse(QRectF(self.rect()))
        draw_icon(painter, QRectF(6, 6, 16, 16), "check", theme.color("success"))


class EventStrip(QWidget):
    """Both, side by side. opened: to the Events page. claimed: today's reward is wanted."""

    opened = Signal()
    claimed = Signal()

    def __init__(self, materials: Mapping[str, Material]) -> None:
        super().__init__()
        self._state: StripState | None = None
        self.setAccessibleName(self.tr("Events and daily reward"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        self.events = EventButton(materials)
        self.events.clicked.connect(self.opened)
        self.daily = DailyCard()
        self.daily.claimed.connect(self.claimed)
        row.addWidget(self.events, 1)
        row.addWidget(self.daily)

    def show_state(self, state: StripState) -> None:
        """Show all of it."""
        self._state = state
        self.events.show_events(state.events, state.events.now)
        self.daily.show_reward(state.reward, state.events.now, taken=state.claimed)

    def show_now(self, now: object) -> None:
        """Count down."""
        if self._state is not None and isinstance(now, datetime):
            self.events.show_events(self._state.events, now)
            self.daily.show_now(now)

    def outdated(self, now: datetime) -> bool:
        """Whether an event began or ended since this was read."""
        if self._state is None:
            return False
        events = self._state.events
        return any(not window.starts <= now < window.ends for window in events.active) or any(
            window.starts <= now for window in events.upcoming
        )


def _end(window: EventWindow) -> datetime:
    return window.ends


def _line(painter: QPainter, box: QRectF, text: str, font: QFont) -> None:
    painter.setFont(font)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, _LEFT, shown)
