"""Use cases of boss runs, as on the desktop. A clear has one id for everybody, so that a run logged here and the same
run logged on a desktop offline are one."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import Problem
from server.sync import reading
from server.sync.editing import Edit, Writer
from shared.api.tracking import MAX_DROPS, DropEntry, DropInfo, RunEntry, RunInfo, RunPage
from shared.catalog import Catalog
from shared.characters import world_type
from shared.errors import Conflict, InvalidInput, NotFound
from shared.ids import drop_id, new_id
from shared.resets import utc_date
from shared.runs import FIRST_SAID, Drop, RunDraft, check_drop, clear_of, drop_fields, run_fields
from shared.sync.wire import Row
from shared.tracking import DropNote, EntryMethod

RUNS, DROPS = "boss_runs", "boss_run_drops"


class AlreadyCleared(Problem):
    """The chance was used up by another run. extra: id, of that run."""

    status, slug, title = 409, "already-cleared", "This was cleared already"

    def __init__(self, run_id: str) -> None:
        super().__init__(
            "The character cleared this boss in that period already, and it was told otherwise.",
            "Change that run instead.",
            extra={"id": run_id},
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs, the latest first. cursor: `next_cursor` of the page before; else offset: how many to step over."""

    character_id: str | None = None
    boss_id: str | None = None
    reset_period: date | None = None
    limit: int = 50
    cursor: str | None = None
    offset: int = 0

    def where(self) -> reading.Where:
        """The conditions."""
        period = None if self.reset_period is None else self.reset_period.isoformat()
        fields = {"character_id": self.character_id, "entry_id": self.boss_id, "reset_period": period}
        return {name: value for name, value in fields.items() if value is not None}


async def page(session: AsyncSession, catalog: Catalog, user_id: str, wanted: Wanted) -> RunPage:
    """A page of a user's runs. Raises InvalidInput for a cursor that is none."""
    after = None if wanted.cursor is None else _place(wanted.cursor)
    if after is not None and wanted.offset:
        raise InvalidInput("offset", "A page is found by a cursor or an offset, not by both.")
    asked = reading.Page("occurred_on", wanted.limit + 1, after, wanted.offset)
    found = await reading.rows(session, user_id, RUNS, wanted.where(), asked)
    runs = found[: wanted.limit]
    more = _cursor(runs[-1]) if len(found) > wanted.limit else None
    return RunPage(items=await _told(session, catalog, user_id, runs), next_cursor=more)


async def one(session: AsyncSession, catalog: Catalog, user_id: str, run_id: str) -> RunInfo:
    """One run. Raises NotFound."""
    run = await reading.get(session, user_id, RUNS, run_id)
    return (await _told(session, catalog, user_id, [run]))[0]


async def log(writer: Writer, catalog: Catalog, entry: RunEntry) -> tuple[RunInfo, bool]:
    """Store a run; whether it is new. A clear told again in the same words is the one that is stored already.

    Raises NotFound, InvalidInput, AlreadyCleared.
    """
    draft = _draft(entry, utc_date(writer.now))
    fields = await _fields(writer, catalog, draft)
    run_id = _clear_id(catalog, draft) if draft.cleared else new_id()
    stored = await writer.find(RUNS, run_id)
    if stored is None:
        return await _put(writer, catalog, run_id, fields, draft.drops), True
    drops = await _drops(writer.session, writer.user_id, [run_id])
    said = ("entry_id", "occurred_on", "party_size", "drop_note", "note")
    same = all(stored.values[name] == fields[name] for name in said)
    if not same or {row.id: _said(row) for row in drops} != {
        drop_id(run_id, drop.item): drop_fields(drop) for drop in draft.drops
    }:
        raise AlreadyCleared(run_id)
    return _info(catalog, stored, drops), False


async def change(writer: Writer, catalog: Catalog, run_id: str, entry: RunEntry) -> RunInfo:
    """Make a stored run say this. What identifies a clear cannot change, so moving it makes another run.

    Raises NotFound, InvalidInput, AlreadyCleared.
    """
    stored = await writer.get(RUNS, run_id)
    draft = _draft(entry, utc_date(writer.now))
    fields = await _fields(writer, catalog, draft)
    failed_id = new_id() if stored.values["cleared"] else run_id
    target = _clear_id(catalog, draft) if draft.cleared else failed_id
    if target == run_id:
        kept = {name: value for name, value in fields.items() if name not in FIRST_SAID}
        return await _put(writer, catalog, run_id, kept, draft.drops)
    if await writer.find(RUNS, target) is not None:
        raise AlreadyCleared(target)
    await remove(writer, run_id)
    moved = {**fields, "entry_method": stored.values["entry_method"]}
    return await _put(writer, catalog, target, moved, draft.drops)


async def remove(writer: Writer, run_id: str) -> None:
    """Remove a run with its drops. Raises NotFound."""
    run = await writer.get(RUNS, run_id)
    drops = await _drops(writer.session, writer.user_id, [run_id])
    await writer.write([Edit(row.table, row.id, bury=True) for row in (*drops, run)])


async def add_drop(writer: Writer, catalog: Catalog, run_id: str, entry: DropEntry) -> tuple[DropInfo, bool]:
    """Add a drop to a clear; whether it is new. Told again in the same words it is the one that is stored already.

    Raises NotFound, InvalidInput, Conflict for an item that is listed with other figures.
    """
    run = await writer.get(RUNS, run_id)
    if not run.values["cleared"]:
        raise InvalidInput("run_id", "A run that was not cleared has no drops.", "Mark it cleared.")
    drop = _drop(entry)
    check_drop(catalog, drop)
    row_id = drop_id(run_id, drop.item)
    stored = await writer.find(DROPS, row_id)
    if stored is not None:
        if _said(stored) != drop_fields(drop):
            raise Conflict("This item is listed already, with other figures.", "Change the run instead.")
        return _drop_info(catalog, stored), False
    if len(await _drops(writer.session, writer.user_id, [run_id])) >= MAX_DROPS:
        raise InvalidInput("item_id", f"A run has at most {MAX_DROPS} different drops.")
    noted = Edit(RUNS, run_id, {"drop_note": str(DropNote.LIST)})
    await writer.write([noted, _drop_edit(run_id, drop)])
    return _drop_info(catalog, await writer.get(DROPS, row_id)), True


