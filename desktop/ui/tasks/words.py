"""What the Tasks page says about resets, owners, streaks and categories."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.services.characters import Character
from desktop.services.tasks import TaskState
from desktop.ui import words
from shared.catalog import Catalog
from shared.resets import Reset
from shared.tasks import ACCOUNT

ORDER = (
    Reset.DAILY,
    Reset.WEEKLY,
    Reset.WEEKLY_MONDAY,
    Reset.WEEKLY_WEDNESDAY,
    Reset.MONTHLY,
    Reset.ONCE,
)
"""Groups from the soonest reset to none."""
_WORTH_SAYING = 2


def reset_title(reset: Reset) -> str:
    """The heading of a group."""
    translate = QCoreApplication.translate
    return {
        Reset.DAILY: translate("tasks", "Daily"),
        Reset.WEEKLY: translate("tasks", "Weekly, from Thursday"),
        Reset.WEEKLY_MONDAY: translate("tasks", "Weekly, from Monday"),
        Reset.WEEKLY_WEDNESDAY: translate("tasks", "Weekly, from Wednesday"),
        Reset.MONTHLY: translate("tasks", "Monthly"),
        Reset.ONCE: translate("tasks", "One-time"),
    }[reset]


def countdown(now: datetime, at: datetime | None) -> str:
    """When a group starts over: "resets in 3 d 5 h"; that a one-time group never does."""
    translate = QCoreApplication.translate
    if at is None:
        return translate("tasks", "never resets")
    return translate("tasks", "resets {0}").format(words.countdown(now, at))


def owner_name(owner: str, characters: Sequence[Character], catalog: Catalog) -> str:
    """Who a task is for: a character, everyone in a world, or the account."""
    for character in characters:
        if character.id == owner:
            return character.name
    if owner == ACCOUNT:
        return QCoreApplication.translate("tasks", "Account")
    world = catalog.worlds.get(owner)
    return QCoreApplication.translate("tasks", "All in {0}").format(world.name) if world else ""


def streak_text(state: TaskState) -> str:
    """A streak in words, "" for none to speak of."""
    if state.streak < _WORTH_SAYING:
        return ""
    translate = QCoreApplication.translate
    unit = {
        Reset.DAILY: translate("tasks", "{0} days in a row"),
        Reset.MONTHLY: translate("tasks", "{0} months in a row"),
    }.get(state.task.reset, translate("tasks", "{0} weeks in a row"))
    return unit.format(state.streak)


def describe(state: TaskState, owner: str) -> str:
    """A task in words, for screen readers and tooltips."""
    translate = QCoreApplication.translate
    task = state.task
    parts = [task.name]
    if task.max_count > 1:
        parts.append(
            translate("tasks", "{0} of {1} done").format(min(state.count, task.max_count), task.max_count)
        )
    else:
        parts.append(translate("tasks", "done") if state.done else translate("tasks", "not done"))
    if owner:
        parts.append(translate("tasks", "for {0}").format(owner))
    if streak_text(state):
        parts.append(streak_text(state))
    if task.reward_coins:
        coins = translate("tasks", "1 coin") if task.reward_coins == 1 else translate("tasks", "{0} coins")
        parts.append(coins.format(task.reward_coins))
    return ", ".join(parts)


def category_title(category: str) -> str:
    """What a category of built-in tasks is called."""
    translate = QCoreApplication.translate
    return {
        "arcane-symbol-daily": translate("tasks", "Arcane symbols, daily"),
        "arcane-symbol-weekly": translate("tasks", "Arcane symbols, weekly"),
        "tenebris-daily": translate("tasks", "Tenebris, daily"),
        "sacred-symbol-daily": translate("tasks", "Sacred symbols, daily"),
        "grand-sacred-symbol-daily": translate("tasks", "Grand sacred symbols, daily"),
        "daily-content": translate("tasks", "Daily content"),
        "weekly-content": translate("tasks", "Weekly content"),
        "guild": translate("tasks", "Guild"),
        "legion": translate("tasks", "Legion"),
        "event": translate("tasks", "Events"),
        "daily-boss": translate("tasks", "Daily bosses (the Bosses page tracks these too)"),
        "weekly-boss": translate("tasks", "Weekly bosses (the Bosses page tracks these too)"),
        "monthly-boss": translate("tasks", "Monthly bosses (the Bosses page tracks these too)"),
    }.get(category, category.replace("-", " ").capitalize())


def reset_word(reset: Reset) -> str:
    """A reset as one word beside a task's name."""
    translate = QCoreApplication.translate
    if reset is Reset.DAILY:
        return translate("tasks", "daily")
    if reset is Reset.MONTHLY:
        return translate("tasks", "monthly")
    return translate("tasks", "once") if reset is Reset.ONCE else translate("tasks", "weekly")
