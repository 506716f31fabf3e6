"""The first minute: a character, its bosses from a preset, done."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.ui.characters.form import CharacterForm
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card, ScrollArea
from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_S, SPACE_XL


class FirstStartPage(QWidget):
    """finished: there is a character now."""

    finished = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._saving = False
        self.setAccessibleName(self.tr("Welcome"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = ScrollArea(max_width=680)
        outer.addWidget(area)
        area.body.addSpacing(SPACE_XL)
        area.add(label(self.tr("Welcome to MapleHub"), "display"))
        area.add(
            label(
                self.tr(
                    "Tell it one character and which bosses it does. Everything stays on this computer, "
                    "and every change can be undone."
                ),
                "body",
                "muted",
                wrap=True,
            )
        )
        self.form = CharacterForm(context.catalog)
        self.form.level.valueChanged.connect(self._suggest)
        card = Card(self.tr("Your character"))
        card.add(self.form)
        area.add(card)
        area.add(self._presets_card())
        self.error = label("", "body", "error", wrap=True)
        area.add(self.error)
        row = QHBoxLayout()
        row.addStretch(1)
        self.start = button(self.tr("Start"), "primary", "check")
        self.start.setDefault(True)
        self.start.clicked.connect(self._start)
        row.addWidget(self.start)
        area.body.addLayout(row)
        area.body.addStretch(1)
        self.form.name.returnPressed.connect(self._start)
        self._touched: set[str] = set()
        self._suggest(self.form.level.value())

    def first_focus(self) -> QWidget:
        """The name."""
        return self.form.name

    def chosen_presets(self) -> list[str]:
        """The presets ticked, in order."""
        return [slug for slug, box in self._boxes.items() if box.isChecked()]

    def _presets_card(self) -> Card:
        card = Card(self.tr("Bosses it does each week"))
        card.add(
            label(
                self.tr("Suggested from the level; change anything later on the Bosses page."),
                "caption",
                "muted",
            )
        )
        self._boxes: dict[str, QCheckBox] = {}
        for preset in self._context.catalog.presets.values():
            line = QVBoxLayout()
            line.setSpacing(2)
            box = QCheckBox(preset.name)
            box.setAccessibleDescription(preset.description)
            box.clicked.connect(self._remember_touch)
            names = ", ".join(self._context.catalog.boss_name(entry) for entry in preset.entries)
            words = label(names, "caption", "muted", wrap=True)
            words.setIndent(26)
            line.addWidget(box)
            line.addWidget(words)
            card.body.addLayout(line)
            card.body.addSpacing(SPACE_S)
            self._boxes[preset.slug] = box
        return card

    def _remember_touch(self) -> None:
        self._touched = set(self._boxes)

    def _suggest(self, level: int) -> None:
        """The strongest presets within reach that do not contradict each other; never over a person's own choice."""
        if self._touched:
            return
        presets = self._context.catalog.presets
        groups: set[str] = set()
        chosen: set[str] = set()
        for preset in sorted(presets.values(), key=lambda preset: -preset.min_level):
            own = {self._context.catalog.bosses[entry].clear_group for entry in preset.entries}
            if preset.min_level <= level and not own & groups and preset.slug != "daily-bosses":
                chosen.add(preset.slug)
                groups |= own
        for slug, box in self._boxes.items():
            box.setChecked(slug in chosen)

    def _start(self) -> None:
        if self._saving:
            return
        self._saving = True
        self.error.setText("")
        name, world, job, level = self.form.values()
        services, presets = self._context.services, self.chosen_presets()

        def work() -> object:
            changes, character_id = services.characters.create(
                name, world, job=job, level=level, is_main=True
            )
            for preset in presets:
                services.plans.apply_preset(character_id, preset)
            return changes, character_id

        self._context.operations.perform(work, self._started, self._refused, owner=self, quiet=True)

    def _started(self, _character_id: object) -> None:
        # The list of characters arrives with its own change; the page that follows waits for it.
        self._context.background.database(self._context.services.characters.all, self._listed, owner=self)

    def _listed(self, characters: list) -> None:  # type: ignore[type-arg]
        self._context.selection.set_characters(tuple(characters))
        self.finished.emit()

    def _refused(self, error: Exception) -> None:
        self._saving = False
        if not self.form.show_error(error):
            self.error.setText(str(error))
