"""Home: this week's sums worked by hand, what is left, what is open."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.home import TimeLeft, time_left
from desktop.services.plans import Plan
from desktop.services.registry import Services
from desktop.services.reminders import Left
from shared.catalog import BossEntry, Catalog
from shared.resets import Reset
from shared.runs import Drop, RunDraft
from shared.tasks import ACCOUNT, TaskDraft
from shared.tracking import DropNote, WorldType
from tests.desktop.conftest import NOW, Clock

TODAY = date(2026, 11, 21)
"""A Saturday; the week began on Thursday the 19th, the last one on the 12th."""


def entries(catalog: Catalog, reset: Reset) -> list[BossEntry]:
    """One boss per clear group with this reset, dearest crystal first."""
    groups = [group for group in catalog.groups.values() if group[0].reset is reset]
    priced = [(price(catalog, group[0]), group[0]) for group in groups]
    return [entry for worth, entry in sorted(priced, key=lambda pair: -pair[0]) if worth]


def price(catalog: Catalog, entry: BossEntry, party: int = 1) -> int:
    """What a heroic member's share of the crystal is today, mesos."""
    return catalog.crystal_price(entry.id, WorldType.HEROIC, party, TODAY) or 0


def drops(catalog: Catalog, count: int) -> list[str]:
    """Items to say that dropped."""
    return list(catalog.items)[:count]


def test_a_new_player_sees_an_empty_week(services: Services) -> None:
    overview = services.home.overview()
    assert overview.characters == ()
    assert not overview.has_runs
    assert (overview.recent, overview.opened, overview.open_total) == ((), (), 0)
    assert overview.this_week == overview.last_week == overview.last_week_so_far
    assert overview.this_week.clears == 0
    assert not any(overview.left.values())
    assert [reset for reset, _ in overview.resets] == [Reset.DAILY, Reset.WEEKLY, Reset.MONTHLY]


def test_resets_are_counted_down_to_the_next_one(services: Services) -> None:
    assert dict(services.home.overview().resets) == {
        Reset.DAILY: datetime(2026, 11, 22, tzinfo=UTC),
        Reset.WEEKLY: datetime(2026, 11, 26, tzinfo=UTC),
        Reset.MONTHLY: datetime(2026, 12, 1, tzinfo=UTC),
    }


def test_a_week_is_summed_by_the_day_it_happened(
    services: Services, character: str, catalog: Catalog
) -> None:
    one, two, three = entries(catalog, Reset.WEEKLY)[:3]
    ring, box = drops(catalog, 2)
    services.runs.log(
        RunDraft(
            character,
            one.id,
            date(2026, 11, 19),
            drop_note=DropNote.LIST,
            drops=(Drop(ring, 2, 300_000_000, date(2026, 11, 20)), Drop(box, 1)),
        )
    )
    services.runs.tick(character, two.id)
    services.runs.log(RunDraft(character, three.id, TODAY, cleared=False))
    last = RunDraft(character, one.id, date(2026, 11, 18), drop_note=DropNote.LIST, drops=(Drop(ring, 1),))
    services.runs.log(last)
    services.runs.log(RunDraft(character, two.id, date(2026, 11, 12)))
    services.runs.log(RunDraft(character, three.id, date(2026, 11, 11)))

    overview = services.home.overview()
    assert overview.this_week.clears == 2
    assert overview.this_week.drops == 3
    assert overview.this_week.crystal_mesos == price(catalog, one) + price(catalog, two)
    assert overview.this_week.sold_mesos == 300_000_000
    assert (overview.last_week.clears, overview.last_week.drops) == (2, 1)
    assert overview.last_week.crystal_mesos == price(catalog, one) + price(catalog, two)
    # By Saturday only Thursday's clear had happened.
    assert (overview.last_week_so_far.clears, overview.last_week_so_far.drops) == (1, 0)
    assert overview.last_week_so_far.crystal_mesos == price(catalog, two)
    assert overview.has_runs


