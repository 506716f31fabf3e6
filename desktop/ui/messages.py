"""The sentences for what happened. Services name a change by key; here it becomes words."""

from PySide6.QtCore import QCoreApplication

from desktop.storage.changes import Changes, Label
from desktop.ui.translation import QT_TRANSLATE_NOOP

_ONE: dict[str, str] = {
    "character.created": QT_TRANSLATE_NOOP("messages", "Added {character}"),
    "character.changed": QT_TRANSLATE_NOOP("messages", "Changed {character}"),
    "character.removed": QT_TRANSLATE_NOOP("messages", "Removed {character}"),
    "character.reordered": QT_TRANSLATE_NOOP("messages", "Reordered the characters"),
    "plan.set": QT_TRANSLATE_NOOP("messages", "{boss} planned for {character}"),
    "plan.dropped": QT_TRANSLATE_NOOP("messages", "{boss} no longer planned for {character}"),
    "plan.replaced": QT_TRANSLATE_NOOP("messages", "Plan of {character} changed: 1 boss"),
    "run.cleared": QT_TRANSLATE_NOOP("messages", "{boss} cleared on {character}"),
    "run.cleared_nothing": QT_TRANSLATE_NOOP("messages", "{boss} cleared on {character}, nothing dropped"),
    "run.logged": QT_TRANSLATE_NOOP("messages", "Logged {boss} on {character}"),
    "run.failed": QT_TRANSLATE_NOOP("messages", "Logged a failed {boss} on {character}"),
    "run.edited": QT_TRANSLATE_NOOP("messages", "Changed {boss} on {character}"),
    "run.removed": QT_TRANSLATE_NOOP("messages", "Removed {boss} on {character}"),
    "run.removed_many": QT_TRANSLATE_NOOP("messages", "Removed 1 run"),
    "run.nothing": QT_TRANSLATE_NOOP("messages", "Nothing dropped in 1 clear"),
    "run.nothing_week": QT_TRANSLATE_NOOP("messages", "Nothing dropped in this week’s 1 open clear"),
    "drop.sold": QT_TRANSLATE_NOOP("messages", "Noted the sale of {item}"),
    "task.added": QT_TRANSLATE_NOOP("messages", "Added the task {task}"),
    "task.added_many": QT_TRANSLATE_NOOP("messages", "Added 1 task for {character}"),
    "task.changed": QT_TRANSLATE_NOOP("messages", "Changed the task {task}"),
    "task.removed": QT_TRANSLATE_NOOP("messages", "Removed the task {task}"),
    "task.reordered": QT_TRANSLATE_NOOP("messages", "Reordered the tasks"),
    "task.done": QT_TRANSLATE_NOOP("messages", "{task} done"),
    "task.undone": QT_TRANSLATE_NOOP("messages", "{task} is open again"),
    "task.progress": QT_TRANSLATE_NOOP("messages", "{task}: {count} of {of}"),
    "task.done_many": QT_TRANSLATE_NOOP("messages", "1 task done"),
    "import.done": QT_TRANSLATE_NOOP("messages", "Imported 1 run from {file}"),
    "coins.daily": QT_TRANSLATE_NOOP("messages", "Daily reward: {coins} coins"),
    "shop.bought": QT_TRANSLATE_NOOP("messages", "Bought {item}"),
    "shop.refunded": QT_TRANSLATE_NOOP("messages", "Gave {item} back"),
    "cosmetic.worn": QT_TRANSLATE_NOOP("messages", "Wearing {cosmetic}"),
    "cosmetic.taken_off": QT_TRANSLATE_NOOP("messages", "Took {cosmetic} off"),
}

_MANY: dict[str, str] = {
    "plan.replaced": QT_TRANSLATE_NOOP("messages", "Plan of {character} changed: {count} bosses"),
    "run.removed_many": QT_TRANSLATE_NOOP("messages", "Removed {count} runs"),
    "run.nothing": QT_TRANSLATE_NOOP("messages", "Nothing dropped in {count} clears"),
    "run.nothing_week": QT_TRANSLATE_NOOP("messages", "Nothing dropped in this week’s {count} open clears"),
    "task.added_many": QT_TRANSLATE_NOOP("messages", "Added {count} tasks for {character}"),
    "task.done_many": QT_TRANSLATE_NOOP("messages", "{count} tasks done"),
    "import.done": QT_TRANSLATE_NOOP("messages", "Imported {count} runs from {file}"),
    "shop.bought": QT_TRANSLATE_NOOP("messages", "Bought {count} × {item}"),
    "shop.refunded": QT_TRANSLATE_NOOP("messages", "Gave {count} × {item} back"),
}


def known_keys() -> frozenset[str]:
    """Every key there is a sentence for."""
    return frozenset(_ONE)


def sentence(label: Label) -> str:
    """What a change is called. KeyError for a key nobody wrote a sentence for."""
    count = label.arguments.get("count", 1)
    template = _MANY.get(label.key, _ONE[label.key]) if count != 1 else _ONE[label.key]
    return QCoreApplication.translate("messages", template).format(**label.arguments)


def told(changes: Changes) -> str:
    """The toast for a change: what was done, undone or redone, or that there was nothing to do."""
    translate = QCoreApplication.translate
    if changes.label is None:
        return translate("messages", "Nothing to undo")
    words = sentence(changes.label)
    if changes.action == "undo":
        words = translate("messages", "Undone: {0}").format(words)
    elif changes.action == "redo":
        words = translate("messages", "Done again: {0}").format(words)
    if changes.skipped:
        words += translate("messages", ". What had changed since was left alone.")
    return words
