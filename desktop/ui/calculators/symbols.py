"""Symbols: arcane, sacred and grand sacred."""

from typing import ClassVar

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from desktop.ui.calculators.calculator import Calculator, Columns, ResultCard
from desktop.ui.calculators.memory import Values
from desktop.ui.calculators.reading import (
    chart_day,
    days_text,
    held_at,
    long_day,
    never,
    part,
    sampled_days,
    words,
)
from desktop.ui.calculators.symbol_table import SymbolTable
from desktop.ui.context import Context
from desktop.ui.kit.charts import LineChart, Series
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.segmented import Segmented
from shared.calculators.symbols import SymbolResult, plan_symbol, total_of
from shared.catalog.progress import SymbolKind
from shared.errors import InvalidInput
from shared.mesos import short_mesos


class SymbolsCalculator(Calculator):
    """How long the symbols take, what they cost, and when the last is done."""

    key: ClassVar[str] = "symbols"

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Symbols"))
        self.kind = Segmented(
            self.tr("Kind of symbols"),
            [
                (SymbolKind.ARCANE, self.tr("Arcane")),
                (SymbolKind.SACRED, self.tr("Sacred")),
                (SymbolKind.GRAND_SACRED, self.tr("Grand Sacred")),
            ],
        )
        self.kind.changed.connect(self._kind_chosen)
        card = Card(self.tr("Symbols held"), self.kind)
        self.tables = {kind: SymbolTable(context.catalog.symbols[kind]) for kind in SymbolKind}
        self._stack = QStackedWidget()
        for table in self.tables.values():
            table.edited.connect(self.changed)
            self._stack.addWidget(table)
        card.add(self._stack)
        rates = self.tr("Rates as of {0}. Days begin at 00:00 UTC; today counts unless it is done.")
        card.add(label(rates.format(context.catalog.meta["symbols"].as_of), "caption", wrap=True))
        self.add(card)
        self.result = ResultCard(self.tr("All counted symbols"))
        chart_card = Card(self.tr("Levels over time"))
        self.chart = LineChart(
            self.tr("Symbol levels over time"), empty_text=self.tr("Count at least one area")
        )
        self.chart.setMinimumHeight(200)
        chart_card.add(self.chart, 1)
        self.add(Columns(self.result, chart_card, (2, 3)), 1)
        self._fit_stack()
        self.recalculate()

    @property
    def table(self) -> SymbolTable:
        """The family shown."""
        return self.tables[SymbolKind(str(self.kind.value()))]

    def first_focus(self) -> QWidget:
        return next(iter(self.table.rows.values())).level

    def values(self) -> Values:
        found: Values = {"kind": str(self.kind.value())}
        for kind, table in self.tables.items():
            found[str(kind)] = table.values(self.today)
        return found

    def apply(self, values: Values) -> None:
        kind = words(values, "kind")
        self.kind.set_value(SymbolKind(kind) if kind in set(SymbolKind) else SymbolKind.ARCANE)
        for which, table in self.tables.items():
            table.set_values(dict(part(values, str(which))), self.today)
        self._fit_stack()

    def recalculate(self) -> None:
        table = self.table
        inputs = table.inputs()
        results: dict[str, SymbolResult] = {}
        wrong = False
        for slug, row in table.rows.items():
            if slug not in inputs:
                table.clear_result(slug)
                continue
            try:
                results[slug] = plan_symbol(table.rules, row.area, inputs[slug], self.today)
            except InvalidInput as error:
                wrong = True
                table.show_error(slug, error.field, f"{error.message} {error.action}".strip())
            else:
                table.show_result(slug, results[slug])
        if wrong:
            if not self.result.show_stale(self.tr("Correct the input marked in red to see the totals.")):
                self.chart.set_data((), ())
        elif not results:
            self.result.show_missing(self.tr("Tick at least one area to see when its symbol is done."))
            self.chart.set_data((), ())
        else:
            self._show_totals(list(results.values()))
            self._draw(results)

    def _show_totals(self, results: list[SymbolResult]) -> None:
        totals = total_of(results)
        if totals.finished_on is None:
            stuck = [self.table.rows[r.area].area.name for r in results if r.finished_on is None]
            headline = never()
            detail = self.tr("Nothing is coming in for {0}.").format(", ".join(stuck))
        else:
            headline = long_day(totals.finished_on)
            detail = self.tr("The last one is done {0}.").format(
                self.tr("today")
                if not totals.days
                else self.tr("in {0}, counted in UTC").format(days_text(totals.days))
            )
        exact = self.tr("{0} mesos").format(grouped(totals.mesos_needed))
        force = (
            self.tr("Arcane force") if self.table.rules.kind is SymbolKind.ARCANE else self.tr("Sacred force")
        )
        facts: list[tuple[str, str] | tuple[str, str, str]] = [
            (self.tr("Symbols still to collect"), grouped(totals.symbols_needed)),
            (
                self.tr("Cost of the levels"),
                self.tr("{0} mesos").format(short_mesos(totals.mesos_needed)),
                exact,
            ),
            (force, f"+{grouped(totals.force_gained)}"),
        ]
        if totals.main_stat_gained:
            other = self.tr("Most jobs; Demon Avenger and Xenon get other figures.")
            facts.append((self.tr("Main stat"), f"+{grouped(totals.main_stat_gained)}", other))
        self.result.show_result(headline, detail, facts)

    def _draw(self, results: dict[str, SymbolResult]) -> None:
        end = max(result.timeline[-1].day for result in results.values())
        days = sampled_days(self.today, end)
        series = []
        for number, slug in enumerate(self.table.rows):
            if slug in results:
                points = [(point.day, point.level) for point in results[slug].timeline]
                levels = [held_at(points, day) for day in days]
                name = self.table.rows[slug].area.name
                series.append(Series(_short(name), levels, f"chart-{number % 6 + 1}"))
        self.chart.set_data([chart_day(day) for day in days], series)

    def _kind_chosen(self) -> None:
        self._fit_stack()
        self.result.forget()
        self.changed()

    def _fit_stack(self) -> None:
        """The stack is as high as the table shown, not as the highest."""
        for table in self.tables.values():
            fits = QSizePolicy.Policy.Preferred if table is self.table else QSizePolicy.Policy.Ignored
            table.setSizePolicy(QSizePolicy.Policy.Preferred, fits)
        self._stack.setCurrentWidget(self.table)


def _short(name: str) -> str:
    """An area's name for a legend: "Vanishing", "Chu Chu"."""
    before, _, last = name.rpartition(" ")
    return before or last
