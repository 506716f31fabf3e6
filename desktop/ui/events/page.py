"""The Events page: what is on, what comes, and a calendar of it all."""

from datetime import date, datetime, timedelta

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.background import Latest
from desktop.services.economy.events import EventsOverview
from desktop.ui.context import Context
from desktop.ui.event_words import in_brief
from desktop.ui.events.calendar import MonthCalendar, month_name
from desktop.ui.events.day import DayCard
from desktop.ui.events.month import EARLIEST, LATEST
from desktop.ui.events.now import NowColumn
from desktop.ui.events.upcoming import UpcomingCard
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.containers import Card, ScrollArea
from desktop.ui.kit.labels import label
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.page import Page
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL
from shared.economy.events import EventWindow
from shared.errors import MapleHubError
from shared.resets import utc_date

_SIDE, _WIDE_SIDE, _WIDE_FROM = 340, 420, 1400
_STACKED_BELOW = 980
"""Widths of the page in pixels: below this one the side stands under the calendar."""
_LEAST = 600
_UNLIMITED = 16_777_215
_MARGIN = timedelta(days=45)
"""Read around the month, so that turning a page shows its events at once."""


class EventsPage(Page):
    """Reads the schedule; nothing here is written."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Events"))
        self.setAccessibleName(self.tr("Events"))
        self._reads = Latest(context.background, self)
        self._overview: EventsOverview | None = None
        materials = context.catalog.economy.materials
        now = context.ticker.now()
        self.now_column = NowColumn(materials)
        self.upcoming = UpcomingCard(materials)
        self.upcoming.opened.connect(self._open)
        self.calendar = MonthCalendar(now)
        self.calendar.day_chosen.connect(self._show_day)
        self.calendar.month_shown.connect(self._on_month)
        self.day_card = DayCard(materials)
        self.loading = LoadingState(self.tr("Loading the events"), rows=6)
        self.failed = EmptyState(
            "could_not_load", self.tr("The events could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.invalidate)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self._build()
        self._mark_month()
        context.ticker.ticked.connect(self._on_tick)

    def refresh(self) -> None:
        events, grid = self.context.services.events, self.calendar.grid
        first, last = grid.first - _MARGIN, grid.last + _MARGIN
        self._reads.database(
            lambda: (events.overview(), events.on_days(first, last)), self._show, self._on_failed
        )

    def first_focus(self) -> QWidget | None:
        return self.calendar

    def open_with(self, **arguments: object) -> None:
        """day: the UTC date to show."""
        day = arguments.get("day")
        if isinstance(day, date):
            self.calendar.choose(day)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def stacked(self) -> bool:
        """Whether the side stands below the calendar."""
        return self.width() < _STACKED_BELOW

    def _build(self) -> None:
        self.area = ScrollArea(max_width=1760, margin=0)
        layout = self.area.content.layout()
        assert layout is not None
        layout.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        self.area.verticalScrollBar().rangeChanged.connect(self._keep_edge)
        columns = QWidget()
        # Said here, since beside each other they would ask for more than a small window has.
        columns.setMinimumWidth(_LEAST)
        self.row = QHBoxLayout(columns)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(SPACE_M)
        main = QVBoxLayout()
        main.setSpacing(SPACE_M)
        main.addWidget(self.now_column)
        main.addWidget(self._calendar_card(), 1)
        self.row.addLayout(main, 1)
        self.side = QWidget()
        side = QVBoxLayout(self.side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(SPACE_M)
        side.addWidget(self.upcoming)
        side.addWidget(self.day_card, 1)
        self.row.addWidget(self.side)
        self.area.add(columns, 1)
        for widget in (self._padded(self.loading), self.area, self.failed):
            self.stack.addWidget(widget)

    def _calendar_card(self) -> Card:
        self.previous = IconButton("chevron-left", self.tr("Previous month"), self.tr("PgUp"))
        self.previous.clicked.connect(self._previous_month)
        self.next = IconButton("chevron-right", self.tr("Next month"), self.tr("PgDn"))
        self.next.clicked.connect(self._next_month)
        self.today = button(self.tr("Today"), "plain", hint=self.tr("Show today (T)"))
        self.today.clicked.connect(self._go_to_today)
        self.month_label = label("", "heading")
        card = Card()
        card.setAccessibleName(self.tr("Calendar"))
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self.month_label)
        head.addWidget(label(self.tr("days in UTC"), "caption", "muted"))
        head.addStretch(1)
        for control in (self.today, self.previous, self.next):
            head.addWidget(control)
        card.body.addLayout(head)
        card.add(self.calendar, 1)
        return card

    def _arrange(self) -> None:
        stacked = self.stacked
        self.row.setDirection(
            QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        )
        side = _WIDE_SIDE if self.width() >= _WIDE_FROM else _SIDE
        self.side.setMinimumWidth(0 if stacked else side)
        self.side.setMaximumWidth(_UNLIMITED if stacked else side)

    def _keep_edge(self, _least: int, most: int) -> None:
        """The content ends where the header ends, whether or not there is a scroll bar."""
        layout = self.area.content.layout()
        assert layout is not None
        bar = self.area.verticalScrollBar().sizeHint().width() if most > 0 else 0
        layout.setContentsMargins(SPACE_XL, 0, SPACE_XL - bar, SPACE_XL)

    @staticmethod
    def _padded(widget: QWidget) -> QWidget:
        around = QWidget()
        column = QVBoxLayout(around)
        column.setContentsMargins(SPACE_XL, SPACE_M, SPACE_XL, SPACE_XL)
        column.addWidget(widget)
        column.addStretch(1)
        return around

    def _show(self, found: tuple[EventsOverview, list[EventWindow]]) -> None:
        overview, windows = found
        self._overview = overview
        self.calendar.set_windows(windows, overview.now)
        self._show_now(overview.now)
        self.stack.setCurrentWidget(self.area)

    def _show_now(self, now: datetime) -> None:
        overview = self._overview
        if overview is None:
            return
        materials = self.context.catalog.economy.materials
        self.note_label.setText(
            self.tr("{0} now").format(in_brief(overview.modifiers, materials)) if overview.active else ""
        )
        self.now_column.show_windows(overview.active, now)
        self.upcoming.show_windows(overview.upcoming, now)
        self.calendar.show_now(now)
        self._show_day(self.calendar.day)

    def _show_day(self, day: date) -> None:
        if self._overview is not None:
            self.day_card.show_day(day, self.calendar.on_day(day), self.context.ticker.now())

    def _on_tick(self, now: datetime) -> None:
        overview = self._overview
        if overview is None or not self.isVisible():
            return
        ended = any(not window.starts <= now < window.ends for window in overview.active)
        if ended or any(window.starts <= now for window in overview.upcoming) or now < overview.now:
            self.invalidate()
        else:
            self._show_now(now)

    def _on_month(self) -> None:
        self._mark_month()
        self.refresh()

    def _mark_month(self) -> None:
        month = self.calendar.grid.month
        self.month_label.setText(month_name(month))
        self.previous.setEnabled(month > EARLIEST)
        self.next.setEnabled((month.year, month.month) < (LATEST.year, LATEST.month))

    def _previous_month(self) -> None:
        self.calendar.turn(-1)

    def _next_month(self) -> None:
        self.calendar.turn(1)

    def _go_to_today(self) -> None:
        self.calendar.choose(self.calendar.today)

    def _open(self, window: EventWindow) -> None:
        self.calendar.choose(utc_date(window.starts))

    def _on_failed(self, error: Exception) -> None:
        self.failed.set_text(str(error) if isinstance(error, MapleHubError) else "")
        self.stack.setCurrentWidget(self.failed)
