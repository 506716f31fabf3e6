"""The open line to the server that says when something is new."""

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from desktop.sync.session import Session

_PATIENCE = 5.0


class LiveLine(QObject):
    """poked: the server has something new. Listens on a thread of its own between `open` and `close`."""

    poked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self, address: str, session: "Session") -> None:
        """Listen, if nobody does yet."""
        if self._thread is not None:
            return
        from desktop.sync.live import listen

        self._stop = threading.Event()
        given = (address, session, self.poked.emit, self._stop)
        self._thread = threading.Thread(target=listen, args=given, name="live", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)
            self._thread = None
