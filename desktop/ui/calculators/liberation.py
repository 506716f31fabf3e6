"""Liberation: Genesis and Destiny."""

from typing import ClassVar

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop.ui.calculators.calculator import Calculator, Columns, Fact, Facts, ResultCard
from desktop.ui.calculators.liberation_form import LiberationForm
from desktop.ui.calculators.memory import Values
from desktop.ui.calculators.reading import (
    chart_day,
    days_text,
    held_at,
    long_day,
    never,
    part,
    sampled_days,
    short_day,
    weeks_text,
    words,
)
from desktop.ui.context import Context
from desktop.ui.kit.charts import LineChart, Series
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.segmented import Segmented
from desktop.ui.theme.tokens import SPACE_L
from shared.calculators.liberation import LiberationResult, plan_liberation
from shared.catalog.progress import LiberationPath
from shared.errors import InvalidInput


class LiberationCalculator(Calculator):
    """When a weapon is liberated with the bosses a character clears."""

    key: ClassVar[str] = "liberation"

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Liberation"))
        paths = {slug: context.catalog.liberation[slug] for slug in ("genesis", "destiny")}
        self.choice = Segmented(
            self.tr("Weapon"), [("genesis", self.tr("Genesis")), ("destiny", self.tr("Destiny"))]
        )
        self.choice.changed.connect(self._path_chosen)
        card = Card(self.tr("Progress and bosses"), self.choice)
        self._stack = QStackedWidget()
        self.forms = {slug: LiberationForm(context.catalog, path) for slug, path in paths.items()}
        for form in self.forms.values():
            form.edited.connect(self.changed)
            self._stack.addWidget(form)
        card.add(self._stack)
        self.note = label("", "caption", wrap=True)
        card.add(self.note)
        card.body.addStretch(1)
        self.result = ResultCard(self.tr("Liberated on"))
        self.stages = Facts()
        stages = Card(self.tr("Stages"))
        stages.add(self.stages)
        chart = Card(self.tr("Progress over time"))
        self.chart = LineChart(
            self.tr("Progress over time"), empty_text=self.tr("Choose the bosses you clear")
        )
        self.chart.setMinimumHeight(120)
        chart.add(self.chart, 1)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_L)
        for part_of_it in (self.result, stages):
            column.addWidget(part_of_it)
        column.addWidget(chart, 1)
        self._stages_card = stages
        self.add(Columns(card, right, (11, 9)), 1)
        self._fit_stack()
        self.recalculate()

    @property
    def form(self) -> LiberationForm:
        """The path shown."""
        return self.forms[str(self.choice.value())]

    def first_focus(self) -> QWidget:
        return self.form.stage

    def values(self) -> Values:
        found: Values = {"path": str(self.choice.value())}
        for slug, form in self.forms.items():
            found[slug] = form.values(self.today)
        return found

    def apply(self, values: Values) -> None:
        self.choice.set_value(words(values, "path"))
        for slug, form in self.forms.items():
            form.set_values(dict(part(values, slug)), self.today)
        self._fit_stack()

    def recalculate(self) -> None:
        form = self.form
        given = form.input()
        catalog = self.context.catalog
        try:
            result = plan_liberation(form.path, catalog.bosses, given, self.today)
        except InvalidInput as error:
            form.show_errors(error.field, f"{error.message} {error.action}".strip())
            form.show_income(None)
            if not self.result.show_stale(self.tr("Correct the input marked in red to see the date.")):
                self._show_nothing()
            return
        form.show_errors("", "")
        form.show_income(result)
        if not given.bosses and result.remaining:
            missing = self.tr(
                "Choose at least one boss to see when the weapon is liberated. {0} {1} are left."
            )
            self.result.show_missing(missing.format(grouped(result.remaining), form.path.currency))
            self._show_nothing()
        else:
            self._show(form.path, result)

    def _show(self, path: LiberationPath, result: LiberationResult) -> None:
        if result.liberated_on is None:
            headline = never()
            detail = self.tr("The bosses chosen do not bring enough within fifty years.")
        elif not result.days:
            headline = self.tr("Already enough") if not result.remaining else long_day(result.liberated_on)
            detail = self.tr("Everything needed is held or handed over.") if not result.remaining else ""
        else:
            headline = long_day(result.liberated_on)
            detail = self.tr("In {0} ({1})").format(weeks_text(result.weeks or 0), days_text(result.days))
        facts: list[Fact] = [(self.tr("Weekly income"), grouped(result.weekly_income))]
        if result.monthly_income:
            facts.append((self.tr("Monthly income"), grouped(result.monthly_income)))
        facts.append((self.tr("{0} still to collect").format(path.currency), grouped(result.remaining)))
        if result.lost:
            why = self.tr("What a clear brings beyond {0} held is gone.").format(grouped(path.bank_cap))
            facts.append(
                (self.tr("Lost to the cap of {0}").format(grouped(path.bank_cap)), grouped(result.lost), why)
            )
        self.result.show_result(headline, detail, facts)
        names = {entry.boss_slug: entry.name for entry in self.context.catalog.bosses.values()}
        self._stages_card.setVisible(bool(result.stages))
        self.stages.show_facts(
            [
                (
                    f"{line.stage.order} · {names.get(line.stage.boss_slug, line.stage.boss_slug)}",
                    never() if line.day is None else short_day(line.day),
                )
                for line in result.stages
            ]
        )
        self._draw(path, result)

    def _draw(self, path: LiberationPath, result: LiberationResult) -> None:
        points = [(point.day, point.progress) for point in result.timeline]
        if len(points) < 2:
            self.chart.set_data((), ())
            return
        days = sampled_days(self.today, points[-1][0])
        series = Series(path.currency, [held_at(points, day) for day in days])
        self.chart.set_data([chart_day(day) for day in days], [series])

    def _show_nothing(self) -> None:
        self._stages_card.hide()
        self.chart.set_data((), ())

    def _path_chosen(self) -> None:
        self._fit_stack()
        self.result.forget()
        self.changed()

    def _fit_stack(self) -> None:
        """The stack is as high as the form shown, and the note says what its figures rest on."""
        for form in self.forms.values():
            fits = QSizePolicy.Policy.Preferred if form is self.form else QSizePolicy.Policy.Ignored
            form.setSizePolicy(QSizePolicy.Policy.Preferred, fits)
        self._stack.setCurrentWidget(self.form)
        path = self.form.path
        lines = [self.tr("Amounts as of {0}.").format(self.context.catalog.meta["liberation"].as_of)]
        lines.append(
            self.tr("A party shares them, rounded down. Bosses count from the first day of each reset, UTC.")
        )
        if not path.verified:
            lines.append(self.tr("These amounts come from one source."))
        if path.liberation_pass is not None:
            bought = path.liberation_pass
            lines.append(self.tr("That the pass multiplies the rounded share comes from one source."))
            if bought.conflict or not bought.verified:
                lines.append(
                    self.tr("Sources disagree about the pass; ×{0} is the better supported.").format(
                        bought.multiplier
                    )
                )
        self.note.setText(" ".join(lines))