async def remove_drop(writer: Writer, run_id: str, row_id: str) -> None:
    """Take a drop off a run. With the last one, nothing is known of its drops. Raises NotFound."""
    await writer.fetch([(RUNS, run_id), (DROPS, row_id)])
    await writer.get(RUNS, run_id)
    if (await writer.get(DROPS, row_id)).values["run_id"] != run_id:
        raise NotFound("This run has no such drop.")
    edits = [Edit(DROPS, row_id, bury=True)]
    if len(await _drops(writer.session, writer.user_id, [run_id])) == 1:
        edits.append(Edit(RUNS, run_id, {"drop_note": str(DropNote.UNRECORDED)}))
    await writer.write(edits)


@cache
def _server_version() -> str:
    return version("maplehub")


def _draft(entry: RunEntry, today: date) -> RunDraft:
    note = entry.drop_note or (DropNote.LIST if entry.drops else DropNote.UNRECORDED)
    return RunDraft(
        character_id=str(entry.character_id),
        entry_id=entry.boss_id,
        day=entry.day or today,
        party_size=entry.party_size,
        cleared=entry.cleared,
        drop_note=note,
        drops=tuple(_drop(each) for each in entry.drops),
        note=entry.note,
    )


def _drop(entry: DropEntry) -> Drop:
    return Drop(entry.item_id, entry.quantity, entry.sold_for, entry.sold_on)


async def _fields(writer: Writer, catalog: Catalog, draft: RunDraft) -> dict[str, Any]:
    character = await writer.get("characters", draft.character_id)
    return run_fields(
        catalog,
        draft,
        world_type(catalog, str(character.values["world"])),
        EntryMethod.API,
        now=writer.now,
        today=utc_date(writer.now),
        client_version=_server_version(),
    )


def _clear_id(catalog: Catalog, draft: RunDraft) -> str:
    return clear_of(catalog, draft.character_id, draft.entry_id, draft.day)


async def _put(
    writer: Writer, catalog: Catalog, run_id: str, fields: dict[str, Any], drops: Sequence[Drop]
) -> RunInfo:
    """Store a run and exactly these drops."""
    wanted = [_drop_edit(run_id, drop) for drop in drops]
    listed = {edit.id for edit in wanted}
    before = await _drops(writer.session, writer.user_id, [run_id])
    gone = [Edit(DROPS, row.id, bury=True) for row in before if row.id not in listed]
    await writer.write([Edit(RUNS, run_id, fields), *gone, *wanted])
    stored = [await writer.get(DROPS, edit.id) for edit in wanted]
    return _info(catalog, await writer.get(RUNS, run_id), stored)


def _drop_edit(run_id: str, drop: Drop) -> Edit:
    fields = {"run_id": run_id, "item": drop.item, **drop_fields(drop)}
    return Edit(DROPS, drop_id(run_id, drop.item), fields)


async def _drops(session: AsyncSession, user_id: str, run_ids: Sequence[str]) -> list[Row]:
    if not run_ids:
        return []
    return await reading.rows(session, user_id, DROPS, {"run_id": run_ids})


async def _told(session: AsyncSession, catalog: Catalog, user_id: str, runs: Sequence[Row]) -> list[RunInfo]:
    by_run: dict[str, list[Row]] = {}
    for row in await _drops(session, user_id, [run.id for run in runs]):
        by_run.setdefault(str(row.values["run_id"]), []).append(row)
    return [_info(catalog, run, by_run.get(run.id, ())) for run in runs]


def _said(row: Row) -> dict[str, object]:
    return {name: row.values[name] for name in ("quantity", "sold_for", "sold_on")}


def _info(catalog: Catalog, run: Row, drops: Iterable[Row]) -> RunInfo:
    values: dict[str, Any] = dict(run.values)
    return RunInfo(
        id=run.id,
        character_id=values["character_id"],
        boss_id=values["entry_id"],
        boss_name=catalog.boss_name(values["entry_id"]),
        day=date.fromisoformat(values["occurred_on"]),
        reset_period=date.fromisoformat(values["reset_period"]),
        cleared=bool(values["cleared"]),
        party_size=values["party_size"],
        drop_note=values["drop_note"],
        drops=[_drop_info(catalog, row) for row in sorted(drops, key=lambda row: str(row.values["item"]))],
        note=values["note"],
        crystal_mesos=values["crystal_mesos"],
        entry_method=values["entry_method"],
        logged_at=datetime.fromisoformat(values["logged_at"]),
    )


def _drop_info(catalog: Catalog, row: Row) -> DropInfo:
    values: dict[str, Any] = dict(row.values)
    return DropInfo(
        id=row.id,
        item_id=values["item"],
        item_name=catalog.item_name(values["item"]),
        quantity=values["quantity"],
        sold_for=values["sold_for"],
        sold_on=values["sold_on"],
    )


def _cursor(run: Row) -> str:
    return base64.urlsafe_b64encode(f"{run.values['occurred_on']}|{run.id}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        day, _, row_id = text.partition("|")
        return date.fromisoformat(day).isoformat(), str(UUID(row_id))
    except (binascii.Error, ValueError):
        raise InvalidInput("cursor", "This is no cursor of ours.", "Take `next_cursor` as it is.") from None
