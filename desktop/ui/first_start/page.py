"""The first minute: a character, its bosses from a preset, done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.characters import Character
from desktop.ui.characters.form import CharacterForm
from desktop.ui.context import Context
from desktop.ui.kit.buttons import button
from desktop.ui.kit.containers import Card, ScrollArea
from desktop.ui.kit.dialogs import DialogFoot
from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_L, SPACE_XS
from shared.catalog import Preset
from shared.resets import Reset

_OPEN_EARLY = 200
_MARGIN = 20
"""Levels. A boss lets players in well before most of them beat it alone; our judgement, no figure of the game."""


class FirstStartPage(QWidget):
    """finished: there is a character now."""

    finished = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._saving = False
        self._own_choice = False
        self.setAccessibleName(self.tr("Welcome"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = ScrollArea(max_width=1080)
        outer.addWidget(area, 1)
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
        row = QHBoxLayout()
        row.setSpacing(SPACE_L)
        row.addWidget(card, 2, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._presets_card(), 3, Qt.AlignmentFlag.AlignTop)
        area.body.addLayout(row)
        area.body.addStretch(1)
        self.start = button(self.tr("Start"), "primary", "check")
        self.start.clicked.connect(self._start)
        self.foot = DialogFoot(self.start)
        outer.addWidget(self.foot)
        self.form.name.returnPressed.connect(self._start)
        self._suggest(self.form.level.value())

    def first_focus(self) -> QWidget:
        """The name."""
        return self.form.name

    def chosen_presets(self) -> list[str]:
        """The presets ticked, in order."""
        return [slug for slug, box in self._boxes.items() if box.isChecked()]

    def planned(self) -> list[str]:
        """The bosses of the ticked presets, one difficulty of each: what an earlier preset says stands."""
        catalog = self._context.catalog
        chosen: dict[str, str] = {}
        for slug in self.chosen_presets():
            for entry_id in catalog.presets[slug].entries:
                chosen.setdefault(catalog.bosses[entry_id].clear_group, entry_id)
        return list(chosen.values())

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
            box.clicked.connect(self._choose)
            names = ", ".join(self._context.catalog.boss_name(entry) for entry in preset.entries)
            words = label(names, "caption", "muted", wrap=True)
            words.setIndent(26)
            line.addWidget(box)
            line.addWidget(words)
            card.body.addLayout(line)
            card.body.addSpacing(SPACE_XS)
            self._boxes[preset.slug] = box
        return card

    def _choose(self) -> None:
        self._own_choice = True

    def _suggest(self, level: int) -> None:
        """The strongest presets within reach that do not contradict each other; never over a person's own choice.

        Dailies are left out: few people do them all.
        """
        if self._own_choice:
            return
        catalog = self._context.catalog
        groups: set[str] = set()
        chosen: set[str] = set()
        for preset in sorted(catalog.presets.values(), key=lambda preset: -preset.min_level):
            own = {catalog.bosses[entry].clear_group for entry in preset.entries}
            weekly = any(catalog.bosses[entry].reset is not Reset.DAILY for entry in preset.entries)
            if weekly and _comfortable(preset) <= level and not own & groups:
                chosen.add(preset.slug)
                groups |= own
        for slug, box in self._boxes.items():
            box.setChecked(slug in chosen)

    def _start(self) -> None:
        if self._saving:
            return
        self._saving = True
        self.foot.set_error("")
        name, world, job, level = self.form.values()
        characters, planned = self._context.services.characters, self.planned()
        self._context.operations.perform(
            lambda: characters.create(name, world, job=job, level=level, is_main=True, plan=planned),
            self._started,
            self._refused,
            owner=self,
            quiet=True,
        )

    def _started(self, _character_id: str) -> None:
        # The list of characters arrives with its own change; the page that follows waits for it.
        self._context.background.database(self._context.services.characters.all, self._listed, owner=self)

    def _listed(self, characters: list[Character]) -> None:
        self._context.selection.set_characters(tuple(characters))
        self.finished.emit()

    def _refused(self, error: Exception) -> None:
        self._saving = False
        self.foot.set_error("")
        if not self.form.show_error(error):
            self.foot.set_error(str(error))


def _comfortable(preset: Preset) -> int:
    """The level from which a preset is suggested."""
    return preset.min_level + (_MARGIN if preset.min_level > _OPEN_EARLY else 0)
