"""Sync in the running app: when it runs, what it tells the windows, and who is signed in.

Rounds run on a thread of their own and ask the database thread for every step, so that neither the window nor a query
ever waits for the network. What needs the network library is imported there, and only with an account.
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.bridge.background import Background
from desktop.bridge.live_line import LiveLine
from desktop.bridge.network import Network
from desktop.bridge.operations import Operations
from desktop.bridge.signing_in import Arrived, SigningIn
from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.bridge.sync_work import ask_account, log_out, on_database_thread, sync_round
from desktop.bridge.ticker import Ticker
from desktop.storage.changes import Changes
from desktop.storage.database import Database
from desktop.sync.binding import Binding, bind, bound, release, signed_out
from desktop.sync.schedule import Schedule
from shared.errors import MapleHubError

if TYPE_CHECKING:
    from desktop.sync.account import AccountClient
    from desktop.sync.client import SyncClient
    from desktop.sync.session import Secrets, Session
    from desktop.sync.store import Removal
    from desktop.sync.verify import ComparedStore, Verified

SYNCED = "sync"
"""The action of changes that came from the server."""
_THREAD = "sync"
_LONGEST_SLEEP = 30.0
_CLOCK_OFF = 60
"""Seconds; from here on the server no longer takes this computer's word for when something was entered."""


