"""Loading and storing a user's rows. Everything here runs in the caller's transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Dialect,
    Table,
    Text,
    any_,
    bindparam,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import identity
from server.sync.tables import SYNCED, sync_clamps, sync_users
from shared.ids import new_id
from shared.sync.records import TABLES
from shared.sync.stamps import NO_STAMP
from shared.sync.wire import Account, Key, Row, Stamps

_OWN = frozenset({"user_id", "id", "seq", "clk", "extra"})


async def lock(session: AsyncSession, user_id: str) -> Account:
    """The user's history, theirs alone to write until the transaction ends; begun when it is the first time."""
    dialect = _dialect(session)
    begun = {"user_id": user_id, "epoch": new_id(), "head": 0, "max_stamp": NO_STAMP, "purge_seq": 0}
    insert = _insert(dialect, sync_users).values(begun).on_conflict_do_nothing()
    await session.execute(insert)
    query = select(sync_users).where(sync_users.c.user_id == user_id).with_for_update(key_share=True)
    return _account((await session.execute(query)).mappings().one())


async def new_epochs(session: AsyncSession) -> int:
    """Give every history another epoch; returns how many there are."""
    users = list((await session.execute(select(sync_users.c.user_id))).scalars())
    for user_id in users:
        await session.execute(
            update(sync_users).where(sync_users.c.user_id == user_id).values(epoch=new_id())
        )
    return len(users)


async def account(session: AsyncSession, user_id: str) -> Account | None:
    """The user's history as it stands; None when nothing was ever synced."""
    found = (
        (await session.execute(select(sync_users).where(sync_users.c.user_id == user_id))).mappings().first()
    )
    return None if found is None else _account(found)


async def remembered(session: AsyncSession, user_id: str, stamps: Iterable[str]) -> dict[str, str]:
    """Which of these stamps count as another one."""
    wanted = list(stamps)
    if not wanted:
        return {}
    query = select(sync_clamps.c.mid, sync_clamps.c.effective).where(
        sync_clamps.c.user_id == user_id, _among(_dialect(session), sync_clamps.c.mid, wanted)
    )
    return {row.mid: row.effective for row in await session.execute(query)}


async def load(session: AsyncSession, user_id: str, keys: Iterable[Key]) -> dict[Key, Row]:
    """The user's rows with these keys, tombstones too. Keys that are no ids at all are nobody's."""
    by_table: dict[str, list[str]] = {}
    for name, row_id in keys:
        if name in SYNCED and _is_id(row_id):
            by_table.setdefault(name, []).append(row_id)
    found: dict[Key, Row] = {}
    for name, ids in by_table.items():
        table = SYNCED[name]
        query = select(table).where(
            table.c.user_id == user_id, _among_ids(_dialect(session), table.c.id, ids)
        )
        for stored in (await session.execute(query)).mappings():
            row = _row(name, stored)
            found[row.key] = row
    return found


async def save(
    session: AsyncSession, user_id: str, after: Account, rows: Sequence[Row], clamps: Stamps, now: datetime
) -> None:
    """Store what a merge made: rows whole, the user's new head, and the clamps to remember."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(_stored(user_id, row))
    dialect = _dialect(session)
    for name, stored in by_table.items():
        table = SYNCED[name]
        insert = _insert(dialect, table)
        changed = {
            column.name: insert.excluded[column.name]
            for column in table.columns
            if column.name not in {"user_id", "id"}
        }
        await session.execute(
            insert.on_conflict_do_update(index_elements=["user_id", "id"], set_=changed), stored
        )
    if clamps:
        lines = [
            {"user_id": user_id, "mid": mid, "effective": effective, "at": now}
            for mid, effective in clamps.items()
        ]
        await session.execute(_insert(dialect, sync_clamps).on_conflict_do_nothing(), lines)
    await session.execute(
        update(sync_users)
        .where(sync_users.c.user_id == user_id)
        .values(head=after.head, max_stamp=after.max_stamp, purge_seq=after.purge_seq, epoch=after.epoch)
    )


async def following(session: AsyncSession, user_id: str, cursor: int, limit: int) -> list[Row]:
    """The user's rows with a place above the cursor, by place, at most so many."""
    places = union_all(
        *(
            select(table.c.seq, literal(name, Text).label("name"))
            .where(table.c.user_id == user_id, table.c.seq > cursor)
            .order_by(table.c.seq)
            .limit(limit)
            .subquery()
            .select()
            for name, table in SYNCED.items()
        )
    ).subquery()
    found = (await session.execute(select(places).order_by(places.c.seq).limit(limit))).all()
    if not found:
        return []
    last = found[-1].seq
    rows: list[Row] = []
    for name in {row.name for row in found}:
        table = SYNCED[name]
        query = select(table).where(table.c.user_id == user_id, table.c.seq > cursor, table.c.seq <= last)
        rows += [_row(name, stored) for stored in (await session.execute(query)).mappings()]
    return sorted(rows, key=lambda row: row.seq)


async def of_table(session: AsyncSession, user_id: str, name: str) -> list[Row]:
    """All of a user's live rows of one table."""
    table = SYNCED[name]
    query = select(table).where(table.c.user_id == user_id, table.c.deleted == 0)
    return [_row(name, stored) for stored in (await session.execute(query)).mappings()]


async def one_state(session: AsyncSession) -> None:
    """Everything read from here on is of one moment. To be called before the first statement."""
    if _dialect(session).name == "postgresql":
        await session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


def _account(stored: Mapping[Any, Any]) -> Account:
    return Account(stored["epoch"], stored["head"], stored["max_stamp"], stored["purge_seq"])


def _row(name: str, stored: Mapping[Any, Any]) -> Row:
    values = {key: value for key, value in stored.items() if key not in _OWN}
    if stored["extra"] is not None:
        values |= json.loads(stored["extra"])
    return Row(name, stored["id"], values, json.loads(stored["clk"]), stored["seq"])


def _stored(user_id: str, row: Row) -> dict[str, Any]:
    columns, extra = TABLES[row.table].split(row.values)
    return {
        **dict.fromkeys(TABLES[row.table].fields),
        **columns,
        "user_id": user_id,
        "id": row.id,
        "seq": row.seq,
        "clk": _json(dict(row.stamps)),
        "extra": _json(extra) if extra else None,
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _dialect(session: AsyncSession) -> Dialect:
    return session.get_bind().dialect


def _insert(dialect: Dialect, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, which both databases spell alike."""
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)


def _among(dialect: Dialect, column: ColumnElement[str], values: list[str]) -> ColumnElement[bool]:
    """One parameter, however many values: a long IN list costs more to write than to answer."""
    if dialect.name == "postgresql":
        return column == any_(bindparam(None, values, type_=ARRAY(Text)))
    return column.in_(_listed(values))


def _among_ids(dialect: Dialect, column: ColumnElement[str], ids: list[str]) -> ColumnElement[bool]:
    if dialect.name == "postgresql":
        return column == any_(bindparam(None, ids, type_=ARRAY(identity())))
    return column.in_(_listed([UUID(row_id).hex for row_id in ids]))


def _listed(values: list[str]) -> Any:
    return text("SELECT value FROM json_each(:listed)").bindparams(listed=json.dumps(values))


def _is_id(row_id: str) -> bool:
    try:
        return str(UUID(row_id)) == row_id
    except ValueError:
        return False
