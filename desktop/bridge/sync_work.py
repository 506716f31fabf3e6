"""What the sync thread does. Only here is the network library imported, and only when there is an account."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from desktop.storage.changes import Changes
    from desktop.sync.account import AccountClient
    from desktop.sync.client import SyncClient
    from desktop.sync.session import Session
    from desktop.sync.verify import ComparedStore, Verified

T = TypeVar("T")
Run = Callable[[Callable[[], Any]], Any]


def sync_round(
    client: "SyncClient",
    store: "ComparedStore",
    tell: "Callable[[Changes], None]",
    backup: Callable[[], object],
    version: str,
    *,
    compare: bool,
) -> "Verified | None":
    """Sync, and compare when asked or when it is time. What a comparison found; None without one.

    backup: makes one, before the first sync ever and before the player is asked what may go. version: this program's.
    Raises what `sync_once` raises.
    """
    from desktop.sync.round import sync_once
    from desktop.sync.store import AskFirst
    from desktop.sync.verify import verify

    if not store.position().epoch:
        backup()
    try:
        sync_once(store, client, tell)
        if not compare and not store.comparison_due(version):
            return None
        found = verify(store, client, tell)
    except AskFirst:
        backup()
        raise
    store.note_compared(version)
    return found


def ask_account(address: str, session: "Session", work: "Callable[[AccountClient], T]") -> T:
    """Ask the server about the account."""
    from desktop.sync.account import AccountClient

    with AccountClient(address, session) as client:
        return work(client)


def log_out(address: str, session: "Session") -> None:
    """Tell the server, if it is there."""
    ask_account(address, session, lambda client: client.logout())


def on_database_thread(inside: T, run: Run) -> T:
    """The same object, whose methods run on the database thread. run: runs something there and waits for it."""
    return cast("T", _Elsewhere(inside, run))


class _Elsewhere:
    def __init__(self, inside: object, run: Run) -> None:
        self._inside = inside
        self._run = run

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._inside, name)
        return lambda *given, **named: self._run(partial(method, *given, **named))
