"""The calculators, used as a person does: hand-worked figures, remembered inputs, mistakes."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from desktop.services.plans import Plan
from desktop.services.registry import Services
from desktop.ui.calculators.calculator import Choice
from desktop.ui.calculators.page import CalculatorsPage
from desktop.ui.context import Context
from shared.catalog import Catalog
from shared.runs import Drop, RunDraft
from shared.tracking import DropNote
from tests.desktop.conftest import Clock
from tests.desktop.ui.conftest import RecordingShell

Settle = Callable[[], None]
Opener = Callable[..., CalculatorsPage]


@pytest.fixture
def open_page(context: Context, services: Services, qtbot: QtBot, settle: Settle) -> Opener:
    """Build the page anew and show it, as at 1280×800."""
    kept: list[CalculatorsPage] = []

    def build(calculator: str = "symbols", **arguments: object) -> CalculatorsPage:
        context.selection.set_characters(tuple(services.characters.all()))
        page = CalculatorsPage(context)
        kept.append(page)  # the window would hold it
        qtbot.addWidget(page)
        page.resize(1092, 748)
        page.open_with(calculator=calculator, **arguments)
        with qtbot.waitExposed(page):
            page.show()
        settle()
        return page

    return build


def type_into(qtbot: QtBot, control: QWidget, text: str) -> None:
    """Replace what stands in an input, by keyboard."""
    control.setFocus()
    assert isinstance(control, QSpinBox | QLineEdit)
    control.selectAll()
    qtbot.keyClicks(control, text)


def choose(qtbot: QtBot, control: Choice, text: str) -> None:
    """Choose the option that begins so, with the arrow keys."""
    control.setFocus()
    wanted = next(index for index in range(control.count()) if control.itemText(index).startswith(text))
    qtbot.keyClick(control, Qt.Key.Key_Home)
    for _ in range(wanted):
        qtbot.keyClick(control, Qt.Key.Key_Down)
    assert control.currentIndex() == wanted


def test_all_arcane_symbols(open_page: Opener, character: str) -> None:
    """Six areas from level 1: 6 × 2,679 symbols, 2,318,520,000 mesos, 33 days from Saturday 21 November."""
    result = open_page().symbols.result
    assert result.headline.text() == "Thursday, December 24, 2026"
    assert "33 days" in result.detail.text()
    assert result.facts.shown == {
        "Symbols still to collect": "16,074",
        "Cost of the levels": "2.318b mesos",
        "Arcane force": "+1,140",
        "Main stat": "+11,400",
    }


def test_a_sacred_symbol_by_keyboard(open_page: Opener, character: str, qtbot: QtBot) -> None:
    """Arcus with 20 held up to level 3: 85 symbols, 146,500,000 mesos, five dailies after today's."""
    page = open_page()
    symbols = page.symbols
    symbols.kind.setFocus()
    qtbot.keyClick(symbols.kind, Qt.Key.Key_Right)
    table = symbols.table
    for slug, row in table.rows.items():
        if slug != "arcus":
            row.included.setFocus()
            qtbot.keyClick(row.included, Qt.Key.Key_Space)
    arcus = table.rows["arcus"]
    type_into(qtbot, arcus.held, "20")
    type_into(qtbot, arcus.target, "3")
    assert [made.text() for made in arcus.results] == ["85", "146.5m", "5", "Thu 26 Nov 2026"]
    assert arcus.results[1].toolTip() == "146,500,000 mesos"
    assert symbols.result.headline.text() == "Thursday, November 26, 2026"
    assert not symbols.chart.is_empty()
    qtbot.keyClick(arcus.daily, Qt.Key.Key_Space)
    assert arcus.results[3].text() == symbols.result.headline.text() == "Never at this pace"
    assert "Arcus" in symbols.result.detail.text()


def test_a_target_below_the_level_keeps_the_last_result(
    open_page: Opener, character: str, qtbot: QtBot
) -> None:
    page = open_page()
    row = page.symbols.table.rows["arcana"]
    before = page.symbols.result.headline.text()
    type_into(qtbot, row.level, "12")
    type_into(qtbot, row.target, "5")
    assert row.summary.isVisible()
    assert "between level 12 and 20" in row.summary.text()
    assert page.symbols.result.is_stale
    assert page.symbols.result.headline.text() == before
    assert (row.target.property("invalid"), row.held.property("invalid")) == (True, False)
    page.symbols.kind.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(page.symbols.kind, key)
    assert page.symbols.result.headline.text() == ""  # never the result of another family
    assert page.symbols.chart.is_empty()
    type_into(qtbot, row.target, "15")
    assert not page.symbols.result.is_stale
    assert not row.summary.isVisible()


