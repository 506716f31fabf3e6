"""Words several pages share: resets, countdowns, counts."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.services.home import time_left
from shared.resets import Reset


def reset_name(reset: Reset) -> str:
    """The name of a reset as players say it."""
    tr = QCoreApplication.translate
    return {
        Reset.DAILY: tr("resets", "Daily"),
        Reset.WEEKLY: tr("resets", "Weekly"),
        Reset.WEEKLY_MONDAY: tr("resets", "Weekly (Monday)"),
        Reset.WEEKLY_WEDNESDAY: tr("resets", "Weekly (Wednesday)"),
        Reset.MONTHLY: tr("resets", "Monthly"),
        Reset.ONCE: tr("resets", "Once"),
    }[reset]


def countdown(now: datetime, at: datetime) -> str:
    """How long it still is, coarsely: "in 3 d 5 h", "in 2 h 10 min", "in 42 min"."""
    tr = QCoreApplication.translate
    left = time_left(now, at)
    if left.days:
        return tr("resets", "in {0} d {1} h").format(left.days, left.hours)
    if left.hours:
        return tr("resets", "in {0} h {1} min").format(left.hours, left.minutes)
    if left.minutes:
        return tr("resets", "in {0} min").format(left.minutes)
    return tr("resets", "in less than a minute")


def left_text(bosses: int, tasks: int) -> str:
    """ "3 bosses and 5 tasks left"; "nothing left" for none."""
    tr = QCoreApplication.translate
    parts = []
    if bosses:
        parts.append(tr("left", "1 boss") if bosses == 1 else tr("left", "{0} bosses").format(bosses))
    if tasks:
        parts.append(tr("left", "1 task") if tasks == 1 else tr("left", "{0} tasks").format(tasks))
    if not parts:
        return tr("left", "nothing left")
    return tr("left", "{0} left").format(tr("left", " and ").join(parts))
