"""The app's clock: a coarse tick that looks at the wall clock, so that sleep and clock changes cannot fool it."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from shared.resets import utc_date

TICK_MS = 30_000


class Ticker(QObject):
    """ticked: the instant, every 30 s. day_changed: the new UTC date, when it is another than at the last tick."""

    ticked = Signal(object)
    day_changed = Signal(object)

    def __init__(self, now: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = now
        self._day = utc_date(now())
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    @property
    def today(self) -> date:
        """The UTC date of the last tick."""
        return self._day

    def start(self) -> None:
        """Begin to tick."""
        self._timer.start()

    def stop(self) -> None:
        """Tick no more."""
        self._timer.stop()

    def tick(self) -> None:
        """Look at the wall clock now."""
        now = self.now()
        day = utc_date(now)
        changed, self._day = day != self._day, day
        self.ticked.emit(now)
        if changed:
            self.day_changed.emit(day)
