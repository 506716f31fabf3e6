"""Where the coins came from and where they went, by day, week or month."""

from datetime import date

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.services.economy.books import Bucket, Sums, Totals
from desktop.ui.coins.words import kind_name, signed
from desktop.ui.kit.charts import BarChart, Series
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.numbers import number_locale
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import SPACE_M, SPACE_XS

SPANS = {Bucket.DAY: 14, Bucket.WEEK: 13, Bucket.MONTH: 12}


class FlowPanel(Card):
    """bucket_changed: another span was chosen."""

    bucket_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("In and out"))
        self.bucket_choice = Segmented(
            self.tr("Sums by"),
            [
                (Bucket.DAY, self.tr("Day")),
                (Bucket.WEEK, self.tr("Week")),
                (Bucket.MONTH, self.tr("Month")),
            ],
        )
        self.bucket_choice.set_value(Bucket.WEEK)
        self.bucket_choice.changed.connect(self._chosen)
        self.chart = BarChart(self.tr("In and out"), empty_text=self.tr("Nothing earned or spent"))
        self.chart.setMinimumHeight(180)
        self._rows = QWidget()
        self._grid = QGridLayout(self._rows)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_M)
        self._grid.setVerticalSpacing(SPACE_XS)
        self._grid.setColumnStretch(0, 1)
        self.add(self.bucket_choice)
        self.add(self.chart, 1)
        self.add(label(self.tr("By kind"), "heading"))
        self.add(self._rows)
        self.setFixedWidth(336)

    @property
    def bucket(self) -> Bucket:
        """The chosen span."""
        value = self.bucket_choice.value()
        return value if isinstance(value, Bucket) else Bucket.WEEK

    def show_sums(self, sums: list[Sums], totals: Totals) -> None:
        """Draw the spans and the table by kind."""
        labels = [self._label(each.start) for each in sums]
        known = any(each.incoming or each.outgoing for each in sums)
        series = [
            Series(self.tr("In"), [each.incoming for each in sums], "success"),
            Series(self.tr("Out"), [-each.outgoing for each in sums], "warning"),
        ]
        self.chart.set_data(labels if known else (), series if known else ())
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        kinds = sorted(totals.by_kind.items(), key=lambda pair: -(pair[1][0] - pair[1][1]))
        for row, (kind, (incoming, outgoing)) in enumerate(kinds):
            self._grid.addWidget(label(kind_name(kind)), row, 0)
            for column, amount in ((1, incoming), (2, outgoing)):
                cell = number_label(signed(amount) if amount else "–", "body", None if amount else "muted")
                cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self._grid.addWidget(cell, row, column)

    def _label(self, start: date) -> str:
        form = "MMM yy" if self.bucket is Bucket.MONTH else "d MMM"
        return str(number_locale().toString(QDate(start.year, start.month, start.day), form))

    def _chosen(self, _value: object) -> None:
        self.bucket_changed.emit()
