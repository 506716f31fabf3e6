"""`maplehub-server statistics`, as a host types it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import update

from server.__main__ import main
from server.database import Database, utc_now
from server.statistics.tables import stat_days
from tests.server.statistics.crowd import Crowd

T = TypeVar("T")
Typed = Callable[..., tuple[int, str]]
RULE = {"id": "lost-drops", "reason": "This version lost drops.", "client_versions": ["0.9.1"]}


@pytest.fixture
def typed(
    sqlite_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Type a command; its status and what it says."""
    monkeypatch.setenv("DATABASE_URL", sqlite_address)

    def run(*words: str) -> tuple[int, str]:
        status = main(["statistics", *words, "--data-dir", str(tmp_path / "data")])
        said = capsys.readouterr()
        return status, (said.err if status else said.out).strip()

    return run


@pytest.fixture
def player(sqlite_address: str) -> str:
    """A player with five clears, two by a broken version."""

    async def work(crowd: Crowd) -> str:
        user, aria = await crowd.user(), crowd.character()
        days = [crowd.today - timedelta(weeks=week) for week in range(5)]
        lucky = crowd.lucky(aria.id, day=days[0])
        broken = [crowd.run(aria.id, day=day, client_version="0.9.1") for day in days[1:3]]
        await crowd.push(user, aria, *lucky, *broken, *(crowd.run(aria.id, day=day) for day in days[3:]))
        return user

    return done(sqlite_address, work)


def done(address: str, work: Callable[[Crowd], Awaitable[T]]) -> T:
    """Do something to the database."""

    async def run() -> T:
        database = Database(address)
        try:
            return await work(Crowd(database, now=utc_now()))
        finally:
            await database.close()

    return asyncio.run(run())


@pytest.fixture
def rule(tmp_path: Path) -> str:
    path = tmp_path / "rule.json"
    path.write_text(json.dumps(RULE))
    return str(path)


@pytest.mark.usefixtures("player")
def test_a_rule_is_tried_applied_listed_and_withdrawn(typed: Typed, rule: str) -> None:
    assert typed("rules", "list") == (0, "No rules.")
    told = (
        "2 runs of 1 player would no longer count, 0 would count instead.\n"
        "hard-lucid, epoch 1, runs: 5 → 3\n"
        "hard-lucid, epoch 1, dreamy-belt: 1/5 (20.000%) → 1/3 (33.333%)"
    )
    assert typed("rules", "preview", rule) == (0, told)
    anew = "the runs of 1 player were judged anew."
    assert typed("rules", "apply", rule) == (0, f"The rule is in force; {anew}")
    status, said = typed("rules", "list")
    assert (status, json.loads(said)) == (0, RULE)
    assert typed("rules", "apply", rule)[0] == 2
    assert typed("rules", "withdraw", "lost-drops") == (0, f"The rule is gone; {anew}")
    assert typed("rules", "preview", rule) == (0, told)
    assert typed("rules", "withdraw", "lost-drops")[0] == 2


def test_a_player_is_held_back_and_released(typed: Typed, player: str) -> None:
    assert typed("quarantine", player, "Let us look.")[0] == 0
    assert typed("release", player) == (0, "This player counts again.")
    status, said = typed("release", player)
    assert (status, said) == (2, "This user is not held back.")


@pytest.mark.usefixtures("player")
def test_a_check_tells_what_it_mends(typed: Typed, sqlite_address: str) -> None:
    right = "5 weeks checked, 0 differences found and mended."
    assert typed("check") == (0, right)

    async def spoil(crowd: Crowd) -> None:
        async with crowd.database.writing() as session:
            first = crowd.today - timedelta(weeks=4)
            await session.execute(update(stat_days).where(stat_days.c.day == first).values(n=9))

    done(sqlite_address, spoil)
    status, said = typed("check")
    assert (status, said.splitlines()[-1]) == (0, "5 weeks checked, 4 differences found and mended.")
    assert "was (9, 0), is (1, 0)" in said
    assert typed("recompute") == (0, right)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("{", "Invalid JSON"),
        ('{"id": "x", "reason": "y", "client_version": "0.9.1"}', "client_version: Extra inputs"),
        ('{"id": "x", "reason": "y"}', "would remove every run"),
        (None, "cannot be read"),
    ],
)
def test_a_file_that_is_no_rule_is_said(
    typed: Typed, tmp_path: Path, content: str | None, problem: str
) -> None:
    path = tmp_path / "broken.json"
    if content is not None:
        path.write_text(content)
    status, said = typed("rules", "preview", str(path))
    assert status == 2
    assert problem in said


def test_who_stands_out_is_told_and_still_counts(sqlite_address: str, typed: Typed) -> None:
    async def work(crowd: Crowd) -> str:
        days = [crowd.today - timedelta(weeks=week) for week in range(20)]
        for number in range(30):
            user, aria = await crowd.user(), crowd.character()
            # Everybody has one in twenty, but for the last, who has ten.
            hits = 10 if number == 29 else 1
            runs = [row for day in days[:hits] for row in crowd.lucky(aria.id, day=day)]
            await crowd.push(user, aria, *runs, *(crowd.run(aria.id, day=day) for day in days[hits:]))
        return user

    assert typed("unusual") == (0, "Nobody stands out.")
    lucky = done(sqlite_address, work)
    line = f"{lucky}: hard-lucid, dreamy-belt: 10/20 (50.000%), everybody else 29/580 (5.000%)"
    assert typed("unusual") == (0, line)
    assert typed("check")[1].endswith("0 differences found and mended.")
