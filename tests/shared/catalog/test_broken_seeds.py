"""A broken seed file says which file, where and what."""

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.catalog import CatalogError, load_catalog
from shared.tracking import WorldType
from tests.shared.catalog.conftest import SEEDS

Edit = Callable[[Any], object]
# The rows of the hiscores are the server's, which has its own tests of them.
FILES = sorted(path.name for path in SEEDS.glob("*.json") if path.name != "osrs.json")


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


def edit(seeds: Path, file: str, change: Edit) -> None:
    """Change one file's JSON in place."""
    document = json.loads((seeds / file).read_text(encoding="utf-8"))
    change(document)
    (seeds / file).write_text(json.dumps(document), encoding="utf-8")


def broken(seeds: Path) -> CatalogError:
    """The error that loading raises."""
    with pytest.raises(CatalogError) as raised:
        load_catalog(seeds)
    return raised.value


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file(seeds: Path, file: str) -> None:
    (seeds / file).unlink()
    error = broken(seeds)
    assert (error.file, error.problem) == (file, "it is missing")
    assert file in error.message


@pytest.mark.parametrize("file", FILES)
def test_bad_json(seeds: Path, file: str) -> None:
    (seeds / file).write_text('{"meta": {', encoding="utf-8")
    error = broken(seeds)
    assert error.file == file
    assert "JSON" in error.problem
    assert "line 1" in error.problem


def test_text_that_is_no_utf8(seeds: Path) -> None:
    (seeds / "jobs.json").write_bytes(b'{"meta": "\xff"}')
    assert broken(seeds).file == "jobs.json"


def test_a_folder_in_place_of_a_file(seeds: Path) -> None:
    (seeds / "items.json").unlink()
    (seeds / "items.json").mkdir()
    assert (broken(seeds).file, "cannot be read" in broken(seeds).problem) == ("items.json", True)


@pytest.mark.parametrize("file", FILES)
def test_a_file_without_sources(seeds: Path, file: str) -> None:
    edit(seeds, file, lambda document: document["meta"].update(sources=[]))
    assert (broken(seeds).file, broken(seeds).where) == (file, "meta.sources")


