"""What comes next: a row for each event, with its countdown."""

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from desktop.ui.event_look import draw_event_tile
from desktop.ui.event_words import in_brief, time_words, window_effects
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.tokens import RADIUS_S, SPACE_L, SPACE_M, SPACE_S, SPACE_XS, TYPE_BODY, TYPE_CAPTION
from desktop.ui.words import local_time
from shared.economy.events import EventWindow, modifiers
from shared.economy.things import Material

_ROW, _TILE = 48, 32
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class UpcomingRow(QAbstractButton):
    """One event to come; pressing it shows its first day. moved: an arrow key, as a step."""

    opened = Signal(object)
    moved = Signal(int)

    def __init__(self, materials: Mapping[str, Material]) -> None:
        super().__init__()
        self._materials = materials
        self.window_shown: EventWindow | None = None
        self._time, self._brief = "", ""
        self.setFixedHeight(_ROW)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._open)

    def show_window(self, window: EventWindow, now: datetime) -> None:
        """Show this event."""
        self.window_shown = window
        self._time = time_words(window, now)
        self._brief = in_brief(modifiers([window]), self._materials)
        if window.resumes:
            self._brief = self.tr("goes on · {0}").format(self._brief)
        effects = ", ".join(effect.text for effect in window_effects(window, self._materials))
        when = local_time(now, window.starts)
        self.setAccessibleName(f"{window.name}, {self._time}, {when}, {effects}")
        utc = self.tr("{0:%Y-%m-%d %H:%M} UTC").format(window.starts)
        self.setToolTip(self.tr("Begins {0} ({1})\n{2}").format(when, utc, effects))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(280, _ROW)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None:
            self.moved.emit(step)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.window_shown is None:
            return
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(box, RADIUS_S, RADIUS_S)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_S, RADIUS_S)
        draw_event_tile(painter, QRectF(SPACE_S, (_ROW - _TILE) / 2, _TILE, _TILE), self.window_shown.icon)
        left = SPACE_S + _TILE + SPACE_M
        right = box.right() - SPACE_S
        painter.setFont(tabular(text_font(TYPE_CAPTION, QFont.Weight.DemiBold)))
        wide = painter.fontMetrics().horizontalAdvance(self._time) + 1.0
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(right - wide, 5, wide, 20), _RIGHT, self._time)
        _line(
            painter,
            QRectF(left, 5, right - wide - SPACE_S - left, 20),
            self.window_shown.name,
            text_font(TYPE_BODY, QFont.Weight.Medium),
        )
        painter.setPen(theme.color("text-muted"))
        _line(painter, QRectF(left, 25, right - left, 18), self._brief, text_font(TYPE_CAPTION))

    def _open(self) -> None:
        if self.window_shown is not None:
            self.opened.emit(self.window_shown)


class UpcomingCard(Card):
    """The next events. opened: the window of the row that was pressed."""

    opened = Signal(object)

    def __init__(self, materials: Mapping[str, Material]) -> None:
        super().__init__(self.tr("Coming up"))
        self._materials = materials
        self.rows: list[UpcomingRow] = []
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.none = label(self.tr("Nothing is planned."), "body", "muted")
        self.body.setSpacing(SPACE_XS)
        # The rows' own margins line their pictures up with the title.
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(SPACE_S, SPACE_L, SPACE_S, SPACE_S)
        self.header.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
        self.none.setContentsMargins(SPACE_S, 0, SPACE_S, SPACE_S)
        self.add(self.none)

    def show_windows(self, windows: tuple[EventWindow, ...], now: datetime) -> None:
        """Show these, the soonest first."""
        while len(self.rows) > len(windows):
            gone = self.rows.pop()
            gone.hide()
            gone.deleteLater()
        while len(self.rows) < len(windows):
            made = UpcomingRow(self._materials)
            made.opened.connect(self.opened)
            made.moved.connect(self._move)
            self.rows.append(made)
            self.add(made)
        for row, window in zip(self.rows, windows, strict=True):
            row.show_window(window, now)
        self.none.setVisible(not windows)

    def _move(self, step: int) -> None:
        source = self.sender()
        if isinstance(source, UpcomingRow):
            index = self.rows.index(source) + step
            if 0 <= index < len(self.rows):
                self.rows[index].setFocus(Qt.FocusReason.TabFocusReason)


def _line(painter: QPainter, box: QRectF, text: str, font: QFont) -> None:
    painter.setFont(font)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, _LEFT, shown)
