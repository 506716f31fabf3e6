"""The paged model: placeholders, pages, what is stale and what is late."""

from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.services.diary import DiaryEntry, DiaryFilter
from desktop.services.runs import Run
from desktop.ui.context import Context
from desktop.ui.diary.model import KEPT, PAGE, Column, DiaryModel
from shared.runs import RunDraft
from shared.tracking import EntryMethod


def line(row: int, note: str = "") -> DiaryEntry:
    run = Run(
        id=f"run-{row}",
        draft=RunDraft("nobody", "hard-lucid", date(2026, 11, 20), note=note),
        reset_period=date(2026, 11, 19),
        crystal_mesos=row,
        entry_method=EntryMethod.TICK,
        logged_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    return DiaryEntry(row, run, "Aria", 0)


class Book:
    """Answers for the database, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.note = "first"
        self.fails = False
        self.before: Callable[[], None] | None = None

    def __call__(self, rows: Sequence[int]) -> list[DiaryEntry]:
        self.asked.append(list(rows))
        if self.fails:
            raise OSError("gone")
        return [line(row, self.note) for row in rows]


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def model(context: Context, book: Book, qtbot: QtBot) -> DiaryModel:
    owner = QObject(context.background)
    return DiaryModel(context.background, context.catalog, book, owner)


def numbers(count: int) -> "array[int]":
    return array("q", range(1, count + 1))


def note(model: DiaryModel, row: int) -> object:
    return model.data(model.index(row, Column.NOTE))


def test_qt_finds_no_fault_with_it(
    model: DiaryModel, qtmodeltester: ModelTester, settle: Callable[[], None]
) -> None:
    qtmodeltester.check(model, force_py=True)
    model.set_rows(numbers(450))
    settle()
    model.set_rows(numbers(449))
    model.set_rows(numbers(3), [line(row) for row in (1, 2, 3)])
    settle()
    model.set_rows(numbers(0))
    qtmodeltester.check(model, force_py=True)


def test_a_page_is_read_when_it_is_painted_and_only_once(
    model: DiaryModel, book: Book, settle: Callable[[], None]
) -> None:
    model.set_rows(numbers(1000))
    assert book.asked == []
    assert note(model, 405) == "…"
    assert note(model, 406) == "…"
    settle()
    assert book.asked == [list(range(401, 601))]
    assert note(model, 405) == "first"
    assert model.data(model.index(405, Column.CRYSTAL)) == "406"
    settle()
    assert len(book.asked) == 1


def test_the_last_page_is_shorter(model: DiaryModel, book: Book, settle: Callable[[], None]) -> None:
    model.set_rows(numbers(2 * PAGE + 1))
    note(model, 2 * PAGE)
    settle()
    assert book.asked == [[2 * PAGE + 1]]
    assert note(model, 2 * PAGE) == "first"


def test_what_was_read_along_is_there_at_once(model: DiaryModel, book: Book) -> None:
    model.set_rows(numbers(300), [line(row, "along") for row in range(1, 201)])
    assert note(model, 0) == "along"
    assert note(model, 199) == "along"
    assert note(model, 200) == "…"


def test_stale_lines_stay_visible_until_read_again(
    model: DiaryModel, book: Book, settle: Callable[[], None]
) -> None:
    model.set_rows(numbers(300))
    note(model, 0)
    settle()
    book.note = "second"
    assert not model.set_rows(numbers(300)), "the same list is no other list"
    assert note(model, 0) == "first"
    settle()
    assert note(model, 0) == "second"
    moved = array("q", [*range(301, 304), *range(1, 301)])
    assert model.set_rows(moved)
    assert note(model, 3) == "second", "a line that moved is recognised by its row number"
    assert note(model, 0) == "…"


def test_an_answer_that_comes_too_late_is_dropped(
    model: DiaryModel, book: Book, context: Context, settle: Callable[[], None], qtbot: QtBot
) -> None:
    model.set_rows(numbers(10))
    note(model, 0)
    model._ask()
    # The question is on its way; meanwhile the list has changed.
    model.set_rows(array("q", range(501, 511)))
    settle()
    assert [row for rows in book.asked for row in rows][:10] == list(range(1, 11))
    assert note(model, 0) == "…"
    settle()
    assert note(model, 0) == "first"
    assert model.data(model.index(0, Column.CRYSTAL)) == "501"


def test_scrolling_past_many_pages_asks_for_the_last_ones_only(
    model: DiaryModel, book: Book, settle: Callable[[], None]
) -> None:
    model.set_rows(numbers(100 * PAGE))
    for page in range(100):
        note(model, page * PAGE)
    settle()
    assert [rows[0] for rows in book.asked] == [97 * PAGE + 1, 98 * PAGE + 1, 99 * PAGE + 1]


def test_only_so_many_pages_are_kept(model: DiaryModel, book: Book, settle: Callable[[], None]) -> None:
    model.set_rows(numbers((KEPT + 5) * PAGE))
    for page in range(KEPT + 5):
        note(model, page * PAGE)
        settle()
    assert len(model._pages) == KEPT
    assert note(model, 0) == "…"
    assert note(model, (KEPT + 4) * PAGE) == "first"


def test_a_failure_is_told_once_and_not_asked_again_by_painting(
    model: DiaryModel, book: Book, settle: Callable[[], None], qtbot: QtBot
) -> None:
    book.fails = True
    model.set_rows(numbers(10))
    with qtbot.waitSignal(model.failed):
        note(model, 0)
    note(model, 0)
    settle()
    assert len(book.asked) == 1
    book.fails = False
    model.set_rows(numbers(10))
    note(model, 0)
    settle()
    assert note(model, 0) == "first"


def test_lines_that_are_gone_do_not_make_it_ask_for_ever(
    context: Context, settle: Callable[[], None]
) -> None:
    asked = []

    def nothing(rows: Sequence[int]) -> list[DiaryEntry]:
        asked.append(rows)
        return []

    owner = QObject(context.background)
    model = DiaryModel(context.background, context.catalog, nothing, owner)
    model.set_rows(numbers(5))
    for _ in range(3):
        assert note(model, 0) == "…"
        settle()
    assert len(asked) == 1


def test_what_a_screen_reader_hears(model: DiaryModel) -> None:
    model.set_rows(numbers(1), [line(1)])
    spoken = model.data(model.index(0, Column.DATE), Qt.ItemDataRole.AccessibleTextRole)
    assert "Hard Lucid" in str(spoken)
    assert "Aria" in str(spoken)
    assert "drops not noted" in str(spoken)
    titles = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    assert len(set(titles)) == len(Column)
    assert all(titles)


def test_it_reads_the_real_diary(
    context: Context, fill: Callable[[int], None], settle: Callable[[], None]
) -> None:
    fill(50)
    diary = context.services.diary
    model = DiaryModel(context.background, context.catalog, diary.page, QObject(context.background))
    model.set_rows(diary.rows(DiaryFilter()))
    model.entry(0)
    settle()
    found = model.entry(0)
    assert found is not None
    assert found.row == model.rows[0]
