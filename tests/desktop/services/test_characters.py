"""Characters and plans."""

from collections.abc import Callable

import pytest

from desktop.services.diary import DiaryFilter
from desktop.services.plans import Plan
from desktop.services.registry import Services
from desktop.storage.database import Database
from shared.errors import Conflict, InvalidInput, NotFound
from shared.tracking import MAX_CHARACTERS, WorldType


def test_the_first_character_is_the_main(services: Services, make_character: Callable[..., str]) -> None:
    make_character("Aria")
    make_character("Brin", "scania")
    found = services.characters.all()
    assert [(c.name, c.is_main, c.world_type) for c in found] == [
        ("Aria", True, WorldType.HEROIC),
        ("Brin", False, WorldType.INTERACTIVE),
    ]


def test_there_is_one_main(services: Services, make_character: Callable[..., str]) -> None:
    make_character("Aria")
    brin = make_character("Brin")
    services.characters.change(brin, "Brin", "kronos", job=None, level=None, is_main=True)
    assert [c.is_main for c in services.characters.all()] == [False, True]
    services.characters.remove(brin)
    assert [c.is_main for c in services.characters.all()] == [True]


@pytest.mark.parametrize(
    ("field", "name", "world", "job", "level"),
    [
        ("name", "   ", "kronos", None, None),
        ("name", "x" * 41, "kronos", None, None),
        ("world", "Aria", "nowhere", None, None),
        ("job", "Aria", "kronos", "barista", None),
        ("level", "Aria", "kronos", None, 301),
        ("level", "Aria", "kronos", None, -1),
    ],
)
def test_a_wrong_field_is_named(
    services: Services, field: str, name: str, world: str, job: str | None, level: int | None
) -> None:
    with pytest.raises(InvalidInput) as caught:
        services.characters.create(name, world, job=job, level=level)
    assert caught.value.field == field
    assert services.characters.all() == []


def test_a_name_is_free_again_in_another_world(
    services: Services, make_character: Callable[..., str]
) -> None:
    make_character("Aria")
    with pytest.raises(Conflict, match="already"):
        make_character("ARIA")
    make_character("Aria", "scania")
    assert len(services.characters.all()) == 2


def test_there_is_a_limit(services: Services, make_character: Callable[..., str]) -> None:
    for number in range(MAX_CHARACTERS):
        make_character(f"Aria{number}")
    with pytest.raises(InvalidInput, match=str(MAX_CHARACTERS)):
        make_character("One too many")


def test_a_removed_character_comes_back_with_its_runs(
    services: Services, database: Database, character: str
) -> None:
    services.plans.set(character, "hard-lucid", 1)
    services.runs.tick(character, "hard-lucid")
    assert services.characters.run_count(character) == 1
    services.characters.remove(character)
    assert len(services.diary.rows(DiaryFilter())) == 0
    database.undo()
    assert services.characters.run_count(character) == 1
    assert services.plans.of(character) == {"weekly:lucid": Plan("hard-lucid", 1)}


def test_characters_are_put_in_order(services: Services, make_character: Callable[..., str]) -> None:
    ids = [make_character(name) for name in ("Aria", "Brin", "Cora")]
    services.characters.reorder([ids[2], ids[0]])
    assert [c.name for c in services.characters.all()] == ["Cora", "Aria", "Brin"]


def test_a_plan_has_one_difficulty_of_a_boss(services: Services, character: str) -> None:
    services.plans.set(character, "normal-lucid", 1)
    services.plans.set(character, "hard-lucid", 4)
    assert services.plans.of(character) == {"weekly:lucid": Plan("hard-lucid", 4)}
    with pytest.raises(InvalidInput, match="share a single clear"):
        services.plans.replace(character, [Plan("hard-lucid", 1), Plan("normal-lucid", 1)])
    with pytest.raises(InvalidInput) as caught:
        services.plans.set(character, "extreme-lotus", 3)
    assert caught.value.field == "party_size"


def test_a_boss_is_dropped_from_the_plan(services: Services, character: str) -> None:
    services.plans.set(character, "hard-lucid", 2)
    services.plans.drop(character, "weekly:lucid")
    assert services.plans.of(character) == {}
    with pytest.raises(NotFound):
        services.plans.drop(character, "weekly:lucid")
