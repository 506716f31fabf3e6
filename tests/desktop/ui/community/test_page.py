"""The Community page: every state, every filter, by keyboard, and said to a screen reader."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.services.community import DropLine
from desktop.services.questions import boss_clears, drop_rates
from desktop.ui.community.clears import ClearColumn
from desktop.ui.community.model import Column
from desktop.ui.community.page import CommunityPage
from desktop.ui.community.words import dry_text
from desktop.ui.context import Context
from desktop.ui.home.page import HomePage
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote
from tests.desktop.conftest import NOW, Clock
from tests.desktop.sync.conftest import Site
from tests.desktop.ui.community.conftest import ARIA, Open, play
from tests.desktop.ui.conftest import RecordingShell
from tests.server.statistics.filling import BOSS, ITEM, Play

Settle = Callable[[], None]


def shown(page: CommunityPage) -> list[DropLine]:
    return page.rates.model.shown


def cell(page: CommunityPage, line: DropLine, column: Column) -> str:
    place = page.rates.model.place_of(line)
    assert place is not None
    return str(page.rates.model.index(place, column).data())


def log(context: Context, character: str, weeks: int, *items: str) -> None:
    """Clears of Hard Lucid in as many weeks, the items in the first of them."""
    for week in range(weeks):
        here = items if week == 0 else ()
        note = DropNote.LIST if here else DropNote.NOTHING
        draft = RunDraft(
            character,
            BOSS,
            NOW.date() - timedelta(weeks=week),
            drop_note=note,
            drops=tuple(Drop(item) for item in here),
        )
        context.services.runs.log(draft)


# The table


def test_samples_say_that_they_are_samples(sampled: CommunityPage) -> None:
    assert sampled.samples.isVisible()
    assert "Samples" in sampled.samples.accessibleName()
    assert sampled.stack.currentWidget() is sampled.rates
    assert sampled.rates.stack.currentWidget() is sampled.rates.list
    assert not sampled.again.isVisible()
    assert not sampled.server_button.isVisible()
    assert len(shown(sampled)) > 100


def test_every_line_is_said_whole(sampled: CommunityPage) -> None:
    for line in shown(sampled):
        place = sampled.rates.model.place_of(line)
        said = sampled.rates.model.index(place or 0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert line.rate is not None
        for part in (line.boss_name, line.item_name, line.rate.sentence, "confidence"):
            assert part in said


@pytest.mark.parametrize("column", list(Column))
def test_the_header_sorts_and_a_second_time_the_other_way(sampled: CommunityPage, column: Column) -> None:
    page, header = sampled, sampled.rates.table.sort_header
    keys = {
        Column.DROP: lambda line: line.place,
        Column.RATE: lambda line: line.rate.drop_rate,
        Column.RANGE: lambda line: line.rate.low,
        Column.RUNS: lambda line: line.rate.total_runs,
        Column.SURE: lambda line: (line.rate.high - line.rate.low) / (line.rate.drop_rate or line.rate.high),
    }
    lines = set(shown(page))
    if column is not Column.DROP:
        header.sort_asked.emit(column)
    first = list(shown(page))
    header.sort_asked.emit(column)
    second = list(shown(page))
    assert set(first) == set(second) == lines
    if column in keys:
        ways = [[keys[column](line) for line in order] for order in (first, second)]
        assert sorted(ways[0]) in (ways[0], ways[0][::-1])
        assert ways[0] == ways[1][::-1]
    assert header.sortIndicatorSection() == column


def test_filters_narrow_and_are_cleared(sampled: CommunityPage, settle: Settle) -> None:
    filters, everything = sampled.rates.filters, len(shown(sampled))
    assert not filters.clear.isVisible()
    filters.sample.setCurrentIndex(filters.sample.findData(0))
    assert len(shown(sampled)) > everything, "bosses with few runs, and those nothing may be told of"
    assert any(line.rate is None for line in shown(sampled))
    filters.sample.setCurrentIndex(filters.sample.findData(10_000))
    assert 0 < len(shown(sampled)) < everything
    filters.boss.setCurrentIndex(filters.boss.findData("hard-hilla"))
    assert {line.boss_id for line in shown(sampled)} == {"hard-hilla"}
    QTest.keyClicks(filters.search, "will wisps")
    QTest.keyClick(filters.search, Qt.Key.Key_Return)
    assert [line.item_name for line in shown(sampled)] == ["Will o' the Wisps"]
    assert filters.clear.isVisible()
    filters.clear.click()
    settle()
    assert len(shown(sampled)) == everything


def test_another_kind_of_world_has_its_own_figures(sampled: CommunityPage, settle: Settle) -> None:
    filters = sampled.rates.filters
    before = {line.boss_id: line.rate.total_runs for line in shown(sampled) if line.rate is not None}
    filters.world.setCurrentIndex(filters.world.findData("heroic"))
    settle()
    heroic = {line.boss_id: line.rate.total_runs for line in shown(sampled) if line.rate is not None}
    assert all((runs or 0) < (before[boss] or 0) for boss, runs in heroic.items())
    assert {line.rate.world for line in shown(sampled) if line.rate is not None} == {"heroic"}
    filters.party.setCurrentIndex(filters.party.findData("4-6"))
    settle()
    assert {line.rate.party for line in shown(sampled) if line.rate is not None} == {"4-6"}
    filters.clear.click()
    settle()
    assert filters.stratum == ("all", "all")
    assert {line.rate.world for line in shown(sampled) if line.rate is not None} == {"all"}


def test_nothing_that_matches_offers_everything_again(sampled: CommunityPage) -> None:
    QTest.keyClicks(sampled.rates.filters.search, "zzz")
    QTest.keyClick(sampled.rates.filters.search, Qt.Key.Key_Return)
    assert sampled.rates.stack.currentWidget() is sampled.rates.no_match
    assert sampled.rates.count.text() == ""
    button = sampled.rates.no_match.action_button
    assert button is not None
    button.click()
    assert sampled.rates.stack.currentWidget() is sampled.rates.list


def test_own_runs_stand_beside_the_rates(
    context: Context, character: str, open_page: Open, settle: Settle
) -> None:
    log(context, character, 8, ITEM)
    context.community.samples = True
    page = open_page()
    page.rates.filters.mine.click()
    assert {line.boss_id for line in shown(page)} == {BOSS}
    mine = next(line for line in shown(page) if line.item_id == ITEM)
    assert cell(page, mine, Column.MINE).startswith("1 in 8. Luckier than ")
    context.operations.perform(
        lambda: context.services.runs.log(RunDraft(character, BOSS, NOW.date(), drop_note=DropNote.NOTHING))
    )
    settle()
    assert cell(page, mine, Column.MINE).startswith("0 in 8. Luckier than "), "counted again after every edit"
    page.rates.sort_by(Column.MINE)
    assert shown(page)[0].luck == max(line.luck or 0 for line in shown(page))


# Details


def test_details_by_keyboard_and_back(sampled: CommunityPage, qtbot: QtBot, settle: Settle) -> None:
    table, panel = sampled.rates.table, sampled.rates.panel
    table.setFocus()
    assert not panel.isVisible()
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert panel.isVisible()
    line = table.current()
    assert line is shown(sampled)[1]
    assert line is not None
    assert line.rate is not None
    assert panel.sentence.text() == f"{line.rate.sentence}."
    qtbot.waitUntil(lambda: not panel.chart.is_empty())
    settle()
    assert "points" in panel.chart.accessibleDescription()
    QTest.keyClick(panel.chart, Qt.Key.Key_End)
    assert panel.chart.point() is not None
    QTest.keyClick(panel.close_button, Qt.Key.Key_Space)
    assert not panel.isVisible()
    assert table.hasFocus()


def test_in_a_narrow_window_details_take_the_tables_place(sampled: CommunityPage) -> None:
    sampled.resize(772, 588)
    sampled.details_button.click()
    assert sampled.rates.panel.isVisible()
    assert not sampled.rates.table.isVisible()
    sampled.rates.panel.close_button.click()
    assert sampled.rates.table.isVisible()
    assert not sampled.details_button.isChecked()


def test_what_is_unsure_says_so(sampled: CommunityPage) -> None:
    sampled.details_button.click()
    sampled.rates.filters.sample.setCurrentIndex(0)
    lines, table = shown(sampled), sampled.rates.table
    biased = next(line for line in lines if line.rate is not None and line.rate.logging_bias)
    wide = next(line for line in lines if line.rate is not None and line.rate.precision is None)
    untold = next(line for line in lines if line.rate is None)
    table.stay_at(biased)
    assert sampled.rates.panel.bias.isVisible()
    table.stay_at(wide)
    assert sampled.rates.panel.headline.text().startswith(("Between", "Less than"))
    assert not sampled.rates.panel.bias.isVisible()
    table.stay_at(untold)
    assert "Not enough players" in sampled.rates.panel.headline.text()
    assert not sampled.rates.panel.chart.isVisible()


def test_the_diary_opens_on_ones_own_runs(
    context: Context, character: str, open_page: Open, shell: RecordingShell
) -> None:
    log(context, character, 2)
    context.community.samples = True
    page = open_page()
    page.details_button.click()
    page.rates.filters.mine.click()
    assert page.rates.panel.diary.isVisible()
    page.rates.panel.diary.click()
    assert shell.went == [("diary", {"boss": "lucid", "view": "list"})]


# Where the figures come from


def test_without_a_server_an_address_is_asked_for(
    context: Context, open_page: Open, shell: RecordingShell, settle: Settle, site: Site
) -> None:
    page = open_page()
    assert page.stack.currentWidget() is page.form
    assert page.first_focus() is page.form.address
    page.form.show_button.click()
    assert "Enter the address" in page.form.field.error()
    page.form.address.setText("http://hub.example")
    page.form.show_button.click()
    assert "https://" in page.form.field.error()
    page.form.account_button.click()
    assert shell.went == [("settings", {"section": "account"})]
    play(site, Play(users=12, days=10, rates={ITEM: 0.25}))
    page.form.address.setText(site.url)
    QTest.keyClick(page.form.address, Qt.Key.Key_Return)
    settle()
    assert page.stack.currentWidget() is page.rates
    assert {line.boss_id for line in shown(page)} == {BOSS}
    assert page.note_label.text().startswith(site.url.removeprefix("http://"))
    assert "checked just now" in page.note_label.text()


def test_figures_of_a_server_are_kept_and_asked_about_again(
    context: Context, open_page: Open, settle: Settle, site: Site, clock: Clock, nobody: str
) -> None:
    play(site, Play(users=12, days=10, rates={ITEM: 0.25}))
    context.settings.update("server", value=site.url)
    page = open_page()
    (runs,) = {line.rate.total_runs for line in shown(page) if line.rate is not None}
    assert runs == 240
    item = next(line for line in shown(page) if line.item_id == ITEM)
    said = page.rates.model.index(page.rates.model.place_of(item) or 0, 0)
    assert "in 240 runs by 12 players" in str(said.data(Qt.ItemDataRole.AccessibleTextRole))
    figures = page.rates.told_now.figures
    clock.now += timedelta(hours=5)
    page.again.click()
    settle()
    assert page.rates.told_now.figures == figures
    assert page.rates.told_now.at == clock.now, "they still hold"
    page.server_button.click()
    page.form.address.setText(nobody)
    page.form.show_button.click()
    settle()
    assert page.rates.stack.currentWidget() is page.rates.failed, "another server's are not shown as its"
    context.settings.update("server", value=site.url)
    settle()
    assert page.rates.stack.currentWidget() is page.rates.list


def test_a_server_with_nothing_to_tell_says_so_and_shows_ones_own(
    context: Context, character: str, open_page: Open, site: Site
) -> None:
    log(context, character, 3)
    context.settings.update("server", value=site.url)
    page = open_page()
    assert page.rates.stack.currentWidget() is page.rates.no_data
    button = page.rates.no_data.action_button
    assert button is not None
    button.click()
    assert {(line.boss_id, line.runs, line.rate) for line in shown(page)} == {(BOSS, 3, None)}
    assert cell(page, shown(page)[0], Column.RATE) == "–"


def test_fewer_players_than_may_be_told_of_are_not(context: Context, open_page: Open, site: Site) -> None:
    play(site, Play(users=4, days=10))
    context.settings.update("server", value=site.url)
    page = open_page()
    assert page.rates.stack.currentWidget() is page.rates.no_data
    page.rates.filters.sample.setCurrentIndex(0)
    line = next(line for line in shown(page) if line.boss_id == BOSS)
    said = page.rates.model.index(page.rates.model.place_of(line) or 0, 0)
    assert "not enough players" in str(said.data(Qt.ItemDataRole.AccessibleTextRole))


def test_without_a_network_a_copy_is_shown_with_its_age(
    context: Context, open_page: Open, keep_copy: Callable[..., None], nobody: str, clock: Clock
) -> None:
    keep_copy(nobody, drop_rates("all", "all"), NOW - timedelta(days=3))
    context.settings.update("server", value=nobody)
    page = open_page()
    assert page.rates.stack.currentWidget() is page.rates.list
    assert len(shown(page)) > 100
    assert page.away.isVisible()
    assert (
        page.away.accessibleName() == "The server cannot be reached. This is a copy, last checked 3 days ago."
    )
    assert "checked" not in page.note_label.text()


def test_a_young_copy_is_not_asked_about(
    context: Context, open_page: Open, keep_copy: Callable[..., None], nobody: str, settle: Settle
) -> None:
    keep_copy(nobody, drop_rates("all", "all"), NOW - timedelta(seconds=30))
    context.settings.update("server", value=nobody)
    page = open_page()
    assert not page.away.isVisible(), "the server, which is away, was not asked"
    page.again.click()
    settle()
    assert page.away.isVisible()


def test_with_neither_network_nor_copy_it_can_be_tried_again(
    context: Context, open_page: Open, nobody: str, keep_copy: Callable[..., None], settle: Settle
) -> None:
    context.settings.update("server", value=nobody)
    page = open_page()
    assert page.rates.stack.currentWidget() is page.rates.failed
    assert page.rates.failed.accessibleDescription() == "The server cannot be reached."
    assert page.server_button.isVisible()
    keep_copy(nobody, drop_rates("all", "all"), NOW - timedelta(days=1))
    button = page.rates.failed.action_button
    assert button is not None
    button.click()
    settle()
    assert page.rates.stack.currentWidget() is page.rates.list


def test_figures_in_sight_grow_no_older_than_ten_minutes(
    context: Context,
    open_page: Open,
    keep_copy: Callable[..., None],
    nobody: str,
    clock: Clock,
    settle: Settle,
) -> None:
    keep_copy(nobody, drop_rates("all", "all"), NOW)
    context.settings.update("server", value=nobody)
    page = open_page()
    for minutes, asked in ((9, False), (11, True)):
        clock.now = NOW + timedelta(minutes=minutes)
        context.ticker.tick()
        settle()
        assert page.away.isVisible() is asked


def test_lines_of_another_filter_are_never_shown_for_it(
    context: Context, open_page: Open, keep_copy: Callable[..., None], nobody: str, settle: Settle
) -> None:
    keep_copy(nobody, drop_rates("all", "all"), NOW)
    context.settings.update("server", value=nobody)
    page = open_page()
    filters = page.rates.filters
    filters.world.setCurrentIndex(filters.world.findData("heroic"))
    settle()
    assert page.rates.stack.currentWidget() is page.rates.failed
    filters.world.setCurrentIndex(0)
    settle()
    assert page.rates.stack.currentWidget() is page.rates.list


def test_the_server_is_that_of_the_account(
    context: Context,
    open_page: Open,
    sign_in: Callable[..., None],
    keep_copy: Callable[..., None],
    nobody: str,
) -> None:
    context.settings.update("server", value="https://elsewhere.example")
    sign_in(ARIA.__class__(nobody, ARIA.user_id, "aria"))
    keep_copy(nobody, drop_rates("all", "all"), NOW)
    page = open_page()
    assert len(shown(page)) > 100
    assert not page.server_button.isVisible()


# Clears


def test_clears_with_ones_own(
    context: Context, character: str, open_page: Open, site: Site, settle: Settle
) -> None:
    log(context, character, 3)
    play(site, Play(users=12, days=10, unrecorded=1), Play("hard-damien", users=6, days=4))
    context.settings.update("server", value=site.url)
    page = open_page()
    page.open_with(view="clears")
    settle()
    assert page.clears_stack.currentWidget() is page.clears
    table = page.clears
    rows = [[str(table.lines.index(row, column).data()) for column in ClearColumn] for row in range(2)]
    assert rows == [["Hard Damien", "48", "100 %", "–"], ["Hard Lucid", "360", "67 %", "3"]]
    table.sort_header.sort_asked.emit(ClearColumn.CLEARS)
    assert table.lines.index(0, 0).data() == "Hard Lucid"
    table.sort_header.sort_asked.emit(ClearColumn.CLEARS)
    assert table.lines.index(0, 0).data() == "Hard Damien"
    assert page.first_focus() is table


def test_clears_without_a_network(
    context: Context, open_page: Open, nobody: str, settle: Settle, keep_copy: Callable[..., None]
) -> None:
    context.settings.update("server", value=nobody)
    page = open_page()
    page.open_with(view="clears")
    settle()
    assert page.clears_stack.currentWidget() is page.clears_failed
    keep_copy(nobody, boss_clears(), NOW - timedelta(hours=1))
    button = page.clears_failed.action_button
    assert button is not None
    button.click()
    settle()
    assert page.clears_stack.currentWidget() is page.clears
    assert page.away.isVisible()


# Consent


def test_consent_is_asked_for_once(
    context: Context, sampled: CommunityPage, sign_in: Callable[..., None], qtbot: QtBot, settle: Settle
) -> None:
    home = HomePage(context)
    qtbot.addWidget(home)
    home.show()
    settle()
    assert not sampled.consent.isVisible(), "nobody is asked who has no account"
    sign_in(synced=False)
    assert not sampled.consent.isVisible(), "nor before it is known what was said on another machine"
    sign_in()
    assert sampled.consent.isVisible()
    assert home.consent.isVisible()
    sampled.consent.no.click()
    settle()
    assert context.services.sharing.answer() is False
    assert not sampled.consent.isVisible()
    assert not home.consent.isVisible()
    sign_in(synced=False)
    sign_in()
    assert not sampled.consent.isVisible(), "and never again"


def test_a_yes_is_a_yes(
    context: Context,
    sampled: CommunityPage,
    sign_in: Callable[..., None],
    shell: RecordingShell,
    settle: Settle,
) -> None:
    sign_in()
    QTest.keyClick(sampled.consent.yes, Qt.Key.Key_Space)
    settle()
    assert context.services.sharing.answer() is True
    assert context.community.sharing is True
    assert shell.toasts == ["Thank you. Your runs count from now on."]


def test_the_line_on_home_leads_to_the_question(
    context: Context, sign_in: Callable[..., None], qtbot: QtBot, settle: Settle, shell: RecordingShell
) -> None:
    home = HomePage(context)
    qtbot.addWidget(home)
    home.show()
    settle()
    sign_in()
    home.consent.action_button.click()
    assert shell.went == [("community", {})]


# In general


@pytest.mark.parametrize("view", ["drops", "clears"])
def test_the_models_keep_qts_rules(
    sampled: CommunityPage, view: str, qtmodeltester: ModelTester, settle: Settle
) -> None:
    sampled.open_with(view=view)
    settle()
    table = sampled.rates.table if view == "drops" else sampled.clears
    model = table.model()
    qtmodeltester.check(model, force_py=True)
    for column in range(model.columnCount()):
        table.sort_header.sort_asked.emit(column)
    sampled.rates.filters.mine.click()


def test_the_keyboard_begins_in_the_table_and_finds_the_search(sampled: CommunityPage) -> None:
    assert sampled.first_focus() is sampled.rates.table
    sampled.activateWindow()
    sampled.rates.table.setFocus()
    QTest.keyClick(sampled.rates.table, Qt.Key.Key_End)
    assert sampled.rates.table.current() is shown(sampled)[-1]
    QTest.keyClick(sampled.rates.table, Qt.Key.Key_Home)
    assert sampled.rates.table.current() is shown(sampled)[0]
    QTest.keyClick(sampled.rates.table, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is sampled.rates.filters.search
    header = sampled.rates.table.sort_header
    header.setFocus()
    QTest.keyClick(header, Qt.Key.Key_Right)
    QTest.keyClick(header, Qt.Key.Key_Space)
    assert header.sortIndicatorSection() == Column.RATE


def test_everything_has_a_name(sampled: CommunityPage) -> None:
    sampled.details_button.click()
    for widget in sampled.findChildren(QWidget):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            named = widget.accessibleName() or getattr(widget, "text", str)()
            inner = isinstance(widget.parent(), type(sampled.rates.filters.boss))
            assert named or inner or widget.objectName().startswith("qt_"), widget


def test_a_drop_can_be_opened_from_elsewhere(sampled: CommunityPage) -> None:
    sampled.open_with(text="Dreamy Belt", view="drops")
    assert {line.item_id for line in shown(sampled)} == {ITEM}
    assert BOSS in {line.boss_id for line in shown(sampled)}


@pytest.mark.parametrize(
    ("streak", "said"),
    [
        (None, ""),
        (0.6, ""),
        (0.12, "None in the last 41, which happens 12 % of the time"),
        (0.00001, "None in the last 41, which hardly ever happens"),
    ],
)
def test_a_long_wait_is_told_and_a_usual_one_is_not(
    sampled: CommunityPage, streak: float | None, said: str
) -> None:
    assert dry_text(shown(sampled)[0]._replace(dry=41, streak=streak)) == said
