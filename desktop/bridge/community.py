"""The community's figures as the windows see them: the copy on disk at once, what the server says now after it.

The network has a thread of its own; what is read, understood and counted is so on another, never on the window's.
"""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from desktop.bridge.background import Background, Job
from desktop.bridge.operations import Operations
from desktop.bridge.settings import SettingsStore
from desktop.bridge.syncing import Syncing
from desktop.bridge.ticker import Ticker
from desktop.services.registry import Services
from desktop.storage.changes import Changes
from shared.errors import MapleHubError

if TYPE_CHECKING:
    from desktop.services.community import Own
    from desktop.services.figures import FigureCache, Kept
    from desktop.services.questions import Question
    from desktop.sync.statistics import StatisticsClient
    from shared.api.stats import OwnStanding
    from shared.statistics.verdicts import Run

FRESH = timedelta(minutes=1)
"""An answer this young is not asked for again: the server lets it be kept that long."""
FIGURES = "figures"
"""The thread that reads and counts."""
_NETWORK = "statistics"
_STANDING_FOR = timedelta(minutes=1)
_AT_ONCE = timedelta(weeks=26)


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a question. figures: its answer; None where there never was one.

    at: when the server last said so. error: why it could not be asked now. asking: it is being asked.
    """

    figures: Any = None
    at: datetime | None = None
    error: MapleHubError | None = None
    asking: bool = False


class Community(QObject):
    """changed: whether the player shares or is to be asked, the account, or the server that tells is another now.

    samples: a demo, whose figures are made up here. folder: where answers are kept.
    """

    changed = Signal()

    def __init__(
        self,
        services: Services,
        background: Background,
        operations: Operations,
        ticker: Ticker,
        settings: SettingsStore,
        syncing: Syncing,
        folder: Path,
        *,
        samples: bool = False,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.samples = samples
        self.sharing: bool | None = None
        self.background = background
        self.now = ticker.now
        self._services = services
        self._operations = operations
        self._settings = settings
        self._syncing = syncing
        self._folder = folder
        self._known = False
        self._shown = (False, False, "")
        self._lock = threading.Lock()
        self._client: tuple[str, StatisticsClient] | None = None
        self._closed = False
        self._standing: tuple[datetime, OwnStanding] | None = None
        operations.changed.connect(self._on_changes)
        syncing.changed.connect(self._on_change)
        settings.changed.connect(self._on_change)
        self._read()

    def close(self) -> None:
        """Ask nobody any more; what is being asked ends at once."""
        with self._lock:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            client[1].close()

    @property
    def address(self) -> str:
        """The server whose figures are shown: the account's, else the one in the preferences; "" for none."""
        account = self._syncing.state.account
        return account.server if account is not None else self._settings.value.server

    @property
    def has_account(self) -> bool:
        """Whether these runs are anybody's whom a server knows."""
        return self._syncing.state.account is not None

    # Sharing

    @property
    def asks(self) -> bool:
        """Whether the player is to be asked if their runs may count: signed in, and never asked on any machine."""
        state = self._syncing.state
        # What was said on another machine is here once a round has ended.
        return self._known and self.sharing is None and state.signed_in and state.last is not None

    def decide(self, share: bool) -> None:
        """Keep the player's answer."""
        sharing = self._services.sharing
        self._operations.perform(lambda: sharing.decide(share))

    def standing(self, done: "Callable[[OwnStanding | None], None]", *, owner: QObject) -> None:
        """What the server makes of the player's runs, a minute old at most; None where it does not say."""
        if self._standing is not None and self.now() - self._standing[0] < _STANDING_FOR:
            done(self._standing[1])
            return

        def keep(found: "OwnStanding") -> None:
            self._standing = (self.now(), found)
            done(found)

        def go_without(error: Exception) -> None:
            if not isinstance(error, MapleHubError):
                self.background.crashed.emit(error)
            done(None)

        if self._syncing.state.signed_in:
            self._syncing.ask_account(lambda client: client.standing(), keep, go_without, owner=owner)
        else:
            done(None)

    # Own runs

    def count_own(
        self, today: date, done: "Callable[[Own], None]", failed: Callable[[Exception], None], owner: QObject
    ) -> Job:
        """The player's own runs that count, by stratum."""
        from desktop.services.community import count_own

        services, examples = self._services, self.samples
        return self.background.on_thread(
            FIGURES,
            lambda: count_own(self._own_runs(), services.catalog, today, examples=examples),
            done,
            failed,
            owner=owner,
        )

    def _own_runs(self) -> "Iterator[list[Run]]":
        """Whole weeks at a time, so that nobody waits long for the database."""
        from shared.statistics.verdicts import week_of

        own, ask = self._services.own_runs, self.background.ask_database
        span = ask(own.span)
        if span is None:
            return
        first = week_of(span[0])
        while first <= span[1] and not self._closed:
            yield ask(partial(own.between, first, first + _AT_ONCE - timedelta(days=1)))
            first += _AT_ONCE

    # For readers, on their threads

    def kept(self, address: str, question: "Question[Any]") -> "tuple[Kept, Any] | None":
        """The copy on disk, with its content; none for one that cannot be understood any more."""
        found = self._cache().get(address, question.name)
        try:
            return None if found is None else (found, question.read(found.body))
        except ValueError:
            return None

    def fetch(self, address: str, question: "Question[Any]", before: "tuple[Kept, Any] | None") -> Told:
        """Ask the server, or whether what there is still holds. Raises Unreachable, Incompatible."""
        from desktop.services.figures import Kept
        from desktop.sync.http import Incompatible

        tag = before[0].tag if before is not None else ""
        answer = self._connected(address).ask(question.path, question.params, tag)
        if answer is None and before is not None:
            kept = self._cache().confirm(address, question.name, before[0], self.now())
            return Told(before[1], kept.at)
        assert answer is not None  # the server was asked about no tag
        try:
            figures, at = question.read(answer.body), self.now()
        except ValueError:
            raise Incompatible("The server's figures cannot be understood.", "Update MapleHub.") from None
        self._cache().put(address, question.name, Kept(answer.tag, at, answer.body))
        return Told(figures, at)

    def make_up(self, question: "Question[Any]") -> Told:
        """A demo's answer."""
        from desktop.services.demo_community import sample

        now = self.now()
        return Told(sample(self._services.catalog, question.path, question.params, now), now)

    def _cache(self) -> "FigureCache":
        from desktop.services.figures import FigureCache

        return FigureCache(self._folder)

    def _connected(self, address: str) -> "StatisticsClient":
        from desktop.sync.http import Unreachable
        from desktop.sync.statistics import StatisticsClient

        with self._lock:
            if self._closed:
                raise Unreachable("The connection to the server was closed.")
            if self._client is not None and self._client[0] != address:
                self._client[1].close()
                self._client = None
            if self._client is None:
                self._client = (address, StatisticsClient(address))
            return self._client[1]

    # What changes

    def _on_changes(self, changes: Changes) -> None:
        if "settings" in changes.kinds:
            self._read()
        if changes.kinds & {"settings", "boss_runs", "boss_run_drops", "characters"}:
            self._standing = None

    def _read(self) -> None:
        sharing = self._services.sharing
        self.background.database(sharing.answer, self._on_read, owner=self)

    def _on_read(self, sharing: bool | None) -> None:
        news = sharing != self.sharing or not self._known
        self.sharing, self._known = sharing, True
        self._on_change(news=news)

    def _on_change(self, _what: object = None, *, news: bool = False) -> None:
        shown = (self.asks, self.has_account, self.address)
        if shown[1:] != self._shown[1:]:
            self._standing = None
        if news or shown != self._shown:
            self._shown = shown
            self.changed.emit()


