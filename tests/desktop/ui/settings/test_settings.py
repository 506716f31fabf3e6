"""Every control of the settings changes the file, and what it speaks of, at once."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt, QTime, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QToolButton, QWidget

from desktop.bridge.sync_state import SyncKind, SyncState
from desktop.services.appearance import ReducedMotion
from desktop.services.diary import DiaryFilter
from desktop.services.places import places
from desktop.services.preferences import load
from desktop.storage import backups
from desktop.sync.binding import Binding
from desktop.system import autostart as autostart_module
from desktop.ui.kit.motion import reduced_motion
from desktop.ui.settings.about import AboutSection
from desktop.ui.settings.appearance import AppearanceSection
from desktop.ui.settings.data import DataSection
from desktop.ui.settings.hotkeys import HotkeysSection
from desktop.ui.settings.page import SettingsPage
from desktop.ui.settings.privacy import PrivacySection
from desktop.ui.settings.reminders import RemindersSection
from desktop.ui.theme.apply import current_theme
from tests.desktop.conftest import NOW
from tests.desktop.ui.window import Desk

Start = Callable[..., Desk]
Section = TypeVar("Section", bound=QWidget)
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NAMES = ("appearance", "characters", "reminders", "hotkeys", "privacy", "data", "account", "about")


@pytest.fixture
def desk(open_desk: Start) -> Desk:
    """The app with demo data for one character."""
    return open_desk(demo=1)


def section(desk: Desk, name: str, kind: type[Section]) -> Section:
    """Go to a section of the settings."""
    desk.controller.go("settings", section=name)
    desk.settle()
    found = desk.app.window.findChild(kind)
    assert isinstance(found, kind)
    assert found.isVisible()
    return found


def file(desk: Desk) -> dict[str, Any]:
    """The preferences as they are on the disk, once everything is written."""
    desk.settle()
    read: dict[str, Any] = json.loads(desk.app.options.places.preferences.read_text())
    return read


def press(desk: Desk, control: QWidget, *keys: Qt.Key) -> None:
    """Press keys on a control as if Tab had led there."""
    control.setFocus(Qt.FocusReason.TabFocusReason)
    assert control.hasFocus(), control.accessibleName()
    for key in keys:
        desk.press(key)


def toasts(desk: Desk) -> list[str]:
    return [toast.text for toast in desk.controller.toasts.toasts()]


def button(root: QWidget, name: str) -> QAbstractButton:
    """The button with these words in sight."""
    found = [
        b
        for b in root.findChildren(QAbstractButton)
        if b.isVisible() and name in {b.text(), b.accessibleName()}
    ]
    assert len(found) == 1, name
    return found[0]


# The page


def test_the_sections_are_chosen_with_the_arrow_keys(desk: Desk) -> None:
    desk.press(Qt.Key.Key_Comma, CTRL)
    page = desk.app.window.findChild(SettingsPage)
    assert isinstance(page, SettingsPage)
    assert page.list.hasFocus()
    titles = []
    for _ in NAMES:
        titles.append(page.list.currentItem().text())
        assert page.stack.currentIndex() == page.list.currentRow()
        desk.press(Qt.Key.Key_Down)
    assert titles[0] == "Appearance"
    assert titles[-1] == "About"
    assert len(set(titles)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_control_of_every_section_is_named_and_reached_by_tab(desk: Desk, name: str) -> None:
    from tests.desktop.ui.shell.test_window import test_every_control_has_a_name_and_room_to_be_hit as named
    from tests.desktop.ui.shell.test_window import test_tab_reaches_every_control_and_comes_around as reached

    desk.controller.go("settings", section=name)
    desk.settle()
    named(desk, "settings")
    if name != "hotkeys":
        reached(desk, "settings")


def test_every_key_is_reached_by_tab(desk: Desk) -> None:
    hotkeys = section(desk, "hotkeys", HotkeysSection)
    seen: set[QWidget | None] = set()
    for _ in range(100):
        seen.add(QApplication.focusWidget())
        desk.app.window.focusNextChild()
    assert set(hotkeys.edits.values()) <= seen


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off_in_the_smallest_window(desk: Desk, name: str) -> None:
    desk.app.window.resize(desk.app.window.minimumSize())
    desk.controller.go("settings", section=name)
    desk.settle()
    page = desk.app.window.findChild(SettingsPage)
    assert isinstance(page, SettingsPage)
    area = page.stack.currentWidget()
    assert area is not None
    for widget in area.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, QPushButton | QToolButton | QLabel):
            right = widget.mapTo(area, QPoint(widget.width(), 0)).x()
            width = area.width()
            assert right <= width, f"{widget.accessibleName() or widget} reaches {right} of {width}"


# Appearance


def test_the_theme_is_chosen_with_the_arrow_keys(desk: Desk) -> None:
    look = section(desk, "appearance", AppearanceSection)
    chosen = [b for b in look.theme.findChildren(QAbstractButton) if b.isChecked()]
    press(desk, chosen[0], Qt.Key.Key_End)
    assert file(desk)["appearance"]["theme"] == "high-contrast"
    assert current_theme().name == "high-contrast"
    desk.press(Qt.Key.Key_Left)
    assert file(desk)["appearance"]["theme"] == "light"
    assert current_theme().name == "light"


def test_motion_is_reduced_at_once(desk: Desk) -> None:
    look = section(desk, "appearance", AppearanceSection)
    press(desk, look.motion, Qt.Key.Key_Down)
    assert file(desk)["appearance"]["reduced_motion"] == "on"
    assert desk.controller.settings.value.appearance.reduced_motion is ReducedMotion.ON
    assert reduced_motion()
    press(desk, look.motion, Qt.Key.Key_Down)
    assert file(desk)["appearance"]["reduced_motion"] == "off"
    assert not reduced_motion()


def test_pictures_are_switched_off_and_on(desk: Desk) -> None:
    look = section(desk, "appearance", AppearanceSection)
    press(desk, look.pictures, Qt.Key.Key_Space)
    assert file(desk)["pictures"]["enabled"] is False
    press(desk, look.pictures, Qt.Key.Key_Space)
    assert file(desk)["pictures"]["enabled"] is True


def test_a_page_left_out_of_the_rail_still_has_its_key(desk: Desk) -> None:
    look = section(desk, "appearance", AppearanceSection)
    entry = button(desk.app.window.rail, "Diary")
    press(desk, look.pages["diary"], Qt.Key.Key_Space)
    assert file(desk)["rail"]["hidden"] == ["diary"]
    assert not entry.isVisible()
    desk.press(Qt.Key.Key_3, CTRL)
    assert desk.controller.page == "diary"
    look = section(desk, "appearance", AppearanceSection)
    press(desk, look.pages["diary"], Qt.Key.Key_Space)
    assert entry.isVisible()
    assert file(desk)["rail"]["hidden"] == []


def test_what_was_chosen_is_there_after_a_restart(open_desk: Start) -> None:
    desk = open_desk(demo=1)
    look = section(desk, "appearance", AppearanceSection)
    press(desk, look.motion, Qt.Key.Key_Down)
    press(desk, look.pages["tasks"], Qt.Key.Key_Space)
    desk.close()
    look = section(open_desk(demo=1), "appearance", AppearanceSection)
    assert look.motion.currentText() == "Reduced"
    assert not look.pages["tasks"].isChecked()
    assert look.pages["diary"].isChecked()


# Reminders and tray


def test_a_lead_time_is_added_and_taken_away(desk: Desk) -> None:
    reminders = section(desk, "reminders", RemindersSection)
    assert reminders.chips["daily"][60].isChecked()
    press(desk, reminders.chips["daily"][180], Qt.Key.Key_Space)
    assert file(desk)["reminders"]["daily"] == [180, 60]
    press(desk, reminders.chips["daily"][60], Qt.Key.Key_Space)
    assert file(desk)["reminders"]["daily"] == [180]
    press(desk, reminders.chips["daily"][180], Qt.Key.Key_Space)
    assert file(desk)["reminders"]["daily"] == []
    assert file(desk)["reminders"]["weekly"] == [1440, 120]


def test_a_lead_time_of_the_file_that_is_not_offered_has_its_chip(open_desk: Start, tmp_path: Path) -> None:
    path = places(tmp_path / "data").preferences
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"reminders": {"daily": [45]}}))
    reminders = section(open_desk(demo=1), "reminders", RemindersSection)
    assert reminders.chips["daily"][45].isChecked()
    assert reminders.chips["daily"][45].text() == "45 min"


def test_reminders_are_switched_off(desk: Desk) -> None:
    reminders = section(desk, "reminders", RemindersSection)
    press(desk, reminders.enabled, Qt.Key.Key_Space)
    assert file(desk)["reminders"]["enabled"] is False
    assert desk.controller.settings.value.reminders.rules().silent(NOW)


def test_events_are_told_or_not(desk: Desk) -> None:
    reminders = section(desk, "reminders", RemindersSection)
    assert reminders.events.isChecked()
    assert reminders.events.accessibleName() == "Tell me when an event begins"
    press(desk, reminders.events, Qt.Key.Key_Space)
    assert file(desk)["reminders"]["events"] is False
    assert not desk.controller.settings.value.reminders.rules().silent(NOW)


def test_quiet_hours_are_set_and_their_times_remembered_while_off(desk: Desk) -> None:
    reminders = section(desk, "reminders", RemindersSection)
    assert not reminders.quiet_from.isEnabled()
    press(desk, reminders.quiet, Qt.Key.Key_Space)
    assert file(desk)["reminders"]["quiet_hours"] == {"start": "22:00:00", "end": "08:00:00"}
    reminders.quiet_from.setFocus()
    reminders.quiet_from.setSelectedSection(reminders.quiet_from.Section.HourSection)
    desk.press(Qt.Key.Key_Up)
    desk.press(Qt.Key.Key_Return)
    reminders.quiet_to.setTime(QTime(7, 30))
    press(desk, reminders.quiet_to, Qt.Key.Key_Return)
    assert file(desk)["reminders"]["quiet_hours"] == {"start": "23:00:00", "end": "07:30:00"}
    quiet = desk.controller.settings.value.reminders.rules().quiet
    assert quiet is not None
    assert quiet.hold(datetime(2026, 11, 21, 7, 29, tzinfo=UTC), UTC)
    assert not quiet.hold(datetime(2026, 11, 21, 7, 30, tzinfo=UTC), UTC)
    press(desk, reminders.quiet, Qt.Key.Key_Space)
    assert file(desk)["reminders"]["quiet_hours"] is None
    press(desk, reminders.quiet, Qt.Key.Key_Space)
    hours = desk.controller.settings.value.reminders.quiet_hours
    assert hours is not None
    assert (hours.start, hours.end) == (time(23), time(7, 30))


def test_without_a_tray_the_settings_say_so(desk: Desk) -> None:
    reminders = section(desk, "reminders", RemindersSection)
    assert not reminders.closes.isEnabled()
    assert not reminders.minimise.isEnabled()
    assert "closing the window quits" in reminders.closes.accessibleDescription()
    assert reminders.closes.currentText() == "Quits"


def test_with_a_tray_closing_and_minimising_are_chosen(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop.system.tray import Tray

    monkeypatch.setattr(Tray, "available", staticmethod(lambda: True))
    reminders = section(desk, "reminders", RemindersSection)
    press(desk, reminders.closes, Qt.Key.Key_Down)
    assert file(desk)["tray"]["close_to_tray"] is True
    press(desk, reminders.minimise, Qt.Key.Key_Space)
    assert file(desk)["tray"]["minimise_to_tray"] is False


def autostart_file() -> Path:
    """Where this test's own home folder would have the entry."""
    import os

    return Path(os.environ["XDG_CONFIG_HOME"]) / "autostart" / "maplehub.desktop"


