"""Comparing a machine's rows with the server's without sending them, and reading again those that differ."""

from contextlib import aclosing
from itertools import dropwhile
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.sync import store
from server.sync.service import NOTHING, refuse
from shared.api.sync import PulledRowModel, RowAt, RowsRequest, RowsResponse
from shared.errors import NotFound
from shared.sync.digest import BUCKETS, Digest, add_up, bucket_of, whole
from shared.sync.paging import refuse_pull
from shared.sync.records import TABLES
from shared.sync.wire import Account, Key, PullRequest, pack


async def digests(session: AsyncSession, user_id: str, schema: int) -> tuple[Account, dict[str, Digest]]:
    """The digests of all of a user's tables at one moment."""
    account = await store.account(session, user_id) or NOTHING
    return account, {name: whole(await _buckets(session, user_id, name, schema)) for name in TABLES}


async def buckets(
    session: AsyncSession, user_id: str, name: str, schema: int
) -> tuple[Account, tuple[Digest, ...]]:
    """The digests of one table's buckets at one moment. Raises NotFound."""
    if name not in TABLES:
        raise NotFound("There is no such table.")
    account = await store.account(session, user_id) or NOTHING
    return account, await _buckets(session, user_id, name, schema)


async def rows(session: AsyncSession, user_id: str, asked: RowsRequest) -> RowsResponse:
    """The rows of some buckets, in the order of their tables and ids. Raises what a pull raises."""
    account = await store.account(session, user_id) or NOTHING
    # Whoever has missed tombstones would take what is gone for something the server lost.
    refuse(refuse_pull(account, PullRequest(asked.epoch, False, asked.cursor, asked.purge)), account)
    keys = await _keys(session, user_id, asked)
    given = keys[: asked.limit]
    found = await store.load(session, user_id, given)
    table, row_id = given[-1] if len(keys) > asked.limit else ("", "")
    return RowsResponse(
        rows=tuple(PulledRowModel.of(pack(found[key])) for key in given),
        next=RowAt(t=table, id=UUID(row_id)) if row_id else None,
    )


async def _keys(session: AsyncSession, user_id: str, asked: RowsRequest) -> list[Key]:
    """One more than may be answered, where there are so many."""
    begin = asked.after.t if asked.after is not None else next(iter(TABLES))
    found: list[Key] = []
    for name in dropwhile(lambda name: name != begin, TABLES):
        if name not in asked.tables:
            continue
        wanted = frozenset(asked.tables[name].buckets)
        after = str(asked.after.id) if asked.after is not None and name == begin else None
        async with aclosing(store.ids_of(session, user_id, name, after)) as ids:
            async for row_id in ids:
                if bucket_of(row_id) in wanted:
                    found.append((name, row_id))
                if len(found) > asked.limit:
                    return found
    return found


async def _buckets(session: AsyncSession, user_id: str, name: str, schema: int) -> tuple[Digest, ...]:
    found = [Digest()] * BUCKETS
    async for piece in store.live_rows(session, user_id, name):
        add_up(found, piece, schema)
    return tuple(found)
