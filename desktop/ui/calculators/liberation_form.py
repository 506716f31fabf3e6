"""The inputs of one liberation path: where the character stands and which bosses it clears."""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from desktop.ui.calculators.calculator import Choice
from desktop.ui.calculators.memory import Values
from desktop.ui.calculators.reading import flag, part, whole, words
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.inputs import spin
from desktop.ui.kit.labels import label, number_label
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from shared.calculators.liberation import ChosenBoss, LiberationInput, LiberationResult
from shared.catalog import Catalog
from shared.catalog.progress import LiberationPath
from shared.resets import Reset, period_of_day

_MOST_HELD = 99_999
"""Above every cap: a number over the cap is told, not silently cut."""


@dataclass
class _Boss:
    """The widgets of one boss."""

    reset: Reset
    difficulty: Choice
    party: QSpinBox
    done: QCheckBox
    brings: QLabel


class LiberationForm(QWidget):
    """Inputs of one path. edited: a person changed something."""

    edited = Signal()

    def __init__(self, catalog: Catalog, path: LiberationPath) -> None:
        super().__init__()
        self.path = path
        self._catalog = catalog
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        self.stage = Choice(self.tr("Stage"), self._stages())
        self.held = spin(0, _MOST_HELD, 0, self.tr("Held"))
        standing = QHBoxLayout()
        standing.setSpacing(SPACE_L)
        self.stage_field = FormField(self.tr("Working on"), self.stage)
        help_text = self.tr("At most {0} can be held").format(grouped(path.bank_cap))
        self.held_field = FormField(self.tr("{0} held").format(path.currency), self.held, help_text)
        standing.addWidget(self.stage_field, 1)
        standing.addWidget(self.held_field, 1)
        column.addLayout(standing)
        self.owns_pass: QCheckBox | None = None
        if path.liberation_pass is not None:
            owned = path.liberation_pass
            self.owns_pass = QCheckBox(self.tr("{0} owned (×{1})").format(owned.name, owned.multiplier))
            self.owns_pass.toggled.connect(self.edited)
            column.addWidget(self.owns_pass)
        column.addLayout(self._boss_rows())
        self.boss_error = label("", "caption", "error", wrap=True)
        self.boss_error.hide()
        column.addWidget(self.boss_error)
        column.addStretch(1)
        self.stage.currentIndexChanged.connect(self.edited)
        self.held.valueChanged.connect(self.edited)

    def input(self) -> LiberationInput:
        """What is entered."""
        return LiberationInput(
            stage=int(self.stage.value() or 1),
            held=self.held.value(),
            has_pass=self.owns_pass is not None and self.owns_pass.isChecked(),
            bosses=tuple(
                ChosenBoss(boss.difficulty.value(), boss.party.value(), boss.done.isChecked())
                for boss in self.bosses.values()
                if boss.difficulty.value()
            ),
        )

    def values(self, today: date) -> Values:
        """JSON-able inputs; what is done is kept with the period it was done in."""
        return {
            "stage": int(self.stage.value() or 1),
            "held": self.held.value(),
            "pass": self.owns_pass is not None and self.owns_pass.isChecked(),
            "bosses": {
                group: {
                    "entry": boss.difficulty.value(),
                    "party": boss.party.value(),
                    "done_in": period_of_day(boss.reset, today).isoformat() if boss.done.isChecked() else "",
                }
                for group, boss in self.bosses.items()
            },
        }

    def set_values(self, values: Values, today: date) -> None:
        """Show stored inputs; a clear of a period that is over is open again."""
        self.stage.choose(str(whole(values, "stage", 1, 1, len(self.path.stages) + 1)))
        held = whole(values, "held", 0, 0, _MOST_HELD)
        if self.held.value() != held:
            self.held.setValue(held)
        if self.owns_pass is not None:
            self.owns_pass.setChecked(flag(values, "pass", default=False))
        stored = part(values, "bosses")
        for group, boss in self.bosses.items():
            mine = part(stored, group)
            boss.difficulty.choose(words(mine, "entry"))
            self._limit(group)
            party = whole(mine, "party", 1, 1, boss.party.maximum())
            if boss.party.value() != party:
                boss.party.setValue(party)
            boss.done.setChecked(words(mine, "done_in") == period_of_day(boss.reset, today).isoformat())

    def show_income(self, result: LiberationResult | None) -> None:
        """Beside each boss what one clear brings; nothing without a result."""
        for boss in self.bosses.values():
            entry = boss.difficulty.value()
            known = result is not None and entry in result.income
            boss.brings.setText(f"+{grouped(result.income[entry])}" if result is not None and known else "")

    def show_errors(self, field: str, text: str) -> None:
        """An error under the input it belongs to; "" takes all away."""
        self.stage_field.set_error(text if field == "stage" else "")
        self.held_field.set_error(text if field == "held" else "")
        elsewhere = text if field not in {"stage", "held"} else ""
        self.boss_error.setText(elsewhere)
        self.boss_error.setVisible(bool(elsewhere))

    def _stages(self) -> list[tuple[str, str]]:
        names = {entry.boss_slug: entry.name for entry in self._catalog.bosses.values()}
        found = []
        for stage in self.path.stages:
            text = self.tr("{0} · {1}, {2}").format(
                stage.order, names.get(stage.boss_slug, stage.boss_slug), grouped(stage.required)
            )
            found.append((str(stage.order), text))
        return [*found, (str(len(self.path.stages) + 1), self.tr("Liberated"))]

    def _boss_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_M)
        grid.setVerticalSpacing(SPACE_XS)
        grid.setColumnStretch(0, 1)
        heads = (
            self.tr("Boss"),
            self.tr("Difficulty"),
            self.tr("Party"),
            self.tr("Done"),
            self.tr("A clear"),
        )
        for column, head in enumerate(heads):
            place = Qt.AlignmentFlag.AlignHCenter if column == 3 else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(
                label(head, "caption"), 0, column, Qt.AlignmentFlag.AlignRight if column == 4 else place
            )
        groups: dict[str, list[str]] = {}
        for entry_id in self.path.amounts:
            groups.setdefault(self._catalog.bosses[entry_id].clear_group, []).append(entry_id)
        self.bosses: dict[str, _Boss] = {}
        for row, (group, entries) in enumerate(groups.items(), 1):
            self.bosses[group] = self._boss(grid, row, entries)
        grid.setColumnMinimumWidth(4, SPACE_S * 6)
        return grid

    def _boss(self, grid: QGridLayout, row: int, entries: list[str]) -> _Boss:
        first = self._catalog.bosses[entries[0]]
        options = [("", self.tr("Skip"))]
        for entry_id in entries:
            difficulty = self._catalog.bosses[entry_id].difficulty.value.capitalize()
            options.append((entry_id, f"{difficulty} · {grouped(self.path.amounts[entry_id])}"))
        done = QCheckBox()
        monthly = first.reset is Reset.MONTHLY
        done_name = self.tr("{0}: done this month") if monthly else self.tr("{0}: done this week")
        done.setAccessibleName(done_name.format(first.name))
        done.setToolTip(done.accessibleName())
        boss = _Boss(
            first.reset,
            Choice(self.tr("{0}: difficulty").format(first.name), options),
            spin(1, first.max_party_size, 1, self.tr("{0}: party size").format(first.name)),
            done,
            number_label(),
        )
        name = self.tr("{0} (monthly)").format(first.name) if monthly else first.name
        boss.difficulty.setFixedWidth(172)
        boss.party.setFixedWidth(60)
        boss.party.setEnabled(False)
        done.setEnabled(False)
        for column, widget in enumerate((label(name), boss.difficulty, boss.party)):
            grid.addWidget(widget, row, column)
        grid.addWidget(done, row, 3, Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(boss.brings, row, 4)
        boss.difficulty.currentIndexChanged.connect(self._difficulty_chosen)
        boss.party.valueChanged.connect(self.edited)
        done.toggled.connect(self.edited)
        return boss

    def _difficulty_chosen(self) -> None:
        for group in self.bosses:
            self._limit(group)
        self.edited.emit()

    def _limit(self, group: str) -> None:
        """A party is at most as large as the difficulty lets in."""
        boss = self.bosses[group]
        entry = self._catalog.bosses.get(boss.difficulty.value())
        boss.party.setEnabled(entry is not None)
        boss.done.setEnabled(entry is not None)
        if entry is not None and boss.party.maximum() != entry.max_party_size:
            boss.party.setMaximum(entry.max_party_size)
