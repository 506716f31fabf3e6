"""A choice between the games whose accounts a clan follows; out of sight while it follows those of one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.bridge.clans import ClanReader, Clans, Told
from desktop.ui.clans.questions import metrics
from desktop.ui.clans.words import game_name, games_of
from desktop.ui.kit.segmented import Segmented
from shared.api.clans import ClanInfo
from shared.clans.metrics import Game


class GameChoice(QWidget):
    """changed: another game is to be shown."""

    changed = Signal()

    def __init__(self, clans: Clans) -> None:
        super().__init__()
        self._clan: ClanInfo | None = None
        self._reader = ClanReader(clans, self)
        self.choice = Segmented(self.tr("Game"), [(game, game_name(game)) for game in Game])
        self.choice.changed.connect(self._on_choice)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.choice)
        self.hide()

    @property
    def game(self) -> Game:
        """Whose accounts are shown."""
        found = self.choice.value()
        assert isinstance(found, Game)
        return found

    def set_clan(self, clan: ClanInfo) -> None:
        """Another clan begins with its own game."""
        if self._clan is None or self._clan.id != clan.id:
            self._reader.cancel()
            self.choice.set_value(clan.game)
            self.hide()
        self._clan = clan

    def look(self) -> None:
        """Ask whether anything is known of the other game."""
        others = games_of(self._clan)[1:] if self._clan is not None else []
        if self._clan is not None and others:
            self._reader.ask(metrics(self._clan.id, others[0]), self._on_metrics)

    def _on_metrics(self, told: Told) -> None:
        if told.value is not None and self._clan is not None:
            self.setVisible(bool(told.value.items) or self.game is not self._clan.game)

    def _on_choice(self, _value: object) -> None:
        self.changed.emit()
