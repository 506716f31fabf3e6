"""The board and the matrix: what is cleared now, what is counted, what is still possible."""

from collections.abc import Callable
from datetime import timedelta

from desktop.services.plans import Plan
from desktop.services.registry import Services
from shared.resets import Reset
from tests.desktop.conftest import Clock


def test_a_tile_shows_the_current_period_only(services: Services, character: str, clock: Clock) -> None:
    services.plans.set(character, "hard-lucid", 2)
    services.runs.tick(character, "hard-lucid")
    (tile,) = [t for t in services.boards.board(character).tiles if t.planned]
    assert tile.run is not None
    assert (tile.entry.id, tile.party_size, tile.crystal_mesos) == ("hard-lucid", 2, 252_000_000)
    clock.now += timedelta(days=7)
    (tile,) = [t for t in services.boards.board(character).tiles if t.planned]
    assert tile.run is None


def test_a_week_that_began_on_the_first_of_the_month_is_not_counted_again(
    services: Services, character: str, clock: Clock
) -> None:
    # Thursday 1 October 2026 begins a week and a month: the same date names both periods.
    clock.now = clock.now.replace(month=10, day=2)
    services.runs.tick(character, "hard-lucid")
    services.runs.tick(character, "hard-black-mage")
    clock.now = clock.now.replace(day=20)
    board = services.boards.board(character)
    cleared = {tile.entry.id for tile in board.tiles if tile.run is not None}
    assert cleared == {"hard-black-mage"}
    assert board.weekly.used == 0
    assert board.world.used == 0
    assert set(services.boards.matrix().cells) == {(character, "monthly:black-mage")}


def test_only_the_fourteen_dearest_weekly_crystals_are_the_best(services: Services, character: str) -> None:
    weekly = [options[-1] for options in services.catalog.groups.values() if options[0].reset is Reset.WEEKLY]
    services.plans.replace(character, [Plan(entry.id, 1) for entry in weekly])
    board = services.boards.board(character)
    best = {tile.entry.id for tile in board.tiles if tile.best}
    priced = sorted(
        weekly,
        key=lambda e: (
            -(services.catalog.crystal_price(e.id, board.character.world_type, 1, board.today) or 0)
        ),
    )
    assert best == {entry.id for entry in priced[:14]}
    prices = [
        services.catalog.crystal_price(e.id, board.character.world_type, 1, board.today) or 0
        for e in priced[:14]
    ]
    assert board.mesos_possible == sum(prices)
    services.runs.tick(character, priced[20].id)
    after = services.boards.board(character)
    # A cheap crystal used one of the fourteen places, so the cheapest of the best no longer fits.
    assert after.mesos_possible == sum(prices[:13])


def test_earned_mesos_are_those_of_this_week_daily_clears_included(
    services: Services, character: str, clock: Clock
) -> None:
    services.runs.tick(character, "normal-hilla")
    clock.now += timedelta(days=1)
    services.runs.tick(character, "normal-hilla")
    services.runs.tick(character, "hard-lucid")
    assert services.boards.board(character).mesos_earned == 504_000_000 + 2 * 4_000_000
    clock.now += timedelta(days=7)
    assert services.boards.board(character).mesos_earned == 0


def test_the_world_limit_counts_every_character_of_the_world(
    services: Services, character: str, make_character: Callable[..., str]
) -> None:
    neighbour, stranger = make_character("Brin"), make_character("Cora", "scania")
    for who in (character, neighbour, stranger):
        services.runs.tick(who, "hard-lucid")
        services.runs.tick(who, "normal-hilla")
    board = services.boards.board(character)
    assert (board.weekly.used, board.world.used) == (1, 4)
    matrix = services.boards.matrix()
    assert {world: crystals.used for world, crystals in matrix.worlds.items()} == {"kronos": 4, "scania": 2}


def test_bosses_without_a_crystal_use_no_place(services: Services, character: str) -> None:
    services.runs.tick(character, "hard-gollux")
    board = services.boards.board(character)
    assert (board.weekly.used, board.world.used) == (0, 0)


def test_the_matrix_shows_planned_and_cleared_cells(
    services: Services, character: str, make_character: Callable[..., str]
) -> None:
    other = make_character("Brin")
    services.plans.set(character, "hard-lucid", 1)
    services.runs.tick(other, "hard-will")
    matrix = services.boards.matrix()
    assert [c.name for c in matrix.characters] == ["Aria", "Brin"]
    assert matrix.groups == ("weekly:lucid", "weekly:will")
    assert matrix.cells[character, "weekly:lucid"].plan == Plan("hard-lucid", 1)
    assert matrix.cells[other, "weekly:will"].run is not None
    assert (other, "weekly:lucid") not in matrix.cells
    assert matrix.open_notes == 1
