"""Following everybody's histories: how the statistics hear of every change without anybody having to tell them.

Whatever makes a history longer raises `head`, and an index holds exactly the users whose `head` is beyond what was
followed: there is no queue that a writer could forget.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    Text,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import identity
from server.lines import is_sqlite, lines
from server.sync import store
from server.sync.tables import SYNCED, sync_users
from shared.sync.records import TABLES

Rows = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Behind:
    """A history that is longer than what was followed of it: rows above `after`, up to `head`."""

    user_id: str
    after: int
    head: int


async def is_anybody_behind(session: AsyncSession) -> bool:
    """Whether there is anything to follow. Takes no lock."""
    found = await session.execute(select(sync_users.c.user_id).where(_behind()).limit(1))
    return found.first() is not None


async def take(session: AsyncSession, limit: int) -> list[Behind]:
    """Histories to follow, nobody else's to change until the transaction ends. Passes over those in use just now."""
    columns = sync_users.c
    query = select(columns.user_id, columns.followed_seq, columns.head).where(_behind()).limit(limit)
    query = query.with_for_update(skip_locked=True, key_share=True)
    return [Behind(*row) for row in await session.execute(query)]


async def still_behind(session: AsyncSession, user_ids: Sequence[str]) -> set[str]:
    """Those of these users of whom something was stored that was not followed."""
    query = select(sync_users.c.user_id).where(_behind(), _among(session, user_ids))
    return set((await session.execute(query)).scalars())


async def hold(session: AsyncSession, user_id: str) -> None:
    """Let nobody else change a user's history until the transaction ends."""
    await store.lock(session, user_id)


async def followed(session: AsyncSession, user_ids: Sequence[str]) -> None:
    """These histories, taken before, are known to their ends."""
    statement = update(sync_users).where(_among(session, user_ids))
    await session.execute(statement.values(followed_seq=sync_users.c.head))


async def start_over(session: AsyncSession, user_ids: Sequence[str] | None = None) -> None:
    """Everything of these users, or of everybody, is to be followed anew."""
    statement = update(sync_users).where(sync_users.c.followed_seq > 0)
    if user_ids is not None:
        statement = statement.where(_among(session, user_ids))
    await session.execute(statement.values(followed_seq=0))


async def changed(session: AsyncSession, behind: Iterable[Behind], name: str, fields: Sequence[str]) -> Rows:
    """user_id, id and these fields of every row of a table, buried ones too, that histories became longer by."""
    given = [{"user_id": each.user_id, "after": each.after} for each in behind]
    asked = lines(session, given, user_id=identity(), after=BigInteger())
    table = SYNCED[name]
    joined = asked.join(table, (table.c.user_id == asked.c.user_id) & (table.c.seq > asked.c.after))
    return (await session.execute(_columns(session, name, fields).select_from(joined))).all()


async def rows(
    session: AsyncSession, name: str, field: str, wanted: Iterable[tuple[str, str]], fields: Sequence[str]
) -> Rows:
    """user_id, id and these fields of live rows in which `field` has this value, for (user, value)s."""
    given = [{"user_id": user_id, "value": value} for user_id, value in wanted]
    if not given:
        return []
    table = SYNCED[name]
    asked = lines(session, given, user_id=identity(), value=table.c[field].type)
    meant = (table.c.user_id == asked.c.user_id) & (table.c[field] == asked.c.value) & _live(name)
    return (
        await session.execute(_columns(session, name, fields).select_from(asked.join(table, meant)))
    ).all()


async def rows_between(
    session: AsyncSession,
    name: str,
    field: str,
    spans: Iterable[tuple[str, date, date]],
    fields: Sequence[str],
) -> Rows:
    """user_id, id and these fields of live rows whose day is within (user, first, last), both included."""
    within = _within(session, name, field, spans)
    return (await session.execute(_columns(session, name, fields).select_from(within))).all()


async def children_between(
    session: AsyncSession,
    name: str,
    field: str,
    spans: Iterable[tuple[str, date, date]],
    child: str,
    fields: Sequence[str],
) -> Rows:
    """user_id, id and these fields of live rows of `child` that belong to one of `rows_between`."""
    parent, table = SYNCED[name], SYNCED[child]
    (link,) = (own for own, named in TABLES[child].parents.items() if named == name)
    belongs = (
        (table.c.user_id == parent.c.user_id) & (table.c[link] == _text(session, parent.c.id)) & _live(child)
    )
    within = _within(session, name, field, spans).join(table, belongs)
    return (await session.execute(_columns(session, child, fields).select_from(within))).all()


async def users_between(session: AsyncSession, name: str, field: str, first: date, last: date) -> list[str]:
    """Users with a live row whose day is within these, both included. Reads the whole table."""
    table = SYNCED[name]
    between = table.c[field].between(str(first), str(last))
    return list(
        (await session.execute(select(table.c.user_id).where(between, _live(name)).distinct())).scalars()
    )


async def values_of(session: AsyncSession, name: str, field: str) -> list[str]:
    """The different values a field has in anybody's live rows, in their order. Reads the whole table."""
    column = SYNCED[name].c[field]
    return list(
        (await session.execute(select(column).where(_live(name)).distinct().order_by(column))).scalars()
    )


async def users_with(session: AsyncSession, name: str, where: Mapping[str, Collection[str]]) -> list[str]:
    """Users with a live row in which each of these fields has one of its values. Reads the whole table."""
    table = SYNCED[name]
    dialect = store.dialect_of(session)
    meant = [store.among(dialect, table.c[field], list(values)) for field, values in where.items()]
    return list(
        (await session.execute(select(table.c.user_id).where(_live(name), *meant).distinct())).scalars()
    )


def _behind() -> ColumnElement[bool]:
    return sync_users.c.head > sync_users.c.followed_seq


def _among(session: AsyncSession, user_ids: Sequence[str]) -> ColumnElement[bool]:
    return store.among_ids(store.dialect_of(session), sync_users.c.user_id, list(user_ids))


def _within(
    session: AsyncSession, name: str, field: str, spans: Iterable[tuple[str, date, date]]
) -> FromClause:
    given = [{"user_id": user, "first": str(first), "last": str(last)} for user, first, last in spans]
    asked = lines(session, given, user_id=identity(), first=Text(), last=Text())
    table = SYNCED[name]
    day = table.c[field].between(asked.c.first, asked.c.last)
    return asked.join(table, (table.c.user_id == asked.c.user_id) & day & _live(name))


def _columns(session: AsyncSession, name: str, fields: Sequence[str]) -> Any:
    table = SYNCED[name]
    # As text by the database: making UUIDs of them first cost as much as all the other columns together.
    ids = (_text(session, table.c.user_id).label("user_id"), _text(session, table.c.id).label("id"))
    return select(*ids, *(table.c[field] for field in fields))


def _text(session: AsyncSession, column: ColumnElement[str]) -> ColumnElement[str]:
    """An id as it is written in text, also where SQLite keeps it without dashes."""
    if not is_sqlite(session):
        return cast(column, Text)
    digits = type_coerce(column, Text)
    parts = [
        func.substr(digits, start, length) for start, length in ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    ]
    return reduce(lambda text, part: text + "-" + part, parts)


def _live(name: str) -> ColumnElement[bool]:
    return SYNCED[name].c.deleted == literal_column("0")