class FigureReader:
    """Asks one question after another and hears only of the newest."""

    def __init__(self, community: Community, owner: QObject) -> None:
        self._community = community
        self._owner = owner
        self._jobs: list[Job] = []

    def cancel(self) -> None:
        """Hear of nothing any more."""
        for job in self._jobs:
            job.cancel()
        self._jobs.clear()

    def ask(self, question: "Question[Any]", done: Callable[[Told], None], *, anew: bool = False) -> None:
        """done: told of the copy on disk if there is one, and then of what the server says or why it does not.

        anew: ask the server however young the copy is.
        """
        self.cancel()
        community, address = self._community, self._community.address
        if community.samples:
            self._start(FIGURES, lambda: community.make_up(question), done)
            return

        def go_on(before: "tuple[Kept, Any] | None") -> None:
            told = Told() if before is None else Told(before[1], before[0].at)
            if told.at is not None and not anew and community.now() - told.at < FRESH:
                done(told)
                return
            done(Told(told.figures, told.at, asking=True))
            self._start(
                _NETWORK,
                lambda: community.fetch(address, question, before),
                done,
                lambda error: done(Told(told.figures, told.at, self._understood(error))),
            )

        self._start(FIGURES, lambda: community.kept(address, question), go_on)

    def _start(
        self,
        thread: str,
        work: Callable[[], object],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self._jobs.append(self._community.background.on_thread(thread, work, done, failed, owner=self._owner))

    def _understood(self, error: Exception) -> MapleHubError:
        if isinstance(error, MapleHubError):
            return error
        self._community.background.crashed.emit(error)
        return MapleHubError("The figures could not be read.", "Try again.")
