"""One round of sync: send what waits, fetch what others did, until both are done."""

from collections.abc import Callable
from dataclasses import dataclass

from desktop.storage.changes import Changes
from desktop.sync.client import Refused, SyncClient, TooLarge
from desktop.sync.store import SyncStore
from shared.sync.outbox import Batch
from shared.sync.wire import MAX_MUTATIONS, Push, PushAnswer

_MOST_REFUSALS = 3


@dataclass(slots=True)
class Round:
    """What a round did. pushed: mutations that were answered; pages: pages that were pulled."""

    pushed: int = 0
    pages: int = 0


def sync_once(
    store: SyncStore, client: SyncClient, tell: Callable[[Changes], None] = lambda _: None
) -> Round:
    """Push until the outbox is empty, then pull to the end. tell: hears what changed for the player.

    Raises what the client raises, and AskFirst; but goes on by itself after a refusal that says how.
    """
    done, refusals = Round(), 0
    while True:
        try:
            _push_all(store, client, done, tell)
            _pull_all(store, client, done, tell)
        except Refused as refused:
            refusals += 1
            if refusals > _MOST_REFUSALS:
                raise
            store.refused(refused.refusal, refused.epoch)
        else:
            if not store.waiting() and store.may_pull():
                return done


def _push_all(store: SyncStore, client: SyncClient, done: Round, tell: Callable[[Changes], None]) -> None:
    limit = MAX_MUTATIONS
    while (batch := store.next_batch(limit)) is not None:
        sent_ms = store.now_ms()
        try:
            answer = _push(store, client, batch, sent_ms)
        except TooLarge:
            if len(batch.mutations) == 1:
                raise
            limit = len(batch.mutations) // 2
            continue
        changes = store.acknowledge(batch, answer, sent_ms=sent_ms)
        done.pushed += len(batch.mutations)
        if changes:
            tell(changes)


def _push(store: SyncStore, client: SyncClient, batch: Batch, sent_ms: int) -> PushAnswer:
    position = store.position()
    return client.push(Push(position.epoch, batch.mutations, cursor=position.cursor), sent_ms=sent_ms)


def _pull_all(store: SyncStore, client: SyncClient, done: Round, tell: Callable[[Changes], None]) -> None:
    more = True
    while more:
        request, sent_ms = store.request(), store.now_ms()
        answer = client.pull(request)
        changes = store.take_page(request, answer, sent_ms=sent_ms)
        done.pages += 1
        more = answer.has_more
        if changes:
            tell(changes)