@pytest.fixture
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of Linux, wherever the tests run."""
    real = autostart_module.DesktopFileAutostart
    monkeypatch.setattr(
        "desktop.ui.settings.reminders.system_autostart", lambda: real(autostart_file().parent)
    )


@pytest.mark.usefixtures("on_linux")
def test_starting_with_the_system_writes_and_removes_its_entry(desk: Desk) -> None:
    reminders = section(desk, "reminders", RemindersSection)
    press(desk, reminders.autostart, Qt.Key.Key_Space)
    assert file(desk)["autostart"] is True
    assert "--background" in autostart_file().read_text()
    assert reminders.autostart.isChecked()
    press(desk, reminders.autostart, Qt.Key.Key_Space)
    assert file(desk)["autostart"] is False
    assert not autostart_file().exists()


@pytest.mark.usefixtures("on_linux")
def test_the_systems_word_on_autostart_counts(desk: Desk) -> None:
    autostart_file().parent.mkdir(parents=True)
    autostart_file().write_text("[Desktop Entry]\nType=Application\nName=MapleHub\nExec=maplehub\n")
    assert section(desk, "reminders", RemindersSection).autostart.isChecked()


@pytest.mark.usefixtures("on_linux")
def test_a_refused_autostart_is_told_and_not_kept(desk: Desk) -> None:
    reminders = section(desk, "reminders", RemindersSection)
    autostart_file().parent.write_text("a file where the folder should be")
    press(desk, reminders.autostart, Qt.Key.Key_Space)
    assert not reminders.autostart.isChecked()
    assert any("could not be changed" in text for text in toasts(desk))
    assert desk.controller.settings.value.autostart is False


# Keys


def test_a_key_is_changed_by_pressing_it(desk: Desk) -> None:
    hotkeys = section(desk, "hotkeys", HotkeysSection)
    edit = hotkeys.edits["go.tasks"]
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_T, ALT)
    desk.settle()
    assert file(desk)["hotkeys"] == {"go.tasks": "Alt+T"}
    desk.controller.go("home")
    desk.settle()
    desk.press(Qt.Key.Key_4, CTRL)
    assert desk.controller.page == "home"
    desk.press(Qt.Key.Key_T, ALT)
    assert desk.controller.page == "tasks"


@pytest.mark.parametrize(
    ("key", "modifiers", "words"),
    [
        (Qt.Key.Key_K, CTRL, "already belongs to “Search and commands”"),
        (Qt.Key.Key_C, CTRL, "needed for text"),
        (Qt.Key.Key_F, CTRL, "needed for text"),
        (Qt.Key.Key_N, Qt.KeyboardModifier.NoModifier, "alone is needed for typing"),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier, "alone is needed for typing"),
    ],
)
def test_keys_that_are_taken_are_refused_with_a_reason(
    desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier, words: str
) -> None:
    hotkeys = section(desk, "hotkeys", HotkeysSection)
    edit = hotkeys.edits["go.tasks"]
    edit.setFocus()
    QTest.keyClick(edit, key, modifiers)
    desk.settle()
    assert any(words in text for text in toasts(desk)), toasts(desk)
    assert edit.keySequence() == QKeySequence("Ctrl+4")
    assert desk.controller.settings.value.hotkeys == {}


def test_a_function_key_needs_no_modifier(desk: Desk) -> None:
    hotkeys = section(desk, "hotkeys", HotkeysSection)
    edit = hotkeys.edits["go.diary"]
    edit.setFocus()
    QTest.keyClick(edit, Qt.Key.Key_F7)
    desk.settle()
    desk.controller.go("home")
    desk.press(Qt.Key.Key_F7)
    assert desk.controller.page == "diary"


def test_a_key_given_up_is_free_for_another_command(desk: Desk) -> None:
    hotkeys = section(desk, "hotkeys", HotkeysSection)
    first, second = hotkeys.edits["log-run"], hotkeys.edits["go.home"]
    first.setFocus()
    first.clear()
    first.editingFinished.emit()
    desk.settle()
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_L, CTRL)
    desk.settle()
    assert file(desk)["hotkeys"] == {"log-run": "", "go.home": "Ctrl+L"}
    desk.controller.go("bosses")
    desk.press(Qt.Key.Key_L, CTRL)
    assert desk.controller.page == "home"
    assert desk.dialogs() == []


# Privacy and about


def test_sharing_is_said_and_withdrawn_at_any_time(open_desk: Start) -> None:
    desk = open_desk()
    privacy = section(desk, "privacy", PrivacySection)
    sharing, syncing = desk.controller.context.services.sharing, desk.controller.syncing
    assert not privacy.share.isChecked()
    assert "no account" in privacy.state.text()
    press(desk, privacy.share, Qt.Key.Key_Space)
    assert desk.read(sharing.answer) is True
    account = Binding("https://hub.example", "0197a9e0-5d3c-7cc4-8a53-3f1e2d4c5b6a", "aria")
    for state, words in (
        (SyncState(SyncKind.IDLE, account), "Your runs count at hub.example."),
        (SyncState(SyncKind.OFF, replace(account, signed_in=False)), "signed out"),
    ):
        syncing.state = state
        syncing.changed.emit(state)
        assert words in privacy.state.text()
    syncing.state = SyncState(SyncKind.IDLE, account)
    press(desk, privacy.share, Qt.Key.Key_Space)
    assert desk.read(sharing.answer) is False
    assert privacy.state.text() == "Your runs do not count."
    syncing.state = SyncState()


def test_a_demo_shares_nothing(desk: Desk) -> None:
    privacy = section(desk, "privacy", PrivacySection)
    assert not privacy.share.isEnabled()
    assert "demo" in privacy.state.text()


def test_about_names_every_source_once(desk: Desk) -> None:
    about = section(desk, "about", AboutSection)
    texts = [label.text() for label in about.findChildren(QLabel)]
    catalog = desk.controller.context.catalog
    for source in {source for meta in catalog.meta.values() for source in meta.sources}:
        assert texts.count(source) == 1
    assert any(catalog.as_of.isoformat() in text for text in texts)


# Data


def test_back_up_now_lists_the_backup(desk: Desk) -> None:
    data = section(desk, "data", DataSection)
    folder = desk.app.options.places.backups
    press(desk, data.now, Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: "Backup made" in toasts(desk))
    desk.settle()
    assert [backup.reason for backup in backups.listing(folder)] == ["manual"]
    words = [label.text() for label in data.findChildren(QLabel) if label.isVisible()]
    assert "by hand" in words
    assert any(", 1 backup " in text for text in words)


def test_backups_made_meanwhile_are_listed_when_one_comes_back(desk: Desk) -> None:
    data = section(desk, "data", DataSection)
    where = desk.app.options.places
    desk.controller.go("home")
    desk.read(lambda: backups.make(where.database, where.backups, "import", NOW))
    desk.controller.go("settings")
    desk.settle()
    assert "before an import" in [label.text() for label in data.findChildren(QLabel) if label.isVisible()]


def test_restoring_brings_the_data_of_the_backup_back(desk: Desk) -> None:
    data = section(desk, "data", DataSection)
    press(desk, data.now, Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: "Backup made" in toasts(desk))
    desk.settle()
    diary = desk.controller.context.services.diary
    before = desk.read(lambda: diary.totals(DiaryFilter()))
    desk.read(lambda: desk.controller.context.services.characters.create("Later", "kronos"))
    old = desk.controller
    restore = next(b for b in data.findChildren(QAbstractButton) if b.text() == "Restore")
    assert restore.accessibleName().startswith("Restore the backup of 20")
    press(desk, restore, Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: desk.app.controller is not None and desk.app.controller is not old)
    desk.settle()
    assert "Later" not in {character.name for character in desk.controller.selection.characters}
    diary = desk.controller.context.services.diary
    assert desk.read(lambda: diary.totals(DiaryFilter())) == before
    assert "restore" in {backup.reason for backup in backups.listing(desk.app.options.places.backups)}


def test_how_many_backups_stay_and_whether_they_come_daily(desk: Desk) -> None:
    data = section(desk, "data", DataSection)
    press(desk, data.daily, Qt.Key.Key_Space)
    assert file(desk)["backups"]["daily"] is False
    data.keep.setFocus()
    data.keep.selectAll()
    desk.type("3")
    desk.press(Qt.Key.Key_Return)
    assert file(desk)["backups"]["keep"] == 3


def test_the_data_folder_is_shown_and_opened(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    data = section(desk, "data", DataSection)
    folder = desk.app.options.places.data
    assert str(folder) in [label.text() for label in data.findChildren(QLabel)]
    press(desk, data.folder_button, Qt.Key.Key_Space)
    assert opened == [QUrl.fromLocalFile(str(folder))]


def test_a_backup_that_cannot_be_made_is_told(desk: Desk) -> None:
    data = section(desk, "data", DataSection)
    folder = desk.app.options.places.backups
    if folder.exists():
        folder.rmdir()
    folder.write_text("a file where the folder should be")
    press(desk, data.now, Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: bool(toasts(desk)))
    assert "Backup made" not in toasts(desk)
    assert [toast.tone for toast in desk.controller.toasts.toasts()] == ["error"]


def test_preferences_that_cannot_be_saved_are_told(desk: Desk) -> None:
    look = section(desk, "appearance", AppearanceSection)
    path = desk.app.options.places.preferences
    path.unlink(missing_ok=True)
    path.mkdir()
    press(desk, look.motion, Qt.Key.Key_Down)
    desk.qtbot.waitUntil(lambda: any("could not be saved" in text for text in toasts(desk)))
    path.rmdir()
    press(desk, look.motion, Qt.Key.Key_Down)
    desk.settle()
    assert load(path).preferences.appearance.reduced_motion == "off"