def test_a_sale_counts_in_the_week_it_was_made(services: Services, character: str, catalog: Catalog) -> None:
    boss = entries(catalog, Reset.WEEKLY)[0]
    ring, box, cube = drops(catalog, 3)
    services.runs.log(
        RunDraft(
            character,
            boss.id,
            date(2026, 11, 14),
            drop_note=DropNote.LIST,
            drops=(
                Drop(ring, 1, 5_000_000_000, date(2026, 11, 20)),
                Drop(box, 1, 70_000_000, date(2026, 11, 15)),
                Drop(cube, 1, 1_000_000),
            ),
        )
    )
    overview = services.home.overview()
    assert overview.this_week.sold_mesos == 5_000_000_000
    assert overview.last_week.sold_mesos == 71_000_000
    assert overview.last_week_so_far.sold_mesos == 1_000_000


def test_a_characters_week_adds_what_was_earned_and_what_is_possible(
    services: Services, character: str, catalog: Catalog
) -> None:
    one, two, three = entries(catalog, Reset.WEEKLY)[:3]
    (black_mage,) = entries(catalog, Reset.MONTHLY)[:1]
    services.plans.replace(
        character, [Plan(one.id, 1), Plan(two.id, 2), Plan(three.id, 1), Plan(black_mage.id, 1)]
    )
    services.runs.tick(character, two.id)
    (week,) = services.home.overview().characters
    assert week.mesos_earned == price(catalog, two, 2)
    assert week.mesos_possible == price(catalog, one) + price(catalog, three) + price(catalog, black_mage)
    assert (week.weekly.used, week.weekly.limit) == (1, 14)
    assert week.bosses_left == 3


def test_only_as_many_weekly_crystals_are_possible_as_can_still_be_sold(
    services: Services, character: str, catalog: Catalog
) -> None:
    planned = entries(catalog, Reset.WEEKLY)[:16]
    services.plans.replace(character, [Plan(entry.id, 1) for entry in planned])
    for entry in planned[:2]:
        services.runs.tick(character, entry.id)
    (week,) = services.home.overview().characters
    assert week.mesos_possible == sum(price(catalog, entry) for entry in planned[2:14])


def test_tasks_left_are_counted_by_reset_and_owner(services: Services, character: str) -> None:
    def add(reset: Reset, owner: str) -> str:
        return services.tasks.create(TaskDraft(f"{reset} {owner}", reset, owner))[1]

    done = add(Reset.DAILY, character)
    services.tasks.set_count(done, 1)
    for reset in (*Reset, Reset.DAILY):
        add(reset, character)
    add(Reset.DAILY, ACCOUNT)
    add(Reset.WEEKLY, "kronos")
    add(Reset.ONCE, ACCOUNT)
    overview = services.home.overview()
    (week,) = overview.characters
    assert (week.daily_tasks_left, week.weekly_tasks_left, week.monthly_tasks_left) == (2, 3, 1)
    assert week.tasks == 7
    assert overview.shared_tasks_left == 2


def test_left_counts_planned_bosses_tasks_and_whose_they_are(
    services: Services, character: str, catalog: Catalog, make_character: Callable[..., str]
) -> None:
    other = make_character("Bryn")
    make_character("Idle")
    one, two = entries(catalog, Reset.WEEKLY)[:2]
    daily = entries(catalog, Reset.DAILY)[0]
    services.plans.replace(character, [Plan(one.id, 1), Plan(two.id, 1), Plan(daily.id, 1)])
    services.plans.replace(other, [Plan(one.id, 1)])
    services.runs.tick(character, one.id)
    services.tasks.create(TaskDraft("Sweep", Reset.WEEKLY, ACCOUNT))
    assert services.home.left(Reset.WEEKLY) == Left(bosses=2, tasks=1, characters=2)
    assert services.home.left(Reset.DAILY) == Left(bosses=1, tasks=0, characters=1)
    assert services.home.left(Reset.WEEKLY_MONDAY) == Left()
    assert services.home.overview().left == {
        reset: services.home.left(reset) for reset in (Reset.DAILY, Reset.WEEKLY, Reset.MONTHLY)
    }


