"""The row of countdowns to the next resets."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from desktop.services.reminders import Left
from desktop.ui.home.words import reset_name
from desktop.ui.kit.charts.small import draw_bar
from desktop.ui.kit.containers import Card
from desktop.ui.kit.labels import label, number_label, set_tone
from desktop.ui.theme.apply import current_theme
from desktop.ui.theme.tokens import SPACE_L, SPACE_M, SPACE_S, SPACE_XS
from desktop.ui.words import countdown, local_time
from shared.resets import Reset, period_of, starts_at

_LEAST, _NARROW = 200, 320
"""Widths of a tile in pixels: the least, and from where on two things stand beside each other."""


class CountdownTile(Card):
    """How long until a reset, when that is on the player's clock, and what it would take away."""

    def __init__(self, reset: Reset) -> None:
        super().__init__()
        self.reset = reset
        self._at: datetime | None = None
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_LEAST)
        self.until_label = label("", "title")
        self.when_label = number_label("", "caption", "muted")
        self.left_label = number_label("", "caption")
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(SPACE_M)
        self.grid.setVerticalSpacing(SPACE_XS)
        self.grid.addWidget(label(reset_name(reset), "caption", "muted"), 0, 0)
        self.grid.addWidget(self.until_label, 1, 0)
        self.grid.addWidget(self.when_label, 0, 1)
        self.grid.addWidget(self.left_label, 1, 1)
        self.body.addLayout(self.grid)
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_L)

    @property
    def is_narrow(self) -> bool:
        """Whether what is left stands below the countdown; the local time is in the tooltip then."""
        return self.width() < _NARROW

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.is_narrow
        if narrow is not self.when_label.isVisibleTo(self):
            return
        self.when_label.setVisible(not narrow)
        self.grid.removeWidget(self.left_label)
        self.grid.addWidget(self.left_label, *((2, 0) if narrow else (1, 1)))
        side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
        self.left_label.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def set_reset(self, at: datetime, left: Left | None) -> None:
        """Count down to this instant. left: what it would take away, None when nothing was ever planned."""
        self._at = at
        tr = self.tr
        if left is None:
            self.left_label.setText("")
            return
        parts = []
        if left.bosses:
            parts.append((tr("1 boss") if left.bosses == 1 else tr("{0} bosses")).format(left.bosses))
        if left.tasks:
            parts.append((tr("1 task") if left.tasks == 1 else tr("{0} tasks")).format(left.tasks))
        self.left_label.setText(
            tr("{0} left").format(", ".join(parts)) if parts else tr("nothing left to do")
        )
        set_tone(self.left_label, None if parts else "success")

    def show_now(self, now: datetime) -> None:
        """Say how long it is from this instant."""
        if self._at is None:
            return
        self.until_label.setText(countdown(now, self._at))
        self.when_label.setText(local_time(now, self._at))
        utc = self.tr("{0} UTC").format(f"{self._at:%Y-%m-%d %H:%M}")
        self.setToolTip(f"{self.when_label.text()}\n{utc}")
        began = starts_at(period_of(self.reset, now))
        self._share = (now - began) / (self._at - began) if self._at > began else 1.0
        words = (
            reset_name(self.reset),
            self.until_label.text(),
            self.when_label.text(),
            self.left_label.text(),
        )
        self.setAccessibleName(", ".join(words))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        line = QRectF(SPACE_L, self.height() - SPACE_S - 3, self.width() - 2 * SPACE_L, 3)
        draw_bar(painter, line, max(0.0, min(1.0, self._share)), current_theme().color("accent", 0.7))


class Countdowns(QWidget):
    """A tile for each reset, side by side."""

    def __init__(self, resets: Sequence[Reset]) -> None:
        super().__init__()
        self.setAccessibleName(self.tr("Next resets"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_M)
        self.tiles = {reset: CountdownTile(reset) for reset in resets}
        for tile in self.tiles.values():
            row.addWidget(tile, 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, super().minimumSizeHint().height())

    def set_resets(
        self, resets: Sequence[tuple[Reset, datetime]], left: Mapping[Reset, Left], now: datetime
    ) -> None:
        """Count down to these instants."""
        for reset, at in resets:
            self.tiles[reset].set_reset(at, left.get(reset))
        self.show_now(now)

    def show_now(self, now: object) -> None:
        """Say how long it is from this instant."""
        if isinstance(now, datetime):
            for tile in self.tiles.values():
                tile.show_now(now)
