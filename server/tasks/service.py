"""Use cases of tasks, as on the desktop."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from server.characters import service as characters
from server.sync import reading
from server.sync.editing import Edit, Writer
from shared.api.tasks import OwnTask, TaskEntry, TaskInfo, TemplateInfo, TemplateTask
from shared.catalog import Catalog
from shared.errors import InvalidInput
from shared.ids import completion_id, new_id, task_id
from shared.resets import Reset, period_of_day, utc_date
from shared.sync.wire import Row
from shared.tasks import (
    TaskDraft,
    owner_of,
    present_owners,
    task_fields,
    template_fields,
    template_of,
)

TASKS, COMPLETIONS = "user_tasks", "task_completions"


async def listing(session: AsyncSession, user_id: str, now: datetime) -> list[TaskInfo]:
    """The tasks of the characters there are, their worlds and the account, in the player's order."""
    there = await characters.all_of(session, user_id)
    owners = present_owners((row.id, str(row.values["world"])) for row in there)
    tasks = sorted(await reading.rows(session, user_id, TASKS, {"owner": owners}), key=_place)
    today = utc_date(now)
    done = await reading.some(session, user_id, COMPLETIONS, (_completion(row, today) for row in tasks))
    return [_info(row, done.get(_completion(row, today)), today) for row in tasks]


async def add_template(writer: Writer, catalog: Catalog, entry: TemplateTask) -> tuple[TaskInfo, bool]:
    """Add a built-in task; whether it was not there. Raises InvalidInput, NotFound."""
    template = template_of(catalog, entry.template)
    character = await writer.get("characters", str(entry.character_id))
    owner = owner_of(template.scope, character.id, str(character.values["world"]))
    row_id = task_id(template.slug, owner)
    new = await writer.find(TASKS, row_id) is None
    if new:
        await _add(writer, row_id, template_fields(template, owner))
    return await _now(writer, row_id), new


async def add_own(writer: Writer, catalog: Catalog, entry: OwnTask) -> TaskInfo:
    """Add a task of the player's own. Raises InvalidInput, NotFound."""
    row_id = new_id()
    await _add(writer, row_id, {"template": None, **await _fields(writer, catalog, entry)})
    return await _now(writer, row_id)


async def change(writer: Writer, catalog: Catalog, row_id: str, entry: TaskEntry) -> TaskInfo:
    """Change a task. Raises NotFound, InvalidInput."""
    await writer.get(TASKS, row_id)
    await writer.write([Edit(TASKS, row_id, await _fields(writer, catalog, entry))])
    return await _now(writer, row_id)


async def remove(writer: Writer, row_id: str) -> None:
    """Take a task off the list; what was done stays known. Raises NotFound."""
    await writer.get(TASKS, row_id)
    await writer.write([Edit(TASKS, row_id, bury=True)])


async def set_count(writer: Writer, row_id: str, count: int | None) -> TaskInfo:
    """How often a task is done in its current period; None for as often as it can be, 0 takes it back.

    Raises NotFound, InvalidInput.
    """
    task = await writer.get(TASKS, row_id)
    most = _number(task, "max_count")
    wanted = most if count is None else count
    if not 0 <= wanted <= most:
        raise InvalidInput("count", f"This task is done 0 to {most} times.")
    today = utc_date(writer.now)
    done = _completion(task, today)
    stored = await writer.find(COMPLETIONS, done)
    if wanted != (_number(stored, "count") if stored else 0):
        fields = {
            "task_id": row_id,
            "owner": task.values["owner"],
            "period": _period(task, today).isoformat(),
            "count": wanted,
            "done_at": writer.now.isoformat(timespec="seconds"),
        }
        await writer.write(
            [Edit(COMPLETIONS, done, fields) if wanted else Edit(COMPLETIONS, done, bury=True)]
        )
    return await _now(writer, row_id)


def templates(catalog: Catalog) -> list[TemplateInfo]:
    """Every built-in task."""
    return [
        TemplateInfo(
            id=template.slug,
            name=template.name,
            category=template.category,
            reset=template.reset,
            scope=template.scope,
            max_count=template.max_count,
            min_level=template.min_level,
        )
        for template in catalog.task_templates.values()
    ]


async def _add(writer: Writer, row_id: str, fields: dict[str, Any]) -> None:
    """Store a new task at the end of the list."""
    present: Iterable[Row] = await reading.rows(writer.session, writer.user_id, TASKS)
    place = max((_number(row, "position") for row in present), default=-1) + 1
    made = {**fields, "position": place, "created_at": writer.now.isoformat(timespec="seconds")}
    await writer.write([Edit(TASKS, row_id, made)])


async def _fields(writer: Writer, catalog: Catalog, entry: TaskEntry) -> dict[str, Any]:
    draft = TaskDraft(
        entry.name, entry.reset, entry.owner, entry.category, entry.max_count, entry.reward_coins
    )
    there = await reading.some(writer.session, writer.user_id, "characters", [entry.owner])
    return task_fields(catalog, draft, there)


async def _now(writer: Writer, row_id: str) -> TaskInfo:
    task, today = await writer.get(TASKS, row_id), utc_date(writer.now)
    return _info(task, await writer.find(COMPLETIONS, _completion(task, today)), today)


def _reset(task: Row) -> Reset:
    """How often it comes back; a newer version's word that is not known here counts as never."""
    word = str(task.values["reset"])
    return Reset(word) if word in set(Reset) else Reset.ONCE


def _period(task: Row, today: date) -> date:
    return period_of_day(_reset(task), today)


def _completion(task: Row, today: date) -> str:
    return completion_id(task.id, str(task.values["owner"]), _period(task, today))


def _place(row: Row) -> tuple[int, str, str]:
    return _number(row, "position"), str(row.values["created_at"]), row.id


def _number(row: Row, field: str) -> int:
    value = row.values[field]
    assert isinstance(value, int)
    return value


def _info(task: Row, done: Row | None, today: date) -> TaskInfo:
    values: dict[str, Any] = dict(task.values)
    count = _number(done, "count") if done is not None else 0
    return TaskInfo(
        id=task.id,
        template=values["template"],
        name=values["name"],
        category=values["category"],
        reset=_reset(task),
        scope=values["scope"],
        owner=values["owner"],
        max_count=values["max_count"],
        reward_coins=values["reward_coins"],
        period=_period(task, today),
        count=count,
        completed_this_period=count >= values["max_count"],
    )
