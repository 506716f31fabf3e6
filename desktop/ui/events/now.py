"""What is on now: a card for each event, with its effects and how far it is."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QLinearGradient, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.event_look import draw_event_tile, event_color, event_ground
from desktop.ui.event_words import day_words, time_words, until_words, window_effects
from desktop.ui.events.badges import draw_effects
from desktop.ui.kit.labels import label
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
    TYPE_TITLE,
)
from shared.economy.events import EventWindow
from shared.economy.things import Material

_DAY = timedelta(days=1)
_MOST_PIPS = 31
_TILE, _SMALL_TILE = 72.0, 48.0
_TIME_WIDTH = 196.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NowCard(QWidget):
    """One running event. A lone one is large; of several each is smaller. Its last line has a mark for each day."""

    def __init__(self, materials: Mapping[str, Material]) -> None:
        super().__init__()
        self._materials = materials
        self.window_shown: EventWindow | None = None
        self._now: datetime | None = None
        self._large = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_window(self, window: EventWindow, now: datetime, *, large: bool) -> None:
        """Show this event as it stands now."""
        self.window_shown, self._now, self._large = window, now, large
        effects = ", ".join(effect.text for effect in window_effects(window, self._materials))
        parts = (window.name, self.tr("on now"), day_words(window, now), time_words(window, now), effects)
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.setAccessibleDescription(window.description)
        self.setToolTip(
            self.tr("{0}\n{1:%Y-%m-%d %H:%M} to {2:%Y-%m-%d %H:%M} UTC").format(
                until_words(window, now), window.starts, window.ends
            )
        )
        self._fit()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(420, self.minimumHeight())

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        """As high as its words need at this width."""
        height = round(self._content(None))
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.window_shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, self.window_shown.icon)
        self._content(painter)

    def _paint_ground(self, painter: QPainter, icon: str) -> None:
        theme = current_theme()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(box, RADIUS_M, RADIUS_M)
        tint = QLinearGradient(box.topLeft(), box.topRight())
        tint.setColorAt(0, event_ground(icon, 0.22 if theme.dark else 0.15))
        tint.setColorAt(0.8, theme.color("surface"))
        painter.fillPath(shape, tint)
        painter.save()
        painter.setClipPath(shape)
        side = box.height() * 1.15
        far = QRectF(box.right() - side * 0.8, box.center().y() - side * 0.42, side, side)
        draw_icon(painter, far, icon, event_color(icon, 0.09))
        painter.restore()
        painter.setPen(QPen(event_color(icon, 0.45), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(shape)

    def _content(self, painter: QPainter | None) -> float:
        """Paint, or without a painter measure; returns the height needed."""
        window, now = self.window_shown, self._now
        if window is None or now is None:
            return 0.0
        theme = current_theme()
        side = _TILE if self._large else _SMALL_TILE
        left = SPACE_L + side + SPACE_L
        width = self.width() - left - SPACE_L
        words = width - _TIME_WIDTH - SPACE_M
        top = float(SPACE_L)
        if painter is not None:
            draw_event_tile(painter, QRectF(SPACE_L, top, side, side), window.icon)
            self._paint_time(painter, QRectF(self.width() - SPACE_L - _TIME_WIDTH, top, _TIME_WIDTH, 44))
            painter.setPen(theme.color("text-muted"))
            painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
            caption = self.tr("On now · {0}").format(day_words(window, now))
            painter.drawText(QRectF(left, top, words, 16), _LEFT, caption)
            painter.setPen(theme.color("text"))
            painter.setFont(text_font(TYPE_TITLE if self._large else TYPE_HEADING, QFont.Weight.DemiBold))
            shown = painter.fontMetrics().elidedText(window.name, Qt.TextElideMode.ElideRight, int(words))
            painter.drawText(QRectF(left, top + 18, words, 26), _LEFT, shown)
        y = top + 18 + 26 + SPACE_S - 2
        if self._large:
            y += _wrapped(painter, QRectF(left, y, width, 200), window.description) + SPACE_M
        y += draw_effects(painter, left, y, width, window_effects(window, self._materials))
        y = max(y, top + side) + SPACE_M
        if painter is not None:
            _paint_days(painter, QRectF(SPACE_L, y, self.width() - 2 * SPACE_L, 6), window, now)
        return y + 6 + SPACE_L

    def _paint_time(self, painter: QPainter, box: QRectF) -> None:
        window, now = self.window_shown, self._now
        assert window is not None
        assert now is not None
        theme = current_theme()
        painter.setPen(theme.color("text"))
        painter.setFont(
            tabular(text_font(TYPE_TITLE if self._large else TYPE_HEADING, QFont.Weight.DemiBold))
        )
        painter.drawText(QRectF(box.left(), box.top() + 18, box.width(), 26), _RIGHT, time_words(window, now))
        painter.setPen(theme.color("text-muted"))
        painter.setFont(tabular(text_font(TYPE_CAPTION)))
        painter.drawText(QRectF(box.left(), box.top(), box.width(), 16), _RIGHT, until_words(window, now))


class NowColumn(QWidget):
    """All that runs now, one below the other."""

    def __init__(self, materials: Mapping[str, Material]) -> None:
        super().__init__()
        self._materials = materials
        self.cards: list[NowCard] = []
        self.setAccessibleName(self.tr("On now"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACE_M)
        self.none = label(self.tr("No event runs now."), "body", "muted")
        self._column.addWidget(self.none)

    def show_windows(self, windows: tuple[EventWindow, ...], now: datetime) -> None:
        """Show these events."""
        while len(self.cards) > len(windows):
            gone = self.cards.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.cards) < len(windows):
            made = NowCard(self._materials)
            self.cards.append(made)
            self._column.addWidget(made)
        for card, window in zip(self.cards, windows, strict=True):
            card.show_window(window, now, large=len(windows) == 1)
        self.none.setVisible(not windows)


def _wrapped(painter: QPainter | None, box: QRectF, text: str) -> float:
    from PySide6.QtGui import QFontMetricsF

    font = text_font(TYPE_BODY)
    flags = int(Qt.TextFlag.TextWordWrap)
    height = QFontMetricsF(font).boundingRect(box, flags, text).height()
    if painter is not None:
        painter.setFont(font)
        painter.setPen(current_theme().color("text-muted"))
        painter.drawText(box, flags, text)
    return height


def _paint_days(painter: QPainter, box: QRectF, window: EventWindow, now: datetime) -> None:
    """A mark for each day, filled as time goes; a plain bar when the marks would be too fine."""
    theme = current_theme()
    color = event_color(window.icon)
    whole = (window.ends - window.starts) / _DAY
    gone = max(0.0, min(whole, (now - window.starts) / _DAY))
    count = max(1, min(_MOST_PIPS, -((window.starts - window.ends) // _DAY)))
    if whole > _MOST_PIPS:
        count, gone, whole = 1, gone / whole, 1.0
    gap = 4.0 if count > 1 else 0.0
    unit = (box.width() + gap) / whole
    painter.setPen(Qt.PenStyle.NoPen)
    for number in range(count):
        share = min(1.0, whole - number)
        pip = QRectF(box.left() + number * unit, box.top(), max(2.0, share * unit - gap), box.height())
        painter.setBrush(theme.color("hover"))
        painter.drawRoundedRect(pip, 3, 3)
        filled = max(0.0, min(1.0, (gone - number) / share))
        if filled > 0:
            painter.save()
            painter.setClipRect(QRectF(pip.left(), pip.top(), pip.width() * filled, pip.height()))
            painter.setBrush(color)
            painter.drawRoundedRect(pip, 3, 3)
            painter.restore()
