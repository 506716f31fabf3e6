"""A total of the clan with what was gained of it, day by day."""

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QHBoxLayout

from desktop.ui.clans.words import counted, family_name, full, gain_text, metric_title, short
from desktop.ui.context import Context
from desktop.ui.kit.buttons import IconButton
from desktop.ui.kit.charts import BarChart, Series
from desktop.ui.kit.charts.base import Number
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label, set_tone
from desktop.ui.kit.numbers import number_locale
from desktop.ui.theme.tokens import SPACE_S
from shared.api.progress import DayGain, Panel, Panels
from shared.clans.metrics import family

_CHART = 132


def short_number(value: Number) -> str:
    """For axes and readings; a part of a whole thing has no label."""
    return short(int(value)) if float(value).is_integer() else ""


def day_label(gain: DayGain) -> str:
    """ "3 Nov"."""
    return number_locale().toString(QDate(gain.day.year, gain.day.month, gain.day.day), "d MMM")


class PanelCard(Card):
    """opened: the metric whose leaderboard is wanted."""

    opened = Signal(str)

    def __init__(self, context: Context, metric: str) -> None:
        self._metric = metric
        title = family_name(family(metric))
        self.board = IconButton("trophy", self.tr("Leaderboard"))
        super().__init__(title, self.board)
        self.board.set_name(self.tr("Leaderboard: {0}").format(metric_title(metric, context.catalog)))
        self.board.clicked.connect(self._open)
        self.gained = label("", "display", "success")
        self.value = label("", "body", "muted")
        row = QHBoxLayout()
        row.setSpacing(SPACE_S)
        row.addWidget(self.gained)
        row.addStretch(1)
        self.body.addLayout(row)
        self.add(self.value)
        self.chart = BarChart(self.tr("{0} gained by day").format(title), short_number)
        self.chart.setFixedHeight(_CHART)
        self.add(self.chart)
        self.note = label("", "caption", "muted", wrap=True)
        self.add(self.note)
        self.body.addStretch(1)

    def show_panel(self, panel: Panel, told: Panels) -> None:
        """Show a span."""
        self.gained.setText(gain_text(panel.gained))
        set_tone(self.gained, "success" if panel.gained else "muted")
        self.gained.setToolTip(full(panel.gained))
        self.gained.setAccessibleName(self.tr("Gained: {0}").format(full(panel.gained) or self.tr("unknown")))
        total = self.tr("unknown") if panel.value is None else short(panel.value)
        self.value.setText(self.tr("{0} in all").format(total))
        self.value.setToolTip(full(panel.value))
        labels = [day_label(day) for day in panel.days]
        self.chart.set_data(labels, [Series("", [day.gained for day in panel.days], "accent")])
        self.note.setText(self._note(panel, told.members))
        self.note.setVisible(bool(self.note.text()))

    def _note(self, panel: Panel, members: int) -> str:
        """What is not known, and so not in the figures."""
        parts = []
        if panel.known < members:
            parts.append(
                counted(
                    members - panel.known,
                    self.tr("Nothing is known of 1 member."),
                    self.tr("Nothing is known of {0} members."),
                )
            )
        if panel.partial:
            parts.append(
                counted(
                    panel.partial,
                    self.tr("1 member was first seen in these days: what came before is not counted."),
                    self.tr("{0} members were first seen in these days: what came before is not counted."),
                )
            )
        return " ".join(parts)

    def _open(self) -> None:
        self.opened.emit(self._metric)
