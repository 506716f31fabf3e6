"""Daily, weekly, monthly and one-time tasks: from templates or the player's own."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from desktop.services.characters import read_characters
from desktop.storage.changes import Changes, Label
from desktop.storage.database import Database
from desktop.storage.tables import characters as characters_table
from desktop.storage.tables import live, task_completions, user_tasks
from desktop.storage.transaction import Row, Transaction
from shared.catalog import Catalog, TaskTemplate
from shared.economy.rewards import RewardRules, task_reward
from shared.errors import InvalidInput
from shared.ids import completion_id, new_id, task_id
from shared.resets import Reset, period_of_day, previous_period, utc_date
from shared.tasks import (
    ACCOUNT,
    TaskDraft,
    owner_of,
    present_owners,
    task_fields,
    template_fields,
    template_of,
)

BOSS_CATEGORIES = frozenset({"daily-boss", "weekly-boss", "monthly-boss"})
"""Categories of templates that say what the Bosses page tracks already."""
SACRED_LEVEL = 260
"""The level that opens Cernium, the first area with sacred symbols (see the template cernium-daily)."""
_BEFORE_SACRED = frozenset({"arcane-symbol-daily", "arcane-symbol-weekly", "tenebris-daily"})
_STREAK_PERIODS = 400


@dataclass(frozen=True, slots=True)
class Task:
    """A task as set up. owner: a character's id, a world's slug or `account`; reward in coins, before events."""

    id: str
    template: str | None
    name: str
    category: str
    reset: Reset
    scope: str
    owner: str
    max_count: int
    reward_coins: int


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task in its current period.

    streak: finished periods in a row, the current one counted once it is finished.
    """

    task: Task
    period: date
    count: int
    streak: int

    @property
    def done(self) -> bool:
        """Whether nothing is left to do this period."""
        return self.count >= self.task.max_count


