"""Clans as the windows see them: what was told last at once, what the server says now after it.

The network has a thread of its own. Answers are kept in memory for as long as the program runs and the account is the
same, so that what was seen once is still there without a connection, with its age.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from desktop.bridge.background import Background, Job
from desktop.bridge.syncing import Syncing
from desktop.bridge.ticker import Ticker
from shared.catalog import Catalog
from shared.errors import MapleHubError

if TYPE_CHECKING:
    # They would bring the network library along.
    from desktop.services.demo_clans.hub import DemoHub
    from desktop.sync.clans import ClansClient
    from desktop.sync.session import Session

T = TypeVar("T")
CLANS = "clans"
"""The thread that asks."""
_KEPT = 400
"""Answers that are kept; the one that was told longest ago goes first."""


class Access(StrEnum):
    """Whether clans can be asked for. NO_ACCOUNT: nobody has ever signed in here. SIGNED_OUT: no longer."""

    NO_ACCOUNT = "no_account"
    SIGNED_OUT = "signed_out"
    READY = "ready"


@dataclass(frozen=True)
class Question(Generic[T]):
    """Something to ask. key: what its answer is kept by."""

    key: tuple[object, ...]
    ask: "Callable[[ClansClient], T]"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a question. value: its answer; None where there never was one.

    at: when the server last said so. error: why it could not be asked now. asking: it is being asked.
    """

    value: Any = None
    at: datetime | None = None
    error: MapleHubError | None = None
    asking: bool = False


@dataclass(frozen=True, slots=True)
class _Account:
    """Whose clans these are. server: "" for samples."""

    server: str
    user_id: str


