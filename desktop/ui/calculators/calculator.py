"""What the calculators have in common: inputs beside results, results that follow while typing."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QGridLayout, QLabel, QSizePolicy, QWidget

from desktop.ui.calculators.memory import Values
from desktop.ui.context import Context
from desktop.ui.kit.containers import Card, ScrollArea
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.toast import announce
from desktop.ui.theme.tokens import CONTROL, SPACE_L, SPACE_XL, SPACE_XS

WIDE = 940
"""Pixels of content from which inputs and results stand side by side."""

Fact = tuple[str, str] | tuple[str, str, str]
"""A figure: what it is, the figure, and if given what the pointer is told."""


class Calculator(ScrollArea):
    """One calculator. Subclasses build their inputs into `body`, connect them to `changed`, and implement
    values, set_values and recalculate.

    edited: a person changed an input.
    """

    edited = Signal()
    key: ClassVar[str]
    """The name its inputs are remembered under."""

    def __init__(self, context: Context, name: str) -> None:
        super().__init__(1320, SPACE_XL)
        self.context = context
        self.setAccessibleName(name)
        self._setting = False
        margins = self.content.layout()
        assert margins is not None
        margins.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_XL)

    @property
    def today(self) -> date:
        """The UTC day results count from."""
        return self.context.today

    def values(self) -> Values:
        """The inputs as they stand."""
        raise NotImplementedError

    def apply(self, values: Values) -> None:
        """Put values into the inputs."""
        raise NotImplementedError

    def recalculate(self) -> None:
        """Show what the inputs give on this day."""
        raise NotImplementedError

    def reload(self) -> None:
        """Read again what the database has, for calculators that use it."""

    def first_focus(self) -> QWidget | None:
        """Where the keyboard starts."""
        return None

    def set_values(self, values: Values) -> None:
        """Show remembered inputs and what they give, without taking that for an edit."""
        self._setting = True
        try:
            self.apply(values)
        finally:
            self._setting = False
        self.recalculate()

    def changed(self, *_value: object) -> None:
        """For the signals of the inputs."""
        if not self._setting:
            self.recalculate()
            self.edited.emit()


class Choice(QComboBox):
    """A combo box of (value, text) that leaves the wheel to the page unless it has the focus."""

    def __init__(self, name: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(CONTROL)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.set_options(options)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these; the choice stays where its value is still offered."""
        chosen = self.value()
        before = self.blockSignals(True)
        self.clear()
        for value, text in options:
            self.addItem(text, value)
        self.blockSignals(before)
        self.choose(chosen)

    def value(self) -> str:
        """The value chosen, "" when there is none."""
        return str(self.currentData() or "")

    def choose(self, value: str) -> None:
        """Choose a value; one that is not offered means the first."""
        index = max(0, self.findData(value)) if self.count() else -1
        if index != self.currentIndex():
            self.setCurrentIndex(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Columns(QWidget):
    """Two columns side by side, or below each other where there is no room; left takes `shares` of it."""

    def __init__(
        self, left: QWidget, right: QWidget, shares: tuple[int, int] = (3, 2), wide: int = WIDE
    ) -> None:
        super().__init__()
        self._wide = wide
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(SPACE_L)
        self._parts = (left, right)
        for column, share in zip(self._parts, shares, strict=True):
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            policy.setHorizontalStretch(share)
            column.setSizePolicy(policy)
            self._row.addWidget(column)

    def minimumSizeHint(self) -> QSize:
        # Below each other they need only the wider one's width, and they change over before it gets too narrow.
        least = max(column.minimumSizeHint().width() for column in self._parts)
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side_by_side = event.size().width() >= self._wide
        wanted = QBoxLayout.Direction.LeftToRight if side_by_side else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != wanted:
            self._row.setDirection(wanted)


class Facts(QWidget):
    """Figures in lines: what it is at the left, the figure at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_L)
        self._grid.setVerticalSpacing(SPACE_XS)
        self._grid.setColumnStretch(0, 1)
        self._lines: list[tuple[QLabel, QLabel]] = []
        self.shown: dict[str, str] = {}

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Show these lines and no others."""
        while len(self._lines) < len(facts):
            row = len(self._lines)
            name, value = label("", "body", "muted"), number_label("", "strong")
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(value, row, 1)
            self._lines.append((name, value))
        for number, (name, value) in enumerate(self._lines):
            name.setVisible(number < len(facts))
            value.setVisible(number < len(facts))
        for fact, (name, value) in zip(facts, self._lines, strict=False):
            name.setText(fact[0])
            value.setText(fact[1])
            value.setAccessibleName(f"{fact[0]}: {fact[1]}")
            for widget in (name, value):
                widget.setToolTip(fact[2] if len(fact) == 3 else "")
        self.shown = {fact[0]: fact[1] for fact in facts}


class ResultCard(Card):
    """The answer in large letters, a sentence about it, and its figures; `body` takes more below.

    With an input that cannot be used, the last answer stays and says so; with one missing, it says which.
    """

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self.headline = label("", "title", wrap=True)
        self.detail = label("", "body", "muted", wrap=True)
        self.stale = label(
            self.tr("An input cannot be used. This is the result for the last inputs that could."),
            "body",
            "warning",
            wrap=True,
        )
        self.facts = Facts()
        for widget in (self.stale, self.headline, self.detail, self.facts):
            self.add(widget)
        self.body.addStretch(1)
        self.stale.hide()
        self._answered = False

    @property
    def is_stale(self) -> bool:
        """Whether what is shown is for earlier inputs."""
        return not self.stale.isHidden()

    def show_result(self, headline: str, detail: str, facts: Sequence[Fact]) -> None:
        """An answer for the inputs as they stand."""
        before, self._answered = self.headline.text(), True
        self.stale.hide()
        self.headline.setText(headline)
        self.headline.show()
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.facts.show_facts(facts)
        self.facts.setVisible(bool(facts))
        if headline != before and self.isVisible():
            announce(self, headline)

    def show_missing(self, text: str) -> None:
        """No answer yet, and what it needs."""
        self._answered = False
        self.stale.hide()
        self.headline.setText("")
        self.headline.hide()
        self.facts.show_facts(())
        self.facts.hide()
        self.detail.setText(text)
        self.detail.show()

    def show_stale(self, otherwise: str) -> bool:
        """Keep the last answer, marked as such; without one, say `otherwise`. Whether an answer was kept."""
        if not self._answered:
            self.show_missing(otherwise)
            return False
        self.stale.show()
        return True

    def forget(self) -> None:
        """The last answer belonged to other inputs altogether: never keep it."""
        self._answered = False
