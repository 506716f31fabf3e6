"""Loading and storing a user's rows. Everything here runs in the caller's transaction."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from functools import cache
from operator import attrgetter
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Dialect,
    Executable,
    Table,
    Text,
    any_,
    bindparam,
    literal,
    literal_column,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

from server.database import identity
from server.sync.tables import SYNCED, sync_clamps, sync_users
from shared.api.sync_text import WrittenRow, written, written_alike
from shared.ids import new_id
from shared.sync.records import TABLES, is_id
from shared.sync.stamps import NO_STAMP
from shared.sync.wire import Account, Key, PulledRow, Row, Stamps, pack_stamps, unpack

MOVED = "sync.moved"
"""Where a session's `info` keeps whose history it made longer: user id to account."""
_PIECE = 250
_NULLS = {name: dict.fromkeys(table.fields) for name, table in TABLES.items()}
_ALIKE = len('{"":""}') + 36
"""The length of `clk` where one stamp is all there is."""
_GREATEST = ""
"""The key in `clk` of the stamp that every field has which is not named: most rows were written at once."""


async def lock(session: AsyncSession, user_id: str) -> Account:
    """The user's history, theirs alone to write until the transaction ends; begun when it is the first time."""
    found = (await session.execute(_LOCK, {"user": user_id})).first()
    if found is None:
        begun = {"user_id": user_id, "epoch": new_id(), "head": 0, "max_stamp": NO_STAMP, "purge_seq": 0}
        insert = insert_into(dialect_of(session), sync_users).values(begun)
        await session.execute(insert.on_conflict_do_nothing())
        found = (await session.execute(_LOCK, {"user": user_id})).one()
    return Account(*found)


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
    found = (await session.execute(_ACCOUNT, {"user": user_id})).first()
    return None if found is None else Account(*found)


async def accounts(session: AsyncSession, user_ids: list[str]) -> dict[str, Account]:
    """The histories of several users, as far as anything of theirs was ever synced."""
    query = select(sync_users.c.user_id, *_COUNTED).where(
        among_ids(dialect_of(session), sync_users.c.user_id, user_ids)
    )
    return {user_id: Account(*counted) for user_id, *counted in await session.execute(query)}


async def remembered(session: AsyncSession, user_id: str, stamps: Iterable[str]) -> dict[str, str]:
    """Which of these stamps count as another one."""
    wanted = list(stamps)
    if not wanted:
        return {}
    dialect = dialect_of(session)
    found = await session.execute(
        _remembering(dialect.name), {"user": user_id, "given": _given(dialect, wanted)}
    )
    return {row.mid: row.effective for row in found}


async def load(session: AsyncSession, user_id: str, keys: Iterable[Key]) -> dict[Key, Row]:
    """The user's rows with these keys, tombstones too. Keys that are no ids at all are nobody's."""
    by_table: dict[str, list[str]] = {}
    for name, row_id in keys:
        if name in SYNCED and is_id(row_id):
            by_table.setdefault(name, []).append(row_id)
    found: dict[Key, Row] = {}
    dialect = dialect_of(session)
    for name, ids in by_table.items():
        given = _given_ids(dialect, ids)
        for stored in await session.execute(_loading(name, dialect.name), {"user": user_id, "given": given}):
            row = unpack(_read(name, stored))
            found[row.key] = row
    return found


