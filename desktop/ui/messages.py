"""The sentences for what happened. Services name a change by key; here it becomes words."""

from PySide6.QtCore import QCoreApplication

from desktop.storage.changes import Changes, Label


def _said(_context: str, text: str) -> str:
    """Mark a sentence for the translation catalogue; Qt's own marker is untyped."""
    return text


_ONE: dict[str, str] = {
    "character.created": _said("messages", "Added {character}"),
    "character.changed": _said("messages", "Changed {character}"),
    "character.removed": _said("messages", "Removed {character}"),
    "character.reordered": _said("messages", "Reordered the characters"),
    "plan.set": _said("messages", "{boss} planned for {character}"),
    "plan.dropped": _said("messages", "{boss} no longer planned for {character}"),
    "plan.replaced": _said("messages", "Plan of {character} changed: 1 boss"),
    "plan.preset": _said("messages", "{preset} added 1 boss to the plan of {character}"),
    "plan.copied": _said("messages", "Copied the plan of {character} to 1 character"),
    "run.cleared": _said("messages", "{boss} cleared on {character}"),
    "run.cleared_nothing": _said("messages", "{boss} cleared on {character}, nothing dropped"),
    "run.logged": _said("messages", "Logged {boss} on {character}"),
    "run.failed": _said("messages", "Logged a failed {boss} on {character}"),
    "run.edited": _said("messages", "Changed {boss} on {character}"),
    "run.removed": _said("messages", "Removed {boss} on {character}"),
    "run.removed_many": _said("messages", "Removed 1 run"),
    "run.nothing": _said("messages", "Nothing dropped in 1 clear"),
    "run.nothing_week": _said("messages", "Nothing dropped in this week’s 1 open clear"),
    "drop.sold": _said("messages", "Noted the sale of {item}"),
    "task.added": _said("messages", "Added the task {task}"),
    "task.added_many": _said("messages", "Added 1 task for {character}"),
    "task.changed": _said("messages", "Changed the task {task}"),
    "task.removed": _said("messages", "Removed the task {task}"),
    "task.reordered": _said("messages", "Reordered the tasks"),
    "task.done": _said("messages", "{task} done"),
    "task.undone": _said("messages", "{task} is open again"),
    "task.progress": _said("messages", "{task}: {count} of {of}"),
    "task.done_many": _said("messages", "1 task done"),
    "import.done": _said("messages", "Imported 1 run from {file}"),
}

_MANY: dict[str, str] = {
    "plan.replaced": _said("messages", "Plan of {character} changed: {count} bosses"),
    "plan.preset": _said("messages", "{preset} added {count} bosses to the plan of {character}"),
    "plan.copied": _said("messages", "Copied the plan of {character} to {count} characters"),
    "run.removed_many": _said("messages", "Removed {count} runs"),
    "run.nothing": _said("messages", "Nothing dropped in {count} clears"),
    "run.nothing_week": _said("messages", "Nothing dropped in this week’s {count} open clears"),
    "task.added_many": _said("messages", "Added {count} tasks for {character}"),
    "task.done_many": _said("messages", "{count} tasks done"),
    "import.done": _said("messages", "Imported {count} runs from {file}"),
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
    tr = QCoreApplication.translate
    if changes.label is None:
        return tr("messages", "Nothing to undo")
    words = sentence(changes.label)
    if changes.action == "undo":
        words = tr("messages", "Undone: {0}").format(words)
    elif changes.action == "redo":
        words = tr("messages", "Done again: {0}").format(words)
    if changes.skipped:
        words += tr("messages", ". What had changed since was left alone.")
    return words
