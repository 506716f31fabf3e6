"""The sums over what the filters let through."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.diary import Totals
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.tokens import SPACE_XL
from shared.mesos import short_mesos


class TotalsStrip(QWidget):
    """Six figures in a row, each below its name; a screen reader hears them as one sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Totals"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_XL)
        self._names = (
            self.tr("Runs"),
            self.tr("Cleared"),
            self.tr("With drops"),
            self.tr("Open"),
            self.tr("Crystals, mesos"),
            self.tr("Sold, mesos"),
        )
        self._figures = []
        for name in self._names:
            column = QVBoxLayout()
            column.setSpacing(0)
            heading = label(name, "caption")
            heading.setAlignment(number_label().alignment())
            figure = number_label("–", "strong")
            figure.setAccessibleName(name)
            column.addWidget(heading)
            column.addWidget(figure)
            row.addLayout(column)
            self._figures.append(figure)

    def show_totals(self, totals: Totals) -> None:
        """Show these sums; amounts short, with every digit in the tooltip."""
        counts = (totals.runs, totals.cleared, totals.with_drops, totals.unresolved)
        amounts = (totals.crystal_mesos, totals.sold_mesos)
        texts = [grouped(count) for count in counts] + [short_mesos(amount) for amount in amounts]
        spoken = []
        for name, figure, text in zip(self._names, self._figures, texts, strict=True):
            figure.setText(text)
            spoken.append(f"{name}: {text}")
        for figure, amount in zip(self._figures[-2:], amounts, strict=True):
            figure.setToolTip(self.tr("{0} mesos").format(grouped(amount)))
        self.setAccessibleDescription(", ".join(spoken))

    def texts(self) -> list[str]:
        """The figures as shown."""
        return [figure.text() for figure in self._figures]
