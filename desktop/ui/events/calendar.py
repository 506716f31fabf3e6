"""A month of days with the events as bars across them; arrow keys move over the days."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from PySide6.QtCore import QDate, QEvent, QLocale, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.ui.event_look import event_color, event_ground
from desktop.ui.events.month import Bar, Grid, bars_of, grid_of, kept, moved_by_months, next_month, on_day
from desktop.ui.kit.charts.base import draw_focus
from desktop.ui.kit.numbers import number_locale
from desktop.ui.kit.toast import announce
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.fonts import tabular, text_font
from desktop.ui.theme.icons import draw_icon
from desktop.ui.theme.tokens import RADIUS_S, TYPE_BODY, TYPE_CAPTION
from shared.economy.events import EventState, EventWindow
from shared.resets import utc_date

_DAY = timedelta(days=1)
_HEAD = 24.0
_NUMBER = 25.0
_LEAST_ROW = 66
_LANE_GAP = 2.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class MonthCalendar(QWidget):
    """Days are UTC. day_chosen: the date a person moved to. month_shown: other weeks are in sight."""

    day_chosen = Signal(object)
    month_shown = Signal()

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now
        self._first_weekday = number_locale().firstDayOfWeek().value - 1
        self.day = kept(utc_date(now))
        self.grid = grid_of(self.day, self._first_weekday)
        self._windows: Sequence[EventWindow] = ()
        self._bars: list[Bar] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._describe()

    @property
    def today(self) -> date:
        """The UTC date of now."""
        return utc_date(self._now)

    def bars(self) -> Sequence[Bar]:
        """What is drawn across the days."""
        return self._bars

    def set_windows(self, windows: Sequence[EventWindow], now: datetime) -> None:
        """Draw these events; those that are not in sight may be among them."""
        self._windows, self._now = windows, now
        self._bars = bars_of(windows, self.grid)
        self._describe()
        self.update()

    def show_now(self, now: datetime) -> None:
        """Mark another day as today, when it is one."""
        if utc_date(now) != self.today:
            self.update()
        self._now = now

    def choose(self, day: date) -> None:
        """Move to a day, in its month."""
        day = kept(day)
        if day == self.day:
            return
        self.day = day
        self._show_month()
        self._describe()
        self.update()
        self.day_chosen.emit(day)
        announce(self, self.day_text(day))

    def turn(self, months: int) -> None:
        """Show another month."""
        self.choose(moved_by_months(self.day, months))

    def on_day(self, day: date) -> list[EventWindow]:
        """The events of a day that is in sight."""
        return on_day(self._windows, day)

    def day_text(self, day: date) -> str:
        """A day and its events, for screen readers and tooltips."""
        words = long_day(day)
        if day == self.today:
            words = self.tr("{0}, today").format(words)
        names = ", ".join(window.name for window in self.on_day(day))
        return f"{words}: {names or self.tr('no event')}"

    def sizeHint(self) -> QSize:
        return QSize(640, self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        # Room for six weeks, so that nothing jumps from month to month.
        return QSize(480, round(_HEAD) + 6 * _LEAST_ROW)

    def cell(self, day: date) -> QRectF:
        """Where a day in sight is."""
        row, column = self.grid.place(day)
        width, height = self._unit()
        return QRectF(column * width, _HEAD + row * height, width, height)

    def bar_box(self, bar: Bar) -> QRectF:
        """Where a bar is; empty when its row has no room for its lane."""
        width, height = self._unit()
        tall = self._bar_height()
        if bar.lane >= self._lanes():
            return QRectF()
        left, right = bar.left * width + (3 if bar.begins else 0), bar.right * width - (3 if bar.ends else 0)
        top = _HEAD + bar.row * height + _NUMBER + bar.lane * (tall + _LANE_GAP)
        return QRectF(left, top, max(18.0, right - left), tall)

    def day_at(self, place: QPoint) -> date | None:
        """The day below a point."""
        width, height = self._unit()
        row, column = int((place.y() - _HEAD) // height), int(place.x() // width)
        if place.y() < _HEAD or not (0 <= row < self.grid.weeks and 0 <= column < 7):
            return None
        return self.grid.first + (row * 7 + column) * _DAY

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}
        months = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if not plain:
            super().keyPressEvent(event)
        elif key in steps:
            self.choose(self.day + steps[key] * _DAY)
        elif key in months:
            self.turn(months[key])
        elif key == Qt.Key.Key_Home:
            self.choose(self.day.replace(day=1))
        elif key == Qt.Key.Key_End:
            self.choose(next_month(self.day) - _DAY)
        elif key == Qt.Key.Key_T:
            self.choose(self.today)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self.day_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and day is not None:
            self.choose(day)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self.day_at(event.pos())
            QToolTip.showText(event.globalPos(), "" if day is None else self.day_text(day), self)
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_head(painter)
        hidden: dict[date, int] = {}
        for bar in self._bars:
            if bar.lane >= self._lanes():
                for day in on_days(bar, self.grid):
                    hidden[day] = hidden.get(day, 0) + 1
        for day in self.grid.days():
            self._paint_day(painter, day, hidden.get(day, 0))
        for bar in self._bars:
            self._paint_bar(painter, bar)
        if self.hasFocus():
            draw_focus(painter, self.cell(self.day).adjusted(0, 0, -1, -1))

    def _paint_head(self, painter: QPainter) -> None:
        width, _ = self._unit()
        painter.setPen(current_theme().color("text-muted"))
        painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
        for column in range(7):
            weekday = (self._first_weekday + column) % 7 + 1
            name = number_locale().standaloneDayName(weekday, QLocale.FormatType.ShortFormat)
            painter.drawText(QRectF(column * width + 8, 0, width - 8, _HEAD - 4), _LEFT, name)

    def _paint_day(self, painter: QPainter, day: date, hidden: int) -> None:
        theme = current_theme()
        cell = self.cell(day)
        outside = (day.year, day.month) != (self.grid.month.year, self.grid.month.month)
        if day == self.day:
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(cell.adjusted(1.5, 1.5, -1.5, -1.5), RADIUS_S, RADIUS_S)
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawLine(QPointF(cell.left(), cell.top()), QPointF(cell.right(), cell.top()))
        painter.setFont(tabular(text_font(TYPE_BODY - 1, QFont.Weight.Medium)))
        words = QRectF(cell.left() + 8, cell.top() + 3, 32, 20)
        ink = "text-muted" if outside else "text"
        if day == self.today:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.setFont(tabular(text_font(TYPE_BODY - 1, QFont.Weight.DemiBold)))
            wide = painter.fontMetrics().horizontalAdvance(str(day.day))
            painter.drawRoundedRect(QRectF(words.left() - 5, words.top(), wide + 10, 20), 10, 10)
            ink = "accent-text"
        painter.setPen(theme.color(ink, 0.7 if outside and day != self.today else 1.0))
        painter.drawText(words, _LEFT, str(day.day))
        if hidden:
            painter.setPen(theme.color("text-muted"))
            painter.setFont(text_font(TYPE_CAPTION, QFont.Weight.DemiBold))
            more = QRectF(words.right(), words.top(), cell.right() - words.right() - 8, words.height())
            painter.drawText(more, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"+{hidden}")

    def _paint_bar(self, painter: QPainter, bar: Bar) -> None:
        box = self.bar_box(bar)
        if box.isEmpty():
            return
        theme = current_theme()
        window = bar.window
        state = window.state(self._now)
        strength = 0.38 if state is EventState.ACTIVE else 0.24 if state is EventState.UPCOMING else 0.13
        if not theme.dark:
            strength *= 0.75
        painter.save()
        # Where it goes on in the next row, the bar runs out of the picture instead of ending.
        painter.setClipRect(box)
        shape = box.adjusted(0.5 if bar.begins else -8, 0.5, -0.5 if bar.ends else 8, -0.5)
        done = state is EventState.COMPLETED
        painter.setPen(QPen(event_color(window.icon, 0.45 if done else 0.9), 1))
        painter.setBrush(event_ground(window.icon, strength))
        painter.drawRoundedRect(shape, 5, 5)
        if bar.begins:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(event_color(window.icon, 0.6 if done else 1.0))
            painter.drawRoundedRect(QRectF(box.left() + 0.5, box.top() + 0.5, 4, box.height() - 1), 2, 2)
        side = 14.0 if box.height() < 28 else 16.0
        ink = theme.color("text-muted" if done else "text")
        left = box.left() + (9 if bar.begins else 6)
        draw_icon(painter, QRectF(left, box.center().y() - side / 2, side, side), window.icon, ink)
        painter.setPen(ink)
        size = TYPE_CAPTION if box.height() < 28 else TYPE_BODY - 1
        painter.setFont(text_font(size, QFont.Weight.Medium if done else QFont.Weight.DemiBold))
        room = QRectF(left + side + 5, box.top(), box.right() - left - side - 10, box.height())
        name = painter.fontMetrics().elidedText(window.name, Qt.TextElideMode.ElideRight, int(room.width()))
        if room.width() > 24:
            painter.drawText(room, _LEFT, name)
        painter.restore()

    def _unit(self) -> tuple[float, float]:
        """The size of a day, pixels."""
        return self.width() / 7, (self.height() - _HEAD - 1) / self.grid.weeks

    def _bar_height(self) -> float:
        row = self._unit()[1]
        return 18.0 if row < 78 else 22.0 if row < 112 else 28.0

    def _lanes(self) -> int:
        """How many bars a row has room for."""
        room = self._unit()[1] - _NUMBER - 1
        return max(1, int((room + _LANE_GAP) // (self._bar_height() + _LANE_GAP)))

    def _show_month(self) -> None:
        grid = grid_of(self.day, self._first_weekday)
        if grid != self.grid:
            self.grid = grid
            self._bars = bars_of(self._windows, grid)
            self.month_shown.emit()

    def _describe(self) -> None:
        self.setAccessibleName(self.tr("Calendar of events, {0}").format(month_name(self.grid.month)))
        self.setAccessibleDescription(self.day_text(self.day))


def on_days(bar: Bar, grid: Grid) -> list[date]:
    """The days a bar touches in its row."""
    first = grid.first + (bar.row * 7 + int(bar.left)) * _DAY
    count = -int(-bar.right // 1) - int(bar.left)
    return [first + number * _DAY for number in range(count)]


def month_name(month: date) -> str:
    """ "November 2026"."""
    return str(number_locale().toString(QDate(month.year, month.month, 1), "MMMM yyyy"))


def long_day(day: date) -> str:
    """ "Saturday 21 November 2026"."""
    return str(number_locale().toString(QDate(day.year, day.month, day.day), "dddd d MMMM yyyy"))
