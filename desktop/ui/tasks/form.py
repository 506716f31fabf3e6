"""The fields of an own task."""

from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from desktop.services.tasks import Task
from desktop.ui.context import Context
from desktop.ui.kit.forms import FormField
from desktop.ui.kit.inputs import spin
from desktop.ui.tasks.words import ORDER, owner_name, reset_title
from desktop.ui.theme.tokens import SPACE_L, SPACE_M
from shared.errors import InvalidInput, MapleHubError
from shared.resets import Reset
from shared.tasks import ACCOUNT, MAX_COUNT, TaskDraft


class TaskForm(QWidget):
    """Name, reset, for whom, how often, reward."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._category = "own"
        characters = context.selection.characters
        self.name = QLineEdit()
        self.name.setPlaceholderText(self.tr("e.g. Check the auction house"))
        self.reset = QComboBox()
        for reset in ORDER:
            self.reset.addItem(reset_title(reset), str(reset))
        self.owner = QComboBox()
        worlds = dict.fromkeys(c.world for c in characters)
        for owner in (*(c.id for c in characters), *worlds, ACCOUNT):
            self.owner.addItem(owner_name(owner, characters, context.catalog), owner)
        if context.selection.current is not None:
            self.owner.setCurrentIndex(self.owner.findData(context.selection.current.id))
        self.times = spin(1, MAX_COUNT, 1, self.tr("Times"))
        limit = context.catalog.economy.rewards.task_coins_limit
        self.reward = spin(0, limit, 0, self.tr("Reward"))
        self.reward.setSuffix(self.tr(" coins"))
        self.fields = {
            "name": FormField(self.tr("Name"), self.name),
            "reset": FormField(self.tr("Starts over"), self.reset),
            "owner": FormField(self.tr("For"), self.owner),
            "max_count": FormField(self.tr("Times"), self.times, self.tr("How often until it is done.")),
            "reward_coins": FormField(
                self.tr("Reward"), self.reward, self.tr("What it pays each time it is done.")
            ),
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_L)
        grid.setVerticalSpacing(SPACE_M)
        grid.addWidget(self.fields["name"], 0, 0, 1, 2)
        grid.addWidget(self.fields["reset"], 1, 0)
        grid.addWidget(self.fields["owner"], 1, 1)
        grid.addWidget(self.fields["max_count"], 2, 0)
        grid.addWidget(self.fields["reward_coins"], 2, 1)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(3, 1)
        self.setTabOrder(self.name, self.reset)

    def draft(self) -> TaskDraft:
        """What the fields say."""
        return TaskDraft(
            name=self.name.text(),
            reset=Reset(str(self.reset.currentData())),
            owner=str(self.owner.currentData()),
            category=self._category,
            max_count=self.times.value(),
            reward_coins=self.reward.value(),
        )

    def show_task(self, task: Task) -> None:
        """Fill the fields."""
        self._category = task.category
        self.name.setText(task.name)
        self.reset.setCurrentIndex(self.reset.findData(str(task.reset)))
        self.owner.setCurrentIndex(max(0, self.owner.findData(task.owner)))
        self.times.setValue(task.max_count)
        self.reward.setValue(task.reward_coins)

    def show_error(self, error: MapleHubError) -> None:
        """Say under the field what is wrong with it; what belongs to no field stands under the name."""
        field = error.field if isinstance(error, InvalidInput) else "name"
        for name, made in self.fields.items():
            made.set_error(str(error) if name == field else "")
        wrong = self.fields.get(field)
        if wrong is not None:
            wrong.control.setFocus()
