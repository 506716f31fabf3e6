"""One member: every metric with its value and gain, and the days of the chosen one."""

from datetime import date, timedelta

from PySide6.QtCore import QDate, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.bridge.clans import ClanReader, Told
from desktop.ui.clans.marks import Fact
from desktop.ui.clans.panels import short_number
from desktop.ui.clans.questions import member
from desktop.ui.clans.table import ROW, Cell, Column, RowsTable
from desktop.ui.clans.words import (
    age_text,
    day_text,
    family_name,
    full,
    gain_text,
    metric_name,
    metric_title,
    short,
    source_name,
    timeframe_name,
)
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.charts import BarChart, Series
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import number_locale
from desktop.ui.kit.placeholders import Placeholder
from desktop.ui.kit.segmented import Segmented
from desktop.ui.kit.states import EmptyState, ErrorBanner
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_XL
from shared.api.clans import ClanInfo, MemberInfo
from shared.api.progress import MemberProgress, MetricProgress
from shared.clans.metrics import TOTALS, XP, Family, family
from shared.clans.timeframes import Timeframe
from shared.resets import utc_date

_SETTLE_MS = 200
"""The keyboard stays this long on a metric before its days are asked for."""
_SIDE_BY_SIDE = 640
_ORDER = list(Family)


class MemberView(QWidget):
    """closed: back to the list. told: how the question about this member stands."""

    closed = Signal()
    told = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._clan: ClanInfo | None = None
        self._member_id = ""
        self._shown: MemberProgress | None = None
        self._metric = XP
        self._reader = ClanReader(context.clans, self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.look)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)
        column.setSpacing(SPACE_M)
        column.addLayout(self._build_head())
        self.missing = ErrorBanner("", tone="warning")
        self.failed = ErrorBanner("", self.tr("Try again"))
        self.failed.action.connect(self.look)
        for banner in (self.missing, self.failed):
            banner.hide()
            column.addWidget(banner)
        self.table = RowsTable(
            self.tr("Metrics"),
            (
                Column("metric", self.tr("Metric"), self._name),
                Column("value", self.tr("Now"), self._value, 96, right=True),
                Column("gained", self.tr("Gained"), self._gained, 96, right=True),
            ),
            self._context.pictures,
            height=ROW,
        )
        self.table.chosen.connect(self._on_chosen)
        self.card = Card(self.tr("Days"))
        self.gained = Fact(self.tr("Gained"), "title")
        self.value = Fact(self.tr("Now"), "title")
        facts = QHBoxLayout()
        facts.setSpacing(SPACE_XL)
        facts.addWidget(self.gained)
        facts.addWidget(self.value)
        facts.addStretch(1)
        self.card.body.addLayout(facts)
        self.chart = BarChart(
            self.tr("Gained by day"), short_number, self.tr("Nothing was gained in these days")
        )
        self.chart.setMinimumHeight(200)
        self.card.add(self.chart, 1)
        self.note = label("", "caption", "muted", wrap=True)
        self.card.add(self.note)
        self.nothing = EmptyState(
            "nothing_yet", self.tr("Nothing is known yet"), self.tr("The next snapshot reads this member.")
        )
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(SPACE_L)
        self._row.addWidget(self.table, 5)
        self._row.addWidget(self.card, 6)
        column.addLayout(self._row, 1)
        column.addWidget(self.nothing, 1)
        self.nothing.hide()

    def _build_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        self.back = IconButton("chevron-left", self.tr("Back to the members"), "Esc")
        self.back.clicked.connect(self.closed)
        self._tile = Placeholder("?", "character", 40)
        self._title = label("", "title")
        self._about = label("", "caption", "muted", wrap=True)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addWidget(self._title)
        names.addWidget(self._about)
        self.timeframe = Segmented(self.tr("Time"), [(each, timeframe_name(each)) for each in Timeframe])
        self.timeframe.changed.connect(self._on_timeframe)
        row.addWidget(self.back)
        row.addWidget(self._tile)
        row.addLayout(names, 1)
        row.addWidget(self.timeframe)
        return row

    # What is shown

    def show_member(self, clan: ClanInfo, member_id: str) -> None:
        """Show one."""
        if member_id != self._member_id:
            self._shown, self._metric = None, XP
            self.table.show_rows([])
            self.chart.set_data((), ())
            self._title.setText("")
            self._about.setText("")
        self._clan, self._member_id = clan, member_id
        self.look()

    def look(self) -> None:
        """Ask the server again."""
        timeframe = self.timeframe.value()
        if self._clan is not None and isinstance(timeframe, Timeframe):
            question = member(self._clan.id, self._member_id, timeframe, self._metric)
            self._reader.ask(question, self._on_told)

    def first_focus(self) -> QWidget:
        """Where the keyboard starts."""
        return self.table

    def keyPressEvent(self, event: object) -> None:
        if event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            self.closed.emit()
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        wide = self.width() >= _SIDE_BY_SIDE
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _on_told(self, told: Told) -> None:
        self.told.emit(told)
        self.failed.setVisible(told.error is not None and self._shown is None)
        if told.error is not None:
            self.failed.set_message(str(told.error))
        found = told.value
        if not isinstance(found, MemberProgress) or found.member.id != self._member_id:
            return
        self._shown = found
        self._show_head(found.member)
        rows = sorted(found.items, key=self._order)
        self.nothing.setVisible(not rows)
        for part in (self.table, self.card):
            part.setVisible(bool(rows))
        self.table.chosen.disconnect(self._on_chosen)
        self.table.show_rows(rows)
        place = next((at for at, row in enumerate(rows) if row.metric == self._metric), 0)
        if rows:
            self.table.setCurrentIndex(self.table.lines.index(place, 0))
        self.table.chosen.connect(self._on_chosen)
        self._show_days(found)

    def _order(self, row: MetricProgress) -> tuple[bool, int, str]:
        return row.metric not in TOTALS, _ORDER.index(family(row.metric)), row.metric

    def _show_head(self, info: MemberInfo) -> None:
        now = self._context.ticker.now()
        self._title.setText(info.name)
        self._tile.set_name(info.name)
        parts = [part for part in (info.job, info.world, source_name(info.source)) if part]
        if info.user_name:
            parts.append(self.tr("played by {0}").format(info.user_name))
        if info.sampled_at is not None:
            parts.append(self.tr("read {0}").format(age_text(now, info.sampled_at)))
        parts.append(self.tr("followed since {0}").format(day_text(info.added_at)))
        self._about.setText(" · ".join(parts))
        self.missing.setVisible(info.missing_since is not None)
        if info.missing_since is not None:
            words = self.tr("The source has not known this name since {0}. An officer can enter its new one.")
            self.missing.set_message(words.format(day_text(info.missing_since)))

    def _show_days(self, found: MemberProgress) -> None:
        chosen = next((row for row in found.items if row.metric == self._metric), None)
        catalog = self._context.catalog
        self.card.title_label.setText(metric_title(self._metric, catalog))
        self.gained.say(
            gain_text(None if chosen is None else chosen.gained),
            full(None if chosen is None else chosen.gained),
        )
        self.value.say(
            "–" if chosen is None else short(chosen.value), full(None if chosen is None else chosen.value)
        )
        if found.metric != self._metric:
            self.chart.set_data((), ())
            return
        by_day = {each.day: each.gained for each in found.days}
        days = _days(found.first_day, utc_date(found.until))
        labels = [number_locale().toString(QDate(day.year, day.month, day.day), "d MMM") for day in days]
        values = [by_day.get(day, 0) for day in days]
        self.chart.set_data(labels, [Series("", values if by_day else [None] * len(days), "accent")])
        since = chosen.since if chosen is not None else None
        self.note.setText(
            ""
            if since is None
            else self.tr("First seen on {0}: what came before is unknown and not counted.").format(
                day_text(since)
            )
        )
        self.note.setVisible(since is not None)

    # Cells

    def _name(self, row: MetricProgress) -> Cell:
        catalog = self._context.catalog
        if row.metric in TOTALS:
            return Cell(metric_title(row.metric, catalog), strong=True)
        kind = family(row.metric)
        said = metric_title(row.metric, catalog)
        return Cell(metric_name(row.metric, catalog), tip=f"{family_name(kind)}: {said}", said=said)

    @staticmethod
    def _value(row: MetricProgress) -> Cell:
        return Cell(short(row.value), role="text-muted", tip=full(row.value))

    @staticmethod
    def _gained(row: MetricProgress) -> Cell:
        return Cell(
            gain_text(row.gained) if row.gained else "0",
            role="success" if row.gained else "text-muted",
            tip=full(row.gained),
        )

    def _on_chosen(self) -> None:
        row = self.table.current()
        if row is not None and row.metric != self._metric:
            self._metric = row.metric
            if self._shown is not None:
                self._show_days(self._shown)
            self._settle.start()

    def _on_timeframe(self, _value: object) -> None:
        self.look()


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(max(0, (last - first).days) + 1)]
