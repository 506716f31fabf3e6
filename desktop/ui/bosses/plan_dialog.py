"""A character's plan: which bosses, which difficulty, how large the party."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QMenu,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.services.characters import Character
from desktop.services.plans import Plan
from desktop.ui.bosses.words import reset_title
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import ScrollArea
from desktop.ui.kit.dialogs import DialogFoot
from desktop.ui.kit.inputs import spin
from desktop.ui.kit.labels import label, number_label, set_tone
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XL
from shared.catalog import BossEntry
from shared.mesos import short_mesos
from shared.resets import Reset


class _Row(QWidget):
    """One boss: planned or not, at which difficulty, in a party of how many."""

    def __init__(self, context: Context, character: Character, options: tuple[BossEntry, ...]) -> None:
        super().__init__()
        self._context = context
        self._character = character
        self._options = options
        name = options[0].name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        self.planned = QCheckBox(name)
        self.planned.toggled.connect(self._update)
        self.difficulty = QComboBox()
        self.difficulty.setAccessibleName(self.tr("Difficulty of {0}").format(name))
        for entry in options:
            self.difficulty.addItem(self.tr(str(entry.difficulty).capitalize()), entry.id)
        self.difficulty.setFixedWidth(124)
        self.difficulty.currentIndexChanged.connect(self._update)
        self.party: QSpinBox = spin(
            1, options[0].max_party_size, 1, self.tr("Party size for {0}").format(name)
        )
        self.party.setFixedWidth(72)
        self.party.valueChanged.connect(self._update)
        self.price = number_label("", "body", "muted")
        self.price.setFixedWidth(84)
        row.addWidget(self.planned, 1)
        row.addWidget(self.difficulty)
        row.addWidget(self.party)
        row.addWidget(self.price)
        self._update()

    @property
    def entry(self) -> BossEntry:
        """The difficulty chosen."""
        return self._options[max(0, self.difficulty.currentIndex())]

    def plan(self) -> Plan | None:
        """What this row adds to the plan."""
        return Plan(self.entry.id, self.party.value()) if self.planned.isChecked() else None

    def show_plan(self, plan: Plan | None) -> None:
        """Show what is planned."""
        self.planned.setChecked(plan is not None)
        if plan is not None:
            self.difficulty.setCurrentIndex(max(0, self.difficulty.findData(plan.entry_id)))
            self.party.setValue(plan.party_size)

    def _update(self, _value: object = None) -> None:
        on = self.planned.isChecked()
        self.party.setMaximum(self.entry.max_party_size)
        self.difficulty.setEnabled(on)
        self.party.setEnabled(on)
        price = self._context.catalog.crystal_price(
            self.entry.id, self._character.world_type, self.party.value(), self._context.today
        )
        self.price.setText("–" if price is None else short_mesos(price))
        set_tone(self.price, None if on else "muted")


class PlanDialog(QDialog):
    """Enter saves; one undo takes the whole change back."""

    def __init__(self, context: Context, parent: QWidget, character: Character) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Plan of {0}").format(character.name))
        self._context = context
        self._character = character
        self._rows: dict[str, _Row] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        area = ScrollArea(max_width=640)
        for reset in (Reset.WEEKLY, Reset.MONTHLY, Reset.DAILY):
            area.add(label(reset_title(reset), "heading"))
            for group, options in context.catalog.groups.items():
                if options[0].reset is reset:
                    self._rows[group] = _Row(context, character, options)
                    self._rows[group].planned.toggled.connect(self._count)
                    area.add(self._rows[group])
        area.body.setSpacing(SPACE_S)
        column.addWidget(area, 1)
        self.foot = self._foot()
        column.addWidget(self.foot)
        self.resize(640, 680)
        plans = context.services.plans
        context.background.database(lambda: plans.of(character.id), self._show, self._refused, owner=self)

    def plans(self) -> list[Plan]:
        """The plan as the rows say it."""
        return [plan for row in self._rows.values() if (plan := row.plan()) is not None]

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(SPACE_XL, SPACE_L, SPACE_XL, SPACE_S)
        row.setSpacing(SPACE_S)
        self.count = label("", "strong")
        row.addWidget(self.count, 1)
        self.presets = button(self.tr("Add a preset"), "plain", "plus")
        menu = QMenu(self.presets)
        for preset in self._context.catalog.presets.values():
            action = menu.addAction(preset.name)
            action.setToolTip(preset.description)
            action.setData(preset.slug)
        menu.setToolTipsVisible(True)
        menu.triggered.connect(self._preset)
        self.presets.setMenu(menu)
        self.copies = button(self.tr("Copy from"), "plain", "copy")
        others = QMenu(self.copies)
        for character in self._context.selection.characters:
            if character.id != self._character.id:
                others.addAction(character.name).setData(character.id)
        others.triggered.connect(self._copy)
        self.copies.setMenu(others)
        self.copies.setEnabled(not others.isEmpty())
        clear = button(self.tr("Clear"), "quiet")
        clear.clicked.connect(self._clear)
        for made in (self.presets, self.copies, clear):
            row.addWidget(made)
        return row

    def _foot(self) -> DialogFoot:
        cancel = button(self.tr("Cancel"), "quiet")
        cancel.clicked.connect(self.reject)
        save = button(self.tr("Save plan"), "primary")
        save.clicked.connect(self._save)
        return DialogFoot(cancel, save)

    def _show(self, plans: Mapping[str, Plan]) -> None:
        for group, row in self._rows.items():
            row.show_plan(plans.get(group))
        self._count()

    def _count(self, _on: object = None) -> None:
        weekly = sum(
            row.planned.isChecked() for row in self._rows.values() if row.entry.reset is Reset.WEEKLY
        )
        limit = self._context.catalog.sale_caps.weekly_per_character
        self.count.setText(self.tr("{0} weekly bosses, {1} crystals can be sold").format(weekly, limit))
        set_tone(self.count, "warning" if weekly > limit else None)

    def _preset(self, action: object) -> None:
        slug = action.data()  # type: ignore[attr-defined]
        for entry_id in self._context.catalog.presets[slug].entries:
            row = self._rows[self._context.catalog.bosses[entry_id].clear_group]
            if not row.planned.isChecked():
                row.show_plan(Plan(entry_id, 1))

    def _copy(self, action: object) -> None:
        plans, source = self._context.services.plans, action.data()  # type: ignore[attr-defined]
        self._context.background.database(lambda: plans.of(source), self._show, self._refused, owner=self)

    def _clear(self) -> None:
        for row in self._rows.values():
            row.show_plan(None)

    def _save(self) -> None:
        plans, wanted, character_id = self._context.services.plans, self.plans(), self._character.id
        self._context.operations.perform(
            lambda: plans.replace(character_id, wanted), self._saved, self._refused, owner=self
        )

    def _saved(self, _result: object) -> None:
        self.accept()

    def _refused(self, error: Exception) -> None:
        self.foot.set_error(str(error))
