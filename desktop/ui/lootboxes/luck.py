"""Own luck with boxes against the odds there were."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.services.economy.loot_book import LootStatistics, RarityRate, Roll
from desktop.ui.kit.charts.base import draw_focus
from desktop.ui.kit.charts.small import draw_interval, linear
from desktop.ui.kit.containers import Card, ScrollArea
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.rarity import rarity_color, rarity_name
from desktop.ui.kit.states import EmptyState
from desktop.ui.lootboxes.emblems import draw_small_card
from desktop.ui.lootboxes.odds import RarityMark
from desktop.ui.lootboxes.words import (
    Won,
    decimal,
    instant,
    luck_text,
    openings_text,
    percentage,
    spoken,
    won,
)
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from shared.catalog.economy import Economy
from shared.economy.things import RARITIES

_CARD = QSize(132, 158)
_MOST_TIMES = 4.0


class RateBar(QWidget):
    """The share a rarity had, with its 95 % interval, on a scale from none to `times` what was expected; a dotted line
    stands at the expected share."""

    def __init__(self) -> None:
        super().__init__()
        self._rate: RarityRate | None = None
        self._openings = 0
        self._times = 2.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(120)

    def show_rate(self, rate: RarityRate, openings: int, times: float) -> None:
        """Show it."""
        self._rate, self._openings, self._times = rate, openings, times
        text = self.tr("{0}: {1} of {2}, a share of {3}, 95 % interval {4} to {5}; {6} expected").format(
            rarity_name(rate.rarity),
            grouped(rate.count),
            openings_text(openings),
            percentage(rate.count / openings),
            percentage(rate.low),
            percentage(rate.high),
            percentage(rate.expected / openings),
        )
        self.setAccessibleName(rarity_name(rate.rarity))
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, 28)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._rate is None:
            return
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(8, 0, -8, 0)
        share, expected = self._rate.count / self._openings, self._rate.expected / self._openings
        most = expected * self._times
        draw_interval(painter, area, (self._rate.low, share, self._rate.high), linear(most))
        x = area.left() + area.width() * expected / most
        painter.setPen(QPen(rarity_color(self._rate.rarity), 2, Qt.PenStyle.DotLine))
        painter.drawLine(round(x), 2, round(x), self.height() - 2)
        if self.hasFocus():
            draw_focus(painter, QRectF(self.rect()))


class _Figure(QWidget):
    """A number and what it is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.value = label("", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.value)
        column.addWidget(label(text, "caption"))

    def show_value(self, text: str) -> None:
        self.value.setText(text)
        self.setAccessibleName(f"{self._text}: {text}")


