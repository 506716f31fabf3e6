"""/api/tasks: a player's daily, weekly, monthly and one-time tasks."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Request, Response

from server.accounts.identity import Now, SignedInCaller
from server.catalog.caching import UNCHANGED, kept
from server.catalog.service import GameCatalog
from server.database import Reader
from server.errors import answers
from server.sync.access import UserWriter
from server.tasks import service
from shared.api.tasks import NewTask, OwnTask, TaskEntry, TaskInfo, TaskList, TemplateList
from shared.tasks import MAX_COUNT

router = APIRouter(prefix="/tasks", tags=["tasks"])


@router.get("", summary="What is there to do?")
async def listing(session: Reader, caller: SignedInCaller, now: Now) -> TaskList:
    """In your own order, each with what is done of it in its current period."""
    return TaskList(items=await service.listing(session, caller.user_id, now))


@router.get(
    "/templates",
    summary="Which tasks are built in?",
    response_model=TemplateList,
    responses=UNCHANGED,
)
async def templates(request: Request, response: Response, catalog: GameCatalog) -> TemplateList | Response:
    """For everybody. An answer may be kept for an hour."""
    items = service.templates(catalog)
    return kept(request, response, catalog) or TemplateList(items=items)


@router.post(
    "",
    summary="Add a task",
    status_code=201,
    response_model=TaskInfo,
    responses={
        200: {"model": TaskInfo, "description": "This built-in task is there already"},
        **answers(403, 404, 413, 415, 422),
    },
)
async def create(
    entry: Annotated[NewTask, Body()], response: Response, writer: UserWriter, catalog: GameCatalog
) -> TaskInfo:
    """A built-in one for a character, or your own. A built-in one that is there already is 200, as it is."""
    if isinstance(entry, OwnTask):
        return await service.add_own(writer, catalog, entry)
    found, new = await service.add_template(writer, catalog, entry)
    response.status_code = 201 if new else 200
    return found


@router.put("/{task_id}", summary="Change a task", responses=answers(403, 404, 413, 415, 422))
async def change(
    task_id: UUID, entry: Annotated[TaskEntry, Body()], writer: UserWriter, catalog: GameCatalog
) -> TaskInfo:
    """All of it at once; what is left out is as in a new one."""
    return await service.change(writer, catalog, str(task_id), entry)


@router.delete("/{task_id}", summary="Remove a task", status_code=204, responses=answers(403, 404, 422))
async def remove(task_id: UUID, writer: UserWriter) -> None:
    """What was done stays known and is there again when the task comes back."""
    await service.remove(writer, str(task_id))


@router.post("/{task_id}/complete", summary="Mark a task done", responses=answers(403, 404, 422))
async def complete(
    task_id: UUID,
    writer: UserWriter,
    count: Annotated[
        int | None,
        Query(ge=1, le=MAX_COUNT, description="How often it is done; as often as it can be when left out."),
    ] = None,
) -> TaskInfo:
    """In its current period. Saying it twice changes nothing."""
    return await service.set_count(writer, str(task_id), count)


@router.delete("/{task_id}/complete", summary="Mark a task not done", responses=answers(403, 404, 422))
async def uncomplete(task_id: UUID, writer: UserWriter) -> TaskInfo:
    """In its current period. Saying it twice changes nothing."""
    return await service.set_count(writer, str(task_id), 0)
