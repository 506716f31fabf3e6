"""Characters in the settings: added, ordered, edited and removed by keyboard, and each taken back."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from desktop.ui.characters.dialog import CharacterDialog
from desktop.ui.settings.characters import CharactersSection
from tests.desktop.ui.window import Desk

Start = Callable[..., Desk]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(open_desk: Start) -> Desk:
    """The app with three characters, at the characters of the settings."""
    made = open_desk(demo=3)
    made.controller.go("settings", section="characters")
    made.settle()
    return made


def names(desk: Desk) -> list[str]:
    return [character.name for character in desk.controller.selection.characters]


def section(desk: Desk) -> CharactersSection:
    found = desk.app.window.findChild(CharactersSection)
    assert isinstance(found, CharactersSection)
    return found


def shown(desk: Desk) -> list[str]:
    """The names in the list, from top to bottom."""
    known = set(names(desk))
    labels = [
        label for label in section(desk).findChildren(QLabel) if label.isVisible() and label.text() in known
    ]
    return [label.text() for label in sorted(labels, key=lambda label: label.mapToGlobal(label.pos()).y())]


def back(desk: Desk, window: QWidget | None = None) -> None:
    """What a desktop does when a dialog closes, and the offscreen platform does not."""
    (window or desk.app.window).activateWindow()
    desk.settle()


def press(desk: Desk, root: QWidget, name: str) -> None:
    """Space on the button of this name, as if Tab had led there."""
    back(desk, root.window())
    found = [
        b
        for b in root.findChildren(QAbstractButton)
        if b.isVisible() and b.isEnabled() and name in {b.text(), b.accessibleName()}
    ]
    assert len(found) == 1, name
    found[0].setFocus(Qt.FocusReason.TabFocusReason)
    desk.press(Qt.Key.Key_Space)


def dialog(desk: Desk) -> CharacterDialog:
    (found,) = desk.dialogs()
    assert isinstance(found, CharacterDialog)
    return found


def test_the_order_is_changed_kept_and_taken_back(desk: Desk, open_desk: Start) -> None:
    first, second, third = names(desk)
    press(desk, section(desk), f"Move {first} down")
    assert names(desk) == [second, first, third]
    press(desk, section(desk), f"Move {third} up")
    assert names(desk) == [second, third, first]
    assert shown(desk) == names(desk)
    back(desk)
    desk.press(Qt.Key.Key_Z, CTRL)
    assert names(desk) == [second, first, third]
    desk.close()
    assert names(open_desk(demo=3)) == [second, first, third]


def test_the_first_cannot_go_up_and_the_last_not_down(desk: Desk) -> None:
    buttons = {b.accessibleName(): b for b in section(desk).findChildren(QAbstractButton) if b.isVisible()}
    first, _, third = names(desk)
    assert not buttons[f"Move {first} up"].isEnabled()
    assert not buttons[f"Move {third} down"].isEnabled()


def test_a_character_is_added_and_looked_at(desk: Desk) -> None:
    press(desk, section(desk), "Add a character")
    desk.type("Aria")
    desk.press(Qt.Key.Key_Return)
    assert desk.dialogs() == []
    assert names(desk)[-1] == "Aria"
    assert shown(desk)[-1] == "Aria"
    current = desk.controller.selection.current
    assert current is not None
    assert current.name == "Aria"
    back(desk)
    desk.press(Qt.Key.Key_Z, CTRL)
    assert "Aria" not in names(desk)


def test_enter_twice_adds_one(desk: Desk) -> None:
    from PySide6.QtTest import QTest

    press(desk, section(desk), "Add a character")
    desk.type("Aria")
    field = dialog(desk).form.name
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return)
    desk.settle()
    assert names(desk).count("Aria") == 1
    assert [toast.tone for toast in desk.controller.toasts.toasts()] == ["success"]


def test_a_name_taken_is_refused_under_the_field_and_can_be_mended(desk: Desk) -> None:
    taken = names(desk)[0]
    world = desk.controller.selection.characters[0].world
    press(desk, section(desk), "Add a character")
    form = dialog(desk).form
    desk.type(f"  {taken.upper()} ")
    form.world.setCurrentIndex(form.world.findData(world))
    desk.press(Qt.Key.Key_Return)
    assert "already" in form.fields["name"].error()
    assert form.name.hasFocus()
    desk.type("two")
    desk.press(Qt.Key.Key_Return)
    assert desk.dialogs() == []
    assert len(names(desk)) == 4


def test_no_name_is_refused_under_the_field(desk: Desk) -> None:
    press(desk, section(desk), "Add a character")
    desk.press(Qt.Key.Key_Return)
    assert "needs a name" in dialog(desk).form.fields["name"].error()
    desk.press(Qt.Key.Key_Escape)
    assert desk.dialogs() == []
    assert len(names(desk)) == 3


def test_editing_shows_what_is_known_and_saves_what_is_changed(desk: Desk) -> None:
    before = desk.controller.selection.characters[1]
    press(desk, section(desk), f"Edit {before.name}")
    made = dialog(desk)
    assert made.form.values() == (before.name, before.world, before.job, before.level)
    assert not made.main.isChecked()
    desk.type("Renamed")
    made.form.level.setValue(290)
    made.main.setFocus()
    desk.press(Qt.Key.Key_Space)
    desk.press(Qt.Key.Key_Return)
    assert desk.dialogs() == []
    after = desk.controller.selection.characters[1]
    assert "Renamed" in after.name
    assert (after.level, after.is_main, after.world, after.job) == (290, True, before.world, before.job)
    assert [c.is_main for c in desk.controller.selection.characters].count(True) == 1
    back(desk)
    desk.press(Qt.Key.Key_Z, CTRL)
    assert desk.controller.selection.characters[1] == before


def test_a_removed_character_comes_back_with_its_runs(desk: Desk) -> None:
    known = desk.controller.selection.characters[0]
    characters = desk.controller.context.services.characters
    runs = desk.read(lambda: characters.run_count(known.id))
    assert isinstance(runs, int)
    assert runs > 100
    press(desk, section(desk), f"Edit {known.name}")
    press(desk, dialog(desk), "Remove")
    assert desk.dialogs() == []
    assert known.name not in names(desk)
    assert known.name not in shown(desk)
    assert [c.is_main for c in desk.controller.selection.characters].count(True) == 1
    back(desk)
    desk.press(Qt.Key.Key_Z, CTRL)
    assert desk.controller.selection.characters[0] == known
    assert desk.read(lambda: characters.run_count(known.id)) == runs


def test_without_characters_the_list_says_so(desk: Desk) -> None:
    for name in names(desk):
        press(desk, section(desk), f"Edit {name}")
        press(desk, dialog(desk), "Remove")
    assert names(desk) == []
    assert "No character yet." in [
        label.text() for label in section(desk).findChildren(QLabel) if label.isVisible()
    ]
