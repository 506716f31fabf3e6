"""The symbols of one family in rows: what is held at the left, what it still takes at the right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QSpinBox, QWidget

from desktop.ui.calculators.calculator import Choice
from desktop.ui.calculators.memory import Values
from desktop.ui.calculators.reading import days_text, flag, never, part, short_day, whole, words
from desktop.ui.kit.inputs import spin
from desktop.ui.kit.labels import label, number_label, set_style_property
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.tokens import SPACE_S, SPACE_XS
from shared.calculators.symbols import MAX_HELD, SymbolInput, SymbolResult
from shared.catalog.progress import SymbolArea, SymbolRules
from shared.mesos import short_mesos
from shared.resets import Reset, period_of_day

_RESULTS_FIT = 990
"""Pixels from which the results stand in columns of their own."""
_INDENT = 32
"""Pixels from the tick to its text: what is said below a row begins under its name."""


@dataclass
class _Row:
    """The widgets of an area."""

    area: SymbolArea
    included: QCheckBox
    level: QSpinBox
    held: QSpinBox
    target: QSpinBox
    daily: QCheckBox
    daily_done: QCheckBox
    weekly: Choice | None
    extra: QCheckBox | None
    results: tuple[QLabel, ...]
    summary: QLabel

    @property
    def inputs(self) -> list[QWidget]:
        """Everything that only counts while the area is included."""
        found = [self.level, self.held, self.target, self.daily, self.daily_done, self.weekly, self.extra]
        return [widget for widget in found if widget is not None]


class SymbolTable(QWidget):
    """Inputs and results of a family's areas. edited: a person changed something."""

    edited = Signal()

    def __init__(self, rules: SymbolRules) -> None:
        super().__init__()
        self.rules = rules
        self._in_columns: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE_S)
        self._grid.setVerticalSpacing(SPACE_XS)
        self._grid.setColumnStretch(0, 1)
        self._has_extra = any(area.extra_quest for area in rules.areas)
        self._heads = self._head()
        self.rows = {area.slug: self._row(area, 1 + 2 * index) for index, area in enumerate(rules.areas)}
        self._place(in_columns=False)

    def inputs(self) -> dict[str, SymbolInput]:
        """What is entered, by slug of the areas included."""
        return {slug: self._input(row) for slug, row in self.rows.items() if row.included.isChecked()}

    def values(self, today: date) -> Values:
        """JSON-able inputs; what is done is kept with the period it was done in."""
        week = period_of_day(Reset.WEEKLY, today).isoformat()
        found: Values = {}
        for slug, row in self.rows.items():
            found[slug] = {
                "included": row.included.isChecked(),
                "level": row.level.value(),
                "held": row.held.value(),
                "target": row.target.value(),
                "daily": row.daily.isChecked(),
                "daily_done_on": today.isoformat() if row.daily_done.isChecked() else "",
                "extra": row.extra is None or row.extra.isChecked(),
                "weekly": row.weekly is None or row.weekly.value() != "skip",
                "weekly_done": [week, self._clears_done(row)] if self._clears_done(row) else [],
            }
        return found

    def set_values(self, values: Values, today: date) -> None:
        """Show stored inputs; anything done in a period that is over is open again."""
        most = self.rules.max_level
        week = period_of_day(Reset.WEEKLY, today).isoformat()
        for slug, row in self.rows.items():
            mine = part(values, slug)
            row.included.setChecked(flag(mine, "included", default=True))
            _set(row.level, whole(mine, "level", 1, 1, most))
            _set(row.held, whole(mine, "held", 0, 0, MAX_HELD))
            _set(row.target, whole(mine, "target", most, 1, most))
            row.daily.setChecked(flag(mine, "daily", default=True))
            row.daily_done.setChecked(words(mine, "daily_done_on") == today.isoformat())
            if row.extra is not None:
                row.extra.setChecked(flag(mine, "extra", default=True))
            if row.weekly is not None:
                done = mine.get("weekly_done")
                this_week = isinstance(done, list) and len(done) == 2 and done[0] == week
                count = done[1] if this_week and isinstance(done, list) else 0
                valid = isinstance(count, int) and 0 <= count <= self.rules.weekly_clears
                row.weekly.choose(
                    str(count if valid else 0) if flag(mine, "weekly", default=True) else "skip"
                )
            self._enable(row)

    def show_result(self, slug: str, result: SymbolResult) -> None:
        """Fill a row."""
        row = self.rows[slug]
        end = never() if result.finished_on is None else short_day(result.finished_on)
        took = "" if result.days is None else f" ({days_text(result.days)})"
        days = "–" if result.days is None else grouped(result.days)
        if result.level == result.target_level:
            end, took, days = self.tr("Target reached"), "", "–"
        mesos = short_mesos(result.mesos_needed)
        for made, text in zip(row.results, (grouped(result.symbols_needed), mesos, days, end), strict=True):
            made.setText(text)
        row.results[1].setToolTip(self.tr("{0} mesos").format(grouped(result.mesos_needed)))
        sentence = self.tr("{symbols} symbols · {mesos} mesos · {end}").format(
            symbols=grouped(result.symbols_needed), mesos=mesos, end=end
        )
        self._show_summary(row, sentence + took)

    def show_error(self, slug: str, field: str, text: str) -> None:
        """Say under a row why it has no result, and mark the input it is about."""
        row = self.rows[slug]
        for made in row.results:
            made.setText("–")
            made.setToolTip("")
        self._show_summary(row, text, field)

    def clear_result(self, slug: str) -> None:
        """An area that is not counted."""
        row = self.rows[slug]
        for made in row.results:
            made.setText("")
        self._show_summary(row, "")

    def minimumSizeHint(self) -> QSize:
        # In columns it is wider, but it leaves them before it has to be.
        size = super().minimumSizeHint()
        return QSize(min(size.width(), 680), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fits = event.size().width() >= (_RESULTS_FIT if self._has_extra else _RESULTS_FIT - 130)
        if fits != self._in_columns:
            self._place(in_columns=fits)

    def _input(self, row: _Row) -> SymbolInput:
        return SymbolInput(
            level=row.level.value(),
            held=row.held.value(),
            target_level=row.target.value(),
            does_daily=row.daily.isChecked(),
            does_weekly=row.weekly is not None and row.weekly.value() != "skip",
            extra_quest=row.extra is None or row.extra.isChecked(),
            daily_done=row.daily_done.isChecked(),
            weekly_clears_done=self._clears_done(row),
        )

    @staticmethod
    def _clears_done(row: _Row) -> int:
        return int(row.weekly.value()) if row.weekly is not None and row.weekly.value() != "skip" else 0

    def _head(self) -> list[QLabel]:
        names = [self.tr("Area"), self.tr("Level"), self.tr("Held"), self.tr("Target")]
        names += [self.tr("Daily"), self.tr("Done today")]
        names += [self.tr("Weekly")] if self.rules.weekly_clears else [""]
        names += [self.tr("Extra")] if self._has_extra else [""]
        names += [self.tr("Symbols"), self.tr("Mesos"), self.tr("Days"), self.tr("Reached on")]
        made = []
        for column, name in enumerate(names):
            head = label(name, "caption")
            place = Qt.AlignmentFlag.AlignLeft if column in {0, 6} else Qt.AlignmentFlag.AlignHCenter
            place = Qt.AlignmentFlag.AlignRight if column >= 8 else place
            self._grid.addWidget(head, 0, column, place)
            made.append(head)
            head.setVisible(bool(name))
        return made

    def _row(self, area: SymbolArea, place: int) -> _Row:
        most = self.rules.max_level
        row = _Row(
            area,
            self._check(area.name, self.tr("Count {0}").format(area.name), checked=True),
            spin(1, most, 1, self.tr("{0}: level").format(area.name)),
            spin(0, MAX_HELD, 0, self.tr("{0}: symbols held").format(area.name)),
            spin(1, most, most, self.tr("{0}: target level").format(area.name)),
            self._check("", self.tr("{0}: does the daily").format(area.name), checked=True),
            self._check("", self.tr("{0}: today’s daily is done and counted in held").format(area.name)),
            self._weekly(area),
            None,
            tuple(number_label() for _ in range(4)),
            label("", "caption", "muted", wrap=True),
        )
        if area.extra_quest:
            quest = self.tr("{0}: {1} is finished, so the daily brings {2} instead of {3}")
            name = quest.format(area.name, area.extra_quest, area.daily_symbols_max, area.daily_symbols_base)
            row.extra = self._check("", name, checked=True)
        row.daily.setToolTip(f"{area.daily_quest}: {self.tr('{0} a day').format(area.daily_symbols_max)}")
        centred = Qt.AlignmentFlag.AlignCenter
        self._grid.addWidget(row.included, place, 0)
        for column, control in ((1, row.level), (2, row.held), (3, row.target)):
            control.setFixedWidth(80 if column == 2 else 60)
            control.valueChanged.connect(self.edited)
            self._grid.addWidget(control, place, column)
        for column, check in ((4, row.daily), (5, row.daily_done), (7, row.extra)):
            if check is not None:
                check.toggled.connect(self.edited)
                self._grid.addWidget(check, place, column, centred)
        if row.weekly is not None:
            row.weekly.currentIndexChanged.connect(self.edited)
            self._grid.addWidget(row.weekly, place, 6)
        for column, made in enumerate(row.results, 8):
            self._grid.addWidget(made, place, column)
        self._grid.addWidget(row.summary, place + 1, 0, 1, 12)
        row.included.toggled.connect(self._toggled)
        row.summary.setContentsMargins(_INDENT, 0, 0, SPACE_XS)
        row.summary.hide()
        return row

    def _weekly(self, area: SymbolArea) -> Choice | None:
        clears = self.rules.weekly_clears
        if not clears:
            return None
        options = [("0", self.tr("{0} left").format(clears))]
        options += [(str(done), self.tr("{0} left").format(clears - done)) for done in range(1, clears)]
        options += [(str(clears), self.tr("Done")), ("skip", self.tr("Skip"))]
        made = Choice(self.tr("{0}: weekly clears").format(area.name), options)
        made.setToolTip(area.weekly_content or "")
        made.setFixedWidth(112)
        return made

    @staticmethod
    def _check(text: str, name: str, *, checked: bool = False) -> QCheckBox:
        made = QCheckBox(text)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.setChecked(checked)
        return made

    def _toggled(self) -> None:
        for row in self.rows.values():
            self._enable(row)
        self.edited.emit()

    @staticmethod
    def _enable(row: _Row) -> None:
        for widget in row.inputs:
            widget.setEnabled(row.included.isChecked())

    def _show_summary(self, row: _Row, text: str, field: str = "") -> None:
        error = bool(field)
        row.summary.setText(text)
        set_style_property(row.summary, "tone", "error" if error else "muted")
        for name, control in (("level", row.level), ("held", row.held), ("target_level", row.target)):
            set_style_property(control, "invalid", name == field)
            control.setAccessibleDescription(text if name == field else "")
        row.summary.setProperty("error", error)
        row.summary.setVisible(bool(text) and (error or not self._in_columns))

    def _place(self, *, in_columns: bool) -> None:
        self._in_columns = in_columns
        for head in self._heads[8:]:
            head.setVisible(in_columns)
        for row in self.rows.values():
            for made in row.results:
                made.setVisible(in_columns)
            wanted = bool(row.summary.text()) and (bool(row.summary.property("error")) or not in_columns)
            row.summary.setVisible(wanted)
        for column, width in ((8, 56), (9, 60), (10, 36), (11, 124)):
            self._grid.setColumnMinimumWidth(column, width if in_columns else 0)

    def slugs(self) -> Sequence[str]:
        """The areas in the game's order."""
        return list(self.rows)


def _set(control: QSpinBox, value: int) -> None:
    # What is being typed stays untouched when it already is the value.
    if control.value() != value:
        control.setValue(value)