async def save(
    session: AsyncSession, user_id: str, after: Account, rows: Sequence[Row], clamps: Stamps, now: datetime
) -> None:
    """Store what a merge made: rows whole, the user's new head, and the clamps to remember."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_table.setdefault(row.table, []).append(_stored(user_id, row))
    dialect = dialect_of(session)
    for name, stored in by_table.items():
        if dialect.name == "postgresql":
            await session.execute(_whole(name), {"rows": to_json(stored).decode()})
        else:
            await session.execute(_row_by_row(name), stored)
    if clamps:
        lines = [
            {"user_id": user_id, "mid": mid, "effective": effective, "at": now}
            for mid, effective in clamps.items()
        ]
        await session.execute(insert_into(dialect, sync_clamps).on_conflict_do_nothing(), lines)
    if rows:
        session.info.setdefault(MOVED, {})[user_id] = after
    await session.execute(_MOVE, {"user": user_id, **asdict(after)})


async def following(session: AsyncSession, user_id: str, cursor: int, limit: int) -> list[WrittenRow]:
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
    span = {"user": user_id, "after": cursor, "last": found[-1].seq}
    dialect = dialect_of(session).name
    rows: list[WrittenRow] = []
    for name in {row.name for row in found}:
        stored = await session.execute(_writing(name, dialect), span)
        rows += [_written(name, *each) for each in stored]
    return sorted(rows, key=attrgetter("seq"))


async def live_rows(session: AsyncSession, user_id: str, name: str) -> AsyncIterator[list[Row]]:
    """All of a user's live rows of one table, piece by piece, without who wrote what when and newer clients' fields."""
    table = SYNCED[name]
    columns = [table.c.id, *(table.c[field] for field in TABLES[name].fields)]
    query = select(*columns).where(table.c.user_id == user_id, table.c.deleted == 0)
    found = await session.stream(query.execution_options(yield_per=_PIECE))
    async for piece in found.mappings().partitions():
        yield [Row(name, stored["id"], dict(stored)) for stored in piece]


async def ids_of(
    session: AsyncSession, user_id: str, name: str, after: str | None
) -> AsyncGenerator[str, None]:
    """The ids of a user's rows of one table in their order, tombstones too, those above one of them."""
    table = SYNCED[name]
    query = select(table.c.id).where(table.c.user_id == user_id).order_by(table.c.id)
    if after is not None:
        query = query.where(table.c.id > after)
    found = await session.stream_scalars(query.execution_options(yield_per=_PIECE))
    try:
        async for row_id in found:
            yield row_id
    finally:
        await found.close()


@cache
def _row_by_row(name: str) -> Executable:
    return _or_update(sqlite.insert(SYNCED[name]))


@cache
def _whole(name: str) -> Executable:
    """All rows as one parameter: 500 statements cost a server process three times what one does."""
    table = SYNCED[name]
    columns = [column.name for column in table.columns]
    names = ", ".join(f'"{column}"' for column in columns)
    query = f"SELECT {names} FROM json_populate_recordset(NULL::{name}, :rows)"  # noqa: S608 - our own names
    return _or_update(postgresql.insert(table).from_select(columns, text(query).columns(*table.columns)))


def _or_update(insert: Any) -> Executable:
    changed = {
        column.name: insert.excluded[column.name]
        for column in insert.table.columns
        if column.name not in {"user_id", "id"}
    }
    found: Executable = insert.on_conflict_do_update(index_elements=["user_id", "id"], set_=changed)
    return found


def row_of(name: str, stored: Mapping[Any, Any]) -> Row:
    """A stored row as everybody computes with it."""
    # Names of columns are no plain text to whoever writes JSON or compares keys, and a hundred times slower.
    values = {field: stored[field] for field in TABLES[name].fields}
    return unpack(_packed(name, stored["id"], stored["seq"], stored["clk"], stored["extra"], values))


def _written(name: str, row_id: str, seq: int, clk: str, extra: str | None, values: str) -> WrittenRow:
    if extra is None and len(clk) == _ALIKE:
        return written_alike(name, row_id, seq, clk[5:-2], values)
    return written(_packed(name, row_id, seq, clk, extra, from_json(values)))


def _columns(name: str) -> list[ColumnElement[Any]]:
    """What `_read` wants, in its order."""
    table = SYNCED[name]
    return [
        table.c.id,
        table.c.seq,
        table.c.clk,
        table.c.extra,
        *(table.c[each] for each in TABLES[name].fields),
    ]


def _read(name: str, stored: Sequence[Any]) -> PulledRow:
    row_id, seq, clk, extra, *values = stored
    return _packed(name, row_id, seq, clk, extra, dict(zip(TABLES[name].fields, values, strict=True)))


def _packed(
    name: str, row_id: str, seq: int, clk: str, extra: str | None, values: dict[str, Any]
) -> PulledRow:
    if extra is not None:
        values |= json.loads(extra)
    others = from_json(clk)
    return PulledRow(name, row_id, seq, others.pop(_GREATEST), others, values)


