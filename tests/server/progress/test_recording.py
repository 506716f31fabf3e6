"""What is kept of samples equals what the points say, whatever comes in whatever order."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.database import Database
from server.progress import accounts, reading, recording
from server.progress.tables import progress_days, progress_now, progress_points
from shared.clans.metrics import KILLS, SourceKind
from shared.clans.progress import Point, gain, steps, value_at
from shared.clans.timeframes import midnight
from shared.resets import utc_date

START = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
METRICS = ("xp.total", "level.total", "kc.hard-lucid", "kc.zakum")
Sample = tuple[int, dict[str, int]]
SAMPLES = st.lists(
    st.tuples(
        st.integers(1, 90 * 60),
        st.dictionaries(st.sampled_from(METRICS), st.integers(0, 40), max_size=len(METRICS)),
    ),
    max_size=14,
)


@pytest.fixture
async def database(address: str) -> AsyncIterator[Database]:
    made = Database(address, pool_size=3)
    yield made
    await made.close()


async def _account(database: Database, key: str) -> str:
    async with database.writing() as session:
        found = await accounts.find_or_make(session, SourceKind.OSRS, [(key, key)], START)
        return found[0].id


def _points(samples: list[Sample]) -> dict[str, list[Point]]:
    """The points by the definition: a value from the instant it was first seen on."""
    found: dict[str, list[Point]] = {}
    at = START
    for minutes, values in samples:
        at += timedelta(minutes=minutes)
        for metric, value in values.items():
            points = found.setdefault(metric, [])
            if not points or points[-1].value != value:
                points.append(Point(at, value))
    return found


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(samples=SAMPLES, number=st.integers(0, 10**12), asked=st.integers(-2, 70))
async def test_what_is_kept_equals_the_points(
    database: Database, samples: list[Sample], number: int, asked: int
) -> None:
    account = await _account(database, f"player {number}")
    async with database.writing() as session:
        await session.execute(progress_points.delete())
        await session.execute(progress_days.delete())
        await session.execute(progress_now.delete())
        (await accounts.get(session, account)).sampled_at = None  # type: ignore[union-attr]
    at = START
    for minutes, values in samples:
        at += timedelta(minutes=minutes)
        async with database.writing() as session:
            assert await recording.record(session, account, values, at)
    points = _points(samples)
    first = utc_date(START) + timedelta(days=asked)
    async with database.reading() as session:
        known = await reading.all_of(session, account)
        gained = await reading.gains_by_metric(session, account, first)
        for metric in METRICS:
            mine = points.get(metric, [])
            assert (metric in known) == bool(mine), "unknown never becomes 0"
            if not mine:
                assert metric not in gained
                continue
            now = known[metric]
            assert (now.value, now.first_at, now.changed_at) == (mine[-1].value, mine[0].at, mine[-1].at)
            day_before = midnight(first) - timedelta(microseconds=1)
            assert gained.get(metric, 0) == gain(mine, day_before, at).amount
            stored = select(progress_days.c.day, progress_days.c.gained).where(
                progress_days.c.account_id == account, progress_days.c.metric == metric
            )
            days = {day: amount for day, amount in await session.execute(stored) if amount}
            assert days == steps(mine)
            there = await reading.points_at(session, [account], METRICS, midnight(first))
            point = there.get(account, {}).get(metric)
            assert (None if point is None else point.value) == value_at(mine, midnight(first))
        kills = {metric: mine for metric, mine in points.items() if metric.startswith("kc.")}
        total = sum(mine[-1].value for mine in kills.values())
        assert (known[KILLS].value if kills else None) == (total if kills else None)
        each = sum(
            gain(mine, midnight(first) - timedelta(microseconds=1), at).amount or 0 for mine in kills.values()
        )
        assert gained.get(KILLS, 0) == each


@given(
    samples=SAMPLES.map(_points),
    times=st.tuples(st.integers(-60, 60_000), st.integers(-60, 60_000), st.integers(-60, 60_000)),
)
def test_gains_add_up(samples: dict[str, list[Point]], times: tuple[int, int, int]) -> None:
    a, b, c = (START + timedelta(minutes=each) for each in sorted(times))
    for points in samples.values():
        whole, one, other = gain(points, a, c), gain(points, a, b), gain(points, b, c)
        if whole.amount is None:
            assert one.amount is None
            assert other.amount is None
            continue
        assert whole.amount == (one.amount or 0) + (other.amount or 0)
        before, after = value_at(points, a), value_at(points, c)
        if before is not None:
            assert after is not None
            assert (whole.amount, whole.since) == (after - before, None)
        else:
            assert whole.since == points[0].at


async def test_a_sample_older_than_what_is_known_is_not_taken(database: Database) -> None:
    account = await _account(database, "late")
    async with database.writing() as session:
        assert await recording.record(session, account, {"xp.total": 5}, START)
        assert not await recording.record(session, account, {"xp.total": 3}, START - timedelta(minutes=1))
        assert not await recording.record(session, account, {"xp.total": 3}, START)
        assert (await reading.all_of(session, account))["xp.total"].value == 5


@pytest.mark.parametrize("metrics", [{"kc.total": 3}, {"XP": 1}, {"xp.total": -1}, {"xp.total": 2**53}])
async def test_what_is_no_metric_is_refused_whole(database: Database, metrics: dict[str, int]) -> None:
    account = await _account(database, "odd")
    with pytest.raises(ValueError, match="cannot be"):
        async with database.writing() as session:
            await recording.record(session, account, {"level.total": 3, **metrics}, START)
    async with database.reading() as session:
        assert await reading.all_of(session, account) == {}


async def test_an_account_that_is_gone_takes_nothing(database: Database) -> None:
    account = await _account(database, "gone")
    async with database.writing() as session:
        await accounts.remove(session, account)
        assert not await recording.record(session, account, {"xp.total": 5}, START)


def test_days_are_utc() -> None:
    points = [
        Point(START, 1),
        Point(START + timedelta(minutes=89), 3),
        Point(START + timedelta(minutes=90), 7),
    ]
    assert steps(points) == {date(2026, 3, 1): 2, date(2026, 3, 2): 4}
