"""Many lines of values in one statement, the same on both databases: one parameter however many they are."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Column, FromClause, Table, Text, Uuid, cast, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import TypeEngine

Line = Mapping[str, object]


def is_sqlite(session: AsyncSession) -> bool:
    """Which of the two databases it is."""
    return bool(session.get_bind().dialect.name == "sqlite")


def lines(session: AsyncSession, given: Sequence[Line], **types: TypeEngine[Any]) -> FromClause:
    """The lines as a table to join. types: what each of their values is: an id, a text, a day or a number."""
    if not is_sqlite(session):
        parameter = cast(literal(_json(given), Text()), postgresql.JSON)
        columns = [Column(name, kind) for name, kind in types.items()]
        return (
            func.json_to_recordset(parameter)
            .table_valued(*columns, name="given")
            .render_derived(with_types=True)
        )
    ids = {name for name, kind in types.items() if isinstance(kind, Uuid)}
    stored = [
        {name: str(value).replace("-", "") if name in ids else value for name, value in line.items()}
        for line in given
    ]
    each = func.json_each(literal(_json(stored), Text())).table_valued("value", name="each")
    found = (
        func.json_extract(each.c.value, f"$.{name}", type_=kind).label(name) for name, kind in types.items()
    )
    return select(*found).subquery("given")


async def put(session: AsyncSession, table: Table, given: Sequence[Line], *, add: bool = False) -> None:
    """Store whole rows by primary key, in the place of what is there. add: add their numbers to it instead."""
    if not given:
        return
    keys = [column.name for column in table.primary_key]
    if is_sqlite(session):
        insert: Any = sqlite.insert(table)
    else:
        source = lines(session, given, **{column.name: column.type for column in table.columns})
        names = [column.name for column in table.columns]
        insert = postgresql.insert(table).from_select(names, select(*(source.c[name] for name in names)))
    changed = {
        column.name: column + insert.excluded[column.name] if add else insert.excluded[column.name]
        for column in table.columns
        if column.name not in keys
    }
    statement = (
        insert.on_conflict_do_update(index_elements=keys, set_=changed)
        if changed
        else insert.on_conflict_do_nothing()
    )
    if is_sqlite(session):
        await session.execute(statement, list(given))
    else:
        await session.execute(statement)


def _json(given: Sequence[Line]) -> str:
    return json.dumps([dict(line) for line in given], default=str, separators=(",", ":"))