def _stored(user_id: str, row: Row) -> dict[str, Any]:
    columns, extra = TABLES[row.table].split(row.values)
    greatest, others = pack_stamps(row.stamps, row.values)
    return {
        **_NULLS[row.table],
        **columns,
        "user_id": user_id,
        "id": row.id,
        "seq": row.seq,
        "clk": to_json({_GREATEST: greatest, **others}).decode(),
        "extra": to_json(extra).decode() if extra else None,
    }


def dialect_of(session: AsyncSession) -> Dialect:
    """Which database it is."""
    return session.get_bind().dialect


def insert_into(dialect: Dialect, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT, which both databases spell alike."""
    return postgresql.insert(table) if dialect.name == "postgresql" else sqlite.insert(table)


def among(dialect: Dialect, column: ColumnElement[str], values: list[str]) -> ColumnElement[bool]:
    """One parameter, however many values: a long IN list costs more to write than to answer."""
    if dialect.name == "postgresql":
        return column == any_(bindparam(None, values, type_=ARRAY(Text)))
    return column.in_(_LISTED.bindparams(given=_given(dialect, values)))


def among_ids(dialect: Dialect, column: ColumnElement[str], ids: list[str]) -> ColumnElement[bool]:
    """`among` for a column of ids."""
    if dialect.name == "postgresql":
        return column == any_(bindparam(None, ids, type_=ARRAY(identity())))
    return column.in_(_LISTED.bindparams(given=_given_ids(dialect, ids)))


def _given(dialect: Dialect, values: list[str]) -> list[str] | str:
    return values if dialect.name == "postgresql" else json.dumps(values)


def _given_ids(dialect: Dialect, ids: list[str]) -> list[str] | str:
    return ids if dialect.name == "postgresql" else json.dumps([UUID(row_id).hex for row_id in ids])


# What every push asks is built once: building a statement costs as much as asking it.


@cache
def _loading(name: str, dialect: str) -> Executable:
    """`user`'s rows with the ids `given`."""
    table = SYNCED[name]
    return select(*_columns(name)).where(
        table.c.user_id == bindparam("user"), _among_given(dialect, table.c.id, identity())
    )


@cache
def _writing(name: str, dialect: str) -> Executable:
    """`user`'s rows with a place above `after` and up to `last`, their fields as JSON, which the database writes."""
    table = SYNCED[name]
    fields = TABLES[name].fields
    if dialect == "postgresql":
        inner = ", ".join(f'{name}."{field}"' for field in fields)
        values = f"(SELECT row_to_json(fields)::text FROM (SELECT {inner}) AS fields)"  # noqa: S608 - our own names
    else:
        values = "json_object({})".format(", ".join(f"'{field}', {name}.\"{field}\"" for field in fields))
    columns = (
        table.c.id,
        table.c.seq,
        table.c.clk,
        table.c.extra,
        literal_column(values, Text).label("fields"),
    )
    return select(*columns).where(
        table.c.user_id == bindparam("user"),
        table.c.seq > bindparam("after"),
        table.c.seq <= bindparam("last"),
    )


@cache
def _remembering(dialect: str) -> Executable:
    """`user`'s clamps of the stamps `given`."""
    return select(sync_clamps.c.mid, sync_clamps.c.effective).where(
        sync_clamps.c.user_id == bindparam("user"), _among_given(dialect, sync_clamps.c.mid, Text())
    )


def _among_given(dialect: str, column: ColumnElement[str], kind: TypeEngine[str]) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return column == any_(bindparam("given", type_=ARRAY(kind)))
    return column.in_(_LISTED)


_LISTED = text("SELECT value FROM json_each(:given)")
_COUNTED = tuple(sync_users.c[field.name] for field in fields(Account))
_ACCOUNT = select(*_COUNTED).where(sync_users.c.user_id == bindparam("user"))
_LOCK = _ACCOUNT.with_for_update(key_share=True)
_MOVE = (
    update(sync_users)
    .where(sync_users.c.user_id == bindparam("user"))
    .values({column.name: bindparam(column.name) for column in _COUNTED})
)
