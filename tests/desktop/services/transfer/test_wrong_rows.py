"""A wrong row says what is wrong with it; a wrong file too; the good rows can still be imported."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.services.registry import Services
from desktop.services.transfer.files import TransferError
from desktop.services.transfer.transfer import Preview, RowState
from tests.desktop.services.transfer.conftest import live_rows

GOOD = "Aria,Kronos,Hard Lucid,2026-11-19,1,yes,nothing,,"
LONG = "x" * 501
WriteCsv = Callable[..., Path]

ROWS = {
    "unknown boss": ("Aria,,Lord of Bugs,2026-11-19,,,,,", "No boss is called “Lord of Bugs”."),
    "unknown item": ("Aria,,Hard Will,2026-11-19,,,,Shiny Thing,", "No item is called “Shiny Thing”."),
    "unknown world": ("Aria,Atlantis,Hard Will,2026-11-19,,,,,", "No world is called “Atlantis”."),
    "bad date": ("Aria,,Hard Will,19.11.2026,,,,,", "“19.11.2026” is no date."),
    "no such day": ("Aria,,Hard Will,2026-02-30,,,,,", "“2026-02-30” is no date."),
    "future date": ("Aria,,Hard Will,2026-11-22,,,,,", "still to come"),
    "too early": ("Aria,,Hard Will,1999-11-22,,,,,", "did not exist"),
    "no character": (",,Hard Will,2026-11-19,,,,,", "The column character is empty."),
    "party too large": ("Aria,,Hard Will,2026-11-19,99,,,,", "A party for"),
    "party no number": ("Aria,,Hard Will,2026-11-19,two,,,,", "“two” is no whole number."),
    "note too long": (f"Aria,,Hard Will,2026-11-19,,,,,{LONG}", "at most 500 letters"),
    "name too long": (f"{'A' * 41},,Hard Will,2026-11-19,,,,,", "at most 40 letters"),
    "unknown drop note": ("Aria,,Hard Will,2026-11-19,,,maybe,,", "“maybe” is none of"),
    "note against drops": ("Aria,,Hard Will,2026-11-19,,,list,,", "disagree"),
    "cleared unclear": ("Aria,,Hard Will,2026-11-19,,perhaps,,,", "neither yes nor no"),
    "drops of a failed run": ("Aria,,Hard Will,2026-11-19,,no,nothing,,", "was not cleared has no drops"),
    "the same clear twice": ("Aria,Kronos,Normal Lucid,2026-11-20,,,,,", "same clear as in row 2"),
    "too many cells": ("Aria,,Hard Will,2026-11-19,,,,,good, run", "10 cells"),
    "huge number": (f"Aria,,Hard Will,2026-11-19,{'9' * 5000},,,,", "no whole number"),
}


def only_wrong(preview: Preview) -> str:
    """The problem of the only wrong row, which is the second of the file."""
    wrong = [row for row in preview.rows if row.state is RowState.WRONG]
    assert [row.number for row in wrong] == [3]
    return wrong[0].problem


@pytest.mark.parametrize("name", ROWS)
def test_a_wrong_row_says_why_and_the_others_go_in(
    services: Services, csv_file: WriteCsv, tmp_path: Path, name: str
) -> None:
    line, said = ROWS[name]
    last = "Bob,Bera,Hard Lucid,2026-11-19,1,no,,,"
    preview = services.transfer.preview(csv_file(GOOD, line, last))
    assert said in only_wrong(preview)
    assert {c.name for c in preview.new_characters} == {"Aria", "Bob"}
    assert not live_rows(services)["boss_runs"]
    services.transfer.run(preview, tmp_path / "kept")
    assert len(live_rows(services)["boss_runs"]) == 2


def test_broken_quotation_marks_cost_one_row(services: Services, csv_file: WriteCsv) -> None:
    after = [f"Aria,Kronos,Hard Lucid,2026-{month:02}-05,,,,,fine" for month in range(1, 10)]
    preview = services.transfer.preview(csv_file(GOOD, 'Aria,,Hard Will,2026-11-19,,,,,"open', *after))
    assert "quotation marks" in only_wrong(preview)
    assert preview.count(RowState.NEW) == 10


def test_a_note_of_several_lines_keeps_the_numbers_of_lines(services: Services, csv_file: WriteCsv) -> None:
    line = 'Aria,,Hard Will,2026-11-19,,,,,"one\ntwo\nthree"'
    preview = services.transfer.preview(csv_file(line, "Aria,,Nobody,2026-11-19,,,,,", GOOD))
    assert [row.number for row in preview.rows] == [2, 5, 6]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_are_read(services: Services, csv_file: WriteCsv, delimiter: str) -> None:
    head = delimiter.join(("Character", " boss ", "DATE", "extra"))
    row = delimiter.join(("Aria", "hard lucid", "2026/11/19", "?"))
    preview = services.transfer.preview(csv_file(row, head=head))
    assert preview.count(RowState.NEW) == 1


FILES = {
    "empty.csv": (b"", "is empty"),
    "blank.json": (b" \n ", "is empty"),
    "head.csv": (b"character,boss,date\r\n", "holds no run"),
    "columns.csv": (b"name|boss\nAria|x\n", "does not name the columns character, boss, date"),
    "twice.csv": (b"character,boss,date,note,note\n", "names the column note twice"),
    "quote.csv": (b'"character,boss\n', "does not name the columns"),
    "latin.csv": ("character,boss,date\nÄ,b,c".encode("latin-1"), "not UTF-8"),
    "wide.csv": ("character,boss,date".encode("utf-16"), "not UTF-8"),
    "table.xlsx": (b"PK", "neither a CSV nor a JSON file"),
    "cut.json": (b'{"runs": [\n{"boss":', "no proper JSON from line 2 on"),
    "deep.json": (b"[" * 200_000, "no JSON"),
    "number.json": (b"7" * 5000, "no JSON"),
    "other.json": (b'{"format": "something"}', "something else than runs"),
    "plain.json": (b'{"a": 1}', "holds no list of runs"),
    "none.json": (b"[]", "holds no run"),
    "newer.json": (b'{"format": "maplehub-runs", "version": 2, "runs": []}', "newer MapleHub"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_says_why_and_what_to_do(services: Services, tmp_path: Path, name: str) -> None:
    content, said = FILES[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TransferError) as caught:
        services.transfer.preview(tmp_path / name)
    assert said in caught.value.message
    assert caught.value.action


def test_a_file_that_is_gone(services: Services, tmp_path: Path) -> None:
    with pytest.raises(TransferError, match="could not be read"):
        services.transfer.preview(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"note": ["a"]}, "no text"),
        ({"note": "\ud83c"}, "half a character"),
        ({"party_size": 1.5}, "no text"),
        ({"drops": {"item": "x"}}, "neither text nor a list"),
        ({"drops": ["x"]}, "no object"),
        ({"drops": [{"item": "x"}]}, "No item is called"),
        ({"drops": [{"item": "%", "sold_on": "2026-11-19"}]}, "no price"),
        ({"drops": [{"item": "%", "sold_for": 10**14}]}, "no whole number of mesos"),
        ({"drops": [{"item": "%"}, {"item": "%"}]}, "listed twice"),
        ({"drops": [{"item": "%", "quantity": 0}]}, "A quantity is between"),
        ({"crystal_mesos": -1}, "no whole number of mesos"),
        ({"logged_at": "yesterday"}, "no point in time"),
        ({"logged_at": "2026-11-19T10:00:00"}, "no time zone"),
        ({"logged_at": "0001-01-01T00:00:00+14:00"}, "no point in time"),
    ],
)
def test_wrong_rows_of_json(services: Services, tmp_path: Path, change: dict[str, object], said: str) -> None:
    good = {"character": "Aria", "boss": "Hard Lucid", "date": "2026-11-19"}
    item = next(iter(services.catalog.items))
    text = json.dumps([good, {**good, "boss": "Hard Will", **change}, 5]).replace('"%"', json.dumps(item))
    (tmp_path / "a.json").write_text(text)
    preview = services.transfer.preview(tmp_path / "a.json")
    assert [row.state for row in preview.rows] == [RowState.NEW, RowState.WRONG, RowState.WRONG]
    assert [row.number for row in preview.rows] == [1, 2, 3]
    assert said in preview.rows[1].problem
    assert "single value" in preview.rows[2].problem


def test_a_failed_run_cannot_take_the_id_of_a_clear(
    services: Services, character: str, tmp_path: Path, clock: object
) -> None:
    services.runs.tick(character, "hard-lucid")
    services.transfer.export(tmp_path / "a.json")
    document = json.loads((tmp_path / "a.json").read_text())
    run = document["runs"][0]
    run |= {"cleared": "no", "boss": "hard-will", "crystal_mesos": ""}
    (tmp_path / "a.json").write_text(json.dumps(document))
    preview = services.transfer.preview(tmp_path / "a.json")
    assert [row.state for row in preview.rows] == [RowState.WRONG]
    assert "belongs to a clear" in preview.rows[0].problem


def test_more_characters_than_fit(services: Services, csv_file: WriteCsv) -> None:
    lines = [f"Hero{number},,Hard Lucid,2026-11-19,,,,," for number in range(61)]
    preview = services.transfer.preview(csv_file(*lines))
    assert preview.count(RowState.NEW) == 60
    assert "at most 60 characters" in preview.rows[-1].problem
