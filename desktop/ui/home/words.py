"""What the Home page says about times and figures."""

from PySide6.QtCore import QCoreApplication

from desktop.services.home import CharacterWeek
from shared.catalog import Catalog
from shared.economy.things import Cosmetic
from shared.mesos import short_mesos
from shared.resets import Reset

_MANY_TIMES = 10


def reset_name(reset: Reset) -> str:
    """What a reset is called."""
    translate = QCoreApplication.translate
    return {
        Reset.DAILY: translate("home", "Daily reset"),
        Reset.WEEKLY: translate("home", "Weekly reset"),
        Reset.MONTHLY: translate("home", "Monthly reset"),
    }.get(reset, str(reset))


def compared(now: int, before: int) -> str:
    """This week against the same days of last week, in honest words: nothing is no base for a percentage."""
    translate = QCoreApplication.translate
    if now == before:
        return (
            translate("home", "same as last week by now")
            if now
            else translate("home", "none last week by now either")
        )
    if not before:
        return translate("home", "none last week by now")
    if now >= _MANY_TIMES * before:
        return translate("home", "{0} times last week by now").format(now // before)
    percent = round(abs(now - before) * 100 / before)
    if not percent:
        return translate("home", "about as last week by now")
    more, less = (
        translate("home", "{0} % more than last week by now"),
        translate("home", "{0} % less than last week by now"),
    )
    return (more if now > before else less).format(percent)


def compared_briefly(now: int, before: int) -> str:
    """The same for a narrow place; that last week is taken by the same day goes without saying there."""
    translate = QCoreApplication.translate
    if not before:
        return translate("home", "none last week")
    if now >= _MANY_TIMES * before:
        return translate("home", "{0} times last week").format(now // before)
    percent = round(abs(now - before) * 100 / before)
    if not percent:
        return translate("home", "as last week")
    over, under = translate("home", "{0} % over last week"), translate("home", "{0} % under last week")
    return (over if now > before else under).format(percent)


def about(week: CharacterWeek, catalog: Catalog) -> str:
    """A character's world, job and level, as far as they are known."""
    translate = QCoreApplication.translate
    character = week.character
    world = catalog.worlds.get(character.world)
    job = catalog.jobs.get(character.job) if character.job else None
    parts = [world.name if world else character.world]
    if job is not None:
        parts.append(job.name)
    if character.level is not None:
        parts.append(translate("home", "Lv. {0}").format(character.level))
    return " · ".join(parts)


def spoken(week: CharacterWeek, title: Cosmetic | None = None) -> str:
    """A character's week in words, for screen readers and tooltips; title: what the character goes by."""
    translate = QCoreApplication.translate
    parts = [
        week.character.name if title is None else f"{week.character.name}, {title.name}",
        translate("home", "{0} of {1} weekly crystals").format(week.weekly.used, week.weekly.limit),
        translate("home", "{0} mesos earned").format(short_mesos(week.mesos_earned)),
        translate("home", "{0} mesos still possible").format(short_mesos(week.mesos_possible)),
    ]
    if week.tasks:
        parts.append(
            translate("home", "{0} daily and {1} weekly tasks left").format(
                week.daily_tasks_left, week.weekly_tasks_left
            )
        )
    if week.monthly_tasks_left:
        parts.append(translate("home", "{0} monthly tasks left").format(week.monthly_tasks_left))
    return ", ".join(parts)
