"""What the Tasks page says about resets, owners, streaks and categories."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from desktop.services.characters import Character
from desktop.services.tasks import ACCOUNT, TaskState
from desktop.ui import words
from shared.catalog import Catalog
from shared.resets import Reset

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
    tr = QCoreApplication.translate
    return {
        Reset.DAILY: tr("tasks", "Daily"),
        Reset.WEEKLY: tr("tasks", "Weekly, from Thursday"),
        Reset.WEEKLY_MONDAY: tr("tasks", "Weekly, from Monday"),
        Reset.WEEKLY_WEDNESDAY: tr("tasks", "Weekly, from Wednesday"),
        Reset.MONTHLY: tr("tasks", "Monthly"),
        Reset.ONCE: tr("tasks", "One-time"),
    }[reset]


def countdown(now: datetime, at: datetime | None) -> str:
    """When a group starts over: "resets in 3 d 5 h"; that a one-time group never does."""
    tr = QCoreApplication.translate
    if at is None:
        return tr("tasks", "never resets")
    return tr("tasks", "resets {0}").format(words.countdown(now, at))


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
    tr = QCoreApplication.translate
    unit = {
        Reset.DAILY: tr("tasks", "{0} days in a row"),
        Reset.MONTHLY: tr("tasks", "{0} months in a row"),
    }.get(state.task.reset, tr("tasks", "{0} weeks in a row"))
    return unit.format(state.streak)


def describe(state: TaskState, owner: str) -> str:
    """A task in words, for screen readers and tooltips."""
    tr = QCoreApplication.translate
    task = state.task
    parts = [task.name]
    if task.max_count > 1:
        parts.append(tr("tasks", "{0} of {1} done").format(min(state.count, task.max_count), task.max_count))
    else:
        parts.append(tr("tasks", "done") if state.done else tr("tasks", "not done"))
    if owner:
        parts.append(tr("tasks", "for {0}").format(owner))
    if streak_text(state):
        parts.append(streak_text(state))
    if task.reward_coins:
        coins = tr("tasks", "1 coin") if task.reward_coins == 1 else tr("tasks", "{0} coins")
        parts.append(coins.format(task.reward_coins))
    return ", ".join(parts)


def category_title(category: str) -> str:
    """What a category of built-in tasks is called."""
    tr = QCoreApplication.translate
    return {
        "arcane-symbol-daily": tr("tasks", "Arcane symbols, daily"),
        "arcane-symbol-weekly": tr("tasks", "Arcane symbols, weekly"),
        "tenebris-daily": tr("tasks", "Tenebris, daily"),
        "sacred-symbol-daily": tr("tasks", "Sacred symbols, daily"),
        "grand-sacred-symbol-daily": tr("tasks", "Grand sacred symbols, daily"),
        "daily-content": tr("tasks", "Daily content"),
        "weekly-content": tr("tasks", "Weekly content"),
        "guild": tr("tasks", "Guild"),
        "legion": tr("tasks", "Legion"),
        "event": tr("tasks", "Events"),
        "daily-boss": tr("tasks", "Daily bosses (the Bosses page tracks these too)"),
        "weekly-boss": tr("tasks", "Weekly bosses (the Bosses page tracks these too)"),
        "monthly-boss": tr("tasks", "Monthly bosses (the Bosses page tracks these too)"),
    }.get(category, category.replace("-", " ").capitalize())


def reset_word(reset: Reset) -> str:
    """A reset as one word beside a task's name."""
    tr = QCoreApplication.translate
    if reset is Reset.DAILY:
        return tr("tasks", "daily")
    if reset is Reset.MONTHLY:
        return tr("tasks", "monthly")
    return tr("tasks", "once") if reset is Reset.ONCE else tr("tasks", "weekly")
