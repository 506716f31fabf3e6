"""Meso income: what a week of the planned bosses pays, for the characters chosen."""

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.bridge.background import Latest
from desktop.services.characters import Character
from desktop.services.registry import Services
from desktop.ui.calculators.calculator import Calculator, Columns, Fact, ResultCard
from desktop.ui.calculators.income_tree import IncomeTree
from desktop.ui.calculators.memory import Values
from desktop.ui.calculators.reading import part
from desktop.ui.context import Context
from desktop.ui.kit.charts import BarChart, MiniBar, Series
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.numbers import grouped
from desktop.ui.kit.states import EmptyState, LoadingState
from desktop.ui.theme.tokens import SPACE_L, SPACE_XS
from shared.calculators.meso_income import Income, IncomeCharacter, PlannedBoss, WorldIncome, meso_income
from shared.catalog import Catalog
from shared.mesos import short_mesos
from shared.resets import Reset


@dataclass(frozen=True, slots=True)
class Planned:
    """Every character with what it plans."""

    characters: tuple[Character, ...]
    plans: tuple[IncomeCharacter, ...]

    @property
    def any_boss(self) -> bool:
        """Whether anybody plans anything."""
        return any(plan.bosses for plan in self.plans)


class IncomeCalculator(Calculator):
    """A usual week and month of boss crystals."""

    key: ClassVar[str] = "meso-income"

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.setAccessibleName(self.tr("Meso income"))
        self._planned: Planned | None = None
        self._excluded: dict[str, bool] = {}
        self._plans = Latest(context.background, self)
        self._incomes = Latest(context.background, self)
        self.income: Income | None = None
        self.loading = LoadingState(self.tr("Loading plans"))
        self.no_plans = EmptyState(
            "nothing_yet",
            self.tr("No bosses planned yet"),
            self.tr("Plan which bosses your characters do; their crystals are added up here."),
            self.tr("Plan bosses"),
        )
        self.no_plans.action.connect(self._to_bosses)
        self.failed = EmptyState(
            "could_not_load", self.tr("The plans could not be read"), "", self.tr("Try again")
        )
        self.failed.action.connect(self.reload)
        self._stack = QStackedWidget()
        for widget in (self.loading, self._content(context), self.no_plans, self.failed):
            self._stack.addWidget(widget)
        self.add(self._stack, 1)

    def first_focus(self) -> QWidget:
        button = self.no_plans.action_button
        return button if button is not None and self._stack.currentWidget() is self.no_plans else self.tree

    def values(self) -> Values:
        return {"excluded": dict(self._excluded)}

    def apply(self, values: Values) -> None:
        stored = part(values, "excluded")
        self._excluded = {key: bool(value) for key, value in stored.items()}

    def reload(self) -> None:
        services = self.context.services
        self._plans.database(lambda: read_planned(services), self._loaded, self._not_loaded)

    def recalculate(self) -> None:
        planned = self._planned
        if planned is None:
            return
        counted = [plan for plan in planned.plans if not self._excluded.get(plan.id, False)]
        catalog, today = self.context.catalog, self.today
        # Sixty full plans take longer than a frame, so this is not done here.
        self._incomes.database(lambda: meso_income(catalog, counted, today), self._show, self._not_loaded)

    def _content(self, context: Context) -> QWidget:
        self.tree = IncomeTree(context.catalog)
        self.tree.edited.connect(self._chosen)
        self.tree.setMinimumHeight(280)
        card = Card(self.tr("Characters"))
        card.add(
            label(self.tr("Bosses and party sizes are those of each character’s plan."), "caption", wrap=True)
        )
        card.add(self.tree, 1)
        self.result = ResultCard(self.tr("A usual week"))
        self.worlds = QVBoxLayout()
        self.worlds.setSpacing(SPACE_L)
        self._worlds_card = Card(self.tr("Worlds"))
        self._worlds_card.body.addLayout(self.worlds)
        chart = Card(self.tr("By character"))
        self.chart = BarChart(
            self.tr("Mesos a week by character"),
            lambda value: short_mesos(int(value)),
            self.tr("No crystals to sell"),
            stacked=True,
        )
        self.chart.setMinimumHeight(176)
        chart.add(self.chart, 1)
        meta = context.catalog.meta["crystal_prices"]
        self.result.add(label(self.tr("Prices as of {0}.").format(meta.as_of), "caption", wrap=True))
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_L)
        column.addWidget(self.result)
        column.addWidget(self._worlds_card)
        column.addWidget(chart, 1)
        self._content_widget = Columns(card, right, (11, 9))
        return self._content_widget

    def _loaded(self, planned: Planned) -> None:
        self._planned = planned
        if planned.any_boss:
            self.recalculate()
        else:
            self._stack.setCurrentWidget(self.no_plans)

    def _not_loaded(self, error: Exception) -> None:
        self.failed.set_text(str(error))
        self._stack.setCurrentWidget(self.failed)

    def _show(self, income: Income) -> None:
        planned = self._planned
        if planned is None:
            return
        self.income = income
        excluded = frozenset(key for key, out in self._excluded.items() if out)
        self.tree.show_income(planned.characters, excluded, {mine.id: mine for mine in income.characters})
        if income.characters:
            self._show_total(income)
        else:
            self.result.show_missing(self.tr("Tick at least one character."))
        self._show_worlds(income)
        self._draw(planned, income)
        self._stack.setCurrentWidget(self._content_widget)

    def _show_total(self, income: Income) -> None:
        def mesos(amount: int) -> tuple[str, str]:
            return short_mesos(amount), self.tr("{0} mesos").format(grouped(amount))

        facts: list[Fact] = []
        if income.monthly_mesos:
            facts.append((self.tr("Monthly bosses add, a month"), *mesos(income.monthly_mesos)))
            facts.append(
                (self.tr("A week on average, with monthly bosses"), *mesos(income.average_weekly_mesos))
            )
        unsold = sum(world.unsold_crystals for world in income.worlds)
        if unsold:
            lost = sum(world.unsold_mesos for world in income.worlds)
            facts.append(
                (
                    self.tr("Unsold crystals"),
                    self.tr("{0}, worth {1}").format(grouped(unsold), short_mesos(lost)),
                    self.tr("{0} mesos beyond the sale limits").format(grouped(lost)),
                )
            )
        headline = self.tr("{0} mesos").format(short_mesos(income.weekly_mesos))
        exact = self.tr("{0} mesos, monthly bosses apart").format(grouped(income.weekly_mesos))
        self.result.headline.setToolTip(exact)
        self.result.show_result(headline, exact, facts)

    def _show_worlds(self, income: Income) -> None:
        while (old := self.worlds.takeAt(0)) is not None:
            widget = old.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for world in income.worlds:
            self.worlds.addWidget(self._world(world))
        self._worlds_card.setVisible(bool(income.worlds))

    def _world(self, world: WorldIncome) -> QWidget:
        catalog = self.context.catalog
        known = catalog.worlds.get(world.world)
        name = known.name if known is not None else world.world
        cap = catalog.sale_caps.per_world
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        first = QHBoxLayout()
        first.addWidget(label(name, "strong"), 1)
        amount = number_label(self.tr("{0} mesos").format(short_mesos(world.weekly_mesos)), "strong")
        amount.setToolTip(self.tr("{0} mesos a week").format(grouped(world.weekly_mesos)))
        first.addWidget(amount)
        column.addLayout(first)
        bar = MiniBar(self.tr("{0}: crystals sold").format(name))
        bar.set_progress(world.crystals_sold, cap)
        column.addWidget(bar)
        text = self.tr("{0} of {1} crystals sold").format(grouped(world.crystals_sold), grouped(cap))
        if world.unsold_crystals:
            text += self.tr(", {0} left unsold").format(grouped(world.unsold_crystals))
        if world.monthly_mesos:
            text += self.tr("; monthly bosses add {0} a month").format(short_mesos(world.monthly_mesos))
        column.addWidget(label(text, "caption", wrap=True))
        return line

    def _draw(self, planned: Planned, income: Income) -> None:
        names = {character.id: character.name for character in planned.characters}
        weekly, daily = [], []
        for mine in income.characters:
            by_day = sum(line.mesos for line in mine.lines if line.reset is Reset.DAILY)
            daily.append(by_day)
            weekly.append(mine.weekly_mesos - by_day)
        series = [Series(self.tr("Weekly bosses"), weekly)]
        if any(daily):
            series.append(Series(self.tr("Daily bosses"), daily))
        self.chart.set_data([names.get(mine.id, "") for mine in income.characters], series)

    def _chosen(self) -> None:
        self._excluded = {**self._excluded, **self.tree.excluded()}
        self.changed()

    def _to_bosses(self) -> None:
        self.context.shell.go("bosses")


def read_planned(services: Services) -> Planned:
    """All characters and their plans, for the database thread; bosses in the game's order."""
    characters = tuple(services.characters.all())
    return Planned(characters, tuple(_income_character(services, character) for character in characters))


def _income_character(services: Services, character: Character) -> IncomeCharacter:
    catalog: Catalog = services.catalog
    plans = [plan for plan in services.plans.of(character.id).values() if plan.entry_id in catalog.bosses]
    plans.sort(key=lambda plan: catalog.bosses[plan.entry_id].order)
    bosses = tuple(PlannedBoss(plan.entry_id, plan.party_size) for plan in plans)
    return IncomeCharacter(character.id, character.world, character.world_type, bosses)