class Clans(QObject):
    """changed: another account, or it may be asked now or no longer.

    touched: a frozenset of the subjects ("members", "contests" …) that a write of the player's has changed.
    samples: a demo, whose clan is made up here.
    """

    changed = Signal()
    touched = Signal(object)

    def __init__(
        self,
        background: Background,
        ticker: Ticker,
        syncing: Syncing,
        catalog: Catalog,
        *,
        samples: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.background = background
        self.now = ticker.now
        self._samples = samples
        self._syncing = syncing
        self._catalog = catalog
        self._lock = threading.Lock()
        self._client: tuple[tuple[_Account, Session | None], ClansClient] | None = None
        self._hub: DemoHub | None = None
        self._closed = False
        self._kept: dict[tuple[object, ...], tuple[Any, datetime]] = {}
        self._shown = (self.access, self._account())
        syncing.changed.connect(self._on_state)

    def close(self) -> None:
        """Ask nobody any more; what is being asked ends at once."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            client[1].close()

    @property
    def samples(self) -> bool:
        """Whether what is told is made up."""
        return self._samples

    def set_samples(self, samples: bool) -> None:
        """Tell of a made-up clan, or of none."""
        self._samples = samples
        self._on_state()

    @property
    def access(self) -> Access:
        """Whether clans can be asked for now."""
        if self._samples:
            return Access.READY
        state = self._syncing.state
        if state.account is None:
            return Access.NO_ACCOUNT
        return Access.READY if state.signed_in else Access.SIGNED_OUT

    @property
    def address(self) -> str:
        """The server's address; "" for none."""
        return "" if (account := self._account()) is None else account.server

    @property
    def me(self) -> str:
        """The player's own id; "" for nobody's."""
        return "" if (account := self._account()) is None else account.user_id

    def _account(self) -> _Account | None:
        if self._samples:
            from desktop.services.demo_clans.cast import ME

            return _Account("", ME)
        account = self._syncing.state.account
        return None if account is None else _Account(account.server, account.user_id)

    # Writing

    def perform(
        self,
        work: "Callable[[ClansClient], T]",
        done: Callable[[T], None],
        failed: Callable[[MapleHubError], None],
        *,
        owner: QObject,
        touches: Iterable[str] = (),
    ) -> Job:
        """Ask for a change. touches: the subjects it changes, told to every screen once it stands."""
        account = self._account()

        def stand(found: T) -> None:
            if touches:
                self.touched.emit(frozenset(touches))
            done(found)

        return self.background.on_thread(
            CLANS,
            lambda: work(self._connected(account)),
            stand,
            lambda error: failed(self.understood(error)),
            owner=owner,
        )

    def understood(self, error: Exception) -> MapleHubError:
        """An error as a person can read it; one that nobody foresaw is reported."""
        if isinstance(error, MapleHubError):
            return error
        self.background.crashed.emit(error)
        return MapleHubError("Something went wrong.", "Try again.")

    # For readers

    def kept(self, key: tuple[object, ...]) -> Told:
        """What was told last."""
        value, at = self._kept.get((self._account(), *key), (None, None))
        return Told(value, at)

    def fetch(
        self,
        question: Question[T],
        done: Callable[[Told], None],
        failed: Callable[[MapleHubError], None],
        owner: QObject,
    ) -> Job:
        """Ask the server, and keep what it says."""
        account = self._account()

        def keep(value: T) -> None:
            at, key = self.now(), (account, *question.key)
            self._kept.pop(key, None)
            self._kept[key] = (value, at)
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
            if account == self._account():
                done(Told(value, at))

        return self.background.on_thread(
            CLANS,
            lambda: question.ask(self._connected(account)),
            keep,
            lambda error: failed(self.understood(error)),
            owner=owner,
        )

    def _connected(self, account: _Account | None) -> "ClansClient":
        """On the thread that asks."""
        from desktop.sync.clans import ClansClient
        from desktop.sync.http import SignedOut, Unreachable

        session = self._syncing.session
        if account is None or (account.server and session is None):
            raise SignedOut
        with self._lock:
            if self._closed:
                raise Unreachable("The connection to the server was closed.", action="")
            speaker = (account, session)
            if self._client is not None and self._client[0] != speaker:
                self._client[1].close()
                self._client = None
            if self._client is None:
                made = ClansClient(account.server, session) if account.server else self._made_up()
                self._client = (speaker, made)
            return self._client[1]

    def _made_up(self) -> "ClansClient":
        """The same client over a server that is only made up: nothing of a demo leaves the computer."""
        import httpx

        from desktop.services.demo_clans.hub import DemoHub
        from desktop.sync.clans import ClansClient

        hub = self._hub = self._hub or DemoHub(self._catalog, self.now)

        def answer(request: httpx.Request) -> httpx.Response:
            status, body = hub.answer(
                request.method, request.url.path, dict(request.url.params), request.content
            )
            return httpx.Response(status, content=body)

        return ClansClient("https://demo.invalid", None, httpx.MockTransport(answer))

    # What changes

    def _on_state(self, _state: object = None) -> None:
        shown = (self.access, self._account())
        if shown == self._shown:
            return
        if shown[1] != self._shown[1]:
            self._kept.clear()
        self._shown = shown
        if shown[0] is not Access.READY:
            # The sign-in it spoke for is over.
            with self._lock:
                client, self._client = self._client, None
            if client is not None:
                client[1].close()
        self.changed.emit()


class ClanReader:
    """Asks one question after another and hears only of the newest."""

    def __init__(self, clans: Clans, owner: QObject) -> None:
        self._clans = clans
        self._owner = owner
        self._job: Job | None = None

    def cancel(self) -> None:
        """Hear of nothing any more."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def ask(self, question: Question[Any], done: Callable[[Told], None]) -> None:
        """done: told of what is kept at once, and then of what the server says or why it does not."""
        self.cancel()
        before = self._clans.kept(question.key)
        done(Told(before.value, before.at, asking=True))
        self._job = self._clans.fetch(question, done, partial(self._failed, before, done), self._owner)

    @staticmethod
    def _failed(before: Told, done: Callable[[Told], None], error: MapleHubError) -> None:
        done(Told(before.value, before.at, error))
