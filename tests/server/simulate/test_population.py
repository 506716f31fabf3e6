"""Invented players: the same for the same seed, possible in the game, and with the habits they are said to have."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.catalog import service as catalogs
from server.simulate.population import (
    BROKEN_VERSION,
    SHORTEST,
    Habits,
    Player,
    Population,
    everybody,
    players,
)
from server.simulate.rows import rows
from shared.resets import Reset
from shared.statistics.verdicts import Run, Verdict, judge_week, week_of
from shared.sync.records import TABLES, check_fields, check_new

GAME = catalogs.read()
UNTIL = date(2026, 3, 2)
"""A Monday: the last week is not over."""


def made(population: Population) -> list[Player]:
    """All of its players."""
    return list(players(population, GAME, range(population.users)))


def runs_of(found: list[Player]) -> list[Run]:
    """All their runs."""
    return [run for player in found for week in player.weeks for run in week]


def with_habits(users: int = 60, **habits: float) -> list[Player]:
    """Players of one boss that drops one thing every now and then, with these habits."""
    population = everybody(GAME, users, 10, 4, UNTIL)
    rates = {"hard-lucid": {"dreamy-belt": 0.1}}
    return made(replace(population, rates=rates, habits=Habits(**habits)))


def test_a_player_follows_from_the_seed_and_their_number() -> None:
    small, large = everybody(GAME, 5, 10, 4, UNTIL), everybody(GAME, 500, 10, 4, UNTIL)
    assert made(small) == list(players(large, GAME, range(5)))
    assert [list(rows(each)) for each in made(small)] == [list(rows(each)) for each in made(small)]
    other = {run.id for run in runs_of(made(replace(small, seed=5)))}
    assert not other & {run.id for run in runs_of(made(small))}


def test_everything_is_possible_in_the_game_and_in_the_rows() -> None:
    found = made(everybody(GAME, 60, 30, 4, UNTIL, broken=0.1))
    for player in found:
        for week in player.weeks:
            assert {week_of(date.fromisoformat(run.occurred_on)) for run in week} == {
                date.fromisoformat(week[0].reset_period)
            }
            assert all(judged.verdict is not Verdict.NOT_COUNTED for judged in judge_week(week, GAME, UNTIL))
        told = list(rows(player))
        assert [row.stamp for row in told] == sorted({row.stamp for row in told})
        for row in told:
            table = TABLES[row.table]
            assert row.values.keys() == table.fields.keys()
            assert check_fields(table, row.values) is None
            assert check_new(table, row.id, row.values) is None
    days = {run.occurred_on for run in runs_of(found)}
    assert max(days) == UNTIL.isoformat()
    assert min(days) >= (week_of(UNTIL) - timedelta(weeks=29)).isoformat()


def test_every_weekly_boss_of_which_drops_are_known_is_played_in_every_kind_of_world() -> None:
    found = runs_of(made(everybody(GAME, 200, SHORTEST, 4, UNTIL)))
    weekly = {entry for entry in GAME.drop_tables if GAME.bosses[entry].reset is Reset.WEEKLY}
    assert {run.entry_id for run in found} == weekly
    assert {run.world for run in found} == set(GAME.worlds)
    assert {run.party_size for run in found} == {1, 2, 3, 6}


def test_honest_players_note_everything_at_the_true_rate() -> None:
    found = runs_of(with_habits(1500))
    assert all(run.drop_note == ("list" if run.drops else "nothing") for run in found)
    rate = sum(bool(run.drops) for run in found) / len(found)
    assert rate == pytest.approx(0.1, abs=4 * (0.09 / len(found)) ** 0.5)


def test_habits_are_what_they_are_said_to_be() -> None:
    picky = runs_of(with_habits(selective=1.0))
    noted = [run for run in picky if not run.drops and run.drop_note == "nothing"]
    dry = [run for run in picky if not run.drops]
    assert 0.2 < len(noted) / len(dry) < 0.4
    for player in with_habits(late=1.0):
        notes = [run.drop_note for week in player.weeks for run in week]
        first = notes.index("list")
        assert first < len(player.weeks[0])
        assert set(notes[:first]) <= {"unrecorded"}
        assert "unrecorded" not in notes[first:]
    assert {run.drop_note for run in runs_of(with_habits(ticking=1.0))} == {"unrecorded"}
    assert {run.entry_method for run in runs_of(with_habits(ticking=1.0))} == {"tick"}
    assert not any(player.shares for player in with_habits(private=1.0))
    lost = runs_of(with_habits(broken=1.0))
    assert {(run.drop_note, run.client_version) for run in lost} == {("nothing", BROKEN_VERSION)}
