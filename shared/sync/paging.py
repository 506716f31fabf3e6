"""How rows travel to a client, page by page: what the server answers, and where the client stands.

The client's cursor is the seq of the last row it was given, never the head. A page may be lost or asked for twice;
pages are staged and count only when the last one has come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.sync.wire import MAX_PAGE, Account, PlacedRow, PullAnswer, PullRequest, Refusal


def refuse_pull(account: Account, request: PullRequest) -> Refusal | None:
    """Whether this client must first do something else than pull.

    Tombstones purged since its pages were begun, and beyond its cursor, were never seen: what it holds, or has
    staged, may be of rows that are gone.
    """
    if request.epoch not in {"", account.epoch}:
        return Refusal.EPOCH_CHANGED
    if request.cursor > account.head:
        return Refusal.CURSOR_AHEAD
    begins = request.full and request.cursor == 0
    if not begins and account.purge_seq > max(request.cursor, request.purge):
        return Refusal.RESYNC_REQUIRED
    return None


def page(
    account: Account, request: PullRequest, rows: Sequence[PlacedRow], *, now_ms: int
) -> PullAnswer[PlacedRow]:
    """The answer to a request that was not refused.

    rows: the user's rows with seq above the cursor, by seq, one more than `limit` where there are so many; read in
    the same snapshot as the account. now_ms: the server's clock, milliseconds since 1970.
    """
    given = rows[: request.limit]
    return PullAnswer(
        epoch=account.epoch,
        next=given[-1].seq if given else request.cursor,
        has_more=len(rows) > request.limit,
        purge=account.purge_seq,
        hlc=account.max_stamp,
        server_ms=now_ms,
        rows=tuple(given),
    )


@dataclass(frozen=True, slots=True)
class Staging:
    """How far pages have been staged. full: they are all there is, so that what is not among them is gone."""

    full: bool
    cursor: int
    purge: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a client stands: stored beside its rows and changed in the same transactions.

    cursor 0 asks for everything. epoch is "" before the first answer.
    """

    epoch: str = ""
    cursor: int = 0
    purge: int = 0
    staging: Staging | None = None

    def request(self, limit: int = MAX_PAGE) -> PullRequest:
        """What to ask for next."""
        if self.staging is not None:
            at = self.staging
            return PullRequest(self.epoch, at.full, at.cursor, at.purge, limit)
        return PullRequest(self.epoch, self.cursor == 0, self.cursor, self.purge, limit)

    def staged(self, request: PullRequest, answer: PullAnswer) -> "Position":
        """After a page was put on the stage."""
        # A first full page tells what had been purged by then; later pages go by that.
        purge = answer.purge if request.full and request.cursor == 0 else request.purge
        return replace(self, epoch=answer.epoch, staging=Staging(request.full, answer.next, purge))

    def applied(self, answer: PullAnswer) -> "Position":
        """After the stage, completed by this answer, was applied and emptied."""
        if self.staging is None:
            raise ValueError("nothing is staged")
        # Whatever is purged by now was, had it been missed, refused.
        return Position(self.epoch, self.staging.cursor, max(self.staging.purge, answer.purge))

    def resync(self) -> "Position":
        """After `resync-required`: everything is asked for anew; the stage is emptied."""
        return Position(self.epoch)

    def new_epoch(self, epoch: str) -> "Position":
        """After `epoch-changed` or `cursor-ahead`: the stage is emptied and what is confirmed uploaded again."""
        return Position(epoch)
