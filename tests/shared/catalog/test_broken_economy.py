"""A broken file of the economy says which file, where and what."""

from pathlib import Path
from typing import Any

import pytest

from shared.catalog import load_catalog
from tests.shared.catalog.conftest import SEEDS
from tests.shared.catalog.test_broken_seeds import Edit, broken, edit, seeds

__all__ = ["seeds"]  # the fixture


def put(*path: int | str, to: Any) -> Edit:
    """An edit that sets one value."""

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = to

    return change


def drop(*path: int | str) -> Edit:
    """An edit that takes one value away."""

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def twice(*path: int | str) -> Edit:
    """An edit that repeats the first row of a list."""

    def change(document: Any) -> None:
        for step in path:
            document = document[step]
        document.append(document[0])

    return change


BOX = ("boxes", 0)
CASES: list[tuple[str, Edit, str, str]] = [
    ("economy.json", put("rewards", "run", "weekly-thursday", "coins", to=-1), "rewards.run", "not negative"),
    ("economy.json", drop("rewards", "task", "daily"), "rewards.task", "daily is missing"),
    ("economy.json", put("rewards", "run_age_days", to=-1), "rewards", "negative"),
    ("economy.json", twice("cosmetics"), "cosmetics", "stands twice"),
    ("economy.json", twice("materials"), "materials", "stands twice"),
    ("economy.json", put("cosmetics", 0, "kind", to="hat"), "cosmetics[0].kind", "input should be"),
    ("economy.json", put("rewards", "tip", to=1), "rewards.tip", "unexpected"),
    ("shop.json", put("items", 0, "gives", to="nothing"), "items[0]", "neither a cosmetic nor a material"),
    ("shop.json", put("items", 0, "limit", to=2), "items[0]", "sold once"),
    ("shop.json", put("items", 0, "price", to={}), "items[0].price", "costs nothing"),
    ("shop.json", put("items", 0, "price", to={"coins": -1}), "items[0].price", "not positive"),
    (
        "shop.json",
        put("items", 0, "price", "materials", to={"tin": 1}),
        "items[0].price",
        "tin is no material",
    ),
    ("shop.json", put("items", 0, "stock", to=-2), "items[0]", "too small"),
    ("shop.json", twice("items"), "items", "stands twice"),
    ("lootboxes.json", put(*BOX, "weights", "common", to=1), "boxes[0].weights", "do not sum to 1000000"),
    ("lootboxes.json", drop(*BOX, "weights", "epic"), "boxes[0].weights", "do not sum"),
    (
        "lootboxes.json",
        put(*BOX, "weights", to={"common": 1_000_000, "uncommon": 0, "rare": 0, "epic": 0, "legendary": 0}),
        "boxes[0].weights",
        "nothing is rare",
    ),
    ("lootboxes.json", put(*BOX, "price", to=0), "boxes[0]", "positive"),
    ("lootboxes.json", put(*BOX, "pity", to=0), "boxes[0]", "positive"),
    ("lootboxes.json", put(*BOX, "prizes", to=[]), "boxes[0].prizes", "no prize is common"),
    ("lootboxes.json", put(*BOX, "prizes", 0, "weight", to=0), "boxes[0].prizes[0]", "positive"),
    ("lootboxes.json", put(*BOX, "prizes", 0, "thing", to="tin"), "boxes[0].prizes[0]", "tin is no"),
    ("lootboxes.json", drop(*BOX, "duplicate_coins", "rare"), "boxes[0]", "missing"),
    ("lootboxes.json", twice(*BOX, "prizes"), "boxes[0].prizes", "stands twice"),
    ("events.json", put("rotation", 1, "first_day", to=8), "rotation[1]", "do not follow each other"),
    ("events.json", put("length", to=35), "rotation", "do not fill 35 days"),
    ("events.json", put("rotation", 0, "effects", to={"coins": -5}), "rotation[0].effects", "negative"),
    ("events.json", put("rotation", 0, "effects", to={"materials": {"tin": 9}}), "rotation[0]", "tin is no"),
    ("events.json", put("seasonal", 0, "month", to=13), "seasonal[0]", "does not begin every year"),
    ("events.json", put("seasonal", 0, "days", to=0), "seasonal[0]", "1 to 180 days"),
    ("events.json", twice("seasonal"), "events", "stands twice"),
]


@pytest.mark.parametrize(("file", "change", "where", "problem"), CASES)
def test_a_broken_economy_says_where(
    seeds: Path,
    file: str,
    change: Edit,
    where: str,
    problem: str,
) -> None:
    edit(seeds, file, change)
    error = broken(seeds)
    assert error.file == file
    assert error.where.startswith(where), error
    assert problem in error.problem, error


def test_the_icons_of_the_economy_exist() -> None:
    economy = load_catalog(SEEDS).economy
    icons = {path.stem for path in (SEEDS.parent / "resources" / "icons").glob("*.svg")}
    named = {material.icon for material in economy.materials.values()}
    named |= {event.icon for event in (*economy.events.rotation, *economy.events.seasonal)}
    assert named <= icons
