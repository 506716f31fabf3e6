"""Keeping what a source told: points where values changed, and what was gained by the day, in one transaction."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.lines import put
from server.progress import accounts
from server.progress.tables import progress_days, progress_now, progress_points
from shared.clans.metrics import MAX_VALUE, is_metric, total_of
from shared.clans.progress import changed
from shared.resets import utc_date

FRESH = timedelta(minutes=10)
"""An account sampled within this time is not asked for again."""


async def record(
    session: AsyncSession,
    account_id: str,
    metrics: Mapping[str, int],
    now: datetime,
    *,
    name: str | None = None,
    details: Mapping[str, str] | None = None,
) -> bool:
    """Take a sample in. metrics: what is known; one that is not named stays as it was. name, details: as the source
    tells them now. Returns whether it was taken: an account that is gone, or of which a later sample is known, takes
    none. ValueError for what is no metric or no such value.
    """
    for metric, value in metrics.items():
        if not is_metric(metric) or not 0 <= value <= MAX_VALUE:
            raise ValueError(f"{metric} cannot be {value}")
    account = await accounts.get(session, account_id, lock=True)
    if account is None or (account.sampled_at is not None and account.sampled_at >= now):
        return False
    known = await _known(session, account_id)
    new = changed({metric: row["value"] for metric, row in known.items()}, metrics)
    if new:
        await _write(session, account_id, known, new, now)
    account.sampled_at, account.missing_since = now, None
    account.name = name or account.name
    if details is not None:
        account.details = json.dumps(dict(details), sort_keys=True)
    await session.flush()
    return True


async def _known(session: AsyncSession, account_id: str) -> dict[str, dict[str, Any]]:
    found = await session.execute(select(progress_now).where(progress_now.c.account_id == account_id))
    return {row["metric"]: dict(row) for row in found.mappings()}


async def _write(
    session: AsyncSession,
    account_id: str,
    known: Mapping[str, Mapping[str, Any]],
    new: Mapping[str, int],
    now: datetime,
) -> None:
    values = dict(new)
    gained: dict[str, int] = {}
    for metric, value in new.items():
        before = known.get(metric)
        step = None if before is None else value - before["value"]
        if step is not None:
            gained[metric] = step
        if (total := total_of(metric)) is not None:
            # What a metric held when it was first seen belongs to the total, but nobody gained it.
            sofar = values.get(total, known[total]["value"] if total in known else 0)
            values[total] = sofar + (value if step is None else step)
            if step is not None:
                gained[total] = gained.get(total, 0) + step
    points = [
        {"account_id": account_id, "metric": metric, "at": now, "value": value}
        for metric, value in new.items()
    ]
    await put(session, progress_points, points)
    current = [
        {
            "account_id": account_id,
            "metric": metric,
            "value": value,
            "first_at": known[metric]["first_at"] if metric in known else now,
            "changed_at": now,
        }
        for metric, value in values.items()
    ]
    await put(session, progress_now, current)
    days = [
        {"account_id": account_id, "metric": metric, "day": utc_date(now), "gained": step}
        for metric, step in gained.items()
        if step
    ]
    await put(session, progress_days, days, add=True)
