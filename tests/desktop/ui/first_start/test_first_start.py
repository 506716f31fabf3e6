"""The first minute: suggestions that fit together, the player's own choice, errors under their field."""

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from desktop.services.registry import Services
from desktop.ui.context import Context
from desktop.ui.first_start.page import FirstStartPage
from shared.resets import Reset
from tests.desktop.ui.window import Desk

Start = Callable[..., Desk]


@pytest.fixture
def page(context: Context, qtbot: QtBot) -> FirstStartPage:
    """The page alone, nobody there yet."""
    made = FirstStartPage(context)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    return made


def box(page: FirstStartPage, name: str) -> QCheckBox:
    return next(b for b in page.findChildren(QCheckBox) if b.text() == name)


def test_suggestions_of_no_level_contradict_each_other(page: FirstStartPage, context: Context) -> None:
    catalog = context.catalog
    for level in range(301):
        page.form.level.setValue(level)
        chosen = [catalog.presets[slug] for slug in page.chosen_presets()]
        groups = Counter(catalog.bosses[entry].clear_group for preset in chosen for entry in preset.entries)
        assert all(count == 1 for count in groups.values()), (level, groups)
        assert all(preset.min_level <= level for preset in chosen), level
        resets = {catalog.bosses[entry].reset for preset in chosen for entry in preset.entries}
        assert Reset.DAILY not in resets


def test_more_is_suggested_as_the_level_rises_and_less_as_it_falls(page: FirstStartPage) -> None:
    page.form.level.setValue(100)
    assert page.chosen_presets() == []
    page.form.level.setValue(200)
    assert "root-abyss" in page.chosen_presets()
    assert "black-mage" not in page.chosen_presets()
    page.form.level.setValue(300)
    assert "grandis-starter" in page.chosen_presets()
    page.form.level.setValue(100)
    assert page.chosen_presets() == []


def test_ones_own_choice_is_not_overridden(page: FirstStartPage) -> None:
    page.form.level.setValue(260)
    box(page, "Daily bosses").setFocus()
    QApplication.processEvents()
    from PySide6.QtTest import QTest

    QTest.keyClick(box(page, "Daily bosses"), Qt.Key.Key_Space)
    chosen = page.chosen_presets()
    assert "daily-bosses" in chosen
    page.form.level.setValue(300)
    assert page.chosen_presets() == chosen


def test_a_refused_name_is_told_under_the_field_and_can_be_mended(
    page: FirstStartPage, context: Context, qtbot: QtBot, services: Services, settle: Callable[[], None]
) -> None:
    done: list[bool] = []
    page.finished.connect(lambda: done.append(True))
    page.start.click()
    settle()
    assert "needs a name" in page.form.fields["name"].error()
    assert page.form.name.hasFocus()
    page.form.name.setText("Aria")
    page.start.click()
    page.start.click()
    qtbot.waitUntil(lambda: bool(done))
    settle()
    assert [character.name for character in context.selection.characters] == ["Aria"]
    assert context.selection.characters[0].is_main


def test_a_name_that_is_taken_is_refused_under_the_field(
    page: FirstStartPage, services: Services, settle: Callable[[], None]
) -> None:
    services.characters.create("Aria", str(page.form.world.currentData()))
    page.form.name.setText("aria")
    page.start.click()
    settle()
    assert "already" in page.form.fields["name"].error()
    assert len(services.characters.all()) == 1


def test_the_plan_is_what_was_ticked(open_desk: Start) -> None:
    desk = open_desk()
    page = desk.app.window.findChild(FirstStartPage)
    assert isinstance(page, FirstStartPage)
    ticked = page.chosen_presets()
    assert ticked
    desk.type("Aria")
    desk.press(Qt.Key.Key_Return)
    character = desk.controller.selection.current
    assert character is not None
    services = desk.controller.context.services
    plan = desk.read(lambda: services.plans.of(character.id))
    assert isinstance(plan, dict)
    wanted = {entry for slug in ticked for entry in services.catalog.presets[slug].entries}
    assert {planned.entry_id for planned in plan.values()} == wanted


def test_everything_is_reached_by_tab_and_named(page: FirstStartPage) -> None:
    seen = set()
    for _ in range(40):
        seen.add(QApplication.focusWidget())
        page.focusNextChild()
    for control in (page.form.name, page.form.world, page.form.job, page.form.level, page.start):
        assert control in seen
    for made in page.findChildren(QCheckBox):
        assert made in seen
        assert made.accessibleDescription()
