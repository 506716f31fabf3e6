"""One app for one user and data folder: a second start hands its command to the first and ends.

A lock file decides who is first, so two starts at once cannot both be; a local socket carries the command.
The lock of a crashed process is stale at once (its process is gone), and so is its socket, which the new
first one removes.
"""

from __future__ import annotations

import getpass
import hashlib
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDeadlineTimer, QLockFile, QObject, QThread, QTimer, Signal

if TYPE_CHECKING:
    # Imported where it is used: the first start needs only the lock before its first frame.
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

RAISE = "raise"
LOCK_NAME = "instance.lock"
_ANSWER = b"ok\n"
_COMMAND = re.compile(rb"[a-z][a-z0-9-]{0,62}\n")
_LONGEST = 64
_PATIENCE_MS = 5000
"""How long a connected second start may take to say what it wants."""

_RETRY_MS = 50


class Role(Enum):
    """What this start is: the FIRST; a SECOND whose command arrived; or one whose first does not ANSWER."""

    FIRST = "first"
    SECOND = "second"
    UNANSWERED = "unanswered"


def instance_name(data_dir: Path) -> str:
    """The socket's name, short enough for every platform; other users and data folders have others."""
    key = f"{getpass.getuser()}\0{data_dir.resolve()}"
    return f"maplehub-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


class SingleInstance(QObject):
    """Needs a QCoreApplication, and its event loop to receive.

    message_received: the command of another start, for example "raise" or "log-run".
    """

    message_received = Signal(str)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = instance_name(data_dir)
        data_dir.mkdir(parents=True, exist_ok=True)
        self._lock = QLockFile(str(data_dir / LOCK_NAME))
        # Never stale by age: a first instance may run for weeks. A dead process is noticed all the same.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None
        self._received: dict[QLocalSocket, bytes] = {}

    def start(self, command: str = RAISE, timeout_ms: int = 3000) -> Role:
        """Become the first, or give `command` to it. Blocks at most about `timeout_ms`.

        The first one hears others from `listen` on; until then they wait.
        ValueError for a command that is not lower-case words joined by hyphens.
        """
        message = command.encode() + b"\n"
        if _COMMAND.fullmatch(message) is None:
            raise ValueError(f"not a command: {command!r}")
        deadline = QDeadlineTimer(timeout_ms)
        while True:
            # A data folder that cannot be written will be told about later, and better, by the database.
            if self._lock.tryLock(0) or self._lock.error() == QLockFile.LockError.PermissionError:
                return Role.FIRST
            if self._send(message, deadline):
                return Role.SECOND
            if deadline.hasExpired():
                return Role.UNANSWERED
            # The first one holds the lock and does not listen yet, or is just closing.
            QThread.msleep(_RETRY_MS)

    def holder(self) -> str:
        """The computer whose process holds the lock; "" when nobody does. For the words after UNANSWERED.

        A lock from another computer (a shared folder, or this one renamed since a crash) is never taken over.
        """
        # Without a lock the host is empty; PySide leaves out the bool of Qt's signature.
        _pid, host, _app = self._lock.getLockInfo()
        return host

    def close(self) -> None:
        """Stop listening and let another start be the first."""
        for socket in list(self._received):
            self._part(socket)
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        self._lock.unlock()

    def listen(self) -> None:
        """Hear other starts from now on. Only for the first; again it changes nothing."""
        if self._server is not None:
            return
        from PySide6.QtNetwork import QLocalServer

        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.newConnection.connect(self._meet)
        QLocalServer.removeServer(self._name)  # left behind by a crash; the lock says nobody uses it
        # Without a socket the app still runs; only later starts cannot raise it.
        server.listen(self._name)
        self._server = server

    def _send(self, message: bytes, deadline: QDeadlineTimer) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        try:
            if not socket.waitForConnected(max(1, deadline.remainingTime())):
                return False
            socket.write(message)
            answer = b""
            while answer != _ANSWER:
                if not socket.waitForReadyRead(max(1, deadline.remainingTime())):
                    return False
                answer += socket.readAll().data()
            return True
        finally:
            socket.abort()

    def _meet(self) -> None:
        while self._server is not None and self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._received[socket] = b""
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(self._gone)
            patience = QTimer(socket)
            patience.setSingleShot(True)
            patience.timeout.connect(self._give_up)
            patience.start(_PATIENCE_MS)
            if socket.bytesAvailable():
                self._hear(socket)

    def _read(self) -> None:
        self._hear(cast("QLocalSocket", self.sender()))

    def _hear(self, socket: QLocalSocket) -> None:
        if socket not in self._received:
            return
        message = self._received[socket] + socket.read(_LONGEST + 1).data()
        self._received[socket] = message
        if _COMMAND.fullmatch(message) is not None:
            del self._received[socket]
            socket.write(_ANSWER)
            socket.flush()
            socket.disconnectFromServer()
            self.message_received.emit(message.decode().strip())
        elif b"\n" in message or len(message) > _LONGEST:
            self._part(socket)

    def _gone(self) -> None:
        socket = cast("QLocalSocket", self.sender())
        self._received.pop(socket, None)
        socket.deleteLater()

    def _give_up(self) -> None:
        self._part(cast("QLocalSocket", self.sender().parent()))

    def _part(self, socket: QLocalSocket) -> None:
        self._received.pop(socket, None)
        socket.abort()
        socket.deleteLater()
