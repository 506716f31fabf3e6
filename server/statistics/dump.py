"""A month of what counted, for whoever wants to reckon for themselves.

One JSON object a line: what one player did on one day in one stratum, exactly as it is in the sums. Players have names
that mean nothing outside of their month. Bosses of fewer than five players in the month are left out.
"""

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Annotated

import structlog
import zstandard
from fastapi import Depends, Request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.keys import Keys
from server.database import identity
from server.jobs.service import Job
from server.lines import lines
from server.statistics.formulas import CONTRIBUTORS
from server.statistics.tables import stat_weeks
from shared.api.stats import DumpFile
from shared.errors import NotFound
from shared.resets import Reset, next_period, period_of_day, utc_date
from shared.statistics.weeks import Contribution

MEDIA_TYPE = "application/zstd"
NAME = re.compile(r"^maplehub-runs-(\d{4}-\d{2})\.jsonl\.zst$")
LATE = timedelta(days=7)
"""How long a month is waited for after its end: machines that were offline upload late."""
_WEEK = timedelta(days=6)
_PIECE = 500
_LEVEL = 10
_log = structlog.get_logger("maplehub.statistics")
Alias = Callable[[str, str], str]
"""A player's name in a month."""


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month by its first day."""

    first: date

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        found = next_period(Reset.MONTHLY, self.first)
        assert found is not None
        return found

    @property
    def name(self) -> str:
        """As in 2026-08."""
        return f"{self.first:%Y-%m}"

    def __contains__(self, day: str) -> bool:
        return day.startswith(self.name)


def dump_job(folder: Path, keys: Keys) -> Job:
    """Writes the next month that is due and not there, once an hour."""

    async def run(session: AsyncSession, now: datetime) -> None:
        month = await _next(session, folder, utc_date(now))
        if month is not None:
            written = await write(session, folder, month, keys.alias)
            _log.info("dump_written", month=month.name, rows=written.rows, bytes=written.bytes)

    return Job("statistics.dump", timedelta(hours=1), run)


async def write(session: AsyncSession, folder: Path, month: Month, alias: Alias) -> DumpFile:
    """Write a month's dump and, when it is whole, its manifest."""
    _make(folder)
    name = f"maplehub-runs-{month.name}.jsonl.zst"
    path, partial = folder / name, folder / f"{name}.partial"
    told = await _bosses(session, month)
    rows = 0
    with partial.open("wb") as file:
        with zstandard.ZstdCompressor(level=_LEVEL).stream_writer(file, closefd=False) as packed:
            async for player, weeks in _players(session, month, alias):
                for line in _lines(player, weeks, month, told):
                    packed.write(line)
                    rows += 1
        file.flush()
        os.fsync(file.fileno())
    with partial.open("rb") as file:
        made = DumpFile(
            month=month.name, name=name, rows=rows, bytes=partial.stat().st_size, sha256=_digest(file)
        )
    partial.replace(path)
    manifest = folder / f"{name}.json.partial"
    manifest.write_text(made.model_dump_json(indent=2) + "\n")
    manifest.replace(folder / f"{name}.json")
    return made


def kept(folder: Path) -> list[DumpFile]:
    """Every dump that is whole, the newest first."""
    found = (DumpFile.model_validate_json(path.read_text()) for path in folder.glob("*.jsonl.zst.json"))
    return sorted(found, key=lambda each: each.month, reverse=True)


def file(folder: Path, name: str) -> Path:
    """A dump by its name. Raises NotFound."""
    if NAME.fullmatch(name) is None or not (folder / f"{name}.json").is_file():
        raise NotFound("There is no such dump.")
    return folder / name


def folder_of(data: Path) -> Path:
    """Where dumps are, in the data folder."""
    return data / "dumps"


async def _folder_of(request: Request) -> Path:
    return folder_of(request.app.state.settings.data_dir)


DumpFolder = Annotated[Path, Depends(_folder_of)]


async def _next(session: AsyncSession, folder: Path, today: date) -> Month | None:
    """The earliest month with runs that is over for long enough and was not written yet."""
    first, last = (
        await session.execute(
            select(func.min(stat_weeks.c.week), func.max(stat_weeks.c.week)).where(
                stat_weeks.c.counted.is_not(None)
            )
        )
    ).one()
    if first is None:
        return None
    there = {each.month for each in kept(folder)}
    month = Month(period_of_day(Reset.MONTHLY, first))
    while month.first <= last + _WEEK and month.after + LATE <= today:
        if month.name not in there:
            return month
        month = Month(month.after)
    return None


async def _bosses(session: AsyncSession, month: Month) -> set[str]:
    """Bosses of enough players in the month."""
    players: dict[str, set[str]] = defaultdict(set)
    query = select(stat_weeks.c.user_id, stat_weeks.c.counted).where(*_within(month))
    async for user_id, counted in await session.stream(query.execution_options(yield_per=_PIECE)):
        for stratum, days in Contribution.from_json(counted).cells.items():
            found = players[stratum.entry_id]
            if len(found) < CONTRIBUTORS and any(day in month for day in days):
                found.add(user_id)
    return {entry_id for entry_id, found in players.items() if len(found) >= CONTRIBUTORS}


async def _players(
    session: AsyncSession, month: Month, alias: Alias
) -> AsyncIterator[tuple[str, list[Contribution]]]:
    """Players by their name in the month and in its order, which says nothing of who they are, with their weeks."""
    query = select(stat_weeks.c.user_id).where(*_within(month)).distinct()
    ids = (await session.execute(query)).scalars()
    named = sorted((alias(user_id, month.name), user_id) for user_id in ids)
    for start in range(0, len(named), _PIECE):
        piece = named[start : start + _PIECE]
        asked = lines(session, [{"user_id": user_id} for _, user_id in piece], user_id=identity())
        found = await session.execute(
            select(stat_weeks.c.user_id, stat_weeks.c.counted)
            .select_from(asked.join(stat_weeks, stat_weeks.c.user_id == asked.c.user_id))
            .where(*_within(month))
            .order_by(stat_weeks.c.week)
        )
        weeks: dict[str, list[Contribution]] = defaultdict(list)
        for user_id, counted in found:
            weeks[user_id].append(Contribution.from_json(counted))
        for name, user_id in piece:
            yield name, weeks[user_id]


def _lines(player: str, weeks: Iterable[Contribution], month: Month, bosses: set[str]) -> Iterable[bytes]:
    for week in weeks:
        for stratum, days in sorted(week.cells.items(), key=lambda each: str(each[0])):
            for day, cell in sorted(days.items()):
                if day in month and stratum.entry_id in bosses:
                    told = {
                        "player": player,
                        "day": day,
                        "boss_id": stratum.entry_id,
                        "world": stratum.world,
                        "epoch": stratum.epoch,
                        "party": stratum.party,
                        "runs": cell.n,
                        "unrecorded_runs": cell.m,
                        "complete_week": week.complete,
                        "items": {item: {"runs": x, "quantity": q} for item, (x, q) in cell.items.items()},
                    }
                    yield json.dumps(told, separators=(",", ":")).encode() + b"\n"


def _within(month: Month) -> tuple[ColumnElement[bool], ...]:
    """Weeks with a day in the month of which something counted."""
    kept = stat_weeks.c
    return kept.week >= month.first - _WEEK, kept.week < month.after, kept.counted.is_not(None)


def _make(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _digest(content: IO[bytes]) -> str:
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