def test_a_removed_character_leaves_nothing_on_home(
    services: Services, character: str, catalog: Catalog
) -> None:
    boss = entries(catalog, Reset.WEEKLY)[0]
    services.plans.replace(character, [Plan(boss.id, 1)])
    services.runs.tick(character, boss.id)
    services.tasks.create(TaskDraft("Sweep", Reset.DAILY, character))
    services.characters.remove(character)
    overview = services.home.overview()
    assert overview.characters == ()
    assert (overview.shared_tasks_left, overview.open_total, overview.this_week.clears) == (0, 0, 0)
    assert not any(overview.left.values())


def test_open_clears_of_this_week_are_newest_first_and_counted_in_full(
    services: Services, character: str, catalog: Catalog
) -> None:
    bosses = entries(catalog, Reset.WEEKLY)[:11]
    for index, boss in enumerate(bosses[:10]):
        services.runs.log(RunDraft(character, boss.id, date(2026, 11, 19) + timedelta(days=index % 3)))
    services.runs.log(RunDraft(character, bosses[10].id, date(2026, 11, 18)))
    services.runs.tick(character, bosses[0].id, note=DropNote.NOTHING)
    overview = services.home.overview()
    assert overview.open_total == 9
    assert len(overview.opened) == 8
    days = [line.day for line in overview.opened]
    assert days == sorted(days, reverse=True)
    assert {line.character for line in overview.opened} == {"Aria"}
    services.runs.nothing_this_week()
    assert services.home.overview().open_total == 0
    services.database.undo()
    assert services.home.overview().open_total == 9


def test_recent_drops_are_newest_first(services: Services, character: str, catalog: Catalog) -> None:
    one, two = entries(catalog, Reset.WEEKLY)[:2]
    ring, box = drops(catalog, 2)
    for entry, item, day in ((one, ring, date(2026, 11, 10)), (two, box, date(2026, 11, 20))):
        draft = RunDraft(character, entry.id, day, drop_note=DropNote.LIST, drops=(Drop(item, 3),))
        services.runs.log(draft)
    recent = services.home.overview().recent
    assert [(line.item, line.day, line.quantity, line.character) for line in recent] == [
        (box, date(2026, 11, 20), 3, "Aria"),
        (ring, date(2026, 11, 10), 3, "Aria"),
    ]


def test_the_week_starts_anew_at_the_reset(
    services: Services, character: str, catalog: Catalog, clock: Clock
) -> None:
    services.runs.tick(character, entries(catalog, Reset.WEEKLY)[0].id)
    clock.now = datetime(2026, 11, 26, tzinfo=UTC)
    overview = services.home.overview()
    assert (overview.this_week.clears, overview.last_week.clears) == (0, 1)
    assert overview.last_week_so_far.clears == 0
    assert overview.open_total == 0
    assert overview.characters[0].weekly.used == 0


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(days=3, hours=5, minutes=59, seconds=59), TimeLeft(3, 5, 59)),
        (timedelta(minutes=42), TimeLeft(0, 0, 42)),
        (timedelta(seconds=59), TimeLeft(0, 0, 0)),
        (timedelta(seconds=-5), TimeLeft(0, 0, 0)),
    ],
)
def test_time_left_is_rounded_down(span: timedelta, expected: TimeLeft) -> None:
    assert time_left(NOW, NOW + span) == expected


@given(minutes=st.integers(0, 60 * 24 * 40))
def test_time_left_adds_up(minutes: int) -> None:
    left = time_left(NOW, NOW + timedelta(minutes=minutes))
    assert (left.days * 24 + left.hours) * 60 + left.minutes == minutes
    assert left.hours < 24
    assert left.minutes < 60