def test_what_is_done_today_is_open_tomorrow(
    open_page: Opener, character: str, context: Context, clock: Clock, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page()
    row = page.symbols.table.rows["esfera"]
    assert row.weekly is not None
    qtbot.keyClick(row.daily_done, Qt.Key.Key_Space)
    choose(qtbot, row.weekly, "1 left")
    page.close()
    settle()
    again = open_page().symbols.table.rows["esfera"]
    assert again.daily_done.isChecked()
    clock.now = datetime(2026, 11, 22, 9, tzinfo=UTC)
    context.ticker.tick()
    tomorrow = open_page().symbols.table.rows["esfera"]
    assert tomorrow.weekly is not None
    assert not tomorrow.daily_done.isChecked()
    assert tomorrow.weekly.value() == "2"
    clock.now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    context.ticker.tick()
    thursday = open_page().symbols.table.rows["esfera"]
    assert thursday.weekly is not None
    assert thursday.weekly.value() == "0"


def test_one_boss_to_genesis(open_page: Opener, character: str, qtbot: QtBot) -> None:
    """130 clears of Hard Lotus: from Saturday the 130th on 2029-05-10, a week later if this week's is done."""
    liberation = open_page("liberation").liberation
    assert "6,500" in liberation.result.detail.text()
    assert liberation.result.headline.text() == ""
    lotus = liberation.form.bosses["weekly:lotus"]
    choose(qtbot, lotus.difficulty, "Hard")
    assert liberation.result.headline.text() == "Thursday, May 10, 2029"
    assert liberation.result.facts.shown["Weekly income"] == "50"
    qtbot.keyClick(lotus.done, Qt.Key.Key_Space)
    assert liberation.result.headline.text() == "Thursday, May 17, 2029"
    type_into(qtbot, lotus.party, "6")
    assert lotus.brings.text() == "+8"


def test_every_hard_boss_from_a_thursday(
    open_page: Opener, character: str, context: Context, clock: Clock, qtbot: QtBot
) -> None:
    """The case worked by hand for 2026-12-03: 470 a week, 600 a month, 30 lost, liberated on 2027-02-11."""
    clock.now = datetime(2026, 12, 3, 0, 5, tzinfo=UTC)
    context.ticker.tick()
    liberation = open_page("liberation").liberation
    for group, boss in liberation.form.bosses.items():
        choose(qtbot, boss.difficulty, "Chaos" if group == "weekly:gloom" else "Hard")
    assert liberation.result.headline.text() == "Thursday, February 11, 2027"
    assert "10 weeks" in liberation.result.detail.text()
    assert liberation.result.facts.shown == {
        "Weekly income": "470",
        "Monthly income": "600",
        "Traces of Darkness still to collect": "6,500",
        "Lost to the cap of 1,500": "30",
    }
    assert liberation.stages.shown["8 · Verus Hilla"] == "Thu 11 Feb 2027"
    type_into(qtbot, liberation.form.held, "1501")
    assert "1,500" in liberation.form.held_field.error()
    assert liberation.result.is_stale


def test_destiny_and_never(open_page: Opener, character: str, qtbot: QtBot) -> None:
    """Extreme Kaling brings 1,200 a week; Hard Chosen Seren among six, one: never."""
    liberation = open_page("liberation").liberation
    liberation.choice.setFocus()
    qtbot.keyClick(liberation.choice, Qt.Key.Key_Right)
    seren = liberation.form.bosses["weekly:chosen-seren"]
    choose(qtbot, seren.difficulty, "Hard")
    type_into(qtbot, seren.party, "6")
    assert liberation.result.headline.text() == "Never at this pace"
    choose(qtbot, seren.difficulty, "Skip")
    choose(qtbot, liberation.form.bosses["weekly:kaling"].difficulty, "Extreme")
    assert "37 weeks" in liberation.result.detail.text()
    assert liberation.form.owns_pass is None


def test_luck_against_two_percent(open_page: Opener, character: str, qtbot: QtBot) -> None:
    """100 runs, 2 drops, 2 %: 86.7 % for at least one, percentile 54.0; 35, 114, 149 and 228 runs."""
    luck = open_page("luck").luck
    assert "how many runs" in luck.result.detail.text()
    type_into(qtbot, luck.runs, "100")
    type_into(qtbot, luck.drops, "2")
    assert luck.own.shown["2 of 100 runs"] == "2 % (1 in 50)"
    assert luck.own.shown["Likely between (95 %)"] == "0.418 % to 6.26 %"
    type_into(qtbot, luck.rate, "1 in 50")
    assert luck.result.headline.text() == "Luckier than 54 % of players with as many runs"
    assert luck.result.facts.shown == {
        "Chance of at least one by now": "86.7 %",
        "Drops expected by now": "2.00",
    }
    assert list(luck.needed.shown.values()) == ["35 runs", "114 runs", "149 runs", "228 runs"]
    assert not luck.chart.is_empty()


def test_no_drop_in_412_runs(open_page: Opener, character: str, qtbot: QtBot) -> None:
    luck = open_page("luck").luck
    type_into(qtbot, luck.runs, "412")
    assert luck.own_card.isHidden()
    type_into(qtbot, luck.drops, "0")
    assert "1 in 138" in luck.own.shown["No drop yet: the rate is (95 %)"]


def test_bad_luck_input_says_where(open_page: Opener, character: str, qtbot: QtBot) -> None:
    luck = open_page("luck").luck
    type_into(qtbot, luck.runs, "100")
    type_into(qtbot, luck.drops, "2")
    type_into(qtbot, luck.rate, "2")
    type_into(qtbot, luck.drops, "101")
    assert luck.fields["hits"].error()
    assert luck.result.is_stale
    assert (
        luck.result.headline.text() == "Luckier than nearly all players with as many runs"
    )  # of the 10 typed first
    type_into(qtbot, luck.drops, "2")
    type_into(qtbot, luck.rate, "often")
    assert not luck.fields["hits"].error()
    assert "1 in 50" in luck.fields["rate"].error()
    type_into(qtbot, luck.rate, "1/50")
    assert not luck.result.is_stale


def test_luck_takes_the_diary(
    open_page: Opener, character: str, services: Services, catalog: Catalog, qtbot: QtBot, settle: Settle
) -> None:
    entry = "hard-lucid"
    item = next(drop.item for drop in catalog.drops_of(entry))
    for number, day in enumerate(("2026-10-01", "2026-10-08", "2026-10-15", "2026-10-22")):
        with_drop = number == 2
        services.runs.log(
            RunDraft(
                character,
                entry,
                datetime.fromisoformat(day).date(),
                1,
                drop_note=DropNote.LIST if with_drop else DropNote.NOTHING,
                drops=(Drop(item, 1),) if with_drop else (),
            )
        )
    page = open_page("luck", entry_id=entry)
    luck = page.luck
    assert luck.boss.value() == entry
    choose(qtbot, luck.item, catalog.item_name(item))
    settle()
    assert (luck.runs.text(), luck.drops.text()) == ("4", "1")
    type_into(qtbot, luck.runs, "9")
    settle()
    assert luck.use_diary.isVisible()
    qtbot.keyClick(luck.use_diary, Qt.Key.Key_Space)
    assert luck.runs.text() == "4"
    for edit in (luck.runs, luck.drops):
        edit.selectAll()
        qtbot.keyClick(edit, Qt.Key.Key_Delete)
    page.memories["luck"].flush()
    settle()
    assert (luck.runs.text(), luck.drops.text()) == ("", "")


@pytest.mark.parametrize(("world", "mesos"), [("scania", "281,087,500"), ("kronos", "1,405,437,500")])
def test_income_right_to_the_meso(
    open_page: Opener, services: Services, world: str, mesos: str, catalog: Catalog
) -> None:
    """The fourteen of the first preset; heroic worlds pay five times as much."""
    mine = services.characters.create("Wren", world)[1]
    services.plans.replace(
        mine, [Plan(entry, 1) for entry in services.catalog.presets["first-fourteen"].entries]
    )
    services.plans.set(mine, "hard-black-mage", 1)
    income = open_page("income").income
    assert income.result.detail.text().startswith(f"{mesos} mesos")
    assert f"{mesos} mesos" in (income.tree.topLevelItem(0).toolTip(2))  # type: ignore[union-attr]
    month = {"scania": "900m", "kronos": "4.5b"}[world]
    assert income.result.facts.shown["Monthly bosses add, a month"] == month


def test_income_marks_the_best_and_leaves_characters_out(
    open_page: Opener, services: Services, qtbot: QtBot, settle: Settle
) -> None:
    """A fifteenth boss pushes Hard Hilla out: 281,087,500 + 100,800,000 − 11,250,000."""
    for name in ("Wren", "Moth"):
        mine = services.characters.create(name, "scania")[1]
        services.plans.replace(
            mine, [Plan(entry, 1) for entry in services.catalog.presets["first-fourteen"].entries]
        )
        if name == "Wren":
            services.plans.set(mine, "hard-lucid", 1)
    page = open_page("income")
    income = page.income
    assert income.result.detail.text().startswith("651,725,000 mesos")
    wren = income.tree.topLevelItem(0)
    assert wren is not None
    states = {wren.child(n).text(0): wren.child(n).text(3) for n in range(wren.childCount())}  # type: ignore[union-attr]
    assert states["Hard Hilla"] == "Over the 14"
    assert states["Hard Lucid"] == "Best 14"
    income.tree.setFocus()
    income.tree.setCurrentItem(income.tree.topLevelItem(1))
    qtbot.keyClick(income.tree, Qt.Key.Key_Space)
    settle()
    assert income.result.detail.text().startswith("370,637,500 mesos")
    page.close()
    settle()
    assert open_page("income").income.result.detail.text().startswith("370,637,500 mesos")


def test_without_plans_the_bosses_page_is_offered(
    open_page: Opener, character: str, shell: RecordingShell, qtbot: QtBot
) -> None:
    income = open_page("income").income
    assert income.no_plans.isVisible()
    button = income.first_focus()
    assert isinstance(button, QAbstractButton)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    assert shell.went == [("bosses", {})]


def test_inputs_are_remembered_per_character(
    open_page: Opener,
    character: str,
    make_character: Callable[..., str],
    context: Context,
    qtbot: QtBot,
    settle: Settle,
) -> None:
    other = make_character("Birch")
    page = open_page()
    type_into(qtbot, page.symbols.table.rows["arcana"].level, "11")
    qtbot.waitUntil(lambda: not page.memories["symbols"].pending, timeout=4000)
    settle()
    assert context.services.remembered.inputs("symbols", character)["arcane"] == {"arcana": {"level": 11}}
    page.close()
    again = open_page()
    assert again.symbols.table.rows["arcana"].level.value() == 11
    context.selection.choose(other)
    settle()
    assert again.symbols.table.rows["arcana"].level.value() == 1


def test_switching_while_a_save_is_pending_loses_nothing(
    open_page: Opener,
    character: str,
    make_character: Callable[..., str],
    context: Context,
    qtbot: QtBot,
    settle: Settle,
) -> None:
    other = make_character("Birch")
    page = open_page()
    level = page.symbols.table.rows["morass"].level
    type_into(qtbot, level, "9")
    assert page.memories["symbols"].pending
    context.selection.choose(other)
    assert level.value() == 1
    type_into(qtbot, level, "4")
    context.selection.choose(character)
    settle()
    assert level.value() == 9
    context.selection.choose(other)
    settle()
    assert level.value() == 4


def test_a_late_answer_leaves_what_is_typed(
    open_page: Opener,
    character: str,
    make_character: Callable[..., str],
    context: Context,
    qtbot: QtBot,
    settle: Settle,
) -> None:
    """The stored level arrives while the held symbols are being typed: both are there afterwards."""
    other = make_character("Birch")
    context.services.remembered.keep_inputs("symbols", other, {"arcane": {"esfera": {"level": 7, "held": 3}}})
    page = open_page()
    row = page.symbols.table.rows["esfera"]
    gate = threading.Event()
    context.background.database(gate.wait)
    context.selection.choose(other)
    type_into(qtbot, row.held, "55")
    gate.set()
    settle()
    assert (row.level.value(), row.held.value()) == (7, 55)
    page.memories["symbols"].flush()
    settle()
    assert context.services.remembered.inputs("symbols", other) == {
        "arcane": {"esfera": {"level": 7, "held": 55}}
    }


def test_a_save_between_question_and_answer(
    open_page: Opener, character: str, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    page = open_page()
    row = page.symbols.table.rows["esfera"]
    gate = threading.Event()
    context.background.database(gate.wait)
    page.refresh()
    type_into(qtbot, row.held, "55")
    page.memories["symbols"].flush()
    gate.set()
    settle()
    assert row.held.value() == 55


def test_it_fits_the_smallest_window(open_page: Opener, character: str) -> None:
    page = open_page()
    for name in ("symbols", "liberation", "income", "luck"):
        page.open_with(calculator=name)
        page.resize(772, 520)
        assert page.minimumSizeHint().width() <= 772
        assert page.current.content.width() <= page.current.viewport().width()


def test_every_control_has_a_name(open_page: Opener, character: str) -> None:
    page = open_page()
    for kind in (QAbstractButton, QSpinBox, QComboBox, QLineEdit):
        for control in page.findChildren(kind):
            if not control.objectName().startswith("qt_"):
                assert control.accessibleName() or control.text(), control  # type: ignore[attr-defined]


def test_no_character_uses_the_account(
    open_page: Opener, context: Context, qtbot: QtBot, settle: Settle
) -> None:
    luck = open_page("luck")
    type_into(qtbot, luck.luck.runs, "12")
    luck.close()
    settle()
    assert context.services.remembered.inputs("luck", "account") == {"runs": "12"}