WRONG: list[tuple[str, str, Edit, str]] = [
    ("bosses.json", "entries[3].hp", lambda d: d["entries"][3].update(hp="much"), "integer"),
    ("bosses.json", "entries[3].hp", lambda d: d["entries"][3].pop("hp"), "required"),
    (
        "bosses.json",
        "entries[0].max_party_size",
        lambda d: d["entries"][0].update(max_party_size=0),
        "greater",
    ),
    ("bosses.json", "entries[1].reset", lambda d: d["entries"][1].update(reset="hourly"), "'daily'"),
    ("bosses.json", "entries[1].colour", lambda d: d["entries"][1].update(colour=1), "not permitted"),
    ("bosses.json", "entries[1] (normal-zakum)", lambda d: d["entries"][1].update(boss_slug="za"), "“za”"),
    ("bosses.json", "entries[1]", lambda d: d["entries"][1].update(id="easy-zakum"), "stands twice"),
    ("bosses.json", "families[1]", lambda d: d["families"][1].update(slug="zakum"), "stands twice"),
    (
        "bosses.json",
        "entries[2] (chaos-zakum)",
        lambda d: d["entries"][2].update(clear_group="daily:zakum"),
        "daily for easy-zakum",
    ),
    ("crystal_prices.json", "prices[0]", lambda d: d["prices"][0].update(entry_id="hard-x"), "“hard-x”"),
    ("crystal_prices.json", "prices[84]", lambda d: d["prices"].append(d["prices"][0]), "same day"),
    ("crystal_prices.json", "prices", lambda d: d["prices"].pop(), "no price row"),
    ("crystal_prices.json", "prices[0].from", lambda d: d["prices"][0].update({"from": "soon"}), "date"),
    ("crystal_prices.json", "sale_caps.per_world", lambda d: d["sale_caps"].update(per_world=1.5), "integer"),
    ("items.json", "items[1]", lambda d: d["items"][1].update(slug=d["items"][0]["slug"]), "stands twice"),
    ("items.json", "items[0].colour", lambda d: d["items"][0].update(colour="red"), "unexpected"),
    ("items.json", "items[0].primary_bosses", lambda d: d["items"][0].update(primary_bosses=["x"]), "“x”"),
    ("items.json", "diary_items[0]", lambda d: d["diary_items"].insert(0, "x"), "“x”"),
    ("drop_tables.json", "tables[0]", lambda d: d["tables"][0].update(entry_id="x"), "boss entry “x”"),
    (
        "drop_tables.json",
        "tables[0].drops[1] (normal-zakum)",
        lambda d: d["tables"][0]["drops"][1].update(item="x"),
        "item “x”",
    ),
    (
        "drop_tables.json",
        "tables[0].drops[2] (normal-zakum)",
        lambda d: d["tables"][0]["drops"].append(d["tables"][0]["drops"][0]),
        "stands twice",
    ),
    (
        "drop_tables.json",
        "tables[0].drops[0]",
        lambda d: d["tables"][0]["drops"][0].update(sources=["x"]),
        "source",
    ),
    ("drop_tables.json", "tables[59]", lambda d: d["tables"].append(d["tables"][0]), "stands twice"),
    (
        "drop_tables.json",
        "without_table[0]",
        lambda d: d["without_table"].insert(0, "hard-lotus"),
        "after all",
    ),
    ("drop_tables.json", "tables", lambda d: d["without_table"].pop(0), "has no table"),
    ("drop_tables.json", "known_none", lambda d: d["known_none"].update(x="nothing"), "“x”"),
    (
        "symbols.json",
        "symbols_required",
        lambda d: d["kinds"][0]["symbols_required"].__setitem__(0, 13),
        "2680",
    ),
    ("symbols.json", "meso_cost", lambda d: d["kinds"][1]["areas"][0]["meso_cost"].pop(), "10 steps, not 9"),
    ("symbols.json", "areas[1]", lambda d: d["kinds"][1]["areas"][1].update(slug="cernium"), "stands twice"),
    ("symbols.json", "kinds[1]", lambda d: d["kinds"][1].update(kind="arcane"), "stands twice"),
    (
        "symbols.json",
        "cernium",
        lambda d: d["kinds"][1]["areas"][0].update(max_level_damage_bonus_boss="x"),
        "“x”",
    ),
    (
        "liberation.json",
        "genesis.amounts[0]",
        lambda d: d["genesis"]["amounts"][0].update(entry_id="x"),
        "“x”",
    ),
    (
        "liberation.json",
        "genesis.stages[0]",
        lambda d: d["genesis"]["stages"][0].update(boss_slug="x"),
        "“x”",
    ),
    ("liberation.json", "destiny.stages", lambda d: d["destiny"].update(total=45001), "45000, not 45001"),
    ("liberation.json", "destiny.stages[5]", lambda d: d["destiny"].update(bank_cap=14999), "14999"),
    ("liberation.json", "genesis.stages[1]", lambda d: d["genesis"]["stages"][1].update(order=3), "step 2"),
    (
        "task_templates.json",
        "templates[0]",
        lambda d: d["templates"][0].update(boss_entry_id="x"),
        "boss entry",
    ),
    ("task_templates.json", "templates[0]", lambda d: d["templates"][0].update(boss_slug="x"), "boss family"),
    ("task_templates.json", "templates[0]", lambda d: d["templates"][0].update(symbol="x"), "symbol area"),
    ("presets.json", "presets[1].entries[0]", lambda d: d["presets"][1].update(entries=["x"]), "boss entry"),
    (
        "presets.json",
        "presets[1].entries[1]",
        lambda d: d["presets"][1].update(entries=["easy-lucid", "hard-lucid"]),
        "“weekly:lucid” stands twice",
    ),
    ("worlds.json", "worlds[1]", lambda d: d["worlds"][1].update(slug="scania"), "stands twice"),
    ("worlds.json", "worlds[0].world_type", lambda d: d["worlds"][0].update(world_type="reboot"), "'heroic'"),
    ("jobs.json", "jobs[1]", lambda d: d["jobs"][1].update(slug="hero"), "stands twice"),
    ("experience.json", "levels[4]", lambda d: d["levels"].pop(4), "level 5 belongs here"),
    ("experience.json", "levels", lambda d: d["levels"].pop(), "level 299 is missing"),
]


@pytest.mark.parametrize(
    ("file", "where", "change", "problem"), WRONG, ids=[f"{row[0]}-{i}" for i, row in enumerate(WRONG)]
)
def test_wrong_content(seeds: Path, file: str, where: str, change: Edit, problem: str) -> None:
    edit(seeds, file, change)
    error = broken(seeds)
    assert error.file == file
    assert where in error.where
    assert problem in error.problem
    assert file in error.message
    assert error.action


def test_a_later_price_holds_from_its_day(seeds: Path) -> None:
    def add(document: Any) -> None:
        document["prices"].insert(
            0, {"entry_id": "hard-lucid", "from": "2026-12-17", "interactive": 90_000_001}
        )

    edit(seeds, "crystal_prices.json", add)
    catalog = load_catalog(seeds)
    price = catalog.crystal_price
    assert price("hard-lucid", WorldType.INTERACTIVE, 1, date(2026, 12, 16)) == 100_800_000
    assert price("hard-lucid", WorldType.INTERACTIVE, 1, date(2026, 12, 17)) == 90_000_001
    assert price("hard-lucid", WorldType.HEROIC, 2, date(2027, 1, 1)) == 225_000_002


def test_no_price_is_known_before_the_first(seeds: Path) -> None:
    edit(seeds, "crystal_prices.json", lambda d: d["prices"][0].update({"from": "2026-12-17"}))
    catalog = load_catalog(seeds)
    assert catalog.crystal_price("easy-zakum", WorldType.HEROIC, 1, date(2026, 12, 16)) is None


def test_the_version_follows_the_figures(seeds: Path) -> None:
    shipped = load_catalog(SEEDS).version
    assert load_catalog(seeds).version == shipped
    content = (seeds / "bosses.json").read_bytes()
    (seeds / "bosses.json").write_bytes(content.replace(b"\n", b"\r\n"))
    assert load_catalog(seeds).version == shipped
    (seeds / "bosses.json").write_bytes(content.replace(b"3832000", b"3832001"))
    assert load_catalog(seeds).version != shipped
    assert len(shipped) == 12
