"""Reminders before resets, the tray, and starting with the system."""

from datetime import time
from functools import partial

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QTimeEdit, QWidget

from desktop.services.preferences import QuietHoursPreferences
from desktop.system.autostart import system_autostart
from desktop.system.launch import autostart_command
from desktop.system.tray import Tray
from desktop.ui.context import Context
from desktop.ui.kit.chips import Chip
from desktop.ui.kit.labels import label
from desktop.ui.settings.section import SettingsSection
from desktop.ui.theme.tokens import SPACE_S

_HOUR = 60
_DAY = 24 * _HOUR
_LEADS = {
    "daily": (30, _HOUR, 3 * _HOUR),
    "weekly": (2 * _HOUR, _DAY, 2 * _DAY),
    "monthly": (_DAY, 3 * _DAY, 7 * _DAY),
}


class RemindersSection(SettingsSection):
    """Each lead time is a chip; nothing reminds of what is done already."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._settings = context.settings
        value = context.settings.value
        self.enabled = self._box(value.reminders.enabled)
        self.enabled.toggled.connect(partial(self._set, "reminders", "enabled"))
        self.events = self._box(value.reminders.events)
        self.events.toggled.connect(partial(self._set, "reminders", "events"))
        self.events_ahead = self._box(value.reminders.events_ahead)
        self.events_ahead.toggled.connect(partial(self._set, "reminders", "events_ahead"))
        self.chips: dict[str, dict[int, Chip]] = {}
        names = {
            "daily": self.tr("Before the daily reset"),
            "weekly": self.tr("Before the weekly reset"),
            "monthly": self.tr("Before the monthly reset"),
        }
        self.card(
            self.tr("Reminders"),
            self.row(
                self.tr("Remind me"),
                self.tr("Before resets only of what is planned, undone and still doable; each once."),
                self.enabled,
            ),
            *(self.row(name, "", self._leads(kind, name)) for kind, name in names.items()),
            self.row(
                self.tr("Tell me when an event begins"),
                self.tr("Once per event; late if the computer slept, as long as it still runs."),
                self.events,
            ),
            self.row(self.tr("And the day before"), "", self.events_ahead),
            self.row(
                self.tr("Quiet hours"),
                self.tr("In your time. What fell due in them is told after, if it still holds."),
                self._quiet_hours(),
            ),
        )
        self._tray_card()

    def _tray_card(self) -> None:
        value = self._settings.value
        there = Tray.available()
        self.minimise = self._box(value.tray.minimise_to_tray)
        self.minimise.toggled.connect(partial(self._set, "tray", "minimise_to_tray"))
        self.closes = QComboBox()
        self.closes.addItem(self.tr("Quits"), userData=False)
        self.closes.addItem(self.tr("Hides in the tray"), userData=True)
        self.closes.setCurrentIndex(int(value.tray.close_to_tray and there))
        self.closes.activated.connect(self._closes)
        self.autostart = self._box(value.autostart)
        self.autostart.clicked.connect(self._autostart)
        # The system's word counts: an entry may have been taken away or switched off elsewhere.
        self._context.background.pool(
            lambda: system_autostart().enabled(), self._show_autostart, self._refused, owner=self
        )
        for control in (self.minimise, self.closes):
            control.setEnabled(there)
        help_text = "" if there else self.tr("This desktop has no tray, so closing the window quits.")
        self.card(
            self.tr("Window and tray"),
            self.row(self.tr("Minimising hides in the tray"), help_text, self.minimise),
            self.row(self.tr("Closing the window"), help_text, self.closes),
            self.row(
                self.tr("Start with the system"),
                self.tr("In the tray, so that reminders come."),
                self.autostart,
            ),
        )

    def _box(self, checked: bool) -> QCheckBox:
        box = QCheckBox()
        box.setChecked(checked)
        return box

    def _leads(self, kind: str, name: str) -> QWidget:
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        chosen = getattr(self._settings.value.reminders, kind)
        self.chips[kind] = {}
        for minutes in sorted({*_LEADS[kind], *chosen}):
            chip = Chip(self._span(minutes))
            chip.setAccessibleName(f"{name}: {chip.text()}")
            chip.setChecked(minutes in chosen)
            chip.toggled.connect(partial(self._lead, kind))
            self.chips[kind][minutes] = chip
            row.addWidget(chip)
        return host

    def _span(self, minutes: int) -> str:
        if minutes % _DAY == 0:
            days = minutes // _DAY
            return self.tr("1 day") if days == 1 else self.tr("{0} days").format(days)
        if minutes % _HOUR == 0:
            hours = minutes // _HOUR
            return self.tr("1 hour") if hours == 1 else self.tr("{0} hours").format(hours)
        return self.tr("{0} min").format(minutes)

    def _lead(self, kind: str, _on: object) -> None:
        leads = tuple(minutes for minutes, chip in reversed(self.chips[kind].items()) if chip.isChecked())
        self._settings.update("reminders", **{kind: leads})

    def _set(self, section: str, name: str, on: bool) -> None:
        self._settings.update(section, **{name: on})

    def _quiet_hours(self) -> QWidget:
        hours = self._settings.value.reminders.quiet_hours
        shown = hours or QuietHoursPreferences()
        self.quiet = self._box(hours is not None)
        self.quiet.setAccessibleName(self.tr("Quiet hours"))
        self.quiet_from = self._time(shown.start, self.tr("Quiet from"))
        self.quiet_to = self._time(shown.end, self.tr("Quiet until"))
        self.quiet.toggled.connect(self._quiet)
        self.quiet_from.editingFinished.connect(self._quiet)
        self.quiet_to.editingFinished.connect(self._quiet)
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        for part in (self.quiet_from, label("–", "body", "muted"), self.quiet_to, self.quiet):
            row.addWidget(part)
        return host

    def _time(self, shown: time, name: str) -> QTimeEdit:
        edit = QTimeEdit(QTime(shown.hour, shown.minute))
        edit.setDisplayFormat("HH:mm")
        edit.setFixedWidth(72)
        edit.setAccessibleName(name)
        edit.setEnabled(self.quiet.isChecked())
        return edit

    def _quiet(self) -> None:
        on = self.quiet.isChecked()
        for edit in (self.quiet_from, self.quiet_to):
            edit.setEnabled(on)
        start, end = (
            time(edit.time().hour(), edit.time().minute()) for edit in (self.quiet_from, self.quiet_to)
        )
        hours = QuietHoursPreferences(start=start, end=end) if on else None
        self._settings.update("reminders", quiet_hours=hours)

    def _closes(self, _index: int) -> None:
        self._settings.update("tray", close_to_tray=self.closes.currentData())

    def _autostart(self, on: bool) -> None:
        def work() -> bool:
            autostart = system_autostart()
            if on:
                autostart.enable(autostart_command())
            else:
                autostart.disable()
            return autostart.enabled()

        self._context.background.pool(work, self._autostart_done, self._refused, owner=self)

    def _autostart_done(self, enabled: bool) -> None:
        self._settings.update("autostart", value=enabled)
        self._show_autostart(enabled)

    def _show_autostart(self, enabled: bool) -> None:
        self.autostart.setChecked(enabled)

    def _refused(self, error: Exception) -> None:
        self._show_autostart(self._settings.value.autostart)
        self._context.shell.toast(
            self.tr("Starting with the system could not be changed: {0}").format(error), tone="error"
        )
