"""/api/tracking: a player's boss runs, their drops, and what they brought."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from server.accounts.identity import Now, SignedInCaller
from server.catalog.service import GameCatalog
from server.database import Reader
from server.errors import answers
from server.sync.access import UserWriter
from server.tracking import service, summaries
from shared.api.base import Day
from shared.api.tracking import (
    MAX_OFFSET,
    MAX_PAGE,
    DropEntry,
    DropInfo,
    RunEntry,
    RunInfo,
    RunPage,
    Summary,
)
from shared.resets import Reset, utc_date

router = APIRouter(prefix="/tracking", tags=["tracking"])
Character = Annotated[UUID | None, Query(description="Of this character only.")]


@router.get("/boss-runs", summary="What did I run?", responses=answers(422))
async def listing(
    session: Reader,
    caller: SignedInCaller,
    catalog: GameCatalog,
    character_id: Character = None,
    boss_id: Annotated[str | None, Query(max_length=100, pattern=r"^[a-z0-9-]+$")] = None,
    reset_period: Annotated[Day | None, Query(description="The date the period began.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 50,
    cursor: Annotated[
        str | None, Query(max_length=100, description="`next_cursor` of the page before.")
    ] = None,
    offset: Annotated[int, Query(ge=0, le=MAX_OFFSET, description="Instead of a cursor.")] = 0,
) -> RunPage:
    """The latest first. By cursor a page stays right while runs are added; by offset it may repeat some."""
    wanted = service.Wanted(
        character_id=None if character_id is None else str(character_id),
        boss_id=boss_id,
        reset_period=reset_period,
        limit=limit,
        cursor=cursor,
        offset=offset,
    )
    return await service.page(session, catalog, caller.user_id, wanted)


@router.post(
    "/boss-runs",
    summary="Log a run",
    status_code=201,
    response_model=RunInfo,
    responses={
        200: {"model": RunInfo, "description": "It was told in these words already"},
        **answers(403, 404, 409, 413, 415, 422),
    },
)
async def log(
    entry: Annotated[RunEntry, Body()], response: Response, writer: UserWriter, catalog: GameCatalog
) -> RunInfo:
    """A character clears a boss once in its period, whatever the difficulty. The same clear told again in the same
    words is 200 with what is stored; in other words it is 409 with the `id` of the run to change."""
    found, new = await service.log(writer, catalog, entry)
    response.status_code = 201 if new else 200
    return found


@router.get("/boss-runs/{run_id}", summary="Look at a run", responses=answers(404, 422))
async def one(run_id: UUID, session: Reader, caller: SignedInCaller, catalog: GameCatalog) -> RunInfo:
    """With its drops."""
    return await service.one(session, catalog, caller.user_id, str(run_id))


@router.put("/boss-runs/{run_id}", summary="Change a run", responses=answers(403, 404, 409, 413, 415, 422))
async def change(
    run_id: UUID, entry: Annotated[RunEntry, Body()], writer: UserWriter, catalog: GameCatalog
) -> RunInfo:
    """All of it at once, its drops too; what is left out is emptied. A clear of another character, boss or period is
    another run: the answer then has a new `id`, and 409 says that there is such a run already."""
    return await service.change(writer, catalog, str(run_id), entry)


@router.delete(
    "/boss-runs/{run_id}", summary="Remove a run", status_code=204, responses=answers(403, 404, 422)
)
async def remove(run_id: UUID, writer: UserWriter) -> None:
    """With its drops."""
    await service.remove(writer, str(run_id))


@router.post(
    "/boss-runs/{run_id}/drops",
    summary="Add a drop",
    status_code=201,
    response_model=DropInfo,
    responses={
        200: {"model": DropInfo, "description": "It was told in these words already"},
        **answers(403, 404, 409, 413, 415, 422),
    },
)
async def add_drop(
    run_id: UUID,
    entry: Annotated[DropEntry, Body()],
    response: Response,
    writer: UserWriter,
    catalog: GameCatalog,
) -> DropInfo:
    """An item stands once in a run's list. Told again in the same words it is 200, in other words 409."""
    found, new = await service.add_drop(writer, catalog, str(run_id), entry)
    response.status_code = 201 if new else 200
    return found


@router.delete(
    "/boss-runs/{run_id}/drops/{drop_id}",
    summary="Remove a drop",
    status_code=204,
    responses=answers(403, 404, 422),
)
async def remove_drop(run_id: UUID, drop_id: UUID, writer: UserWriter) -> None:
    """With the last one, the run's drops count as not noted, not as nothing."""
    await service.remove_drop(writer, str(run_id), str(drop_id))


@router.get("/weekly-summary", summary="What did a week bring?", responses=answers(422))
async def weekly_summary(
    session: Reader,
    caller: SignedInCaller,
    catalog: GameCatalog,
    now: Now,
    day: Annotated[Day | None, Query(description="A day of the week; this week when left out.")] = None,
    character_id: Character = None,
) -> Summary:
    """Thursday to Wednesday, by the days runs happened and drops were sold on. In the current week, planned weekly
    bosses that are not done are listed too."""
    return await _summary(session, caller, catalog, now, Reset.WEEKLY, day, character_id)


@router.get("/daily-summary", summary="What did a day bring?", responses=answers(422))
async def daily_summary(
    session: Reader,
    caller: SignedInCaller,
    catalog: GameCatalog,
    now: Now,
    day: Annotated[Day | None, Query(description="Today when left out.")] = None,
    character_id: Character = None,
) -> Summary:
    """By the day runs happened and drops were sold on. Today, planned daily bosses that are not done are listed too."""
    return await _summary(session, caller, catalog, now, Reset.DAILY, day, character_id)


async def _summary(
    session: Reader,
    caller: SignedInCaller,
    catalog: GameCatalog,
    now: Now,
    reset: Reset,
    day: Day | None,
    character_id: UUID | None,
) -> Summary:
    today = utc_date(now)
    return await summaries.summary(
        session,
        catalog,
        caller.user_id,
        reset,
        day=day or today,
        today=today,
        character_id=None if character_id is None else str(character_id),
    )
