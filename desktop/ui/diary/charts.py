"""The diary in pictures: mesos by week, drops by item, luck by boss. All follow the filters."""

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QWidget

from desktop.services.diary import Diary, DiaryFilter
from desktop.ui.diary.detail import Tile
from desktop.ui.kit.charts import BarChart, IntervalBar, MiniBar, Series
from desktop.ui.kit.containers import Card, ScrollArea, elide_label
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.pictures import Pictures
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S
from shared.calculators.luck import jeffreys_interval
from shared.catalog import Catalog
from shared.mesos import short_mesos

WEEKS_SHOWN = 104
ITEMS_SHOWN = 15
BOSSES_SHOWN = 20
_NAME = 200
_BESIDE = 960
"""From this width on, pixels, two cards stand side by side."""


@dataclass(frozen=True, slots=True)
class ChartData:
    """income: per boss week (Thursday, UTC) crystal and sale mesos. items: item, quantity, mesos. bosses: entry id,
    clears whose drops are known, those with a drop."""

    income: list[tuple[date, int, int]]
    items: list[tuple[str, int, int]]
    bosses: list[tuple[str, int, int]]


def read_charts(diary: Diary, condition: DiaryFilter) -> ChartData:
    """Everything the charts show; on the database thread."""
    return ChartData(
        diary.income_by_week(condition), diary.drops_by_item(condition), diary.resolved_by_boss(condition)
    )


def every_week(income: list[tuple[date, int, int]]) -> list[tuple[date, int, int]]:
    """The same with the weeks without a run, so that time runs evenly along the axis; the latest ones only."""
    if not income:
        return []
    known = {week: (week, crystals, sold) for week, crystals, sold in income}
    last = max(known)
    first = max(min(known), last - timedelta(weeks=WEEKS_SHOWN - 1))
    weeks = [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]
    return [known.get(week, (week, 0, 0)) for week in weeks]


def luck_sentence(with_drop: int, clears: int) -> str:
    """ "6 of 41 noted clears dropped something, 95 % interval 7–28 %". No claim about the game's own rate."""
    translate = QCoreApplication.translate
    low, high = jeffreys_interval(with_drop, clears)
    text = translate("diary", "{0} of {1} noted clears dropped something, 95 % interval {2}–{3} %")
    if clears == 1:
        text = translate("diary", "{0} of {1} noted clear dropped something, 95 % interval {2}–{3} %")
    return text.format(grouped(with_drop), grouped(clears), percent(low), percent(high))


def percent(share: float) -> str:
    """A share as a percentage without its sign: whole from 10 % on, else one decimal."""
    value = float(share) * 100
    decimals = 0 if value >= 9.95 or value in {0.0, 100.0} else 1
    return number_locale().toString(value, "f", decimals)


