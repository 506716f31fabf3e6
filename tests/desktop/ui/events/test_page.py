"""The Events page, by keyboard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop.services.economy.events import Events
from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.events.month import EARLIEST, LATEST
from desktop.ui.events.page import EventsPage
from desktop.ui.theme.apply import apply_theme
from desktop.ui.theme.icons import icon_names
from shared.catalog import Catalog
from shared.economy.events import Effects, EventRules, OneOffEvent
from shared.errors import StorageError
from tests.desktop.conftest import NOW, Clock

Settle = Callable[[], None]
OpenPage = Callable[[], EventsPage]


@pytest.fixture
def open_page(context: Context, qtbot: QtBot, settle: Settle) -> OpenPage:
    """Open the page as the window would."""

    def build() -> EventsPage:
        made = EventsPage(context)
        qtbot.addWidget(made)
        made.resize(1092, 748)
        made.show()
        settle()
        return made

    return build


@pytest.fixture
def page(open_page: OpenPage) -> EventsPage:
    """Events with the keyboard in the calendar."""
    made = open_page()
    focus = made.first_focus()
    assert focus is made.calendar
    focus.setFocus()
    return made


def day_names(page: EventsPage) -> list[str]:
    """The events told of the chosen day."""
    return [line.window_shown.name for line in page.day_card.lines if line.window_shown is not None]


def schedule(services: Services, rules: EventRules) -> None:
    """Another schedule behind the same service."""
    services.events._rules = rules


def test_it_says_what_is_on_and_what_comes(page: EventsPage) -> None:
    (card,) = page.now_column.cards
    assert card.accessibleName() == "Merchant's Fortune, on now, day 3 of 7, 4 d 5 h left, Coins ×1.5"
    assert "daily reward" in card.accessibleDescription()
    assert page.note_label.text() == "Coins ×1.5 now"
    names = [row.accessibleName() for row in page.upcoming.rows]
    assert names[0].startswith("Legendary Hunt, in 4 d 5 h, ")
    assert "Rare and better +50 %" in names[0]
    assert len(names) == 4
    assert page.calendar.day == date(2026, 11, 21)
    assert page.month_label.text() == "November 2026"
    assert day_names(page) == ["Merchant's Fortune"]
    assert not page.now_column.none.isVisible()


def test_arrows_move_over_the_days_and_tell_their_events(page: EventsPage, qtbot: QtBot) -> None:
    for key, day, names in (
        (Qt.Key.Key_Right, date(2026, 11, 22), ["Merchant's Fortune"]),
        (Qt.Key.Key_Down, date(2026, 11, 29), ["Legendary Hunt"]),
        (Qt.Key.Key_Left, date(2026, 11, 28), ["Legendary Hunt"]),
        (Qt.Key.Key_Up, date(2026, 11, 21), ["Merchant's Fortune"]),
        (Qt.Key.Key_Home, date(2026, 11, 1), ["Legendary Hunt", "Harvest Moon"]),
        (Qt.Key.Key_End, date(2026, 11, 30), ["Legendary Hunt"]),
        (Qt.Key.Key_T, date(2026, 11, 21), ["Merchant's Fortune"]),
    ):
        qtbot.keyClick(page.calendar, key)
        assert page.calendar.day == day
        assert sorted(day_names(page)) == sorted(names)
        assert all(name in page.calendar.accessibleDescription() for name in names)
    assert "today" in page.calendar.accessibleDescription()
    assert page.day_card.title_label.text() == "Saturday 21 November 2026"


def test_months_turn_by_key_and_by_button(page: EventsPage, qtbot: QtBot, settle: Settle) -> None:
    qtbot.keyClick(page.calendar, Qt.Key.Key_PageDown)
    assert page.month_label.text() == "December 2026"
    # What is in sight is there at once, before the database answers.
    assert day_names(page) == ["Winter Lights"]
    settle()
    assert day_names(page) == ["Winter Lights"]
    assert page.day_card.lines[0].notes() == ["The rotation pauses meanwhile."]
    for _ in range(3):
        qtbot.keyClick(page.next, Qt.Key.Key_Space)
        settle()
    assert page.month_label.text() == "March 2027"
    assert set(day_names(page)) > {"First Bloom"}
    qtbot.keyClick(page.previous, Qt.Key.Key_Space)
    settle()
    assert page.calendar.day == date(2027, 2, 21)
    qtbot.keyClick(page.today, Qt.Key.Key_Space)
    settle()
    assert page.calendar.day == date(2026, 11, 21)


def test_the_calendar_ends_where_it_ends(page: EventsPage, settle: Settle) -> None:
    page.calendar.choose(date(1990, 1, 1))
    settle()
    assert page.calendar.day == EARLIEST
    assert not page.previous.isEnabled()
    page.calendar.turn(-1)
    page.calendar.choose(date(2200, 1, 1))
    settle()
    assert page.calendar.day == LATEST
    assert not page.next.isEnabled()
    assert page.previous.isEnabled()
    assert day_names(page)


@pytest.mark.qt_log_ignore("does not support raise")
def test_a_click_chooses_a_day_and_hovering_tells_it(page: EventsPage, qtbot: QtBot) -> None:
    place = page.calendar.cell(date(2026, 11, 26)).center().toPoint()
    qtbot.mouseClick(page.calendar, Qt.MouseButton.LeftButton, pos=place)
    assert page.calendar.day == date(2026, 11, 26)
    assert day_names(page) == ["Legendary Hunt"]
    QApplication.sendEvent(page.calendar, QHelpEvent(QEvent.Type.ToolTip, place, QPoint(1, 1)))
    assert QToolTip.text() == "Thursday 26 November 2026: Legendary Hunt"
    QToolTip.hideText()
    qtbot.mouseClick(page.calendar, Qt.MouseButton.LeftButton, pos=QPoint(5, 2))
    assert page.calendar.day == date(2026, 11, 26)


def test_what_comes_next_opens_its_first_day(page: EventsPage, qtbot: QtBot, settle: Settle) -> None:
    page.upcoming.rows[0].setFocus()
    qtbot.keyClick(page.upcoming.rows[0], Qt.Key.Key_Down)
    qtbot.keyClick(page.upcoming.rows[1], Qt.Key.Key_Down)
    assert page.upcoming.rows[2].hasFocus()
    qtbot.keyClick(page.upcoming.rows[2], Qt.Key.Key_Return)
    settle()
    assert page.calendar.day == date(2026, 12, 10)
    assert day_names(page) == ["Rare Materials Week"]


def test_a_cut_window_says_so(page: EventsPage, settle: Settle) -> None:
    page.calendar.choose(date(2026, 12, 18))
    settle()
    assert page.day_card.lines[0].notes() == ["Ends early: another event pauses the rotation."]
    page.calendar.choose(date(2027, 1, 4))
    settle()
    assert page.day_card.lines[0].notes() == ["Begins late: another event paused the rotation."]


def test_countdowns_follow_the_clock_and_the_next_event_takes_over(
    page: EventsPage, context: Context, clock: Clock, settle: Settle
) -> None:
    clock.now = NOW + timedelta(hours=5)
    context.ticker.tick()
    assert "4 d 0 h left" in page.now_column.cards[0].accessibleName()
    clock.now = datetime(2026, 11, 26, tzinfo=UTC)
    context.ticker.tick()
    settle()
    assert page.now_column.cards[0].accessibleName().startswith("Legendary Hunt, on now, day 1 of 7")
    assert page.calendar.today == date(2026, 11, 26)
    assert page.note_label.text() == "Rare +50 % now"


def test_an_event_that_ends_within_the_day_is_noticed(
    services: Services, catalog: Catalog, open_page: OpenPage, context: Context, clock: Clock, settle: Settle
) -> None:
    own = OneOffEvent(
        "double", "Double Evening", "Twice the coins.", NOW, NOW + timedelta(hours=2), Effects(coins=200)
    )
    schedule(services, replace(catalog.economy.events, one_off=(own,)))
    page = open_page()
    assert len(page.now_column.cards) == 2
    assert page.note_label.text() == "Coins ×3 now"
    assert day_names(page) == ["Merchant's Fortune", "Double Evening"]
    clock.now = NOW + timedelta(hours=2)
    context.ticker.tick()
    settle()
    assert len(page.now_column.cards) == 1
    assert page.note_label.text() == "Coins ×1.5 now"


def test_more_events_than_a_day_has_room_for_are_counted(
    services: Services, catalog: Catalog, open_page: OpenPage
) -> None:
    many = tuple(
        OneOffEvent(f"own-{n}", f"Own {n}", "", NOW, NOW + timedelta(days=1), Effects(coins=110))
        for n in range(6)
    )
    schedule(services, replace(catalog.economy.events, one_off=many))
    page = open_page()
    assert len(day_names(page)) == 7
    assert any(page.calendar.bar_box(bar).isEmpty() for bar in page.calendar.bars())
    assert not page.grab().isNull()


def test_without_any_event_the_page_says_so(services: Services, open_page: OpenPage) -> None:
    schedule(services, EventRules(date(2026, 1, 1), 28, ()))
    page = open_page()
    assert page.now_column.none.isVisible()
    assert page.upcoming.none.isVisible()
    assert page.day_card.none.isVisible()
    assert page.note_label.text() == ""
    assert page.calendar.accessibleDescription().endswith(", today: no event")


def test_what_could_not_be_read_can_be_tried_again(
    page: EventsPage, qtbot: QtBot, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_events: Events) -> None:
        raise StorageError("The schedule is in use.", "Close the other program.")

    with monkeypatch.context() as patch:
        patch.setattr(Events, "overview", refuse)
        page.refresh()
        settle()
    assert page.failed.isVisible()
    assert "in use" in page.failed.accessibleDescription()
    assert page.failed.action_button is not None
    qtbot.keyClick(page.failed.action_button, Qt.Key.Key_Space)
    settle()
    assert page.area.isVisible()


def test_a_day_may_be_asked_for(page: EventsPage, settle: Settle) -> None:
    page.open_with(day=date(2027, 5, 11))
    settle()
    assert "Anniversary Week" in day_names(page)


@pytest.mark.parametrize("width", [772, 1092, 1732])
@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 12, 25), date(2027, 5, 12)])
def test_nothing_is_cut_off_at_any_width(
    open_page: OpenPage, clock: Clock, settle: Settle, qtbot: QtBot, width: int, day: date
) -> None:
    clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    page = open_page()
    page.resize(width, 588)
    settle()
    qtbot.waitUntil(lambda: page.calendar.height() >= page.calendar.minimumSizeHint().height())
    assert page.width() == width
    assert page.stacked is (width < 980)
    view = page.area.viewport()
    for made in (*page.now_column.cards, *page.upcoming.rows, *page.day_card.lines, page.calendar):
        right = made.mapTo(view, made.rect().topRight()).x()
        assert right <= view.rect().right()
    for line in page.day_card.lines:
        assert line.height() >= line.minimumHeight() > 0
    for bar in page.calendar.bars():
        box = page.calendar.bar_box(bar)
        assert box.isEmpty() or page.calendar.rect().toRectF().contains(box)
    for theme in ("dark", "light", "high-contrast"):
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, theme)
        assert not page.grab().isNull()


def test_every_control_has_a_name_and_room_to_be_hit(page: EventsPage) -> None:
    found = [made for made in page.findChildren(QAbstractButton) if made.isVisible()]
    assert len(found) >= 7
    for made in found:
        assert made.accessibleName()
        assert min(made.width(), made.height()) >= 24
    cell = page.calendar.cell(date(2026, 11, 21))
    assert min(cell.width(), cell.height()) >= 24
    assert page.calendar.accessibleName() == "Calendar of events, November 2026"


def test_every_event_has_an_icon_of_the_set(catalog: Catalog) -> None:
    rules = catalog.economy.events
    assert {event.icon for event in (*rules.rotation, *rules.seasonal)} <= set(icon_names())
