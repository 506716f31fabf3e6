"""Signing in from the window's side: the browser is opened, and then it takes as long as the player takes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.bridge.background import Background
from desktop.sync.binding import Binding
from shared.errors import MapleHubError

if TYPE_CHECKING:
    from desktop.sync.session import Secrets, Session

_THREAD = "sign-in"


class Stage(StrEnum):
    """Where a sign-in is. WAITING: for the player, in the browser. OTHER: this data belongs to another account."""

    NONE = "none"
    WAITING = "waiting"
    FINISHING = "finishing"
    OTHER = "other"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """link: what the browser was asked to open. opened: whether there was a browser to ask.

    error: why it failed. name: who has signed in, with OTHER.
    """

    stage: Stage = Stage.NONE
    link: str = ""
    opened: bool = True
    error: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who has signed in, and how to speak for them."""

    account: Binding
    session: "Session"


class SigningIn(QObject):
    """changed: the new Progress. arrived: an Arrived; what becomes of it is said by `finish`, `other` or `fail`."""

    changed = Signal(object)
    arrived = Signal(object)
    _linked = Signal(str, bool)

    def __init__(
        self,
        background: Background,
        secrets: "Secrets",
        open_browser: Callable[[str], object],
        device: str,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.progress = Progress()
        self._background = background
        self._secrets = secrets
        self._open_browser = open_browser
        self._device = device
        self._cancelled = threading.Event()
        self._linked.connect(self._on_link)

    def begin(self, address: str) -> None:
        """Open the browser. Does nothing while one sign-in is under way."""
        if self.progress.stage in {Stage.WAITING, Stage.FINISHING}:
            return
        self._cancelled = threading.Event()
        self._show(Progress(Stage.WAITING))
        work = partial(self._sign_in, address, self._cancelled)
        self._background.on_thread(_THREAD, work, self._on_arrived, self.fail, owner=self)

    def cancel(self) -> None:
        """The player does not want to any more; what still arrives is nothing."""
        self._cancelled.set()
        self._show(Progress())

    def other(self, account: Binding) -> None:
        """The data here belongs to another account: the player decides."""
        self._show(Progress(Stage.OTHER, name=account.name))

    def finish(self) -> None:
        """Signed in."""
        self._show(Progress())

    def fail(self, error: Exception) -> None:
        """Say why it failed; nothing after a cancel."""
        if self._cancelled.is_set():
            return
        if not isinstance(error, MapleHubError):
            self._background.crashed.emit(error)
            error = MapleHubError("Signing in failed unexpectedly.", "Try again.")
        self._show(Progress(Stage.FAILED, error=str(error)))

    def close(self) -> None:
        """Wait for nobody any more."""
        self._cancelled.set()

    def _sign_in(self, address: str, cancelled: threading.Event) -> Arrived:
        """On a thread of its own."""
        from desktop.sync.account import AccountClient
        from desktop.sync.login import checked_address, sign_in
        from desktop.sync.session import FixedToken, Session

        address = checked_address(address)

        def show(link: str) -> None:
            self._linked.emit(link, True)
            if self._open_browser(link) is False:
                # The link can still be taken to one by hand.
                self._linked.emit(link, False)

        tokens = sign_in(address, device=self._device, open_browser=show, cancelled=cancelled)
        with AccountClient(address, FixedToken(tokens.access_token)) as client:
            me = client.me()
        session = Session(address, me.id, self._secrets)
        session.begin(tokens)
        return Arrived(Binding(address, me.id, me.discord_username), session)

    def _on_link(self, link: str, opened: bool) -> None:
        if self.progress.stage is Stage.WAITING:
            self._show(replace(self.progress, link=link, opened=opened))

    def _on_arrived(self, arrived: Arrived) -> None:
        if not self._cancelled.is_set():
            self._show(Progress(Stage.FINISHING))
            self.arrived.emit(arrived)

    def _show(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit(progress)
