"""Reminders before resets, the tray, and starting with the system."""

from functools import partial

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QWidget

from desktop.services.preferences import QuietHoursPreferences
from desktop.system.autostart import system_autostart
from desktop.system.launch import autostart_command
from desktop.system.tray import Tray
from desktop.ui.context import Context
from desktop.ui.kit.chips import Chip
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
        self.quiet = self._box(value.reminders.quiet_hours is not None)
        self.quiet.toggled.connect(self._quiet)
        self._chips: dict[str, dict[int, Chip]] = {}
        names = {
            "daily": self.tr("Before the daily reset"),
            "weekly": self.tr("Before the weekly reset"),
            "monthly": self.tr("Before the monthly reset"),
        }
        self.card(
            self.tr("Reminders"),
            self.row(
                self.tr("Remind me before resets"),
                self.tr("Only of what is planned, undone and still doable; each once."),
                self.enabled,
            ),
            *(self.row(names[kind], "", self._leads(kind)) for kind in _LEADS),
            self.row(
                self.tr("Quiet from 22:00 to 8:00"),
                self.tr(
                    "In your time. What only fell due in the quiet hours and is past by their end is not told."
                ),
                self.quiet,
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
        self.autostart.toggled.connect(self._autostart)
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

    def _leads(self, kind: str) -> QWidget:
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE_S)
        chosen = getattr(self._settings.value.reminders, kind)
        self._chips[kind] = {}
        for minutes in sorted({*_LEADS[kind], *chosen}):
            chip = Chip(self._span(minutes))
            chip.setChecked(minutes in chosen)
            chip.toggled.connect(partial(self._lead, kind))
            self._chips[kind][minutes] = chip
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
        leads = tuple(minutes for minutes, chip in reversed(self._chips[kind].items()) if chip.isChecked())
        self._settings.update("reminders", **{kind: leads})

    def _set(self, section: str, name: str, on: bool) -> None:
        self._settings.update(section, **{name: on})

    def _quiet(self, on: bool) -> None:
        self._settings.update("reminders", quiet_hours=QuietHoursPreferences() if on else None)

    def _closes(self, _index: int) -> None:
        self._settings.update("tray", close_to_tray=self.closes.currentData())

    def _autostart(self, on: bool) -> None:
        def work() -> None:
            autostart = system_autostart()
            if on:
                autostart.enable(autostart_command())
            else:
                autostart.disable()

        self._settings.update("autostart", value=on)
        self._context.background.pool(work, None, self._refused, owner=self)

    def _refused(self, error: Exception) -> None:
        self._context.shell.toast(
            self.tr("Starting with the system could not be changed: {0}").format(error), tone="error"
        )
