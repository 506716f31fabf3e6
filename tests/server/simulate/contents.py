"""What a database holds, without what is drawn anew every time."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.tables import User
from server.database import Base, Database
from server.statistics.tables import stat_keys

_DRAWN = {"users": {"id"}, "sync_users": {"epoch"}, "stat_keys": {"id"}, "stat_state": {"version"}}
"""Ids and the name of a history are new every time; how many transactions there were tells the version."""


async def contents(database: Database, of: str = "") -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order that is always the same. Users by their Discord account, keys by name.

    of: only of tables whose names begin so.
    """
    async with database.reading() as session:
        names = await _names(session)
        found = {}
        for table in Base.metadata.sorted_tables:
            if table.name.startswith(of):
                drawn = _DRAWN.get(table.name, set())
                kept = [column for column in table.columns if column.name not in drawn]
                rows = [
                    tuple(
                        names.get(value, value) if column.name in {"user_id", "key_id"} else value
                        for column, value in zip(kept, row, strict=True)
                    )
                    for row in await session.execute(select(*kept))
                ]
                found[table.name] = sorted(rows, key=repr)
        return found


async def _names(session: AsyncSession) -> dict[Any, str]:
    keys = stat_keys.c
    users = (await session.execute(select(User.id, User.discord_id))).all()
    named = await session.execute(select(keys.id, keys.entry_id, keys.world, keys.epoch, keys.party))
    return {row.id: row.discord_id for row in users} | {number: str(key) for number, *key in named}
