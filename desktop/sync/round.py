"""One round of sync: send what waits, fetch what others did, until both are done.

While an answer is being gone by, the next request is already on its way: the server and this machine work at the same
time. Requests still leave one after another, each only once the one before it was answered.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

from desktop.storage.changes import Changes
from desktop.sync.client import Refused, SyncClient, TooLarge
from desktop.sync.store import SyncStore
from shared.sync.outbox import Batch
from shared.sync.paging import Position
from shared.sync.wire import MAX_MUTATIONS, PullAnswer, PullRequest, Push, PushAnswer

_MOST_REFUSALS = 3
Tell = Callable[[Changes], None]


@dataclass(slots=True)
class Round:
    """What a round did. pushed: mutations that were answered; pages: pages that were pulled."""

    pushed: int = 0
    pages: int = 0


def sync_once(store: SyncStore, client: SyncClient, tell: Tell = lambda _: None) -> Round:
    """Push until the outbox is empty, then pull to the end. tell: hears what changed for the player.

    Raises what the client raises, and AskFirst; but goes on by itself after a refusal that says how.
    """
    refusals = 0
    with ThreadPoolExecutor(1, "sync-request") as requests:
        work = _Work(store, client, tell, requests, Round())
        while True:
            try:
                work.push()
                work.pull()
            except Refused as refused:
                refusals += 1
                if refusals > _MOST_REFUSALS:
                    raise
                store.refused(refused.refusal, refused.epoch)
            else:
                if not store.waiting() and store.may_pull():
                    return work.done


@dataclass(frozen=True, slots=True)
class _Sent:
    """A push on its way. epoch: the one it named; at_ms: when it left, by this computer's clock."""

    batch: Batch
    epoch: str
    at_ms: int
    answer: "Future[PushAnswer]"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page on its way."""

    request: PullRequest
    at_ms: int
    answer: "Future[PullAnswer]"


@dataclass(frozen=True, slots=True)
class _Work:
    store: SyncStore
    client: SyncClient
    tell: Tell
    requests: Executor
    done: Round

    def push(self) -> None:
        """Until nothing waits to be sent."""
        limit = MAX_MUTATIONS
        sent = self._send(self.store.next_batch(limit))
        while sent is not None:
            following = self.store.batch_behind(sent.batch, limit)
            try:
                answer = sent.answer.result()
            except TooLarge:
                if len(sent.batch.mutations) == 1:
                    raise
                limit = len(sent.batch.mutations) // 2
                sent = self._send(self.store.next_batch(limit))
                continue
            ahead = self._send(following) if sent.epoch == answer.epoch else None
            changes = self.store.acknowledge(sent.batch, answer, sent_ms=sent.at_ms)
            self.done.pushed += len(sent.batch.mutations)
            if changes:
                self.tell(changes)
            sent = ahead or self._send(self.store.next_batch(limit))

    def _send(self, batch: Batch | None) -> _Sent | None:
        if batch is None:
            return None
        position, at_ms = self.store.position(), self.store.now_ms()
        push = Push(position.epoch, batch.mutations, cursor=position.cursor)
        return _Sent(batch, push.epoch, at_ms, self.requests.submit(self.client.push, push, sent_ms=at_ms))

    def pull(self) -> None:
        """Until there is no page left."""
        asked: _Asked | None = self._ask(self.store.request())
        while asked is not None:
            request, answer = asked.request, asked.answer.result()
            ahead = None
            if answer.has_more:
                ahead = self._ask(Position().staged(request, answer).request(request.limit))
            changes = self.store.take_page(request, answer, sent_ms=asked.at_ms)
            self.done.pages += 1
            if changes:
                self.tell(changes)
            asked = ahead

    def _ask(self, request: PullRequest) -> _Asked:
        return _Asked(request, self.store.now_ms(), self.requests.submit(self.client.pull, request))
