"""The panel beside the table: one drop with everything its rate rests on, its history, and one's own luck."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.services.community import DropLine
from desktop.ui.community.history import HistoryChart
from desktop.ui.community.words import (
    bias_text,
    confidence_text,
    dry_text,
    luck_text,
    own_text,
    precision_text,
    trend_text,
)
from desktop.ui.kit.buttons import IconButton, button
from desktop.ui.kit.chips import Badge
from desktop.ui.kit.containers import Divider, ScrollArea
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.states import ErrorBanner
from desktop.ui.pictures import Pictures
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S
from shared.api.stats import DropRate, RatePeriod
from shared.catalog import Catalog
from shared.statistics import words

WIDTH = 332
_CHART = 168
_CONFIDENCE = {"high": "success", "medium": "info", "low": "warning"}


class _Tile(QWidget):
    """The item, drawn; its name stands beside it."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__()
        self._pictures, self._item = pictures, ""
        self.setFixedSize(40, 40)
        pictures.arrived.connect(self.update)

    def show_item(self, item: str, name: str) -> None:
        """Draw this one."""
        self._item = item
        self.setAccessibleName(name)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._item:
            self._pictures.draw_item(QPainter(self), QRectF(self.rect()), self._item)


class _Fact(QWidget):
    """A name and a figure."""

    def __init__(self, title: str, help_text: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._title = title
        name = label(title, "caption")
        name.setToolTip(help_text)
        self._value = QLabel()
        self._value.setTextFormat(Qt.TextFormat.PlainText)
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setToolTip(help_text)
        row.addWidget(name)
        row.addWidget(self._value, 1)

    def say(self, text: str) -> None:
        """Show a figure; nothing where there is none."""
        self._value.setText(text)
        self._value.setAccessibleName(f"{self._title}: {text}")
        self.setVisible(bool(text))


class DropPanel(QFrame):
    """closed: it is to go. diary_asked: the runs behind the player's own count are wanted."""

    closed = Signal()
    diary_asked = Signal()

    def __init__(self, catalog: Catalog, pictures: Pictures) -> None:
        super().__init__()
        self._catalog = catalog
        self._shown = ("", "")
        self.setProperty("card", "true")
        self.setAccessibleName(self.tr("Details of the drop"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(SPACE_L, SPACE_M, SPACE_S, SPACE_L)
        outer.setSpacing(SPACE_S)
        outer.addLayout(self._head(pictures))
        scroll = ScrollArea(margin=0)
        scroll.content.setContentsMargins(0, 0, SPACE_S, 0)
        scroll.body.setSpacing(SPACE_S)
        for part in self._parts():
            scroll.add(part)
        scroll.body.addStretch(1)
        outer.addWidget(scroll, 1)

    def show_line(self, line: DropLine) -> None:
        """Show a drop; its history comes by `show_history`."""
        if (line.boss_id, line.item_id) != self._shown:
            self._shown = (line.boss_id, line.item_id)
            self.chart.set_periods((), 0)
        self._tile.show_item(line.item_id, line.item_name)
        self._item.setText(line.item_name)
        boss = self._catalog.bosses.get(line.boss_id)
        self._boss.setText(line.boss_name if boss is None else boss.name)
        self._difficulty.setVisible(boss is not None)
        if boss is not None:
            difficulty = str(boss.difficulty)
            self._difficulty.set_state(self.tr(difficulty.capitalize()), difficulty)
        self._show_rate(line.rate)
        self._show_own(line)

    def show_history(self, periods: list[RatePeriod], months: int) -> None:
        """Draw how it came over time."""
        self.chart.set_periods(periods, months)

    def _head(self, pictures: Pictures) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        self._tile = _Tile(pictures)
        row.addWidget(self._tile)
        names = QVBoxLayout()
        names.setSpacing(2)
        self._item = label("", "strong", wrap=True)
        names.addWidget(self._item)
        below = QHBoxLayout()
        below.setSpacing(SPACE_S)
        self._difficulty = Badge("", "text-muted")
        self._boss = label("", "caption")
        below.addWidget(self._difficulty)
        below.addWidget(self._boss, 1)
        names.addLayout(below)
        row.addLayout(names, 1)
        self.close_button = IconButton("close", self.tr("Close the details"))
        self.close_button.clicked.connect(self.closed)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _parts(self) -> list[QWidget]:
        self.headline = label("", "title", wrap=True)
        self.sentence = label("", "body", "muted", wrap=True)
        marks = QWidget()
        row = QHBoxLayout(marks)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        self._sure, self._precise = Badge("", "text-muted"), Badge("", "text-muted")
        row.addWidget(self._sure)
        row.addWidget(self._precise)
        row.addStretch(1)
        self._marks = marks
        self.bias = ErrorBanner(bias_text(), tone="warning")
        self.chart = HistoryChart()
        self.chart.setFixedHeight(_CHART)
        self._facts = {
            "cohort": _Fact(
                self.tr("In complete weeks"),
                self.tr("Weeks of a player with four clears or more, the drops of all of them noted."),
            ),
            "floor": _Fact(
                self.tr("At least"),
                self.tr("The rate if nothing had dropped in any clear nobody noted the drops of."),
            ),
            "unrecorded": _Fact(
                self.tr("Clears without a note"), self.tr("Counted apart, never as “nothing dropped”.")
            ),
            "week": _Fact(self.tr("Last 7 days")),
            "month": _Fact(self.tr("Last 30 days")),
            "trend": _Fact(
                self.tr("Trend"), self.tr("Told only where chance is no likely reason for the difference.")
            ),
            "quantity": _Fact(self.tr("Pieces a run")),
        }
        self._own_title = label(self.tr("My own runs"), "strong")
        self.own = label("", wrap=True)
        self._next = label("", "caption", wrap=True)
        self.diary = button(self.tr("Show them in the diary"), "plain", "diary")
        self.diary.clicked.connect(self.diary_asked)
        return [
            self.headline,
            self.sentence,
            marks,
            self.bias,
            self.chart,
            Divider(),
            self._own_title,
            self.own,
            self._next,
            self.diary,
            Divider(),
            *self._facts.values(),
        ]

    def _show_rate(self, rate: DropRate | None) -> None:
        known = rate is not None and rate.drop_rate is not None
        self._marks.setVisible(known)
        self.chart.setVisible(known)
        self.bias.setVisible(rate is not None and bool(rate.logging_bias))
        facts = dict.fromkeys(self._facts, "")
        if rate is None or rate.drop_rate is None:
            self.headline.setText(self.tr("Not enough players yet"))
            self.sentence.setText(
                self.tr(
                    "A rate is told once enough players share their runs: fewer would give single players away."
                )
            )
        else:
            self.headline.setText(rate.headline[0].upper() + rate.headline[1:])
            self.sentence.setText(f"{rate.sentence}.")
            confidence = self.tr("{0} confidence").format(confidence_text(rate))
            self._sure.set_state(confidence, _CONFIDENCE.get(rate.confidence or "", "text-muted"))
            self._precise.set_state(self.tr("Precision {0}").format(precision_text(rate)), "text-muted")
            facts |= _facts_of(rate)
        for name, fact in self._facts.items():
            fact.say(facts[name])

    def _show_own(self, line: DropLine) -> None:
        self.diary.setVisible(bool(line.runs))
        self._next.setVisible(bool(line.runs) and line.luck is not None)
        if not line.runs:
            self.own.setText(self.tr("None that count. Note the drops of your clears, and they stand here."))
            return
        parts = [own_text(line)]
        if line.hits:
            parts.append(f"({words.odds(line.hits / line.runs)})")
        said = " ".join(parts)
        luck = luck_text(line.luck)
        dry = dry_text(line)
        self.own.setText(" ".join(f"{part}." for part in (said, luck, dry) if part))
        if line.rate is not None and line.rate.drop_rate:
            odds = words.odds(line.rate.drop_rate)
            self._next.setText(self.tr("Whatever went before, the next run is still {0}.").format(odds))


def _facts_of(rate: DropRate) -> dict[str, str]:
    def told(share: float | None) -> str:
        return "" if share is None else words.odds(share) if share else "0"

    cohort = rate.cohort
    # Pieces only where they are another figure than the rate.
    several = rate.total_quantity != rate.total_drops and rate.mean_quantity is not None
    return {
        "cohort": "" if cohort is None else told(cohort.rate),
        "floor": told(rate.floor),
        "unrecorded": grouped(rate.unrecorded_runs or 0),
        "week": told(rate.last_7_days_rate),
        "month": told(rate.last_30_days_rate),
        "trend": trend_text(rate),
        "quantity": f"{rate.mean_quantity:.2f}" if several else "",
    }
