"""Runs: ticking, logging, editing, noting; the three states of a drop note; prices of the day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from desktop.services.diary import DiaryFilter
from desktop.services.registry import Services
from desktop.services.runs import Run
from desktop.storage.database import Database
from desktop.storage.tables import boss_run_drops
from shared.errors import InvalidInput, NotFound
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote, EntryMethod
from tests.desktop.conftest import NOW, Clock

TODAY = NOW.date()
LUCID = "hard-lucid"


def runs_of(services: Services) -> list[Run]:
    """Every run, newest first."""
    return [entry.run for entry in services.diary.page(services.diary.rows(DiaryFilter()))]


def only(services: Services) -> Run:
    (run,) = runs_of(services)
    return run


def test_a_tick_is_a_clear_whose_drops_are_unrecorded(services: Services, character: str) -> None:
    services.runs.tick(character, LUCID)
    run = only(services)
    assert run.draft.cleared
    assert run.draft.drop_note is DropNote.UNRECORDED
    assert run.entry_method is EntryMethod.TICK
    assert run.reset_period == date(2026, 11, 19)
    # Hard Lucid pays 100,800,000 in interactive worlds; heroic ones pay five times that.
    assert run.crystal_mesos == 504_000_000


def test_a_tick_takes_the_party_of_the_plan(services: Services, character: str) -> None:
    services.plans.set(character, LUCID, 3)
    services.runs.tick(character, LUCID)
    assert only(services).draft.party_size == 3
    assert only(services).crystal_mesos == 168_000_000


def test_a_clear_group_is_cleared_once_a_week(services: Services, character: str, clock: Clock) -> None:
    services.runs.tick(character, "normal-lucid")
    services.runs.tick(character, LUCID)
    assert only(services).draft.entry_id == LUCID
    clock.now += timedelta(days=7)
    services.runs.tick(character, LUCID)
    assert len(runs_of(services)) == 2


def test_the_week_turns_on_thursday_at_midnight_utc(services: Services, character: str, clock: Clock) -> None:
    clock.now = clock.now.replace(day=18, hour=23, minute=59)
    services.runs.tick(character, LUCID)
    clock.now += timedelta(minutes=1)
    services.runs.tick(character, LUCID)
    assert [run.reset_period for run in runs_of(services)] == [date(2026, 11, 19), date(2026, 11, 12)]


def test_cleared_with_nothing_is_known_to_have_dropped_nothing(services: Services, character: str) -> None:
    services.runs.tick(character, LUCID, note=DropNote.NOTHING)
    assert only(services).draft.drop_note is DropNote.NOTHING


def test_unticking_takes_the_drops_along_and_undo_brings_them_back(
    services: Services, database: Database, character: str
) -> None:
    drops = (Drop("dreamy-belt"), Drop("twilight-mark", 2, 5_000_000_000, TODAY))
    services.runs.log(RunDraft(character, LUCID, TODAY, drop_note=DropNote.LIST, drops=drops))
    services.runs.untick(character, LUCID)
    assert runs_of(services) == []
    with database.read() as connection:
        assert all(row.deleted for row in connection.execute(select(boss_run_drops)))
    database.undo()
    assert only(services).draft.drops == drops


def test_unticking_what_is_not_cleared_is_refused(services: Services, character: str) -> None:
    with pytest.raises(NotFound):
        services.runs.untick(character, LUCID)


def test_logging_completes_a_tick(services: Services, character: str) -> None:
    services.runs.tick(character, LUCID)
    drops = (Drop("dreamy-belt"),)
    _, run_id = services.runs.log(RunDraft(character, LUCID, TODAY, drop_note=DropNote.LIST, drops=drops))
    run = only(services)
    assert run.id == run_id
    assert run.draft.drops == drops
    assert run.entry_method is EntryMethod.TICK


def test_failed_runs_are_as_many_as_they_were(services: Services, character: str) -> None:
    for _ in range(3):
        services.runs.log(RunDraft(character, LUCID, TODAY, cleared=False))
    services.runs.tick(character, LUCID)
    assert sorted(run.draft.cleared for run in runs_of(services)) == [False, False, False, True]
    assert all(run.crystal_mesos is None for run in runs_of(services) if not run.draft.cleared)


def test_moving_a_clear_to_another_week_moves_its_drops(services: Services, character: str) -> None:
    drops = (Drop("dreamy-belt", 1, 7, TODAY),)
    draft = RunDraft(character, LUCID, TODAY, drop_note=DropNote.LIST, drops=drops)
    _, run_id = services.runs.log(draft)
    earlier = TODAY - timedelta(days=7)
    services.runs.edit(run_id, RunDraft(character, LUCID, earlier, drop_note=DropNote.LIST, drops=drops))
    run = only(services)
    assert run.id != run_id
    assert run.draft.day == earlier
    assert run.draft.drops == drops


def test_editing_removes_drops_that_are_gone(services: Services, character: str) -> None:
    both = (Drop("dreamy-belt"), Drop("twilight-mark"))
    _, run_id = services.runs.log(RunDraft(character, LUCID, TODAY, drop_note=DropNote.LIST, drops=both))
    services.runs.edit(run_id, RunDraft(character, LUCID, TODAY, drop_note=DropNote.LIST, drops=both[1:]))
    assert only(services).draft.drops == both[1:]
    services.runs.edit(run_id, RunDraft(character, LUCID, TODAY, drop_note=DropNote.NOTHING))
    assert only(services).draft.drops == ()


def test_nothing_this_week_resolves_open_clears_only_with_one_undo(
    services: Services, database: Database, character: str, make_character: Callable[..., str], clock: Clock
) -> None:
    other = make_character("Brin")
    clock.now -= timedelta(days=7)
    services.runs.tick(character, "hard-damien")
    clock.now += timedelta(days=7)
    services.runs.tick(character, LUCID)
    services.runs.tick(other, LUCID)
    services.runs.log(
        RunDraft(character, "hard-will", TODAY, drop_note=DropNote.LIST, drops=(Drop("dreamy-belt"),))
    )
    services.runs.nothing_this_week()
    notes = {(run.draft.character_id, run.draft.entry_id): run.draft.drop_note for run in runs_of(services)}
    assert notes == {
        (character, "hard-damien"): DropNote.UNRECORDED,
        (character, LUCID): DropNote.NOTHING,
        (other, LUCID): DropNote.NOTHING,
        (character, "hard-will"): DropNote.LIST,
    }
    database.undo()
    assert sum(run.draft.drop_note is DropNote.UNRECORDED for run in runs_of(services)) == 3


def test_nothing_this_week_of_one_character_leaves_the_others(
    services: Services, character: str, make_character: Callable[..., str]
) -> None:
    other = make_character("Brin")
    services.runs.tick(character, LUCID)
    services.runs.tick(other, LUCID)
    services.runs.nothing_this_week(character)
    assert services.runs.open_ids(TODAY, other)
    assert not services.runs.open_ids(TODAY, character)


def test_a_sale_is_noted_and_taken_back(services: Services, database: Database, character: str) -> None:
    _, run_id = services.runs.log(
        RunDraft(character, LUCID, TODAY, drop_note=DropNote.LIST, drops=(Drop("dreamy-belt"),))
    )
    with database.read() as connection:
        drop = connection.execute(select(boss_run_drops.c.id)).scalar_one()
    services.runs.sell(drop, 12_000_000_000, None)
    assert services.runs.get(run_id).draft.drops == (Drop("dreamy-belt", 1, 12_000_000_000, TODAY),)
    services.runs.sell(drop, None, None)
    assert services.runs.get(run_id).draft.drops == (Drop("dreamy-belt"),)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("day", {"day": TODAY + timedelta(days=1)}),
        ("day", {"day": date(2004, 1, 1)}),
        ("party_size", {"party_size": 7}),
        ("party_size", {"party_size": 0}),
        ("entry_id", {"entry_id": "hard-nobody"}),
        ("note", {"note": "x" * 501}),
        ("cleared", {"cleared": False, "drop_note": DropNote.NOTHING}),
        ("drops", {"drop_note": DropNote.LIST}),
        ("drops", {"drops": (Drop("dreamy-belt"),)}),
        ("drops", {"drop_note": DropNote.LIST, "drops": (Drop("no-such-item"),)}),
        ("drops", {"drop_note": DropNote.LIST, "drops": (Drop("dreamy-belt", 0),)}),
        ("drops", {"drop_note": DropNote.LIST, "drops": (Drop("dreamy-belt"), Drop("dreamy-belt"))}),
        ("sold_for", {"drop_note": DropNote.LIST, "drops": (Drop("dreamy-belt", 1, -1),)}),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_saved(
    services: Services, character: str, field: str, change: dict[str, object]
) -> None:
    draft = {"character_id": character, "entry_id": LUCID, "day": TODAY, **change}
    with pytest.raises(InvalidInput) as caught:
        services.runs.log(RunDraft(**draft))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert runs_of(services) == []


def test_the_price_of_the_day_stays_in_the_run(services: Services, character: str) -> None:
    services.runs.tick(character, LUCID)
    price = only(services).crystal_mesos
    services.characters.change(character, "Aria", "scania", job=None, level=None, is_main=True)
    assert only(services).crystal_mesos == price
