"""What the drop rates show: search, boss, kind of world, party, how many runs at least, and only one's own."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.ui.community.model import Choice
from desktop.ui.kit.buttons import button
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.flow import FlowLayout
from desktop.ui.kit.numbers import grouped
from desktop.ui.theme.tokens import SPACE_S
from shared.api.stats import MIN_SAMPLE
from shared.statistics.strata import ALL

_SEARCH_DELAY_MS = 120
_SAMPLES = (0, MIN_SAMPLE, 1000, 10_000)


class RatesFilters(QWidget):
    """changed: another choice of the lines there are. asked: other lines, of another kind of world or party."""

    changed = Signal()
    asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._quiet = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_SEARCH_DELAY_MS)
        self._wait.timeout.connect(self._changed)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search bosses, items"))
        self.search.setAccessibleName(self.tr("Search the drop rates"))
        self.search.setToolTip(self.tr("Search bosses and items (Ctrl+F)"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(184)
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._changed)
        self.boss = _combo(self.tr("Boss"), 160, [(self.tr("All bosses"), "")])
        worlds = [
            (self.tr("Every world"), ALL),
            (self.tr("Heroic"), "heroic"),
            (self.tr("Interactive"), "interactive"),
        ]
        self.world = _combo(self.tr("Kind of world"), 152, worlds)
        parties = [
            (self.tr("Any party"), ALL),
            (self.tr("Alone"), "1"),
            (self.tr("Party of 2"), "2"),
            (self.tr("Party of 3"), "3"),
            (self.tr("Party of 4 to 6"), "4-6"),
        ]
        self.party = _combo(self.tr("Party size"), 144, parties)
        samples = [
            (
                self.tr("Any runs") if not least else self.tr("{0}+ runs").format(grouped(least)),
                least,
            )
            for least in _SAMPLES
        ]
        self.sample = _combo(self.tr("Runs at least"), 136, samples)
        self.mine = Chip(self.tr("Only mine"))
        self.mine.setToolTip(self.tr("Only bosses you have counted runs of"))
        self.clear = button(self.tr("Clear filters"), "quiet", "close")
        self.clear.clicked.connect(self.reset)
        line = FlowLayout(self, SPACE_S, SPACE_S)
        for control in (self.search, self.boss, self.world, self.party, self.sample, self.mine, self.clear):
            line.addWidget(control)
        self.reset()
        for box in (self.boss, self.sample):
            box.currentIndexChanged.connect(self._changed)
        for box in (self.world, self.party):
            box.currentIndexChanged.connect(self._ask)
        self.mine.toggled.connect(self._changed)

    @property
    def choice(self) -> Choice:
        """Which of the lines are shown."""
        words = tuple(self.search.text().casefold().split())
        return Choice(self.boss.currentData(), words, self.sample.currentData(), self.mine.isChecked())

    @property
    def stratum(self) -> tuple[str, str]:
        """Whose lines: the kind of world and the party."""
        return self.world.currentData(), self.party.currentData()

    def reset(self, _checked: object = False) -> None:
        """The choice everybody begins with."""
        self.apply()

    def apply(self, *, text: str = "", sample: int = MIN_SAMPLE, mine: bool = False) -> None:
        """Set every condition at once; boss, kind of world and party are every one."""
        before, self._quiet = self.stratum, True
        self.search.setText(text)
        self.boss.setCurrentIndex(0)
        self.sample.setCurrentIndex(max(0, self.sample.findData(sample)))
        self.mine.setChecked(mine)
        for box in (self.world, self.party):
            box.setCurrentIndex(0)
        self._quiet = False
        if self.stratum != before:
            self._ask()
        else:
            self._changed()

    def set_bosses(self, bosses: Sequence[tuple[str, str]]) -> None:
        """Offer these (id, name); the one chosen stays chosen while it is among them."""
        offered = [(self.boss.itemData(at), self.boss.itemText(at)) for at in range(1, self.boss.count())]
        if offered == list(bosses):
            return
        before, self._quiet = self.boss.currentData(), True
        while self.boss.count() > 1:
            self.boss.removeItem(1)
        for boss_id, name in bosses:
            self.boss.addItem(name, boss_id)
        self.boss.setCurrentIndex(max(0, self.boss.findData(before)))
        self._quiet = False

    def _typed(self, _text: str) -> None:
        if not self._quiet:
            self._wait.start()

    def _changed(self, _what: object = None) -> None:
        if not self._quiet:
            self._wait.stop()
            self._show_clear()
            self.changed.emit()

    def _ask(self, _what: object = None) -> None:
        if not self._quiet:
            self._show_clear()
            self.asked.emit()

    def _show_clear(self) -> None:
        had_focus = self.clear.hasFocus()
        self.clear.setVisible((self.choice, self.stratum) != (Choice(sample=MIN_SAMPLE), (ALL, ALL)))
        if had_focus and self.clear.isHidden():
            self.search.setFocus()


def _combo(name: str, width: int, options: Sequence[tuple[str, object]]) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setToolTip(name)
    made.setFixedWidth(width)
    for text, value in options:
        made.addItem(text, value)
    return made
