"""Judging weeks of many players at once from what they synced."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.statistics.tables import stat_quarantine
from server.sync import following
from server.sync.following import Behind
from shared.catalog import Catalog
from shared.ids import setting_id
from shared.statistics import SHARE
from shared.statistics.rules import Rule
from shared.statistics.verdicts import Reason, Run, judge_week, week_of
from shared.statistics.weeks import NOTHING, Contribution, contribution

REVISION = 1
"""Grows when the same rows would be judged otherwise than before: everything is then judged anew."""
Unit = tuple[str, date]
"""A player's week, by its first day."""
Worlds = dict[str, str | None]
"""Character id to its world, None where it is gone."""
_RUN = tuple(name for name in Run._fields if name not in {"id", "world", "drops"})
_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What runs are judged by. today: the UTC day it is."""

    catalog: Catalog
    rules: tuple[Rule, ...]
    today: date

    @property
    def by(self) -> str:
        """What changes when everything is to be judged anew. Rules see to it themselves that they are obeyed."""
        return f"{REVISION}/{self.catalog.version}"


class Refusal(NamedTuple):
    """reason: a `Reason`, or a rule's code. due: the day of a run that is still to come: it is judged again then."""

    reason: str
    due: date | None


@dataclass(frozen=True, slots=True)
class JudgedWeek:
    """refused: by run id, of cleared runs that do not count."""

    counted: Contribution = NOTHING
    refused: Mapping[str, Refusal] = field(default_factory=dict)


EMPTY = JudgedWeek()


async def sharing(session: AsyncSession, user_ids: Iterable[str]) -> set[str]:
    """Those of these users who said that their runs may be counted."""
    asked = [(user_id, setting_id(SHARE)) for user_id in user_ids]
    said = await following.rows(session, "settings", "id", asked, ["value"])
    return {user_id for user_id, _, value in said if value.strip() == "true"}


async def counted_users(session: AsyncSession, user_ids: Iterable[str]) -> set[str]:
    """Those of these users whose runs may count: they share them, and are not held back."""
    held = set((await session.execute(select(stat_quarantine.c.user_id))).scalars())
    return await sharing(session, user_ids) - held


async def worlds_of(session: AsyncSession, user_ids: Iterable[str]) -> dict[str, Worlds]:
    """Where the characters of these users live."""
    found: dict[str, Worlds] = {user_id: {} for user_id in user_ids}
    everything = [Behind(user_id, 0, 0) for user_id in found]
    rows = await following.changed(session, everything, "characters", ["world", "deleted"])
    for user_id, character_id, world, deleted in rows:
        found[user_id][character_id] = None if deleted else world
    return found


async def judge(
    session: AsyncSession, judgement: Judgement, units: Sequence[Unit], worlds: Mapping[str, Worlds]
) -> dict[Unit, JudgedWeek]:
    """Weeks of players who share, judged from their rows as they are stored; weeks without a run are left out."""
    runs = await runs_of(session, units, worlds)
    return {unit: judged_week(judgement, found) for unit, found in runs.items()}


async def runs_of(
    session: AsyncSession, units: Sequence[Unit], worlds: Mapping[str, Worlds]
) -> dict[Unit, list[Run]]:
    """The live runs of players' weeks, as they are stored."""
    spans = [(user_id, week, week + _WEEK) for user_id, week in units]
    rows = await following.rows_between(session, "boss_runs", "occurred_on", spans, _RUN)
    drops: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    of_runs = ("boss_runs", "occurred_on", spans, "boss_run_drops", ["run_id", "item", "quantity"])
    for user_id, _, run_id, item, quantity in await following.children_between(session, *of_runs):
        drops[user_id, run_id].append((item, quantity))
    found: dict[Unit, list[Run]] = defaultdict(list)
    for user_id, row_id, *fields in rows:
        told = drops.get((user_id, row_id), ())
        run = Run._make((row_id, *fields, worlds[user_id].get(fields[0]), told))
        found[user_id, week_of(date.fromisoformat(run.occurred_on))].append(run)
    return found


def pieces(units: Iterable[Unit], most: int = 500) -> Iterator[list[Unit]]:
    """Units in lists that are not too long to hold the rows of."""
    found = list(units)
    for start in range(0, len(found), most):
        yield found[start : start + most]


def judged_week(judgement: Judgement, runs: Sequence[Run]) -> JudgedWeek:
    """What becomes of the runs of one week of a player who shares them."""
    judged = judge_week(runs, judgement.catalog, judgement.today, judgement.rules)
    refused: dict[str, Refusal] = {}
    for each in judged:
        if each.reason is not None and each.reason != Reason.NOT_CLEARED:
            to_come = each.reason == Reason.IN_THE_FUTURE
            due = date.fromisoformat(each.run.occurred_on) if to_come else None
            refused[each.run.id] = Refusal(each.reason, due)
    return JudgedWeek(contribution(judged), refused)
