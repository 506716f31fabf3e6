"""Push, pull and digest: the pure rules with the database around them."""

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import Problem
from server.sync import store
from shared.api.live import Poke
from shared.api.sync import PROTOCOL
from shared.api.sync_text import WrittenRow
from shared.sync.merge import merge, needed, refuse_push, sent_stamps
from shared.sync.paging import page, refuse_pull
from shared.sync.wire import Account, PullAnswer, PullRequest, Push, PushAnswer, Refusal

NOTHING = Account(epoch="")
"""The history of a user of whom nothing was ever synced."""


class EpochChanged(Problem):
    """The server was restored from a backup: upload what is confirmed again, then go on. extra: epoch."""

    status, slug, title = 409, "epoch-changed", "The server was restored"


class CursorAhead(Problem):
    """The client has seen more than the server has: it was restored. Upload again, then go on. extra: epoch."""

    status, slug, title = 409, "cursor-ahead", "The server was restored"


class ResyncRequired(Problem):
    """Tombstones this client never saw were purged: pull everything anew, keep the outbox."""

    status, slug, title = 410, "resync-required", "Everything must be fetched again"


class ClientTooOld(Problem):
    """The server no longer speaks this client's protocol."""

    status, slug, title = 426, "client-too-old", "This MapleHub is too old"


class ServerTooOld(Problem):
    """The client speaks a newer protocol than the server."""

    status, slug, title = 409, "server-too-old", "The server is too old"


_REFUSALS: dict[Refusal, type[Problem]] = {
    Refusal.EPOCH_CHANGED: EpochChanged,
    Refusal.CURSOR_AHEAD: CursorAhead,
    Refusal.RESYNC_REQUIRED: ResyncRequired,
}
_ACTIONS = {
    Refusal.EPOCH_CHANGED: "Upload what was confirmed again.",
    Refusal.CURSOR_AHEAD: "Upload what was confirmed again.",
    Refusal.RESYNC_REQUIRED: "Pull everything; what waits to be sent is kept.",
}


def check_protocol(protocol: int) -> None:
    """Raises ClientTooOld or ServerTooOld unless both speak the same."""
    if protocol < PROTOCOL:
        raise ClientTooOld("This server no longer understands this version.", "Update MapleHub.")
    if protocol > PROTOCOL:
        raise ServerTooOld("This server does not understand this version yet.", "Ask its host to update it.")


async def push(session: AsyncSession, user_id: str, sent: Push, now: datetime) -> PushAnswer:
    """Merge what a client sent, under the lock of its user. Raises EpochChanged."""
    account = await store.lock(session, user_id)
    refuse(refuse_push(account, sent), account)
    rows = await store.load(session, user_id, needed(sent.mutations))
    clamps = await store.remembered(session, user_id, sent_stamps(sent.mutations))
    merged = merge(account, rows, clamps, sent.mutations, now_ms=_millis(now), schema=sent.schema)
    await store.save(session, user_id, merged.account, merged.saved, merged.clamps, now)
    return PushAnswer(
        account.epoch, merged.account.head, merged.account.max_stamp, _millis(now), merged.results
    )


async def pull(
    session: AsyncSession, user_id: str, asked: PullRequest, now: datetime
) -> PullAnswer[WrittenRow]:
    """A page of the user's history, all of one moment. Raises EpochChanged, CursorAhead, ResyncRequired."""
    account = await store.account(session, user_id) or NOTHING
    refuse(refuse_pull(account, asked), account)
    rows = await store.following(session, user_id, asked.cursor, asked.limit + 1)
    return page(account, asked, rows, now_ms=_millis(now))


async def heads(session: AsyncSession, user_ids: list[str]) -> dict[str, Poke]:
    """How far the histories of these users go."""
    found = await store.accounts(session, user_ids)
    return {user_id: _poke(account) for user_id, account in found.items()}


def moved(info: MutableMapping[Any, Any]) -> dict[str, Poke]:
    """Whose history a committed session made longer, by its `info`; told once."""
    return {user_id: _poke(account) for user_id, account in info.pop(store.MOVED, {}).items()}


async def rotate_epochs(session: AsyncSession) -> int:
    """After a restore from a backup: every machine will upload what it knows. Returns how many players have synced.

    What the backup cannot know is how stamps of clocks far ahead were clamped since: such an edit, if its answer was
    lost as well, counts as made when it is sent again.
    """
    return await store.new_epochs(session)


def refuse(refusal: Refusal | None, account: Account) -> None:
    """Raises what a refusal means, if there is one."""
    if refusal is not None:
        raise _REFUSALS[refusal](
            "What you have seen is not what the server has.",
            _ACTIONS[refusal],
            extra={"epoch": account.epoch},
        )


def _poke(account: Account) -> Poke:
    return Poke(epoch=account.epoch, head=account.head)


def _millis(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
