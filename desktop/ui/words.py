"""Words several pages share: resets, countdowns, counts."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from desktop.services.home import time_left
from desktop.ui.kit.numbers import number_locale
from shared.resets import Reset


def reset_name(reset: Reset) -> str:
    """The name of a reset as players say it."""
    translate = QCoreApplication.translate
    return {
        Reset.DAILY: translate("resets", "Daily"),
        Reset.WEEKLY: translate("resets", "Weekly"),
        Reset.WEEKLY_MONDAY: translate("resets", "Weekly (Monday)"),
        Reset.WEEKLY_WEDNESDAY: translate("resets", "Weekly (Wednesday)"),
        Reset.MONTHLY: translate("resets", "Monthly"),
        Reset.ONCE: translate("resets", "Once"),
    }[reset]


def countdown(now: datetime, at: datetime) -> str:
    """How long it still is, coarsely: "in 3 d 5 h", "in 2 h 10 min", "in 42 min"."""
    translate = QCoreApplication.translate
    left = time_left(now, at)
    if left.days:
        return translate("resets", "in {0} d {1} h").format(left.days, left.hours)
    if left.hours:
        return translate("resets", "in {0} h {1} min").format(left.hours, left.minutes)
    if left.minutes:
        return translate("resets", "in {0} min").format(left.minutes)
    return translate("resets", "in less than a minute")


def local_time(now: datetime, at: datetime) -> str:
    """An instant on the player's own clock: "today 23:00", "Thu 26 Nov, 01:00"."""
    translate = QCoreApplication.translate
    here, there = now.astimezone(), at.astimezone()
    locale = number_locale()
    clock = locale.toString(QTime(there.hour, there.minute), QLocale.FormatType.ShortFormat)
    days = (there.date() - here.date()).days
    if days in {0, 1}:
        return (translate("resets", "tomorrow {0}") if days else translate("resets", "today {0}")).format(
            clock
        )
    return f"{locale.toString(QDate(there.year, there.month, there.day), 'ddd d MMM')}, {clock}"


def left_text(bosses: int, tasks: int) -> str:
    """ "3 bosses and 5 tasks left"; "nothing left" for none."""
    translate = QCoreApplication.translate
    parts = []
    if bosses:
        parts.append(
            translate("left", "1 boss") if bosses == 1 else translate("left", "{0} bosses").format(bosses)
        )
    if tasks:
        parts.append(
            translate("left", "1 task") if tasks == 1 else translate("left", "{0} tasks").format(tasks)
        )
    if not parts:
        return translate("left", "nothing left")
    return translate("left", "{0} left").format(translate("left", " and ").join(parts))
