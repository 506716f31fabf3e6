"""Drop luck: own runs against a rate the player assumes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.bridge.background import Latest
from desktop.services.diary import DiaryFilter
from desktop.services.registry import Services
from desktop.ui.calculators.calculator import Calculator, Choice, Columns, Fact, Facts, ResultCard
from desktop.ui.calculators.memory import Values
from desktop.ui.calculators.reading import one_in_text, percent, read_rate, read_whole, words
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.charts import IntervalBar, LineChart, Series
from desktop.ui.kit.containers import Card
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import grouped, number_locale
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import CONTROL, SPACE_L
from shared.calculators.luck import AssumedLuck, Luck, drop_luck
from shared.errors import InvalidInput

_POINTS = 48
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Noted:
    """What the diary says about a boss and an item: clears with known drops, and how many had the item."""

    entry_id: str
    item: str
    runs: int
    hits: int


class LuckCalculator(Calculator):
    """How lucky the runs so far were, and how many more a drop may take."""

    key: ClassVar[str] = "luck"

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Drop luck"))
        self._noted: Noted | None = None
        self._fill_wanted = False
        self._diary = Latest(context.background, self)
        self._last_filled: tuple[str, str] = ("", "")
        self.result = ResultCard(self.tr("Luck"))
        self.needed = Facts()
        self.interval = IntervalBar(self.tr("Own rate"), percent)
        self.own = Facts()
        self.chart = LineChart(
            self.tr("Chance of at least one drop by runs"), percent, self.tr("Enter an assumed rate")
        )
        self.chart.setMinimumHeight(200)
        self.needed_card = Card(self.tr("Runs for at least one drop"))
        self.needed_card.add(self.needed)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_L)
        column.addWidget(self._inputs())
        column.addWidget(self.needed_card)
        column.addStretch(1)
        self.add(Columns(left, self._results(), (9, 11)), 1)
        self.recalculate()

    def first_focus(self) -> QWidget:
        return self.boss

    def open_with(self, entry_id: str) -> None:
        """Begin with this boss and what the diary knows of it."""
        self.boss.choose(entry_id)

    def values(self) -> Values:
        return {
            "boss": self.boss.value(),
            "item": self.item.value(),
            "runs": self.runs.text(),
            "drops": self.drops.text(),
            "rate": self.rate.text(),
            "unit": str(self.unit.value()),
        }

    def apply(self, values: Values) -> None:
        before = (self.boss.value(), self.item.value())
        self.boss.choose(words(values, "boss"))
        if self.boss.value() != before[0]:
            self._offer_items()
        self.item.choose(words(values, "item"))
        for edit, key in ((self.runs, "runs"), (self.drops, "drops"), (self.rate, "rate")):
            text = words(values, key)[:40]
            if edit.text() != text:
                edit.setText(text)
        self.unit.set_value(words(values, "unit"))
        if (self.runs.text(), self.drops.text()) != self._last_filled:
            self._last_filled = ("", "")
        if (self.boss.value(), self.item.value()) != before:
            self.reload()

    def reload(self) -> None:
        """Ask the diary about the boss and the item chosen."""
        entry_id, item = self.boss.value(), self.item.value()
        noted = self._noted
        if noted is None or (noted.entry_id, noted.item) != (entry_id, item):
            self._show_noted(None)
        if entry_id and item:
            services = self.context.services
            self._diary.database(lambda: _noted(services, entry_id, item), self._show_noted)

    def recalculate(self) -> None:
        errors: dict[str, str] = {}
        runs = _read(errors, "runs", lambda: read_whole(self.runs.text(), "runs"))
        hits = _read(errors, "hits", lambda: read_whole(self.drops.text(), "hits"))
        rate = _read(errors, "rate", lambda: read_rate(self.rate.text(), str(self.unit.value())))
        luck: Luck | None = None
        if not errors:
            try:
                luck = drop_luck(int(runs or 0), int(hits or 0), rate)
            except InvalidInput as error:
                errors[error.field] = f"{error.message} {error.action}".strip()
        for field, form_field in self.fields.items():
            form_field.set_error(errors.get(field, ""))
        if errors or luck is None:
            if not self.result.show_stale(self.tr("Correct the input marked in red to see the result.")):
                self._show_own(None)
                self._show_assumed(None)
        elif runs is None and rate is None:
            self.result.show_missing(self.tr("Enter how many runs you did, or the rate you assume."))
            self._show_own(None)
            self._show_assumed(None)
        else:
            self._show(luck, counted=runs is not None, hits_known=hits is not None)

    def _inputs(self) -> Card:
        card = Card(self.tr("Your runs"))
        catalog = self.context.catalog
        bosses = [(entry.id, entry.display_name) for entry in catalog.bosses.values()]
        self.boss = Choice(self.tr("Boss"), [("", self.tr("Any boss")), *bosses])
        self.item = Choice(self.tr("Item"), [("", self.tr("Any item"))])
        self.runs, self.drops, self.rate = QLineEdit(), QLineEdit(), QLineEdit()
        self.runs.setPlaceholderText(self.tr("e.g. 100"))
        self.drops.setPlaceholderText(self.tr("e.g. 2"))
        self.rate.setPlaceholderText(self.tr("e.g. 1 in 50 or 2 %"))
        self.unit = Segmented(self.tr("Rate is"), [("percent", self.tr("%")), ("one-in", self.tr("1 in"))])
        self.fields = {
            "boss": FormField(self.tr("Boss (optional)"), self.boss),
            "item": FormField(self.tr("Item (optional)"), self.item),
            "runs": FormField(self.tr("Runs"), self.runs),
            "hits": FormField(self.tr("Runs with the drop"), self.drops),
            "rate": FormField(
                self.tr("Assumed rate per run"),
                self.rate,
                self.tr("Your own assumption; leave it empty for none."),
            ),
        }
        self.use_diary = button(self.tr("Use my diary"), "plain", "diary")
        self.use_diary.clicked.connect(self._fill)
        self.use_diary.hide()
        for first, second in (("boss", "item"), ("runs", "hits")):
            row = QHBoxLayout()
            row.setSpacing(SPACE_L)
            row.addWidget(self.fields[first], 1)
            row.addWidget(self.fields[second], 1)
            card.body.addLayout(row)
            if first == "boss":
                card.body.addWidget(self.use_diary, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(SPACE_L)
        row.addWidget(self.fields["rate"], 1)
        row.addWidget(FormField(self.tr("Number means"), self.unit))
        card.body.addLayout(row)
        card.add(
            label(
                self.tr(
                    "No official drop rates are published. An assumed rate is your own, and a percentile is only "
                    "as good as it is. The next run has the same chance whatever came before."
                ),
                "caption",
                wrap=True,
            )
        )
        card.body.addStretch(1)
        for edit in (self.runs, self.drops, self.rate):
            edit.setMinimumHeight(CONTROL)
            edit.setMaxLength(40)
            edit.textEdited.connect(self.changed)
        for count in (self.runs, self.drops):
            count.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.boss.currentIndexChanged.connect(self._boss_chosen)
        self.item.currentIndexChanged.connect(self._item_chosen)
        self.unit.changed.connect(self.changed)
        return card

    def _results(self) -> QWidget:
        column_widget = QWidget()
        column = QVBoxLayout(column_widget)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_L)
        self.own_card = Card(self.tr("Own rate"))
        self.own_card.add(self.interval)
        self.own_card.add(self.own)
        chart_card = Card(self.tr("Chance of at least one"))
        chart_card.add(self.chart, 1)
        for card in (self.result, self.own_card):
            column.addWidget(card)
        column.addWidget(chart_card, 1)
        return column_widget

    def _show(self, luck: Luck, *, counted: bool, hits_known: bool) -> None:
        assumed = luck.assumed
        facts: list[Fact] = []
        if assumed is not None and counted:
            facts.append((self.tr("Chance of at least one by now"), percent(assumed.at_least_one)))
            facts.append(
                (self.tr("Drops expected by now"), number_locale().toString(assumed.expected, "f", 2))
            )
        self._show_own(luck if hits_known and counted else None)
        self._show_assumed(assumed, luck.runs)
        if not counted or not luck.runs:
            self.result.show_missing(self.tr("Enter how many runs you did to see how lucky they were."))
        elif not hits_known:
            headline = (
                self.tr("{0} for at least one by now").format(percent(assumed.at_least_one))
                if assumed
                else ""
            )
            missing = self.tr("Enter how many of the runs had the drop; 0 counts too.")
            if assumed is None:
                self.result.show_missing(missing)
            else:
                self.result.show_result(headline, missing, facts)
        elif assumed is None:
            drops = self.tr("{0} of {1} runs").format(grouped(luck.hits), grouped(luck.runs))
            self.result.show_result(
                drops, self.tr("Enter a rate you assume to see how lucky that is."), facts
            )
        else:
            self.result.show_result(*_verdict(assumed), facts)

    def _show_own(self, luck: Luck | None) -> None:
        self.own_card.setVisible(luck is not None and luck.own_rate is not None)
        if luck is None or luck.own_rate is None:
            self.interval.clear()
            return
        mark = None if luck.assumed is None else luck.assumed.rate
        top = min(1.0, max(luck.high, luck.own_rate, mark or 0.0) * 1.15)
        self.interval.set_interval(
            min(luck.low, luck.own_rate), luck.own_rate, max(luck.high, luck.own_rate), top, mark
        )
        text = percent(luck.own_rate)
        if luck.hits:
            text += f" ({one_in_text(luck.own_rate)})"
        facts: list[Fact] = [
            (self.tr("{0} of {1} runs").format(grouped(luck.hits), grouped(luck.runs)), text)
        ]
        about = self.tr("Jeffreys interval: rates these runs fit, with 95 % confidence.")
        between = self.tr("{0} to {1}").format(percent(luck.low), percent(luck.high))
        facts.append((self.tr("Likely between (95 %)"), between, about))
        if luck.upper_bound is not None:
            rarer = self.tr("at most {0} ({1})").format(
                percent(luck.upper_bound), one_in_text(luck.upper_bound)
            )
            facts.append((self.tr("No drop yet: the rate is (95 %)"), rarer))
        self.own.show_facts(facts)

    def _show_assumed(self, assumed: AssumedLuck | None, runs: int = 0) -> None:
        self.needed_card.setVisible(assumed is not None)
        if assumed is None:
            self.chart.set_data((), ())
            return
        self.needed.show_facts(
            [
                (self.tr("{0} % chance").format(line.percent), self.tr("{0} runs").format(grouped(line.runs)))
                for line in assumed.runs_needed
            ]
        )
        last = max(assumed.runs_needed[-1].runs, min(runs, 4 * assumed.runs_needed[-1].runs), 2)
        step = max(1, -(-last // _POINTS))
        at = list(range(0, last + step, step))
        chances = [1 - (1 - assumed.rate) ** count for count in at]
        self.chart.set_data([grouped(count) for count in at], [Series(self.tr("Chance"), chances)])

    def _boss_chosen(self) -> None:
        if not self._setting:
            self._offer_items()
            self._fill_wanted = True
            self.reload()
            self.changed()

    def _item_chosen(self) -> None:
        if not self._setting:
            self._fill_wanted = True
            self.reload()
            self.changed()

    def _offer_items(self) -> None:
        """The boss's own drops; all items of players' diaries without a boss would say nothing."""
        catalog = self.context.catalog
        entry_id = self.boss.value()
        drops = catalog.drops_of(entry_id) if entry_id in catalog.bosses else ()
        options = [(slug, catalog.item_name(slug)) for slug in dict.fromkeys(drop.item for drop in drops)]
        self.item.set_options([("", self.tr("Any item")), *options])

    def _show_noted(self, noted: Noted | None) -> None:
        self._noted = noted
        known = noted is not None and noted.runs > 0
        self.use_diary.setVisible(known)
        if noted is None or not known:
            return
        text = self.tr("Use my diary: {0} runs, {1} with the drop").format(
            grouped(noted.runs), grouped(noted.hits)
        )
        self.use_diary.setText(text)
        self.use_diary.setAccessibleName(text)
        self.use_diary.setToolTip(self.tr("Clears of all characters whose drops you noted"))
        typed = (self.runs.text(), self.drops.text())
        # Only for a choice just made: a field emptied on purpose stays empty.
        wanted, self._fill_wanted = self._fill_wanted, False
        if wanted and typed in {("", ""), self._last_filled}:
            self._fill()

    def _fill(self) -> None:
        if self._noted is None:
            return
        self._last_filled = (grouped(self._noted.runs), grouped(self._noted.hits))
        self.runs.setText(self._last_filled[0])
        self.drops.setText(self._last_filled[1])
        self.changed()


def _verdict(assumed: AssumedLuck) -> tuple[str, str]:
    def tr(text: str) -> str:
        return QCoreApplication.translate("calculators", text)

    detail = tr("If the rate is {0}, {1}.").format(percent(assumed.rate), one_in_text(assumed.rate))
    if assumed.percentile > 99.5:
        return tr("Luckier than nearly all players with as many runs"), detail
    if assumed.percentile < 0.5:
        return tr("Less lucky than nearly all players with as many runs"), detail
    text = tr("Luckier than {0} % of players with as many runs")
    return text.format(grouped(round(assumed.percentile))), detail


def _read(errors: dict[str, str], field: str, read: Callable[[], T]) -> T | None:
    """The value of an input, None when it is empty or unusable; why goes into errors."""
    try:
        return read()
    except InvalidInput as error:
        errors[field] = f"{error.message} {error.action}".strip()
        return None


def _noted(services: Services, entry_id: str, item: str) -> Noted:
    entry = services.catalog.bosses[entry_id]
    resolved = services.diary.resolved_by_boss(DiaryFilter(boss_slug=entry.boss_slug))
    runs = next((count for found, count, _ in resolved if found == entry_id), 0)
    return Noted(entry_id, item, runs, min(runs, services.diary.item_counts(entry_id).get(item, 0)))
