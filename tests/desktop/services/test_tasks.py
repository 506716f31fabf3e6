"""Tasks: owners, periods, counts, streaks, undo."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.services.registry import Services
from desktop.services.tasks import BOSS_CATEGORIES, TaskState, suggested
from shared.catalog import Catalog
from shared.errors import InvalidInput, NotFound
from shared.resets import Reset
from shared.tasks import ACCOUNT, MAX_COUNT, TaskDraft
from tests.desktop.conftest import Clock


def only(services: Services) -> TaskState:
    """The one task there is."""
    (state,) = services.tasks.states()
    return state


def make(
    services: Services, owner: str, reset: Reset = Reset.DAILY, times: int = 1, name: str = "Sweep"
) -> str:
    return services.tasks.create(TaskDraft(name, reset, owner, max_count=times))[1]


def test_a_task_is_done_for_its_period_and_open_again_after_the_reset(
    services: Services, character: str, clock: Clock
) -> None:
    task = make(services, character)
    services.tasks.set_count(task, 1)
    assert only(services).done
    clock.now = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
    assert only(services).done
    clock.now = datetime(2026, 11, 22, 0, 0, 0, tzinfo=UTC)
    assert not only(services).done


@pytest.mark.parametrize(
    ("reset", "still", "gone"),
    [
        (Reset.WEEKLY, datetime(2026, 11, 25, 23, tzinfo=UTC), datetime(2026, 11, 26, tzinfo=UTC)),
        (Reset.WEEKLY_MONDAY, datetime(2026, 11, 22, 23, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)),
        (Reset.WEEKLY_WEDNESDAY, datetime(2026, 11, 24, 23, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)),
        (Reset.MONTHLY, datetime(2026, 11, 30, 23, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)),
        (Reset.ONCE, datetime(2036, 1, 1, tzinfo=UTC), None),
    ],
)
def test_each_reset_opens_its_tasks_on_its_own_day(
    services: Services, character: str, clock: Clock, reset: Reset, still: datetime, gone: datetime | None
) -> None:
    services.tasks.set_count(make(services, character, reset), 1)
    clock.now = still
    assert only(services).done
    if gone is not None:
        clock.now = gone
        assert not only(services).done


@pytest.mark.parametrize(
    ("reset", "instants"),
    [
        (Reset.DAILY, ["2026-11-18", "2026-11-19", "2026-11-20"]),
        (Reset.WEEKLY, ["2026-11-04", "2026-11-05", "2026-11-18"]),
        (Reset.MONTHLY, ["2026-08-31", "2026-09-01", "2026-10-15"]),
    ],
)
def test_a_streak_counts_periods_in_a_row_and_waits_for_the_current_one(
    services: Services, character: str, clock: Clock, reset: Reset, instants: list[str]
) -> None:
    now = clock.now
    task = make(services, character, reset)
    for instant in instants:
        clock.now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        services.tasks.set_count(task, 1)
    clock.now = now
    assert only(services).streak == 3
    services.tasks.set_count(task, 1)
    assert only(services).streak == 4


def test_a_missed_period_ends_a_streak(services: Services, character: str, clock: Clock) -> None:
    now = clock.now
    task = make(services, character)
    for days in (4, 3, 1):
        clock.now = now - timedelta(days=days)
        services.tasks.set_count(task, 1)
    clock.now = now
    assert only(services).streak == 1


def test_a_half_done_period_ends_a_streak(services: Services, character: str, clock: Clock) -> None:
    now = clock.now
    task = make(services, character, times=3)
    for days, count in ((2, 3), (1, 2)):
        clock.now = now - timedelta(days=days)
        services.tasks.set_count(task, count)
    clock.now = now
    services.tasks.set_count(task, 3)
    assert only(services).streak == 1


def test_a_one_time_task_has_no_streak_to_speak_of(services: Services, character: str) -> None:
    task = make(services, character, Reset.ONCE)
    assert only(services).streak == 0
    services.tasks.set_count(task, 1)
    assert only(services).streak == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(done=st.lists(st.booleans(), min_size=1, max_size=12))
def test_a_streak_is_the_run_of_done_days_up_to_today(
    services: Services, character: str, clock: Clock, done: list[bool]
) -> None:
    now = clock.now
    task = make(services, character)
    try:
        for back, ticked in enumerate(done):
            if ticked:
                clock.now = now - timedelta(days=back)
                services.tasks.set_count(task, 1)
        clock.now = now
        run = 0
        for ticked in done[1:]:
            if not ticked:
                break
            run += 1
        assert only(services).streak == run + done[0]
    finally:
        clock.now = now
        services.tasks.remove(task)


def test_counts_stay_between_nothing_and_all(services: Services, character: str) -> None:
    task = make(services, character, times=3)
    for count in (1, 2):
        changes = services.tasks.set_count(task, count)
        assert changes.label is not None
        assert changes.label.key == "task.progress"
        assert not only(services).done
    assert services.tasks.set_count(task, 3).label.key == "task.done"  # type: ignore[union-attr]
    assert only(services).done
    assert services.tasks.set_count(task, 0).label.key == "task.undone"  # type: ignore[union-attr]
    assert only(services).count == 0
    for count in (-1, 4):
        with pytest.raises(InvalidInput) as caught:
            services.tasks.set_count(task, count)
        assert caught.value.field == "count"


def test_every_step_is_undone_by_itself(services: Services, character: str) -> None:
    task = make(services, character, times=3)
    for count in (1, 2, 0):
        services.tasks.set_count(task, count)
    for expected in (2, 1, 0):
        services.database.undo()
        assert only(services).count == expected
    services.database.redo()
    assert only(services).count == 1


def test_finish_marks_what_is_left_and_one_undo_opens_exactly_that(
    services: Services, character: str
) -> None:
    done, half, fresh = (make(services, character, times=3, name=name) for name in ("Done", "Half", "Fresh"))
    services.tasks.set_count(done, 3)
    services.tasks.set_count(half, 1)
    changes = services.tasks.finish([done, half, fresh])
    assert changes.label is not None
    assert changes.label.arguments == {"count": 2}
    assert [state.count for state in services.tasks.states()] == [3, 3, 3]
    services.database.undo()
    assert [state.count for state in services.tasks.states()] == [3, 1, 0]


def test_finishing_what_is_done_says_and_changes_nothing(services: Services, character: str) -> None:
    task = make(services, character)
    services.tasks.set_count(task, 1)
    changes = services.tasks.finish([task])
    assert changes.label is None
    assert not changes
    services.database.undo()
    assert only(services).count == 0


def test_templates_belong_to_the_character_its_world_or_the_account(
    services: Services, character: str, make_character: Callable[..., str]
) -> None:
    slugs = ["arcana-daily", "claim-legion-coins", "ursus"]
    services.tasks.add_templates(slugs, character)
    owners = {s.task.template: (s.task.scope, s.task.owner) for s in services.tasks.states()}
    assert owners == {
        "arcana-daily": ("character", character),
        "claim-legion-coins": ("world", "kronos"),
        "ursus": ("account", ACCOUNT),
    }
    neighbour, stranger = make_character("Bryn"), make_character("Cato", "scania")
    assert services.tasks.add_templates(slugs, neighbour).label.arguments["count"] == 1  # type: ignore[union-attr]
    assert services.tasks.add_templates(slugs, stranger).label.arguments["count"] == 2  # type: ignore[union-attr]
    assert len(services.tasks.states()) == 6
    mine = {s.task.owner for s in services.tasks.states(services.tasks.owners_of(neighbour))}
    assert mine == {neighbour, "kronos", ACCOUNT}
    ursus = next(s for s in services.tasks.states() if s.task.template == "ursus")
    assert ursus.task.max_count == 3


def test_adding_a_template_again_changes_nothing_and_after_removal_brings_it_back(
    services: Services, character: str
) -> None:
    services.tasks.add_templates(["arcana-daily"], character)
    task = only(services).task.id
    services.tasks.set_count(task, 1)
    services.tasks.add_templates(["arcana-daily"], character)
    assert only(services).done
    services.tasks.remove(task)
    assert services.tasks.states() == []
    services.tasks.add_templates(["arcana-daily"], character)
    assert only(services).task.id == task
    assert only(services).done


def test_a_removed_task_comes_back_with_undo_as_it_was(services: Services, character: str) -> None:
    task = make(services, character)
    services.tasks.set_count(task, 1)
    services.tasks.remove(task)
    assert services.tasks.states() == []
    services.database.undo()
    assert only(services).done
    with pytest.raises(NotFound):
        services.tasks.remove("no such task")


def test_tasks_of_a_removed_character_wait_for_it(services: Services, character: str) -> None:
    make(services, character)
    account = make(services, ACCOUNT)
    make(services, "kronos", name="World")
    services.characters.remove(character)
    assert [state.task.id for state in services.tasks.states()] == [account]
    services.database.undo()
    assert len(services.tasks.states()) == 3


def test_a_task_given_to_another_owner_is_still_to_be_done_there(
    services: Services, character: str, make_character: Callable[..., str]
) -> None:
    task = make(services, character)
    services.tasks.set_count(task, 1)
    other = make_character("Bryn")
    services.tasks.change(task, TaskDraft("Sweep", Reset.DAILY, other))
    assert only(services).count == 0
    services.tasks.set_count(task, 1)
    services.tasks.set_count(task, 0)
    assert only(services).count == 0
    services.tasks.change(task, TaskDraft("Sweep", Reset.DAILY, character))
    assert only(services).count == 1


def test_lowering_how_often_a_task_is_done_may_finish_it(services: Services, character: str) -> None:
    task = make(services, character, times=5)
    services.tasks.set_count(task, 3)
    services.tasks.change(task, TaskDraft("Sweep", Reset.DAILY, character, max_count=2))
    assert only(services).done


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (TaskDraft("  \n ", Reset.DAILY, ACCOUNT), "name"),
        (TaskDraft("x" * 81, Reset.DAILY, ACCOUNT), "name"),
        (TaskDraft("x", Reset.DAILY, ACCOUNT, max_count=0), "max_count"),
        (TaskDraft("x", Reset.DAILY, ACCOUNT, max_count=MAX_COUNT + 1), "max_count"),
        (TaskDraft("x", Reset.DAILY, ACCOUNT, reward_coins=-1), "reward_coins"),
        (TaskDraft("x", Reset.DAILY, ACCOUNT, reward_coins=101), "reward_coins"),
    ],
)
def test_a_draft_names_the_field_that_is_wrong(services: Services, draft: TaskDraft, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        services.tasks.create(draft)
    assert caught.value.field == field
    assert services.tasks.states() == []


def test_names_are_tidied_and_unknown_owners_refused(services: Services, character: str) -> None:
    make(services, character, name="  Sweep   the \t floor ")
    assert only(services).task.name == "Sweep the floor"
    with pytest.raises(NotFound):
        make(services, "nobody")
    with pytest.raises(InvalidInput):
        services.tasks.add_templates(["no-such-template"], character)
    with pytest.raises(InvalidInput):
        services.tasks.add_templates(["arcana-daily"], "nobody")


def test_tasks_are_shown_in_the_order_the_player_chose(services: Services, character: str) -> None:
    first, second, third = (make(services, character, name=name) for name in "ABC")
    services.tasks.reorder([third, first, second])
    assert [state.task.name for state in services.tasks.states()] == ["C", "A", "B"]


def test_suggestions_fit_the_level_and_leave_bosses_to_their_page(catalog: Catalog) -> None:
    templates = catalog.task_templates
    assert suggested(templates.values(), None) == frozenset()
    young, old = suggested(templates.values(), 230), suggested(templates.values(), 289)
    assert "morass-daily" in young
    assert "esfera-daily" not in young
    assert "cernium-daily" not in young
    assert "cernium-daily" in old
    assert "tallahart-daily" not in old
    assert "morass-daily" not in old
    for chosen in (young, old):
        assert not {templates[slug].category for slug in chosen} & BOSS_CATEGORIES


@given(level=st.integers(1, 300))
def test_no_suggestion_is_above_the_level(catalog: Catalog, level: int) -> None:
    for slug in suggested(catalog.task_templates.values(), level):
        assert (catalog.task_templates[slug].min_level or 0) <= level