class Syncing(QObject):
    """changed: the new SyncState. compared: a Verified, after the player asked for it. other_account: the Binding of
    somebody whose data is to be opened in this one's place.

    backup: makes a backup of the database, on the database thread. secrets: where the sign-in is kept.
    device, version: what this computer and this program are called. possible: off for a demo, whose data is never
    sent.
    """

    changed = Signal(object)
    compared = Signal(object)
    other_account = Signal(object)
    _told = Signal(object)

    def __init__(
        self,
        database: Database,
        background: Background,
        operations: Operations,
        ticker: Ticker,
        *,
        backup: Callable[[], object],
        secrets: "Secrets",
        open_browser: Callable[[str], object],
        device: str,
        version: str,
        possible: bool = True,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = SyncState()
        self.secrets = secrets
        self.possible = possible
        self._version = version
        self.signing_in = SigningIn(background, secrets, open_browser, device, self)
        self._database = database
        self._background = background
        self._operations = operations
        self._backup = backup
        self._session: Session | None = None
        self._client: SyncClient | None = None
        self._arrived: Arrived | None = None
        self._live = LiveLine(self)
        self._network = Network(self)
        self._schedule = Schedule(random.random)
        self._running = False
        self._closed = False
        self._compare = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._apart = _clocks_apart()
        operations.changed.connect(self._on_changes)
        ticker.ticked.connect(self._on_tick)
        self.signing_in.arrived.connect(self._on_arrived)
        self._live.poked.connect(self._on_poke)
        self._network.back.connect(self.sync_now)
        self._told.connect(self._on_told)

    def start(self) -> None:
        """Read whose data this is, and begin when it is somebody's who is signed in."""
        self._background.database(self._read, self._on_read, owner=self)

    def close(self) -> None:
        """Stop everything; a round under way ends where it is, which loses nothing."""
        self._closed = True
        self.signing_in.close()
        self._stop()

    @property
    def session(self) -> "Session | None":
        """The sign-in, for whoever asks its server on a thread of their own; None while there is none."""
        return self._session

    # What the player asks for

    def sync_now(self) -> None:
        """Look at once, whatever failed before."""
        if self.state.signed_in:
            self._schedule.asked(time.monotonic())
            self._arm()

    def compare(self) -> None:
        """Compare every row with the server's in the next round, and mend what differs."""
        self._compare = True
        self.sync_now()

    def decide(self, removal: "Removal") -> None:
        """The answer to `state.asks`."""
        asked = self.state.asks
        if asked is None:
            return
        store = self._store()
        self._show(kind=SyncKind.IDLE, asks=None, message="", action="")
        self._background.database(
            lambda: store.decide(removal, asked), lambda _: self.sync_now(), self._failed, owner=self
        )

    def take_along(self) -> None:
        """Somebody else signed in: they are given the data of this computer."""
        arrived, self._arrived = self._arrived, None
        if arrived is not None:
            self._take(arrived.account, arrived.session, anew=True)

    def open_other(self) -> None:
        """Somebody else signed in: they have data of their own, which whoever listens opens."""
        arrived, self._arrived = self._arrived, None
        if arrived is not None:
            self.signing_in.finish()
            self.other_account.emit(arrived.account)

    def adopt(self, account: Binding) -> None:
        """This database, new or theirs already, belongs to somebody who has just signed in."""
        self._take(account, None)

    def sign_out(self) -> None:
        """End the sign-in. What was entered stays, and waits."""
        session, account = self._session, self.state.account
        if account is None:
            return
        self._stop()
        database = self._database
        self._background.database(lambda: signed_out(database), None, self._failed, owner=self)
        self._show(
            kind=SyncKind.OFF, account=replace(account, signed_in=False), message="", action="", asks=None
        )
        if session is not None:
            # Where the server is away this sign-in ends there by itself, when it is not used.
            self._background.on_thread(
                _THREAD, partial(log_out, account.server, session), None, self._failed, owner=self
            )

    def ask_account(
        self,
        work: "Callable[[AccountClient], Any]",
        done: Callable[[Any], None],
        failed: Callable[[Exception], None],
        *,
        owner: QObject,
    ) -> None:
        """Ask the server about the account, on the sync thread."""
        session, account = self._session, self.state.account
        if session is None or account is None:
            failed(MapleHubError("You are signed out.", "Sign in again."))
            return
        asking = partial(ask_account, account.server, session, work)
        self._background.on_thread(_THREAD, asking, done, failed, owner=owner)

    def account_deleted(self) -> None:
        """The account is gone from the server: this data is nobody's again, and stays."""
        self._stop()

        def work() -> dict[str, Any]:
            release(self._database)
            return self._read()

        self._background.database(work, self._on_read, self._failed, owner=self)

    def recount(self) -> None:
        """Look again how much waits and what did not stand."""
        self._background.database(self._figures, lambda figures: self._show(**figures), owner=self)

    # Rounds

    def _look(self) -> None:
        if not self._ready:
            return
        if self._schedule.due() > time.monotonic():
            self._arm()
            return
        self._running = True
        self._schedule.began()
        if self.state.kind is not SyncKind.ATTENTION:
            self._show(kind=SyncKind.SYNCING)
        self._background.on_thread(_THREAD, self._round, self._on_round, self._on_round_failed, owner=self)

    @property
    def _ready(self) -> bool:
        return not self._running and not self._closed and self._session is not None and self.state.signed_in

    def _arm(self) -> None:
        if self._ready:
            # Never a long timer: it would be late after the machine has slept.
            wait = min(max(self._schedule.due() - time.monotonic(), 0.0), _LONGEST_SLEEP)
            self._timer.start(round(wait * 1000) + 1)

    def _round(self) -> "tuple[Verified | None, dict[str, Any]]":
        """On the sync thread."""
        make, run = self._backup if self.state.asks is None else _no_backup, self._background.ask_database
        found = sync_round(
            self._connected(),
            on_database_thread(self._store(), run),
            self._told.emit,
            lambda: run(make),
            self._version,
            compare=self._compare,
        )
        return found, run(self._figures)

    def _on_round(self, result: "tuple[Verified | None, dict[str, Any]]") -> None:
        found, figures = result
        self._running = False
        if not self.state.signed_in:
            return
        if found is not None and self._compare:
            self._compare = False
            self.compared.emit(found)
        self._schedule.succeeded(time.monotonic())
        self._show(kind=SyncKind.IDLE, last=self._database.now(), message="", action="", asks=None, **figures)
        if self._session is not None and self.state.account is not None and not self._closed:
            self._live.open(self.state.account.server, self._session)
        self._arm()

    def _on_round_failed(self, error: Exception) -> None:
        from desktop.sync.client import SignedOut, Unreachable
        from desktop.sync.store import AskFirst

        self._running = False
        if self._closed or not self.state.signed_in:
            return
        if not isinstance(error, MapleHubError):
            self._background.crashed.emit(error)
            error = MapleHubError("Sync stopped because of an unexpected error.", "What you enter is kept.")
        self._schedule.failed(time.monotonic(), error.retry_after if isinstance(error, Unreachable) else None)
        self._show(
            kind=SyncKind.OFFLINE if isinstance(error, Unreachable) else SyncKind.ATTENTION,
            message=error.message,
            action=error.action,
            asks=error if isinstance(error, AskFirst) else None,
        )
        if isinstance(error, SignedOut):
            self._forget_session()
        self.recount()
        self._arm()

    def _on_changes(self, changes: Changes) -> None:
        if changes.action != SYNCED and self.state.signed_in:
            self._schedule.edited(time.monotonic())
            self.recount()
            self._arm()

    def _on_told(self, changes: Changes) -> None:
        self._operations.publish(replace(changes, action=SYNCED), quiet=True)

    def _on_poke(self) -> None:
        self._schedule.poked(time.monotonic())
        self._arm()

    def _on_tick(self, _now: datetime) -> None:
        """A wall clock that has moved away from the other tells of a machine that slept."""
        apart = _clocks_apart()
        if abs(apart - self._apart) > _LONGEST_SLEEP:
            self._apart = apart
            self.sync_now()

    # Accounts

    def _on_arrived(self, arrived: Arrived) -> None:
        database = self._database

        def read(before: Binding | None) -> None:
            if before is None or before.same_account(arrived.account):
                self._take(arrived.account, arrived.session)
            else:
                self._arrived = arrived
                self.signing_in.other(arrived.account)

        self._background.database(lambda: bound(database), read, self.signing_in.fail, owner=self)

    def _take(self, account: Binding, session: "Session | None", *, anew: bool = False) -> None:
        """This database is the account's from now on. anew: whatever account it was of before."""

        def work() -> dict[str, Any]:
            if anew:
                release(self._database)
            bind(self._database, account)
            return self._read()

        def done(read: dict[str, Any]) -> None:
            self._stop()
            self._session = session
            self.signing_in.finish()
            self._on_read(read)

        self._background.database(work, done, self.signing_in.fail, owner=self)

    def _stop(self) -> None:
        self._timer.stop()
        self._live.close()
        self._session = None
        if self._client is not None:
            self._client.close()
            self._client = None

    def _forget_session(self) -> None:
        """The server no longer knows this sign-in."""
        self._stop()
        account, database = self.state.account, self._database
        if account is not None:
            self._show(account=replace(account, signed_in=False))
        self._background.database(lambda: signed_out(database), None, self._failed, owner=self)

    # What is known

    def _read(self) -> dict[str, Any]:
        account = bound(self._database)
        return {"account": account, **(self._figures() if account else {"waiting": 0, "problems": 0})}

    def _on_read(self, read: dict[str, Any]) -> None:
        account: Binding | None = read["account"]
        signed_in = account is not None and account.signed_in
        kind = SyncKind.IDLE if signed_in else SyncKind.OFF
        self._show(kind=kind, message="", action="", asks=None, **read)
        if account is None or not signed_in or self._closed:
            return
        if self._session is None:
            from desktop.sync.session import Session

            self._session = Session(account.server, account.user_id, self.secrets)
        self._network.watch()
        self.sync_now()

    def _figures(self) -> dict[str, Any]:
        """On the database thread."""
        from desktop.sync.journal import count_problems

        store = self._store()
        skew = round(store.skew_ms() / 1000)
        return {
            "waiting": store.waiting(),
            "problems": count_problems(self._database),
            "clock_off": skew if abs(skew) > _CLOCK_OFF else 0,
        }

    def _show(self, **changed: Any) -> None:
        state = replace(self.state, **changed)
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    def _failed(self, error: Exception) -> None:
        self._operations.refused.emit(error)

    def _store(self) -> "ComparedStore":
        from desktop.sync.verify import ComparedStore

        return ComparedStore(self._database)

    def _connected(self) -> "SyncClient":
        from desktop.sync.client import SignedOut, SyncClient

        session, account = self._session, self.state.account
        if session is None or account is None:
            raise SignedOut("You are signed out.", "Sign in again in Settings; nothing is lost.")
        if self._client is None:
            self._client = SyncClient(account.server, session)
        return self._client


def _clocks_apart() -> float:
    return time.time() - time.monotonic()


def _no_backup() -> None:
    """There is one of this very moment."""
