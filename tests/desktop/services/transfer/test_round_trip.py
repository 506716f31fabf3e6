"""What is exported and imported elsewhere is the same again, to the byte."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.services.demo import build_demo
from desktop.services.diary import DiaryFilter, Show
from desktop.services.registry import Services
from desktop.services.transfer.files import read_rows, write_rows
from desktop.services.transfer.records import COLUMNS
from desktop.services.transfer.transfer import RowState
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote
from tests.desktop.conftest import Clock

NOTES = (
    "plain",
    "comma, semicolon; tab\there",
    "quoted \"twice\" and 'once'",
    "two\nlines",
    "old\rbreak and\r\nnew",
    "emoji 🍁👩‍🚀 한국어",
    "=1+1",
    "+3",
    "-5",
    "@everyone",
    "'=already guarded",
    "'plain apostrophe",
    "''",
    '"',
    "\u2028 and \x0b",
    "＝wide",
)


def fill(services: Services) -> None:
    """Every kind of run, and every note that could break a file."""
    names = ("Aria", "=Ärger", "'Quote\"")
    people = [services.characters.create(name, "kronos", job="bishop", level=280)[1] for name in names]
    trader = services.characters.create("Aria", "scania")[1]
    items = list(services.catalog.items)[:3]
    for number, note in enumerate(NOTES):
        day = date.fromordinal(date(2026, 11, 20).toordinal() - 7 * number)
        who = people[number % 3]
        services.runs.log(RunDraft(who, "hard-lucid", day, cleared=False, note=note))
        services.runs.log(RunDraft(who, "hard-lucid", day, 2, note=note))
        services.runs.log(RunDraft(trader, "hard-will", day, drop_note=DropNote.NOTHING, note=note))
        drops = (Drop(items[2], 3, 9_999_999_999_999, day), Drop(items[0], 1, 0, day), Drop(items[1]))
        services.runs.log(
            RunDraft(trader, "normal-damien", day, drop_note=DropNote.LIST, drops=drops, note=note)
        )
    services.runs.tick(people[0], "hard-lotus")


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_round_trip_is_identical(
    services: Services, other: Services, clock: Clock, tmp_path: Path, ending: str
) -> None:
    fill(services)
    first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
    count = services.transfer.export(first)
    assert count == 4 * len(NOTES) + 1
    preview = other.transfer.preview(first)
    assert preview.count(RowState.NEW) == count
    other.transfer.run(preview, tmp_path / "kept")
    other.transfer.export(second)
    assert second.read_bytes() == first.read_bytes()
    again = other.transfer.preview(first)
    assert again.count(RowState.SAME) == count
    assert again.new_characters == ()


def test_only_the_instant_of_the_export_changes_with_the_clock(
    services: Services, clock: Clock, tmp_path: Path
) -> None:
    fill(services)
    services.transfer.export(tmp_path / "one.json")
    clock.now = clock.now.replace(hour=20)
    services.transfer.export(tmp_path / "two.json")
    one, two = (json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("one", "two"))
    assert one.pop("exported_at") != two.pop("exported_at")
    assert one == two


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_a_year_of_demo_data_survives(
    services: Services, other: Services, tmp_path: Path, ending: str
) -> None:
    build_demo(services, 3)
    first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
    services.transfer.export(first)
    other.transfer.run(other.transfer.preview(first), tmp_path / "kept")
    other.transfer.export(second)
    assert second.read_bytes() == first.read_bytes()


def test_from_json_to_csv_and_back(services: Services, other: Services, tmp_path: Path) -> None:
    fill(services)
    services.transfer.export(tmp_path / "a.json")
    services.transfer.export(tmp_path / "a.csv")
    other.transfer.run(other.transfer.preview(tmp_path / "a.csv"), tmp_path / "kept")
    other.transfer.export(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_only_what_a_filter_lets_through(services: Services, tmp_path: Path) -> None:
    fill(services)
    count = services.transfer.export(tmp_path / "failed.csv", DiaryFilter(show=Show.FAILED))
    assert count == len(NOTES) == len(list(read_rows(tmp_path / "failed.csv")))


def test_no_cell_of_a_csv_begins_like_a_formula(services: Services, tmp_path: Path) -> None:
    fill(services)
    services.transfer.export(tmp_path / "a.csv")
    import csv

    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell[:1] in set("=+-@＝＋－＠\t\r")]


def test_a_cancelled_export_leaves_the_old_file(services: Services, tmp_path: Path) -> None:
    fill(services)
    path = tmp_path / "a.csv"
    path.write_text("mine")
    assert services.transfer.export(path, cancelled=lambda: True) == 0
    assert path.read_text() == "mine"


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    cells=st.lists(st.tuples(*[TEXT] * len(COLUMNS)), min_size=1, max_size=4),
    ending=st.sampled_from(["csv", "json"]),
)
def test_any_text_survives_a_file(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, ...]], ending: str
) -> None:
    path = tmp_path_factory.mktemp("any") / f"a.{ending}"
    rows = [dict(zip(COLUMNS, ("x" + row[0], *row[1:]), strict=True)) for row in cells]
    write_rows(path, rows, "2026-11-21T18:30:00+00:00")
    assert [row.cells for row in read_rows(path)] == rows
