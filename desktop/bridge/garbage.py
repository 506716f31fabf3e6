"""Cycle collection on the main thread only.

Python collects cycles on whatever thread happens to allocate. A widget found in a cycle by the database thread would
be destroyed there, which Qt forbids. So while other threads run, automatic collection is off, and a timer collects.
"""

import gc

from PySide6.QtCore import QObject, Qt, QTimer

_INTERVAL_MS = 2000
_active = 0


class MainThreadGarbage(QObject):
    """Active from construction to `close`. Several may be; automatic collection comes back after the last."""

    def __init__(self, parent: QObject | None = None) -> None:
        global _active  # noqa: PLW0603 - the collector is one for the whole process
        super().__init__(parent)
        _active += 1
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due, as Python itself would have."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return

    def close(self) -> None:
        """Let Python collect by itself again."""
        global _active  # noqa: PLW0603
        if self._timer.isActive():
            self._timer.stop()
            _active -= 1
            if _active == 0:
                gc.enable()