class PrizeCard(QWidget):
    """A small card of something that came out once."""

    def __init__(self, made: Won, roll: Roll) -> None:
        super().__init__()
        self._made = made
        self.setFixedSize(_CARD)
        self.setAccessibleName(spoken(made))
        self.setToolTip(f"{spoken(made)}\n{instant(roll.at)}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_small_card(QPainter(self), QRectF(self.rect()), self._made)


class LuckView(QWidget):
    """asked: read again. open_asked: open a box instead."""

    asked = Signal()
    open_asked = Signal()

    def __init__(self, economy: Economy) -> None:
        super().__init__()
        self._economy = economy
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Box"))
        self.box.addItem(self.tr("Every box"), "")
        for box in economy.lootboxes.values():
            self.box.addItem(box.name, box.slug)
        self.box.currentIndexChanged.connect(self._filtered)
        self.figures = {
            "openings": _Figure(self.tr("opened")),
            "spent": _Figure(self.tr("coins spent")),
            "won": _Figure(self.tr("coins won back")),
            "cosmetics": _Figure(self.tr("new cosmetics")),
            "pieces": _Figure(self.tr("pieces of material")),
            "driest": _Figure(self.tr("longest run without Rare or better")),
        }
        self.area = ScrollArea(max_width=1200, margin=SPACE_XL)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName(self.tr("Luck"))
        self.nothing = EmptyState(
            "nothing_yet",
            self.tr("No luck to measure yet"),
            self.tr("After the first opening this shows what came against what the odds say."),
            self.tr("Open a box"),
        )
        self.nothing.action.connect(self.open_asked)
        self._build()
        self.stack = QStackedWidget()
        self.stack.addWidget(self.area)
        self.stack.addWidget(self.nothing)
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_XL, SPACE_S, SPACE_XL, 0)
        row.addWidget(self.box)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.stack, 1)

    @property
    def slug(self) -> str:
        """The box looked at, "" for every box."""
        return str(self.box.currentData())

    def first_focus(self) -> QWidget:
        """Where the keyboard starts."""
        if self.stack.currentWidget() is self.nothing and self.nothing.action_button is not None:
            return self.nothing.action_button
        return self.area

    def show_statistics(self, found: LootStatistics) -> None:
        """Show them."""
        self.stack.setCurrentWidget(self.area if found.openings else self.nothing)
        if not found.openings:
            return
        for name, value in (
            ("openings", found.openings),
            ("spent", found.spent),
            ("won", found.won),
            ("cosmetics", found.cosmetics),
            ("pieces", sum(found.materials.values())),
            ("driest", found.driest),
        ):
            self.figures[name].show_value(grouped(value))
        self.sentence.setText(luck_text(found.luck))
        times = _scale(found)
        for rate in found.rates:
            self.bars[rate.rarity].show_rate(rate, found.openings, times)
            self.counts[rate.rarity].setText(grouped(rate.count))
            self.expected[rate.rarity].setText(decimal(rate.expected, 1))
        self._show_best(found.best)

    def _build(self) -> None:
        figures = QWidget()
        row = FlowLayout(figures, SPACE_XL, SPACE_M)
        for figure in self.figures.values():
            row.addWidget(figure)
        summary = Card(self.tr("All openings"))
        summary.add(figures)
        self.sentence = label("", "strong", wrap=True)
        luck = Card(self.tr("Luck"))
        luck.add(self.sentence)
        luck.body.addLayout(self._build_rates())
        luck.add(
            label(
                self.tr(
                    "The bar is how often each rarity came, with its 95 % interval; the dotted line is how often it"
                    " was expected by the odds of each opening at its own level, pity and events."
                ),
                "caption",
                wrap=True,
            )
        )
        self.best = Card(self.tr("Best pulls"))
        self._best_row = QWidget()
        self._best_flow = FlowLayout(self._best_row, SPACE_M, SPACE_M)
        self.best.add(self._best_row)
        for card in (summary, luck, self.best):
            self.area.add(card)
        self.area.body.setSpacing(SPACE_L)
        self.area.body.addStretch(1)

    def _build_rates(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        self.bars = {rarity: RateBar() for rarity in RARITIES}
        self.counts = {rarity: number_label("", "strong") for rarity in RARITIES}
        self.expected = {rarity: number_label("", "body", "muted") for rarity in RARITIES}
        for column, text in ((3, self.tr("came")), (4, self.tr("expected"))):
            grid.addWidget(number_label(text, "caption"), 0, column)
        for place, rarity in enumerate(RARITIES, 1):
            grid.addWidget(RarityMark(rarity), place, 0)
            grid.addWidget(label(rarity_name(rarity)), place, 1)
            grid.addWidget(self.bars[rarity], place, 2)
            grid.addWidget(self.counts[rarity], place, 3)
            grid.addWidget(self.expected[rarity], place, 4)
        grid.setColumnStretch(2, 1)
        return grid

    def _show_best(self, best: Sequence[Roll]) -> None:
        self._best_flow.clear()
        for roll in best:
            self._best_flow.addWidget(PrizeCard(won(roll, self._economy), roll))
        self.best.setVisible(bool(best))

    def _filtered(self, _index: int) -> None:
        self.asked.emit()


def _scale(found: LootStatistics) -> float:
    """How many times the expected share all bars reach, so that the dotted lines stand below each other.

    Twice, or as far as the intervals of what is common enough to say something go; four times at most.
    """
    ends = [rate.high * found.openings / rate.expected for rate in found.rates if rate.expected >= 1]
    return min(_MOST_TIMES, max([2.0, *(end * 1.05 for end in ends)]))
