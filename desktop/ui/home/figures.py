"""The strip of this week's sums, each against the same days of last week."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.services.home import Overview
from desktop.ui.home.words import compared, compared_briefly
from desktop.ui.kit.containers import Card, Divider
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_XS
from shared.mesos import short_mesos
from shared.summary import Tally


class WeekFigure(QWidget):
    """A caption, a big figure with its unit, and how it compares."""

    def __init__(self, caption: str, unit: str = "") -> None:
        super().__init__()
        self._caption, self._unit = caption, unit
        self._notes = ("", "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(label(caption, "caption", "muted"))
        row = QHBoxLayout()
        row.setSpacing(SPACE_XS)
        self.value_label = label("", "display")
        row.addWidget(self.value_label)
        if unit:
            row.addWidget(label(unit, "caption", "muted"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        column.addLayout(row)
        self.note_label = label("", "caption", "muted")
        column.addWidget(self.note_label)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_value(self, value: int, before: int, whole: int) -> None:
        """value: this week. before: last week by the same day. whole: all of last week."""
        self.value_label.setText(short_mesos(value) if self._unit else grouped(value))
        self._notes = (compared(value, before), compared_briefly(value, before))
        self._fit()
        set_tone(self.note_label, "success" if value > before else "muted")
        exact = f"{grouped(value)} {self._unit}".strip()
        self.setToolTip(
            self.tr("{0}. Last week {1} by the same day, {2} in all.").format(
                exact, grouped(before), grouped(whole)
            )
        )
        self.setAccessibleName(f"{self._caption}: {exact}, {self._notes[0]}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The whole comparison where there is room for it."""
        whole, brief = self._notes
        fits = self.note_label.fontMetrics().horizontalAdvance(whole) <= self.width()
        self.note_label.setText(whole if fits else brief)


class WeekStrip(Card):
    """Clears, drops, crystal mesos and sales since the weekly reset."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("This week"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        mesos = self.tr("mesos")
        self.clears = WeekFigure(self.tr("Clears this week"))
        self.drops = WeekFigure(self.tr("Drops this week"))
        self.crystals = WeekFigure(self.tr("Crystals this week"), mesos)
        self.sold = WeekFigure(self.tr("Sold this week"), mesos)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        for index, figure in enumerate((self.clears, self.drops, self.crystals, self.sold)):
            if index:
                row.addWidget(Divider(Qt.Orientation.Vertical))
            row.addWidget(figure, 1)
        self.body.addLayout(row)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)

    def show_overview(self, overview: Overview) -> None:
        """Show the sums."""
        now, before, whole = overview.this_week, overview.last_week_so_far, overview.last_week
        for figure, pick in (
            (self.clears, _clears),
            (self.drops, _drops),
            (self.crystals, _crystals),
            (self.sold, _sold),
        ):
            figure.set_value(pick(now), pick(before), pick(whole))


def _clears(sums: Tally) -> int:
    return sums.clears


def _drops(sums: Tally) -> int:
    return sums.drops


def _crystals(sums: Tally) -> int:
    return sums.crystal_mesos


def _sold(sums: Tally) -> int:
    return sums.sold_mesos
