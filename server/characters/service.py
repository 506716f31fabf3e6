"""Use cases of characters, as on the desktop. Whoever changes something holds the user's lock: a `Writer`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from server.sync import reading
from server.sync.editing import Edit, Writer
from shared.api.characters import CharacterEntry, CharacterInfo
from shared.catalog import Catalog
from shared.characters import character_fields
from shared.errors import InvalidInput
from shared.ids import new_id
from shared.sync.wire import Row
from shared.tracking import MAX_CHARACTERS


async def all_of(session: AsyncSession, user_id: str) -> list[Row]:
    """A user's characters in their own order."""
    return sorted(await reading.rows(session, user_id, "characters"), key=_place)


async def listing(session: AsyncSession, user_id: str) -> list[CharacterInfo]:
    """A user's characters in their own order, as they are told."""
    return [_info(row) for row in await all_of(session, user_id)]


async def one(session: AsyncSession, user_id: str, character_id: str) -> CharacterInfo:
    """One character. Raises NotFound."""
    return _info(await reading.get(session, user_id, "characters", character_id))


async def create(writer: Writer, catalog: Catalog, entry: CharacterEntry) -> CharacterInfo:
    """Add a character at the end; the first one is the main. Raises InvalidInput, Conflict."""
    present = await all_of(writer.session, writer.user_id)
    if len(present) >= MAX_CHARACTERS:
        raise InvalidInput("character_name", f"MapleHub keeps at most {MAX_CHARACTERS} characters.")
    main = entry.is_main or not present
    character_id = new_id()
    made = {
        **_fields(catalog, entry, present),
        "is_main": int(main),
        "position": max((_number(row, "position") for row in present), default=-1) + 1,
        "created_at": writer.now.isoformat(),
    }
    demoted = _demoted(present) if main else []
    await writer.write([*demoted, Edit("characters", character_id, made)])
    return _info(await writer.get("characters", character_id))


async def change(writer: Writer, catalog: Catalog, character_id: str, entry: CharacterEntry) -> CharacterInfo:
    """Change a character's details. Raises NotFound, InvalidInput, Conflict."""
    await writer.get("characters", character_id)
    everyone = await all_of(writer.session, writer.user_id)
    others = [row for row in everyone if row.id != character_id]
    fields = {**_fields(catalog, entry, others), "is_main": int(entry.is_main)}
    demoted = _demoted(others) if entry.is_main else []
    await writer.write([*demoted, Edit("characters", character_id, fields)])
    return _info(await writer.get("characters", character_id))


async def remove(writer: Writer, character_id: str) -> None:
    """Take a character away with its plans, its runs and their drops. Raises NotFound."""
    gone = await writer.get("characters", character_id)
    of_it = {"character_id": character_id}
    runs = await reading.rows(writer.session, writer.user_id, "boss_runs", of_it)
    drops = await reading.rows(
        writer.session, writer.user_id, "boss_run_drops", {"run_id": [run.id for run in runs]}
    )
    plans = await reading.rows(writer.session, writer.user_id, "boss_plans", of_it)
    edits = [Edit(row.table, row.id, bury=True) for row in (*drops, *runs, *plans, gone)]
    rest = [row for row in await all_of(writer.session, writer.user_id) if row.id != character_id]
    if gone.values["is_main"] and rest:
        edits.append(Edit("characters", rest[0].id, {"is_main": 1}))
    await writer.write(edits)


def _fields(catalog: Catalog, entry: CharacterEntry, others: Sequence[Row]) -> dict[str, Any]:
    names = [(str(row.values["name"]), str(row.values["world"])) for row in others]
    return character_fields(catalog, entry.character_name, entry.world, entry.job, entry.level, others=names)


def _demoted(rows: Sequence[Row]) -> list[Edit]:
    return [Edit("characters", row.id, {"is_main": 0}) for row in rows if row.values["is_main"]]


def _place(row: Row) -> tuple[int, str, str]:
    return _number(row, "position"), str(row.values["created_at"]), row.id


def _number(row: Row, field: str) -> int:
    value = row.values[field]
    assert isinstance(value, int)
    return value


def _info(row: Row) -> CharacterInfo:
    values: dict[str, Any] = dict(row.values)
    return CharacterInfo(
        id=row.id,
        character_name=values["name"],
        world=values["world"],
        job=values["job"],
        level=values["level"],
        is_main=bool(values["is_main"]),
        created_at=datetime.fromisoformat(values["created_at"]),
    )
