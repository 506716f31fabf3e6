"""What a day or a week brought, by the same rule as the desktop's Home page."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from server.sync import reading
from server.tracking.service import DROPS, RUNS
from shared.api.tracking import BossSummary, Summary
from shared.catalog import Catalog
from shared.resets import Reset, last_day, period_of_day
from shared.summary import DropFact, RunFact, Tally, tally
from shared.sync.wire import Row


async def summary(
    session: AsyncSession,
    catalog: Catalog,
    user_id: str,
    reset: Reset,
    *,
    day: date,
    today: date,
    character_id: str | None,
) -> Summary:
    """The day or the week that holds `day`, of one character or of all.

    Bosses that brought something, and in the current period those of this reset that are planned and not done.
    """
    first = period_of_day(reset, day)
    last = last_day(reset, first)
    days = reading.Span(first.isoformat(), last.isoformat())
    of_whom: dict[str, reading.Wanted] = {} if character_id is None else {"character_id": character_id}
    runs = await reading.rows(session, user_id, RUNS, {**of_whom, "occurred_on": days})
    drops = await _drops(session, user_id, runs, days, character_id)
    found = dict(tally((_run(row) for row in runs), drops, days.first, days.last))
    if first <= today <= last:
        for plan in await reading.rows(session, user_id, "boss_plans", of_whom):
            entry = catalog.bosses.get(str(plan.values["entry_id"]))
            if entry is not None and entry.reset is reset:
                found.setdefault(entry.id, Tally())
    order = {entry_id: place for place, entry_id in enumerate(catalog.bosses)}
    lines = [
        BossSummary(
            boss_id=entry_id,
            boss_name=catalog.boss_name(entry_id),
            cleared=brought.clears > 0,
            clears=brought.clears,
            drops_count=brought.drops,
            meso_value=brought.mesos,
        )
        for entry_id, brought in sorted(
            found.items(), key=lambda each: (order.get(each[0], len(order)), each[0])
        )
    ]
    total = sum(line.meso_value for line in lines)
    return Summary(first_day=first, last_day=last, bosses=lines, total_meso=total)


async def _drops(
    session: AsyncSession, user_id: str, runs: list[Row], days: reading.Span, character_id: str | None
) -> list[DropFact]:
    """Drops of these runs, and drops of other live runs that were sold on these days."""
    known = {run.id: run for run in runs}
    fell = await reading.rows(session, user_id, DROPS, {"run_id": list(known)}) if known else []
    sold = await reading.rows(session, user_id, DROPS, {"sold_on": days})
    earlier = {str(row.values["run_id"]) for row in sold} - set(known)
    if earlier:
        others = await reading.some(session, user_id, RUNS, earlier)
        known |= {
            run.id: run
            for run in others.values()
            if character_id is None or run.values["character_id"] == character_id
        }
    facts = {row.id: row for row in (*fell, *sold) if row.values["run_id"] in known}
    return [_drop(known[str(row.values["run_id"])], row) for row in facts.values()]


def _run(row: Row) -> RunFact:
    values = row.values
    mesos = values["crystal_mesos"]
    assert mesos is None or isinstance(mesos, int)
    return RunFact(str(values["entry_id"]), bool(values["cleared"]), mesos)


def _drop(run: Row, row: Row) -> DropFact:
    quantity, sold_for, sold_on = (row.values[name] for name in ("quantity", "sold_for", "sold_on"))
    assert isinstance(quantity, int)
    assert sold_for is None or isinstance(sold_for, int)
    assert sold_on is None or isinstance(sold_on, str)
    return DropFact(str(run.values["entry_id"]), str(run.values["occurred_on"]), quantity, sold_for, sold_on)
