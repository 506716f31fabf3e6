"""The strip above the bosses: crystals used, mesos earned, what still needs a word."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.services.board import Board, Crystals, Matrix
from desktop.ui.kit.buttons import button
from desktop.ui.kit.charts.small import MiniBar
from desktop.ui.kit.labels import label
from desktop.ui.theme.tokens import SPACE_M, SPACE_S, SPACE_XL, SPACE_XS
from shared.mesos import short_mesos

_ROOMY = 960


class _Figure(QWidget):
    """A caption, a figure and, where there is a limit, a bar."""

    def __init__(self, caption: str, *, bar: bool) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_XS)
        self._caption = caption
        self._title = label(caption, "caption", "muted")
        self._value = label("", "strong")
        column.addWidget(self._title)
        column.addWidget(self._value)
        self._bar = MiniBar(caption) if bar else None
        if self._bar is not None:
            self._bar.setFixedWidth(112)
            column.addWidget(self._bar)
        else:
            column.addStretch(1)

    def set_text(self, text: str) -> None:
        self._value.setText(text)
        self.setAccessibleName(f"{self._caption}: {text}")

    def set_crystals(self, crystals: Crystals) -> None:
        self.set_text(f"{crystals.used} / {crystals.limit}")
        if self._bar is not None:
            self._bar.set_progress(crystals.used, crystals.limit)


class Summary(QWidget):
    """`resolve` is the button that says nothing dropped in the rest of this week."""

    def __init__(self) -> None:
        super().__init__()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_XL, 0, SPACE_XL, SPACE_S)
        row.setSpacing(SPACE_XL)
        self._weekly = _Figure(self.tr("Weekly crystals"), bar=True)
        self._world = _Figure(self.tr("Crystals in this world"), bar=True)
        self._earned = _Figure(self.tr("Earned this week"), bar=False)
        self._possible = _Figure(self.tr("Still possible"), bar=False)
        for figure in (self._weekly, self._world, self._earned, self._possible):
            row.addWidget(figure)
        row.addStretch(1)
        self._open_count = 0
        self._open = label("", "body", "warning")
        self.resolve = button(self.tr("Nothing dropped in them"), "plain", "note-nothing")
        self.resolve.setToolTip(self.tr("Note “nothing dropped” for every open clear of this week; one undo"))
        resolving = QHBoxLayout()
        resolving.setSpacing(SPACE_M)
        resolving.addWidget(self._open)
        resolving.addWidget(self.resolve)
        row.addLayout(resolving)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        roomy = self.width() >= _ROOMY
        # The button says it too; a narrow window has no room for both.
        self._open.setVisible(bool(self._open_count) and roomy)
        self._row.setSpacing(SPACE_XL if roomy else SPACE_M)

    def show_board(self, board: Board) -> None:
        """A character's figures."""
        self._weekly.setVisible(True)
        self._earned.setVisible(True)
        self._possible.setVisible(True)
        self._weekly.set_crystals(board.weekly)
        self._world.set_crystals(board.world)
        self._earned.set_text(self.tr("{0} mesos").format(short_mesos(board.mesos_earned)))
        self._possible.set_text(self.tr("{0} mesos").format(short_mesos(board.mesos_possible)))
        self._show_open(board.open_notes)

    def show_matrix(self, matrix: Matrix, world: str) -> None:
        """Everyone's figures, for the world that is looked at."""
        for figure in (self._weekly, self._earned, self._possible):
            figure.setVisible(False)
        if world in matrix.worlds:
            self._world.set_crystals(matrix.worlds[world])
        self._show_open(matrix.open_notes)

    def _show_open(self, count: int) -> None:
        self._open_count = count
        self._fit()
        self.resolve.setVisible(bool(count))
        one, many = self.tr("1 clear without a drop note"), self.tr("{0} clears without a drop note")
        self._open.setText(one if count == 1 else many.format(count))