class DiaryCharts(ScrollArea):
    """Three cards below each other."""

    def __init__(self, catalog: Catalog, pictures: Pictures) -> None:
        super().__init__(max_width=2400)
        self._catalog = catalog
        self._pictures = pictures
        self.setAccessibleName(self.tr("Charts"))
        self.income = BarChart(
            self.tr("Mesos by week"),
            lambda value: short_mesos(int(value)),
            self.tr("No crystals or sales in these runs"),
            stacked=True,
        )
        self.income.setMinimumHeight(240)
        self._weeks_note = label("", "caption")
        income = Card(self.tr("Mesos by week"), self._weeks_note)
        income.add(self.income)
        self.add(income)
        self._pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._pair.setSpacing(SPACE_L)
        self._items_note = label("", "caption")
        self.items = Card(self.tr("Drops by item"), self._items_note)
        self._bosses_note = label("", "caption")
        self.luck = Card(self.tr("Luck by boss"), self._bosses_note)
        self._pair.addWidget(self.items, 1, Qt.AlignmentFlag.AlignTop)
        self._pair.addWidget(self.luck, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(self._pair)
        self.body.addStretch(1)
        self._item_rows = self._place(self.items)
        self._luck_rows = self._place(self.luck)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE
        self._pair.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        self._weeks_note.setVisible(beside)

    def show_data(self, data: ChartData) -> None:
        """Draw these."""
        self._show_income(data.income)
        self._show_items(data.items)
        self._show_luck(data.bosses)

    def luck_texts(self) -> list[str]:
        """The sentence of every boss shown."""
        return [bar.accessibleDescription() for bar in self.luck.findChildren(IntervalBar)]

    def _show_income(self, income: list[tuple[date, int, int]]) -> None:
        weeks = every_week(income)
        note = self.tr("boss weeks from Thursday, UTC; a sale counts in the week of its run")
        if income and weeks[0][0] > income[0][0]:
            note = self.tr("the last {0} boss weeks, from Thursday, UTC").format(WEEKS_SHOWN)
        self._weeks_note.setText(note)
        earning = any(crystals or sold for _, crystals, sold in weeks)
        self.income.set_data(
            [week.isoformat() for week, _, _ in weeks] if earning else [],
            [
                Series(self.tr("Crystals"), [crystals for _, crystals, _ in weeks], "chart-1"),
                Series(self.tr("Sold drops"), [sold for _, _, sold in weeks], "chart-2"),
            ]
            if earning
            else [],
        )

    def _show_items(self, items: list[tuple[str, int, int]]) -> None:
        self._item_rows = self._replaced(self.items, self._item_rows)
        grid = self._grid(self._item_rows)
        shown = items[:ITEMS_SHOWN]
        self._items_note.setText(
            self.tr("{0} of {1}, with the mesos they sold for").format(len(shown), len(items))
            if len(items) > len(shown)
            else self.tr("with the mesos they sold for")
        )
        if not shown:
            grid.addWidget(label(self.tr("No drops are noted in these runs."), "body", "muted"), 0, 0)
            return
        most = max(quantity for _, quantity, _ in shown)
        for at, (slug, quantity, sold) in enumerate(shown):
            name = self._catalog.item_name(slug)
            grid.addWidget(Tile(self._pictures, "item", slug, name, 24), at, 0)
            grid.addWidget(_name(name), at, 1)
            bar = MiniBar(name, 8, "chart-3")
            bar.set_progress(quantity, most)
            bar.setAccessibleDescription(self.tr("{0} dropped").format(grouped(quantity)))
            grid.addWidget(bar, at, 2)
            grid.addWidget(number_label(grouped(quantity)), at, 3)
            money = number_label(short_mesos(sold) if sold else "", "caption")
            money.setToolTip(self.tr("sold for {0} mesos").format(grouped(sold)) if sold else "")
            money.setMinimumWidth(56)
            grid.addWidget(money, at, 4)
        grid.setColumnStretch(2, 1)

    def _show_luck(self, bosses: list[tuple[str, int, int]]) -> None:
        self._luck_rows = self._replaced(self.luck, self._luck_rows)
        grid = self._grid(self._luck_rows)
        shown = bosses[:BOSSES_SHOWN]
        self._bosses_note.setText(
            self.tr("the {0} most noted of {1}").format(len(shown), len(bosses))
            if len(bosses) > len(shown)
            else self.tr("clears whose drops are noted")
        )
        if not shown:
            grid.addWidget(label(self.tr("No clear with noted drops yet."), "body", "muted"), 0, 0)
            return
        for at, (entry_id, clears, with_drop) in enumerate(shown):
            name = self._catalog.boss_name(entry_id)
            low, high = jeffreys_interval(with_drop, clears)
            bar = IntervalBar(name, lambda share: f"{percent(share)} %")
            bar.set_interval(low, with_drop / clears, high, 1)
            sentence = luck_sentence(with_drop, clears)
            bar.setAccessibleDescription(sentence)
            bar.setToolTip(sentence)
            grid.addWidget(Tile(self._pictures, "boss", entry_id, name, 28), 2 * at, 0, 2, 1)
            grid.addWidget(_name(name), 2 * at, 1)
            grid.addWidget(bar, 2 * at, 2)
            words = label(sentence, "caption", wrap=True)
            words.setMinimumWidth(120)
            grid.addWidget(words, 2 * at + 1, 1, 1, 2)
        grid.setColumnStretch(2, 1)

    def _place(self, card: Card) -> QWidget:
        made = QWidget()
        card.add(made)
        return made

    def _replaced(self, card: Card, old: QWidget) -> QWidget:
        old.hide()
        card.body.removeWidget(old)
        old.setParent(None)
        old.deleteLater()
        return self._place(card)

    def _grid(self, place: QWidget) -> QGridLayout:
        grid = QGridLayout(place)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_S)
        return grid


def _name(text: str) -> QWidget:
    made = label("")
    elide_label(made, text, _NAME - 4)
    made.setFixedWidth(_NAME)
    return made
