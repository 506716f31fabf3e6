"""Reading a user's live rows: how other subjects see synced tables, which are this one's."""

import json
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.sync import store
from server.sync.tables import SYNCED
from shared.errors import NotFound
from shared.sync.wire import Row


@dataclass(frozen=True, slots=True)
class Span:
    """Every value from one to another, both included."""

    first: str
    last: str


Wanted = str | int | None | Span | Collection[str]
_PIECE = 200
Where = Mapping[str, Wanted]
"""Fields and what they must be, in at most one case any of a collection. All hold at once."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows by a field, the greatest first. after: that field and the id of the last row of the page before."""

    by: str
    limit: int
    after: tuple[str, str] | None = None
    offset: int = 0


async def rows(
    session: AsyncSession, user_id: str, name: str, where: Where | None = None, page: Page | None = None
) -> list[Row]:
    """A user's live rows of one table."""
    query = _query(session, user_id, name, where or {})
    if page is not None:
        columns = SYNCED[name].c
        order = (columns[page.by], columns.id)
        if page.after is not None:
            query = query.where(tuple_(*order) < page.after)
        query = query.order_by(*(column.desc() for column in order)).limit(page.limit).offset(page.offset)
    return [store.row_of(name, stored) for stored in (await session.execute(query)).mappings()]


async def get(session: AsyncSession, user_id: str, name: str, row_id: str) -> Row:
    """One live row. Raises NotFound; another user's is not there."""
    found = (await some(session, user_id, name, [row_id])).get(row_id)
    if found is None:
        raise NotFound("This does not exist, or no longer does.")
    return found


async def some(session: AsyncSession, user_id: str, name: str, ids: Iterable[str]) -> dict[str, Row]:
    """Those of these rows that live, by id."""
    found = await store.load(session, user_id, ((name, row_id) for row_id in ids))
    return {row.id: row for row in found.values() if row.live}


async def counts(
    session: AsyncSession, user_id: str, name: str, by: str, where: Where | None = None
) -> dict[str, int]:
    """How many live rows of one table a user has, by the value of a field."""
    column = SYNCED[name].c[by]
    query = _query(session, user_id, name, where or {}).with_only_columns(column, func.count())
    found = await session.execute(query.group_by(column))
    return {value: number for value, number in found}  # noqa: C416 - rows are no pairs to dict()


async def texts(
    session: AsyncSession, user_id: str, name: str, field: str, containing: str
) -> AsyncIterator[str]:
    """What a text field of a user's live rows says, where it says this somewhere."""
    column = SYNCED[name].c[field]
    query = _query(session, user_id, name, {}).with_only_columns(column)
    async for text in await session.stream_scalars(query.where(column.contains(containing, autoescape=True))):
        yield text


async def any_row(session: AsyncSession, user_id: str, name: str, where: Where) -> bool:
    """Whether there is such a live row."""
    found = await session.execute(_query(session, user_id, name, where).limit(1))
    return found.first() is not None


async def export(session: AsyncSession, user_id: str, now: datetime) -> AsyncIterator[str]:  # noqa: ARG001
    """Every synced row of a user, buried ones too, by table: JSON text, piece by piece."""
    before = "{"
    for name, table in SYNCED.items():
        yield f'{before}"{name}": ['
        before = ""
        query = select(table).where(table.c.user_id == user_id).execution_options(yield_per=_PIECE)
        async for piece in (await session.stream(query)).mappings().partitions():
            rows = (store.row_of(name, stored) for stored in piece)
            told = (json.dumps({"id": row.id, **row.values}, ensure_ascii=False) for row in rows)
            yield before + ",\n".join(told)
            before = ",\n"
        yield "]"
        before = ",\n"
    yield "}"


def _query(session: AsyncSession, user_id: str, name: str, where: Where) -> Select[Any]:
    table = SYNCED[name]
    # A literal, because neither database matches a partial index to a parameter.
    conditions = [table.c.user_id == user_id, table.c.deleted == literal_column("0")]
    conditions += [_holds(session, table.c[field], wanted) for field, wanted in where.items()]
    return select(table).where(*conditions)


def _holds(session: AsyncSession, column: ColumnElement[Any], wanted: Wanted) -> ColumnElement[bool]:
    if wanted is None:
        return column.is_(None)
    if isinstance(wanted, Span):
        return column.between(wanted.first, wanted.last)
    if isinstance(wanted, str | int):
        return column == wanted
    return store.among(store.dialect_of(session), column, list(wanted))
