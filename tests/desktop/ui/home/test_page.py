"""The Home page, by keyboard where it matters."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.home.characters import CARDS_UP_TO
from desktop.ui.home.page import HomePage
from desktop.ui.home.words import compared
from desktop.ui.theme.apply import apply_theme
from desktop.ui.words import countdown, local_time
from shared.resets import Reset
from tests.desktop.conftest import NOW, Clock
from tests.desktop.ui.conftest import RecordingShell

Settle = Callable[[], None]


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Settle) -> Callable[[], HomePage]:
    """Open the page as the window would, with what the database has now."""

    def build() -> HomePage:
        context.selection.set_characters(tuple(context.services.characters.all()))
        made = HomePage(context)
        qtbot.addWidget(made)
        made.resize(1092, 748)
        made.show()
        settle()
        return made

    return build


@pytest.fixture
def page(demo_context: Context, open_page: Callable[[], HomePage]) -> HomePage:
    """Home with three characters and a year of runs."""
    return open_page()


def test_figures_are_those_of_the_service(page: HomePage, services: Services) -> None:
    overview = services.home.overview()
    assert page.week.clears.value_label.text() == str(overview.this_week.clears)
    assert page.week.drops.value_label.text() == str(overview.this_week.drops)
    names = [made.week.character.name for made in page.characters.buttons]
    assert names == [week.character.name for week in overview.characters]
    assert [line.run_id for line in page.notes.lines] == [line.run_id for line in overview.opened]
    assert [line.run_id for line in page.drops.lines] == [line.run_id for line in overview.recent]


def test_enter_on_a_character_chooses_it_and_goes_to_its_bosses(
    page: HomePage, context: Context, shell: RecordingShell, qtbot: QtBot
) -> None:
    first = page.first_focus()
    assert first is page.characters.buttons[0]
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Down)
    second = page.characters.buttons[1]
    assert second.hasFocus()
    qtbot.keyClick(second, Qt.Key.Key_Return)
    assert context.selection.current is not None
    assert context.selection.current.id == second.week.character.id
    assert shell.went == [("bosses", {"view": "cards"})]


def test_characters_are_one_stop_in_the_tab_order(page: HomePage, qtbot: QtBot) -> None:
    page.characters.buttons[0].setFocus()
    qtbot.keyClick(page.characters.buttons[0], Qt.Key.Key_Down)
    qtbot.keyClick(page.characters.buttons[1], Qt.Key.Key_Down)
    qtbot.keyClick(page.characters.buttons[2], Qt.Key.Key_Down)
    stops = [made for made in page.characters.buttons if made.focusPolicy() is Qt.FocusPolicy.StrongFocus]
    assert stops == [page.characters.buttons[2]]
    assert page.characters.buttons[2].hasFocus()


def test_n_notes_nothing_and_the_keyboard_stays_in_the_list(
    page: HomePage, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    before = [line.run_id for line in page.notes.lines]
    total = services.home.overview().open_total
    page.notes.lines[-1].setFocus()
    qtbot.keyClick(page.notes.lines[-1], Qt.Key.Key_N)
    settle()
    assert services.home.overview().open_total == total - 1
    assert [line.run_id for line in page.notes.lines] == before[:-1]
    assert page.notes.lines[-1].hasFocus()
    context.operations.undo()
    settle()
    assert [line.run_id for line in page.notes.lines] == before


def test_the_button_of_a_line_is_reached_by_tab(
    page: HomePage, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    line = page.notes.lines[0]
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_Tab)
    focused = QApplication.focusWidget()
    assert focused is line.nothing
    qtbot.keyClick(focused, Qt.Key.Key_Tab)
    assert page.notes.lines[1].hasFocus()
    qtbot.keyClick(page.notes.lines[1], Qt.Key.Key_Up)
    assert line.hasFocus()
    total = services.home.overview().open_total
    assert line.nothing is not None
    qtbot.keyClick(line.nothing, Qt.Key.Key_Space)
    settle()
    assert services.home.overview().open_total == total - 1


def test_enter_on_a_line_opens_its_run(page: HomePage, shell: RecordingShell, qtbot: QtBot) -> None:
    for line in (page.notes.lines[1], page.drops.lines[0]):
        qtbot.keyClick(line, Qt.Key.Key_Return)
    assert shell.logged == [
        (None, None, page.notes.lines[1].run_id),
        (None, None, page.drops.lines[0].run_id),
    ]


def test_nothing_in_the_rest_is_one_undo(
    page: HomePage, services: Services, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    total = services.home.overview().open_total
    assert total > 1
    qtbot.keyClick(page.notes.rest, Qt.Key.Key_Space)
    settle()
    assert services.home.overview().open_total == 0
    assert page.notes.lines == []
    assert page.notes.note.text() == "Every clear this week has its drop note."
    assert not page.notes.rest.isVisible()
    context.operations.undo()
    settle()
    assert services.home.overview().open_total == total


def test_what_the_list_has_no_room_for_is_in_the_diary(
    services: Services,
    put_demo: Callable[[int], None],
    context: Context,
    shell: RecordingShell,
    open_page: Callable[[], HomePage],
    qtbot: QtBot,
    settle: Settle,
) -> None:
    put_demo(24)
    page = open_page()
    overview = services.home.overview()
    hidden = overview.open_total - len(overview.opened)
    assert hidden > 0
    assert page.notes.others.text() == f"and {hidden} more this week"
    page.notes.others.setFocus()
    qtbot.keyClick(page.notes.others, Qt.Key.Key_Space)
    assert shell.went == [("diary", {"view": "list", "show": "unresolved", "dates": "week"})]
    services.runs.nothing_this_week()
    page.refresh()
    settle()
    assert not page.notes.others.isVisible()


def test_countdowns_follow_the_clock(page: HomePage, context: Context, clock: Clock) -> None:
    daily = page.countdowns.tiles[Reset.DAILY]
    assert daily.until_label.text() == "in 5 h 30 min"
    assert page.countdowns.tiles[Reset.WEEKLY].until_label.text() == "in 4 d 5 h"
    clock.now = NOW + timedelta(hours=5, minutes=1)
    context.ticker.tick()
    assert daily.until_label.text() == "in 29 min"


def test_a_new_day_is_read_anew(page: HomePage, context: Context, clock: Clock, settle: Settle) -> None:
    clock.now = datetime(2026, 11, 26, 0, 0, 10, tzinfo=UTC)
    context.ticker.tick()
    settle()
    assert page.week.clears.value_label.text() == "0"
    assert page.notes.note.text() == "No clear this week yet."
    assert page.countdowns.tiles[Reset.DAILY].until_label.text() == "in 23 h 59 min"


def test_without_a_character_the_page_offers_to_add_one(
    open_page: Callable[[], HomePage], shell: RecordingShell, qtbot: QtBot
) -> None:
    page = open_page()
    assert page.no_character.isVisible()
    assert not page.columns.isVisible()
    assert not page.week.isVisible()
    add = page.first_focus()
    assert isinstance(add, QAbstractButton)
    qtbot.keyClick(add, Qt.Key.Key_Space)
    assert shell.edited == [None]


def test_a_new_player_is_shown_the_first_clear(
    character: str,
    services: Services,
    context: Context,
    open_page: Callable[[], HomePage],
    shell: RecordingShell,
    qtbot: QtBot,
    settle: Settle,
) -> None:
    page = open_page()
    assert page.first_clear.isVisible()
    assert not page.notes.isVisible()
    qtbot.keyClick(page.first_clear.go, Qt.Key.Key_Space)
    assert shell.went == [("bosses", {"view": "cards"})]
    entry = next(iter(context.catalog.bosses))
    context.operations.perform(lambda: services.runs.tick(character, entry))
    settle()
    assert not page.first_clear.isVisible()
    assert page.notes.isVisible()
    assert page.week.clears.value_label.text() == "1"
    assert not page.notes.rest.isVisible()


@pytest.mark.parametrize("count", [1, 2, CARDS_UP_TO, CARDS_UP_TO + 1, 24])
def test_every_number_of_characters_fits_the_page(
    services: Services, put_demo: Callable[[int], None], open_page: Callable[[], HomePage], count: int
) -> None:
    put_demo(count)
    page = open_page()
    assert len(page.characters.buttons) == count
    assert page.characters.as_table is (count > CARDS_UP_TO)
    boxes = [made.geometry() for made in page.characters.buttons]
    for index, box in enumerate(boxes):
        assert page.characters.rect().contains(box)
        assert box.height() >= 24
        assert not any(box.intersects(other) for other in boxes[index + 1 :])
    for theme in ("dark", "light", "high-contrast"):
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        assert not page.grab().isNull()


@pytest.mark.parametrize("count", [1, CARDS_UP_TO, 24])
@pytest.mark.parametrize("width", [772, 900, 1092, 1732])
def test_nothing_is_cut_off_at_any_width(
    services: Services,
    put_demo: Callable[[int], None],
    open_page: Callable[[], HomePage],
    settle: Settle,
    count: int,
    width: int,
) -> None:
    put_demo(count)
    page = open_page()
    page.resize(width, 588)
    settle()
    assert page.width() == width
    assert page.stacked is (width < 980)
    view = page.area.viewport().rect()
    for made in (
        *page.countdowns.tiles.values(),
        page.week.sold,
        page.notes,
        page.drops,
        page.notes.rest,
        *page.characters.buttons,
    ):
        right = made.mapTo(page.area.viewport(), made.rect().topRight()).x()
        assert not made.isVisible() or right <= view.right()
    for tile in page.countdowns.tiles.values():
        for words in (tile.until_label, tile.left_label, tile.when_label):
            assert not words.isVisible() or words.width() >= words.sizeHint().width()
    for figure in (page.week.clears, page.week.drops, page.week.crystals, page.week.sold):
        assert figure.note_label.sizeHint().width() <= figure.width()
        assert figure.value_label.sizeHint().width() <= figure.value_label.width()


def test_every_control_has_a_name(page: HomePage) -> None:
    for made in page.findChildren(QAbstractButton):
        if made.isVisible() and made.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            assert made.accessibleName()
            assert made.height() >= 24


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (0, 0, "none last week by now either"),
        (5, 0, "none last week by now"),
        (5, 5, "same as last week by now"),
        (28, 25, "12 % more than last week by now"),
        (22, 25, "12 % less than last week by now"),
        (0, 25, "100 % less than last week by now"),
        (50, 5, "10 times last week by now"),
        (10_001, 10_000, "about as last week by now"),
    ],
)
def test_comparisons_are_honest(now: int, before: int, words: str) -> None:
    assert compared(now, before) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=3, hours=5), "in 3 d 5 h"),
        (timedelta(hours=2, minutes=10, seconds=59), "in 2 h 10 min"),
        (timedelta(minutes=42), "in 42 min"),
        (timedelta(seconds=20), "in less than a minute"),
    ],
)
def test_spans_are_coarse(span: timedelta, words: str) -> None:
    assert countdown(NOW, NOW + span) == words


def test_local_times_name_the_day() -> None:
    noon = NOW.astimezone().replace(hour=12, minute=0)
    assert local_time(noon, noon + timedelta(hours=1)).startswith("today ")
    assert local_time(noon, noon + timedelta(days=1)).startswith("tomorrow ")
    assert local_time(noon, noon + timedelta(days=3)).startswith("Tue 24 Nov")
