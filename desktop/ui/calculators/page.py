"""The Calculators page: symbols, liberation, meso income and drop luck."""

from typing import ClassVar

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.ui.calculators.calculator import Calculator
from desktop.ui.calculators.income import IncomeCalculator
from desktop.ui.calculators.liberation import LiberationCalculator
from desktop.ui.calculators.luck import LuckCalculator
from desktop.ui.calculators.memory import ACCOUNT, Memory
from desktop.ui.calculators.symbols import SymbolsCalculator
from desktop.ui.context import Context
from desktop.ui.kit.segmented import Segmented
from desktop.ui.page import Page


class CalculatorsPage(Page):
    """Four calculators that remember what each character entered; income is the account's."""

    kinds: ClassVar[frozenset[str]] = frozenset({"calculator_inputs", "boss_plans", "characters"})
    per_character: ClassVar[bool] = True

    def __init__(self, context: Context) -> None:
        super().__init__(context, "")
        self.title_label.setText(self.tr("Calculators"))
        self.setAccessibleName(self.tr("Calculators"))
        self.symbols = SymbolsCalculator(context)
        self.liberation = LiberationCalculator(context)
        self.income = IncomeCalculator(context)
        self.luck = LuckCalculator(context)
        self._calculators: dict[str, Calculator] = {
            "symbols": self.symbols,
            "liberation": self.liberation,
            "income": self.income,
            "luck": self.luck,
        }
        self.switch = Segmented(
            self.tr("Calculator"),
            [
                ("symbols", self.tr("Symbols")),
                ("liberation", self.tr("Liberation")),
                ("income", self.tr("Meso income")),
                ("luck", self.tr("Drop luck")),
            ],
        )
        self.switch.changed.connect(self._switched)
        self.controls.addWidget(self.switch)
        self.stack = QStackedWidget()
        self.body.addWidget(self.stack, 1)
        self.memories: dict[str, Memory] = {}
        for name, calculator in self._calculators.items():
            self.stack.addWidget(calculator)
            memory = Memory(context, calculator, self)
            calculator.edited.connect(memory.edited)
            self.memories[name] = memory

    @property
    def current(self) -> Calculator:
        """The calculator shown."""
        return self._calculators[str(self.switch.value())]

    def refresh(self) -> None:
        self._follow()
        self.current.reload()
        self.current.recalculate()
        self._show_note()

    def open_with(self, **arguments: object) -> None:
        chosen = arguments.get("calculator")
        if chosen in self._calculators:
            self.switch.set_value(chosen)
            self._switched()
        entry_id = arguments.get("entry_id")
        if chosen == "luck" and isinstance(entry_id, str):
            # First whose inputs these are: what is chosen here is then an edit and outlives their arrival.
            self._follow()
            self.luck.open_with(entry_id)

    def first_focus(self) -> QWidget | None:
        return self.current.first_focus()

    def hideEvent(self, event: QHideEvent) -> None:
        for memory in self.memories.values():
            memory.flush()
        super().hideEvent(event)

    def _follow(self) -> None:
        character = self.context.selection.current
        owner = ACCOUNT if character is None else character.id
        for name, memory in self.memories.items():
            memory.follow(ACCOUNT if name == "income" else owner)

    def _switched(self) -> None:
        self._show_current()
        self.current.reload()
        self.current.recalculate()

    def _show_current(self) -> None:
        self.stack.setCurrentWidget(self.current)
        self._show_note()

    def _show_note(self) -> None:
        character = self.context.selection.current
        if self.current is self.income:
            self.note_label.setText(self.tr("All characters"))
        else:
            self.note_label.setText("" if character is None else character.name)
