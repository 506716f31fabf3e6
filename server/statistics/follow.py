"""Keeping the statistics what the runs say: the one place that takes up what players synced.

One consumer at a time holds the lock of the state, takes users whose histories grew, finds the weeks touched, judges
them whole and lets every sum follow the difference, all in one transaction: whoever reads sees the state before or the
state after, and a consumer that dies has done nothing.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select, union, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.database import identity
from server.lines import lines, put
from server.statistics import rollups
from server.statistics.judging import (
    JudgedWeek,
    Judgement,
    Unit,
    Worlds,
    counted_users,
    judge,
    pieces,
    worlds_of,
)
from server.statistics.rollups import Held, replace_weeks, stored_weeks
from server.statistics.rules import rules_in_force
from server.statistics.tables import stat_refused, stat_state, stat_users, stat_weeks
from server.sync import following
from server.sync.following import Behind
from shared.catalog import Catalog
from shared.resets import utc_date
from shared.statistics import SHARE
from shared.statistics.verdicts import weeks_of

MOST_USERS = 100
MOST_WEEKS = 500
"""Taken in one transaction: while it lasts, these users' pushes wait."""
_PLACE = ("clear_group", "reset_period", "occurred_on")


async def follow(session: AsyncSession, catalog: Catalog, now: datetime) -> bool:
    """Take up some of what players synced. Whether so much waited that there may be more.

    now: the UTC instant it is judged at. Nothing is done while another process is at it.
    """
    held = await rollups.hold_if_free(session)
    if held is None:
        return False
    judgement = await judgement_of(session, catalog, now)
    if held.judged_by != judgement.by:
        # By itself: until this is committed everybody's pushes wait.
        await following.start_over(session)
        await session.execute(update(stat_state).values(judged_by=judgement.by))
        return True
    await _wake(session, judgement.today)
    taken = await following.take(session, MOST_USERS)
    done = await _take_up(session, held, judgement, taken, now) if taken else 0
    return len(taken) == MOST_USERS or done < len(taken)


async def is_anything_due(session: AsyncSession, catalog: Catalog, now: datetime) -> bool:
    """Whether `follow` would find something to do. Takes no lock."""
    judged_by = (await session.execute(select(stat_state.c.judged_by))).scalar_one()
    if judged_by != Judgement(catalog, (), utc_date(now)).by or await following.is_anybody_behind(session):
        return True
    due = select(stat_refused.c.user_id).where(stat_refused.c.due <= utc_date(now)).limit(1)
    return (await session.execute(due)).first() is not None


async def judgement_of(session: AsyncSession, catalog: Catalog, now: datetime) -> Judgement:
    """What runs are judged by at an instant."""
    return Judgement(catalog, await rules_in_force(session), utc_date(now))


async def forget(session: AsyncSession, user_id: str, now: datetime) -> None:
    """Take back everything a user contributed, for an account that is being deleted in the same transaction."""
    held = await rollups.hold(session)
    await following.hold(session, user_id)
    before = await stored_weeks(session, await weeks_kept(session, [user_id]))
    await replace_weeks(session, held, before, {}, now)


async def weeks_kept(session: AsyncSession, user_ids: Collection[str]) -> list[Unit]:
    """The weeks of which something is kept of these users."""
    asked = lines(session, [{"user_id": user_id} for user_id in user_ids], user_id=identity())
    of = [
        select(table.c.user_id, table.c.week).join(asked, asked.c.user_id == table.c.user_id)
        for table in (stat_weeks, stat_refused)
    ]
    return [(user_id, week) for user_id, week in await session.execute(union(*of))]


async def weeks_changed(
    session: AsyncSession, catalog: Catalog, behind: Sequence[Behind]
) -> dict[str, set[date]]:
    """The weeks that histories' new rows may have changed, by user."""
    found: dict[str, set[date]] = {}
    runs = await following.changed(session, behind, "boss_runs", _PLACE)
    drops = await following.changed(session, behind, "boss_run_drops", ["run_id"])
    told = [(user_id, run_id) for user_id, run_id, *_ in runs]
    of_drops = {(user_id, run_id) for user_id, _, run_id in drops} - set(told)
    runs = [*runs, *await following.rows(session, "boss_runs", "id", of_drops, _PLACE)]
    # Everybody clears the same bosses on the same days.
    known: dict[tuple[str, str, str], set[date]] = {}
    for user_id, _, *rest in runs:
        group, period, day = rest
        weeks = known.get((group, period, day))
        if weeks is None:
            weeks = known[group, period, day] = weeks_of(catalog, group, period, day)
        found.setdefault(user_id, set()).update(weeks)
    for user_id, week in await _refused_in(session, told):
        found.setdefault(user_id, set()).add(week)
    return found