class Tasks:
    """Set up tasks and tick them."""

    def __init__(self, database: Database, catalog: Catalog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._catalog = catalog
        self._now = now

    def states(self, owners: Sequence[str] | None = None, *, streaks: bool = True) -> list[TaskState]:
        """The tasks of these owners with what is done this period, in the player's order.

        owners: None for every character there is, their worlds and the account; what belongs to a removed
        character waits for it to come back. streaks: look back for them; without, every streak counts the
        current period only.
        """
        today = utc_date(self._now())
        with self._database.read() as connection:
            if owners is None:
                owners = present_owners(
                    (character.id, character.world)
                    for character in read_characters(connection, self._catalog)
                )
            query = (
                select(user_tasks)
                .where(live(user_tasks), user_tasks.c.owner.in_(owners))
                .order_by(user_tasks.c.position, user_tasks.c.row)
            )
            tasks = [
                _task(row, self._catalog.economy.rewards) for row in connection.execute(query).mappings()
            ]
            counts = _counts(connection, tasks, today, back=_STREAK_PERIODS if streaks else 0)
        return [_state(task, counts.get(task.id, {}), today) for task in tasks]

    def owners_of(self, character_id: str) -> list[str]:
        """Whose tasks concern this character: its own, its world's and the account's."""
        with self._database.read() as connection:
            for character in read_characters(connection, self._catalog):
                if character.id == character_id:
                    return [character_id, character.world, ACCOUNT]
        return [ACCOUNT]

    def add_templates(self, templates: Sequence[str], character_id: str) -> Changes:
        """Add built-in tasks for a character; world and account tasks are shared and added once."""
        with self._database.write() as writing:
            tx = writing.tx
            by_id = {c.id: c for c in read_characters(tx.connection, self._catalog)}
            character = by_id.get(character_id)
            if character is None:
                raise InvalidInput("owner", "Choose the character these tasks are for.")
            added = 0
            position = _next_position(tx)
            for slug in templates:
                template = template_of(self._catalog, slug)
                owner = owner_of(template.scope, character.id, character.world)
                row_id = task_id(slug, owner)
                if tx.exists(user_tasks, row_id):
                    continue
                tx.insert(
                    user_tasks,
                    row_id,
                    **template_fields(template, owner),
                    position=position + added,
                    created_at=self._now().isoformat(timespec="seconds"),
                )
                added += 1
            writing.label = Label("task.added_many", {"count": added, "character": character.name})
        return writing.changes

    def create(self, draft: TaskDraft) -> tuple[Changes, str]:
        """Add an own task. Returns its id too. Raises InvalidInput."""
        with self._database.write() as writing:
            tx = writing.tx
            fields = self._checked(tx.connection, draft)
            row_id = new_id()
            tx.insert(
                user_tasks,
                row_id,
                template=None,
                **fields,
                position=_next_position(tx),
                created_at=self._now().isoformat(timespec="seconds"),
            )
            writing.label = Label("task.added", {"task": fields["name"]})
        return writing.changes, row_id

    def change(self, task: str, draft: TaskDraft) -> Changes:
        """Change a task. Raises InvalidInput or NotFound."""
        with self._database.write() as writing:
            fields = self._checked(writing.tx.connection, draft)
            writing.tx.update(user_tasks, task, **fields)
            writing.label = Label("task.changed", {"task": fields["name"]})
        return writing.changes

    def remove(self, task: str) -> Changes:
        """Take a task off the list; what was done stays known and comes back with undo."""
        with self._database.write() as writing:
            row = writing.tx.get(user_tasks, task)
            writing.tx.delete(user_tasks, task)
            writing.label = Label("task.removed", {"task": row["name"]})
        return writing.changes

    def reorder(self, order: Sequence[str]) -> Changes:
        """Put tasks in this order."""
        with self._database.write(Label("task.reordered")) as writing:
            for position, row_id in enumerate(order):
                writing.tx.update(user_tasks, row_id, position=position)
        return writing.changes

    def set_count(self, task: str, count: int) -> Changes:
        """How often the task is done in its current period; 0 takes it back."""
        with self._database.write() as writing:
            tx = writing.tx
            row = tx.get(user_tasks, task)
            if not 0 <= count <= row["max_count"]:
                raise InvalidInput("count", f"This task is done 0 to {row['max_count']} times.")
            period = period_of_day(Reset(row["reset"]), utc_date(self._now()))
            row_id = completion_id(task, row["owner"], period)
            done_at = self._now().isoformat(timespec="seconds")
            if tx.exists(task_completions, row_id):
                if count:
                    tx.update(task_completions, row_id, count=count, done_at=done_at)
                else:
                    tx.delete(task_completions, row_id)
            elif count:
                tx.insert(
                    task_completions,
                    row_id,
                    task_id=task,
                    owner=row["owner"],
                    period=period.isoformat(),
                    count=count,
                    done_at=done_at,
                )
            key = (
                "task.undone" if not count else "task.done" if count >= row["max_count"] else "task.progress"
            )
            writing.label = Label(key, {"task": row["name"], "count": count, "of": row["max_count"]})
        return writing.changes

    def finish(self, tasks: Sequence[str]) -> Changes:
        """Mark several tasks done in their current period: one change, one undo.

        What is done already stays as it is; when nothing is left to do, nothing is said.
        """
        today = utc_date(self._now())
        finished = 0
        with self._database.write() as writing:
            tx = writing.tx
            done_at = self._now().isoformat(timespec="seconds")
            for task in tasks:
                row = tx.get(user_tasks, task)
                period = period_of_day(Reset(row["reset"]), today)
                row_id = completion_id(task, row["owner"], period)
                fields = {"count": row["max_count"], "done_at": done_at}
                if tx.exists(task_completions, row_id):
                    if tx.get(task_completions, row_id)["count"] >= row["max_count"]:
                        continue
                    tx.update(task_completions, row_id, **fields)
                else:
                    tx.insert(
                        task_completions,
                        row_id,
                        task_id=task,
                        owner=row["owner"],
                        period=period.isoformat(),
                        **fields,
                    )
                finished += 1
            if finished:
                writing.label = Label("task.done_many", {"count": finished})
        return writing.changes

    def _checked(self, connection: Connection, draft: TaskDraft) -> dict[str, Any]:
        known = connection.execute(
            select(characters_table.c.id).where(characters_table.c.id == draft.owner, live(characters_table))
        )
        return task_fields(self._catalog, draft, set(known.scalars()))


def suggested(templates: Iterable[TaskTemplate], level: int | None) -> frozenset[str]:
    """Slugs of the built-in tasks a character of this level most likely does.

    Those its level opens, without the areas whose symbols a higher tier has replaced (arcane from 260 on,
    where the first sacred symbol area opens: the minimum levels stand in the templates) and without bosses,
    which have their own page. Nothing when the level is not known.
    """
    if level is None:
        return frozenset()
    outgrown = _BEFORE_SACRED if level >= SACRED_LEVEL else frozenset()
    return frozenset(
        template.slug
        for template in templates
        if template.min_level is not None
        and template.min_level <= level
        and template.category not in BOSS_CATEGORIES | outgrown
    )


def _next_position(tx: Transaction) -> int:
    rows = tx.connection.execute(select(user_tasks.c.position).where(live(user_tasks))).scalars()
    return max(rows, default=-1) + 1


def _task(row: Row, rules: RewardRules) -> Task:
    reset, built_in = Reset(row["reset"]), row["template"] is not None
    return Task(
        id=row["id"],
        template=row["template"],
        name=row["name"],
        category=row["category"],
        reset=reset,
        scope=row["scope"],
        owner=row["owner"],
        max_count=row["max_count"],
        reward_coins=task_reward(rules, reset, row["reward_coins"], built_in=built_in).coins,
    )


def _counts(
    connection: Connection, tasks: Sequence[Task], today: date, back: int
) -> dict[str, dict[date, int]]:
    found: dict[str, dict[date, int]] = {}
    owners = {task.id: task.owner for task in tasks}
    for reset in {task.reset for task in tasks}:
        since = period_of_day(reset, today)
        for _ in range(back):
            since = previous_period(reset, since) or since
        columns = task_completions.c
        query = select(columns.task_id, columns.owner, columns.period, columns.count).where(
            task_completions.c.task_id.in_([task.id for task in tasks if task.reset is reset]),
            task_completions.c.period >= since.isoformat(),
            live(task_completions),
        )
        for task, owner, period, count in connection.execute(query):
            # A task that went to another owner is still to be done by that one.
            if owner == owners[task]:
                found.setdefault(task, {})[date.fromisoformat(period)] = count
    return found


def _state(task: Task, counts: dict[date, int], today: date) -> TaskState:
    period = period_of_day(task.reset, today)
    streak = int(counts.get(period, 0) >= task.max_count)
    before = previous_period(task.reset, period)
    for _ in range(_STREAK_PERIODS):
        if before is None or counts.get(before, 0) < task.max_count:
            break
        streak += 1
        before = previous_period(task.reset, before)
    return TaskState(task, period, counts.get(period, 0), streak)