async def _refused_in(session: AsyncSession, runs: Sequence[tuple[str, str]]) -> list[Unit]:
    """The weeks in which runs were refused: one that is not its clear's only row can be moved to any other."""
    given = [{"user_id": user_id, "run_id": run_id} for user_id, run_id in runs]
    asked = lines(session, given, user_id=identity(), run_id=identity())
    said = stat_refused.c
    there = asked.join(stat_refused, (said.user_id == asked.c.user_id) & (said.run_id == asked.c.run_id))
    found = await session.execute(select(said.user_id, said.week).select_from(there))
    return [(user_id, week) for user_id, week in found]


async def _wake(session: AsyncSession, today: date) -> None:
    """Runs of days that were to come are judged again when the day is there."""
    due = select(stat_refused.c.user_id).where(stat_refused.c.due <= today).limit(MOST_USERS)
    users = sorted(set((await session.execute(due)).scalars()))
    if users:
        await following.start_over(session, users)


async def _take_up(
    session: AsyncSession, held: Held, judgement: Judgement, taken: Sequence[Behind], now: datetime
) -> int:
    """Of how many users it was all that was new."""
    users = [each.user_id for each in taken]
    counted = await counted_users(session, users)
    worlds = await worlds_of(session, users)
    known = await _known_worlds(session, users)
    said = await following.changed(session, taken, "settings", ["key"])
    anew = {user_id for user_id, _, key in said if key == SHARE}
    anew |= {each.user_id for each in taken if not each.after}
    anew |= {user_id for user_id in users if _moved(known.get(user_id, {}), worlds[user_id])}
    weeks = await _touched(session, judgement.catalog, taken, anew, counted)
    done = _as_many_as(users, weeks, MOST_WEEKS)
    units = [(user_id, week) for user_id in done for week in weeks.get(user_id, ())]
    before: dict[Unit, JudgedWeek] = {}
    after: dict[Unit, JudgedWeek] = {}
    for piece in pieces(units):
        before |= await stored_weeks(session, piece)
        mine = [unit for unit in piece if unit[0] in counted]
        if mine:
            after |= await judge(session, judgement, mine, worlds)
    await replace_weeks(session, held, before, after, now)
    await know_worlds(session, known, {user_id: worlds[user_id] for user_id in done})
    await following.followed(session, done)
    return len(done)


async def _touched(
    session: AsyncSession, catalog: Catalog, taken: Sequence[Behind], anew: set[str], counted: set[str]
) -> dict[str, set[date]]:
    """The weeks to judge, by user. Of whoever does not count only what is still kept: it is taken back."""
    asked = [
        Behind(each.user_id, 0 if each.user_id in anew else each.after, each.head)
        for each in taken
        if each.user_id in counted
    ]
    weeks = await weeks_changed(session, catalog, asked) if asked else {}
    if anew:
        for user_id, week in await weeks_kept(session, anew):
            weeks.setdefault(user_id, set()).add(week)
    return weeks


def _as_many_as(users: Sequence[str], weeks: Mapping[str, set[date]], most: int) -> list[str]:
    """The first of these users with so many weeks together, at least one user."""
    found: list[str] = []
    for user_id in users:
        most -= len(weeks.get(user_id, ()))
        if found and most < 0:
            break
        found.append(user_id)
    return found


def _moved(known: Worlds, worlds: Worlds) -> bool:
    """Whether a character is in another world than its runs were judged by."""
    return any(worlds.get(character) != world for character, world in known.items())


async def _known_worlds(session: AsyncSession, users: Iterable[str]) -> dict[str, Worlds]:
    asked = lines(session, [{"user_id": user_id} for user_id in users], user_id=identity())
    kept = asked.join(stat_users, stat_users.c.user_id == asked.c.user_id)
    found = await session.execute(select(stat_users.c.user_id, stat_users.c.worlds).select_from(kept))
    return {user_id: json.loads(worlds) for user_id, worlds in found}


async def know_worlds(
    session: AsyncSession, known: Mapping[str, Worlds], worlds: Mapping[str, Worlds]
) -> None:
    """Keep in which worlds users' characters are now, where it is not what is known."""
    new = [
        {"user_id": user_id, "worlds": json.dumps(now, sort_keys=True)}
        for user_id, now in worlds.items()
        if known.get(user_id) != now
    ]
    await put(session, stat_users, new)
